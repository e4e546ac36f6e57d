"""
Two sides of a town whose answers are known by hand: a park of 900 m² grows to 10,000.

The small one is below what counts, so that nothing is served before; after it, the
closed form of the town. What is written is read back with other code than wrote it.
"""

import csv
import hashlib
import json
import shutil
from pathlib import Path

import pyogrio
import pytest
from town import COVERAGE, COVERED_M2, PLAN, build, frame, square

from ecogis.compare import asked_of, compare
from ecogis.compare.asked import Request
from ecogis.outputs import change

SMALL = frame(square(985, 985, 30, 30), name=["中央公园"])
MORE = """
[[goal]]
row = "L1"
indicator = "park_green_per_capita"
target = { at_least = 1 }

[[goal]]
row = "Z1"
title = { en = "Noise", zh = "噪声" }
unit = "dB"
reported = { value = 60, year = 2023, source = "bulletin" }
"""


@pytest.fixture
def town(tmp_path):
    """Return the plan of the small park, and sources that name the large one."""
    large = build(tmp_path / "large").parent / "layers" / "parks.gpkg"
    path = build(tmp_path / "town", PLAN + MORE, parks=SMALL)
    shutil.copy(large, tmp_path / "grown.gpkg")
    sources = tmp_path / "grown.toml"
    sources.write_text('[sources]\nparks = { path = "grown.gpkg" }\n', encoding="utf-8")
    return path, sources


def compared(before, **more):
    return compare(asked_of(Request(before, **more)))


def pairs(comparison):
    return {pair.row: pair for pair in comparison.pairs}


def rows(path):
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(text.splitlines()))


def test_a_park_that_grows_serves_what_the_closed_form_says(town):
    before, sources = town
    found = pairs(compared(before, after_sources=sources))["P1"]
    assert found.before.value == 0
    assert found.change == pytest.approx(COVERAGE, abs=1e-9)
    assert found.kind == "better"
    assert found.zones["change"].tolist() == pytest.approx([COVERAGE] * 2, abs=1e-6)
    served = found.drawn["served_change"]
    assert set(served["change"]) == {"gained"}
    assert served.area.sum() == pytest.approx(COVERED_M2)
    assert found.drawn["new_park_spots"].distance(square(950, 950, 100, 100)).max() == 0


def test_the_other_way_round_it_is_lost(town):
    before, sources = town
    found = pairs(compared(before, sources=sources, after=before))
    assert {pair.kind for pair in found.values()} == {"same", "unknown"}
    parks = before.parent / "layers" / "parks.gpkg"
    back = sources.with_name("back.toml")
    back.write_text(f"[sources]\nparks = {{ path = '{parks}' }}\n", encoding="utf-8")
    found = pairs(compared(before, sources=sources, after_sources=back))["P1"]
    assert found.change == pytest.approx(-COVERAGE, abs=1e-9)
    assert found.kind == "worse"
    assert set(found.drawn["served_change"]["change"]) == {"lost"}


def test_what_is_not_measured_is_no_change_or_unknown(town):
    before, sources = town
    found = pairs(compared(before, after_sources=sources))
    assert (found["R1"].change, found["R1"].kind) == (0, "same")
    # nobody says who lives there
    assert (found["L1"].change, found["L1"].kind) == (None, "unknown")
    assert found["L1"].reason.en.startswith("before: layer 'population' has no source")
    assert found["L1"].reason.zh.startswith("前：图层")


def test_a_side_that_cannot_be_read_is_unknown_and_stops_no_other(ecogis, town):
    before, sources = town
    sources.write_text('[sources]\nparks = { path = "none.gpkg" }\n', encoding="utf-8")
    code, said, _ = ecogis("compare", before, "--after-sources", sources)
    assert code == 0
    assert "? P1 why: after: " in said
    assert "none.gpkg" in said
    table = rows(before.parent / "results/compare/change.csv")
    assert {row["Row"]: row["Meaning"] for row in table} == {
        "P1": "unknown",
        "R1": "no change",
        "L1": "unknown",
        "Z1": "no change",
    }
    # what the file would have changed, nobody knows
    assert "no change can come of that" not in said


def test_two_measures_are_not_held_against_each_other(tmp_path):
    before = build(tmp_path / "a")
    other = PLAN.replace("park_service_coverage", "stop_coverage").replace(
        "parameters = { distance_m = 500, min_area_m2 = 1000 }", ""
    )
    stops = frame(square(0, 0, 10, 10).centroid, kind=["bus"])
    ground = frame(square(0, 0, 2000, 2000))
    more = {"transit_stops": stops, "built_up_area": ground}
    after = build(tmp_path / "b", other, **more)
    found = pairs(compared(before, after=after))["P1"]
    assert found.change is None
    assert "park_service_coverage" in found.reason.en + found.reason.zh
    assert found.drawn == {}


