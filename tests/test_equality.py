"""Gini, Lorenz and spread by hand, beside a slow oracle, and under their laws."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from town import CRS, frame, square

from ecogis.area import StudyArea
from ecogis.breakdown import break_down
from ecogis.equality import equality, gini, lorenz, variation
from ecogis.indicator import Result

# three zones of 100 m by 100 m, and ground that is in none
TOWN = StudyArea("town", square(0, 0, 400, 100), CRS, area_method="plane")
ZONES = frame(
    *(square(100 * i, 0, 100, 100) for i in range(3)), name=["西", "中", "东"]
)


def parts(tops, bottoms=None):
    """Return one point in the middle of each zone."""
    points = [square(100 * i, 0, 100, 100).centroid for i in range(len(tops))]
    columns = {"numerator": tops} | ({"denominator": bottoms} if bottoms else {})
    return frame(*points, **columns)


def compared(result, balance=None, zones=ZONES):
    return equality(break_down(result, zones, "higher"), result, TOWN, balance)


def of(amounts, weights):
    return lorenz(np.array(amounts, float), np.array(weights, float))


# --- by hand ----------------------------------------------------------------------


def test_three_zones_by_hand():
    # 1 of 1, 1 of 2, 1 of 1: values 1, 0.5, 1 of a mean of 0.75
    found = compared(Result.ratio(parts([1.0, 1.0, 1.0], [1.0, 2.0, 1.0]), scale=100))
    by_hand = [(0, 0), (0.5, 1 / 3), (0.75, 2 / 3), (1, 1)]
    assert np.array(found.lorenz) == pytest.approx(np.array(by_hand))
    # the triangle between the diagonal and (1/2, 1/3): 2 * 1/12
    assert found.gini == pytest.approx(1 / 6)
    # the deviations are 1/4 everywhere: 1/4 of 3/4
    assert found.variation == pytest.approx(1 / 3)
    assert (found.highest.zones, found.highest.value) == (("西", "东"), 100)
    assert (found.lowest.zones, found.lowest.value) == (("中",), 50)
    assert (found.weighted_by, found.zones, found.left_out) == ("denominator", 3, 0)
    assert found.groups is None


def test_what_lies_in_no_zone_is_left_out():
    some = compared(Result.ratio(parts([1.0, 2.0, 3.0, 99.0], [1.0, 1.0, 1.0, 1.0])))
    same = compared(Result.ratio(parts([1.0, 2.0, 3.0], [1.0, 1.0, 1.0])))
    assert some == same


def test_a_zone_without_a_denominator_is_left_out_and_counted():
    found = compared(Result.ratio(parts([1.0, 5.0, 3.0], [1.0, 0.0, 1.0])))
    assert (found.zones, found.left_out) == (2, 1)
    assert found.gini == pytest.approx(0.25)
    # a crumb of cutting is none
    crumb = compared(Result.ratio(parts([1.0, 5.0, 3.0], [1.0, 1e-10, 1.0])))
    assert crumb == found


def test_fewer_than_two_zones_are_not_compared():
    assert compared(Result.ratio(parts([1.0, 1.0], [1.0, 0.0]))) is None
    assert compared(Result.ratio(parts([1.0], [1.0])), zones=ZONES.iloc[:1]) is None


def test_a_total_is_weighted_by_the_ground_of_its_zones():
    # the last zone is twice as large: 2, 2 and 4 are equal by ground
    zones = frame(
        *(square(100 * i, 0, 100, 100) for i in range(2)),
        square(200, 0, 200, 100),
        name=["a", "b", "c"],
    )
    found = compared(Result.total(parts([2.0, 2.0, 4.0]), scale=10), zones=zones)
    assert found.weighted_by == "area"
    assert found.gini == pytest.approx(0, abs=1e-12)
    # 20 on 0.01 km²
    assert found.highest.value == pytest.approx(2000)
    assert set(found.highest.zones) == set(found.lowest.zones) == {"a", "b", "c"}


def test_ground_that_zones_share_counts_for_the_first():
    zones = frame(square(0, 0, 200, 100), square(100, 0, 200, 100), name=["a", "b"])
    found = compared(Result.total(parts([2.0, 0.0, 1.0])), zones=zones)
    # 2 on 200 m of frontage, 1 on the 100 m that are left
    assert found.gini == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "tops", [[0.0, 0.0, 0.0], [3.0, -1.0, 1.0], [-1.0, -1.0, -2.0]]
)
def test_what_cannot_be_shared_out_has_no_gini(tops):
    found = compared(Result.ratio(parts(tops, [1.0, 1.0, 1.0])))
    assert (found.gini, found.variation, found.lorenz) == (None, None, ())
    assert found.highest.value == max(tops)
    assert found.lowest.value == min(tops)


@pytest.mark.parametrize(
    ("ratios", "expected"),
    [([1.0, 0.8], 0.8), ([0.5, 1.0], 0.5), ([1.0, np.nan], None)],
)
def test_the_groups_of_the_plan_are_the_lowest_over_the_highest(ratios, expected):
    balance = pd.DataFrame({"group": ["a", "b"], "ratio": ratios})
    found = compared(Result.ratio(parts([1.0, 1.0], [1.0, 1.0])), balance)
    assert found.groups == expected


@pytest.mark.parametrize("n", [2, 3, 10])
def test_everything_in_one_of_n_equal_zones(n):
    amounts, weights = np.eye(n)[0], np.ones(n)
    assert gini(lorenz(amounts, weights)) == pytest.approx((n - 1) / n)
    assert variation(amounts, weights) == pytest.approx(math.sqrt(n - 1))


# --- a slow oracle ----------------------------------------------------------------


def mean_difference(amounts, weights):
    """Ask every pair: half the weighted mean difference over the mean."""
    pairs = [(i, j) for i in range(len(amounts)) for j in range(len(amounts))]
    apart = sum(
        weights[i] * weights[j] * abs(amounts[i] / weights[i] - amounts[j] / weights[j])
        for i, j in pairs
    )
    return apart / (2 * sum(weights) * sum(amounts))


ZONE = st.tuples(st.integers(0, 50), st.integers(1, 50))
MANY = st.lists(ZONE, min_size=2, max_size=8).filter(lambda z: any(a for a, _ in z))


@given(MANY)
def test_it_agrees_with_every_pair(zones):
    amounts, weights = np.array(zones, float).T
    found = gini(lorenz(amounts, weights))
    assert found == pytest.approx(mean_difference(amounts, weights), abs=1e-12)


@given(MANY)
def test_variation_agrees_with_people_counted_one_by_one(zones):
    amounts, weights = np.array(zones, float).T
    each = np.repeat(amounts / weights, weights.astype(int))
    assert variation(amounts, weights) == pytest.approx(each.std() / each.mean())


# --- laws -------------------------------------------------------------------------


@given(MANY)
def test_the_curve_runs_from_corner_to_corner_and_sags(zones):
    curve = of(*zip(*zones, strict=True))
    assert 0 <= gini(curve) < 1
    points = np.array(curve)
    assert points[0].tolist() == [0, 0]
    assert points[-1].tolist() == [1, 1]
    steps = np.diff(points, axis=0)
    assert (steps >= 0).all()
    slopes = steps[:, 1] / steps[:, 0]
    assert (np.diff(slopes) >= -1e-9).all()
    assert (points[:, 1] <= points[:, 0] + 1e-12).all()


@given(MANY, st.randoms(), st.sampled_from([0.01, 3, 1e6]))
def test_neither_order_nor_scale_matters(zones, random, scale):
    mixed = random.sample(zones, len(zones))
    first, second = (np.array(some, float).T for some in (zones, mixed))
    assert gini(lorenz(*second)) == pytest.approx(gini(lorenz(*first)), abs=1e-12)
    for scaled in ((first[0] * scale, first[1]), (first[0], first[1] * scale)):
        assert gini(lorenz(*scaled)) == pytest.approx(gini(lorenz(*first)), abs=1e-12)
        assert variation(*scaled) == pytest.approx(variation(*first))


@given(st.lists(st.integers(1, 50), min_size=2, max_size=8), st.integers(1, 9))
def test_equal_values_are_equal_whatever_the_weights(weights, value):
    points = of([value * w for w in weights], weights)
    assert gini(points) == pytest.approx(0, abs=1e-12)


@given(MANY, st.integers(0, 7))
def test_a_zone_cut_in_equal_halves_changes_nothing(zones, place):
    amounts, weights = np.array(zones, float).T
    at = place % len(zones)
    cut = [np.r_[row, row[at] / 2] for row in (amounts, weights)]
    for row in cut:
        row[at] /= 2
    assert gini(lorenz(*cut)) == pytest.approx(
        gini(lorenz(amounts, weights)), abs=1e-12
    )
    assert variation(*cut) == pytest.approx(variation(amounts, weights))
