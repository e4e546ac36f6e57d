"""Parks shared by all in reach: hand cases, a slow oracle, nothing lost."""

import math

import numpy as np
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
from shapely import LineString, Point
from strategies import CRS, X, Y, boxes, frame, frames, square, together

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.indicators.green import green_supply_2sfca

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
# 1200 m² in the corner
PARK = frame(square(0, 0, 40, 30), name=["corner"])


def home(west, people):
    """Return a home so far east of the park, in its row."""
    return square(40 + west, 0, 50 + west, 10), people


def living(*homes):
    shapes, people = zip(*homes, strict=True)
    return frame(*shapes, people=list(people))


def found(buildings, parks=PARK, **parameters):
    return green_supply_2sfca(TOWN, parks, buildings=buildings, **parameters)


# --- answers that are done in the head -------------------------------------------


def test_all_in_reach_share_a_park():
    result = found(living(home(0, 2), home(500, 3)), kernel="uniform")
    assert result.value == pytest.approx(1200 / 5)
    assert result.numerator == pytest.approx(1200)
    assert result.table["people"].tolist() == [5]
    assert result.drawn["green_supply"]["m2_per_person"].tolist() == [240, 240]


@pytest.mark.parametrize(("west", "value"), [(299.99, 1), (300, 1), (300.01, 0)])
def test_the_distance_runs_from_edge_to_edge(west, value):
    result = found(living(home(west, 4)), kernel="uniform", distance_m=300.0)
    assert result.value == pytest.approx(300 * value)


def test_who_lives_near_has_more():
    # the near home weighs 1, the far one 0.22: R = 1200 / (10 + 0.22 * 50)
    homes = living(home(0, 10), home(900, 50))
    result = found(homes, kernel="stepped")
    ratio = 1200 / 21
    drawn = result.drawn["green_supply"]
    assert drawn["m2_per_person"].tolist() == pytest.approx([ratio, 0.22 * ratio])
    assert result.value == pytest.approx(1200 / 60)
    assert result.table["m2_per_person"].tolist() == pytest.approx([ratio])


def test_the_gaussian_falls_to_nothing_at_the_distance():
    edge = math.exp(-0.5)
    weight = (math.exp(-0.125) - edge) / (1 - edge)
    homes = living(home(0, 10), home(400, 10), home(800, 10))
    result = found(homes, distance_m=800.0)
    ratio = 1200 / (10 + 10 * weight)
    assert result.drawn["green_supply"]["m2_per_person"].tolist() == pytest.approx(
        [ratio, ratio * weight, 0]
    )


@pytest.mark.parametrize(("min_area_m2", "value"), [(1200.0, 300), (1200.1, 0)])
def test_a_small_park_supplies_nothing(min_area_m2, value):
    assert found(living(home(0, 4)), min_area_m2=min_area_m2).value == value


def test_people_beyond_the_border_share_what_they_reach():
    outside = square(-200, 0, -100, 10), 3
    homes = living(home(0, 1), outside)
    assert found(homes, kernel="uniform").value == pytest.approx(1200 / 4)
    # as do those who reach a park that lies outside itself, but not the parks and
    # people that have nothing to do with the town
    parks = frame(square(-940, 0, -900, 30), square(-2100, 0, -2000, 100))
    homes = living((square(0, 0, 10, 10), 1), (square(-1800, 0, -1790, 10), 3))
    result = found(homes, parks, kernel="uniform")
    assert result.value == pytest.approx(1200 / 4)
    assert len(result.table) == 1


def test_touching_parks_are_one_supply():
    parks = frame(square(0, 0, 40, 15), square(0, 15, 40, 30), name=[None, "b"])
    result = found(living(home(0, 4)), parks)
    assert result.value == 300
    assert len(result.table) == 1
    assert found(living(home(0, 4)), parks, area_per="feature").value == 0


def test_a_capacity_may_stand_for_the_area():
    parks = together(PARK, frame(square(60, 60, 100, 100), name=["rest"]))
    parks = parks.assign(capacity_m2=[600.0, np.nan])
    result = found(living(home(0, 4)), parks, supply="capacity")
    assert result.value == pytest.approx(150)
    assert any("1 parks state no capacity" in note.en for note in result.notes)
    with pytest.raises(LayerError, match="field 'capacity_m2' is missing"):
        found(living(home(0, 4)), supply="capacity")


def test_a_park_that_nobody_reaches_is_listed():
    parks = together(PARK, frame(square(900, 900, 1000, 1000), name=["lonely"]))
    result = found(living(home(0, 4)), parks, distance_m=200.0)
    assert result.table["name"].tolist() == ["corner", "lonely"]
    assert result.table["people"].tolist() == [4, 0]
    assert math.isnan(result.table["m2_per_person"].iloc[1])
    assert "1 have nobody" in result.notes[0].en


def test_people_on_land_stand_in_the_middle_of_small_squares():
    # the middles of three squares lie 50, 150 and 250 m from the park
    park = frame(square(-50, 0, 0, 100))
    cells = frame(square(0, 0, 300, 100), people=[30])
    result = green_supply_2sfca(
        TOWN, park, cells, kernel="uniform", distance_m=150.0, cell_m=100.0
    )
    drawn = result.drawn["green_supply"]
    assert drawn["m2_per_person"].tolist() == pytest.approx([250, 250, 0])
    assert result.value == pytest.approx(5000 / 30)


def street(*spots):
    return LineString([(X + x, Y + y) for x, y in spots])


