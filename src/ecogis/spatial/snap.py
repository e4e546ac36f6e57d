"""Where on the streets does one start from a point?"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from ecogis.spatial.grid import Blocks, PointGrid
from ecogis.spatial.ragged import counted
from ecogis.spatial.streets import Streets

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
# how far streets are looked for in the grid, first and then; what is farther off is few
_REACHES_M = (30.0, 60.0, 120.0, 480.0)
# longer segments are looked for piece by piece
_PIECE_M = 120.0
# two streets that differ by less are equally near
_TIE_M = 1e-9
# points that are asked together, so that memory stays bounded
_TOGETHER = 50_000
# so many times fewer points than segments leave most segments alone
_FEW = 3
# fewer points than these are not worth a thread
_WORTH = 20_000


@dataclass(frozen=True)
class Snapped:
    """
    Places on streets that points lead to.

    Attributes
    ----------
    edge
        The nearest street of each point; -1 where none is within reach.
    along_m
        From the start of that street.
    leg_m
        From the point to the street, in a straight line; inf where there is none.
    """

    edge: Positions
    along_m: Floats
    leg_m: Floats

    def take(self, rows: NDArray[np.bool_]) -> "Snapped":
        """Return some of them."""
        return Snapped(self.edge[rows], self.along_m[rows], self.leg_m[rows])


def snap(points: Floats, streets: Streets, within_m: float = np.inf) -> Snapped:
    """
    Return the nearest place on a street for each point.

    Of two places that are equally near, the western one is taken, then the southern
    one. Bridges and tunnels cannot be stepped onto along the way.

    Parameters
    ----------
    points
        x and y in metres.
    streets
        Split at crossings.
    within_m
        How far a street may be off; the very limit counts.
    """
    segments = _Segments.of(streets)
    found = Snapped(
        np.full(len(points), -1, dtype=np.int64),
        np.zeros(len(points)),
        np.full(len(points), np.inf),
    )
    if not len(segments.edge):
        return found
    search = _Search(points, segments.prepared(), found)
    threads = min(os.cpu_count() or 1, 1 + len(points) // _WORTH)
    parts = max(threads, -(-len(points) // _TOGETHER))
    # from west to east, so that no part asks for the streets of another; numpy lets go
    # of Python's lock
    strips = _strips(points[:, 0], parts)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda rows: search.look(rows, within_m), strips))
    return found


def _strips(x: Floats, parts: int) -> list[Positions]:
    """Return the rows from west to east in so many parts, in no order within one."""
    if parts == 1:
        return [np.arange(len(x))]
    cuts = np.arange(1, parts) * len(x) // parts
    return np.split(np.argpartition(x, cuts), cuts)


@dataclass(frozen=True)
class _Segments:
    """Straight pieces: where they start, where they lead, and how far along that is."""

    start: Floats
    along: Floats
    edge: Positions
    before_m: Floats
    size_m: Floats

    @classmethod
    def of(cls, streets: Streets) -> "_Segments":
        xy, of = streets.vertices, streets.street
        first = np.flatnonzero((of[1:] == of[:-1]) & streets.open.take(of[1:]))
        start, edge = xy.take(first, axis=0), of.take(first)
        along = xy.take(first + 1, axis=0) - start
        length_m = np.hypot(along[:, 0], along[:, 1])
        total = np.r_[0.0, np.cumsum(length_m)]
        new = np.flatnonzero(np.r_[True, edge[1:] != edge[:-1]][: len(edge)])
        begin = np.repeat(total[new], np.diff(np.r_[new, len(edge)]))
        whole = cls(start, along, edge, total[:-1] - begin, length_m)
        return whole.in_pieces(_PIECE_M)

    def in_pieces(self, longest_m: float) -> "_Segments":
        """Return pieces so short that their boxes hold little but themselves."""
        many = np.maximum(np.ceil(self.size_m / longest_m).astype(np.int64), 1)
        if not (many > 1).any():
            return self
        owner, step = counted(many)
        along, size_m = self.along[owner] / many[owner, None], self.size_m / many
        start = self.start[owner] + step[:, None] * along
        before_m = self.before_m[owner] + step * size_m[owner]
        return _Segments(start, along, self.edge[owner], before_m, size_m[owner])

    @cached_property
    def boxes(self) -> tuple[Floats, Floats]:
        """West and south of each, then east and north: a row a side."""
        start = np.ascontiguousarray(self.start.T)
        ends = start + self.along.T
        return np.minimum(start, ends), np.maximum(start, ends)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Every segment by its box."""
        ends = np.stack([self.start, self.start + self.along], axis=1)
        return shapely.STRtree(np.asarray(shapely.linestrings(ends)))

    @cached_property
    def blocks(self) -> Blocks:
        """In which block each starts: none reaches beyond the next one."""
        return Blocks.of(self.start, _PIECE_M + max(_REACHES_M))

    def prepared(self) -> "_Segments":
        """Return the same, with what several threads share made beforehand."""
        _ = self.boxes, self.blocks, self._sides, self._less_square_m2
        return self

    def nearest(
        self, points: Floats, which: Positions, segment: Positions
    ) -> tuple[Floats, Floats, Floats]:
        """Return, of each pair, how far east and north the place is, and its share."""
        x, y, dx, dy = (side.take(segment) for side in self._sides)
        x -= points[0].take(which)
        y -= points[1].take(which)
        share = x * dx
        share += y * dy
        share /= self._less_square_m2.take(segment)
        np.minimum(np.maximum(share, 0.0, out=share), 1.0, out=share)
        # large arrays are dear to make: these are written over
        dx *= share
        dy *= share
        return np.add(x, dx, out=x), np.add(y, dy, out=y), share

    @cached_property
    def _sides(self) -> Floats:
        """Where each starts and leads, a row a side: quick to take from."""
        return np.ascontiguousarray(np.concatenate([self.start.T, self.along.T]))

    @cached_property
    def _less_square_m2(self) -> Floats:
        less: Floats = -np.maximum(self.size_m * self.size_m, _TIE_M**2)
        return less


