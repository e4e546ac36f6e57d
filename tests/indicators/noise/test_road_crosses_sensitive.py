"""Planned roads through, beside and clear of clusters: answers done in the head."""

import math

import numpy as np
import pytest
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Case, can_be_drawn, inputs_stay, order_is_nothing, place_is_nothing
from laws import rows_add_up as zones_add_up
from shapely import LineString
from strategies import CRS, X, Y, frame, square

from ecogis.area import StudyArea
from ecogis.indicators.noise import road_crosses_sensitive

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")


def line(*spots):
    return LineString([(X + x, Y + y) for x, y in spots])


def planned(*lines, width_m=20.0, **more):
    columns = {"width_m": np.full(len(lines), width_m), **more}
    return GeoDataFrame(columns, geometry=list(lines), crs=CRS)


def homes(*boxes):
    return frame(*(square(*b) for b in boxes), kind=["residential"] * len(boxes))


# from edge to edge along y = 500, its boundary 10 m to either side
ACROSS = planned(line((-500, 500), (1500, 500)), name=["a"])


def told(found):
    return " | ".join(note.en for note in found.notes)


def chord_m(reach_m, off_m):
    """Return by how much a circle about a corner reaches along the line."""
    return math.sqrt(reach_m**2 - off_m**2)


@pytest.mark.parametrize(
    ("gap_m", "near"), [(49.99, True), (50.0, True), (50.01, False)]
)
def test_the_setback_runs_from_the_boundary_of_the_road(gap_m, near):
    some = homes((400, 510 + gap_m, 500, 700))
    found = road_crosses_sensitive(TOWN, ACROSS, some, quad_segs=256)
    assert len(found.table) == near
    if near:
        wide = 100 + 2 * chord_m(60, gap_m + 10)
        assert found.value == pytest.approx(wide, abs=0.5)
        assert found.table["distance_m"].tolist() == pytest.approx([gap_m], abs=1e-6)


def test_a_road_that_runs_through():
    some = homes((400, 450, 500, 550))
    found = road_crosses_sensitive(TOWN, ACROSS, some, setback_m=0.0)
    # the building, and half a road's width before and behind it
    assert found.value == pytest.approx(120)
    row = found.table.iloc[0]
    assert (row["through_m"], row["near_m"]) == pytest.approx((100, 120))
    assert row["distance_m"] == 0
    where = found.drawn["planned_roads_checked"].groupby("where")["length_m"].sum()
    assert where.to_dict() == pytest.approx({"through": 100, "near": 20, "clear": 880})
    assert "0.1 km of planned roads run through clusters" in told(found)
    assert "1 km in all" in told(found)


@pytest.mark.parametrize(("gap_m", "places"), [(50.0, 1), (50.01, 2)])
def test_buildings_within_the_gap_are_one_cluster(gap_m, places):
    some = homes((300, 450, 400, 550), (400 + gap_m, 450, 500, 550))
    found = road_crosses_sensitive(TOWN, ACROSS, some, setback_m=0.0)
    assert len(found.table) == places
    assert found.table["buildings"].tolist() == [[2], [1, 1]][places - 1]
    through = found.table["through_m"].sum()
    # the ground between the two belongs to the cluster
    assert through == pytest.approx(200 if places == 1 else 200 - gap_m, abs=0.2)


@pytest.mark.parametrize(("least", "value"), [(1, 120), (2, 0)])
def test_a_cluster_has_at_least_so_many_buildings(least, value):
    some = homes((400, 450, 500, 550))
    found = road_crosses_sensitive(
        TOWN, ACROSS, some, setback_m=0.0, min_buildings=least
    )
    assert found.value == pytest.approx(value)


def test_a_stretch_near_two_clusters_counts_once():
    some = homes((400, 560, 500, 600), (400, 400, 500, 440))
    found = road_crosses_sensitive(TOWN, ACROSS, some, merge_m=0.0)
    assert len(found.table) == 2
    assert found.table["near_m"].tolist() == pytest.approx([found.value] * 2, abs=0.1)


