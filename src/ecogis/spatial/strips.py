"""What lies in strips beside lines, where the ground decides how wide they are?"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.spatial.coverage import reach
from ecogis.spatial.distance import near, near_pairs
from ecogis.spatial.overlay import cut


def strips(
    lines: GeoDataFrame, land: GeoDataFrame, *, quad_segs: int = 32
) -> GeoDataFrame:
    """
    Return the ground within reach of the lines, as separate polygons.

    Parameters
    ----------
    lines
        Lines with ``half_width_m``, the distance from the line to the boundary of what
        it stands for; the ground in between is part of the strip.
    land
        Polygons that do not overlap, with ``distance_m``, the strip's width there,
        measured from that boundary.
    quad_segs
        Segments that stand for a quarter of a circle.
    """
    found = []
    for distance_m, ground in _by_distance(land):
        metres = lines["half_width_m"].to_numpy(float) + distance_m
        close = near(lines, ground, float(metres.max(initial=0.0)))
        if close.any():
            within = reach(lines[close], metres[close], quad_segs=quad_segs)
            strip = GeoDataFrame(geometry=within, crs=land.crs)
            found.append(cut(strip, ground.geometry.to_numpy()))
    if not found:
        return GeoDataFrame(geometry=[], crs=land.crs)
    return pd.concat(found, ignore_index=True).explode(ignore_index=True)


def metres_from_boundary(
    features: GeoDataFrame, lines: GeoDataFrame, land: GeoDataFrame
) -> NDArray[np.float64]:
    """
    Return how far the features in a strip are from the nearest line's boundary.

    Exact: nothing is buffered. The ground that holds a feature's inner point, or is
    nearest to it, decides how wide the strip is for it; any part of it counts. Features
    in no strip are NaN, those that reach over the boundary 0.
    """
    points = shapely.point_on_surface(np.asarray(features.geometry.values))
    wide_m = _widths(points, land)
    half_m = lines["half_width_m"].to_numpy(float)
    found = np.full(len(features), np.inf)
    for distance_m in np.unique(wide_m):
        rows = np.flatnonzero(wide_m == distance_m)
        one, line = near_pairs(features.iloc[rows], lines, half_m + distance_m)
        metres = shapely.distance(
            features.geometry.to_numpy()[rows[one]], lines.geometry.to_numpy()[line]
        )
        np.minimum.at(found, rows[one], np.maximum(metres - half_m[line], 0.0))
    return np.where(np.isinf(found), np.nan, found)


def _by_distance(land: GeoDataFrame) -> Iterator[tuple[float, GeoDataFrame]]:
    for distance_m in np.unique(land["distance_m"].to_numpy(float)):
        yield float(distance_m), land[land["distance_m"] == distance_m]


def _widths(points: NDArray[np.object_], land: GeoDataFrame) -> NDArray[np.float64]:
    """Return the strip's width at each point; the wider where two pieces meet."""
    wide_m = land["distance_m"].to_numpy(float)
    shapes = land.geometry.to_numpy()
    shapely.prepare(shapes)
    ground, point = shapely.STRtree(points).query(shapes, predicate="intersects")
    found = np.full(len(points), np.nan)
    np.fmax.at(found, point, wide_m[ground])
    # a point on a border that was cut may lie a hair's breadth beside both sides
    missed = np.isnan(found)
    found[missed] = wide_m[shapely.STRtree(shapes).nearest(points[missed])]
    return found
