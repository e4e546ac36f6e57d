"""Walks along streets: by hand, beside networkx, and to the very limit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streets_by_hand import at, slow_walks, way, ways

from ecogis.spatial import walk
from ecogis.spatial.snap import snap
from ecogis.spatial.streets import join_streets
from ecogis.spatial.walk import walk_m, walk_table

# 0-1-2-3-4, 100 m each, and a spur from 2 to 5 of 150 m
PATH = join_streets(
    ways(
        *(way((x, 0), (x + 100, 0)) for x in range(0, 400, 100)),
        way((200, 0), (200, 150)),
    )
)
NODES = at((0, 0), (100, 0), (200, 0), (300, 0), (400, 0), (200, 150))


def walks(streets, origins, demand, limit_m=np.inf):
    return walk_m(
        streets, snap(origins, streets), snap(demand, streets), limit_m=limit_m
    )


def test_a_path_with_a_spur():
    found = walks(PATH, at((0, 0)), NODES)
    assert found.tolist() == pytest.approx([0, 100, 200, 300, 400, 350])


@pytest.mark.parametrize(("limit_m", "reached"), [(99.99, 1), (100, 2), (100.01, 2)])
def test_the_very_limit_counts(limit_m, reached):
    found = walks(PATH, at((0, 0)), NODES, limit_m)
    assert np.isfinite(found).sum() == reached
    assert found[np.isfinite(found)].max() <= limit_m


def test_the_legs_count():
    # 30 m to the street, 50 along it, 20 away from it
    found = walks(PATH, at((20, 30)), at((70, -20), (150, 0)))
    assert found.tolist() == pytest.approx([100, 160])


def test_on_one_street_one_walks_along_it():
    long = join_streets(ways(way((0, 0), (1000, 0))))
    found = walks(long, at((100, 0), (700, 5)), at((400, 0), (690, 0), (0, 0)), 300)
    assert found.tolist() == pytest.approx([300, 15, 100])


def test_the_street_around_may_be_shorter_than_along():
    # a bent street of 600 m between two corners that are 200 m apart
    streets = join_streets(
        ways(
            way((0, 0), (0, 200), (200, 200), (200, 0)),
            way((0, 0), (200, 0)),
        )
    )
    found = walks(streets, at((0, 10)), at((200, 10)))
    assert found.tolist() == pytest.approx([220])


def test_a_ring_is_walked_the_short_way_round():
    ring = join_streets(ways(way((0, 0), (300, 0), (300, 300), (0, 300), (0, 0))))
    found = walks(ring, at((0, 100)), at((100, 0), (0, 290)))
    assert found.tolist() == pytest.approx([200, 190])


def test_a_river_separates_and_a_footbridge_joins():
    banks = way((0, 0), (400, 0)), way((0, 30), (400, 30))
    home, park = at((100, -5)), at((100, 35))
    assert walks(join_streets(ways(*banks)), park, home).tolist() == [np.inf]
    bridge = way((200, 0), (200, 30))
    streets = join_streets(ways(*banks, bridge, bridge=[None, None, "yes"]))
    # its ends lie between vertices of the streets, and it is a bridge: a mapper's gap
    assert walks(streets, park, home).tolist() == [np.inf]
    bent = way((0, 0), (200, 0), (400, 0)), way((0, 30), (200, 30), (400, 30))
    streets = join_streets(ways(*bent, bridge, bridge=[None, None, "yes"]))
    assert walks(streets, park, home).tolist() == pytest.approx([5 + 100 + 30 + 105])


def test_a_street_without_length_is_no_wall():
    dot = way((100, 0), (100, 0))
    streets = join_streets(ways(way((0, 0), (100, 0)), dot, way((100, 0), (200, 0))))
    assert walks(streets, at((0, 0)), at((200, 0))).tolist() == pytest.approx([200])


def test_nobody_and_nowhere():
    assert walks(PATH, at(), NODES).tolist() == [np.inf] * 6
    assert len(walks(PATH, NODES, at())) == 0
    nothing = join_streets(ways())
    assert walks(nothing, NODES, NODES).tolist() == [np.inf] * 6
    for one, other in ((at(), NODES), (NODES, at()), (at(), at())):
        table = walk_table(PATH, snap(one, PATH), snap(other, PATH), limit_m=100)
        assert (table.shape, table.nnz) == ((len(one), len(other)), 0)
    lost = snap(at((0, 500)), PATH, 10)
    assert walk_table(PATH, lost, lost, limit_m=100).nnz == 0
    assert walk_m(PATH, lost, lost, limit_m=100).tolist() == [np.inf]


def test_a_table_tells_nothing_to_walk_from_out_of_reach():
    here = snap(NODES, PATH)
    table = walk_table(PATH, here, here, limit_m=100)
    # itself, and neighbours; 5 has none
    assert table.nnz == 6 + 2 * 4
    assert 0 < table[0, 0] < 1e-9
    assert table[0, 1] == pytest.approx(100)
    assert table[0, 2] == 0
    everything = walk_table(PATH, here, here, limit_m=np.inf)
    assert everything.nnz == 36


number = st.integers(0, 12).map(lambda n: 25.0 * n)
spot = st.tuples(number, number)
lines = st.lists(
    st.lists(spot, min_size=2, max_size=3).map(lambda p: way(*p)),
    min_size=1,
    max_size=7,
)


@given(
    lines,
    st.lists(spot, min_size=1, max_size=5),
    st.lists(spot, min_size=1, max_size=5),
    st.sampled_from([0.0, 100.0, 150.0, 333.3, np.inf]),
    st.integers(1, 50),
)
def test_beside_networkx(drawn, sources, homes, limit_m, at_once):
    streets = join_streets(ways(*drawn))
    origins, demand = snap(at(*sources), streets), snap(at(*homes), streets)
    slow = slow_walks(streets, origins, demand)
    wanted = np.where(slow <= limit_m + 1e-6, slow, np.inf)
    found = walk_m(streets, origins, demand, limit_m=limit_m)
    assert found == pytest.approx(wanted.min(axis=0), abs=1e-6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "_AT_ONCE", at_once)
        table = walk_table(streets, origins, demand, limit_m=limit_m)
    dense = np.full(slow.shape, np.inf)
    found = table.tocoo()
    dense[found.row, found.col] = found.data
    assert dense == pytest.approx(wanted, abs=1e-6)
