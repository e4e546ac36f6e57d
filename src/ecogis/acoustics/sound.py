"""How loud is it at many receivers, in dB(A), and which road is the loudest?"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
from ecogis.acoustics.tiles import tiled
from ecogis.document import Text
from ecogis.spatial.receivers import Receivers

Rows = NDArray[np.intp]
# day and night of GB 3096, and the indicator of the END
Level = Literal["day", "night", "lden"]
LEVELS: Final[tuple[Level, ...]] = ("lden", "day", "night")
# receivers of a batch: with some hundred roads each, less than 200 MB
_BATCH = 4096
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
    periods_db
        dB(A) by day, evening and night: (receivers, 3); ``-inf``: nothing heard.
    loudest
        The road that brings most to each receiver by the day and the night of
        GB 3096, -1 where none is heard.
    notes
        What had to be left out.
    """

    periods_db: Floats
    loudest: Mapping[str, Rows]
    notes: tuple[Text, ...] = ()

    @classmethod
    def of_pairs(
        cls,
        receiver: Rows,
        road: Rows,
        energy: Floats,
        receivers: int,
        notes: tuple[Text, ...] = (),
    ) -> "Sound":
        """
        Return the sound of pairs of a receiver and a road.

        Parameters
        ----------
        receiver, road
            Which hears which, by their rows: (pairs,).
        energy
            What each road brings to each receiver by day, evening and night,
            A-weighted: 10 to the power of a tenth of the level, (pairs, 3).
        receivers
            How many there are.
        notes
            What had to be left out.
        """
        sums = [np.bincount(receiver, period, receivers) for period in energy.T]
        loudest = {
            level: _loudest(receiver, road, energy @ part, receivers)
            for level, part in _PART.items()
        }
        return cls(as_db(np.stack(sums, axis=1)), loudest, notes)

    def level_db(self, level: Level) -> Floats:
        """Return dB(A) at each receiver: GB 3096's day or night, or Lden."""
        if level == "lden":
            return lden_db(self.periods_db)
        return day_night_db(self.periods_db)[:, ("day", "night").index(level)]


def heard_in_batches(receivers: Receivers, hear: Callable[[Receivers], Sound]) -> Sound:
    """
    Return what receivers hear, some thousand neighbours after the others.

    What lies between receivers and roads takes memory for each pair of them, and is
    held for one batch at a time only.

    Parameters
    ----------
    receivers
        Any number.
    hear
        Returns what some of them hear.
    """
    levels = np.full((len(receivers), len(PERIODS)), -np.inf)
    loudest = {name: np.full(len(receivers), -1, dtype=np.intp) for name in _PART}
    notes: dict[Text, None] = {}
    for rows in tiled(receivers.places, _BATCH):
        found = hear(receivers.rows(rows))
        levels[rows] = found.periods_db
        for name, roads in found.loudest.items():
            loudest[name][rows] = roads
        notes |= dict.fromkeys(found.notes)
    return Sound(levels, loudest, tuple(notes))


def _loudest(receiver: Rows, road: Rows, energy: Floats, receivers: int) -> Rows:
    """Return the road of most energy at each receiver, the first of equal ones."""
    found = np.full(receivers, -1, dtype=np.intp)
    # the loudest last: it is what stays
    order = np.lexsort((-road, energy))
    order = order[energy[order] > 0]
    found[receiver[order]] = road[order]
    return found


def workers_for(receivers: int) -> int:
    """Return how many processes so many receivers are worth."""
    return (os.cpu_count() or 1) if receivers >= _WORTH_SHARING else 1
