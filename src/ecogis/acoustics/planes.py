"""Which planes stand for the relief under many rays?"""

from dataclasses import dataclass

import numpy as np

from ecogis.acoustics.octaves import Floats


@dataclass(frozen=True, eq=False)
class Planes:
    """The lines ``up = slope * along + level`` in vertical cuts, one a cut."""

    slope: Floats
    level: Floats

    def height_m(self, points: Floats) -> Floats:
        """Return the distance of points square to their planes; below them, 0."""
        return np.maximum(self._offset(points), 0.0)

    def run_m(self, starts: Floats, ends: Floats) -> Floats:
        """Return the distance of two points' feet on their plane."""
        along, up = (ends - starts).T
        return np.asarray(np.abs(along + self.slope * up) / np.hypot(1.0, self.slope))

    def image(self, points: Floats) -> Floats:
        """Return the points on the other side of their planes."""
        size = np.hypot(1.0, self.slope)
        normal = np.column_stack([-self.slope / size, 1 / size])
        return np.asarray(points - 2 * self._offset(points)[:, None] * normal)

    def _offset(self, points: Floats) -> Floats:
        along, up = points.T
        above = up - self.slope * along - self.level
        return np.asarray(above / np.hypot(1.0, self.slope))


def mean_planes(
    along_m: Floats, up_m: Floats, start_m: Floats, end_m: Floats
) -> Planes:
    """
    Return the planes of least squares through reliefs between two stations, a row each.

    Upright parts of the relief have no length along it and no weight.

    Source
    ------
    Directive (EU) 2015/996, 2.5.3 and appendix.
    """
    low, high = start_m[:, None], end_m[:, None]
    left, right = along_m[:, :-1], along_m[:, 1:]
    a, b = np.clip(left, low, high), np.clip(right, low, high)
    width, span = b - a, right - left
    slope = np.diff(up_m, axis=1) / np.where(span > 0, span, np.inf)
    up_a, up_b = up_m[:, :-1] + slope * (a - left), up_m[:, :-1] + slope * (b - left)
    whole = end_m - start_m
    flat = (whole <= 0) | ~(width > 0).any(axis=1)
    whole = np.where(flat, 1.0, whole)
    middle = (start_m + end_m) / 2
    u, v = a - middle[:, None], b - middle[:, None]
    mean = np.sum(width * (up_a + up_b) / 2, axis=1) / whole
    parts = width * (2 * (u * up_a + v * up_b) + u * up_b + v * up_a) / 6
    tilt = 12 * np.sum(parts, axis=1) / whole**3
    level = mean - tilt * middle
    for row in np.flatnonzero(flat):
        tilt[row] = 0.0
        level[row] = np.interp(start_m[row], along_m[row], up_m[row])
    return Planes(tilt, level)
