"""Park green space a person in hand-drawn towns, by counting cells, and its laws."""

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
    twice_is_once,
)
from strategies import (
    CRS,
    boxes,
    cells_of,
    cells_of_all,
    frame,
    frames,
    square,
    together,
)

from ecogis.area import StudyArea
from ecogis.errors import LayerError, PlanError
from ecogis.indicators.green import park_green_per_capita
from ecogis.spatial.zonal import by_zone

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
PARK = frame(square(100, 100, 300, 200), name=["20 000 m²"])
PEOPLE = frame(TOWN.boundary, people=[1000])


def per_capita(parks=PARK, population=PEOPLE, **parameters):
    return park_green_per_capita(TOWN, parks, population, **parameters)


# --- answers that are done in the head -------------------------------------------


def test_20_000_m2_for_1000_people():
    found = per_capita()
    assert found.value == pytest.approx(20)
    assert (found.numerator, found.denominator) == pytest.approx((20_000, 1000))


def test_a_park_counts_as_far_as_it_lies_inside():
    across = frame(square(-100, 0, 100, 100))
    assert per_capita(across).value == pytest.approx(10)


def test_shared_ground_counts_once_and_is_told():
    found = per_capita(frame(square(0, 0, 200, 100), square(100, 0, 300, 100)))
    assert found.value == pytest.approx(30)
    assert "1 ha" in found.notes[0].en


def test_people_beyond_the_area_do_not_count():
    found = per_capita(population=frame(square(500, 0, 1500, 1000), people=[500]))
    assert found.value == pytest.approx(20_000 / 250)


def test_a_stated_number_of_people_stands_for_the_layer():
    found = park_green_per_capita(TOWN, PARK, people=4000.0)
    assert found.value == pytest.approx(5)
    assert (found.numerator, found.denominator) == (20_000, 4000)
    assert found.parts is None
    assert "2.0 ha" in found.notes[0].en
    assert "4,000" in found.notes[0].zh


def test_a_stated_number_wins_over_the_layer_which_is_not_read():
    assert per_capita(people=4000.0).value == pytest.approx(5)
    resolved = park_green_per_capita.resolve({"people": 4000.0})
    assert park_green_per_capita.needs(resolved) == {"parks": True}
    resolved = park_green_per_capita.resolve({})
    assert park_green_per_capita.needs(resolved) == {"parks": True, "population": True}


@pytest.mark.parametrize("people", [0, -1, float("nan"), float("inf"), "many"])
def test_people_are_more_than_none(people):
    with pytest.raises(PlanError, match="parameter people: found"):
        park_green_per_capita.resolve({"people": people})


def test_the_plan_s_own_identity():
    # 20 m² for 3 452 500 residents are 69.05 km² of park
    side = 69.05e6**0.5
    district = StudyArea("district", square(0, 0, side, side), CRS, area_method="plane")
    parks = frame(district.boundary)
    found = park_green_per_capita(district, parks, people=3_452_500.0)
    assert found.value == pytest.approx(20)


def test_without_people_there_is_nothing_to_measure():
    assert per_capita(population=PEOPLE.iloc[:0]).value is None
    assert per_capita(population=PEOPLE.assign(people=0)).value is None


def test_without_parks_it_is_none_at_all():
    assert per_capita(PARK.iloc[:0]).value == 0


def test_without_layer_and_number_it_says_what_to_give():
    with pytest.raises(LayerError, match="or the number of residents") as error:
        park_green_per_capita(TOWN, PARK)
    assert "\n" not in str(error.value)


def test_only_the_categories_named_count():
    parks = frame(
        square(0, 0, 100, 100),
        square(200, 0, 300, 100),
        square(400, 0, 500, 100),
        category=["G11", "G3", None],
    )
    assert per_capita(parks).value == pytest.approx(30)
    assert per_capita(parks, categories=("G11", "G12")).value == pytest.approx(10)
    with pytest.raises(LayerError, match="no field 'category'"):
        per_capita(categories=("G11",))


def test_a_zone_has_its_own_parks_and_its_own_people():
    people = frame(
        square(0, 0, 500, 1000), square(500, 0, 1000, 1000), people=[100, 300]
    )
    parks = frame(square(400, 0, 600, 100), square(700, 0, 800, 100))
    zones = frame(
        square(0, 0, 500, 1000), square(500, 0, 1000, 1000), name=["west", "east"]
    )
    rows = by_zone(per_capita(parks, people).parts, zones)
    assert rows["numerator"].tolist() == pytest.approx([10_000, 20_000])
    assert rows["denominator"].tolist() == pytest.approx([100, 300])


def test_people_that_are_not_stated_are_told():
    cells = frame(TOWN.boundary, TOWN.boundary, people=[np.nan, 10])
    assert any("without a number" in note.en for note in per_capita(PARK, cells).notes)


# --- a slow oracle, and laws ------------------------------------------------------


def by_cells(parks, population):
    """Count cells of 50 m, of which the strategies' boxes are made."""
    green = 2500 * cells_of_all(parks.geometry).sum()
    people = sum(
        count * cells_of(shape).sum() * 2500 / shape.area
        for shape, count in zip(population.geometry, population["people"], strict=True)
    )
    return green / people if people else None


PARKS = frames(boxes(largest=5))
POPULATION = frames(columns={"people": st.integers(0, 90)})
ZONES = frames(boxes(largest=16), {"name": st.sampled_from("abc")}, least=1, most=4)


@given(PARKS, POPULATION)
@settings(max_examples=30)
def test_agrees_with_counting_cells(parks, population):
    assert per_capita(parks, population).value == same(by_cells(parks, population))


@st.composite
def cases(draw):
    layers = {"parks": draw(PARKS), "population": draw(POPULATION)}
    return Case(park_green_per_capita, TOWN, layers)


@given(cases(), ZONES)
@settings(max_examples=20)
def test_rows_add_up(case, zones):
    rows_add_up(case, zones.drop_duplicates("name"))


@given(cases(), st.integers(0, 99), st.floats(0, 360))
@settings(max_examples=12)
def test_order_and_place_are_nothing(case, seed, degrees):
    order_is_nothing(case, seed)
    place_is_nothing(case, degrees)


@given(cases(), PARKS)
@settings(max_examples=15)
def test_more_parks_are_never_less_and_nothing_counts_twice(case, more):
    added = case.with_layers(parks=together(case.layers["parks"], more)).value
    assert added is None or added >= case.value - 1e-9
    twice_is_once(case, "parks")
    inputs_stay(case)
    can_be_drawn(park_green_per_capita, case.result)


@given(cases())
@settings(max_examples=10)
def test_nothing_outside_the_area_matters(case):
    beyond = frame(square(1000, -500, 1400, 1500), people=[70])
    layers = {
        "parks": together(case.layers["parks"], beyond[["geometry"]]),
        "population": together(case.layers["population"], beyond),
    }
    assert case.with_layers(**layers).value == same(case.value)
