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
        x, y = ((points - corner) / cell_m).astype(np.int64).T
        across, along = int(x.max()) + 1, int(y.max()) + 1
        key = y * across + x
        order = np.argsort(key)
        return cls(cell_m, corner, across, along, key[order], order)

    def around(
        self, low: Floats, high: Floats, wide_m: float
    ) -> tuple[Positions, Positions, Positions, Positions]:
        """Return from which cell to before which boxes reach that are so much wider."""
        sides = []
        for edge, start, end, many in zip(
            self.corner, low, high, (self.across, self.along), strict=True
        ):
            first = np.clip((start - (edge + wide_m)) / self.cell_m, 0, many)
            last = np.clip((end - (edge - wide_m)) / self.cell_m + 1, 0, many)
            sides.append((first.astype(np.int64), last.astype(np.int64)))
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
        many = flat[high + east] - flat[high + west]
        spans &= many > flat[low + east] - flat[low + west]
        return spans

    def held(self, first: Positions, end: Positions) -> tuple[Positions, Positions]:
        """Return where in the order the points of each span of cells begin and end."""
        if self.across * self.along > _MANY_CELLS:
            return np.searchsorted(self.key, first), np.searchsorted(self.key, end)
        return self._before[first], self._before[end]

    @cached_property
    def _before(self) -> NDArray[np.int64]:
        counts = np.bincount(self.key, minlength=self.across * self.along)
        return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])


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
