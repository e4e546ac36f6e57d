"""How much of the sound of roads arrives at a few receivers?"""

from dataclasses import dataclass

import numpy as np

from ecogis.acoustics.beside import Sideways, arrived_beside
from ecogis.acoustics.heard import Heard
from ecogis.acoustics.octaves import BANDS, Floats
from ecogis.acoustics.uprights import Cuts, weakened_db
from ecogis.spatial.pieces import OpenRoads, Pieces
from ecogis.spatial.sights import Sights
from ecogis.spatial.surroundings import Surroundings
from ecogis.spatial.views import Bundle, profiles_of


@dataclass(frozen=True, eq=False)
class Scene:
    """
    What sound runs through, prepared for many receivers.

    Parameters
    ----------
    around
        Terrain, obstacles, ground.
    sights
        Their outlines.
    roads
        What makes the sound.
    air_db_km
        Absorption of the air per octave.
    source_g
        Ground factor at the sources.
    reach_m, fineness
        Which pieces of roads are heard (:meth:`OpenRoads.heard`).
    sideways
        Which ways beside the straight one are sought.
    """

    around: Surroundings
    sights: Sights
    roads: OpenRoads
    air_db_km: Floats
    source_g: float
    reach_m: float
    fineness: float
    sideways: Sideways

    def heard(self, places: Floats) -> Heard:
        """
        Return what receivers (rows x, y, z) hear of the roads.

        Returns
        -------
        Heard
            Metres of road times the share of the energy that arrives, homogeneous and
            favourable, by octave: (pairs, 2, 8).
        """
        pieces = self.roads.heard(places, self.reach_m, self.fineness)
        receiver, road, starts = self.roads.pairs(pieces)
        lost = attenuations_db(self, pieces, places)
        more = arrived_beside(
            self.around,
            self.sights,
            self.sideways,
            pieces,
            places,
            source_g=self.source_g,
            air_db_km=self.air_db_km,
        )
        energies = []
        beside = (more.homogeneous, more.favourable)
        for attenuation, besides in zip(lost, beside, strict=True):
            share = 10 ** (-attenuation / 10)
            np.add.at(share, more.piece, besides)
            arrived = pieces.length_m[:, None] * share
            summed = (
                np.add.reduceat(arrived, starts, axis=0) if len(starts) else arrived
            )
            energies.append(summed.astype(np.float32))
        return Heard(receiver, road, np.stack(energies, axis=1))


def attenuations_db(
    scene: Scene, pieces: Pieces, receivers: Floats
) -> tuple[Floats, Floats]:
    """
    Return the attenuation from pieces to receivers, homogeneous and favourable.

    Parameters
    ----------
    scene
        What lies between.
    pieces
        Sorted by receiver.
    receivers
        Rows (x, y, z).

    Returns
    -------
    tuple
        Rows of 8 octaves, one a piece: of the way straight on the map.
    """
    bundle = Bundle(pieces.places[:, :2], receivers[:, :2], pieces.receiver)
    found = np.full((2, len(pieces), BANDS), np.nan)
    up = receivers[pieces.receiver, 2]
    for rows, profiles in profiles_of(scene.around, scene.sights, bundle):
        g = np.full(len(rows), scene.source_g)
        cuts = Cuts(profiles, pieces.places[rows, 2], up[rows], g)
        found[:, rows] = weakened_db(cuts, scene.air_db_km)
    return found[0], found[1]