def test_a_measured_number_is_not_held_against_a_reported_one(tmp_path, town):
    before, _ = town
    stated = 'reported = { value = 90, year = 2023, source = "bulletin" }'
    target = "target = { at_least = 30"
    text = PLAN.replace(target, f"{stated}\n{target}")
    after = build(tmp_path / "other", text, parks=None)
    found = pairs(compared(before, after=after))["P1"]
    assert found.after.value == 90
    assert found.change is None
    assert "reported" in found.reason.en


def test_rows_are_paired_by_name_and_the_others_told(ecogis, tmp_path):
    before = build(tmp_path / "a", PLAN)
    after = build(tmp_path / "b", PLAN.replace('"R1"', '"X1"'))
    code, said, _ = ecogis("compare", before, after, "--out", tmp_path / "out")
    assert code == 0
    assert "rows of the plan before only, not compared: R1" in said
    assert "rows of the plan after only, not compared: X1" in said
    assert [row["Row"] for row in rows(tmp_path / "out" / "change.csv")] == ["P1"]


def test_two_rows_of_one_plan(ecogis, tmp_path):
    wider = PLAN.replace('row = "R1"', 'row = "R0"') + (
        '[[goal]]\nrow = "P2"\nindicator = "park_service_coverage"\n'
        "parameters = { distance_m = 300, min_area_m2 = 1000 }\n"
    )
    plan = build(tmp_path / "town", wider)
    code, said, _ = ecogis("compare", plan, "--rows", "P1", "P2", "--lang", "zh")
    assert code == 0
    assert "P1-P2 distance_m: 500 → 300" in said
    # land within 500 m is not land within 300 m, and neither better nor worse
    (row,) = rows(plan.parent / "results/compare/change.csv")
    assert (row["行号"], row["变化"], row["好坏"]) == ("P1-P2", "", "未知")
    assert row["原因"].startswith("前后不是同一指标：前为 park_service_coverage")
    assert "500" in row["原因"]
    assert "300" in row["原因"]
    assert pairs(compared(plan, rows=("P1", "P2")))["P1-P2"].drawn == {}


def test_files_hold_the_same_numbers_and_say_where_they_come_from(ecogis, town):
    before, sources = town
    out = sources.parent / "out"
    words = ("compare", before, "--after-sources", sources, "--out", out)
    code, said, _ = ecogis(*words, "--lang", "en")
    assert code == 0
    assert f"▲ +{COVERAGE:.1f} pp" in said
    assert "= no change" in said
    made = ["change.csv", "change.gpkg", "change.html", "change.json"]
    assert sorted(path.name for path in out.iterdir()) == sorted(
        [*made, "change_by_zone.csv"]
    )
    table = {row["Row"]: row for row in rows(out / "change.csv")}
    assert float(table["P1"]["Change"]) == pytest.approx(COVERAGE)
    assert table["L1"]["Change"] == ""
    zones = rows(out / "change_by_zone.csv")
    assert {row["Sub-district"] for row in zones} == {"西街道", "东街道"}
    held = json.loads((out / "change.json").read_text(encoding="utf-8"))
    (parks,) = held["differences"]["layers"]
    files = [before.parent / "layers" / "parks.gpkg", sources.with_name("grown.gpkg")]
    for side, file in zip(("before", "after"), files, strict=True):
        hashed = hashlib.sha256(file.read_bytes()).hexdigest()
        assert [one["sha256"] for one in parks[side]] == [hashed]
    assert held["differences"]["statements"] == []
    layers = pyogrio.list_layers(out / "change.gpkg")[:, 0]
    assert {"P1_served_change", "P1-before_land_served", "layer_styles"} <= set(layers)
    card = pyogrio.read_dataframe(out / "change.gpkg", layer="scorecard")
    card = card.set_index("row")
    assert card.loc["P1", "value"] == pytest.approx(COVERAGE)
    assert card.loc["P1-after", "value"] == pytest.approx(COVERAGE)
    assert card.loc["L1", "reason"].startswith("before: layer 'population'")


