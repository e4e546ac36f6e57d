"""What is not the same is not judged: places, zones, units, columns, names of rows."""

import json

import pyogrio
import pytest
import test_compare
from test_compare import SMALL, compared, pairs, rows
from town import COVERAGE, PLAN, build, frame, square

town = test_compare.town


def two_sheets(folder, **after):
    """Return sources of one file: its small park before; what is given after."""
    large = folder / "large" / "layers" / "parks.gpkg"
    sheet = folder / "sheets.gpkg"
    SMALL.assign(alias=["别名"]).to_file(sheet, layer="now")
    pyogrio.write_dataframe(pyogrio.read_dataframe(large), sheet, layer="y2030")
    made = []
    for name, entry in {"one": {"layer": "now"}, "two": after}.items():
        stated = [f"{key} = {value}" for key, value in entry.items() if key != "layer"]
        stated += [f'path = "sheets.gpkg", layer = "{entry["layer"]}"']
        path = folder / f"{name}.toml"
        text = f"[sources]\nparks = {{ {', '.join(stated)} }}\n"
        path.write_text(text, encoding="utf-8")
        made.append(path)
    return made


def test_another_sheet_of_the_same_file_is_a_difference(ecogis, town):
    before, sources = town
    one, two = two_sheets(sources.parent, layer="y2030")
    words = ("--sources", one, "--after-sources", two, "--lang", "en")
    code, said, _ = ecogis("compare", before, *words)
    assert code == 0
    assert f"▲ +{COVERAGE:.1f} pp" in said
    assert "≠ plan sources.parks.layer: now → y2030" in said
    found = compared(before, sources=one, after_sources=two)
    assert found.differences.layers == ()
    told = found.differences.of(pairs(found)["P1"]).statements
    assert [one.key for one in told] == ["sources.parks.layer"]
    assert found.differences.of(pairs(found)["R1"]).statements == ()
    held = before.parent / "results/compare/change.json"
    (stated,) = json.loads(held.read_text("utf-8"))["differences"]["statements"]
    assert (stated["before"], stated["after"]) == ("now", "y2030")


def test_so_is_another_column_of_it(ecogis, town):
    before, sources = town
    one, two = two_sheets(
        sources.parent, layer="now", fields='{ name = "alias" }', date='"2030"'
    )
    words = ("--sources", one, "--after-sources", two, "--only", "P1", "--lang", "en")
    code, said, _ = ecogis("compare", before, *words)
    assert code == 0
    assert "sources.parks.fields: not stated → name = alias" in said
    assert "no change can come of that" not in said


def test_two_places_are_not_held_against_each_other(tmp_path):
    before = build(tmp_path / "a")
    # the same name, the half of the ground
    half = frame(square(0, 0, 1000, 2000), name=["甲区"])
    found = pairs(compared(before, after=build(tmp_path / "b", districts=half)))
    for row in ("P1", "R1"):
        assert (found[row].change, found[row].kind) == (None, "unknown")
        assert found[row].reason.en == "not one place: the study areas differ"
        assert found[row].zones is None
        assert found[row].drawn == {}


def test_a_zone_with_other_ground_has_no_change(ecogis, tmp_path):
    before = build(tmp_path / "a", parks=SMALL)
    thirds = [square(0, 0, 1000, 2000), square(1000, 0, 700, 2000)]
    rest = square(1700, 0, 300, 2000)
    zones = frame(*thirds, rest, name=["西街道", "东街道", "新街道"])
    after = build(tmp_path / "b", subdistricts=zones)
    (one, _) = compared(before, after=after).pairs
    told = one.zones.set_index("zone")
    assert told.loc["西街道", "change"] == pytest.approx(COVERAGE, abs=1e-6)
    assert told["kind"].to_dict() == {
        "西街道": "better",
        "东街道": "unknown",
        "新街道": "unknown",
    }
    assert one.kind == "better"
    code, said, _ = ecogis("compare", before, after, "--lang", "en")
    assert code == 0
    assert "zones with other ground on each side, not compared: 东街道\n" in said


def test_ground_in_no_zone_is_said_in_the_readers_language(ecogis, tmp_path):
    west = frame(square(0, 0, 1000, 2000), name=["西街道"])
    before = build(tmp_path / "a", parks=SMALL, subdistricts=west)
    after = build(tmp_path / "b", subdistricts=west)
    for language, column, outside in (
        ("en", "Sub-district", "outside every zone"),
        ("zh", "街乡", "未分区"),
    ):
        ecogis("compare", before, after, "--lang", language)
        table = rows(before.parent / "results/compare/change_by_zone.csv")
        assert [row[column] for row in table] == [outside, "西街道"]


def test_two_projections_of_one_town_are_one_town(tmp_path):
    more = frame(
        square(0, 0, 1000, 1999.9), square(1000, 0, 1000, 2000), name=["一", "二"]
    )
    old = frame(
        square(0, 0, 1000, 2000), square(1000, 0, 1000, 2000), name=["一", "旧"]
    )
    before = build(tmp_path / "a", parks=SMALL, subdistricts=old)
    other = PLAN.replace("EPSG:4548", "EPSG:4547")
    after = build(tmp_path / "b", other, subdistricts=more)
    (one, _) = compared(before, after=after).pairs
    assert one.change == pytest.approx(COVERAGE, rel=1e-3)
    zones = one.zones.set_index("zone")
    assert zones.crs.to_epsg() == 4547
    # only of the side before, drawn where it lies in the CRS of the other
    here = old.to_crs(4547).set_index("name").loc["旧"].geometry
    assert zones.loc["旧"].geometry.symmetric_difference(here).area < 1
    # 100 m² of 2 km² are other ground
    assert one.redrawn == ("一",)


def test_each_side_is_shown_in_its_own_unit(ecogis, tmp_path):
    people = frame(square(0, 0, 2000, 2000), people=[1000])
    share = PLAN.replace("park_service_coverage", "park_blind_zones")
    count = share.replace(
        "min_area_m2 = 1000", 'min_area_m2 = 1000, denominator = "population"'
    )
    before = build(tmp_path / "a", share, population=people)
    after = build(tmp_path / "b", count, population=people)
    code, said, _ = ecogis("compare", before, after, "--only", "P1", "--lang", "en")
    assert code == 0
    one = pairs(compared(before, after=after))["P1"]
    assert one.units[0] != one.units[1] == "people"
    assert one.change is None
    shown = f"{one.before.value:.1f}"
    assert f"{shown} people" not in said
    (row,) = rows(before.parent / "results/compare/change.csv")
    assert row["Unit"].endswith(" → people")
    html = (before.parent / "results/compare/change.html").read_text(encoding="utf-8")
    assert f"→ {one.after.value:.0f} people" in html


def test_the_rows_of_the_sides_collide_with_no_real_row(tmp_path):
    row = '[[goal]]\nrow = "P1-before"\ntitle = "x"\nunit = "dB"\n'
    plan = PLAN + row + row.replace("P1-before", "P1-before-2")
    before = build(tmp_path / "a", plan, parks=SMALL)
    found = compared(
        before, after=build(tmp_path / "b", plan), only=("P1", "P1-before")
    )
    names = [score.goal.row for score in found.everything.scores]
    assert names == [
        *("P1", "P1-before-3", "P1-after"),
        *("P1-before", "P1-before-before", "P1-before-after"),
    ]
    # a change is no sum of parts
    zones = found.changes["P1"].zones
    assert zones["numerator"].isna().all()
    assert zones["value"].notna().all()
