"""Which points stand in which cells of a grid?"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
# of a larger grid no cell has a counter of its own
_MANY_CELLS = 5_000_000


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
