"""What ground lies within a distance of something?"""

from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.spatial.overlay import dissolve


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
    # each feature by itself: uniting first is three to five times slower
    return dissolve(shapely.buffer(shapes, metres, quad_segs=quad_segs))