@pytest.mark.parametrize(
    ("kind", "half_m"), [("primary", 12.5), ("subway", 0.0), (None, 0.0)]
)
def test_a_road_without_a_width_has_that_of_its_class(kind, half_m):
    road = planned(line((-500, 500), (1500, 500)), width_m=np.nan, **{"class": [kind]})
    some = homes((400, 450, 500, 550))
    found = road_crosses_sensitive(TOWN, road, some, setback_m=5.0)
    assert found.value == pytest.approx(100 + 2 * (5 + half_m))
    assert "1 planned lines state no width" in told(found)


def test_only_kinds_that_are_asked_for():
    some = homes((400, 450, 500, 550)).assign(kind=["government"])
    assert road_crosses_sensitive(TOWN, ACROSS, some).value == 0
    found = road_crosses_sensitive(TOWN, ACROSS, some, kinds=("government",))
    assert found.value > 100


def test_buildings_beyond_the_border_count_roads_do_not():
    some = homes((-80, 450, -20, 550))
    found = road_crosses_sensitive(TOWN, ACROSS, some, setback_m=50.0, quad_segs=256)
    # 60 m of reach, 20 m of them outside
    assert found.value == pytest.approx(40, abs=0.01)
    assert road_crosses_sensitive.margin_m(road_crosses_sensitive.resolve({})) == 160


@pytest.mark.parametrize("which", ["roads", "buildings"])
def test_nothing_planned_or_nobody_there_is_a_true_zero(which):
    road = ACROSS.iloc[:0] if which == "roads" else ACROSS
    some = homes((400, 450, 500, 550)) if which == "roads" else homes()
    found = road_crosses_sensitive(TOWN, road, some)
    assert found.value == 0
    assert found.table.empty
    can_be_drawn(road_crosses_sensitive, found)


tens = st.integers(0, 90).map(lambda n: 10 * n)
boxes = st.lists(st.tuples(tens, tens), min_size=1, max_size=5)
ends = st.tuples(st.tuples(tens, tens), st.tuples(tens, tens)).filter(
    lambda e: e[0] != e[1]
)
ways = st.lists(ends, min_size=1, max_size=3)


def metres_to(x, y, west, south):
    """Return how far points are from a box of 40 m."""
    across = np.maximum(np.maximum(west - x, x - west - 40), 0)
    along = np.maximum(np.maximum(south - y, y - south - 40), 0)
    return np.hypot(across, along)


@given(boxes, ways, st.integers(0, 80))
def test_agrees_with_dots_along_the_roads(corners, lines, setback_m):
    some = homes(*((x, y, x + 40, y + 40) for x, y in corners))
    road = planned(*(line(*e) for e in lines))
    found = road_crosses_sensitive(
        TOWN, road, some, setback_m=float(setback_m), merge_m=0.0, quad_segs=64
    )
    wanted = 0.0
    for a, b in lines:
        x, y = (np.linspace(a[n], b[n], 2001) for n in (0, 1))
        away = np.min([metres_to(x, y, *corner) for corner in corners], axis=0)
        wanted += math.dist(a, b) * (away <= setback_m + 10).mean()
    assert found.value == pytest.approx(wanted, abs=4)


@given(boxes, ways, st.integers(0, 99), st.floats(0, 360))
@settings(max_examples=12)
def test_laws(corners, lines, seed, degrees):
    some = homes(*((x, y, x + 40, y + 40) for x, y in corners))
    road = planned(*(line(*e) for e in lines))
    layers = {"planned_roads": road, "sensitive_buildings": some}
    case = Case(road_crosses_sensitive, TOWN, layers)
    halves = frame(square(0, 0, 405, 1000), square(300, 0, 700, 1000), name=["a", "b"])
    zones_add_up(case, halves)
    order_is_nothing(case, seed)
    inputs_stay(case)
    can_be_drawn(road_crosses_sensitive, case.result)
    # circles are polygons: turned, their corners lie elsewhere
    turned = case.moved((0.0, 0.0), degrees).value
    assert turned == pytest.approx(case.value, rel=4e-4, abs=2)
    place_is_nothing(case, 0.0)


@given(boxes, ways, st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=12)
def test_a_wider_setback_never_shortens_it(corners, lines, one, two):
    some = homes(*((x, y, x + 40, y + 40) for x, y in corners))
    road = planned(*(line(*e) for e in lines))
    near, far = (
        road_crosses_sensitive(TOWN, road, some, setback_m=float(m)).value
        for m in sorted((one, two))
    )
    assert near <= far + 1e-6
