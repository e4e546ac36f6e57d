"""Ways by one wall, of many at once: each is one that is found alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noisy_town import random_town
from shapely import LineString, box

from ecogis.spatial.echoes import echoes_of
from ecogis.spatial.mirrors import bounces, mirrors_of
from ecogis.spatial.pieces import Pieces
from ecogis.spatial.surroundings import surroundings


def reflecting(town):
    """Return a town whose walls all reflect, some more."""
    given = dict(town.given)
    for name in ("buildings", "barriers"):
        given[name] = [(*one, 0.1 * n) for n, one in enumerate(given[name], 1)]
    return given


def heard(sources, receivers):
    """Return a piece for each source and receiver."""
    count, ears = len(sources), len(receivers)
    receiver = np.repeat(np.arange(ears), count)
    places = np.tile(np.column_stack([sources, np.full(count, 0.05)]), (ears, 1))
    return Pieces(receiver, receiver, np.ones(len(receiver)), places)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), aligned=st.booleans())
def test_they_are_the_ways_of_each_pair_alone(seed, aligned):
    town = random_town(seed, aligned=aligned)
    mirrors = mirrors_of(surroundings(**reflecting(town)))
    rng = np.random.default_rng(seed)
    sources = rng.uniform(0, 200, (4, 2)) + 0.0123
    pieces = heard(sources, town.places)
    found = echoes_of(mirrors, pieces, town.places, 1e6)
    for number in range(len(pieces)):
        ends = pieces.places[number, :2], town.places[pieces.receiver[number], :2]
        alone = list(bounces(mirrors, *ends, 1))
        rows = found.rows(found.piece == number)
        assert len(rows) == len(alone)
        by_hand = np.array([(*b.way[1], *b.tops_m) for b in alone]).reshape(-1, 3)
        together = np.column_stack([rows.places, rows.tops_m])
        # walls may lie on each other, so that they are sorted by all that they are
        together, by_hand = (v[np.lexsort(v.round(6).T)] for v in (together, by_hand))
        assert together == pytest.approx(by_hand, abs=1e-6)
        same = mirrors.alphas[rows.wall].sum()
        assert same == pytest.approx(sum(np.sum(b.alphas) for b in alone))


def test_sources_and_walls_out_of_reach_send_nothing():
    street = [(LineString([(-50, 20), (50, 20)]), 8, 0.1), (box(0, -9, 9, -3), 8, 0.1)]
    given = {"barriers": street[:1], "buildings": street[1:]}
    mirrors = mirrors_of(surroundings(**given))
    ear = np.array([[0.0, 0, 4]])
    pieces = heard(np.array([[5.0, 0], [30, 0]]), ear)
    assert echoes_of(mirrors, pieces, ear, 31).piece.tolist() == [0, 0, 1]
    # the house alone comes so near, and one source
    near = echoes_of(mirrors, pieces, ear, 19)
    assert near.piece.tolist() == [0]
    assert near.places.tolist() == [[2.5, -3]]
    assert len(echoes_of(mirrors, pieces, ear, 4)) == 0
