"""How much of roads' sound arrives at a few receivers, by HJ 2.4-2021?"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecogis.acoustics.heard import Heard
from ecogis.acoustics.hj24 import (
    REFERENCE_M,
    air_loss_db,
    barrier_loss_db,
    ground_loss_db,
    rows_loss_db,
)
from ecogis.acoustics.octaves import Floats
from ecogis.spatial.hidden import Hidden, hidden
from ecogis.spatial.pieces import SOURCE_M, OpenRoads
from ecogis.spatial.sights import Sights
from ecogis.spatial.surroundings import Surroundings
from ecogis.spatial.views import Bundle

Rows = NDArray[np.intp]
# how many places of a path say how high the ground beneath it is on average
_SAMPLES = 8


@dataclass(frozen=True, eq=False)
class Shares:
    """
    What sound runs through, prepared for many receivers.

    Parameters
    ----------
    around, sights
        Terrain, obstacles, ground, and their outlines.
    roads
        What makes the sound.
    source_m
        How high above the road.
    air_db_km
        Absorption of the air at 500 Hz.
    reach_m, fineness
        Which pieces of roads are heard (:meth:`OpenRoads.heard`).
    """

    around: Surroundings
    sights: Sights
    roads: OpenRoads
    source_m: float
    air_db_km: float
    reach_m: float
    fineness: float

    def heard(self, places: Floats) -> Heard:
        """
        Return what receivers (rows x, y, z) hear of the roads.

        Returns
        -------
        Heard
            The energy at the receiver over that of an endless straight road 7.5 m away,
            with distance counting 10 lg and 15 lg: (pairs, 2).

        Source
        ------
        HJ 2.4-2021 appendix B.2, not checked against the text. A straight stretch seen
        over the angle psi from r metres has 7.5 / pi times the integral of ds / d²,
        that is 7.5 / r times psi / pi; a road that bends is the sum of its pieces.
        """
        pieces = self.roads.heard(places, self.reach_m, self.fineness)
        if not len(pieces):
            return Heard.joined([])
        receiver, road, starts = self.roads.pairs(pieces)
        pair = np.searchsorted(starts, np.arange(len(pieces)), side="right") - 1
        low = pieces.places[:, 2] + (self.source_m - SOURCE_M)
        sources = np.column_stack([pieces.places[:, :2], low])
        ears = places[pieces.receiver]
        away = np.linalg.norm(ears - sources, axis=1)
        bundle = Bundle(sources[:, :2], places[:, :2], pieces.receiver)
        shade = hidden(self.around, self.sights, bundle, low, ears[:, 2])
        # a path through a hill runs on the ground: hills are nothing but ground here
        up = np.maximum((low + ears[:, 2]) / 2 - self._ground_m(sources, ears), 0.0)
        screened = np.maximum(
            ground_loss_db(away, up) * shade.porous, _barriers_db(shade, pair, away)
        )
        lost = air_loss_db(away, self.air_db_km) + screened
        seen = pieces.length_m / away**2
        energy = np.add.reduceat(seen * 10 ** (-lost / 10), starts)
        energy *= REFERENCE_M / math.pi * 10 ** (-_rows_db(shade, seen, starts) / 10)
        nearest = np.minimum.reduceat(away, starts)
        quiet = energy * np.sqrt(REFERENCE_M / nearest)
        arrived = np.column_stack([energy, quiet]).astype(np.float32)
        return Heard(receiver, road, arrived)

    def _ground_m(self, sources: Floats, ears: Floats) -> Floats:
        """Return the mean altitude of the ground beneath each path."""
        total = np.zeros(len(sources))
        for part in (np.arange(_SAMPLES) + 0.5) / _SAMPLES:
            between = sources[:, :2] + part * (ears - sources)[:, :2]
            total += self.around.terrain.heights(between)
        return total / _SAMPLES


def _barriers_db(shade: Hidden, pair: Rows, away: Floats) -> Floats:
    """
    Return what barriers take from each piece of road.

    All that one barrier hides of a road from a receiver loses what its nearest hidden
    piece does; of several barriers the best one counts.
    """
    found = np.zeros(len(pair))
    if not len(shade.way):
        return found
    road = pair[shade.way]
    # a ray that crosses one barrier twice goes the longer way
    order = np.lexsort((-shade.detour_m, away[shade.way], shade.barrier, road))
    both = np.column_stack([road, shade.barrier])[order]
    fresh = np.append(True, (np.diff(both, axis=0) != 0).any(axis=1))
    nearest = shade.detour_m[order][fresh]
    lost = barrier_loss_db(nearest)[np.cumsum(fresh) - 1]
    np.maximum.at(found, shade.way[order], lost)
    return found


def _rows_db(shade: Hidden, seen: Floats, starts: Rows) -> Floats:
    """Return what rows of buildings take from each road at each receiver."""
    hides = shade.rows > 0
    behind = np.add.reduceat(seen * hides, starts)
    many = np.add.reduceat(seen * shade.rows, starts)
    rows = np.floor(many / np.where(behind > 0, behind, 1.0) + 0.5)
    return rows_loss_db(behind / np.add.reduceat(seen, starts), rows)
