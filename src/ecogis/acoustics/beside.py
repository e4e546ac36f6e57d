"""What arrives round obstacles and by way of walls at many receivers?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecogis.acoustics.octaves import BANDS, Floats
from ecogis.acoustics.ways import Way, attenuations_db, ways_beside
from ecogis.spatial.mirrors import Mirrors
from ecogis.spatial.pieces import Pieces
from ecogis.spatial.surroundings import Surroundings


@dataclass(frozen=True, eq=False)
class Sideways:
    """
    Which other ways than the straight one are sought.

    Parameters
    ----------
    lateral
        Round obstacles.
    reflections
        By way of so many walls at most.
    reach_m
        How near to a receiver sources, and walls, are for that.
    mirrors
        The walls that reflect.
    """

    lateral: bool
    reflections: int
    reach_m: float
    mirrors: Mirrors


def arrived_beside(
    around: Surroundings,
    sideways: Sideways,
    pieces: Pieces,
    receivers: Floats,
    *,
    source_g: float,
    air_db_km: Floats,
) -> tuple[NDArray[np.intp], Floats, Floats]:
    """
    Return shares of the energy of pieces that arrive beside the straight way.

    The ways are found one by one, which takes its time: hence only near a receiver.

    Returns
    -------
    tuple
        The piece of each way, and its share, 8 octaves, in the homogeneous and the
        favourable condition.
    """
    found = list(_ways(around, sideways, pieces, receivers, source_g))
    if not found:
        none = np.zeros((0, BANDS))
        return np.zeros(0, dtype=np.intp), none, none
    straight, bent = attenuations_db([way for _, way in found], air_db_km)
    piece = np.array([number for number, _ in found], dtype=np.intp)
    return piece, 10 ** (-straight / 10), 10 ** (-bent / 10)


def _ways(
    around: Surroundings,
    sideways: Sideways,
    pieces: Pieces,
    receivers: Floats,
    source_g: float,
) -> Iterator[tuple[int, Way]]:
    if not (sideways.lateral or (sideways.reflections and len(sideways.mirrors))):
        return
    ends = receivers[pieces.receiver]
    away = np.hypot(*(pieces.places - ends)[:, :2].T)
    last, mirrors = -1, sideways.mirrors
    for piece in np.flatnonzero(away <= sideways.reach_m).tolist():
        receiver = int(pieces.receiver[piece])
        if receiver != last:
            mirrors = sideways.mirrors.near(receivers[receiver, :2], sideways.reach_m)
            last = receiver
        some = ways_beside(
            around,
            mirrors,
            pieces.places[piece],
            ends[piece],
            gs=source_g,
            lateral=sideways.lateral,
            reflections=sideways.reflections,
        )
        yield from ((piece, way) for way in some)
