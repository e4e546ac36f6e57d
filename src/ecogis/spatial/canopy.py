"""How much of a neighbourhood lies under trees?"""

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.spatial.overlay import dissolve
from ecogis.spatial.shares import area_inside


def canopy_around(
    points: GeoDataFrame, canopy: GeoDataFrame, radius_m: float, *, quad_segs: int
) -> NDArray[np.float64]:
    """Return the percentage of the circle around each point that is under trees."""
    shapes = shapely.buffer(points.geometry.to_numpy(), radius_m, quad_segs=quad_segs)
    circles = GeoDataFrame(geometry=shapes, crs=points.crs)
    return _percent(circles, canopy)


def canopy_of_zones(
    points: GeoDataFrame, canopy: GeoDataFrame, zones: GeoDataFrame
) -> NDArray[np.float64]:
    """Return the percentage of each point's zone under trees; NaN in no zone."""
    percent = _percent(zones, canopy)
    found = np.full(len(points), np.nan)
    tree = shapely.STRtree(points.geometry.to_numpy())
    # the first zone that holds a point has it
    for zone in range(len(zones) - 1, -1, -1):
        held = tree.query(zones.geometry.iloc[zone], predicate="intersects")
        found[held] = percent[zone]
    return found


def _percent(pieces: GeoDataFrame, canopy: GeoDataFrame) -> NDArray[np.float64]:
    whole = np.maximum(pieces.area.to_numpy(), 1e-9)
    return 100 * area_inside(pieces, dissolve(canopy.geometry.to_numpy())) / whole
