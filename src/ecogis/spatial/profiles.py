"""What do upright cuts along many straight ways show?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecogis.spatial.profile import Profile

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]

# so many of a thing are held as so many, with empty places
_SIZES = np.array(
    [0, 1, *(2**n * part for n in range(1, 15) for part in (1, 1.5))], dtype=np.intp
)


@dataclass(frozen=True, eq=False)
class Profiles:
    """
    Many cuts, one a row; rows are filled up so that what is added counts for nothing.

    Parameters
    ----------
    along_m, up_m
        The relief, as of :class:`~ecogis.spatial.profile.Profile`; filled with its end.
    edge_m, edge_up_m
        Where the relief breaks, and tops of barriers, sorted by station; without those
        at the foot of a wall, which no ray bends over. Filled at minus infinity.
    bounds_m, factors
        The ground; filled with parts without length.
    """

    along_m: Floats
    up_m: Floats
    edge_m: Floats
    edge_up_m: Floats
    bounds_m: Floats
    factors: Floats

    def __len__(self) -> int:
        """Count the cuts."""
        return len(self.along_m)

    @property
    def length_m(self) -> Floats:
        """Length of each way on the map."""
        return self.along_m[:, -1]

    def rows(self, rows: Rows) -> "Profiles":
        """Return some of the cuts."""
        return Profiles(*(getattr(self, f.name)[rows] for f in fields(self)))

    def ground_factor(self, start_m: Floats, end_m: Floats) -> Floats:
        """Return the mean ground factor of a part of each, by horizontal length."""
        start, end = (self._gathered(at) for at in (start_m, end_m))
        length = end_m - start_m
        whole = np.where(length > 0, length, 1.0)
        return np.where(length > 0, (end[0] - start[0]) / whole, start[1])

    @cached_property
    def _sums(self) -> Floats:
        parts = np.diff(self.bounds_m, axis=1) * self.factors
        return np.asarray(parts.cumsum(axis=1))

    def _gathered(self, station_m: Floats) -> tuple[Floats, Floats]:
        """Return length times factor up to a station, and the factor after it."""
        bounds, factors = self.bounds_m, self.factors
        row, last = np.arange(len(bounds)), factors.shape[1] - 1
        k = np.count_nonzero(bounds[:, :-1] <= station_m[:, None], axis=1) - 1
        k = np.clip(k, 0, last)
        before = self._sums[row, k]
        past = np.minimum(station_m, bounds[row, k + 1]) - bounds[row, k + 1]
        return before + past * factors[row, k], factors[row, k]


@dataclass(frozen=True, eq=False)
class Spread:
    """
    Values of ways, in any number a way, as rows that can be filled up.

    Parameters
    ----------
    first, count
        Where each way's values start, and how many there are.
    columns
        The values, those of a way in a row.
    """

    first: Rows
    count: Rows
    columns: tuple[Floats, ...]

    @classmethod
    def of(cls, way: Rows, ways: int, *columns: Floats) -> "Spread":
        """Return the values of ways; ``way`` never decreases."""
        count = np.bincount(way, minlength=ways)
        return cls(np.cumsum(count) - count, count, columns)

    @classmethod
    def places(cls, count: Rows) -> "Spread":
        """Return so many places a way, without values."""
        return cls(np.cumsum(count) - count, count, ())

    def sizes(self) -> Rows:
        """Return how many places each way is given."""
        return np.asarray(_SIZES[np.searchsorted(_SIZES, self.count)])

    def filled(self, ways: Rows, size: int, *fill: float) -> list[Floats]:
        """Return each column as a row a way, filled up with a value."""
        index = self.first[ways, None] + np.arange(size)
        held = np.arange(size) < self.count[ways, None]
        return [
            np.where(held, column[np.where(held, index, 0)], value)
            if len(column)
            else np.full(held.shape, value)
            for column, value in zip(self.columns, fill, strict=True)
        ]


def groups(
    spreads: Sequence[Spread], ways: Rows, most: int
) -> Iterator[tuple[Rows, list[int]]]:
    """
    Yield some of the ways at a time, and how many places each is given.

    Parameters
    ----------
    spreads
        What ways have: ways of a group are given the same places in each.
    ways
        Which are asked for.
    most
        Numbers that an array of a group may hold, roughly.
    """
    sizes = np.column_stack([spread.sizes()[ways] for spread in spreads])
    kinds, number = np.unique(sizes, axis=0, return_inverse=True)
    order = ways[np.argsort(number.ravel(), kind="stable")]
    counts = np.bincount(number.ravel(), minlength=len(kinds))
    bounds = pairwise(np.cumsum([0, *counts]).tolist())
    for kind, (first, last) in zip(kinds, bounds, strict=True):
        step = max(most // (4 + 4 * int(kind.sum())), 1)
        for start in range(first, last, step):
            yield order[start : min(start + step, last)], kind.tolist()


@dataclass(frozen=True, eq=False)
class Skyline:
    """
    What stands on level ground at 0 along many ways, a row a way.

    Parameters
    ----------
    along_m, up_m
        The relief; filled with its end.
    edge_m, edge_up_m
        Where it breaks: at each station the higher side.
    """

    along_m: Floats
    up_m: Floats
    edge_m: Floats
    edge_up_m: Floats


def skyline(length_m: Floats, starts: Floats, ends: Floats, tops: Floats) -> Skyline:
    """
    Return level ground with roofs on it.

    Parameters
    ----------
    length_m
        Of each way.
    starts, ends, tops
        Roofs, a row a way; at minus infinity: none.
    """
    ground, length = np.zeros((len(length_m), 1)), length_m[:, None]
    if not starts.shape[1]:
        along, none = np.hstack([ground, length]), np.zeros((len(length_m), 0))
        return Skyline(along, np.zeros(along.shape), none, none)
    stations = np.sort(np.hstack([ground, length, starts, ends]), axis=1)
    left, right = stations[:, :-1], stations[:, 1:]
    middle = (left + right) / 2
    up = np.zeros(middle.shape)
    for start, end, top in zip(starts.T, ends.T, tops.T, strict=True):
        under = (start[:, None] <= middle) & (middle <= end[:, None])
        np.maximum(up, np.where(under, top[:, None], 0.0), out=up)
    crest = np.maximum(np.hstack([ground, up]), np.hstack([up, ground]))
    # parts without length have none in the relief either
    along = np.stack([left, right], axis=2).reshape(len(length), -1)
    along = np.hstack([ground, along, length])
    relief_up = np.hstack([ground, np.repeat(up, 2, axis=1), ground])
    return Skyline(along, relief_up, stations, crest)


def ground_parts(
    length_m: Floats,
    roofs: tuple[Floats, Floats],
    covers: Sequence[Floats],
    default_g: float,
) -> tuple[Floats, Floats]:
    """
    Return stations where the ground changes and the factors between, a row a way.

    Parameters
    ----------
    length_m
        Of each way.
    roofs
        From, to: hard, whatever lies beneath.
    covers
        From, to, factor; those that count first come first.
    default_g
        Where nothing covers the ground.
    """
    ends = [np.zeros((len(length_m), 1)), length_m[:, None]]
    bounds = np.hstack([*ends, *roofs, *covers[:2]])
    bounds = np.sort(np.clip(bounds, 0.0, length_m[:, None]), axis=1)
    middle = (bounds[:, :-1] + bounds[:, 1:]) / 2
    factors = np.full(middle.shape, default_g, dtype=np.float64)
    layers = list(zip(*(column.T for column in covers), strict=True))[::-1]
    hard = np.zeros(len(length_m))
    pairs = zip(*(column.T for column in roofs), strict=True)
    for start, end, factor in [*layers, *((a, b, hard) for a, b in pairs)]:
        held = (start[:, None] <= middle) & (middle <= end[:, None])
        np.copyto(factors, factor[:, None], where=held)
    # a station in a part without length is in the part before it
    wide = np.where(bounds[:, 1:] > bounds[:, :-1], np.arange(middle.shape[1]), 0)
    part = np.maximum.accumulate(wide, axis=1)
    return bounds, np.take_along_axis(factors, part, axis=1)


def stacked_profiles(
    profiles: Sequence[Profile],
) -> Iterator[tuple[list[int], Profiles]]:
    """Yield profiles that are given the same places as one record, and which."""
    kinds: dict[tuple[int, ...], list[int]] = {}
    edges = [one.edges for one in profiles]
    for number, one in enumerate(profiles):
        sizes = [len(one.along_m), len(edges[number]), len(one.bounds_m)]
        kind = tuple(_SIZES[np.searchsorted(_SIZES, sizes)].tolist())
        kinds.setdefault(kind, []).append(number)
    for (relief, edge, bounds), numbers in sorted(kinds.items()):
        some = [profiles[number] for number in numbers]
        made = Profiles(
            _filled([p.along_m for p in some], relief),
            _filled([p.up_m for p in some], relief),
            _filled([edges[n][:, 0] for n in numbers], edge, 0.0),
            _filled([edges[n][:, 1] for n in numbers], edge, -np.inf),
            _filled([p.bounds_m for p in some], bounds),
            _filled([p.factors for p in some], bounds - 1),
        )
        yield numbers, made


def _filled(column: list[Floats], size: int, fill: float | None = None) -> Floats:
    """Return arrays as rows, filled with a value or, for None, with their last."""
    found = np.empty((len(column), size))
    for row, values in zip(found, column, strict=True):
        row[: len(values)] = values
        if len(values) < size:
            row[len(values) :] = values[-1] if fill is None else fill
    return found
