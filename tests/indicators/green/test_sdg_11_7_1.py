"""Public ground in the built-up area by hand, walks from both sides, laws."""

import math

import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import (
    Case,
    can_be_drawn,
    inputs_stay,
    order_is_nothing,
    place_is_nothing,
    rows_add_up,
    same,
    twice_is_once,
)
from shapely import LineString, unary_union
from strategies import CRS, X, Y, frame, frames, square, together

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.indicators.green import sdg_11_7_1

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
BUILT = frame(square(0, 0, 1000, 500))
SPACE = frame(square(0, 0, 100, 100))


def street(*spots, width_m=20.0):
    line = LineString([(X + x, Y + y) for x, y in spots])
    return GeoDataFrame(
        {"class": ["x"], "width_m": [width_m]}, geometry=[line], crs=CRS
    )


# 1000 m of 20 m, half of it along the southern border of the town
ROAD = street((-100, 0), (1100, 0))


def share(space=SPACE, built=BUILT, roads=ROAD, **parameters):
    return sdg_11_7_1(TOWN, space, built, roads, **parameters)


def test_open_space_and_streets_count_once_over_the_built_up_area():
    # 1 ha of open space, 1000 m of street 10 m wide inside, 100 m of which it holds
    result = share()
    assert result.denominator == pytest.approx(500_000)
    assert result.value == pytest.approx(100 * (10_000 + 9_000) / 500_000)
    assert result.table["kind"].tolist() == ["open_space", "street", "rest"]
    assert result.table["area_ha"].tolist() == pytest.approx([1, 0.9, 48.1])
    assert result.table["percent"].sum() == pytest.approx(100)
    can_be_drawn(sdg_11_7_1, result)


def test_what_lies_beyond_the_built_up_area_does_not_count():
    space = frame(square(0, 400, 100, 600), square(-50, 0, 50, 10))
    result = share(space, roads=ROAD.iloc[:0])
    assert result.numerator == pytest.approx(100 * 100 + 50 * 10)
    assert share(space, denominator="area", roads=ROAD.iloc[:0]).value == (
        pytest.approx(100 * (100 * 200 + 500) / 1e6)
    )


def test_an_absent_layer_says_which():
    with pytest.raises(LayerError, match="measure = 'share' needs the layer 'built_up"):
        share(built=None)
    with pytest.raises(LayerError, match="measure = 'share' needs the layer 'roads'"):
        share(roads=None)
    with pytest.raises(LayerError, match="needs the layer 'walkable_ways'"):
        sdg_11_7_1(TOWN, SPACE, measure="access")


def test_only_what_a_measure_needs_is_read():
    needs = sdg_11_7_1.needs
    assert needs(sdg_11_7_1.resolve({})) == {
        "open_space": True,
        "built_up_area": True,
        "roads": False,
    }
    assert "built_up_area" not in needs(sdg_11_7_1.resolve({"denominator": "area"}))
    assert set(needs(sdg_11_7_1.resolve({"measure": "access"}))) == {
        "open_space",
        "population",
        "buildings",
        "walkable_ways",
    }


def test_without_a_built_up_area_there_is_nothing_to_measure():
    assert share(built=BUILT.iloc[:0]).value is None


# a way along the northern edge of the space and on to two homes
WAYS = street((0, 100), (1000, 100))
HOMES = frame(square(495, 95, 505, 105), square(700, 95, 710, 105), people=[3, 1])


def access(ways=WAYS, space=SPACE, **layers):
    known = {"buildings": HOMES, **layers}
    how = {"measure": "access", "distance_m": known.pop("distance_m", 400.0)}
    return sdg_11_7_1(TOWN, space, walkable_ways=ways, **known, **how)


@pytest.mark.parametrize(("distance_m", "value"), [(399.99, 0), (400.0, 75)])
def test_people_walk_along_streets(distance_m, value):
    # from x = 100, the corner of the space, to the middle of the first home at 500
    result = access(distance_m=distance_m)
    assert result.value == pytest.approx(value)
    assert result.drawn["people_served"]["served"].sum() == (value > 0)
    can_be_drawn(sdg_11_7_1, result)


def test_a_river_without_a_bridge_separates():
    apart = together(street((0, 100), (300, 100)), street((310, 100), (1000, 100)))
    assert access(apart).value == 0
    bridge = together(apart, street((300, 100), (310, 100)))
    assert access(bridge).value == pytest.approx(75)


def test_people_on_land_set_out_from_squares():
    # squares of 50 m along the way, their middles 25 m, 75 m, ... from the space; the
    # way runs 25 m south of all middles
    cells = frame(square(100, 100, 300, 150), people=[80])
    result = access(buildings=None, population=cells, distance_m=100.0)
    assert result.value == pytest.approx(50)


def test_the_title_says_which_part():
    titles = {
        measure: sdg_11_7_1.titled(sdg_11_7_1.resolve({"measure": measure})).en
        for measure in ("share", "access")
    }
    assert titles["share"].startswith("Built-up area that is open space")
    whole = sdg_11_7_1.titled(sdg_11_7_1.resolve({"denominator": "area"}))
    assert whole.en.startswith("Land that is open space")
    assert titles["access"].startswith("Residents with public open space")


# --- a slow oracle and laws -------------------------------------------------------


def line_of(at):
    """Return a line along one of the grid's axes."""
    x, y, end, across = at
    there = (end, y) if across else (x, end)
    ends = [(X + 50 * east, Y + 50 * north) for east, north in ((x, y), there)]
    return LineString(ends)


LINES = st.tuples(*[st.integers(-2, 22)] * 3, st.booleans()).map(line_of)
ROADS = frames(
    LINES.filter(lambda line: line.length > 0),
    {"class": st.sampled_from(["primary", "service"])},
    most=4,
)
LAYERS = st.fixed_dictionaries(
    {"open_space": frames(most=4), "built_up_area": frames(most=4), "roads": ROADS}
)


def oracle(layers):
    built = unary_union(layers["built_up_area"].geometry.tolist())
    built = built.intersection(TOWN.boundary)
    wide = {"primary": 12.5, "service": 2.0}
    roads = layers["roads"]
    streets = [
        line.buffer(wide[name], quad_segs=8)
        for line, name in zip(roads.geometry, roads["class"], strict=True)
    ]
    public = unary_union([*layers["open_space"].geometry, *streets])
    if not built.area:
        return None
    return 100 * public.intersection(built).area / built.area


@given(LAYERS)
@settings(max_examples=30)
def test_it_agrees_with_the_oracle(layers):
    assert sdg_11_7_1(TOWN, **layers).value == same(oracle(layers))


@given(LAYERS, st.integers(0, 99), frames(most=3))
@settings(max_examples=10)
def test_the_laws(layers, seed, more):
    case = Case(sdg_11_7_1, TOWN, layers)
    zones = frame(square(0, 0, 400, 1000), square(400, 0, 1000, 900), name=["a", "b"])
    rows_add_up(case, zones)
    order_is_nothing(case, seed)
    twice_is_once(case, "open_space", "built_up_area", "roads")
    place_is_nothing(case, 0.0)
    inputs_stay(case)
    can_be_drawn(sdg_11_7_1, case.result)
    if case.value is not None:
        added = case.with_layers(open_space=together(layers["open_space"], more)).value
        assert added >= case.value - 1e-9
        assert math.isfinite(added)
        shapes = case.result.drawn["public_space"].geometry.to_numpy()
        assert shapely.area(shapes).sum() == same(case.result.numerator)
