"""Points on streets, never on nodes, beside every street asked."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from streets_by_hand import at, slow_snap, way, ways

from ecogis.spatial.snap import snap
from ecogis.spatial.streets import join_streets

LONG = join_streets(ways(way((0, 0), (400, 0), (400, 300))))


def test_a_point_stands_at_its_true_place_on_the_street():
    found = snap(at((100, 20), (390, 100), (-30, -40)), LONG)
    assert found.edge.tolist() == [0, 0, 0]
    assert found.along_m.tolist() == pytest.approx([100, 500, 0])
    assert found.leg_m.tolist() == pytest.approx([20, 10, 50])


@pytest.mark.parametrize("reach_m", [5.0, 30.0, 77.0, 120.0, 121.0, 5000.0])
def test_the_very_reach_counts(reach_m):
    points = at(*((100, 0.01 * step - reach_m) for step in (1, 0, -1)))
    found = snap(points, LONG, reach_m)
    assert found.edge.tolist() == [0, 0, -1]
    assert found.leg_m.tolist() == pytest.approx([reach_m - 0.01, reach_m, np.inf])


def test_far_from_every_street_the_nearest_is_found_all_the_same():
    assert snap(at((100, -90_000)), LONG).leg_m.tolist() == [90_000]


def test_of_two_streets_the_western_one_whatever_their_order():
    west, east = way((0, 0), (0, 100)), way((40, 0), (40, 100))
    for lines in ([west, east], [east, west]):
        found = snap(at((20, 50)), join_streets(ways(*lines)))
        assert lines[found.edge[0]] is west


def test_nobody_steps_onto_a_bridge_from_below():
    lines = way((0, 0), (100, 0)), way((0, 30), (100, 30))
    streets = join_streets(ways(*lines, bridge=["yes", None]))
    found = snap(at((50, 1)), streets)
    assert (found.edge.tolist(), found.leg_m.tolist()) == ([1], [29])
    nowhere = snap(at((50, 1)), join_streets(ways(lines[0], bridge=["yes"])))
    assert (nowhere.edge.tolist(), nowhere.leg_m.tolist()) == ([-1], [np.inf])


def test_no_point_and_no_street():
    assert len(snap(at(), LONG).edge) == 0
    assert snap(at((0, 0)), join_streets(ways())).edge.tolist() == [-1]


def test_a_street_without_length_can_be_the_nearest():
    dot = join_streets(ways(way((5, 5), (5, 5))))
    found = snap(at((5, 9)), dot)
    assert (found.along_m.tolist(), found.leg_m.tolist()) == ([0], [4])


number = st.integers(-40, 40).map(lambda n: 7.5 * n)
spot = st.tuples(number, number)


@given(
    st.lists(st.lists(spot, min_size=2, max_size=4).map(lambda p: way(*p)), max_size=6),
    st.lists(spot, max_size=8),
)
def test_beside_every_street_asked(lines, points):
    streets = join_streets(ways(*lines))
    found = snap(at(*points), streets)
    assert found.leg_m == pytest.approx(slow_snap(at(*points), streets), abs=1e-9)
    on = np.flatnonzero(found.edge >= 0)
    feet = shapely.line_interpolate_point(
        streets.lines[found.edge[on]], found.along_m[on]
    )
    away = shapely.distance(feet, shapely.points(at(*points)[on]))
    assert away == pytest.approx(found.leg_m[on], abs=1e-6)


def test_a_thousand_points_among_long_and_short_streets():
    random = np.random.default_rng(7)
    starts = random.uniform(0, 4000, (120, 2))
    ends = starts + random.normal(0, 1, (120, 2)) * random.choice([20, 2500], (120, 1))
    streets = join_streets(
        ways(*(way(*pair) for pair in zip(starts, ends, strict=True)))
    )
    points = at(*random.uniform(-500, 4500, (1000, 2)))
    wanted = slow_snap(points, streets)
    assert snap(points, streets).leg_m == pytest.approx(wanted, abs=1e-9)
    near = snap(points, streets, 60.0)
    assert ((near.edge >= 0) == (wanted <= 60)).all()
