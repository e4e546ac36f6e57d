"""Which ground lies between two levels?"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from contourpy import FillType, contour_generator
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.raster import Raster

# corners of the smallest ring
_RING = 4


def level_areas(grid: Raster, edges: Sequence[float]) -> GeoDataFrame:
    """
    Return the ground between each two edges, by straight lines between cells' middles.

    Where three of the four cells around a corner are known, their triangle is drawn; no
    ground is drawn that does not lie between known cells.

    Parameters
    ----------
    grid
        Levels; cells without data give no ground.
    edges
        Rising; above the last there is no further edge.

    Returns
    -------
    GeoDataFrame
        Multipolygons with ``from_db`` and ``to_db`` (NaN above the last edge), the
        lowest first, each level at most once.
    """
    rows, columns = grid.values.shape
    shapes, lows, highs = [], [], []
    values = grid.amounts
    if min(rows, columns) > 1 and grid.known.any():
        lines = contour_generator(
            z=np.ma.masked_invalid(values),
            corner_mask=True,
            fill_type=FillType.OuterOffset,
        )
        for low, high in zip(edges, [*edges[1:], np.inf], strict=True):
            shape = _ground(lines.filled(low, high), grid)
            if not shape.is_empty:
                shapes.append(shape)
                lows.append(float(low))
                highs.append(float(high) if np.isfinite(high) else np.nan)
    return GeoDataFrame(
        {"from_db": np.array(lows, float), "to_db": np.array(highs, float)},
        geometry=np.array(shapes, dtype=object),
        crs=grid.crs,
    )


def _ground(filled: Any, grid: Raster) -> shapely.MultiPolygon:
    """Return what contourpy filled as one multipolygon at its place."""
    points, offsets = filled
    polygons = []
    for outline, starts in zip(points, offsets, strict=True):
        placed = _placed(outline, grid)
        rings = [placed[a:b] for a, b in pairwise(starts)]
        rings = [ring for ring in rings if len(ring) >= _RING]
        if rings:
            polygons.append(shapely.Polygon(rings[0], rings[1:]))
    sound = shapely.make_valid(np.array(polygons, dtype=object))
    whole = shapely.union_all(sound)
    flat = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(flat)


def _placed(cells: NDArray[np.float64], grid: Raster) -> NDArray[np.float64]:
    """Return places of (column, row) of cells' middles."""
    a, b, c, d, e, f = grid.transform[:6]
    column, row = (cells + 0.5).T
    return np.column_stack([a * column + b * row + c, d * column + e * row + f])
