"""Which features make one connected patch?"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components


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
    shapely.prepare(shapes)
    tree = shapely.STRtree(shapes)
    pairs = tree.query(shapes, predicate="dwithin", distance=gap_m)
    ones = np.ones(len(pairs[0]), dtype=bool)
    graph = coo_matrix((ones, pairs), shape=(len(shapes), len(shapes)))
    _, numbers = connected_components(graph, directed=False)
    return np.asarray(numbers, dtype=np.int64)
