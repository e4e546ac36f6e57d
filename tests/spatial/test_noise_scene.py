"""What stands in the way of sound: how high, and what of it had to be assumed."""

import numpy as np
import pyproj
import pytest
from geopandas import GeoDataFrame
from rasterio import Affine
from shapely import LineString
from strategies import CRS, X, Y, frame, square

from ecogis.raster import Raster
from ecogis.spatial.noise_scene import noise_scene, receivers_before

HOUSES = [square(20 * n, 0, 20 * n + 10, 10) for n in range(4)]
NAN = float("nan")


def barriers(**columns):
    lines = [LineString([(X, Y + y), (X + 100, Y + y)]) for y in (-5, -8)]
    return GeoDataFrame(columns, geometry=lines, crs=CRS)


def told(notes):
    return " | ".join(note.en for note in notes)


def test_buildings_are_as_high_as_the_table_says_where_they_do_not():
    built = frame(*HOUSES, height_m=[7.5, 0, NAN, None], floors=[9, 2, 0, NAN])
    found = noise_scene(built, None, None, default_g=0)
    # 3 m a floor, three floors where nothing is known
    assert [o.top_m for o in found.around.obstacles] == [7.5, 6.0, 9.0, 9.0]
    assert "table building_height" in told(found.notes)


def test_barriers_without_a_height_are_left_out_and_counted():
    some = barriers(height_m=[3.0, NAN], alpha=[NAN, 0.8])
    found = noise_scene(frame(*HOUSES), some, None, default_g=0.5)
    screens = [o for o in found.around.obstacles if not o.is_building]
    assert [screen.top_m for screen in screens] == [3]
    assert "1 noise barriers stand in the way" in told(found.notes)
    assert "1 of 2 noise barriers state no height" in told(found.notes)
    assert "the ground factor is 0.5 everywhere" in told(found.notes)


def test_ground_counts_where_its_factor_is_known():
    ground = frame(square(0, 0, 9, 9), square(50, 50, 60, 60), g=[1.0, NAN])
    found = noise_scene(frame(*HOUSES, height_m=[3] * 4), None, ground, default_g=0)
    assert told(found.notes) == "no layer of elevation: the ground is level"
    assert found.around.ground_factor_at(np.array([X + 5.0, Y + 5.0])) == 1
    assert found.around.ground_factor_at(np.array([X + 55.0, Y + 55.0])) == 0


def test_all_stands_on_the_ground_as_high_as_it_is():
    # 10 cells of 20 m: 300 m high, 2 m more in each column to the east
    rise = np.tile(300 + 2.0 * np.arange(10), (10, 1))
    rise[3, 7:9] = np.nan
    at = Affine(20, 0, X - 50, 0, -20, Y + 100)
    dem = Raster(rise, at, pyproj.CRS(CRS))
    built, fences = frame(*HOUSES, height_m=[6] * 4), barriers(height_m=[3.0, 2.0])
    window = (X - 50, Y - 100, X + 350, Y + 100)
    found = noise_scene(built, fences, None, dem, default_g=0, window=window)
    tops = [o.tops_m for o in found.around.obstacles]
    # houses are 10 m wide, and lie on the mean of their corners; 0.1 m a metre
    at = np.array([5, 25, 45, 65])
    np.testing.assert_allclose([t[0] for t in tops[:4]], 306 + (at + 40) / 10)
    np.testing.assert_allclose(tops[4], [303 + 4, 303 + 14])
    np.testing.assert_allclose(tops[5], [302 + 4, 302 + 14])
    says = told(found.notes)
    assert "the ground is as high as the elevation says, in cells of 20 m" in says
    assert "2 of 100 cells of the elevation hold no data (2 %)" in says
    assert "50 % of them lie beyond it" in says
    before, _ = receivers_before(
        built,
        np.arange(4),
        spacing_m=5,
        height_m=4,
        terrain=found.around.terrain,
    )
    x, _, z = before.places.T
    np.testing.assert_allclose(z, 304 + (x - X + 40) / 10)


@pytest.mark.parametrize("none", [None, barriers(height_m=[1.0, 1.0]).iloc[:0]])
def test_no_barriers_are_none(none):
    found = noise_scene(frame(*HOUSES, height_m=[3] * 4), none, None, default_g=0)
    assert len(found.around.obstacles) == 4
