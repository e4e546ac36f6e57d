"""Pieces of roads against the closed form of a line, and what lies beneath houses."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from ecogis.errors import LayerError
from ecogis.spatial.pieces import SOURCE_M, OpenRoads, lines_of, opened_lines
from ecogis.spatial.terrain import Flat, terrain_of

NONE = np.array([], dtype=object)
EAR_M = 4.0


def lines(*shapes):
    return np.array([*shapes, None], dtype=object)[:-1]


def along_x(start, length):
    return shapely.LineString([(start, 0), (start + length, 0)])


def roads(*shapes, houses=NONE):
    return OpenRoads(lines(*shapes), houses, Flat())


def heard_by(road, away, fineness, reach=1e6):
    return roads(road).heard(np.array([[0, away, EAR_M]]), reach, fineness)


def spread(road, away, fineness):
    """Return the sum of length / distance² over the pieces."""
    pieces = heard_by(road, away, fineness)
    gap = pieces.places - [0, away, EAR_M]
    return float((pieces.length_m / (gap**2).sum(axis=1)).sum())


def closed(start, length, away):
    """Return the integral of 1 / distance² along a line: its angle by its distance."""
    near = np.hypot(away, EAR_M - SOURCE_M)
    ends = np.arctan((start + length) / near) - np.arctan(start / near)
    return ends / near


def bounds_db(fineness):
    """Return the worst pieces: one that points to the receiver, one that is square."""
    half = fineness / 2
    return 10 * np.log10(1 - half**2), 10 * np.log10(half / np.arctan(half))


@settings(max_examples=200)
@given(
    start=st.floats(-2000, 2000),
    length=st.floats(1, 3000),
    away=st.floats(1, 1000),
    fineness=st.sampled_from([1.0, 0.5, 0.25, 0.125]),
)
def test_the_error_of_points_for_a_line_is_bounded(start, length, away, fineness):
    road = along_x(start, length)
    off = 10 * np.log10(spread(road, away, fineness) / closed(start, length, away))
    low, high = bounds_db(fineness)
    assert low - 1e-6 <= off <= high + 1e-6


def test_the_bound_is_told_rightly_and_is_a_quarter_with_half_the_length():
    assert bounds_db(0.5) == pytest.approx((-0.28, 0.09), abs=0.005)
    low, _ = bounds_db(0.25)
    assert low == pytest.approx(bounds_db(0.5)[0] / 4, rel=0.03)


def test_half_as_long_pieces_bring_a_long_road_nearer_to_its_closed_form():
    road = along_x(-700, 2000)
    exact = closed(-700, 2000, 30)
    off = [abs(10 * np.log10(spread(road, 30, f) / exact)) for f in (1, 0.5, 0.25)]
    assert off[1] < off[0] / 3
    assert off[2] < off[1] / 3
    assert off[1] < 0.1


@pytest.mark.parametrize("length", [39.9, 40.1])
def test_a_piece_is_at_most_half_as_long_as_it_is_far(length):
    # its middle is 80 m away, but for the 4 m up
    pieces = heard_by(along_x(-length / 2, length), np.sqrt(80**2 - 3.95**2), 0.5)
    assert len(pieces) == (1 if length < 40 else 2)
    assert pieces.length_m.sum() == pytest.approx(length)


def test_a_corner_is_no_end_of_a_piece():
    bent = shapely.LineString([(-10, 0), (0, 0), (0, -10)])
    pieces = heard_by(bent, 500, 0.5)
    assert pieces.length_m.tolist() == [20]
    assert pieces.places.tolist() == [[0, 0, SOURCE_M]]


def test_far_roads_cost_little_and_those_out_of_reach_nothing():
    near, far = (len(heard_by(along_x(-500, 1000), away, 0.5)) for away in (10, 400))
    # halves and quarters are too long, but for the quarters at the ends
    assert far == 2 + 4
    assert near > 3 * far
    assert len(heard_by(along_x(-500, 1000), 400, 0.5, reach=399)) == 0


def test_a_piece_belongs_to_the_reach_by_its_middle():
    # pieces of 20 m: middles at 10, 30, 50 ... m along
    road = along_x(0, 80)
    pieces = roads(road).heard(np.array([[0, 50, EAR_M]]), 60.0, 0.45)
    away = np.hypot(pieces.places[:, 0], 50)
    assert (away <= 60).all()
    assert 0 < pieces.length_m.sum() < 80


def test_the_source_stands_on_the_ground():
    slope = terrain_of([(0, -50, 0), (100, -50, 10), (0, 50, 0), (100, 50, 10)])
    pieces = OpenRoads(lines(along_x(40, 20)), NONE, slope).heard(
        np.array([[50, 40, 30.0]]), 500, 0.9
    )
    assert pieces.places[:, 2] == pytest.approx(pieces.places[:, 0] / 10 + SOURCE_M)


def test_what_lies_beneath_houses_is_no_source():
    houses = lines(shapely.box(40, -5, 60, 5), shapely.box(50, -5, 70, 5))
    opened = opened_lines(lines(along_x(0, 100)), houses)
    assert opened[0].length == pytest.approx(70)
    found = roads(along_x(0, 100), along_x(45, 10), houses=houses)
    # the second lies wholly inside
    assert found.road.tolist() == [0, 0]
    pieces = found.heard(np.array([[0, 300, EAR_M]]), 1000, 0.5)
    assert sorted(pieces.length_m) == pytest.approx([30, 40])


def test_a_road_along_a_wall_is_heard():
    wall = lines(shapely.box(0, 0, 100, 20))
    assert opened_lines(lines(along_x(0, 100)), wall)[0].length == pytest.approx(100)


@pytest.mark.parametrize(
    ("shape", "found"),
    [
        (shapely.Point(0, 0), "a Point"),
        (None, "a NoneType"),
        (shapely.LineString(), "an empty LineString"),
    ],
)
def test_a_road_is_a_line(shape, found):
    with pytest.raises(LayerError, match=f"road 1: found {found}; expected a Line"):
        lines_of(lines(along_x(0, 1), shape))
