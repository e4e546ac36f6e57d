"""By what are two scenes told to be one?"""

import hashlib

import numpy as np
import shapely

from ecogis.acoustics.octaves import Floats
from ecogis.spatial.surroundings import Surroundings
from ecogis.spatial.terrain import Terrain


def fingerprint(
    around: Surroundings, places: Floats, setting: tuple[object, ...]
) -> str:
    """
    Return a short text that differs where anything that is computed may differ.

    Parameters
    ----------
    around
        Terrain, obstacles, ground.
    places
        Rows (x, y, z) of receivers.
    setting
        Everything else that counts.
    """
    found = hashlib.sha256(repr((setting, around.default_g)).encode())
    found.update(_content(around.terrain))
    for obstacle in around.obstacles:
        found.update(shapely.to_wkb(obstacle.shape))
        found.update(obstacle.tops_m.tobytes())
        alpha = obstacle.alpha
        found.update(b"-" if alpha is None else np.asarray(alpha, float).tobytes())
    for shape, factor in around.covers:
        found.update(shapely.to_wkb(shape))
        found.update(repr(factor).encode())
    found.update(np.ascontiguousarray(places).tobytes())
    return found.hexdigest()


def _content(terrain: Terrain) -> bytes:
    """Return the numbers that a terrain is made of, and its kind."""
    parts = [type(terrain).__name__.encode()]
    for name, value in sorted(vars(terrain).items()):
        if isinstance(value, np.ndarray):
            parts += [name.encode(), repr(value.shape).encode(), value.tobytes()]
        elif isinstance(value, float | int | tuple):
            parts += [name.encode(), repr(value).encode()]
    return b"|".join(parts)
