"""Do rasters fill layers of polygons, and say what is missing?"""

import numpy as np
import pytest
import rasterio
from pyproj import CRS
from shapely import box

from ecogis.errors import LayerError, SourceError
from ecogis.layer import Field, Layer

GK = CRS("EPSG:4548")
X, Y = 450_000.0, 4_418_000.0


@pytest.fixture
def grid(tmp_path):
    """Write values as cells of 100 m whose north-west corner is (X, Y)."""

    def make(values, *, crs="EPSG:4548", nodata=None, name="g.tif", **more):
        bands = np.atleast_3d(np.asarray(values).T).T
        count, height, width = bands.shape
        transform = rasterio.Affine(100, 0, X, 0, -100, Y)
        with rasterio.open(
            tmp_path / name,
            "w",
            driver="GTiff",
            height=height,
            width=width,
            count=count,
            dtype=bands.dtype,
            crs=crs,
            transform=more.pop("transform", transform),
            nodata=nodata,
        ) as data:
            data.write(bands)
            if "scales" in more:
                data.scales, data.offsets = more["scales"], more["offsets"]
        return name

    return make


def test_people_by_cell(grid, read):
    reading = read(
        "population", grid([[1.0, 2.5], [-1.0, 4.0]], nodata=-1), kind="raster"
    )
    assert list(reading.frame.columns) == ["people", "geometry"]
    assert reading.frame["people"].tolist() == [1.0, 2.5, 4.0]
    assert reading.frame.geometry[1].equals(box(X + 100, Y - 100, X + 200, Y))
    assert reading.covers == (X, Y - 200, X + 200, Y)
    assert reading.stamp.crs == "EPSG:4548"
    assert reading.notes == ()


def test_only_the_window_is_read(grid, read):
    values = np.arange(10_000.0).reshape(100, 100)
    window = (X + 150, Y - 250, X + 250, Y - 150)
    found = read("population", grid(values), kind="raster", box=window).frame
    assert found["people"].tolist() == [101, 102, 201, 202]


def test_a_window_beyond_the_raster(grid, read):
    window = (X - 9000, Y - 100, X - 8000, Y)
    reading = read("population", grid([[1.0]]), kind="raster", box=window)
    assert reading.frame.empty
    assert reading.covers == (X, Y - 100, X + 100, Y)


def test_a_raster_in_another_crs(grid, read):
    path = grid([[1.0, 2.0], [3.0, 4.0]])
    reading = read("population", path, kind="raster", to=CRS("EPSG:4549"))
    assert reading.frame["people"].sum() == 10
    assert reading.frame.area.tolist() == pytest.approx([10_000] * 4, rel=3e-3)
    assert reading.frame.crs == CRS("EPSG:4549")


def test_codes_merge_and_are_mapped(grid, read):
    path = grid(np.array([[1, 1, 7], [1, 7, 7]], np.uint8))
    reading = read(
        "land_use",
        path,
        kind="raster",
        field="code",
        values={"code": {"1": "0301", "7": "0101"}},
        codes="gbt21010_2017",
    )
    found = sorted(zip(reading.frame["use"], reading.frame.area, strict=True))
    assert found == [("cropland", 30_000), ("woodland", 30_000)]


def test_an_optional_field_has_to_be_named(grid, read):
    path = grid([[0.3]])
    with pytest.raises(SourceError) as error:
        read("forest", path, kind="raster")
    assert "state which field the band fills" in str(error.value)
    assert "kind, canopy" in str(error.value)
    found = read("forest", path, kind="raster", field="canopy").frame
    assert found["canopy"].tolist() == [0.3]
    with pytest.raises(SourceError, match="did you mean 'canopy'"):
        read("forest", path, kind="raster", field="canopies")


def test_a_value_beyond_its_bounds(grid, read):
    with pytest.raises(LayerError, match="expected 0 to 1"):
        read("forest", grid([[30.0]]), kind="raster", field="canopy")


def test_stated_nodata(grid, read):
    path = grid([[1.0, -999.0]])
    with pytest.raises(LayerError, match="found -999"):
        read("population", path, kind="raster")
    found = read("population", path, kind="raster", nodata=-999.0).frame
    assert found["people"].tolist() == [1.0]


