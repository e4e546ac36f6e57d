"""How high is a ray along its way, straight or bent down?"""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]


def ray_up_m(start: Floats, end: Floats, along_m: Floats, radius_m: float) -> Floats:
    """
    Return the altitude of a ray between two points of an upright cut.

    Parameters
    ----------
    start, end
        (along, up) in metres.
    along_m
        Where, between them.
    radius_m
        Of the arc; infinite: straight.
    """
    way = end - start
    straight = start[1] + (along_m - start[0]) * (way[1] / way[0] if way[0] else 0.0)
    if np.isinf(radius_m):
        return np.asarray(straight)
    chord = float(np.hypot(*way))
    below = np.sqrt(max(radius_m**2 - chord**2 / 4, 0.0)) / chord
    middle = (start + end) / 2 - below * np.array([-way[1], way[0]])
    rest = np.maximum(radius_m**2 - (along_m - middle[0]) ** 2, 0.0)
    return np.asarray(middle[1] + np.sqrt(rest))
