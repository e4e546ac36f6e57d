"""Distances without buffers: exact on the threshold, beside every pair asked."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, Polygon, box

from ecogis.spatial.distance import near, near_pairs, nearest_m

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000


def frame(*shapes):
    return GeoDataFrame(geometry=list(shapes), crs=CRS)


PARK = frame(box(X, Y, X + 100, Y + 100))


@pytest.mark.parametrize(("metres", "found"), [(499.999, 0), (500, 1), (500.001, 1)])
def test_the_distance_itself_is_near(metres, found):
    home = frame(Point(X + 600, Y + 50))
    assert near(home, PARK, metres).tolist() == [bool(found)]


def test_a_corner_is_nearer_than_two_sides():
    # 3-4-5: no circle is approximated
    home = frame(Point(X + 100 + 300, Y + 100 + 400))
    assert near(home, PARK, 500).all()
    assert not near(home, PARK, 499.999999).any()


def test_what_overlaps_is_at_no_distance():
    shapes = frame(
        Point(X + 5, Y + 5),
        LineString([(X - 9, Y), (X + 9, Y)]),
        box(X, Y, X + 1, Y + 1),
    )
    assert near(shapes, PARK, 0).all()


def test_each_target_may_have_its_own_distance():
    parks = frame(Point(X, Y), Point(X + 1000, Y))
    homes = frame(Point(X + 300, Y), Point(X + 600, Y), Point(X + 501, Y))
    home, park = near_pairs(homes, parks, np.array([300.0, 400.0]))
    assert sorted(zip(home.tolist(), park.tolist(), strict=True)) == [(0, 0), (1, 1)]


def test_nothing_is_near_to_nothing():
    nobody = frame()
    assert near(nobody, PARK, 500).tolist() == []
    assert near(PARK, nobody, 500).tolist() == [False]
    assert [len(found) for found in near_pairs(nobody, nobody, 500)] == [0, 0]
    assert nearest_m(np.array([], dtype=object), np.array([], dtype=object)).size == 0


def test_what_is_missing_is_far():
    shapes = frame(Point(X, Y), None, Polygon())
    assert near(shapes, PARK, 1e6).tolist() == [True, False, False]
    found = nearest_m(np.array([Point(X, Y), None]), np.array([Point(X + 3, Y + 4)]))
    assert found.tolist() == [5, np.inf]


def test_without_targets_everything_is_infinitely_far():
    found = nearest_m(np.array([Point(X, Y)] * 2), np.array([], dtype=object))
    assert found.tolist() == [np.inf, np.inf]


@pytest.mark.parametrize(
    ("shape", "metres"),
    [
        (Point(X + 103, Y + 104), 5),
        (Point(X + 50, Y + 50), 0),
        (LineString([(X + 200, Y - 50), (X + 200, Y + 50)]), 100),
        (MultiPoint([(X + 900, Y), (X + 130, Y + 140)]), 50),
    ],
)
def test_the_nearest_target_decides(shape, metres):
    targets = np.array([Point(X + 9000, Y), PARK.geometry[0]])
    assert nearest_m(np.array([shape]), targets).tolist() == [metres]


spots = st.tuples(st.integers(0, 40), st.integers(0, 40))
squares = spots.map(lambda at: box(X + at[0], Y + at[1], X + at[0] + 2, Y + at[1] + 1))
points = spots.map(lambda at: Point(X + at[0], Y + at[1]))
things = st.one_of(points, squares)
some_things = st.lists(things, min_size=1, max_size=8)
some_points = st.lists(points, min_size=1, max_size=6)


@given(st.lists(things, max_size=8), st.lists(things, max_size=8), st.integers(0, 30))
def test_agrees_with_asking_every_pair(features, targets, metres):
    wanted = {
        (i, j)
        for i, feature in enumerate(features)
        for j, target in enumerate(targets)
        if feature.distance(target) <= metres
    }
    ours = near_pairs(frame(*features), frame(*targets), metres)
    assert set(zip(*map(np.ndarray.tolist, ours), strict=True)) == wanted
    assert len(ours[0]) == len(wanted)
    masked = near(frame(*features), frame(*targets), metres)
    assert np.flatnonzero(masked).tolist() == sorted({i for i, _ in wanted})


reaches = st.lists(st.tuples(things, st.integers(0, 30)), max_size=12)


@given(st.lists(things, max_size=8), reaches)
def test_each_with_its_own_distance_agrees_with_asking_every_pair(features, targets):
    wanted = [
        any(feature.distance(target) <= metres for target, metres in targets)
        for feature in features
    ]
    metres = np.array([metres for _, metres in targets], dtype=float)
    parks = frame(*(target for target, _ in targets))
    assert near(frame(*features), parks, metres).tolist() == wanted


@given(
    st.lists(things, min_size=1, max_size=8), st.lists(things, min_size=1, max_size=8)
)
def test_the_nearest_agrees_with_asking_every_pair(features, targets):
    wanted = [min(one.distance(other) for other in targets) for one in features]
    found = nearest_m(np.array(features), np.array(targets))
    assert found.tolist() == pytest.approx(wanted)


@given(
    st.lists(points, min_size=1, max_size=6), st.lists(points, min_size=1, max_size=6)
)
def test_more_targets_never_bring_fewer_near(features, targets):
    fewer = near(frame(*features), frame(*targets[1:]), 7)
    more = near(frame(*features), frame(*targets), 7)
    assert (more | ~fewer).all()
