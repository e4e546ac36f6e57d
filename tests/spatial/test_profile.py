"""Upright cuts of hand-drawn scenes: relief, roofs, screens, ground."""

import numpy as np
from shapely import LineString, MultiLineString, Polygon, box

from ecogis.spatial.profile import ground_pieces, relief
from ecogis.spatial.surroundings import cut, surroundings


def profile(way, **scene):
    return cut(surroundings(**scene), np.array(way, dtype=float))


def rows(found):
    return list(zip(found.along_m.tolist(), found.up_m.tolist(), strict=True))


def test_nothing_in_the_way_is_a_level_line():
    found = profile([(0, 0), (30, 40)], default_g=0.3)
    assert rows(found) == [(0, 0), (50, 0)]
    assert len(found.edges) == 0
    assert found.ground_factor(0, 50) == 0.3


def test_a_house_has_upright_sides_and_a_level_roof():
    found = profile([(0, 0), (50, 0)], buildings=[(box(10, -5, 20, 5), 8)])
    assert rows(found) == [(0, 0), (10, 0), (10, 8), (20, 8), (20, 0), (50, 0)]


def test_case_15_of_the_standard():
    houses = [
        (box(55, 5, 65, 15), 8),
        (Polygon([(70, 14.5), (80, 10.2), (80, 20.2)]), 12),
        (Polygon([(90.1, 19.5), (93.3, 17.8), (87.3, 6.6), (84.1, 8.3)]), 10),
    ]
    found = profile([(50, 10), (100, 15)], buildings=houses)
    # ISO/TR 17534-4:2020, table 148
    expected = [(0, 0), (5.02, 0), (5.02, 8), (15.07, 8), (15.08, 0), (24.81, 0)]
    expected += [(24.81, 12), (30.15, 12), (30.15, 0), (37.19, 0), (37.19, 10)]
    expected += [(41.52, 10), (41.52, 0), (50.25, 0)]
    # its corners are rounded there
    np.testing.assert_allclose(rows(found), expected, atol=0.035)


def test_case_9_of_the_standard_on_a_ramp():
    ramp = [LineString([(x, -20, z), (x, 80, z)]) for x, z in
            ((0, 0), (120, 0), (185, 10), (225, 10))]  # fmt: skip
    screen = [LineString([(175, 50, 17), (190, 10, 14)])]
    found = profile([(10, 10), (200, 50)], terrain=ramp, barriers=screen)
    np.testing.assert_allclose(
        rows(found), [(0, 0), (112.41, 0), (178.84, 10), (194.16, 10)], atol=0.006
    )
    np.testing.assert_allclose(found.screens, [(170.49, 16.63)], atol=0.006)
    assert found.edges[:, 0].tolist() == sorted(found.edges[:, 0])


def test_the_higher_of_two_roofs_counts_and_ground_above_a_roof():
    along, up = np.array([0.0, 100.0]), np.array([0.0, 20.0])
    found = relief(along, up, [(10, 30, 9), (20, 40, 12), (80, 90, 15)])
    assert list(zip(*map(np.ndarray.tolist, found), strict=True)) == [
        (0, 0), (10, 2), (10, 9), (20, 9), (20, 12), (30, 12), (40, 12), (40, 8),
        (80, 16), (90, 18), (100, 20),
    ]  # fmt: skip


def test_a_courtyard_and_a_hollow_are_in_the_open():
    ring = box(10, -20, 50, 20).difference(box(20, -10, 40, 10))
    found = profile([(0, 0), (60, 0)], buildings=[(ring, 5)])
    tops = [x for x, z in rows(found) if z == 5]
    assert tops == [10, 20, 40, 50]


def test_along_a_wall_there_is_no_roof():
    house = [(box(10, 0, 20, 5), 8)]
    assert rows(profile([(0, 0), (50, 0)], buildings=house)) == [(0, 0), (50, 0)]
    inside = profile([(0, 0.001), (50, 0.001)], buildings=house)
    assert max(inside.up_m) == 8


