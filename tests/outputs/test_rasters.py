"""Grids become GeoTIFFs: the same cells at the same place, what is unknown is NaN."""

from dataclasses import replace

import numpy as np
import pyproj
import pytest
import rasterio
from card import CRS, card, styles
from rasterio import Affine

from ecogis.outputs import FILES, rasters, write_all
from ecogis.outputs.whole import NotWrittenError
from ecogis.raster import Raster

PLACE = Affine(10, 0, 447_000, 0, -10, 4_418_020)
GRID = Raster(
    np.array([[55.25, np.nan, 60.0], [-9.0, 0.0, 70.5]]), PLACE, pyproj.CRS(CRS), -9
)


def with_grids(**grids):
    """Return the card made by hand, with grids in its first result."""
    found = card()
    first = found.scores[0]
    held = replace(first.result, rasters=grids)
    return replace(found, scores=(replace(first, result=held), *found.scores[1:]))


def read(path):
    with rasterio.open(path) as data:
        return data.read(1), data


def test_cells_come_back_where_they_were(tmp_path):
    path = rasters.write_raster(GRID, tmp_path / "grid.tif")
    values, data = read(path)
    expected = np.array([[55.25, np.nan, 60.0], [np.nan, 0.0, 70.5]])
    np.testing.assert_array_equal(values, expected)
    assert np.isnan(data.nodata)
    assert data.transform == PLACE
    assert data.crs.to_epsg() == 4548
    # the middle of the upper left cell
    assert next(data_at(path, (447_005, 4_418_015)))[0] == 55.25
    assert not list(tmp_path.glob(".*"))


def data_at(path, *places):
    with rasterio.open(path) as data:
        yield from data.sample(places)


def test_a_grid_is_written_beside_the_four_files(tmp_path):
    found = with_grids(noise_day=GRID, noise_night=GRID)
    row = found.scores[0].goal.row
    names = [f"{row}_noise_day.tif", f"{row}_noise_night.tif"]
    written = write_all(found, styles(), tmp_path)
    assert [path.name for path in written] == [*FILES, *names]
    assert all(path.is_file() for path in written)


def test_equal_grids_are_equal_bytes(tmp_path):
    one, two = (rasters.write_raster(GRID, tmp_path / f"{n}.tif") for n in "ab")
    assert one.read_bytes() == two.read_bytes()


def test_names_that_a_disk_takes_for_one_are_told_apart():
    assert list(rasters.rasters_of(with_grids(a=GRID, A=GRID)))[1].endswith("_A_2.tif")


def test_a_file_in_the_way_is_told_in_one_line(tmp_path):
    (tmp_path / "no_folder").write_text("a file")
    with pytest.raises(NotWrittenError, match="not written"):
        rasters.write_raster(GRID, tmp_path / "no_folder" / "grid.tif")
