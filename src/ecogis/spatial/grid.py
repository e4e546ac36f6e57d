"""Which points stand in which cells of a grid?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
# of a larger grid no cell has a counter of its own
_MANY_CELLS = 5_000_000
# along a side
_MOST_BLOCKS = 2000


@dataclass(frozen=True)
class PointGrid:
    """Points in square cells, row by row."""

    cell_m: float
    corner: Floats
    across: int
    along: int
    key: Positions
    order: Positions

    @classmethod
    def of(cls, points: Floats, cell_m: float) -> "PointGrid":
        """Sort points into cells of this size."""
        corner = points.min(axis=0)
        x, y = (_cells(points[:, axis], corner[axis], cell_m) for axis in (0, 1))
        across, along = int(x.max()) + 1, int(y.max()) + 1
        y *= across
        y += x
        order = np.argsort(y)
        return cls(cell_m, corner, across, along, y.take(order), order)

    def around(
        self, low: Floats, high: Floats, wide_m: float
    ) -> tuple[Positions, Positions, Positions, Positions]:
        """Return from which cell to before which boxes reach that are so much wider."""
        sides = []
        for edge, start, end, many in zip(
            self.corner, low, high, (self.across, self.along), strict=True
        ):
            first = _cells(start, edge + wide_m, self.cell_m)
            last = _cells(end, edge - wide_m - self.cell_m, self.cell_m)
            sides.append([np.clip(cell, 0, many, out=cell) for cell in (first, last)])
        (west, east), (south, north) = sides
        return west, south, east, north

    def may_hold(
        self, west: Positions, south: Positions, east: Positions, north: Positions
    ) -> NDArray[np.bool_]:
        """Return which spans of cells have any point, or may have, in a huge grid."""
        spans: NDArray[np.bool_] = (west < east) & (south < north)
        if self.across * self.along > _MANY_CELLS:
            return spans
        wide = self.across + 1
        sums = np.zeros((self.along + 1, wide), dtype=np.int32)
        counts = np.diff(self._before).reshape(self.along, self.across)
        np.cumsum(np.cumsum(counts, axis=0), axis=1, out=sums[1:, 1:])
        flat, low, high = sums.ravel(), south * wide, north * wide
        many = flat.take(high + east) - flat.take(high + west)
        spans &= many > flat.take(low + east) - flat.take(low + west)
        return spans

    def held(self, first: Positions, end: Positions) -> tuple[Positions, Positions]:
        """Return where in the order the points of each span of cells begin and end."""
        if self.across * self.along > _MANY_CELLS:
            return np.searchsorted(self.key, first), np.searchsorted(self.key, end)
        return self._before.take(first), self._before.take(end)

    @cached_property
    def _before(self) -> NDArray[np.int64]:
        counts = np.bincount(self.key, minlength=self.across * self.along)
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])


def _cells(places: Floats, edge_m: float, cell_m: float) -> Positions:
    """Return in which cell beyond an edge places lie; rounded to zero before it."""
    from_edge = places - edge_m
    from_edge /= cell_m
    return from_edge.astype(np.int64)


@dataclass(frozen=True)
class Blocks:
    """Places in large square blocks: what is far from all that is asked stays out."""

    size_m: float
    corner: Floats
    key: Positions
    shape: tuple[int, int]

    @classmethod
    def of(cls, places: Floats, size_m: float) -> "Blocks":
        """Sort places into blocks of at least this size."""
        corner, far = places.min(axis=0), places.max(axis=0)
        size_m = max(size_m, float(np.max(far - corner)) / _MOST_BLOCKS)
        # a rim of one block stands for everything beyond
        x, y = ((places - corner) / size_m).astype(np.int64).T + 1
        shape = int(y.max()) + 2, int(x.max()) + 2
        return cls(size_m, corner, y * shape[1] + x, shape)

    def about(self, points: Floats) -> Positions:
        """Return which places stand in the block of a point, or in one beside it."""
        inside = np.floor((points - self.corner) / self.size_m) + 1
        x, y = np.clip(inside, 0, np.array(self.shape[::-1]) - 1).astype(np.int64).T
        near = np.zeros(self.shape, dtype=bool)
        near[y, x] = True
        for axis in (0, 1):
            near = maximum_filter1d(near, 3, axis=axis)
        return np.flatnonzero(near.ravel().take(self.key))
