"""Ways by walls in hand-drawn scenes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, box

from ecogis.spatial.mirrors import bounces, mirrors_of
from ecogis.spatial.surroundings import surroundings


def ways(source, receiver, order=1, **scene):
    mirrors = mirrors_of(surroundings(**scene))
    places = (np.array(place, float) for place in (source, receiver))
    return [b.way.round(6).tolist() for b in bounces(mirrors, *places, order)]


NORTH = [(LineString([(-50, 20), (50, 20)]), 8, 0.1)]


def test_a_wall_sends_sound_on_at_equal_angles():
    assert ways((-10, 10), (10, 10), barriers=NORTH) == [[[-10, 10], [0, 20], [10, 10]]]
    # three quarters of the way from the nearer point
    assert ways((0, 10), (40, -10), barriers=NORTH) == [[[0, 10], [10, 20], [40, -10]]]


def test_a_barrier_reflects_on_both_sides_a_house_outside_only():
    assert len(ways((-10, 30), (10, 30), barriers=NORTH)) == 1
    house = [(box(-50, 20, 50, 40), 8, 0.1)]
    assert ways((-10, 10), (10, 10), buildings=house) == [
        [[-10, 10], [0, 20], [10, 10]]
    ]
    assert len(ways((-10, 50), (10, 50), buildings=house)) == 1
    # inside, and across
    assert ways((-10, 30), (10, 30), buildings=house) == []
    assert ways((-10, 10), (10, 50), buildings=house) == []


def test_a_courtyard_reflects_inwards():
    yard = box(-50, -50, 50, 50).difference(box(-20, -20, 20, 20))
    assert len(ways((-5, 0), (5, 0), buildings=[(yard, 8, 0.1)])) == 4


@pytest.mark.parametrize(("end", "hits"), [(9.99, 0), (10, 0), (10.01, 1)])
def test_the_place_has_to_be_on_the_wall(end, hits):
    short = [(LineString([(-50, 20), (end, 20)]), 8, 0.1)]
    assert len(ways((0, 10), (40, -10), barriers=short)) == hits


def test_a_place_where_two_walls_meet_counts_once():
    halves = [(LineString([(-50, 20), (10, 20), (50, 20)]), 8, 0.1)]
    assert len(ways((0, 10), (40, -10), barriers=halves)) == 1


def test_walls_within_reach():
    mirrors = mirrors_of(surroundings(barriers=NORTH))
    assert len(mirrors.near(np.array([0.0, 9]), 11)) == 1
    assert len(mirrors.near(np.array([0.0, 9]), 10.9)) == 0
    assert len(mirrors.near(np.array([53.0, 24]), 5)) == 1


@pytest.mark.parametrize(("length", "hits"), [(0.49, 0), (0.51, 1)])
def test_what_is_smaller_than_half_a_metre_reflects_nothing(length, hits):
    short = [(LineString([(-length / 2, 20), (length / 2, 20)]), 8, 0.1)]
    assert len(ways((-10, 10), (10, 10), barriers=short)) == hits


def test_the_top_is_that_at_the_place():
    rising = [{"geometry": LineString([(-50, 20, 0), (50, 20, 10)]), "alpha": 0.1}]
    mirrors = mirrors_of(surroundings(barriers=rising))
    (found,) = bounces(mirrors, np.array([0.0, 10]), np.array([40.0, -10]), 1)
    assert found.tops_m == pytest.approx((6,))
    np.testing.assert_array_equal(found.alphas, [np.full(8, 0.1)])


def test_two_walls_facing_each_other():
    street = [*NORTH, (LineString([(-50, -20), (50, -20)]), 8, 0.1)]
    assert len(ways((-10, 0), (10, 0), order=1, barriers=street)) == 2
    found = ways((-10, 0), (10, 0), order=2, barriers=street)
    assert len(found) == 4
    # by both walls, a quarter, a half and a quarter of the way
    assert [[-10, 0], [-5, 20], [5, -20], [10, 0]] in found
    assert len(ways((-10, 0), (10, 0), order=3, barriers=street)) == 6


def test_nothing_to_reflect_is_no_way():
    assert ways((0, 0), (9, 9)) == []
    assert ways((-10, 10), (10, 10), order=0, barriers=NORTH) == []


@given(
    st.tuples(st.floats(-40, 40), st.floats(-40, 19)),
    st.tuples(st.floats(-40, 40), st.floats(-40, 19)),
)
def test_the_way_is_the_shortest_by_the_wall(source, receiver):
    for way in ways(source, receiver, barriers=NORTH):
        legs = np.hypot(*np.diff(np.array(way), axis=0).T).sum()
        for x in np.linspace(-50, 50, 101):
            other = np.hypot(x - source[0], 20 - source[1])
            other += np.hypot(x - receiver[0], 20 - receiver[1])
            assert legs <= other + 1e-6
