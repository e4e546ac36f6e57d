"""Are the profiles of many ways at once those of each way alone?"""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from noisy_town import LIES, SIZE, random_town
from pyproj import CRS
from rasterio import Affine

from ecogis.raster import Raster
from ecogis.spatial.sights import Sights
from ecogis.spatial.surroundings import cut, surroundings
from ecogis.spatial.views import Bundle, profiles_of

SAME_M = 1e-6


def bundle(rng, built, ways=40):
    """Return ways between two places in the open and others anywhere."""
    eyes = rng.uniform(0, SIZE, (8, 2))
    eyes = eyes[~shapely.intersects_xy(built, eyes)][:2]
    starts = rng.uniform(0, SIZE, (ways, 2))
    return Bundle(starts, eyes, np.sort(rng.integers(0, len(eyes), ways)))


def merged(stations):
    """Return stations of which none is another but for rounding."""
    found = np.sort(stations)
    return found[np.diff(found, prepend=-np.inf) > SAME_M]


def up_between(along, up, at):
    """Return the relief at stations none of which is a wall."""
    k = np.searchsorted(along, at) - 1
    share = (at - along[k]) / (along[k + 1] - along[k])
    return up[k] + share * (up[k + 1] - up[k])


def crest(along, up, ends=((-1.0, 0.0), (1e9, 0.0))):
    """Return rows (along, up): the highest edge at each station, above both ends."""
    kept = np.isfinite(up)
    for station, ground in ends:
        kept &= (np.abs(along - station) > SAME_M) | (up > ground + SAME_M)
    along, up = along[kept], up[kept]
    stations = merged(along)
    tops = [up[np.abs(along - at) <= 2 * SAME_M].max() for at in stations]
    return np.column_stack([stations, tops])


def assert_same(profiles, row, alone):
    along, up = profiles.along_m[row], profiles.up_m[row]
    corners = merged(np.concatenate([along, alone.along_m]))
    middles = np.array([(a + b) / 2 for a, b in pairwise(corners)])
    np.testing.assert_allclose(
        up_between(along, up, middles),
        up_between(alone.along_m, alone.up_m, middles),
        atol=1e-7,
    )
    assert along[-1] == pytest.approx(alone.length_m)
    assert up[[0, -1]] == pytest.approx(alone.up_m[[0, -1]], abs=1e-9)
    ends = list(zip(along[[0, -1]], up[[0, -1]], strict=True))
    edges = crest(profiles.edge_m[row], profiles.edge_up_m[row], ends)
    np.testing.assert_allclose(edges, crest(*alone.edges.T, ends), atol=1e-6)
    for part in ((0.0, along[-1]), (along[-1] / 3, along[-1] / 2)):
        factor = profiles.ground_factor(*(np.full(len(profiles), at) for at in part))
        assert factor[row] == pytest.approx(alone.ground_factor(*part), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), lie=st.sampled_from(LIES))
def test_each_profile_is_the_cut_along_its_way(seed, lie):
    town = random_town(seed, aligned=False, lie=lie)
    around = surroundings(**town.given)
    ways = bundle(np.random.default_rng(seed), shapely.union_all(around.footprints))
    seen = []
    for rows, profiles in profiles_of(around, Sights(around), ways):
        seen += rows.tolist()
        for row, way in enumerate(rows.tolist()):
            ends = np.array([ways.starts[way], ways.eyes[ways.eye[way]]])
            assert_same(profiles, row, cut(around, ends))
    assert sorted(seen) == list(range(len(ways.eye)))


def test_a_ridge_a_house_and_a_plain_by_hand():
    # level but for a ridge of 10 m at x = 45, in cells of 10 m
    up = np.zeros((3, 12))
    up[:, 4] = 10
    terrain = Raster(up, Affine(10, 0, 0, 0, -10, 15), CRS(32650))
    house = (shapely.box(70, -5, 80, 5), 6)
    around = surroundings(terrain=terrain, buildings=[house])
    way = Bundle(np.array([[5.0, 0.0]]), np.array([[105.0, 0.0]]), np.array([0]))
    ((rows, profiles),) = profiles_of(around, Sights(around), way)
    assert rows.tolist() == [0]
    edges = crest(profiles.edge_m[0], profiles.edge_up_m[0])
    by_hand = [(30, 0), (40, 10), (50, 0), (65, 6), (75, 6)]
    np.testing.assert_allclose(edges, by_hand, atol=1e-9)


def test_what_breaks_beneath_a_roof_is_no_edge():
    up = np.zeros((3, 12))
    up[:, 4] = 3
    terrain = Raster(up, Affine(10, 0, 0, 0, -10, 15), CRS(32650))
    house = {"geometry": shapely.box(30, -5, 60, 5), "top": 6.0}
    around = surroundings(terrain=terrain, buildings=[house])
    alone = cut(around, np.array([[5.0, 0.0], [105.0, 0.0]]))
    np.testing.assert_allclose(crest(*alone.edges.T), [(25, 6), (55, 6)])
