"""Straight-line distance between features."""

from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.spatial import cKDTree

# with more distances than these, one question a distance costs more than it saves
_FEW_DISTANCES = 8
_HAIR = 1e-12


def near(
    features: GeoDataFrame, targets: GeoDataFrame, metres: float | NDArray[np.float64]
) -> NDArray[np.bool_]:
    """
    Return a mask, one per feature: is any target near enough?

    Exact: nothing is buffered, so no circle is approximated.

    Parameters
    ----------
    features, targets
        Frames in one CRS in metres.
    metres
        How far is near: one distance, or one per target.
    """
    shapes = np.asarray(features.geometry.values)
    others = np.asarray(targets.geometry.values)
    wide = np.broadcast_to(np.asarray(metres, dtype=np.float64), others.shape)
    mask = np.zeros(len(shapes), dtype=bool)
    distances = np.unique(wide)
    if len(distances) <= _FEW_DISTANCES:
        for distance in distances:
            mask |= _vertices_near(shapes, others[wide == distance], float(distance))
    rest = np.flatnonzero(~mask)
    mask[rest[near_pairs(features.iloc[rest], targets, wide)[0]]] = True
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


def _vertices_near(
    shapes: NDArray[Any], targets: NDArray[Any], metres: float
) -> NDArray[np.bool_]:
    """Return where a shape's first vertex is near a target's: that shape is near."""
    found = np.zeros(len(shapes), dtype=bool)
    vertices, owner = shapely.get_coordinates(shapes, return_index=True)
    known, first = np.unique(owner, return_index=True)
    corners = shapely.get_coordinates(targets)
    if len(known) and len(corners):
        # a hair less: what lies on the very border is left to the geometries
        bound = metres * (1 - _HAIR)
        away, _ = cKDTree(corners).query(vertices[first], distance_upper_bound=bound)
        found[known] = np.isfinite(away)
    return found