def test_the_page_says_both_numbers_and_shades_zones_by_their_change(ecogis, town):
    before, sources = town
    ecogis("compare", before, "--after-sources", sources)
    html = (before.parent / "results/compare/change.html").read_text(encoding="utf-8")
    start = html.index('id="ecogis-data">') + len('id="ecogis-data">')
    facts = json.loads(html[start : html.index("</script>", start)])
    row = facts["rows"][0]
    assert row["value"] == f"0.0 → {COVERAGE:.1f}%"
    assert row["verdict"] == "better"
    assert row["gap"]["en"] == f"▲ +{COVERAGE:.1f} pp · behind"
    assert [one["n"] for one in facts["head"]["verdicts"]] == [1, 0, 2, 0, 1]
    looks = row["shades"]["rules"]
    # three steps down, none, three steps up, no data: both halves rise by most
    assert row["shades"]["classes"] == [len(looks) - 2] * 2
    assert looks[-2]["label"]["en"].startswith("▲ 20")
    assert facts["words"]["table"]["value"]["en"] == "Before → after"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "found nothing to compare it with, expected a second plan"),
        (("--only", "P1"), "found nothing to compare it with"),
        (("--rows", "P1", "P1"), "found 'P1' twice"),
        (("--rows", "P1", "Q1"), "no row 'Q1'"),
        (("--rows", "P1", "R1", "--only", "P1"), "exclude each other"),
        (("nowhere.toml",), "nowhere.toml: no such file"),
        (("--after-sources", "nowhere.toml"), "nowhere.toml: no such file"),
        (("--with", "parks"), "expected LAYER=FILE"),
        (("--with", "parcs=a.gpkg"), "unknown layer 'parcs'"),
        (("--with", "parks=a.gpkg", "--only", "P9"), "no row 'P9'"),
    ],
)
def test_what_makes_no_sense_is_one_line_and_two(ecogis, town, words, said):
    before, _ = town
    code, out, err = ecogis("compare", before, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
    assert not (before.parent / "results").exists()


def test_plans_without_a_row_in_common_ask_for_two(ecogis, tmp_path):
    before = build(tmp_path / "a")
    other = PLAN.replace('"P1"', '"P2"').replace('"R1"', '"R2"')
    after = build(tmp_path / "b", other)
    code, _, err = ecogis("compare", before, after)
    assert code == 2
    assert "no row in common; name two rows: --rows BEFORE AFTER" in err
    assert ecogis("compare", before, after, "--rows", "P1", "P2")[0] == 0


def test_what_cannot_be_written_stops_no_other_file(ecogis, town):
    before, sources = town
    out = sources.parent / "out"
    (out / "change.json").mkdir(parents=True)
    (out / "change.csv").write_text("of last week", encoding="utf-8")
    code, _, err = ecogis("compare", before, "--after-sources", sources, "--out", out)
    assert code == 2
    assert "change.json: not written" in err
    left = sorted(path.name for path in out.iterdir())
    assert "change.html" in left
    # nothing half-written stays, and what could be written is new
    assert not [name for name in left if name.startswith(".")]
    assert "P1" in (out / "change.csv").read_text(encoding="utf-8")


def test_a_fault_while_writing_leaves_the_former_file(monkeypatch, ecogis, town):
    before, sources = town
    out = sources.parent / "out"
    out.mkdir()
    (out / "change.html").write_text("of last week", encoding="utf-8")

    def broken(*_):
        msg = "no such thing"
        raise ValueError(msg)

    monkeypatch.setattr(change, "change_page", broken)
    code, _, err = ecogis("compare", before, "--after-sources", sources, "--out", out)
    assert code == 2
    assert "change.html: not written: ValueError: no such thing" in err
    assert (out / "change.html").read_text(encoding="utf-8") == "of last week"
    assert (out / "change.gpkg").is_file()


def test_files_with_are_added_after_only(town):
    before, sources = town
    grown = Path(sources.with_name("grown.gpkg"))
    found = compared(before, added={"parks": [grown]}, only=("P1",))
    assert [pair.row for pair in found.pairs] == ["P1"]
    assert found.pairs[0].change == pytest.approx(COVERAGE, abs=1e-9)
    (parks,) = found.differences.layers
    assert [len(side) for side in (parks.before, parks.after)] == [1, 2]


def test_the_same_files_on_both_sides_are_said(town):
    before, _ = town
    found = compared(before, after=before, only=("P1", "R1"))
    assert not found.differences
    assert "no change can come of that" in found.notes[0].en
    # L1 lacks a layer: nobody knows whether its sides would be the same
    assert not any(
        "no change can come" in note.en for note in compared(before, after=before).notes
    )