def test_a_scaled_band(grid, read):
    values = np.array([[[10, 20, 255]]], np.uint8)
    path = grid(values, nodata=255, scales=(0.01,), offsets=(0.1,))
    found = read("forest", path, kind="raster", field="canopy").frame["canopy"]
    assert found.tolist() == pytest.approx([0.2, 0.3])


def test_a_raster_without_crs(grid, read):
    path = grid([[1.0]], crs=None)
    with pytest.raises(SourceError, match='crs = "EPSG:4326"'):
        read("population", path, kind="raster")
    found = read("population", path, kind="raster", crs="EPSG:4548").frame
    assert found.total_bounds.tolist() == [X, Y - 100, X + 100, Y]


def test_a_picture_is_no_map(grid, read):
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        path = grid([[1.0]], crs=None, transform=rasterio.Affine.identity())
    with pytest.raises(SourceError, match="does not say where on Earth"):
        read("population", path, kind="raster")


def test_bands(grid, read):
    path = grid([[[1.0]], [[2.0]]])
    found = read("population", path, kind="raster", band=2).frame
    assert found["people"].tolist() == [2.0]
    with pytest.raises(SourceError, match="no band 3; the file has 2"):
        read("population", path, kind="raster", band=3)


def test_bad_files(read, tmp_path, grid):
    with pytest.raises(SourceError, match="no such file"):
        read("population", "none.tif", kind="raster")
    (tmp_path / "bad.tif").write_bytes(b"II*\x00hello")
    with pytest.raises(SourceError, match="cannot be read as a raster"):
        read("population", "bad.tif", kind="raster")
    path = grid(np.ones((300, 300)), name="cut.tif")
    content = (tmp_path / path).read_bytes()
    (tmp_path / path).write_bytes(content[: len(content) // 2])
    with pytest.raises(SourceError, match="cannot be read as a raster"):
        read("population", path, kind="raster")


def test_roads_are_no_raster(grid, read):
    with pytest.raises(LayerError, match="cannot fill a layer of Line"):
        read("roads", grid([[1.0]]), kind="raster", field="class")


def test_too_many_cells_for_polygons(grid, read, monkeypatch):
    monkeypatch.setattr("ecogis.sources.raster._MOST_CELLS", 8)
    with pytest.raises(SourceError, match="9 cells in the window, at most 8"):
        read("population", grid(np.ones((3, 3))), kind="raster")


def test_a_joined_raster_is_not_cut_by_the_window(grid, read):
    layer = Layer(
        name="woods",
        title="woods",
        theme="green",
        geometry="Polygon",
        joined=True,
        fields={"kind": Field(type="text")},
    )
    values = np.ones((1, 50), np.uint8)
    values[0, 40] = 0
    path = grid(values, nodata=0)
    window = (X + 10, Y - 90, X + 20, Y - 80)
    found = read(layer, path, kind="raster", box=window).frame
    assert found.area.tolist() == [400_000]
    assert found["kind"].tolist() == ["1"]


@pytest.mark.real
def test_a_netcdf_without_crs(data, read):
    path = data / "rasters/s2_nir_band.nc"
    layer = Layer(
        name="near_infrared",
        title="near infrared",
        theme="green",
        geometry="Polygon",
        fields={"value": Field(type="number")},
    )
    utm = CRS("EPSG:32630")
    window = (600_000, 4_699_920, 600_100, 4_700_020)
    with pytest.raises(SourceError, match="no coordinate reference system"):
        read(layer, path, kind="raster", to=utm)
    reading = read(layer, path, kind="raster", to=utm, crs="EPSG:32630", box=window)
    # 10 by 10 cells of 10 m, and those that touch the window's edge from outside
    assert 100 <= len(reading.frame) <= 121
    assert reading.covers == (600_000, 4_698_020, 603_000, 4_700_020)


@pytest.mark.real
def test_land_statistics_with_nodata(data, read):
    path = data / "rasters/ls100_06.tif"
    swiss = CRS("EPSG:2056")
    reading = read("land_use", path, kind="raster", to=swiss, codes="gb50137_2011")
    assert "255" not in set(reading.frame["code"])
    with rasterio.open(path) as band:
        known = (band.read(1) != 255).sum()
    cell_m2 = 100.00512429624578**2
    assert reading.frame.area.sum() == pytest.approx(known * cell_m2, rel=1e-9)