def test_a_walk_goes_round_where_no_street_leads():
    # the gate lies at the street; the first home 100 m along it, the second across a
    # river, 30 m from the gate as the crow flies and 230 m on foot
    park = frame(square(-60, 0, 0, 30), name=["gated"])
    gate = frame(Point(X, Y + 10))
    ways = frame(street((0, 10), (110, 10), (110, 40), (20, 40)))
    homes = frame(square(95, 5, 105, 15), square(15, 40, 25, 50), people=[10, 10])
    layers = {"buildings": homes, "walkable_ways": ways, "park_entrances": gate}

    def has(distance_m, **how):
        result = green_supply_2sfca(
            TOWN, park, **layers, kernel="uniform", distance_m=distance_m, **how
        )
        return result.drawn["green_supply"]["m2_per_person"].tolist()

    assert has(100.0, on_foot=True) == [180, 0]
    assert has(99.99, on_foot=True) == [0, 0]
    # 110 + 30 + 90 m along streets, 5 m from there to the middle of the home
    assert has(235.0, on_foot=True) == [90, 90]
    assert has(234.99, on_foot=True) == [180, 0]
    assert has(100.0) == [90, 90]


def test_on_foot_needs_ways_which_are_read_for_nothing_else():
    with pytest.raises(LayerError, match="on_foot = true needs the layer 'walkable_w"):
        found(living(home(0, 4)), on_foot=True)
    ask = green_supply_2sfca
    assert "walkable_ways" not in ask.needs(ask.resolve({}))
    assert "walkable_ways" in ask.needs(ask.resolve({"on_foot": True}))


def test_without_people_there_is_nothing_and_without_parks_it_is_0():
    assert found(living(home(0, 0))).value is None
    assert found(living(home(0, 4)), PARK.iloc[:0]).value == 0
    with pytest.raises(LayerError, match="needs the layer 'population'"):
        found(None)


def test_the_title_names_the_distance():
    resolved = green_supply_2sfca.resolve({"kernel": "stepped", "distance_m": 500.0})
    assert "500 m" in green_supply_2sfca.titled(resolved).en
    assert "分级" in green_supply_2sfca.titled(resolved).zh
    assert green_supply_2sfca.margin_m(resolved) == 1000


# --- a slow oracle and laws -------------------------------------------------------

PARKS = frames(boxes(largest=3, beyond=0), most=4)
HOMES = frames(
    boxes(largest=1, beyond=0), {"people": st.integers(0, 9)}, least=1, most=6
)
KERNELS = st.sampled_from(["gaussian", "stepped", "uniform", "linear", "epanechnikov"])
DISTANCES = st.sampled_from([7.0, 133.0, 301.0, 2000.0])


def weight(kernel, share):
    if share > 1:
        return 0
    edge = math.exp(-0.5)
    return {
        "uniform": 1,
        "stepped": 1 if share <= 1 / 3 else 0.68 if share <= 2 / 3 else 0.22,
        "linear": 1 - share,
        "epanechnikov": 1 - share**2,
        "gaussian": (math.exp(-(share**2) / 2) - edge) / (1 - edge),
    }[kernel]


def oracle(parks, homes, kernel, distance_m):
    """Return what everybody has, one park and one home at a time."""
    has = [0.0] * len(homes)
    for park in parks.geometry:
        weights = [
            weight(kernel, home.distance(park) / distance_m) for home in homes.geometry
        ]
        demand = sum(p * w for p, w in zip(homes["people"], weights, strict=True))
        for row, one in enumerate(weights):
            has[row] += park.area / demand * one if demand else 0
    people = sum(homes["people"])
    total = sum(p * h for p, h in zip(homes["people"], has, strict=True))
    return total / people if people else None


@given(PARKS, HOMES, KERNELS, DISTANCES)
@settings(max_examples=40)
def test_it_agrees_with_the_oracle(parks, homes, kernel, distance_m):
    how = {"kernel": kernel, "distance_m": distance_m, "area_per": "feature"}
    result = found(homes, parks, **how)
    assert result.value == same(oracle(parks, homes, kernel, distance_m))
    # what people have in sum is what reached parks supply
    table = result.table
    reached = table["supply_ha"][table["m2_per_person"].notna()].sum() * 1e4
    assert result.numerator == same(reached)


@given(PARKS, HOMES, KERNELS, DISTANCES, PARKS, st.integers(0, 99))
@settings(max_examples=15)
def test_the_laws(parks, homes, kernel, distance_m, more, seed):
    how = {"kernel": kernel, "distance_m": distance_m, "area_per": "feature"}
    case = Case(green_supply_2sfca, TOWN, {"parks": parks, "buildings": homes}, how)
    zones = frame(square(0, 0, 400, 1000), square(400, 0, 1000, 900), name=["a", "b"])
    rows_add_up(case, zones)
    order_is_nothing(case, seed)
    inputs_stay(case)
    place_is_nothing(case, 0.0)
    can_be_drawn(green_supply_2sfca, case.result)
    added = case.with_layers(parks=together(parks, more)).value
    assert added is None if case.value is None else added >= case.value - 1e-9


@given(PARKS, HOMES, st.floats(1, 400))
@settings(max_examples=10)
def test_nothing_beyond_the_margin_matters(parks, homes, gap):
    how = {"distance_m": 301.0, "kernel": "uniform"}
    case = Case(green_supply_2sfca, TOWN, {"parks": parks, "buildings": homes}, how)
    start = 1000 + green_supply_2sfca.margin_m(green_supply_2sfca.resolve(how)) + gap
    beyond = frame(square(start, -500, start + 100, 1500), people=[70])
    case = case.with_layers(parks=parks[["geometry"]])
    added = case.with_layers(
        parks=together(parks[["geometry"]], beyond[["geometry"]]),
        buildings=together(homes, beyond),
    )
    assert added.value == same(case.value)
