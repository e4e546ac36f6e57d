"""What does a straight part of a way run through, and what does it cross?"""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from ecogis.spatial.obstacles import Obstacle

Floats: TypeAlias = NDArray[np.float64]
Spans: TypeAlias = list[tuple[float, float, float]]

# m: what is nearer to a façade runs along it
_TOUCH_M = 1e-5


@dataclass(frozen=True, eq=False)
class Leg:
    """
    A straight part of a way.

    Parameters
    ----------
    a, b
        (x, y) of its ends.
    length
        In metres.
    offset
        How far along the way it starts, in metres.
    """

    a: Floats
    b: Floats
    length: float
    offset: float = 0.0

    @cached_property
    def line(self) -> LineString:
        """The leg on the map."""
        return LineString([self.a, self.b])

    def spans(self, shape: BaseGeometry, value: float) -> Spans:
        """Return (from, to, value) where the leg is inside a polygon, not along it."""
        parts = shapely.get_parts(shapely.intersection(self.line, shape))
        found = []
        for part in parts[shapely.length(parts) > _TOUCH_M]:
            ends = np.sort(self._along(shapely.get_coordinates(part)[[0, -1]]))
            middle = self.a + (ends.mean() - self.offset) / self.length * (
                self.b - self.a
            )
            edge = shapely.distance(shapely.boundary(shape), shapely.points(middle))
            if edge > _TOUCH_M:
                found.append((float(ends[0]), float(ends[1]), value))
        return found

    def covered(self, covers: list[tuple[BaseGeometry, float]]) -> Spans:
        """Return (from, to, ground factor), the ones that count first."""
        found: Spans = []
        for shape, factor in covers:
            parts = shapely.get_parts(shapely.intersection(self.line, shape))
            for part in parts[shapely.length(parts) > 0]:
                ends = np.sort(self._along(shapely.get_coordinates(part)[[0, -1]]))
                found.append((float(ends[0]), float(ends[1]), factor))
        return found

    def crossings(self, barrier: Obstacle) -> list[tuple[float, float]]:
        """Return (along, top) where the leg crosses a barrier, not where it ends."""
        path = shapely.get_coordinates(barrier.shape)
        across, way = np.diff(path, axis=0), self.b - self.a
        cross = way[0] * across[:, 1] - way[1] * across[:, 0]
        met = np.abs(cross) > 1e-12 * self.length
        gap = path[:-1] - self.a
        safe = np.where(met, cross, 1.0)
        at = (gap[:, 0] * across[:, 1] - gap[:, 1] * across[:, 0]) / safe
        on = (gap[:, 0] * way[1] - gap[:, 1] * way[0]) / safe
        margin, size = _TOUCH_M / self.length, np.hypot(*across.T)
        low, high = np.zeros(len(across)), np.ones(len(across))
        low[0], high[-1] = _TOUCH_M / size[0], 1 - _TOUCH_M / size[-1]
        hit = met & (at > margin) & (at < 1 - margin) & (on >= low) & (on <= high)
        tops = barrier.tops_m[:-1] + on * np.diff(barrier.tops_m)
        stations = self.offset + at * self.length
        return list(zip(stations[hit].tolist(), tops[hit].tolist(), strict=True))

    def _along(self, places: Floats) -> Floats:
        """Return how far along the whole way places on the leg are."""
        way = (self.b - self.a) / self.length
        return np.asarray(self.offset + (places - self.a) @ way)
