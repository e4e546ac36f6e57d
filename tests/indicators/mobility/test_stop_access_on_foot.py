"""Stops on foot: a path done in the head, kinds, and the margin."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Case, can_be_drawn, inputs_stay, order_is_nothing, rows_add_up
from shapely import Point
from strategies import CRS, X, Y, frame, square
from streets_by_hand import way, ways

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.indicators.mobility import stop_access_on_foot

TOWN = StudyArea("town", square(0, -500, 1000, 500), CRS, area_method="plane")
PATH = ways(way((-600, 0), (400, 0)), way((200, 0), (200, 150)))


def stops(*spots, **columns):
    shapes = [Point(X + x, Y + y) for x, y in spots]
    return GeoDataFrame(columns, geometry=shapes, crs=CRS)


def houses(*spots):
    return frame(*(square(x - 2, y - 2, x + 2, y + 2) for x, y in spots))


HOMES = houses((100, 0), (200, 0), (300, 0), (400, 0), (200, 150))


def access(layer, homes=HOMES, streets=PATH, area=TOWN, **parameters):
    return stop_access_on_foot(
        area, layer, streets, buildings=homes, denominator="buildings", **parameters
    )


@pytest.mark.parametrize(
    ("distance_m", "served"),
    [(109.99, 0), (110.0, 1), (310.0, 3), (359.99, 3), (360.0, 4), (410.0, 5)],
)
def test_the_way_from_the_stop_to_the_street_counts(distance_m, served):
    # the stop stands 10 m beside the street
    found = access(stops((0, -10)), distance_m=distance_m)
    assert (found.numerator, found.denominator) == (served, 5)


@pytest.mark.parametrize(("away_m", "counted"), [(50.0, 1), (50.1, 0)])
def test_a_stop_far_from_every_way_is_told_and_does_not_serve(away_m, counted):
    found = access(stops((0, -away_m)), stop_reach_m=50.0)
    assert (found.numerator > 0) == bool(counted)
    assert any(f"{counted} of 1 stops are within 50 m" in n.en for n in found.notes)
    assert len(found.drawn["stops_counted"]) == counted


def test_a_stop_beyond_the_boundary_serves():
    assert access(stops((-100, 0)), distance_m=200.0).numerator == 1
    assert access(stops((-600, 0)), distance_m=500.0).numerator == 0


def test_only_stops_of_the_kind_count():
    both = stops((0, 0), (400, 0), kind=["bus", "subway"])
    assert access(both, distance_m=100.0).numerator == 3
    assert access(both, distance_m=100.0, kinds=("subway",)).numerator == 2
    with pytest.raises(LayerError, match="field 'kind' is missing"):
        access(stops((0, 0)), kinds=("bus",))


def test_land_beside_the_street():
    land = frame(square(0, 0, 400, 10))
    found = stop_access_on_foot(
        TOWN, stops((0, 0)), PATH, land, cell_m=10.0, distance_m=200.0
    )
    assert (found.numerator, found.denominator) == pytest.approx((2000, 4000))


def test_no_street_no_stop_nobody():
    with pytest.raises(LayerError, match="no walkable way"):
        access(stops((0, 0)), streets=ways())
    assert access(stops()).value == 0
    assert access(stops((0, 0)), homes=houses()).value is None


spot = st.tuples(st.integers(-8, 14), st.integers(-8, 8)).map(
    lambda xy: (77.0 * xy[0] + 0.3 * xy[1], 61.0 * xy[1])
)
lines = st.lists(
    st.lists(spot, min_size=2, max_size=3, unique=True).map(lambda p: way(*p)),
    min_size=1,
    max_size=7,
)


@settings(max_examples=30)
@given(
    lines.map(lambda drawn: ways(*drawn)),
    st.lists(spot, max_size=4).map(lambda found: stops(*found)),
    st.lists(spot, min_size=1, max_size=6).map(lambda found: houses(*found)),
    st.integers(0, 99),
)
def test_laws(streets, layer, homes, seed):
    asked = {"denominator": "buildings", "distance_m": 300.0}
    layers = {"transit_stops": layer, "walkable_ways": streets, "buildings": homes}
    case = Case(stop_access_on_foot, TOWN, layers, asked)
    found = case.result
    near = found.drawn["stops_on_foot"]
    assert not (near["walk_m"] < near["line_m"] - 1e-6).any()
    can_be_drawn(stop_access_on_foot, found)
    rows_add_up(case, frame(square(0, -500, 300, 500), name=["west"]))
    inputs_stay(case)
    order_is_nothing(case, seed)
    # nothing beyond the margin matters
    margin_m = stop_access_on_foot.margin_m(stop_access_on_foot.resolve(asked))
    window = shapely.box(*TOWN.window(margin_m))
    shapes = np.asarray(streets.geometry.values)
    part = case.with_layers(
        walkable_ways=streets[shapely.intersects(window, shapes)],
        transit_stops=layer[layer.intersects(window)],
    )
    if len(part.layers["walkable_ways"]):
        assert part.result.numerator == found.numerator
