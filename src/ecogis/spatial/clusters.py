"""Which features stand so close together that they are one place?"""

from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.spatial.overlay import dissolve
from ecogis.spatial.patches import patch_numbers


def clusters(features: GeoDataFrame, merge_m: float, quad_segs: int) -> GeoDataFrame:
    """
    Return the places that features make together, with the ground in between.

    Features at most ``merge_m`` apart are of one place; ground that no disc of that
    width fits into without meeting a feature belongs to it.

    Parameters
    ----------
    features
        Polygons in a CRS in metres.
    merge_m
        Widest gap that still unites, in metres.
    quad_segs
        Segments that stand for a quarter of a circle.

    Returns
    -------
    GeoDataFrame
        A polygon a place, with ``buildings``, the number of features in it.
    """
    shapes = np.asarray(features.geometry.values)
    numbers = patch_numbers(shapes, merge_m)
    groups = [shapes[numbers == n] for n in range(numbers.max(initial=-1) + 1)]
    places = np.empty(len(groups), dtype=object)
    places[:] = [_closed(group, merge_m / 2, quad_segs) for group in groups]
    counts = np.bincount(numbers, minlength=len(groups))
    return GeoDataFrame({"buildings": counts}, geometry=places, crs=features.crs)


def _closed(shapes: NDArray[Any], metres: float, quad_segs: int) -> Any:
    """Close the gaps of one place: widened, united, narrowed again."""
    if len(shapes) == 1 or metres == 0:
        return shapely.union_all(shapes)
    wide = dissolve(shapely.buffer(shapes, metres, quad_segs=quad_segs))
    # circles are polygons: narrowing takes a hair off the features' own corners
    narrow = shapely.buffer(wide, -metres, quad_segs=quad_segs)
    return shapely.union_all([*narrow, *shapes])
