"""Do cells become the polygons that they cover, and no others?"""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pyproj import CRS
from rasterio import Affine
from shapely import box

from ecogis.spatial.raster import Raster, polygons

GK = CRS("EPSG:4548")
# 10 m cells from (1000, 2000) to the south-east
NORTH_UP = Affine(10, 0, 1000, 0, -10, 2000)


def raster(values, transform=NORTH_UP, nodata=None):
    return Raster(np.asarray(values), transform, GK, nodata)


def test_each_cell_is_a_square_from_the_top_row_down():
    found = polygons(raster([[1.5, 2.5], [3.5, 4.5]]), merge=False)
    assert found["value"].tolist() == [1.5, 2.5, 3.5, 4.5]
    expected = [(1000, 1990), (1010, 1990), (1000, 1980), (1010, 1980)]
    for shape, (x, y) in zip(found.geometry, expected, strict=True):
        assert shape.equals(box(x, y, x + 10, y + 10))
    assert found.crs == GK


@pytest.mark.parametrize("merge", [True, False])
def test_cells_without_data_give_nothing(merge):
    found = polygons(raster([[1, 255], [255, 2]], nodata=255), merge=merge)
    assert sorted(found["value"]) == [1, 2]
    empty = polygons(raster([[np.nan, 3.0]]), merge=merge)
    assert empty["value"].tolist() == [3.0]


def test_a_sentinel_counts_only_where_it_is_declared():
    values = [[-999.0, 1e15, 5.0]]
    assert len(polygons(raster(values), merge=False)) == 3
    assert len(polygons(raster(values, nodata=-999.0), merge=False)) == 2
    assert len(polygons(raster(values, nodata=np.nan), merge=False)) == 3


def test_no_byte_is_a_sentinel_beyond_its_range():
    values = np.array([[241, 255, 5]], dtype=np.uint8)
    # -9999 wrapped into a byte would be 241, -1 would be 255
    assert raster(values, nodata=-9999.0).known.all()
    assert raster(values, nodata=-1.0).known.all()
    assert raster(values, nodata=255.0).known.tolist() == [[True, False, True]]


def test_the_lowest_float_is_a_sentinel_of_its_own_type():
    low = np.float32(np.finfo(np.float32).min)
    values = np.array([[low, 1.0]], dtype=np.float32)
    for nodata in (float(low), -3.4028235e38):
        assert raster(values, nodata=nodata).known.tolist() == [[False, True]]


def test_no_cell_at_all():
    for merge in (True, False):
        found = polygons(raster(np.zeros((0, 0), np.uint8)), merge=merge)
        assert found.empty
        assert "value" in found


def test_equal_cells_merge_across_edges_not_corners():
    values = [[1, 1, 2], [2, 1, 2], [1, 2, 2]]
    found = polygons(raster(np.array(values, np.uint8)), merge=True)
    sizes = sorted(zip(found["value"], found.area, strict=True))
    assert sizes == [(1, 100), (1, 300), (2, 100), (2, 400)]


def test_a_hole_stays_a_hole():
    values = np.ones((3, 3), np.uint8)
    values[1, 1] = 0
    found = polygons(raster(values, nodata=0), merge=True)
    assert found.area.tolist() == [800]


@pytest.mark.parametrize("kind", [np.int8, np.int64, np.uint32, np.float64, np.uint8])
def test_codes_of_any_type_merge(kind):
    found = polygons(raster(np.array([[7, 7, 9]], kind)), merge=True)
    assert sorted(zip(found["value"], found.area, strict=True)) == [(7, 200), (9, 100)]


def test_a_turned_raster():
    turned = Affine.translation(50, 60) @ Affine.rotation(30) @ Affine.scale(10, -10)
    found = polygons(raster([[1.0, 2.0]], turned), merge=False)
    assert found.area.tolist() == pytest.approx([100, 100])
    assert raster([[1.0, 2.0]], turned).bounds == pytest.approx(
        tuple(found.total_bounds)
    )


def test_bounds():
    assert raster(np.zeros((3, 2))).bounds == (1000, 1970, 1020, 2000)


@given(values=arrays(np.uint8, (5, 6), elements=st.integers(0, 3)))
def test_merged_cells_cover_the_same_ground(values):
    one = raster(values, nodata=0)
    merged, cells = polygons(one, merge=True), polygons(one, merge=False)
    for value in (1, 2, 3):
        ground = shapely.union_all(merged[merged["value"] == value].geometry)
        same = shapely.union_all(cells[cells["value"] == value].geometry)
        assert ground.equals(same)
        # nothing twice
        assert (
            merged[merged["value"] == value].area.sum() == (values == value).sum() * 100
        )


def test_the_cells_within_a_box_and_one_around_them():
    values = np.arange(100.0).reshape(10, 10)
    whole = Raster(values, Affine(10, 0, 500, 0, -10, 900), GK)
    part = whole.within((520, 845, 535, 870))
    # columns 2 to 3, rows 3 to 5
    assert part.values.tolist() == values[2:7, 1:5].tolist()
    assert part.bounds == (510, 830, 550, 880)
    assert whole.within((0, 0, 5000, 5000)).bounds == whole.bounds
    assert whole.within((0, 0, 100, 100)) is whole
