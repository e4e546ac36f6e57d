"""The ground's attenuation beside a slow oracle and under its laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slow_sound import OCTAVES, ground

from ecogis.acoustics.ground import Stretch, ground_db, near_g

heights = st.floats(0.01, 60)
factors = st.floats(0, 1).map(lambda g: round(g, 2))


def stretch(*values):
    return Stretch(*(np.asarray(value, dtype=float) for value in values))


@given(heights, heights, st.floats(0.5, 3000), factors, factors, st.booleans())
def test_the_formula_once_more(zs, zr, dp, g, near, favourable):
    found = ground_db(stretch(zs, zr, dp, g, near), favourable=favourable)
    again = [ground(hz, zs, zr, dp, g, near, favourable) for hz in OCTAVES]
    np.testing.assert_allclose(found, again, rtol=1e-9, atol=1e-9)


def test_hard_ground_gives_three_decibels_back():
    hard = stretch(1, 4, 194.165, 0, 0)
    np.testing.assert_array_equal(ground_db(hard, favourable=False), -3.0)
    # far beyond 30 times both heights, as case 1 of ISO/TR 17534-4
    np.testing.assert_allclose(ground_db(hard, favourable=True), -4.364, atol=0.001)


def test_hard_ground_beside_a_soft_source_is_hard_all_the_same():
    assert (ground_db(stretch(5, 5, 20, 0, 1), favourable=False) == -3.0).all()
    assert (ground_db(stretch(5, 5, 20, 0, 1), favourable=True) == 0.0).all()


@given(heights, heights, st.floats(0.5, 3000), factors, st.booleans())
def test_source_and_receiver_change_places(zs, zr, dp, g, favourable):
    there = ground_db(stretch(zs, zr, dp, g, g), favourable=favourable)
    back = ground_db(stretch(zr, zs, dp, g, g), favourable=favourable)
    np.testing.assert_allclose(there, back, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("favourable", [False, True])
def test_points_on_the_ground_have_an_answer(favourable):
    for dp in (0.0, 1e-9, 100.0):
        found = ground_db(stretch(0, 0, dp, 1, 1), favourable=favourable)
        assert np.isfinite(found).all()


@given(
    st.lists(
        st.tuples(heights, heights, st.floats(1, 900), factors), min_size=1, max_size=5
    )
)
def test_many_paths_are_one_after_the_other(rows):
    zs, zr, dp, g = np.array(rows).T
    together = ground_db(stretch(zs, zr, dp, g, g), favourable=True)
    assert together.shape == (len(rows), 8)
    for at, one in enumerate(rows):
        alone = ground_db(stretch(*one, one[3]), favourable=True)
        np.testing.assert_array_equal(together[at], alone)


@pytest.mark.parametrize(
    ("length_m", "expected"),
    [(0, 1.0), (75, 0.65), (150, 0.3), (150.001, 0.3), (9e9, 0.3)],
)
def test_near_the_source_its_own_ground_counts(length_m, expected):
    # 30 times 5 m: the middle of the reach is half of each
    arguments = (np.asarray(v, dtype=float) for v in (length_m, 5, 0.3, 1))
    assert near_g(*arguments) == pytest.approx(expected)
