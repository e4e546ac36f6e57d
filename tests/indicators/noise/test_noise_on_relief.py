"""Noise before houses on a DEM: levels held against single sources on the same one."""

from dataclasses import replace

import numpy as np
import pyproj
import pytest
from geopandas import GeoDataFrame
from rasterio import Affine
from shapely import LineString
from strategies import CRS, X, Y, frame, square

from ecogis.acoustics import path_levels
from ecogis.acoustics.emission import line_power_db
from ecogis.acoustics.roads import traffic_of
from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.indicators.noise import noise_exposure
from ecogis.raster import Raster
from ecogis.spatial.terrain import Grid

TOWN = StudyArea("town", square(0, 0, 300, 300), CRS, area_method="plane")
A_WEIGHTS = np.array([-26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1])
NEAR, BEHIND = square(140, 60, 160, 70), square(140, 90, 160, 100)
CELL, REACH = 10.0, 600.0


def dem(altitude, reach=REACH):
    """Return cells of 10 m from 600 m before the town to 600 m behind it."""
    count = int((300 + 2 * reach) / CELL)
    middle = -reach + (np.arange(count) + 0.5) * CELL
    values = np.broadcast_to(altitude(middle[None], middle[::-1, None]), (count, count))
    at = Affine(CELL, 0, X - reach, 0, -CELL, Y + 300 + reach)
    return Raster(np.array(values, float), at, pyproj.CRS(CRS))


def level(_x, _y):
    return 350.0


def hill(_x, y):
    """Return a ridge of 12 m along the street, 30 m from it."""
    return 350 + np.maximum(12 - np.abs(y - 40) * 0.6, 0)


def waves(x, y):
    return 200 + 6 * np.sin(x / 37) + 5 * np.cos(y / 23 + x / 90)


def street():
    fields = {f"light_{period}": [900.0] for period in ("day", "evening", "night")}
    fields |= {f"heavy_{period}": [0.0] for period in ("day", "evening", "night")}
    fields |= {"speed_kmh": [50.0], "pavement": ["asphalt"], "class": ["primary"]}
    line = LineString([(X - 300, Y + 10), (X + 600, Y + 10)])
    return GeoDataFrame(fields, geometry=[line], crs=CRS)


def measured(elevation=None, **more):
    built = frame(NEAR, BEHIND, people=[10, 20], height_m=[6.0, 6.0])
    return noise_exposure(TOWN, street(), built, elevation=elevation, **more)


def lden(found):
    return found.drawn["facade_levels"].set_index("people")["lden_db"]


def told(found):
    return " | ".join(note.en for note in found.notes)


def test_a_plain_at_350_m_is_level_ground():
    flat, high = measured(grid_m=50), measured(dem(level), grid_m=50)
    np.testing.assert_allclose(lden(flat), lden(high), atol=1e-6)
    for name, grid in flat.rasters.items():
        assert np.isfinite(grid.values).any()
        np.testing.assert_allclose(grid.values, high.rasters[name].values, atol=1e-6)
    assert "no layer of elevation: the ground is level" in told(flat)
    assert "as high as the elevation says, in cells of 10 m" in told(high)
    assert "level" not in told(high).replace("elevation", "").replace("levels", "")


def test_a_hill_between_road_and_houses_helps():
    flat, behind_it = lden(measured()), lden(measured(dem(hill)))
    assert (behind_it < flat - 5).all()


def test_round_houses_and_by_walls_too_a_hill_helps():
    ways = {"reflections": True, "lateral": True}
    flat, behind_it = measured(**ways), measured(dem(hill), **ways)
    assert (lden(behind_it) < lden(flat) - 5).all()


def arrived(ground, x, y, power):
    """Return the energy in dB(A) by day, evening and night, metre by metre of road."""
    grid, place = Grid(ground), np.array([X + x, Y + y])
    z = float(grid.heights(place[None])[0]) + 4
    energy = np.zeros(3)
    for metre in np.arange(2, 900, 4):
        at = np.array([X - 300 + metre, Y + 10])
        if np.hypot(*(at - place)) > 200:
            continue
        source = (*at, float(grid.heights(at[None])[0]) + 0.05)
        around = {"terrain": ground, "buildings": [(NEAR, 6.0), (BEHIND, 6.0)]}
        how = {"gs": 0.0, "lateral": False, "reflections": 0}
        alone = path_levels(source, (*place, z), **around, **how)
        for period, share in enumerate((0.5, 0.75, 1.0)):
            mixed = (1 - share) * 10 ** (alone.L_H / 10)
            mixed += share * 10 ** (alone.L_F / 10)
            heard = 10 ** ((power[period] + A_WEIGHTS) / 10)
            energy[period] += 4 * np.sum(mixed * heard)
    return energy


def test_on_hills_the_level_is_that_of_the_road_metre_by_metre():
    ground = dem(waves)
    found = lden(measured(ground, max_distance_m=200.0))
    power = line_power_db(traffic_of(street())[0])[0]
    by_hand = []
    # the receivers before the wall that faces the road
    for x in (142.5, 147.5, 152.5, 157.5):
        energy = arrived(ground, x, 58.5, power)
        day, evening, night = energy * (1, 10**0.5, 10)
        by_hand.append(10 * np.log10((12 * day + 4 * evening + 8 * night) / 24))
    assert found[10] == pytest.approx(max(by_hand), abs=0.3)


def test_a_hole_takes_the_nearest_and_is_counted():
    ground = dem(waves)
    ground.values[84:88, 74:78] = np.nan
    found = measured(ground)
    assert np.isfinite(lden(found)).all()
    assert "16 of 22,500 cells of the elevation hold no data (0.071 %)" in told(found)


@pytest.mark.parametrize(("reach", "says"), [(600.0, None), (250.0, "72 %")])
def test_a_dem_that_ends_short_is_told(reach, says):
    said = told(measured(dem(level, reach)))
    assert ("ends short" in said) == (says is not None)
    # 800 m a side of 1500
    assert says is None or f"{says} of them lie beyond it" in said


def test_nothing_beyond_the_margin_matters():
    found = []
    for reach in (REACH + CELL, 900.0):
        ground = dem(waves, reach)
        ground.values[:] = np.where(
            np.abs(ground.values - 200) < 1, np.nan, ground.values
        )
        if reach > REACH + CELL:
            edge = int((reach - REACH - CELL) / CELL)
            rim = np.ones(ground.values.shape, dtype=bool)
            rim[edge:-edge, edge:-edge] = False
            ground.values[rim] = 2000
        found.append(measured(ground))
    assert lden(found[0]).tolist() == lden(found[1]).tolist()
    assert told(found[0]) == told(found[1])
    assert "hold no data" in told(found[0])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"crs": pyproj.CRS(4549)}, "found EPSG:4549, expected EPSG:4548"),
        ({"crs": pyproj.CRS(4326)}, "EPSG:4326 is in degrees; expected metres"),
        ({"transform": Affine(CELL, 0, 0, 0, -CELL, 0)}, "lie elsewhere"),
    ],
)
def test_a_dem_of_another_place_is_refused(change, says):
    with pytest.raises(LayerError, match=says):
        measured(replace(dem(level), **change))
