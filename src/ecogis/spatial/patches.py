"""Which features make one connected patch?"""

from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

# borders that met before a change of CRS may lie this far apart after it
TOUCH_M = 0.01


def patch_numbers(shapes: NDArray[Any], gap_m: float = 0.0) -> NDArray[np.int64]:
    """
    Return patch numbers: shapes that touch or lie within ``gap_m`` share one.

    Parameters
    ----------
    shapes
        Polygons in a CRS in metres.
    gap_m
        Widest gap that still connects, in metres; 0 asks for a touch.
    """
    if not len(shapes):
        return np.zeros(0, dtype=np.int64)
    shapely.prepare(shapes)
    tree = shapely.STRtree(shapes)
    pairs = tree.query(shapes, predicate="dwithin", distance=gap_m)
    ones = np.ones(len(pairs[0]), dtype=bool)
    graph = coo_matrix((ones, pairs), shape=(len(shapes), len(shapes)))
    _, numbers = connected_components(graph, directed=False)
    return np.asarray(numbers, dtype=np.int64)


def pieces(frame: GeoDataFrame) -> GeoDataFrame:
    """Return one row per connected part; each carries the columns of its feature."""
    return frame.explode(ignore_index=True)


def patches(shapes: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """
    Return each shape's patch number, and the patches: their shapes united.

    Shapes that touch, also in one point, are one patch; :data:`TOUCH_M` apart is taken
    for a touch. Ground that shapes share is in the patch once.
    """
    numbers = patch_numbers(shapes, TOUCH_M)
    order = np.argsort(numbers, kind="stable")
    _, starts = np.unique(numbers[order], return_index=True)
    groups = np.split(shapes[order], starts[1:]) if len(shapes) else []
    united = np.empty(len(groups), dtype=object)
    united[:] = [_united(group) for group in groups]
    return numbers, united


def is_wide(shapes: NDArray[Any], metres: float) -> NDArray[np.bool_]:
    """Return a mask: does a disc ``metres`` wide fit into the polygon (within 1 %)?"""
    # closing the gaps that count as a touch widens a shape by as much; square corners,
    # because GEOS drops details below a hundredth of the distance when it erodes
    closed = shapely.buffer(shapes, TOUCH_M, join_style="mitre")
    return ~shapely.is_empty(shapely.buffer(closed, -metres / 2))


def _united(shapes: NDArray[Any]) -> BaseGeometry:
    return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)
