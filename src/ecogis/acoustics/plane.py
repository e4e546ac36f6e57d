"""Which plane stands for the relief under a ray, and how high are points above it?"""

from dataclasses import dataclass

import numpy as np

from ecogis.acoustics.octaves import Floats


@dataclass(frozen=True)
class Plane:
    """The line ``up = slope * along + level`` in a vertical cut."""

    slope: float
    level: float

    def height_m(self, point: Floats) -> float:
        """Return a point's distance square to the plane; below it, 0."""
        return max(self._offset(point), 0.0)

    def run_m(self, start: Floats, end: Floats) -> float:
        """Return the distance of two points' feet on the plane."""
        along, up = end - start
        return float(abs(along + self.slope * up) / np.hypot(1.0, self.slope))

    def image(self, point: Floats) -> Floats:
        """Return the point on the other side of the plane."""
        normal = np.array([-self.slope, 1.0]) / np.hypot(1.0, self.slope)
        image: Floats = point - 2 * self._offset(point) * normal
        return image

    def _offset(self, point: Floats) -> float:
        above = point[1] - self.slope * point[0] - self.level
        return float(above / np.hypot(1.0, self.slope))


def mean_plane(along_m: Floats, up_m: Floats, start_m: float, end_m: float) -> Plane:
    """
    Return the plane of least squares through a relief between two stations.

    Upright parts of the relief have no length along it and no weight.

    Source
    ------
    Directive (EU) 2015/996, 2.5.3 and appendix.
    """
    left, right = along_m[:-1], along_m[1:]
    a, b = np.clip(left, start_m, end_m), np.clip(right, start_m, end_m)
    width, span = b - a, right - left
    slope = np.divide(np.diff(up_m), span, out=np.zeros_like(span), where=span > 0)
    up_a, up_b = up_m[:-1] + slope * (a - left), up_m[:-1] + slope * (b - left)
    whole = end_m - start_m
    if whole <= 0 or not np.any(width > 0):
        return Plane(0.0, float(np.interp(start_m, along_m, up_m)))
    middle = (start_m + end_m) / 2
    u, v = a - middle, b - middle
    mean = float(np.sum(width * (up_a + up_b) / 2) / whole)
    moment = np.sum(width * (2 * (u * up_a + v * up_b) + u * up_b + v * up_a) / 6)
    tilt = float(12 * moment / whole**3)
    return Plane(tilt, mean - tilt * middle)
