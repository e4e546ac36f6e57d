"""What do upright cuts from many sources to many receivers show?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecogis.spatial.hillsides import bare_ground, hillside
from ecogis.spatial.profile import Profile, ground_pieces, relief
from ecogis.spatial.profiles import (
    Profiles,
    Skyline,
    Spread,
    ground_parts,
    groups,
    skyline,
    stacked_profiles,
)
from ecogis.spatial.sights import Crossings, Sights
from ecogis.spatial.surroundings import Surroundings, cut
from ecogis.spatial.terrain import Flat, Grid

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]

# numbers that an array holds at most while profiles are made
_MOST = 60_000
# profiles that are made one by one before they are handed on
_SINGLY = 1000


@dataclass(frozen=True, eq=False)
class Bundle:
    """
    Straight ways on the map, sorted by the place where they end.

    Parameters
    ----------
    starts
        Rows (x, y): a source each.
    eyes
        Rows (x, y): receivers.
    eye
        The receiver of each way.
    walls
        Rows (x, y, x, y): the corners of the wall that each way goes by; None where
        ways are straight.
    bends
        Rows (x, y): where on that wall.
    """

    starts: Floats
    eyes: Floats
    eye: Rows
    walls: Floats | None = None
    bends: Floats | None = None

    @property
    def legs(self) -> list[tuple[Floats, Floats]]:
        """Where ways start and end; of ways that turn, where both legs do."""
        bends = [] if self.bends is None else [self.bends]
        return list(pairwise([self.starts, *bends, self.eyes[self.eye]]))

    @cached_property
    def length_m(self) -> Floats:
        """Length of each way."""
        first, *second = (np.hypot(*(end - start).T) for start, end in self.legs)
        return np.asarray(sum(second, first))

    def crossed(self, sights: Sights) -> tuple[Crossings, NDArray[np.bool_]]:
        """Return what the ways cross, and which of them touch something."""
        if self.bends is None or self.walls is None:
            return sights.crossed(self.eyes, self.starts, self.eye)
        ends = self.starts, self.eyes[self.eye]
        return sights.crossed_bent(ends, self.bends, self.walls)

    def corners(self, way: int) -> Floats:
        """Return the corners of one way, rows (x, y)."""
        bend = [] if self.bends is None else [self.bends[way]]
        return np.array([self.starts[way], *bend, self.eyes[self.eye[way]]])


@dataclass(frozen=True, eq=False)
class Across:
    """
    What ways cross: roofs (from, to, top), screens (along, top), ground (.., g).

    ``barrier`` is the number of the obstacle that each screen is of.
    """

    roofs: Spread
    screens: Spread
    covers: Spread
    barrier: Rows

    def of(self, spread: Spread, way: int) -> Floats:
        """Return the values of one way, a row each."""
        first = spread.first[way]
        rows = slice(first, first + spread.count[way])
        return np.column_stack([column[rows] for column in spread.columns])


def profiles_of(
    around: Surroundings, sights: Sights, bundle: Bundle
) -> Iterator[tuple[Rows, Profiles]]:
    """
    Yield the profiles of ways, some at a time: which ways, and what they cut.

    Each is what :func:`~ecogis.spatial.surroundings.cut` shows of that way alone.
    """
    crossings, touches = bundle.crossed(sights)
    across = across_of(around, sights, bundle, crossings)
    lie, length = around.terrain, bundle.length_m
    plain = ~touches & isinstance(lie, Flat | Grid)
    spreads, legs = [across.roofs, across.screens, across.covers], bundle.legs
    if isinstance(lie, Grid):
        spreads += [Spread.places(lie.stations(np.hypot(*(b - a).T))) for a, b in legs]
    for rows, sizes in groups(spreads, np.flatnonzero(plain), _MOST):
        start, end, top = across.roofs.filled(rows, sizes[0], 0.0, 0.0, -np.inf)
        screen = across.screens.filled(rows, sizes[1], 0.0, -np.inf)
        cover = across.covers.filled(rows, sizes[2], 0.0, 0.0, 0.0)
        size = length[rows]
        if isinstance(lie, Grid):
            bare = bare_ground(lie, [(a[rows], b[rows]) for a, b in legs], sizes[3:])
            sky = hillside(size, bare, start, end, top)
        else:
            sky = skyline(size, start, end, top)
        edges = _with_screens(sky, *screen)
        ground = ground_parts(size, (start, end), cover, around.default_g)
        yield rows, Profiles(sky.along_m, sky.up_m, *edges, *ground)
    yield from _singly(around, bundle, across, touches, np.flatnonzero(~plain))


def _with_screens(
    sky: Skyline, along_m: Floats, top_m: Floats
) -> tuple[Floats, Floats]:
    """Return the edges of roofs and of screens, sorted by station."""
    if not along_m.shape[1]:
        return sky.edge_m, sky.edge_up_m
    along, up = np.hstack([sky.edge_m, along_m]), np.hstack([sky.edge_up_m, top_m])
    order = np.argsort(along, axis=1, kind="stable")
    return (
        np.take_along_axis(along, order, axis=1),
        np.take_along_axis(up, order, axis=1),
    )


def _singly(
    around: Surroundings,
    bundle: Bundle,
    across: Across,
    touches: NDArray[np.bool_],
    ways: Rows,
) -> Iterator[tuple[Rows, Profiles]]:
    """Yield the profiles that are made one by one."""
    for start in range(0, len(ways), _SINGLY):
        some = ways[start : start + _SINGLY]
        made = []
        for way in some.tolist():
            ends = bundle.corners(way)
            exact = touches[way] or len(ends) > 2  # noqa: PLR2004
            made.append(
                cut(around, ends) if exact else _on_relief(around, across, way, ends)
            )
        for numbers, profiles in stacked_profiles(made):
            yield some[numbers], profiles


def _on_relief(around: Surroundings, across: Across, way: int, ends: Floats) -> Profile:
    """Return the profile of one way over terrain, from what it is known to cross."""
    length = float(np.hypot(*(ends[1] - ends[0])))
    stations, up = around.terrain.section(ends[0], ends[1])
    roofs = [tuple(row) for row in across.of(across.roofs, way).tolist()]
    covers = [tuple(row) for row in across.of(across.covers, way).tolist()]
    bounds, factors = ground_pieces(length, covers, roofs, around.default_g)
    along, up = relief(stations * length, up, roofs)
    return Profile(along, up, across.of(across.screens, way), bounds, factors)


def across_of(
    around: Surroundings, sights: Sights, bundle: Bundle, crossings: Crossings
) -> Across:
    """Return what ways run under, over and across, in metres from their starts."""
    length, ways = bundle.length_m, len(bundle.eye)
    obstacles = len(around.obstacles)
    way, owner, low, high = _spans(sights, bundle, crossings)
    start, end = (1 - high) * length[way], (1 - low) * length[way]
    built = owner < obstacles
    values = np.array(
        [o.top_m for o in around.obstacles] + [c[1] for c in around.covers]
    )
    value = values[owner]
    roofs, covers = (
        Spread.of(way[part], ways, start[part], end[part], value[part])
        for part in (built, ~built)
    )
    screen = np.flatnonzero(~np.isnan(crossings.top_m))
    screen = screen[np.argsort(crossings.way[screen], kind="stable")]
    over = crossings.way[screen]
    along = (1 - crossings.at[screen]) * length[over]
    screens = Spread.of(over, ways, along, crossings.top_m[screen])
    return Across(roofs, screens, covers, crossings.owner[screen])


def _spans(
    sights: Sights, bundle: Bundle, crossings: Crossings
) -> tuple[Rows, Rows, Floats, Floats]:
    """Return where ways are inside polygons: way, polygon, from, to (1: its start)."""
    outline = np.isnan(crossings.top_m)
    place, shape = sights.over(bundle.eyes)
    # ways that end inside a polygon enter it at 0
    first, last = (
        np.searchsorted(bundle.eye, place),
        np.searchsorted(bundle.eye, place, side="right"),
    )
    count = last - first
    inside = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(
        count.sum()
    )
    key = crossings.way[outline] * len(sights.shapes) + crossings.owner[outline]
    key = np.concatenate([key, inside * len(sights.shapes) + np.repeat(shape, count)])
    at = np.concatenate([crossings.at[outline], np.zeros(len(inside))])
    # and what is not left again holds up to 1
    found, often = np.unique(key, return_counts=True)
    odd = found[often % 2 == 1]
    key, at = np.concatenate([key, odd]), np.concatenate([at, np.ones(len(odd))])
    order = np.lexsort((at, key))
    key, at = key[order][::2], at[order]
    return *np.divmod(key, len(sights.shapes)), at[::2], at[1::2]
