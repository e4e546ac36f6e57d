"""Mean planes: by hand, beside a fit to dense samples, and under their laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogis.acoustics.plane import Plane, mean_plane


def plane(relief, start, end):
    along, up = np.array(relief, dtype=float).T
    return mean_plane(along, up, start, end)


def test_a_slope_is_its_own_plane():
    found = plane([(0, 2), (10, 7)], 0, 10)
    assert (found.slope, found.level) == pytest.approx((0.5, 2))


def test_the_ramp_of_case_5():
    # ISO/TR 17534-4, table 18: a = 0.05, b = -2.83; heights 3.83 and 6.16; d 194.59
    found = plane([(0, 0), (112.41, 0), (178.84, 10), (194.16, 10)], 0, 194.16)
    assert (found.slope, found.level) == pytest.approx((0.05, -2.83), abs=0.006)
    source, receiver = np.array([0, 1.0]), np.array([194.16, 14.0])
    assert found.height_m(source) == pytest.approx(3.83, abs=0.006)
    assert found.height_m(receiver) == pytest.approx(6.16, abs=0.006)
    assert found.run_m(source, receiver) == pytest.approx(194.59, abs=0.015)


def test_a_step_half_way_by_hand():
    # 0 on the left, 1 on the right of the middle: slope 12 / 8
    found = plane([(0, 0), (0.5, 0), (0.5, 1), (1, 1)], 0, 1)
    assert (found.slope, found.level) == pytest.approx((1.5, -0.25))


def test_a_part_counts_what_is_between_its_ends_only():
    relief = [(0, 50), (10, 50), (10, 0), (20, 4), (20, 90), (30, 90)]
    assert plane(relief, 10, 20).slope == pytest.approx(0.4)


def test_no_length_is_level_ground():
    assert plane([(0, 3), (10, 3)], 4, 4) == Plane(0.0, 3.0)


def test_below_the_plane_is_no_height():
    assert Plane(0.0, 5.0).height_m(np.array([3.0, 2.0])) == 0.0


def test_an_image_is_as_far_on_the_other_side():
    tilted, point = Plane(0.75, 1.0), np.array([2.0, 9.0])
    image = tilted.image(point)
    # square to the plane, 2 * (9 - 2.5) * 0.8 apart
    np.testing.assert_allclose(point - image, [-6.24, 8.32])
    np.testing.assert_allclose(tilted.image(image), point)


@given(
    st.lists(st.tuples(st.floats(0.1, 40), st.floats(-20, 60)), min_size=1, max_size=9)
)
def test_a_fit_to_dense_samples_is_the_same(steps):
    along = np.concatenate([[0], np.cumsum([step for step, _ in steps])])
    up = np.array([0.0, *(height for _, height in steps)])
    found = mean_plane(along, up, 0.0, float(along[-1]))
    x = (np.arange(20000) + 0.5) / 20000 * along[-1]
    slope, level = np.polyfit(x, np.interp(x, along, up), 1)
    np.testing.assert_allclose((found.slope, found.level), (slope, level), atol=2e-3)
