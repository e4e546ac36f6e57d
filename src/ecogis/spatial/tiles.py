"""Land in small squares, each with a place that stands for it."""

import numpy as np
import shapely
from geopandas import GeoDataFrame

from ecogis.spatial.ragged import counted
from ecogis.spatial.threads import threaded
from ecogis.spatial.window import windows

# crumbs along a border, in m²: below any coordinate's own precision
_CRUMB_M2 = 1e-6
_POLYGON = 2


def tiles(frame: GeoDataFrame, cell_m: float) -> GeoDataFrame:
    """
    Return polygons cut into the cells of a grid, which together are the polygons.

    The grid's lines lie at whole multiples of the cell's size in the CRS, whatever is
    cut. Parts of a polygon that lie apart in one cell are rows of their own.

    Parameters
    ----------
    frame
        Polygons in a CRS in metres; their columns go with each piece.
    cell_m
        Side of a cell in metres.
    """
    parts = frame.explode(ignore_index=True)
    shapes = np.asarray(parts.geometry.values)
    bounds = np.floor(shapely.bounds(shapes) / cell_m).reshape(-1, 4).astype(np.int64)
    wide, high = (bounds[:, 2:] - bounds[:, :2] + 1).T
    owner, number = counted(wide * high)
    column = bounds[owner, 0] + number % wide[owner]
    row = bounds[owner, 1] + number // wide[owner]
    west, south = column * cell_m, row * cell_m
    cells = np.asarray(shapely.box(west, south, west + cell_m, south + cell_m))
    shapely.prepare(shapes)
    meets = shapely.intersects(shapes[owner], cells)
    owner, cells = owner[meets], cells[meets]
    crossed = np.flatnonzero(~shapely.covers(shapes[owner], cells))
    around = windows(shapes, owner[crossed], cells[crossed])
    cells[crossed] = threaded(shapely.intersection, around, cells[crossed])
    pieces = parts.iloc[owner].set_geometry(cells, crs=frame.crs)
    pieces = pieces.explode(ignore_index=True)
    found = np.asarray(pieces.geometry.values)
    flat = shapely.get_dimensions(found) == _POLYGON
    kept: GeoDataFrame = pieces[flat & (shapely.area(found) > _CRUMB_M2)]
    return kept.reset_index(drop=True)
