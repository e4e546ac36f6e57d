"""Ways round obstacles in hand-drawn scenes."""

import numpy as np
import pytest
from shapely import LineString, MultiLineString, Polygon, box

from ecogis.spatial.sideways import ways_around
from ecogis.spatial.surroundings import surroundings

HOUSE = [(box(40, -10, 60, 20), 10)]


def ways(source, receiver, radius=np.inf, **scene):
    places = (np.array(place, float) for place in (source, receiver))
    (found,) = ways_around(surroundings(**scene), *places, [radius])
    return {side: way[:, :2].round(6).tolist() for side, way in found.items()}


def test_round_a_house_on_both_sides():
    found = ways((0, 0, 2), (100, 0, 2), buildings=HOUSE)
    assert found == {
        "left": [[0, 0], [40, 20], [60, 20], [100, 0]],
        "right": [[0, 0], [40, -10], [60, -10], [100, 0]],
    }


def test_left_and_right_are_as_seen_from_the_source():
    there = ways((0, 0, 2), (100, 0, 2), buildings=HOUSE)
    back = ways((100, 0, 2), (0, 0, 2), buildings=HOUSE)
    assert back["right"] == there["left"][::-1]


def test_a_house_beside_or_below_the_ray_is_not_gone_round():
    assert ways((0, 30, 2), (100, 30, 2), buildings=HOUSE) == {}
    assert ways((0, 20, 2), (100, 20, 2), buildings=HOUSE) == {}
    assert ways((0, 0, 11), (100, 0, 11), buildings=HOUSE) == {}
    assert ways((0, 0, 10), (100, 0, 10), buildings=HOUSE) == {}
    assert len(ways((0, 0, 9.9), (100, 0, 9.9), buildings=HOUSE)) == 2


def test_the_plane_cuts_off_what_is_below_it():
    # at 10 m after 50 m: the half of the house beyond lies under the plane
    found = ways((0, 0, 0), (100, 0, 20), buildings=HOUSE)
    assert found["left"] == [[0, 0], [40, 20], [50, 20], [100, 0]]
    # and downwards the half before
    found = ways((0, 0, 20), (100, 0, 0), buildings=HOUSE)
    assert found["left"] == [[0, 0], [50, 20], [60, 20], [100, 0]]


def test_a_bent_ray_clears_what_a_straight_one_meets():
    # it rises 1.25 m in the middle and 1.2 m over the edges of the house
    assert ways((0, 0, 9), (100, 0, 9), 1000.0, buildings=HOUSE) == {}
    assert len(ways((0, 0, 8.7), (100, 0, 8.7), 1000.0, buildings=HOUSE)) == 2


def test_only_what_stands_on_that_side_counts():
    screens = [
        (LineString([(50, -40), (50, 5)]), 6),
        (LineString([(70, -3), (70, 30)]), 6),
    ]
    found = ways((0, 0, 1), (100, 0, 1), barriers=screens)
    assert found["left"] == [[0, 0], [70, 30], [100, 0]]
    assert found["right"] == [[0, 0], [50, -40], [100, 0]]


def test_what_the_way_meets_after_that_is_not_gone_round_again():
    # the second house stands beside the ray, and in the way round
    second = [*HOUSE, (box(65, 3, 80, 60), 10)]
    found = ways((0, 0, 2), (100, 0, 2), buildings=second)
    assert found["left"] == [[0, 0], [40, 20], [60, 20], [100, 0]]


def test_a_receiver_in_a_hollow_is_reached_from_behind():
    # as in case 22 of ISO/TR 17534-4
    horseshoe = Polygon([(197, 36), (179, 36), (179, 15), (197, 15), (197, 21),
                         (187, 21), (187, 30), (197, 30)])  # fmt: skip
    found = ways((10, 10, 1), (187.05, 25, 14), buildings=[(horseshoe, 20)])
    assert found["left"][1:-1] == [[179, 36], [197, 36], [197, 30]]
    assert found["right"][1:-1] == [[197, 15], [197, 21]]


def test_a_slanting_barrier_is_cut_where_it_goes_under_the_plane():
    slanting = [LineString([(50, -10, 0), (50, 30, 8)])]
    # over 4 m north of y = 10
    assert ways((0, 0, 4), (100, 0, 4), barriers=slanting) == {}
    found = ways((0, 20, 4), (100, 20, 4), barriers=slanting)
    assert found["right"] == [[0, 20], [50, 10], [100, 20]]
    assert found["left"] == [[0, 20], [50, 30], [100, 20]]


def test_a_barrier_of_many_pieces_is_one():
    angle = [(LineString([(50, -10), (50, 10), (70, 10), (70, 25)]), 6)]
    found = ways((0, 0, 1), (100, 0, 1), barriers=angle)
    assert found["left"] == [[0, 0], [70, 25], [100, 0]]


def test_a_barrier_with_a_branch_is_one_with_it():
    bar, stem = [(50, -20), (50, 20)], [(50, 5), (80, 5), (80, 30)]
    branched = [(MultiLineString([bar, stem]), 6)]
    found = ways((0, 0, 1), (100, 0, 1), barriers=branched)
    assert found["left"] == [[0, 0], [50, 20], [80, 30], [100, 0]]
    # two barriers that only the ray's one belongs to
    apart = [(LineString(bar), 6), (LineString(stem), 6)]
    found = ways((0, 0, 1), (100, 0, 1), barriers=apart)
    assert found["left"] == [[0, 0], [50, 20], [100, 0]]


def test_ground_that_rises_above_a_way_closes_it():
    # a dyke across the land before the house
    dyke = [LineString([(x, -90, z), (x, 90, z)]) for x, z in
            ((-50, 0), (10, 0), (20, 5), (30, 0), (150, 0))]  # fmt: skip
    assert ways((0, 0, 1), (100, 0, 1), buildings=HOUSE, terrain=dyke) == {}
    assert len(ways((0, 0, 6), (100, 0, 6), buildings=HOUSE, terrain=dyke)) == 2


@pytest.mark.parametrize("receiver", [(0, 0, 9), (0, 1e-7, 9)])
def test_straight_up_there_is_no_side(receiver):
    assert ways((0, 0, 1), receiver, buildings=HOUSE) == {}


def test_altitudes_follow_the_plane():
    ends = np.array([0.0, 0, 1]), np.array([100.0, 0, 6])
    (found,) = ways_around(surroundings(buildings=HOUSE), *ends, [np.inf])
    np.testing.assert_allclose(found["left"][:, 2], [1, 3, 4, 6])


def test_each_ray_has_its_own_ways():
    ends = np.array([0.0, 0, 9]), np.array([100.0, 0, 9])
    straight, bent = ways_around(surroundings(buildings=HOUSE), *ends, [np.inf, 1000.0])
    assert set(straight) == {"left", "right"}
    assert bent == {}
