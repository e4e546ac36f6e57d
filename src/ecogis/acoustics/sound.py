"""How loud is it at many receivers, in dB(A), and which road is the loudest?"""

import os
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from ecogis.acoustics.bands import (
    HOURS,
    PERIODS,
    Floats,
    as_db,
    day_night_db,
    lden_db,
)
from ecogis.document import Text

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


@dataclass(frozen=True, eq=False)
class Sound:
    """
    What is heard at receivers, by whatever engine.

    Parameters
    ----------
    receiver, road
        Which hears which, by their rows: (pairs,).
    energy
        What each road brings to each receiver by day, evening and night, A-weighted:
        10 to the power of a tenth of the level, (pairs, 3).
    receivers
        How many there are.
    notes
        What had to be left out.
    """

    receiver: Rows
    road: Rows
    energy: Floats
    receivers: int
    notes: tuple[Text, ...] = ()

    @cached_property
    def periods_db(self) -> Floats:
        """dB(A) by day, evening and night: (receivers, 3); ``-inf``: nothing heard."""
        sums = [
            np.bincount(self.receiver, self.energy[:, period], self.receivers)
            for period in range(len(PERIODS))
        ]
        return as_db(np.stack(sums, axis=1))

    def level_db(self, level: Level) -> Floats:
        """Return dB(A) at each receiver: GB 3096's day or night, or Lden."""
        if level == "lden":
            return lden_db(self.periods_db)
        return day_night_db(self.periods_db)[:, ("day", "night").index(level)]

    def loudest_road(self, receivers: Rows, level: Literal["day", "night"]) -> Rows:
        """Return the road that brings most to each receiver; -1 where none is heard."""
        place = np.full(self.receivers, -1, dtype=np.intp)
        place[receivers] = np.arange(len(receivers))
        pairs = np.flatnonzero(place[self.receiver] >= 0)
        road, who = self.road[pairs], place[self.receiver[pairs]]
        heard = self.energy[pairs] @ _PART[level]
        found = np.full(len(receivers), -1, dtype=np.intp)
        # the loudest last: it is what stays
        order = np.lexsort((-road, heard))
        order = order[heard[order] > 0]
        found[who[order]] = road[order]
        return found


def workers_for(receivers: int) -> int:
    """Return how many processes so many receivers are worth."""
    return (os.cpu_count() or 1) if receivers >= _WORTH_SHARING else 1
