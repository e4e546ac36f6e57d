"""A run of a hand-drawn town: its numbers, and what a bad layer does to them."""

import pytest
from geopandas import GeoDataFrame
from shapely import LineString, Polygon
from town import (
    COVERAGE,
    COVERED_M2,
    CRS,
    NOISE_GOAL,
    PLAN,
    X,
    Y,
    build,
    frame,
    point,
    square,
    write_dem,
)

from ecogis import sources
from ecogis.errors import PlanError
from ecogis.indicators import INDICATORS
from ecogis.layer import Catalogue
from ecogis.plan import read_plan
from ecogis.run import run
from ecogis.spatial.zonal import OUTSIDE
from ecogis.workspace import Workspace


def score(folder, plan=PLAN, *, only=(), **layers):
    path = build(folder, plan, **layers)
    catalogue = Catalogue.read(Workspace.above(folder))
    return run(read_plan(path), catalogue, only=only)


def test_the_town_scores_by_hand(tmp_path):
    card = score(tmp_path)
    assert card["P1"].value == pytest.approx(COVERAGE, rel=1e-12)
    assert card["P1"].result.numerator == pytest.approx(COVERED_M2, rel=1e-12)
    # (24.877 - 20) / (2023 - 2020) is short of (30 - 20) / 5 a year
    assert card["P1"].verdict == "behind"
    assert card["R1"].verdict == "met"
    assert card["R1"].origin == "reported"


def test_zones_share_the_park_and_the_neighbour_is_left_out(tmp_path):
    rows = score(tmp_path)["P1"].zones
    assert list(rows["zone"]) == ["西街道", "东街道"]
    assert list(rows["numerator"]) == pytest.approx([COVERED_M2 / 2] * 2, rel=1e-9)
    assert list(rows["denominator"]) == pytest.approx([2_000_000] * 2)
    assert list(rows["value"]) == pytest.approx([COVERAGE] * 2, rel=1e-9)
    assert score(tmp_path)["P1"].equality.gini == pytest.approx(0, abs=1e-9)


def test_groups_of_zones_are_weighed(tmp_path):
    balance = 'balance = { between = [["西"], ["东街道", "无"]] }\n'
    plan = PLAN.replace('[[goal]]\nrow = "R1"', f'{balance}\n[[goal]]\nrow = "R1"')
    parks = frame(square(100, 950, 100, 100))
    found = score(tmp_path, plan, parks=parks)["P1"]
    west, east = found.balance["value"]
    assert west > east == 0
    assert any("'无'" in note.en for note in found.notes)
    # all that is served lies in one of two equal halves
    assert found.equality.gini == pytest.approx(1 / 2)
    assert found.equality.groups == 0


def test_a_missing_layer_is_unknown_and_stops_nothing(tmp_path):
    card = score(tmp_path, parks=None)
    assert card["P1"].verdict == "unknown"
    assert card["P1"].value is None
    assert "layer 'parks' has no source" in card["P1"].reason.en
    assert "公园" in card["P1"].reason.zh
    assert card["R1"].verdict == "met"


def test_a_missing_area_leaves_the_reported_rows(tmp_path):
    card = score(tmp_path, districts=None)
    assert card.area is None
    assert card["P1"].verdict == "unknown"
    assert card["R1"].verdict == "met"


def test_missing_zones_leave_the_value(tmp_path):
    card = score(tmp_path, subdistricts=None)
    assert card["P1"].value == pytest.approx(COVERAGE)
    assert card["P1"].zones is None
    assert any("subdistricts" in note.en for note in card.notes)


def test_a_park_beyond_the_border_serves_inside(tmp_path):
    outside = frame(square(2010, 950, 100, 100))
    found = score(tmp_path, parks=outside)["P1"].value
    # a band 490 m deep behind 100 m of park, and what its two corners reach
    assert found > 100 * 100 * 490 / 2000**2


def test_only_measures_the_rows_asked(tmp_path):
    card = score(tmp_path, only=("R1",))
    assert [one.goal.row for one in card.scores] == ["R1"]
    with pytest.raises(PlanError, match="no row 'R2'; known: P1, R1"):
        score(tmp_path, only=("R2",))


def test_a_name_that_is_not_found_is_the_plans_fault(tmp_path):
    with pytest.raises(PlanError, match=r"no feature called '丙区'"):
        score(tmp_path, PLAN.replace("甲区", "丙区"))


def test_an_unknown_layer_in_the_plan_is_named(tmp_path):
    plan = PLAN + '\n[sources]\npark = { path = "x.gpkg" }\n'
    with pytest.raises(PlanError, match="unknown layer 'park'; did you mean 'parks'"):
        score(tmp_path, plan)


def test_provenance_names_every_layer_with_its_hash(tmp_path):
    trace = score(tmp_path)["P1"].provenance
    assert {stamp.layer for stamp in trace.layers} == {"parks", "residential_land"}
    assert all(len(stamp.sha256) == 64 for stamp in trace.layers)
    assert trace.crs == "EPSG:4548"
    assert trace.area_method == "plane"
    assert trace.parameters["distance_m"] == 500
    assert trace.parameters["quad_segs"] == 32


