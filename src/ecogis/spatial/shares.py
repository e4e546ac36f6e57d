"""How much of each feature lies inside?"""

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.spatial.overlay import Shapes, held_or_crossed
from ecogis.spatial.threads import threaded
from ecogis.spatial.window import windows


def area_inside(features: GeoDataFrame, cover: Shapes) -> NDArray[np.float64]:
    """
    Return how many m² of each feature lie inside ``cover``, in the plane of its CRS.

    The sums of ``cut(features, cover)``, without its shapes: a third of the work.

    Parameters
    ----------
    features
        Polygons in a CRS in metres; each is measured by itself, also where two overlap.
    cover
        Polygons that do not overlap, as :func:`ecogis.spatial.overlay.dissolve` gives
        them.
    """
    shapes = np.asarray(features.geometry.values)
    inside = np.zeros(len(shapes))
    if not len(cover) or not len(shapes):
        return inside
    cover = np.asarray(cover, dtype=object)
    held, by, which = held_or_crossed(shapes, cover)
    inside[held] = shapely.area(shapes[held])
    crossed = shapes[which]
    parts = threaded(shapely.intersection, crossed, windows(cover, by, crossed))
    inside += np.bincount(which, shapely.area(parts), minlength=len(shapes))
    return inside