def test_a_way_with_corners_is_unfolded():
    house = [(box(10, 10, 20, 20), 8)]
    around = profile([(0, 15), (10, 20), (20, 20), (30, 15)], buildings=house)
    assert around.length_m == 10 + 2 * np.hypot(10, 5)
    assert not around.up_m.any()
    past = profile([(0, 0), (15, 0), (15, 30)], buildings=house)
    assert [x for x, z in rows(past) if z == 8] == [25, 35]


def test_level_ground_does_not_break_where_a_way_turns():
    assert len(profile([(0, 0), (10, 0), (10, 10)]).edges) == 0
    hill = [
        (x, y, max(0, 5 - abs(y - 5))) for x in (-9, 99) for y in (-9, 0, 5, 10, 99)
    ]
    over = profile([(0, 0), (20, 0), (20, 9)], terrain=hill)
    # at the foot and on the crest, not at the turn on the foot alone
    assert rows(over)[1:-1] == [(20, 0), (25, 5)]


def test_a_receiver_at_the_wall_is_not_under_the_roof():
    found = profile([(0, 0), (20, 0)], buildings=[(box(10, -5, 20, 5), 8)])
    assert rows(found) == [(0, 0), (10, 0), (10, 8), (20, 8), (20, 0)]


def test_screens_are_crossed_not_touched():
    bent = [(LineString([(10, -5), (10, 5), (30, 5), (30, -5)]), 4)]
    found = profile([(0, 0), (50, 0)], barriers=bent)
    assert found.screens.tolist() == [[10, 4], [30, 4]]
    # it ends on the way, or runs along it
    for line in ([(10, 0), (10, 5)], [(10, 0), (20, 0)]):
        assert (
            len(profile([(0, 0), (50, 0)], barriers=[(LineString(line), 4)]).screens)
            == 0
        )


def test_a_screen_of_several_parts_is_not_joined_up():
    parts = [(MultiLineString([[(10, -5), (10, 5)], [(30, -5), (30, 5)]]), 4)]
    found = profile([(0, 0), (50, 0)], barriers=parts)
    assert found.screens.tolist() == [[10, 4], [30, 4]]
    # from the end of one to the start of the other there is nothing
    assert len(profile([(20, -50), (20, 50)], barriers=parts).screens) == 0


def test_a_screen_s_top_is_straight_between_its_ends():
    slanting = [LineString([(10, -4, 2), (10, 6, 12)])]
    found = profile([(0, 0), (50, 0)], barriers=slanting)
    np.testing.assert_allclose(found.screens, [(10, 6)])


def test_ground_by_length_with_hard_roofs():
    # table 18 of the standard: 0.9, 0.5, 0.2 over 50, 100 and 50 m of x
    strips = [(box(0, -9, 50, 90), 0.9), (box(50, -9, 150, 90), 0.5),
              (box(150, -9, 225, 90), 0.2)]  # fmt: skip
    found = profile([(10, 10), (200, 50)], ground=strips)
    mean = (0.9 * 40 + 0.5 * 100 + 0.2 * 50) / 190
    assert (
        found.ground_factor(0, found.length_m) == np.float64(mean).round(12)
        or abs(found.ground_factor(0, found.length_m) - mean) < 1e-9
    )
    under = profile(
        [(10, 10), (200, 50)], ground=strips, buildings=[(box(60, 0, 79, 90), 6)]
    )
    assert abs(under.ground_factor(0, under.length_m) - (mean - 0.5 * 19 / 190)) < 1e-9
    assert abs(found.ground_factor(0, 20) - 0.9) < 1e-9


def test_pieces_of_ground_by_hand():
    bounds, factors = ground_pieces(10, [(2, 6, 1.0), (0, 10, 0.5)], [(5, 8, 99)], 0.2)
    assert bounds.tolist() == [0, 2, 5, 6, 8, 10]
    assert factors.tolist() == [0.5, 1.0, 0.0, 0.0, 0.5]
    # no length: one piece all the same
    assert [len(v) for v in ground_pieces(0, [], [], 0.2)] == [2, 1]
