"""How high is a ray along its way, straight or bent down?"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


def ray_up_m(
    start: Floats, end: Floats, along_m: Floats, radius_m: float | Floats
) -> Floats:
    """
    Return the altitude of rays between two points of an upright cut.

    Parameters
    ----------
    start, end
        (along, up) in metres in the last axis, of one ray or of many.
    along_m
        Where, between them.
    radius_m
        Of the arcs, all or each; infinite: straight.
    """
    way = end - start
    run = way[..., 0]
    slope = np.where(run == 0, 0.0, way[..., 1] / np.where(run == 0, 1.0, run))
    straight = start[..., 1] + (along_m - start[..., 0]) * slope
    if np.isinf(radius_m).all():
        return np.asarray(straight)
    chord = np.hypot(run, way[..., 1])
    below = np.sqrt(np.maximum(np.square(radius_m) - chord**2 / 4, 0.0)) / chord
    middle = (start[..., 0] + end[..., 0]) / 2 + below * way[..., 1]
    rest = np.maximum(np.square(radius_m) - (along_m - middle) ** 2, 0.0)
    up = (start[..., 1] + end[..., 1]) / 2 - below * run
    return np.asarray(up + np.sqrt(rest))