@dataclass(frozen=True)
class _Search:
    """Points that look for the nearest segment, and what is found so far."""

    points: Floats
    segments: _Segments
    found: Snapped

    @cached_property
    def sides(self) -> Floats:
        """Return x and y of every point, a row each."""
        return np.ascontiguousarray(self.points.T)

    def look(self, rows: Positions, within_m: float) -> None:
        """Look in the grid for what is near, and in a tree for the few that are not."""
        for reach_m in _REACHES_M:
            if not len(rows):
                return
            near_m = min(reach_m, within_m)
            which, segment = _near_pairs(self.points[rows], self.segments, near_m)
            self._take(rows, which, segment, near_m)
            rows = rows[self.found.edge[rows] < 0]
            if near_m >= within_m:
                return
        if not len(rows):
            return
        which, segment = self.segments.tree.query_nearest(
            np.asarray(shapely.points(self.points[rows])),
            max_distance=None if np.isinf(within_m) else within_m + _TIE_M,
        )
        self._take(rows, which, segment, within_m)

    def _take(
        self, rows: Positions, which: Positions, segment: Positions, within_m: float
    ) -> None:
        """Write the nearest of the pairs of each of the rows, if it is within reach."""
        sides = self.sides.take(rows, axis=1)
        east, north, share = self.segments.nearest(sides, which, segment)
        away_m = np.sqrt(east * east + north * north)
        least = np.full(len(rows), within_m + _TIE_M)
        np.minimum.at(least, which, away_m)
        best = np.flatnonzero(away_m <= least.take(which) + _TIE_M)
        best = best[away_m[best] <= within_m + _TIE_M]
        if not len(best):
            return
        best = self._one_each(best, which.take(best), east, north)
        at, taken = rows[which[best]], segment[best]
        along_m = share[best] * self.segments.size_m[taken]
        self.found.edge[at] = self.segments.edge[taken]
        self.found.along_m[at] = self.segments.before_m[taken] + along_m
        self.found.leg_m[at] = away_m[best]

    @staticmethod
    def _one_each(
        rows: Positions, point: Positions, east: Floats, north: Floats
    ) -> Positions:
        """Return one row for each point: of several the western, southern one."""
        tied = np.bincount(point).take(point) > 1
        several, owner = rows[tied], point[tied]
        order = np.lexsort((north[several], east[several], owner))
        first = np.r_[True, np.diff(owner[order]) != 0][: len(order)]
        return np.concatenate([rows[~tied], several[order[first]]])


def _near_pairs(
    points: Floats, segments: _Segments, reach_m: float
) -> tuple[Positions, Positions]:
    """
    Return pairs (point, segment) that hold all that lie within reach of each other.

    Each segment asks the cells of a grid that it comes near, a row of them at a time.
    """
    grid, wide_m = PointGrid.of(points, max(reach_m, 1.0)), reach_m * (1 + _TIE_M)
    asks = segments.blocks.about(points)
    low, high = (corner.take(asks, axis=1) for corner in segments.boxes)
    sides = grid.around(low, high, wide_m)
    # segments that are left alone need not ask row by row
    if _FEW * len(points) < len(asks):
        holds = np.flatnonzero(grid.may_hold(*sides))
        asks = asks[holds]
        west, south, east, north = (side[holds] for side in sides)
    else:
        west, south, east, north = sides
    which, row = counted(north - south)
    base = (south.take(which) + row) * grid.across
    # cells of a row follow each other, and so do the points in them
    begin, end = grid.held(base + west.take(which), base + east.take(which))
    some = np.flatnonzero(end > begin)
    begin = begin.take(some)
    owner, step = counted(end.take(some) - begin)
    step += begin.take(owner)
    return grid.order.take(step), asks.take(which.take(some)).take(owner)
