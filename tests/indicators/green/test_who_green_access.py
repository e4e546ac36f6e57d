"""Public green within 300 m: thresholds from both sides, a slow oracle, laws."""

import pytest
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
)
from shapely import unary_union
from strategies import CRS, boxes, frame, frames, square, together

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.indicators.green import who_green_access

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
# half a hectare along the western border
GREEN = frame(square(-5, 0, 0, 1000), name=["strip"])
CELL = frame(square(0, 0, 1000, 100), people=[50])


def percent(parks=GREEN, population=CELL, buildings=None, **parameters):
    return who_green_access(TOWN, parks, population, buildings, **parameters).value


def test_people_go_with_their_land():
    assert percent() == pytest.approx(30)
    assert percent(preset="who_europe_2016_1ha") == 0


@pytest.mark.parametrize(("wide", "value"), [(4.999, 0), (5, 30), (5.001, 30)])
def test_half_a_hectare_counts(wide, value):
    assert percent(frame(square(-wide, 0, 0, 1000))) == pytest.approx(value)


@pytest.mark.parametrize(("wide", "value"), [(9.999, 0), (10, 30)])
def test_the_larger_indicator_asks_for_a_hectare(wide, value):
    found = percent(frame(square(-wide, 0, 0, 1000)), preset="who_europe_2016_1ha")
    assert found == pytest.approx(value)


@pytest.mark.parametrize(("west", "value"), [(299.99, 50), (300, 50), (300.01, 0)])
def test_a_home_counts_by_its_nearest_part(west, value):
    homes = frame(square(west, 0, west + 10, 10), square(900, 0, 910, 10))
    assert percent(buildings=homes) == pytest.approx(value)
    # evenly on their land all the same
    assert percent(buildings=homes, people_on="land") == pytest.approx(30)


def test_buildings_that_state_their_people_need_no_population():
    homes = frame(square(0, 0, 9, 9), square(900, 0, 910, 10), people=[3, 1])
    assert percent(population=None, buildings=homes) == 75
    with pytest.raises(LayerError, match="needs the layer 'population'"):
        percent(population=None)
    with pytest.raises(LayerError, match="needs the layer 'buildings'"):
        percent(people_on="buildings")


def test_without_people_there_is_nothing_to_measure_and_without_green_it_is_0():
    assert percent(population=CELL.iloc[:0]) is None
    assert percent(GREEN.iloc[:0]) == 0


def test_the_title_says_the_numbers():
    title = who_green_access.titled(who_green_access.resolve({}))
    assert title.en == "Residents within 300 m of public green of at least 0.5 ha"
    assert "0.5公顷以上公共绿地300米" in title.zh


# --- a slow oracle and laws -------------------------------------------------------

PARKS = frames(boxes(largest=3), most=4)
CELLS = frames(boxes(largest=3), {"people": st.integers(0, 90)}, most=4)
HOMES = frames(boxes(largest=1), {"floors": st.integers(1, 4)}, most=6)
# sizes and distances that no whole number of cells has
SIZES = st.sampled_from([0.0, 5100.0, 12_600.0])
DISTANCES = st.sampled_from([7.0, 133.0, 301.0])


def oracle(parks, cells, homes, size, distance):
    """Walk through cells and homes one by one."""
    ground = unary_union(parks.geometry.tolist())
    large = [p for p in getattr(ground, "geoms", [ground]) if p.area >= size > 0]
    if size == 0:
        large = list(parks.geometry)
    zone = unary_union([p.buffer(distance, quad_segs=32) for p in large])
    whole = part = 0.0
    for cell, people in zip(cells.geometry, cells["people"], strict=True):
        shared = [h.intersection(cell).area for h in homes.geometry]
        weights = [m2 * n for m2, n in zip(shared, homes["floors"], strict=True)]
        if not sum(weights):
            inside = cell.intersection(TOWN.boundary)
            whole += people * inside.area / cell.area
            part += people * inside.intersection(zone).area / cell.area
            continue
        for home, weight in zip(homes.geometry, weights, strict=True):
            if weight and home.representative_point().intersects(TOWN.boundary):
                own = people * weight / sum(weights)
                whole += own
                part += own * any(home.distance(p) <= distance for p in large)
    return 100 * part / whole if whole else None


def touches_in_a_point(parks):
    """Tell whether parks meet in a corner alone, which the oracle's union divides."""
    shapes = list(parks.geometry)
    return any(a.intersection(b).geom_type == "Point" for a in shapes for b in shapes)


@given(PARKS, CELLS, HOMES, SIZES, DISTANCES)
@settings(max_examples=40)
def test_it_agrees_with_the_oracle(parks, cells, homes, size, distance):
    if touches_in_a_point(parks):
        return
    # cells that reach further than the margin are cut, which the oracle is not
    cells = cells[cells.within(TOWN.boundary.buffer(distance))]
    found = percent(parks, cells, homes, distance_m=distance, min_area_m2=size)
    assert found == same(oracle(parks, cells, homes, size, distance))


@st.composite
def cases(draw):
    layers = {"parks": draw(PARKS), "population": draw(CELLS)}
    if draw(st.booleans()):
        layers["buildings"] = draw(HOMES)
    parameters = {"distance_m": draw(DISTANCES), "min_area_m2": draw(SIZES)}
    return Case(who_green_access, TOWN, layers, parameters)


ZONES = frames(boxes(largest=16), {"name": st.sampled_from("abc")}, least=1, most=4)


@given(cases(), ZONES, PARKS, st.integers(0, 99), st.floats(0, 360))
@settings(max_examples=20)
def test_the_laws(case, zones, more, seed, degrees):
    rows_add_up(case, zones.drop_duplicates("name"))
    order_is_nothing(case, seed)
    inputs_stay(case)
    can_be_drawn(who_green_access, case.result)
    if "buildings" not in case.layers:
        place_is_nothing(case, degrees, rel=4e-4)
    added = case.with_layers(parks=together(case.layers["parks"], more)).value
    assert added is None if case.value is None else added >= case.value - 1e-9


@given(cases(), st.floats(0.5, 400))
@settings(max_examples=10)
def test_nothing_beyond_the_margin_matters(case, gap):
    if case.layers["parks"].distance(TOWN.boundary).gt(0).any():
        return
    start = 1000 + case.parameters["distance_m"] + gap
    beyond = frame(square(start, -500, start + 100, 1500), floors=[9])
    case = case.with_layers(parks=case.layers["parks"][["geometry"]])
    added = case.with_layers(parks=together(case.layers["parks"], beyond))
    if "buildings" in case.layers:
        homes = together(case.layers["buildings"], beyond)
        added = added.with_layers(buildings=homes)
    assert added.value == same(case.value)
