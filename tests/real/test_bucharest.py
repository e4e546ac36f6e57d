"""Traffic noise in a window of Bucharest: on its DEM, and on level ground."""

from pathlib import Path

import numpy as np
import pytest
import rasterio

import ecogis
from ecogis.acoustics import path_levels
from ecogis.acoustics.transfer import transfer
from ecogis.run import run
from ecogis.spatial.noise_scene import noise_scene
from ecogis.spatial.pieces import OpenRoads, lines_of
from ecogis.spatial.receivers import Receivers, facade_receivers

pytestmark = pytest.mark.real
PLAN = Path(__file__).parent / "bucharest" / "plan.toml"
REACH_M = 150.0


@pytest.fixture(scope="module")
def on_relief(card_of):
    return card_of(PLAN)


@pytest.fixture(scope="module")
def on_level_ground(catalogue, on_relief):
    plan = on_relief.plan
    sources = {k: v for k, v in plan.sources.items() if k != "elevation"}
    return run(plan.model_copy(update={"sources": sources}), catalogue)


def told(card):
    (score,) = card.scores
    return " | ".join(note.en for note in (*score.notes, *score.result.notes))


def test_the_dem_is_used_and_told(on_relief, on_level_ground):
    assert "as high as the elevation says, in cells of 23.3 m" in told(on_relief)
    assert "no layer of elevation: the ground is level" in told(on_level_ground)
    (score,) = on_relief.scores
    stamps = {stamp.layer: stamp for stamp in score.provenance.layers}
    assert stamps["elevation"].crs == "EPSG:32635"
    assert len(stamps["elevation"].sha256) == 64


def test_relief_changes_levels_and_loses_no_house(on_relief, on_level_ground):
    houses = [
        card.scores[0].result.drawn["facade_levels"]
        for card in (on_relief, on_level_ground)
    ]
    assert len(houses[0]) == len(houses[1]) > 100
    apart = houses[0]["day_db"].to_numpy() - houses[1]["day_db"].to_numpy()
    assert np.isfinite(apart).all()
    # houses at a road hear it as before; some behind a fold of the ground do not
    assert np.median(np.abs(apart)) < 3
    assert np.abs(apart).max() > 1


def test_cells_are_those_of_the_file(data, on_relief):
    path = data / "bucharest" / "bucharest_dem.tif"
    dem = ecogis.read_layer("elevation", path, on_relief.area, 100.0)
    rows, columns = np.indices(dem.values.shape)
    x, y = dem.transform @ (columns.ravel() + 0.5, rows.ravel() + 0.5)
    with rasterio.open(path) as file:
        there = [value for (value,) in file.sample(zip(x, y, strict=True))]
    np.testing.assert_array_equal(dem.values.ravel(), there)


def test_a_few_walls_against_single_paths(data, on_relief):
    folder, area = data / "bucharest", on_relief.area
    within = (area, REACH_M + 100)
    source = folder / "bucharest_osm.gpkg"
    roads = ecogis.read_layer("roads", f"{source}|layername=streets", *within)
    built = ecogis.read_layer("buildings", f"{source}|layername=buildings", *within)
    dem = ecogis.read_layer("elevation", folder / "bucharest_dem.tif", *within)
    around = noise_scene(built, None, None, dem, default_g=0.5).around
    walls = facade_receivers(built, area, spacing_m=20, terrain=around.terrain)
    some = slice(3, None, len(walls) // 6)
    few = Receivers(walls.places[some], walls.building[some], walls.origin[some])
    found = transfer(around, few, roads, max_distance_m=REACH_M)
    slow = one_by_one(around, few.places, roads, dem)
    pairs = zip(found.receiver.tolist(), found.road.tolist(), strict=True)
    assert sorted(slow) == list(pairs)
    summed = np.array([slow[pair] for pair in sorted(slow)])
    for n, name in enumerate(("homogeneous", "favourable")):
        found_db = 10 * np.log10(getattr(found, name))
        np.testing.assert_allclose(found_db, 10 * np.log10(summed[:, n]), atol=1e-3)


def one_by_one(around, places, roads, dem):
    """Return what arrives of each road, by a path of its own from each piece."""
    lines = lines_of(np.asarray(roads.geometry.values))
    opened = OpenRoads(lines, around.footprints, around.terrain)
    pieces = opened.heard(places, REACH_M, 0.5)
    energies = {}
    given = [{"geometry": o.shape, "top": o.top_m} for o in around.obstacles]
    for who, part, metres, source in zip(
        *(pieces.receiver, pieces.part, pieces.length_m, pieces.places), strict=True
    ):
        alone = path_levels(
            *(source, places[who]),
            terrain=dem,
            buildings=given,
            default_g=0.5,
            gs=0.0,
            lateral=False,
            reflections=0,
        )
        pair = energies.setdefault((who, opened.road[part]), np.zeros((2, 8)))
        pair += metres * 10 ** (np.array([alone.L_H, alone.L_F]) / 10)
    return energies
