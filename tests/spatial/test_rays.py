"""The height of rays, by hand and on the circle."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogis.spatial.rays import ray_up_m


def up(start, end, along, radius=np.inf):
    return ray_up_m(
        np.array(start, float), np.array(end, float), np.asarray(along), radius
    )


def test_a_straight_ray():
    assert up((10, 4), (50, 12), 20.0) == pytest.approx(6)


def test_a_bent_ray_rises_in_the_middle():
    # 1000 - sqrt(1000² - 60²) = 1.8016 m
    assert up((0, 4), (120, 4), 60.0, 1000.0) == pytest.approx(5.80162)
    assert up((0, 4), (120, 4), np.array([0.0, 120]), 1000.0) == pytest.approx([4, 4])


def test_straight_up_is_an_answer():
    assert np.isfinite(up((5, 1), (5, 9), 5.0))


@given(st.floats(5, 400), st.floats(-60, 60), st.floats(0, 1))
def test_every_point_is_on_one_circle(length, rise, share):
    radius = max(1000.0, 8 * np.hypot(length, rise))
    start, end = np.array([0.0, 0.0]), np.array([length, rise])
    point = np.array([share * length, float(up(start, end, share * length, radius))])
    # circumscribed circle of the three, by its sides and area
    a, b, c = (
        np.hypot(*(p - q)) for p, q in ((start, point), (point, end), (end, start))
    )
    area = abs(np.cross(np.append(point - start, 0), np.append(end - start, 0))[2]) / 2
    if min(a, b) > 0.2 * c:
        assert a * b * c / (4 * area) == pytest.approx(radius, rel=1e-5)
    assert point[1] >= share * rise - 1e-9
