"""Ground between levels: slopes whose contours are known, and holes that stay holes."""

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from rasterio import Affine
from strategies import CRS, X, Y

from ecogis.raster import Raster
from ecogis.spatial.contours import level_areas

EDGES = (45.0, 50.0, 55.0, 60.0)


def grid(values, step=10.0):
    values = np.asarray(values, dtype=float)
    place = Affine(step, 0, X, 0, -step, Y + step * len(values))
    return Raster(values, place, pyproj.CRS(CRS))


def ramp():
    """Return 40 to 65 dB from west to east: half a dB a metre, cells of 10 m."""
    return grid(np.tile(np.arange(40.0, 66.0, 5.0), (4, 1)))


def test_a_slope_is_cut_at_its_levels():
    found = level_areas(ramp(), EDGES)
    assert found["from_db"].tolist() == list(EDGES)
    assert found["to_db"].tolist()[:3] == [50, 55, 60]
    assert np.isnan(found["to_db"].iloc[3])
    # the middle of the first cell is 5 m from the corner, 40 dB; 45 dB lie at 15 m
    for n, shape in enumerate(found.geometry):
        west = X + 15 + 10 * n
        box = shapely.box(west, Y + 5, west + 10, Y + 35)
        assert shape.equals(box) or shape.symmetric_difference(box).area < 1e-6


def test_what_lies_below_the_first_edge_is_not_drawn():
    assert level_areas(grid(np.full((3, 3), 44.9)), EDGES).empty
    assert len(level_areas(grid(np.full((3, 3), 45.1)), EDGES)) == 1


def test_unknown_cells_stay_holes():
    values = np.full((7, 7), 57.0)
    values[3, 3] = np.nan
    (shape,) = level_areas(grid(values), EDGES).geometry
    # 60 m by 60 m without the diamond between the four neighbours
    assert shape.area == pytest.approx(3600 - 200)
    assert not shape.intersects(shapely.Point(X + 35, Y + 35))
    assert shape.intersects(shapely.Point(X + 22, Y + 22))


def test_silence_is_never_drawn():
    values = np.full((4, 4), np.nan)
    assert level_areas(grid(values), EDGES).empty
    assert level_areas(grid(np.full((1, 5), 60.0)), EDGES).empty


@given(st.integers(0, 2**32 - 1), st.floats(0, 0.4))
def test_bands_meet_without_gap_or_overlap(seed, unknown):
    rng = np.random.default_rng(seed)
    values = rng.uniform(46, 75, (6, 7))
    values[rng.random((6, 7)) < unknown] = np.nan
    found = level_areas(grid(values), EDGES)
    whole = level_areas(grid(values), (0.0,))
    assert found.is_valid.all()
    if whole.empty:
        assert found.empty
        return
    assert found.area.sum() == pytest.approx(whole.area.sum())
    assert found.union_all().area == pytest.approx(whole.area.sum())
    # each known middle lies in the band of its level
    rows, columns = np.nonzero(~np.isnan(values))
    for row, column in zip(rows, columns, strict=True):
        point = shapely.Point(X + 10 * column + 5, Y + 60 - 10 * row - 5)
        level = values[row, column]
        held = found[(found["from_db"] <= level) & ~(found["to_db"] <= level)]
        assert whole.distance(point).min() > 1e-6 or held.distance(point).min() < 1e-6
