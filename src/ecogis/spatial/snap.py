"""Where on the streets does one start from a point?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from ecogis.spatial.ragged import counted
from ecogis.spatial.streets import Streets

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
# how far streets are looked for in the grid, first and then; what is farther off is few
_REACHES_M = (30.0, 120.0, 480.0)
# two streets that differ by less are equally near
_TIE_M = 1e-9
# points that are asked together, so that memory stays bounded
_TOGETHER = 100_000


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
    search = _Search(points, segments, found)
    for first in range(0, len(points), _TOGETHER):
        rows = np.arange(first, min(first + _TOGETHER, len(points)))
        search.look(rows, within_m)
    return found


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
        rows = np.flatnonzero(streets.open)
        xy, of = shapely.get_coordinates(streets.lines[rows], return_index=True)
        first = np.flatnonzero(of[1:] == of[:-1])
        along = xy[first + 1] - xy[first]
        length_m = np.hypot(*along.T)
        total = np.r_[0.0, np.cumsum(length_m)]
        new = np.r_[True, of[first][1:] != of[first][:-1]] if len(first) else []
        begin = np.maximum.accumulate(np.where(new, np.arange(len(first)), 0))
        return cls(
            xy[first], along, rows[of[first]], total[:-1] - total[begin], length_m
        )

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Every segment by its box."""
        ends = np.stack([self.start, self.start + self.along], axis=1)
        return shapely.STRtree(np.asarray(shapely.linestrings(ends)))

    def nearest(
        self, points: Floats, which: Positions, segment: Positions
    ) -> tuple[Floats, Floats, Floats, Floats]:
        """Return, of each pair, the distance, the share of the way, and the place."""
        x, y = points[which].T
        (x0, y0), (dx, dy) = self.start[segment].T, self.along[segment].T
        size = dx * dx + dy * dy
        off = (x - x0) * dx + (y - y0) * dy
        share = np.clip(off / np.where(size > 0, size, 1.0), 0.0, 1.0)
        foot_x, foot_y = x0 + share * dx, y0 + share * dy
        return np.hypot(foot_x - x, foot_y - y), share, foot_x, foot_y


@dataclass(frozen=True)
class _Search:
    """Points that look for the nearest segment, and what is found so far."""

    points: Floats
    segments: _Segments
    found: Snapped

    def look(self, rows: Positions, within_m: float) -> None:
        """Look in the grid for what is near, and in a tree for the few that are not."""
        for reach_m in _REACHES_M:
            if not len(rows):
                return
            near_m = min(reach_m, within_m)
            which, segment = _near_pairs(self.points[rows], self.segments, near_m)
            self._take(rows[which], segment, near_m)
            rows = rows[self.found.edge[rows] < 0]
            if near_m >= within_m:
                return
        if not len(rows):
            return
        which, segment = self.segments.tree.query_nearest(
            np.asarray(shapely.points(self.points[rows])),
            max_distance=None if np.isinf(within_m) else within_m + _TIE_M,
        )
        self._take(rows[which], segment, within_m)

    def _take(self, which: Positions, segment: Positions, within_m: float) -> None:
        """Write the nearest of the pairs of each point, if it is within reach."""
        away_m, share, x, y = self.segments.nearest(self.points, which, segment)
        least = np.full(len(self.points), within_m)
        np.minimum.at(least, which, away_m)
        best = np.flatnonzero(away_m <= least[which] + _TIE_M)
        # the last of equal rows is what stays written
        best = best[np.lexsort((-y[best], -x[best]))]
        at, taken = which[best], segment[best]
        along_m = share[best] * self.segments.size_m[taken]
        self.found.edge[at] = self.segments.edge[taken]
        self.found.along_m[at] = self.segments.before_m[taken] + along_m
        self.found.leg_m[at] = away_m[best]


def _near_pairs(
    points: Floats, segments: _Segments, reach_m: float
) -> tuple[Positions, Positions]:
    """
    Return pairs (point, segment) that hold all that lie within reach of each other.

    Points stand in the cells of a grid as wide as the reach, and each segment asks the
    cells that it comes near; long ones piece by piece.
    """
    cell_m = max(reach_m, 1.0)
    corner = points.min(axis=0)
    cells = np.floor((points - corner) / cell_m).astype(np.int64)
    across, along = cells.max(axis=0) + 1
    order = np.argsort(cells[:, 1] * across + cells[:, 0], kind="stable")
    key = (cells[:, 1] * across + cells[:, 0])[order]
    piece, low, high = _pieces(segments, corner, cell_m, reach_m)
    low, high = np.maximum(low, 0), np.minimum(high, (across - 1, along - 1))
    meets = (low <= high).all(axis=1)
    piece, low, high = piece[meets], low[meets], high[meets]
    # a row of cells holds points that follow each other
    which, row = counted(high[:, 1] - low[:, 1] + 1)
    base = (low[which, 1] + row) * across
    begin = np.searchsorted(key, base + low[which, 0], side="left")
    end = np.searchsorted(key, base + high[which, 0], side="right")
    row_of, step = counted(end - begin)
    return order[begin[row_of] + step], piece[which[row_of]]


def _pieces(
    segments: _Segments, corner: Floats, cell_m: float, reach_m: float
) -> tuple[Positions, Positions, Positions]:
    """Return pieces of segments, no longer than two cells, and the cells near each."""
    many = np.maximum(np.ceil(segments.size_m / (2 * cell_m)).astype(np.int64), 1)
    piece, step = counted(many)
    start = segments.start[piece] - corner
    part = segments.along[piece] / many[piece, None]
    ends = np.stack([start + step[:, None] * part, start + (step + 1)[:, None] * part])
    wide_m = reach_m * (1 + _TIE_M)
    low = np.floor((ends.min(axis=0) - wide_m) / cell_m).astype(np.int64)
    high = np.floor((ends.max(axis=0) + wide_m) / cell_m).astype(np.int64)
    return piece, low, high
