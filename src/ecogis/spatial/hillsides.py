"""What stands on ground that is not level, along many straight ways?"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecogis.spatial.profiles import Skyline
from ecogis.spatial.terrain import Grid
from ecogis.spatial.triangles import STRAIGHT_M

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]
# m: a way is taken to be no shorter
_SHORTEST_M = 1e-9


@dataclass(frozen=True, eq=False)
class Sections:
    """
    The bare ground along many straight ways, a row a way.

    Parameters
    ----------
    step_m
        Of each way: from one station to the next, the first at 0.
    count
        Stations of each way.
    up_m
        Altitude at each station; filled with that of the last.
    """

    step_m: Floats
    count: Rows
    up_m: Floats

    @classmethod
    def over(cls, grid: Grid, starts: Floats, ends: Floats, places: int) -> "Sections":
        """
        Return the ground along ways, as :meth:`Grid.section` has it of each.

        Parameters
        ----------
        grid
            The ground.
        starts, ends
            Rows (x, y) of the ways.
        places
            How many stations are held of each; none has more.
        """
        length = np.hypot(*(ends - starts).T)
        last = grid.stations(length) - 1
        share = np.minimum(np.arange(places) / last[:, None], 1.0)
        along = starts[:, None] + share[..., None] * (ends - starts)[:, None]
        up = grid.heights(along.reshape(-1, 2)).reshape(share.shape)
        return cls(np.maximum(length, _SHORTEST_M) / last, last + 1, up)

    @property
    def breaks_m(self) -> Floats:
        """Stations where the ground is not straight; 0 in the place of others."""
        up, number = self.up_m, np.arange(self.up_m.shape[1])
        apart = np.zeros(up.shape)
        apart[:, 1:-1] = np.abs(up[:, 1:-1] - (up[:, :-2] + up[:, 2:]) / 2)
        breaks = (apart >= STRAIGHT_M) & (number < self.count[:, None] - 1)
        return np.where(breaks, number * self.step_m[:, None], 0.0)

    def heights(self, along_m: Floats) -> Floats:
        """Return the altitude at stations, a row a way."""
        at = along_m / self.step_m[:, None]
        k = np.clip(at.astype(np.intp), 0, self.count[:, None] - 2)
        low = np.take_along_axis(self.up_m, k, axis=1)
        high = np.take_along_axis(self.up_m, k + 1, axis=1)
        return np.asarray(low + (at - k) * (high - low))


def hillside(
    length_m: Floats, ground: Sections, starts: Floats, ends: Floats, tops: Floats
) -> Skyline:
    """
    Return ground with roofs on it, as :func:`~ecogis.spatial.profile.relief` of each.

    Parameters
    ----------
    length_m
        Of each way.
    ground
        The bare ground.
    starts, ends, tops
        Roofs, a row a way; at minus infinity: none.
    """
    zero, length = np.zeros((len(length_m), 1)), length_m[:, None]
    starts, ends = np.clip(starts, 0.0, length), np.clip(ends, 0.0, length)
    breaks = _in_the_open(ground, starts, ends, tops)
    stations = np.sort(np.hstack([zero, length, starts, ends, breaks]), axis=1)
    left, right = stations[:, :-1], stations[:, 1:]
    middle = (left + right) / 2
    roof = np.full(middle.shape, -np.inf)
    for start, end, top in zip(starts.T, ends.T, tops.T, strict=True):
        under = (start[:, None] <= middle) & (middle <= end[:, None])
        np.maximum(roof, np.where(under, top[:, None], -np.inf), out=roof)
    bare = ground.heights(stations)
    built = roof > ground.heights(middle)
    sides = [np.where(built, roof, up) for up in (bare[:, :-1], bare[:, 1:])]
    first, last = bare[:, :1], bare[:, -1:]
    crest = np.maximum(np.hstack([first, sides[1]]), np.hstack([sides[0], last]))
    # the relief does not break where it starts and ends, but for a wall
    wall = np.pad(built, ((0, 0), (0, 1))) | np.pad(built, ((0, 0), (1, 0)))
    crest[((stations <= 0) | (stations >= length)) & ~wall] = -np.inf
    along = np.stack([left, right], axis=2).reshape(len(length), -1)
    up = np.stack(sides, axis=2).reshape(len(length), -1)
    relief = np.hstack([zero, along, length]), np.hstack([first, up, last])
    return Skyline(*relief, stations, crest)


def _in_the_open(
    ground: Sections, starts: Floats, ends: Floats, tops: Floats
) -> Floats:
    """Return where the ground breaks; 0 for what lies under a roof."""
    breaks, up = ground.breaks_m, ground.up_m
    for start, end, top in zip(starts.T, ends.T, tops.T, strict=True):
        under = (start[:, None] < breaks) & (breaks < end[:, None])
        breaks[under & (top[:, None] > up)] = 0.0
    return breaks
