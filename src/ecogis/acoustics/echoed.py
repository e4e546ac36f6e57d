"""What arrives of many sources at many receivers by way of one wall each?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecogis.acoustics.bending import detour_m, diffraction_db, ray_radii_m
from ecogis.acoustics.octaves import BANDS, Floats
from ecogis.acoustics.reflection import absorbed_db
from ecogis.acoustics.uprights import Cuts, Flags, edged, next_point, weakened_db
from ecogis.spatial.echoes import Echoes, echoes_of
from ecogis.spatial.mirrors import Mirrors
from ecogis.spatial.pieces import Pieces
from ecogis.spatial.rays import ray_up_m
from ecogis.spatial.sights import Sights
from ecogis.spatial.surroundings import Surroundings
from ecogis.spatial.views import Bundle, profiles_of

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Arrived:
    """
    Shares of the energy of pieces that arrive by other ways than the straight one.

    Parameters
    ----------
    piece
        The piece that each is of.
    homogeneous, favourable
        Rows of 8 octaves.
    """

    piece: Rows
    homogeneous: Floats
    favourable: Floats

    @classmethod
    def joined(cls, parts: "list[Arrived]") -> "Arrived":
        """Return parts as one."""
        none = cls(np.zeros(0, dtype=np.intp), *(np.zeros((0, BANDS)),) * 2)
        every = [none, *parts]
        return cls(
            np.concatenate([part.piece for part in every]),
            np.concatenate([part.homogeneous for part in every]),
            np.concatenate([part.favourable for part in every]),
        )


def arrived_by_walls(
    around: Surroundings,
    sights: Sights,
    mirrors: Mirrors,
    pieces: Pieces,
    receivers: Floats,
    *,
    reach_m: float,
    source_g: float,
    air_db_km: Floats,
) -> Arrived:
    """
    Return what arrives by way of one wall, as the paths one by one bring it.

    Parameters
    ----------
    around, sights, mirrors
        What lies between, its outlines, and its walls that reflect.
    pieces
        Sorted by receiver.
    receivers
        Rows (x, y, z).
    reach_m
        How near to a receiver pieces, and walls, are.
    source_g
        Ground factor at the sources.
    air_db_km
        Absorption of the air per octave.
    """
    echoes = echoes_of(mirrors, pieces, receivers, reach_m)
    bundle, station = _bundle(mirrors, pieces, receivers, echoes)
    low, high = pieces.places[echoes.piece, 2], receivers[bundle.eye, 2]
    # no edge in the way brings a ray down again
    met = low + (high - low) * station / bundle.length_m < echoes.tops_m
    echoes, station = echoes.rows(met), station[met]
    bundle, _ = _bundle(mirrors, pieces, receivers, echoes)
    low, high = low[met], high[met]
    swallowed = absorbed_db(mirrors.alphas[echoes.wall])
    found = []
    for rows, profiles in profiles_of(around, sights, bundle):
        g = np.full(len(rows), source_g)
        cuts = Cuts(profiles, low[rows], high[rows], g)
        lost = weakened_db(cuts, air_db_km)
        points, edge = edged(cuts)
        walls = np.column_stack([station[rows], echoes.tops_m[rows]])
        energies = []
        radii: tuple[float | Floats, ...] = np.inf, ray_radii_m(cuts.distance_m)
        for one, radius in zip(lost, radii, strict=True):
            over = lost_over_wall_db(points, edge, walls, radius)
            energies.append(10 ** (-(one + over + swallowed[rows]) / 10))
        found.append(Arrived(echoes.piece[rows], *energies))
    return Arrived.joined(found)


def _bundle(
    mirrors: Mirrors, pieces: Pieces, receivers: Floats, echoes: Echoes
) -> tuple[Bundle, Floats]:
    """Return the ways on the map, and how far along each the wall is."""
    walls = np.hstack([mirrors.starts[echoes.wall], mirrors.ends[echoes.wall]])
    starts = pieces.places[echoes.piece, :2]
    eye = pieces.receiver[echoes.piece]
    bundle = Bundle(starts, receivers[:, :2], eye, walls, echoes.places)
    return bundle, np.asarray(np.hypot(*(echoes.places - starts).T))


def lost_over_wall_db(
    points: Floats, edge: Flags, walls: Floats, radius_m: float | Floats
) -> Floats:
    """
    Return what passes over a wall instead of being reflected, per octave, a row a way.

    As :func:`~ecogis.acoustics.reflection.lost_over_walls_db` does for one way.

    Parameters
    ----------
    points, edge
        As :func:`~ecogis.acoustics.uprights.edged` gives them.
    walls
        Rows (along, altitude of the top).
    radius_m
        Of the rays, all or each; infinite: straight.

    Returns
    -------
    array
        Infinite where the ray is above the wall's top.
    """
    radius = np.broadcast_to(radius_m, (len(points),))
    before, after = _astride(points, edge, walls[:, 0], radius)
    over = ray_up_m(before, after, walls[:, 0], radius) >= walls[:, 1]
    detour = detour_m(before, walls, after, radius)
    lost = diffraction_db(-detour, np.zeros(len(walls)), capped=False)
    lost[over] = np.inf
    return lost


def _astride(
    points: Floats, edge: Flags, station_m: Floats, radius_m: Floats
) -> tuple[Floats, Floats]:
    """Return the points of each band over the edges before and after a station."""
    end = points.shape[1] - 1
    usable = edge.copy()
    usable[:, end] = True
    before, after = points[:, 0].copy(), points[:, end].copy()
    way, at = np.arange(len(points)), np.zeros(len(points), dtype=np.intp)
    while len(way):
        at = next_point(points[way], usable[way], at, radius_m[way])
        place = points[way, at]
        passed = (place[:, 0] >= station_m[way]) | (at == end)
        after[way[passed]] = place[passed]
        way, at = way[~passed], at[~passed]
        before[way] = place[~passed]
    return before, after
