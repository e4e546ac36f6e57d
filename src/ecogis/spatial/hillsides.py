"""What stands on ground that is not level, along many straight ways?"""

from collections.abc import Sequence
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


@dataclass(frozen=True, eq=False)
class Folded:
    """
    The bare ground along ways that turn once: up to their corner, and after it.

    Parameters
    ----------
    before, after
        Of both legs.
    """

    before: Sections
    after: Sections

    @property
    def _corner_m(self) -> Floats:
        return (self.before.step_m * (self.before.count - 1))[:, None]

    @property
    def up_m(self) -> Floats:
        """Altitude at each station."""
        return np.hstack([self.before.up_m, self.after.up_m])

    @property
    def breaks_m(self) -> Floats:
        """Stations where the ground is not straight; 0 in the place of others."""
        after = self.after.breaks_m
        after = np.where(after > 0, after + self._corner_m, 0.0)
        way, last = np.arange(len(after)), self.before.count - 1
        at, beside = self.before.up_m[way, last], self.before.up_m[way, last - 1]
        share = self.before.step_m / (self.before.step_m + self.after.step_m)
        straight = beside + share * (self.after.up_m[:, 1] - beside)
        turns = np.abs(at - straight) >= STRAIGHT_M
        after[:, 0] = np.where(turns, self._corner_m[:, 0], 0.0)
        return np.hstack([self.before.breaks_m, after])

    def heights(self, along_m: Floats) -> Floats:
        """Return the altitude at stations, a row a way."""
        past = along_m - self._corner_m
        before = self.before.heights(along_m)
        return np.where(past > 0, self.after.heights(np.maximum(past, 0)), before)


Ground: TypeAlias = Sections | Folded


def bare_ground(
    grid: Grid, legs: Sequence[tuple[Floats, Floats]], places: Sequence[int]
) -> Ground:
    """
    Return the ground along ways.

    Parameters
    ----------
    grid
        The ground.
    legs
        Rows (x, y) of where ways start and end; of ways that turn, of both legs.
    places
        How many stations are held of each leg.
    """
    found = [
        Sections.over(grid, *leg, held) for leg, held in zip(legs, places, strict=True)
    ]
    return Folded(*found) if len(found) > 1 else found[0]


def hillside(
    length_m: Floats, ground: Ground, starts: Floats, ends: Floats, tops: Floats
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


def _in_the_open(ground: Ground, starts: Floats, ends: Floats, tops: Floats) -> Floats:
    """Return where the ground breaks; 0 for what lies under a roof."""
    breaks, up = ground.breaks_m, ground.up_m
    for start, end, top in zip(starts.T, ends.T, tops.T, strict=True):
        under = (start[:, None] < breaks) & (breaks < end[:, None])
        breaks[under & (top[:, None] > up)] = 0.0
    return breaks
