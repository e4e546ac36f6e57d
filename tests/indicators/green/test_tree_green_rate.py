"""Tree and shrub cover: what it adds to the forest cover, and never falls short of."""

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
    cells_of_all,
    frame,
    frames,
    square,
    together,
)

from ecogis.area import StudyArea
from ecogis.indicators.green import forest_cover_rate, tree_green_rate

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
KINDS = ["arbor", "bamboo", "special_shrub", "shrub", "farmland_net", "four_sides"]
STRIPS = frame(*(square(100 * n, 0, 100 * n + 100, 1000) for n in range(6)), kind=KINDS)


def test_every_shrub_counts_too():
    assert tree_green_rate(TOWN, STRIPS).value == pytest.approx(60)
    assert forest_cover_rate(TOWN, STRIPS).value == pytest.approx(50)


def test_an_unknown_kind_counts_in_neither():
    orchard = frame(square(0, 0, 1000, 100), kind=["orchard"])
    assert tree_green_rate(TOWN, orchard).value == 0


def test_shrub_makes_a_patch_of_a_stand_that_is_too_small_alone():
    both = frame(square(0, 0, 15, 30), square(15, 0, 30, 30), kind=["arbor", "shrub"])
    assert tree_green_rate(TOWN, both).numerator == pytest.approx(900)
    assert forest_cover_rate(TOWN, both).numerator == 0


@pytest.mark.parametrize(("canopy", "percent"), [(0.19, 0), (0.2, 10)])
def test_canopy_of_one_fifth(canopy, percent):
    stand = frame(square(0, 0, 1000, 100), canopy=[canopy])
    assert tree_green_rate(TOWN, stand).value == pytest.approx(percent)


@pytest.mark.parametrize(("size_m2", "counts"), [(666, 0), (667, 667)])
def test_one_mu(size_m2, counts):
    patch = frame(square(0, 0, 23, size_m2 / 23), kind=["shrub"])
    assert tree_green_rate(TOWN, patch).numerator == pytest.approx(counts)


@pytest.mark.parametrize(("wide", "counts"), [(9, 0), (11, 11_000)])
def test_ten_metres(wide, counts):
    strip = frame(square(0, 0, 1000, wide), kind=["shrub"])
    assert tree_green_rate(TOWN, strip).numerator == pytest.approx(counts)


def test_without_trees_it_is_zero():
    assert tree_green_rate(TOWN, STRIPS.iloc[:0]).value == 0


WOODS = frames(
    boxes(largest=4),
    {
        "kind": st.sampled_from([*KINDS, "orchard"]),
        "canopy": st.sampled_from([0.0, 0.19, 0.2, 0.7]),
    },
    least=1,
)
SIZES = st.sampled_from([0.0, 2600.0, 5100.0, 12_600.0, 25_100.0])
ZONES = frames(boxes(largest=16), {"name": st.sampled_from("abc")}, least=1, most=4)


@st.composite
def cases(draw):
    parameters = {"min_area_m2": draw(SIZES), "canopy_min": draw(st.floats(0, 1))}
    return Case(tree_green_rate, TOWN, {"forest": draw(WOODS)}, parameters)


@given(WOODS)
@settings(max_examples=20)
def test_agrees_with_counting_cells_where_every_patch_is_large_enough(woods):
    # a cell holds 2500 m² and is 50 m wide: only kind and canopy decide
    open_arbor = (woods["kind"] == "arbor") & (woods["canopy"] < 0.2)
    counted = woods[~open_arbor & (woods["kind"] != "orchard")]
    expected = 100 * cells_of_all(counted.geometry).sum() / 400
    assert tree_green_rate(TOWN, woods).value == same(expected)


@given(cases())
@settings(max_examples=30)
def test_it_is_never_less_than_the_forest_cover(case):
    forest = forest_cover_rate(TOWN, **case.layers, **case.parameters)
    assert case.value >= forest.value - 1e-9


@given(cases(), ZONES)
@settings(max_examples=12)
def test_rows_add_up(case, zones):
    rows_add_up(case, zones.drop_duplicates("name"))


@given(cases(), st.integers(0, 99), st.floats(0, 360))
@settings(max_examples=10)
def test_order_and_place_are_nothing(case, seed, degrees):
    order_is_nothing(case, seed)
    place_is_nothing(case, degrees)


@given(cases(), WOODS)
@settings(max_examples=10)
def test_more_trees_are_never_less_and_nothing_counts_twice(case, more):
    added = case.with_layers(forest=together(case.layers["forest"], more)).value
    assert added >= case.value - 1e-9
    twice_is_once(case, "forest")
    inputs_stay(case)
    can_be_drawn(tree_green_rate, case.result)


@given(cases(), st.floats(1, 300))
@settings(max_examples=8)
def test_nothing_beyond_the_margin_matters(case, gap):
    margin = tree_green_rate.margin_m(tree_green_rate.resolve(case.parameters))
    # a stand of the case may lie a little beyond the area: keep the new one apart
    start = 1000 + max(margin, 400) + gap
    beyond = frame(square(start, 0, start + 300, 300), kind=["shrub"], canopy=[0.9])
    forest = together(case.layers["forest"], beyond)
    assert case.with_layers(forest=forest).value == same(case.value)
