"""Forest cover in hand-drawn districts, by counting cells, and its laws."""

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
from ecogis.errors import PlanError
from ecogis.indicators.green import forest_cover_rate

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
KINDS = ["arbor", "bamboo", "special_shrub", "shrub", "farmland_net", "four_sides"]
# one strip of a tenth of the town for each kind
STRIPS = frame(*(square(100 * n, 0, 100 * n + 100, 1000) for n in range(6)), kind=KINDS)


def rate(forest, **parameters):
    return forest_cover_rate(TOWN, forest, **parameters)


def test_the_law_counts_all_kinds_but_other_shrub():
    found = rate(STRIPS)
    assert found.value == pytest.approx(50)
    assert found.numerator == pytest.approx(500_000)
    assert found.denominator == pytest.approx(1_000_000)


@pytest.mark.parametrize(("canopy", "percent"), [(0.19, 0), (0.2, 10)])
def test_canopy_of_one_fifth(canopy, percent):
    stand = frame(square(0, 0, 1000, 100), kind=["arbor"], canopy=[canopy])
    assert rate(stand).value == pytest.approx(percent)
    assert rate(stand, canopy_min=0.19).value == pytest.approx(10)


@pytest.mark.parametrize(("size_m2", "counts"), [(666, 0), (667, 667)])
def test_one_mu(size_m2, counts):
    patch = frame(square(0, 0, 23, size_m2 / 23))
    assert rate(patch).numerator == pytest.approx(counts)
    assert rate(patch, min_area_m2=0.0).numerator == pytest.approx(size_m2)


def test_ten_metres():
    strip = frame(square(0, 0, 1000, 9))
    assert rate(strip).value == 0
    assert rate(strip, min_width_m=8.0).value == pytest.approx(0.9)


def test_forest_is_cut_to_the_area_and_counts_once():
    over = frame(square(-500, 0, 200, 1000), square(100, 0, 300, 1000))
    found = rate(over)
    assert found.value == pytest.approx(30)
    assert any("10 ha" in note.en for note in found.notes)


def test_without_forest_it_is_zero():
    assert rate(STRIPS.iloc[:0]).value == 0


def test_kept_and_dropped_are_drawn_with_their_reason():
    drawn = rate(STRIPS).drawn["forest_kept"]
    assert drawn["kept"].tolist() == [kind != "shrub" for kind in KINDS]
    assert set(drawn["reason"]) == {"kept", "kind"}


@pytest.mark.parametrize(
    "stated", [{"canopy_min": 20}, {"min_area_m2": -1.0}, {"min_width_m": None}]
)
def test_parameters_are_held_to_their_bounds(stated):
    with pytest.raises(PlanError, match="forest_cover_rate: parameter"):
        forest_cover_rate.resolve(stated)


def test_the_identity_of_the_plan():
    # a published 8520 ha of 304.6 km² are 27.97 %: a district of this size, in strips
    side = 304.6e6**0.5
    district = StudyArea("district", square(0, 0, side, side), CRS, area_method="plane")
    forest = frame(square(0, 0, side, 85.2e6 / side))
    assert forest_cover_rate(district, forest).value == pytest.approx(27.97, abs=0.005)


# --- a slow oracle, and laws ------------------------------------------------------


def by_cells(forest, canopy_min, min_area_m2, kinds):
    """Count cells of 50 m; patches grow while any box touches any other."""
    stands = [
        (shape, kind)
        for shape, kind, canopy in zip(
            forest.geometry, forest["kind"], forest["canopy"], strict=True
        )
        if kind in kinds and (kind != "arbor" or canopy >= canopy_min)
    ]
    rows = [shape for shape, kind in stands if kind == "four_sides"]
    waiting = [shape for shape, kind in stands if kind != "four_sides"]
    kept = list(rows)
    while waiting:
        patch = [waiting.pop()]
        for known in patch:
            touching = [shape for shape in waiting if shape.intersects(known)]
            waiting = [shape for shape in waiting if not shape.intersects(known)]
            patch += touching
        # beyond the town too: move each box into a picture that is wide enough
        cells = cells_of_all(patch, cells=60, start_m=-1000.0)
        if cells.sum() * 2500 >= min_area_m2:
            kept += patch
    return 100 * cells_of_all(kept).sum() / cells_of(TOWN.boundary).sum()


FORESTS = frames(
    boxes(largest=4),
    {
        "kind": st.sampled_from(["arbor", "bamboo", "shrub", "four_sides"]),
        "canopy": st.sampled_from([0.0, 0.19, 0.2, 0.7]),
    },
    least=1,
)
# no whole number of cells has this size, so that rounding decides nothing
SIZES = st.sampled_from([0.0, 2600.0, 5100.0, 12_600.0, 25_100.0])
ZONES = frames(boxes(largest=16), {"name": st.sampled_from("abc")}, least=1, most=4)


@given(FORESTS, SIZES)
@settings(max_examples=30)
def test_agrees_with_counting_cells(forest, size):
    expected = by_cells(forest, 0.2, size, ("arbor", "bamboo", "four_sides"))
    assert rate(forest, min_area_m2=size).value == same(expected)


@st.composite
def cases(draw):
    return Case(
        forest_cover_rate,
        TOWN,
        {"forest": draw(FORESTS)},
        {"min_area_m2": draw(SIZES)},
    )


@given(cases(), ZONES)
@settings(max_examples=15)
def test_rows_add_up(case, zones):
    rows_add_up(case, zones.drop_duplicates("name"))


@given(cases(), st.integers(0, 99), st.floats(0, 360))
@settings(max_examples=12)
def test_order_and_place_are_nothing(case, seed, degrees):
    order_is_nothing(case, seed)
    place_is_nothing(case, degrees)


@given(cases(), FORESTS)
@settings(max_examples=12)
def test_more_forest_is_never_less_and_nothing_counts_twice(case, more):
    added = case.with_layers(forest=together(case.layers["forest"], more)).value
    assert added >= case.value - 1e-9
    twice_is_once(case, "forest")
    inputs_stay(case)
    can_be_drawn(forest_cover_rate, case.result)


@given(cases(), st.floats(1, 300))
@settings(max_examples=10)
def test_nothing_beyond_the_margin_matters(case, gap):
    margin = forest_cover_rate.margin_m(forest_cover_rate.resolve(case.parameters))
    # a stand of the case may lie a little beyond the area: keep the new one apart
    start = 1000 + max(margin, 400) + gap
    beyond = frame(square(start, 0, start + 300, 300), kind=["arbor"], canopy=[0.9])
    forest = together(case.layers["forest"], beyond)
    assert case.with_layers(forest=forest).value == same(case.value)
