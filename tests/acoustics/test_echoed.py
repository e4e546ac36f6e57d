"""Sound by way of one wall, of many pairs at once, beside each path alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noisy_town import LIES, random_town

from ecogis.acoustics import path_levels
from ecogis.acoustics.absorption import absorption_db_km
from ecogis.acoustics.echoed import arrived_by_walls
from ecogis.spatial.mirrors import mirrors_of
from ecogis.spatial.pieces import OpenRoads
from ecogis.spatial.sights import Sights
from ecogis.spatial.surroundings import surroundings


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), aligned=st.booleans(), lie=st.sampled_from(LIES))
def test_what_arrives_by_walls_is_that_of_the_paths(seed, aligned, lie):
    town = random_town(seed, aligned=aligned, lie=lie)
    scene = dict(town.given)
    for name in ("buildings", "barriers"):
        scene[name] = [(*one, 0.1 * n) for n, one in enumerate(scene[name], 1)]
    around = surroundings(**scene)
    places = town.places.copy()
    places[:, 2] += around.terrain.heights(places[:, :2])
    roads = OpenRoads(np.array(town.roads), around.footprints, around.terrain)
    pieces = roads.heard(places, 150.0, 0.9)
    found = arrived_by_walls(
        around,
        Sights(around),
        mirrors_of(around),
        pieces,
        places,
        reach_m=1e6,
        source_g=0.0,
        air_db_km=absorption_db_km(),
    )
    together = np.zeros((2, len(pieces), 8))
    np.add.at(together[0], found.piece, found.homogeneous)
    np.add.at(together[1], found.piece, found.favourable)
    rng = np.random.default_rng(seed)
    for pair in rng.permutation(len(pieces))[:8]:
        ends = pieces.places[pair], places[pieces.receiver[pair]]
        paths = path_levels(
            *ends,
            gs=0.0,
            lateral=False,
            reflections=1,
            **{**scene, "terrain": around.terrain},
        ).paths
        walls = [path for path in paths if path.kind == "reflection"]
        for n, name in enumerate(("L_H", "L_F")):
            alone = sum((10 ** (getattr(p, name) / 10) for p in walls), np.zeros(8))
            assert together[n, pair] == pytest.approx(alone, rel=1e-6, abs=1e-30)
