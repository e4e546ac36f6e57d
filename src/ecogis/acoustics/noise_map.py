"""How loud are roads at many receivers, in dB(A), and which road is the loudest?"""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.acoustics.bands import (
    A_WEIGHTS,
    HOURS,
    Floats,
    a_weighted,
    as_energy,
    day_night_db,
    lden_db,
)
from ecogis.acoustics.transfer import Transfer, levels_db, transfer
from ecogis.area import StudyArea
from ecogis.raster import Raster
from ecogis.spatial.receivers import Receivers, grid_receivers
from ecogis.spatial.surroundings import Surroundings

Rows = NDArray[np.intp]
# day and night of GB 3096, and the indicator of the END
Level = Literal["day", "night", "lden"]
LEVELS: Final[tuple[Level, ...]] = ("lden", "day", "night")
# so few receivers are not worth a second process
_WORTH_SHARING = 2000
# how much of each period of the END (day, evening, night) is in a period of GB 3096
_PART: Final = {
    "day": np.array([HOURS[0], HOURS[1], 0.0]) / sum(HOURS[:2]),
    "night": np.array([0.0, 0.0, 1.0]),
}


@dataclass(frozen=True)
class Reach:
    """
    How sound is followed.

    Parameters
    ----------
    max_distance_m
        How far.
    favourable_share
        How often rays bend down by day, evening and night.
    sideways
        Round obstacles and by one wall too, near receivers.
    fineness
        Pieces of road are at most so many times as long as they are far away.
    """

    max_distance_m: float
    favourable_share: tuple[float, float, float]
    sideways: bool = False
    fineness: float = 0.25


@dataclass(frozen=True, eq=False)
class Sound:
    """
    What is heard at receivers.

    Parameters
    ----------
    transferred
        What arrives of each road.
    power_db
        (roads, 3, 8): the power of a metre of each.
    favourable_share
        By day, evening and night.
    """

    transferred: Transfer
    power_db: Floats
    favourable_share: tuple[float, float, float]

    @cached_property
    def periods_db(self) -> Floats:
        """dB(A) by day, evening and night: (receivers, 3); ``-inf``: nothing heard."""
        share = self.favourable_share
        found = levels_db(self.transferred, self.power_db, favourable_share=share)
        return a_weighted(found)

    def level_db(self, level: Level) -> Floats:
        """Return dB(A) at each receiver: GB 3096's day or night, or Lden."""
        if level == "lden":
            return lden_db(self.periods_db)
        return day_night_db(self.periods_db)[:, ("day", "night").index(level)]

    def loudest_road(self, receivers: Rows, level: Literal["day", "night"]) -> Rows:
        """Return the road that brings most to each receiver; -1 where none is heard."""
        at = self.transferred
        place = np.full(at.receivers, -1, dtype=np.intp)
        place[receivers] = np.arange(len(receivers))
        pairs = np.flatnonzero(place[at.receiver] >= 0)
        road, who = at.road[pairs], place[at.receiver[pairs]]
        often = np.array(self.favourable_share)[:, None]
        made = np.nan_to_num(as_energy(self.power_db + np.array(A_WEIGHTS)))
        heard = np.zeros(len(pairs))
        for period, part in enumerate(_PART[level]):
            arrived = (1 - often[period]) * at.homogeneous[pairs]
            arrived = arrived + often[period] * at.favourable[pairs]
            heard += part * (arrived * made[road, period]).sum(axis=1)
        found = np.full(len(receivers), -1, dtype=np.intp)
        # the loudest last: it is what stays
        order = np.lexsort((-road, heard))
        order = order[heard[order] > 0]
        found[who[order]] = road[order]
        return found


@dataclass(frozen=True, eq=False)
class RoadNoise:
    """
    Roads, how loud they are, and what their sound runs through.

    Parameters
    ----------
    around
        What sound runs through.
    roads
        Lines.
    power_db
        (roads, 3, 8), of a metre of each road; NaN is unknown and left out.
    reach
        How far and how.
    """

    around: Surroundings
    roads: GeoDataFrame
    power_db: Floats
    reach: Reach

    def at(self, receivers: Receivers) -> Sound:
        """
        Return what receivers hear by CNOSSOS-EU.

        Where only the power of roads changes, nothing is propagated again.
        """
        many = len(receivers) >= _WORTH_SHARING
        found = transfer(
            self.around,
            receivers,
            self.roads,
            max_distance_m=self.reach.max_distance_m,
            fineness=self.reach.fineness,
            lateral=self.reach.sideways,
            reflections=int(self.reach.sideways),
            workers=(os.cpu_count() or 1) if many else 1,
        )
        return Sound(found, self.power_db, self.reach.favourable_share)

    def grids(
        self, area: StudyArea, buildings: GeoDataFrame, step_m: float, height_m: float
    ) -> dict[Level, Raster]:
        """Return a grid of each level; NaN in buildings and where nothing is heard."""
        receivers, lattice = grid_receivers(
            area, spacing_m=step_m, height_m=height_m, buildings=buildings
        )
        sound = self.at(receivers)
        found: dict[Level, Raster] = {}
        for level in LEVELS:
            levels = sound.level_db(level)
            cells = lattice.filled(np.where(np.isneginf(levels), np.nan, levels))
            found[level] = Raster(cells, lattice.transform, area.crs)
        return found
