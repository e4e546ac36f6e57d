"""Green of every size at its distance: each tier from both sides, and together."""

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
)
from strategies import CRS, boxes, frame, frames, square, together

from ecogis.area import StudyArea
from ecogis.errors import PlanError
from ecogis.indicators.green import angst
from ecogis.table import table

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
HOME = frame(square(0, 0, 10, 10), people=[8])


def site(size_ha, distance_m):
    """Return a square site so far west of the home."""
    side = np.sqrt(size_ha * 1e4)
    return square(-distance_m - side, 0, -distance_m, side)


def found(*sites, buildings=HOME, **parameters):
    return angst(TOWN, frame(*sites), buildings=buildings, **parameters)


# what Natural England asks, in hectares and metres
EDITIONS = {
    "angst_2010": {
        "local": (2, 300),
        "wider": (20, 2000),
        "district": (100, 5000),
        "subregional": (500, 10_000),
    },
    "angst_2023": {
        "doorstep": (0.5, 200),
        "local": (2, 300),
        "neighbourhood": (10, 1000),
        "wider": (20, 2000),
        "district": (100, 5000),
        "subregional": (500, 10_000),
    },
}
EVERY = [
    pytest.param(edition, tier, *asked, id=f"{edition}-{tier}")
    for edition, tiers in EDITIONS.items()
    for tier, asked in tiers.items()
]


@pytest.mark.parametrize(("edition", "tier", "size_ha", "distance_m"), EVERY)
def test_each_tier_from_both_sides(edition, tier, size_ha, distance_m):
    def value(more_ha, more_m):
        one = site(size_ha + more_ha, distance_m + more_m)
        return found(one, edition=edition, tier=tier).value

    assert value(1e-4, -0.01) == 100
    assert value(1e-4, 0.0) == 100
    assert value(1e-4, 0.01) == 0
    assert value(-1e-4, 0.0) == 0
    resolved = angst.resolve({"edition": edition, "tier": tier})
    assert angst.margin_m(resolved) == distance_m


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_tier_was_looked_at(edition):
    assert set(table("angst")) == set(EDITIONS)
    tiers = table("angst")[edition].columns["tiers"]
    assert [one["tier"] for one in tiers] == list(EDITIONS[edition])
    assert angst.margin_m(angst.resolve({"edition": edition})) == 10_000


def test_one_large_site_close_by_meets_every_tier():
    for edition, tiers in EDITIONS.items():
        result = found(site(501, 100), edition=edition)
        assert result.value == 100
        assert result.table["percent"].tolist() == [100] * len(tiers)
        assert result.drawn["people_served"]["met"].tolist() == [len(tiers)]


def test_everybody_needs_every_tier():
    # the western home has 2 ha at hand, both have 500 ha, three kilometres away
    homes = frame(square(0, 0, 10, 10), square(900, 0, 910, 10), people=[3, 1])
    small, large = site(2.001, 100), square(-1000, 3000, 1500, 5100)
    result = found(small, large, buildings=homes)
    assert result.value == 0
    assert result.table["tier"].tolist() == list(EDITIONS["angst_2010"])
    assert result.table["people"].tolist() == [3, 0, 4, 4]
    # two kilometres away it is the site of 20 ha too
    result = found(small, square(-1000, 1900, 1500, 4100), buildings=homes)
    assert result.table["people"].tolist() == [3, 4, 4, 4]
    assert result.table["percent"].tolist() == [75, 100, 100, 100]
    assert result.value == 75
    assert result.drawn["people_served"]["met"].tolist() == [4, 3]
    assert result.drawn["parks_counted"]["distance_m"].tolist() == [300, 10_000]


def test_people_on_land_are_divided_tier_by_tier():
    # a wall of 2 ha serves 300 m of 1000; a cell of 40 people lies across its reach
    wall = square(-25, 0, 0, 1000)
    cells = frame(square(200, 0, 600, 100), people=[40])
    result = angst(TOWN, frame(wall), cells, tier="local")
    assert result.value == pytest.approx(25)
    assert result.table["people"].tolist() == pytest.approx([10])


def test_a_tier_that_the_edition_lacks_is_refused():
    with pytest.raises(PlanError, match="angst_2010 has no tier 'doorstep'; it has lo"):
        found(site(1, 0), tier="doorstep")


def test_without_people_there_is_nothing_to_measure():
    result = found(site(1, 0), buildings=HOME.iloc[:0])
    assert result.value is None
    assert result.table["percent"].isna().all()


def test_the_title_says_which_tier():
    asked = angst.resolve({"tier": "local"})
    assert angst.titled(asked).en.endswith("green of the local tier")
    assert "邻近" in angst.titled(asked).zh


PARKS = frames(boxes(largest=8), most=4)
CELLS = frames(boxes(largest=3), {"people": st.integers(0, 90)}, most=3)
HOMES = frames(boxes(largest=1), {"people": st.integers(0, 9)}, most=6)


@st.composite
def cases(draw):
    layers = {"parks": draw(PARKS), "buildings": draw(HOMES)}
    if draw(st.booleans()):
        layers |= {"population": draw(CELLS)}
    parameters = {"edition": "angst_2023"}
    parameters["tier"] = draw(st.sampled_from([None, "doorstep", "local"]))
    return Case(angst, TOWN, layers, parameters)


@given(cases(), PARKS, st.integers(0, 99))
@settings(max_examples=6)
def test_the_laws(case, more, seed):
    zones = frame(square(0, 0, 400, 1000), square(400, 0, 1000, 900), name=["a", "b"])
    rows_add_up(case, zones)
    order_is_nothing(case, seed)
    inputs_stay(case)
    result = case.result
    can_be_drawn(angst, result)
    if result.value is not None:
        assert result.value <= result.table["percent"].min() + 1e-9
    added = case.with_layers(parks=together(case.layers["parks"], more)).value
    assert added is None if case.value is None else added >= case.value - 1e-9


@given(PARKS, CELLS, st.floats(0, 360))
@settings(max_examples=4)
def test_place_is_nothing(parks, cells, degrees):
    layers = {"parks": parks, "population": cells}
    place_is_nothing(Case(angst, TOWN, layers, {"tier": "local"}), degrees, rel=4e-4)
