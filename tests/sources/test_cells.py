"""Does a DEM arrive as cells that lie, and are as high, as in its file?"""

import numpy as np
import pytest
import rasterio
from pyproj import CRS, Transformer
from shapely import Point

from ecogis.errors import LayerError, SourceError

GK, NEXT_ZONE = CRS("EPSG:4548"), CRS("EPSG:4549")
X, Y, CELL = 450_000.0, 4_418_000.0, 30.0
WINDOW = (X + 300, Y - 900, X + 600, Y - 600)


@pytest.fixture
def dem(tmp_path):
    """Write 40 x 40 cells of 30 m whose north-west corner is (X, Y)."""

    def make(values=None, *, name="dem.tif", unit="", **profile):
        values = plane(np.arange(40)) if values is None else np.asarray(values)
        at = rasterio.Affine(CELL, 0, X, 0, -CELL, Y)
        profile = {"crs": "EPSG:4548", "transform": at, **profile}
        rows, columns = values.shape
        size = {"height": rows, "width": columns, "count": 1, "dtype": values.dtype}
        with rasterio.open(tmp_path / name, "w", "GTiff", **size, **profile) as data:
            data.write(values, 1)
            data.units = (unit,)
        return name

    return make


def slope(x, y):
    """Ground that climbs 1 in 10 to the east, 1 in 5 to the north."""
    return 50 + (x - X) / 10 + (y - (Y - 1200)) / 5


def plane(number):
    middle = (number + 0.5) * CELL
    return slope(X + middle[None, :], Y - middle[:, None])


def middles(raster):
    rows, columns = np.indices(raster.values.shape)
    return raster.transform @ (columns + 0.5, rows + 0.5)


def test_in_its_own_crs_cells_stay_as_they_are(dem, read):
    found = read("elevation", dem(), kind="raster", box=WINDOW).raster
    # the window's 10 x 10 cells and two around it
    assert found.values.shape == (14, 14)
    np.testing.assert_array_equal(found.values, slope(*middles(found)))
    assert found.transform[:6] == (30, 0, X + 240, 0, -30, Y - 540)
    assert found.crs == GK


def test_in_another_crs_values_are_those_of_the_places(dem, read):
    to = Transformer.from_crs(GK, NEXT_ZONE, always_xy=True)
    box = to.transform_bounds(*WINDOW)
    reading = read("elevation", dem(), kind="raster", box=box, to=NEXT_ZONE)
    found = reading.raster
    assert found.cell_m == pytest.approx(CELL, rel=0.02)
    west, south, east, north = found.bounds
    assert west <= box[0] and south <= box[1] and east >= box[2] and north >= box[3]  # noqa: PT018
    x, y = to.transform(*middles(found), direction="INVERSE")
    # between middles a plane is its own bilinear surface
    np.testing.assert_allclose(found.values, slope(x, y), atol=1e-6)
    assert reading.frame.empty
    assert reading.stamp.crs == "EPSG:4548"
    assert reading.stamp.features == found.values.size


def test_what_holds_no_data_is_unknown(dem, read):
    values = np.full((40, 40), 45, np.int16)
    values[25, 15] = -32768
    path = dem(values, nodata=-32768)
    for to in (GK, NEXT_ZONE):
        change = Transformer.from_crs(GK, to, always_xy=True)
        box = change.transform_bounds(*WINDOW)
        found = read("elevation", path, kind="raster", box=box, to=to).raster
        assert 1 <= np.isnan(found.values).sum() <= 4
        assert set(found.values[found.known].tolist()) == {45.0}


def test_without_a_window_all_of_it_is_read(dem, read):
    found = read("elevation", dem(), kind="raster", to=None).raster
    assert found.crs == CRS("EPSG:4326")
    known = found.values[found.known]
    assert known.min() == pytest.approx(plane(np.arange(40)).min(), abs=10)
    assert known.max() == pytest.approx(plane(np.arange(40)).max(), abs=10)


