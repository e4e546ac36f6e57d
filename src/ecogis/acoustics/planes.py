"""Which planes stand for the relief under many rays?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecogis.acoustics.octaves import Floats

Rows = NDArray[np.intp]


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


class Reliefs:
    """
    Reliefs of many cuts, ready to be asked for their mean planes.

    Upright parts of a relief have no length along it and no weight.

    Parameters
    ----------
    along_m, up_m
        A row a cut; ``along_m`` starts at 0 and never decreases.

    Source
    ------
    Directive (EU) 2015/996, 2.5.3 and appendix.
    """

    def __init__(self, along_m: Floats, up_m: Floats) -> None:
        self._along, self._datum = along_m, up_m[:, 0]
        self._up = up_m - self._datum[:, None]
        self._left = along_m[:, -1:] - along_m
        # sums from the end that a plane starts at: short ones are not differences of
        # long ones
        ahead = self._areas(along_m)
        back = [area[:, ::-1] for area in self._areas(self._left)]
        zero = np.zeros((len(along_m), 1))
        self._ahead = [np.hstack([zero, a.cumsum(axis=1)]) for a in ahead]
        self._back = [np.hstack([zero, a.cumsum(axis=1)])[:, ::-1] for a in back]

    def rows(self, rows: Rows) -> "Reliefs":
        """Return some of the reliefs."""
        found = object.__new__(Reliefs)
        found._along, found._datum = self._along[rows], self._datum[rows]
        found._up, found._left = self._up[rows], self._left[rows]
        found._ahead = [sums[rows] for sums in self._ahead]
        found._back = [sums[rows] for sums in self._back]
        return found

    def whole(self) -> Planes:
        """Return the planes from the start to the end."""
        return self.until(self._along[:, -1])

    def until(self, station_m: Floats) -> Planes:
        """Return the planes from the start to a station of each cut."""
        cut, k = np.arange(len(station_m)), self._at(station_m)
        start, level = self._along[cut, k], self._up[cut, k]
        here = self._level_at(station_m, k)
        part = station_m - start
        area = self._ahead[0][cut, k] + part * (level + here) / 2
        moment = self._ahead[1][cut, k] + _moment(part, start, station_m, level, here)
        mean, tilt = _line(area, moment, station_m, here)
        return Planes(tilt, mean - tilt * station_m / 2 + self._datum)

    def beyond(self, station_m: Floats) -> Planes:
        """Return the planes from a station of each cut to the end."""
        cut, k = np.arange(len(station_m)), self._at(station_m)
        here = self._level_at(station_m, k)
        k = np.minimum(k + 1, self._along.shape[1] - 1)
        end, level = self._along[cut, k], self._up[cut, k]
        part = np.maximum(end - station_m, 0.0)
        rest, left = self._along[:, -1] - station_m, self._left[cut, k]
        area = self._back[0][cut, k] + part * (level + here) / 2
        moment = self._back[1][cut, k] + _moment(part, rest, left, here, level)
        mean, tilt = _line(area, moment, rest, here)
        middle = station_m + rest / 2
        return Planes(-tilt, mean + tilt * middle + self._datum)

    def _at(self, station_m: Floats) -> Rows:
        """Return the last corner that is not beyond a station."""
        count = np.count_nonzero(self._along <= station_m[:, None], axis=1)
        return np.asarray(np.maximum(count - 1, 0))

    def _level_at(self, station_m: Floats, k: Rows) -> Floats:
        """Return the relief at a station after corner ``k``."""
        cut, after = np.arange(len(k)), np.minimum(k + 1, self._along.shape[1] - 1)
        start, level = self._along[cut, k], self._up[cut, k]
        span = self._along[cut, after] - start
        rise = self._up[cut, after] - level
        share = (station_m - start) / np.where(span > 0, span, np.inf)
        return np.asarray(level + share * rise)

    def _areas(self, away_m: Floats) -> tuple[Floats, Floats]:
        """Return area and moment under each part, by the distance from an end."""
        a, b, low, high = (
            away_m[:, :-1],
            away_m[:, 1:],
            self._up[:, :-1],
            self._up[:, 1:],
        )
        width = np.abs(b - a)
        return width * (low + high) / 2, _moment(width, a, b, low, high)


def _moment(width: Floats, a: Floats, b: Floats, low: Floats, high: Floats) -> Floats:
    """Return the moment of the area under a slope from ``a`` to ``b``."""
    return np.asarray(width * (a * (2 * low + high) + b * (low + 2 * high)) / 6)


def _line(
    area: Floats, moment: Floats, length_m: Floats, here: Floats
) -> tuple[Floats, Floats]:
    """Return mean level and slope; level and flat where there is no length."""
    short = length_m <= 0
    length = np.where(short, 1.0, length_m)
    mean = np.where(short, here, area / length)
    tilt = np.where(short, 0.0, 12 * (moment - area * length / 2) / length**3)
    return mean, tilt
