"""What arrives round obstacles and by way of walls at many receivers?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from ecogis.acoustics.echoed import Arrived, arrived_by_walls
from ecogis.acoustics.octaves import Floats
from ecogis.acoustics.ways import Way, attenuations_db, ways_beside
from ecogis.spatial.mirrors import Mirrors
from ecogis.spatial.pieces import Pieces
from ecogis.spatial.sights import Sights
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
    sights: Sights,
    sideways: Sideways,
    pieces: Pieces,
    receivers: Floats,
    *,
    source_g: float,
    air_db_km: Floats,
) -> Arrived:
    """
    Return shares of the energy of pieces that arrive beside the straight way.

    Ways round obstacles and by several walls are found one by one, which takes its
    time.
    """
    parts = []
    if sideways.reflections == 1 and len(sideways.mirrors):
        by_walls = arrived_by_walls(
            around,
            sights,
            sideways.mirrors,
            pieces,
            receivers,
            reach_m=sideways.reach_m,
            source_g=source_g,
            air_db_km=air_db_km,
        )
        parts.append(by_walls)
        sideways = replace(sideways, reflections=0)
    found = list(_ways(around, sideways, pieces, receivers, source_g))
    if found:
        lost = attenuations_db([way for _, way in found], air_db_km)
        piece = np.array([number for number, _ in found], dtype=np.intp)
        parts.append(Arrived(piece, *(10 ** (-one / 10) for one in lost)))
    return Arrived.joined(parts)


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
