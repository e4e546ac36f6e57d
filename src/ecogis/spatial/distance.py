"""Straight-line distance between features."""

from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray


def near(
    features: GeoDataFrame, targets: GeoDataFrame, metres: float
) -> NDArray[np.bool_]:
    """
    Return a mask, one per feature: is any target at most ``metres`` away?

    Exact: nothing is buffered, so no circle is approximated.
    """
    mask = np.zeros(len(features), dtype=bool)
    mask[near_pairs(features, targets, metres)[0]] = True
    return mask


def near_pairs(
    features: GeoDataFrame, targets: GeoDataFrame, metres: float | NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """
    Return the positions (feature, target) of every pair at most ``metres`` apart.

    Parameters
    ----------
    features, targets
        Frames in one CRS in metres.
    metres
        One distance, or one per target.
    """
    shapes = np.asarray(features.geometry.values)
    others = np.asarray(targets.geometry.values)
    # the tree stands on the many, the few are prepared and ask
    shapely.prepare(others)
    hits = shapely.STRtree(shapes).query(others, predicate="dwithin", distance=metres)
    return hits[1], hits[0]


def nearest_m(shapes: NDArray[Any], targets: NDArray[Any]) -> NDArray[np.float64]:
    """Return each shape's distance to the nearest target in metres; inf without one."""
    found = np.full(len(shapes), np.inf)
    if len(targets):
        hits, metres = shapely.STRtree(targets).query_nearest(
            shapes, all_matches=False, return_distance=True
        )
        found[hits[0]] = metres
    return found