def test_the_band_may_be_chosen(tmp_path, read):
    at = rasterio.Affine(CELL, 0, X, 0, -CELL, Y)
    profile = {"height": 40, "width": 40, "count": 2, "dtype": "float32"}
    profile |= {"crs": "EPSG:4548", "transform": at}
    with rasterio.open(tmp_path / "two.tif", "w", "GTiff", **profile) as data:
        data.write(np.full((40, 40), 7.0), 1)
        data.write(np.full((40, 40), 8.0), 2)
    found = read("elevation", "two.tif", kind="raster", band=2, box=WINDOW).raster
    assert set(found.values.ravel().tolist()) == {8.0}


def test_a_turned_raster_is_put_straight(dem, read):
    turned = rasterio.Affine.translation(X, Y - 600) @ rasterio.Affine.rotation(30)
    turned @= rasterio.Affine.scale(CELL, -CELL)
    rows, columns = np.indices((40, 40))
    x, y = turned @ (columns + 0.5, rows + 0.5)
    path = dem(slope(x, y), transform=turned)
    found = read("elevation", path, kind="raster", box=WINDOW).raster
    inside = found.known
    assert inside.sum() > 20
    np.testing.assert_allclose(
        found.values[inside], slope(*middles(found))[inside], atol=1e-6
    )


@pytest.mark.parametrize(
    ("how", "stated", "says"),
    [
        ({"crs": None}, {}, "no coordinate reference system"),
        ({"nodata": -1}, {"crs": "GCJ-02"}, "GCJ-02 cannot be put right"),
        ({"unit": "ft"}, {}, "the band is in 'ft', expected metres"),
        ({}, {"band": 3}, "no band 3; the file has 1"),
        ({"name": "x.tif"}, {}, "no such file"),
    ],
)
def test_what_the_file_does_not_say_is_one_line(dem, read, how, stated, says):
    dem(**how)
    with pytest.raises(SourceError, match=says) as found:
        read("elevation", "dem.tif", kind="raster", box=WINDOW, **stated)
    assert "\n" not in str(found.value)
    assert found.value.zh is not None


def test_a_file_that_is_no_raster(read, tmp_path):
    (tmp_path / "dem.tif").write_text("altitudes")
    with pytest.raises(SourceError, match="cannot be read as a raster"):
        read("elevation", "dem.tif", kind="raster", box=WINDOW)


def test_no_data_that_does_not_say_so(dem, read):
    values = np.full((40, 40), 45.0)
    values[22, 12] = -9999
    path = dem(values)
    says = r"found -9999 .* state nodata = -9999"
    with pytest.raises(LayerError, match=says) as found:
        read("elevation", path, kind="raster", box=WINDOW)
    assert "nodata = -9999" in found.value.zh
    assert read("elevation", path, kind="raster", box=WINDOW, nodata=-9999)


def test_a_window_without_any_data(dem, read):
    values = np.full((40, 40), np.nan)
    values[0, 0] = 45
    with pytest.raises(LayerError, match=r"no cell of dem\.tif holds data") as found:
        read("elevation", dem(values), kind="raster", box=WINDOW)
    assert "有效" in found.value.zh


def test_a_window_elsewhere_is_left_to_the_reader(dem, read):
    box = (X + 90_000, Y, X + 90_300, Y + 300)
    reading = read("elevation", dem(), kind="raster", box=box)
    assert not reading.raster.known.any()
    assert reading.spans == (X, Y - 1200, X + 1200, Y)


def test_features_are_no_cells_and_cells_no_roads(dem, read, write):
    path = write("dem.gpkg", [Point(X, Y)])
    with pytest.raises(LayerError, match="expected a raster; write elevation") as found:
        read("elevation", path)
    assert "栅格" in found.value.zh
    with pytest.raises(LayerError, match="cannot fill a layer of Line") as found:
        read("roads", dem(), kind="raster")
    assert "栅格" in found.value.zh
