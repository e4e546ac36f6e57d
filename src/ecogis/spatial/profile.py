"""What does an upright cut along a way show: relief, roofs, screens, ground?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
# (from, to, value) along a way
Spans: TypeAlias = Sequence[Sequence[float]]


@dataclass(frozen=True, eq=False)
class Profile:
    """
    A cut along a way, which may have corners and is unfolded.

    Parameters
    ----------
    along_m, up_m
        The relief from start to end: ground, and buildings with upright sides and
        level roofs; ``along_m`` never decreases.
    screens
        Rows (along, up): the tops of barriers that the way crosses.
    bounds_m, factors
        Stations where the ground changes, and the ground factor between each two;
        roofs have 0.
    """

    along_m: Floats
    up_m: Floats
    screens: Floats
    bounds_m: Floats
    factors: Floats

    @property
    def length_m(self) -> float:
        """Length of the way on the map."""
        return float(self.along_m[-1])

    @property
    def edges(self) -> Floats:
        """Rows (along, up), sorted: where the relief breaks, and tops of barriers."""
        relief = np.column_stack([self.along_m, self.up_m])[1:-1]
        rows = np.vstack([relief, self.screens])
        return rows[np.argsort(rows[:, 0], kind="stable")]

    def ground_factor(self, start_m: float, end_m: float) -> float:
        """Return the mean ground factor of a part, weighted by horizontal length."""
        stations = np.clip(self.bounds_m, start_m, end_m)
        lengths = np.diff(stations)
        if lengths.sum() <= 0:
            at = np.searchsorted(self.bounds_m, start_m, side="right") - 1
            return float(self.factors[np.clip(at, 0, len(self.factors) - 1)])
        return float(np.dot(lengths, self.factors) / lengths.sum())


def relief(along_m: Floats, up_m: Floats, roofs: Spans) -> tuple[Floats, Floats]:
    """
    Return the relief with buildings on it: upright sides, level roofs.

    Parameters
    ----------
    along_m, up_m
        The bare ground.
    roofs
        (from, to, altitude) of each; where they overlap, the higher counts, and where
        the ground is higher, the ground. What breaks beneath one is no edge on it.
    """
    if not roofs:
        return along_m, up_m
    starts, ends, tops = np.array(roofs).T
    at = along_m[:, None]
    hidden = ((starts < at) & (at < ends) & (tops > up_m[:, None])).any(axis=1)
    stations = np.unique(np.concatenate([along_m[~hidden], starts, ends]))
    stations = stations[(stations >= along_m[0]) & (stations <= along_m[-1])]
    left, right = stations[:-1], stations[1:]
    middle = (left + right) / 2
    under = (starts <= middle[:, None]) & (middle[:, None] <= ends)
    roof = np.where(under, tops, -np.inf).max(axis=1)
    built = roof > np.interp(middle, along_m, up_m)
    at_left = np.where(built, roof, np.interp(left, along_m, up_m))
    at_right = np.where(built, roof, np.interp(right, along_m, up_m))
    along = np.column_stack([left, right]).ravel()
    up = np.column_stack([at_left, at_right]).ravel()
    # the way starts and ends on the ground, where it starts or ends at a façade
    along = np.concatenate([[along_m[0]], along, [along_m[-1]]])
    up = np.concatenate([[up_m[0]], up, [up_m[-1]]])
    kept = np.ones(len(along), dtype=bool)
    kept[1:] = (np.diff(along) != 0) | (np.diff(up) != 0)
    return along[kept], up[kept]


def ground_pieces(
    length_m: float,
    covers: Spans,
    roofs: Spans,
    default_g: float,
) -> tuple[Floats, Floats]:
    """
    Return stations where the ground changes, and the ground factor between each two.

    Parameters
    ----------
    length_m
        Of the way.
    covers
        (from, to, factor), the ones that count first.
    roofs
        (from, to, altitude): hard, whatever lies beneath.
    default_g
        Where nothing covers the ground.
    """
    pieces = [*((a, b, 0.0) for a, b, _ in roofs), *covers]
    stations = [0.0, length_m, *(s for a, b, _ in pieces for s in (a, b))]
    bounds = np.unique(np.clip(stations, 0.0, length_m))
    if len(bounds) == 1:
        bounds = np.array([0.0, 0.0])
    middle = (bounds[:-1] + bounds[1:]) / 2
    factors = np.full(len(middle), default_g)
    for a, b, factor in reversed(pieces):
        factors[(a <= middle) & (middle <= b)] = factor
    return bounds, factors
