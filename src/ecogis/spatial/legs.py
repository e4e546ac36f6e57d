"""What does a straight part of a way run through, and what does it cross?"""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString

from ecogis.spatial.obstacles import Obstacle, chain_numbers

Floats: TypeAlias = NDArray[np.float64]

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

    def spans(
        self, shapes: NDArray[np.object_]
    ) -> tuple[NDArray[np.intp], Floats, Floats]:
        """
        Return where the leg runs through polygons or along them.

        Returns
        -------
        tuple
            For each part its polygon's number, its ends (from, to) along the way, and
            its middle (x, y).
        """
        parts, owners = shapely.get_parts(
            shapely.intersection(self.line, shapes), return_index=True
        )
        long = shapely.length(parts) > _TOUCH_M
        parts, owners = parts[long], owners[long]
        ends = np.stack(
            [shapely.get_coordinates(shapely.get_point(parts, n)) for n in (0, -1)]
        )
        along = np.sort(self._along(ends), axis=0).T
        return owners, along, ends.mean(axis=0)

    def roofs(
        self, shapes: NDArray[np.object_], outlines: NDArray[np.object_]
    ) -> tuple[NDArray[np.intp], Floats]:
        """Return (number, (from, to)) where the leg is inside, not along a wall."""
        if len(shapes) == 0:
            return np.empty(0, dtype=np.intp), np.empty((0, 2))
        owners, along, middles = self.spans(shapes)
        gap = shapely.distance(outlines[owners], shapely.points(middles))
        return owners[gap > _TOUCH_M], along[gap > _TOUCH_M]

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
        chain = chain_numbers(barrier.shape)
        joined = chain[:-1] == chain[1:]
        # at its free ends a barrier is touched, not crossed
        first = np.append(True, ~joined[:-1])
        last = np.append(~joined[1:], True)
        end = _TOUCH_M / np.where(size > 0, size, 1.0)
        low, high = np.where(first, end, 0.0), np.where(last, 1 - end, 1.0)
        hit = (
            met
            & joined
            & (at > margin)
            & (at < 1 - margin)
            & (on >= low)
            & (on <= high)
        )
        tops = barrier.tops_m[:-1] + on * np.diff(barrier.tops_m)
        stations = self.offset + at * self.length
        return list(zip(stations[hit].tolist(), tops[hit].tolist(), strict=True))

    def _along(self, places: Floats) -> Floats:
        """Return how far along the whole way places on the leg are."""
        way = (self.b - self.a) / self.length
        return np.asarray(self.offset + (places - self.a) @ way)
