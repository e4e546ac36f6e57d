"""What ground lies within a distance of something?"""

from functools import partial
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.spatial.overlay import dissolve
from ecogis.spatial.threads import threaded


def reach(
    features: GeoDataFrame,
    metres: float | NDArray[np.float64],
    *,
    quad_segs: int = 32,
) -> NDArray[Any]:
    """
    Return the ground within ``metres`` of the features, as separate polygons.

    Parameters
    ----------
    features
        Points, lines or polygons in a CRS in metres.
    metres
        One distance, or one per feature.
    quad_segs
        Segments that stand for a quarter of a circle: the polygon lies inside the true
        circle, whose area it misses by 0.64 % (8), 0.16 % (16) or 0.04 % (32).
    """
    shapes = np.asarray(features.geometry.values)
    wide = np.broadcast_to(np.asarray(metres, dtype=np.float64), shapes.shape)
    # each feature by itself: uniting first is three to five times slower
    return dissolve(
        threaded(partial(shapely.buffer, quad_segs=quad_segs), shapes, wide)
    )