def test_a_fault_inside_an_indicator_stops_only_its_goal(tmp_path, monkeypatch):
    def fault(*_args, **_more):
        return 1 / 0

    monkeypatch.setattr(INDICATORS["park_service_coverage"], "function", fault)
    card = score(tmp_path)
    assert card["P1"].verdict == "unknown"
    assert "ZeroDivisionError" in card["P1"].reason.en
    assert card["R1"].verdict == "met"


def test_two_runs_give_the_same(tmp_path):
    one, two = score(tmp_path / "a"), score(tmp_path / "b")
    assert one["P1"].value == two["P1"].value
    assert one["P1"].result.parts.geom_equals(two["P1"].result.parts).all()


def test_the_areas_own_layer_may_be_zones_too(tmp_path):
    plan = PLAN.replace('zones = "subdistricts"', 'zones = "districts"')
    card = score(tmp_path, plan)
    assert list(card.zones["name"]) == ["甲区"]
    assert list(card["P1"].zones["value"]) == [card["P1"].value]
    assert [stamp.layer for stamp in card.stamps].count("districts") == 1


def test_the_areas_own_layer_may_be_measured_too(tmp_path):
    plan = PLAN.replace('"districts", name = "甲区"', '"built_up_area"').replace(
        "distance_m = 500", 'distance_m = 500, denominator = "built_up_area"'
    )
    card = score(tmp_path, plan, built_up_area=frame(square(0, 0, 2000, 2000)))
    assert card["P1"].value == pytest.approx(COVERAGE, rel=1e-9)
    assert {stamp.crs for stamp in card["P1"].provenance.layers} == {CRS}


def test_what_was_done_to_area_and_zones_is_told(tmp_path):
    bow = Polygon(square(0, 0, 2000, 2000).exterior.coords[i] for i in (0, 2, 1, 3))
    both = frame(square(0, 0, 2000, 2000), bow, name=["甲区", "乙区"])
    zones = frame(square(0, 0, 1000, 2000), square(1000, 0, 1000, 2000))
    card = score(
        tmp_path, districts=both, subdistricts=zones.assign(name=["西街道", None])
    )
    assert [note.en.partition(":")[0] for note in card.notes] == [
        "districts",
        "1 zones without a name are no zones",
    ]
    assert list(card["P1"].zones["zone"]) == ["西街道", OUTSIDE]


def test_an_area_without_geometry_is_one_line(tmp_path):
    unnamed = PLAN.replace(', name = "甲区"', "")
    plan = unnamed.replace('crs = "EPSG:4548"\n', "")
    nowhere = GeoDataFrame({"name": ["甲区"]}, geometry=[None], crs=CRS)
    card = score(tmp_path, plan, districts=nowhere)
    assert "the area has no geometry" in card["P1"].reason.en
    assert card["R1"].verdict == "met"


def test_a_fault_while_reading_stops_only_its_goals(tmp_path, monkeypatch):
    real = sources.read

    def broken(layer, *args, **kwargs):
        if layer.name == "parks":
            msg = "boom"
            raise OverflowError(msg)
        return real(layer, *args, **kwargs)

    monkeypatch.setattr(sources, "read", broken)
    card = score(tmp_path)
    assert "layer 'parks': reading it failed: OverflowError" in card["P1"].reason.en
    assert card["R1"].verdict == "met"


NOISE = PLAN.replace("park_service_coverage", "noise_zones_4a").replace(
    "parameters = { distance_m = 500, min_area_m2 = 1000 }\n", ""
)


def test_an_optional_layer_that_is_not_prepared_is_done_without(tmp_path):
    street = frame(
        LineString([point(0, 1000), point(2000, 1000)]), **{"class": ["primary"]}
    )
    plan = NOISE + '\n[sources]\ndefault = { kind = "overpass" }\n'
    found = score(tmp_path, plan, roads=street)["P1"]
    assert found.value > 0
    assert any(note.en.startswith("Railways") for note in found.notes)
    assert score(tmp_path / "none", plan)["P1"].verdict == "unknown"


def test_a_dem_reaches_the_indicator_and_the_provenance(tmp_path):
    plan = (
        PLAN
        + NOISE_GOAL
        + '\n[sources]\nelevation = { kind="raster", path="dem.tif" }\n'
    )
    write_dem(tmp_path / "dem.tif", 700)
    line = LineString([(X - 50, Y + 40), (X + 90, Y + 40)])
    roads = frame(line, **{"class": ["primary"]})
    built = frame(square(20, 20, 10, 10))
    path = build(tmp_path, plan, roads=roads, buildings=built)
    card = run(read_plan(path), Catalogue.read(Workspace.above(tmp_path)), only=["N1"])
    (found,) = card.scores
    assert found.error is None
    assert found.result.value == 1
    assert any("in cells of 50 m" in note.en for note in found.result.notes)
    stamps = {stamp.layer: stamp for stamp in found.provenance.layers}
    assert stamps["elevation"].features == 68 * 68
    assert {stamp.layer for stamp in card.stamps} >= {"elevation", "roads"}
