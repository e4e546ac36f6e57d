"""A window's part of a polygon is to its shape what the whole polygon is."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, box

from ecogis.spatial.window import windows


def gear(x, y, radius, teeth):
    """Return a polygon of four vertices a tooth, with a hole."""
    turn = np.linspace(0, 2 * np.pi, 4 * teeth, endpoint=False)
    far = radius * np.tile([1.0, 1.0, 0.8, 0.8], teeth)
    rim = np.c_[x + far * np.cos(turn), y + far * np.sin(turn)]
    return shapely.Polygon(rim).difference(Point(x, y).buffer(radius / 3))


GEARS = np.array([gear(0, 0, 50, 200), box(60, -10, 80, 10), gear(150, 0, 60, 500)])
corners = st.tuples(st.integers(-60, 200), st.integers(-60, 60), st.integers(1, 90))


@settings(max_examples=40)
@given(st.lists(corners, min_size=1, max_size=20))
def test_cuts_alike(rows):
    shapes = np.array([box(x, y, x + d, y + d) for x, y, d in rows])
    by, which = shapely.STRtree(shapes).query(GEARS, predicate="intersects")
    parts = windows(GEARS, by, shapes[which])
    cut = shapely.area(shapely.intersection(shapes[which], parts))
    wanted = shapely.area(shapely.intersection(shapes[which], GEARS[by]))
    assert cut == pytest.approx(wanted, rel=1e-12, abs=1e-9)
    assert shapely.is_valid(parts).all()


def test_a_small_shape_gets_a_small_part():
    crumbs = np.array([box(x, 0, x + 1, 1) for x in (-50, -45, 10, 45, 49)])
    parts = windows(GEARS, np.zeros(5, dtype=int), crumbs)
    assert shapely.get_num_coordinates(GEARS[0]) > 800
    assert shapely.get_num_coordinates(parts).max() <= 192


def test_one_shape_around_everything_gets_the_polygon_itself():
    parts = windows(GEARS, np.array([2]), np.array([box(0, -90, 300, 90)]))
    assert parts[0] is GEARS[2]


def test_shapes_in_one_place_come_to_an_end():
    same = np.array([box(145, -55, 155, 55)] * 9)
    parts = windows(GEARS, np.full(9, 2), same)
    assert len({part.wkb for part in parts}) == 1


def test_no_pairs():
    nothing = np.array([], dtype=int)
    assert len(windows(GEARS, nothing, np.array([], dtype=object))) == 0
