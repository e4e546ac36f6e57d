"""Supply shared by all in reach: weights by hand, and nothing lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogis.spatial.catchment import NOBODY, Pairs, share_supply, weigh

KERNELS = ("gaussian", "stepped", "uniform", "linear", "epanechnikov")


@pytest.mark.parametrize(
    ("kernel", "metres", "weight"),
    [
        ("uniform", 900, 1),
        ("uniform", 900.01, 0),
        ("stepped", 0, 1),
        ("stepped", 300, 1),
        ("stepped", 300.01, 0.68),
        ("stepped", 600, 0.68),
        ("stepped", 600.01, 0.22),
        ("stepped", 900, 0.22),
        ("stepped", 900.01, 0),
        ("linear", 0, 1),
        ("linear", 450, 0.5),
        ("linear", 900, 0),
        ("epanechnikov", 450, 0.75),
        ("epanechnikov", 900, 0),
        ("gaussian", 0, 1),
        ("gaussian", 900, 0),
        # (e^-1/8 - e^-1/2) / (1 - e^-1/2) with e^-1/8 = 0.8824969, e^-1/2 = 0.6065307
        ("gaussian", 450, (0.8824969 - 0.6065307) / (1 - 0.6065307)),
    ],
)
def test_how_much_a_distance_counts(kernel, metres, weight):
    assert weigh(kernel, np.array([float(metres)]), 900.0) == pytest.approx(
        [weight], abs=1e-7
    )


@pytest.mark.parametrize("kernel", KERNELS)
def test_at_no_distance_only_the_door_counts(kernel):
    assert weigh(kernel, np.array([0.0]), 0.0).tolist() == [1]


def test_two_parks_and_two_homes():
    # the first park serves both homes, the second only the other one
    pairs = Pairs(np.array([0, 0, 1]), np.array([0, 1, 1]), np.zeros(3))
    found = share_supply(
        pairs,
        np.array([120.0, 90.0, 50.0]),
        np.array([10.0, 30.0]),
        kernel="uniform",
        distance_m=100.0,
    )
    assert found.of_supply[:2].tolist() == [3, 3]
    assert np.isnan(found.of_supply[2])
    assert found.per_person.tolist() == [3, 6]
    assert found.people.tolist() == [40, 30, 0]


def test_a_pair_stands_once_with_its_least_distance():
    found = Pairs.nearest(
        np.array([1, 0, 1, 0]), np.array([2, 2, 2, 0]), np.array([5.0, 7.0, 3.0, 1.0])
    )
    assert found.supply.tolist() == [0, 0, 1]
    assert found.place.tolist() == [0, 2, 2]
    assert found.metres.tolist() == [1, 7, 3]
    nothing = Pairs.nearest(*[np.zeros(0, dtype=int)] * 3)
    assert len(nothing.supply) == 0


@st.composite
def towns(draw):
    supplies, places = draw(st.integers(0, 5)), draw(st.integers(0, 6))
    many = supplies * places
    metres = draw(st.lists(st.floats(0, 150), min_size=many, max_size=many))
    amount = draw(st.lists(st.floats(0, 1e5), min_size=supplies, max_size=supplies))
    people = draw(st.lists(st.floats(0, 1e3), min_size=places, max_size=places))
    kernel = draw(st.sampled_from(KERNELS))
    table = np.array(metres).reshape(supplies, places)
    return table, np.array(amount), np.array(people), kernel


def oracle(metres, amount, people, kernel):
    """Walk through the two steps one supply and one place at a time."""
    has = [0.0] * len(people)
    for row, supply in zip(metres, amount, strict=True):
        weights = [float(weigh(kernel, np.array([m]), 100.0)[0]) for m in row]
        demand = sum(p * w for p, w in zip(people, weights, strict=True))
        for place, weight in enumerate(weights):
            has[place] += supply / demand * weight if demand > NOBODY else 0.0
    return has


@given(towns())
def test_what_all_have_is_what_reached_supplies_give(town):
    metres, amount, people, kernel = town
    supply, place = np.nonzero(metres <= 100)
    pairs = Pairs(supply, place, metres[supply, place])
    found = share_supply(pairs, amount, people, kernel=kernel, distance_m=100.0)
    reached = ~np.isnan(found.of_supply)
    total = amount[reached].sum()
    assert (people * found.per_person).sum() == pytest.approx(total, rel=1e-9)
    assert found.per_person == pytest.approx(oracle(*town), rel=1e-9, abs=1e-12)
