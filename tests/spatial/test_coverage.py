"""Ground within reach, beside closed forms and points asked one by one."""

import math

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, box

from ecogis.spatial.coverage import reach

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000


def frame(*shapes):
    return GeoDataFrame(geometry=list(shapes), crs=CRS)


def size(*shapes, metres=500.0, **more):
    return shapely.area(reach(frame(*shapes), metres, **more)).sum()


def circle(radius, quad_segs):
    """Return the area of the regular polygon that stands for a circle."""
    sides = 4 * quad_segs
    return sides / 2 * radius**2 * math.sin(2 * math.pi / sides)


SQUARE = box(X, Y, X + 100, Y + 100)


@pytest.mark.parametrize("quad_segs", [1, 8, 16, 32, 256])
def test_a_point_reaches_a_circle(quad_segs):
    found = size(Point(X, Y), quad_segs=quad_segs)
    assert found == pytest.approx(circle(500, quad_segs), rel=1e-9)


@pytest.mark.parametrize(("quad_segs", "missed"), [(8, 0.64), (16, 0.16), (32, 0.04)])
def test_a_circle_of_segments_misses_what_is_said(quad_segs, missed):
    exact = math.pi * 500**2
    found = 100 * (1 - size(Point(X, Y), quad_segs=quad_segs) / exact)
    assert found == pytest.approx(missed, abs=0.005)


def test_a_square_reaches_a_rounded_square():
    exact = 100**2 + 4 * 100 * 500 + math.pi * 500**2
    assert size(SQUARE, quad_segs=256) == pytest.approx(exact, rel=2e-5)
    wanted = 100**2 + 4 * 100 * 500 + circle(500, 32)
    assert size(SQUARE) == pytest.approx(wanted, rel=1e-9)


def test_a_line_reaches_a_strip_with_round_ends():
    found = size(LineString([(X, Y), (X + 1000, Y)]), metres=20)
    assert found == pytest.approx(1000 * 40 + circle(20, 32), rel=1e-9)


def test_two_that_meet_are_one_ground_and_count_once():
    apart = reach(frame(Point(X, Y), Point(X + 1001, Y)), 500)
    meeting = reach(frame(Point(X, Y), Point(X + 999, Y)), 500)
    same = reach(frame(SQUARE, SQUARE, SQUARE), 500)
    assert (len(apart), len(meeting), len(same)) == (2, 1, 1)
    assert shapely.area(same).sum() == pytest.approx(size(SQUARE))


def test_each_may_have_its_own_distance():
    found = reach(frame(Point(X, Y), Point(X + 5000, Y)), np.array([100.0, 300.0]))
    wanted = [circle(100, 32), circle(300, 32)]
    assert sorted(shapely.area(found)) == pytest.approx(wanted)


def test_nothing_reaches_nothing():
    assert len(reach(frame(), 500)) == 0
    assert len(reach(frame(None, shapely.Polygon()), 500)) == 0
    # a point has no ground of its own, a park has
    assert len(reach(frame(Point(X, Y)), 0)) == 0
    assert size(SQUARE, metres=0) == 10_000


spots = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(0, 3000)), min_size=1, max_size=6
)


@given(spots, spots, st.integers(1, 900))
def test_ground_within_reach_is_what_is_near(parks, homes, metres):
    ground = shapely.multipolygons(reach(frame(*map(Point, parks)), metres))
    for home in map(Point, homes):
        distance = min(home.distance(Point(park)) for park in parks)
        # between the circle and its polygon either answer is right
        if distance <= 0.999 * metres:
            assert ground.covers(home)
        if distance > metres * (1 + 1e-9):
            assert not ground.covers(home)


@given(spots, st.integers(1, 900))
def test_more_parks_never_reach_less(parks, metres):
    some, more = parks[:-1], parks
    some_m2, more_m2 = (size(*map(Point, s), metres=metres) for s in (some, more))
    assert more_m2 >= some_m2 - 1e-6
