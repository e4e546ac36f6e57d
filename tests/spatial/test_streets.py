"""Streets split at real crossings: over, under, and where nobody set a node."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiLineString
from streets_by_hand import way, ways

from ecogis.spatial.streets import is_walkable, join_streets

PATH = way((0, 0), (100, 0), (200, 0), (300, 0), (400, 0))
SPUR = way((200, 0), (200, 150))
EAST, NORTH = way((0, 50), (100, 50)), way((50, 0), (50, 100))


def bits(streets):
    return streets.island.max() + 1


def lengths(streets):
    return sorted(streets.length_m.round(6).tolist())


def test_a_way_is_split_where_another_ends_on_a_vertex_of_it():
    streets = join_streets(ways(PATH, SPUR))
    assert lengths(streets) == [150, 200, 200]
    assert len(streets.nodes) == 4
    assert streets.way.tolist() == [0, 0, 1]
    assert streets.island.tolist() == [0, 0, 0, 0]
    for line, start, end in zip(streets.lines, streets.start, streets.end, strict=True):
        assert line.coords[0] == tuple(streets.nodes[start])
        assert line.coords[-1] == tuple(streets.nodes[end])


@pytest.mark.parametrize(
    ("off_m", "joined"), [(0.0, True), (0.009, True), (0.011, False), (0.5, False)]
)
def test_an_end_that_lies_on_a_way_meets_it_within_a_centimetre(off_m, joined):
    streets = join_streets(ways(EAST, way((50, 50 + off_m), (50, 90))))
    assert (bits(streets) == 1) == joined
    assert len(streets.lines) == 2 + joined


@pytest.mark.parametrize(
    "columns", [{"level": [0, 1]}, {"bridge": [None, "yes"]}, {"tunnel": [None, "yes"]}]
)
def test_an_end_above_a_way_does_not_meet_it(columns):
    above = way((50, 50), (50, 90))
    assert bits(join_streets(ways(EAST, above, **columns))) == 2


def test_ways_that_cross_without_a_node_meet():
    streets = join_streets(ways(EAST, NORTH))
    assert lengths(streets) == [50, 50, 50, 50]
    assert bits(streets) == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"bridge": [None, "yes"]},
        {"tunnel": ["yes", None]},
        {"bridge": ["yes", "yes"], "level": [1, 2]},
        {"bridge": ["yes", "yes"], "level": [1, 1]},
        {"level": [0, 1]},
        {"level": [None, -1]},
    ],
)
def test_what_passes_over_or_under_does_not_meet(columns):
    assert bits(join_streets(ways(EAST, NORTH, **columns))) == 2


@pytest.mark.parametrize("level", [[None, None], [1, 1], [None, 0]])
def test_what_is_on_one_level_meets(level):
    assert bits(join_streets(ways(EAST, NORTH, level=level))) == 1


@pytest.mark.parametrize(("level", "found"), [(None, 2), (0, 1)])
def test_a_vertex_that_both_pass_joins_one_level_only(level, found):
    east = way((0, 50), (50, 50), (100, 50))
    north = way((50, 0), (50, 50), (50, 100))
    bridge = ways(east, north, bridge=[None, "yes"], level=[None, level])
    assert bits(join_streets(bridge)) == found


def test_a_bridge_joins_the_roads_that_it_leads_to():
    river_road = way((0, 50), (100, 50))
    bridge = way((50, 0), (50, 100))
    banks = [way((50, -50), (50, 0)), way((0, 100), (50, 100), (100, 100))]
    streets = join_streets(
        ways(river_road, bridge, *banks, bridge=[None, "yes", None, None])
    )
    assert bits(streets) == 2
    over = streets.island[streets.start[streets.way == 1]]
    assert (streets.island[streets.start[streets.way == 3]] == over[0]).all()
    # onto a bridge leads no way but its ends
    assert streets.open.tolist() == [True, False, True, True, True]


def test_motorways_and_private_ways_are_out_unless_foot_says_yes():
    layer = ways(
        *[EAST] * 7,
        **{"class": ["motorway", "motorway", "path", "path", "service", None, "x"]},
        foot=[None, "yes", "no", None, "yes", None, None],
        access=[None, None, None, "no", "no", None, "yes"],
    )
    wanted = [False, True, False, False, True, True, True]
    assert is_walkable(layer).tolist() == wanted
    assert set(join_streets(layer).way) == set(np.flatnonzero(wanted))
    assert is_walkable(layer[["geometry"]]).all()


def test_twice_the_same_way_no_length_and_rings_survive():
    ring = way((0, 0), (40, 0), (40, 30), (0, 0))
    dot = way((300, 300), (300, 300))
    streets = join_streets(ways(PATH, PATH, ring, dot, way((0, 0), (0, 0), (0, 9))))
    assert lengths(streets) == [0, 9, 40, 80, 360, 400] or streets.length_m.min() == 0
    assert np.isfinite(streets.length_m).all()
    assert shapely.length(streets.lines) == pytest.approx(streets.length_m)
    assert bits(streets) == 2


def test_a_ring_alone_is_a_street_back_to_its_start():
    streets = join_streets(ways(way((0, 0), (40, 0), (40, 30), (0, 0))))
    assert streets.start.tolist() == streets.end.tolist() == [0]
    assert lengths(streets) == [120]


def test_parts_of_a_feature_are_ways_and_nothing_is_nothing():
    both = MultiLineString([EAST, NORTH])
    assert len(join_streets(ways(both, None)).lines) == 4
    nothing = join_streets(ways())
    assert [len(nothing.nodes), len(nothing.lines), len(nothing.island)] == [0, 0, 0]


def test_the_longest_bit_is_number_0():
    far = way((0, 900), (150, 900))
    streets = join_streets(ways(far, PATH))
    assert streets.island[streets.start].tolist() == [1, 0]


def test_streets_that_were_split_are_taken_as_they_are():
    layer = ways(PATH, SPUR, name=["long", "short"], bridge=[None, "yes"])
    streets = join_streets(layer)
    rows = streets.frame(layer)
    assert rows["name"].tolist() == ["long", "long", "short"]
    again = join_streets(rows)
    for field in ("nodes", "start", "end", "length_m", "island", "open"):
        assert (getattr(again, field) == getattr(streets, field)).all()
    # a part of them keeps what meets
    part = join_streets(rows.iloc[1:])
    assert [len(part.nodes), bits(part)] == [3, 1]


def test_inputs_stay():
    layer = ways(EAST, NORTH, level=[0, 1])
    before = layer.copy()
    join_streets(layer)
    assert layer.equals(before)


place = st.tuples(st.integers(0, 8), st.integers(0, 8)).map(
    lambda xy: (10.0 * xy[0], 10.0 * xy[1])
)


@given(st.lists(st.tuples(place, place).filter(lambda e: e[0] != e[1]), max_size=7))
def test_what_meets_on_one_level_is_one_bit(ends):
    lines = [way(*pair) for pair in ends]
    streets = join_streets(ways(*lines))
    # the slow way: unite by geometry alone
    known = list(range(len(lines)))
    for one, line in enumerate(lines):
        for other in range(one):
            if line.intersects(lines[other]):
                old, new = known[one], known[other]
                known = [new if number == old else number for number in known]
    assert (bits(streets) if lines else 0) == len(set(known))
    total = sum(line.length for line in lines)
    assert streets.length_m.sum() == pytest.approx(total, abs=1e-6)
    inner = shapely.union_all(lines)
    assert shapely.union_all(streets.lines).length == pytest.approx(
        inner.length, abs=1e-3
    )
