"""What stands above straight rays, and how porous is the ground beneath them?"""

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecogis.spatial.legs import Leg
from ecogis.spatial.profiles import Spread, ground_parts, groups
from ecogis.spatial.sights import Sights
from ecogis.spatial.surroundings import Surroundings
from ecogis.spatial.views import Bundle, across_of

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]
Row: TypeAlias = tuple[float, ...]

# m: what a ray runs under for less only touches it, and roofs this near are one row
_TOUCHED_M, _TOGETHER_M = 1e-3, 0.5
# numbers that an array holds at most
_MOST = 60_000


@dataclass(frozen=True, eq=False)
class Hidden:
    """
    What stands above rays.

    Parameters
    ----------
    rows
        How many rows of roofs stand above each ray; roofs that touch are one row.
    way, barrier, detour_m
        A row for each barrier above a ray: which, and how much longer the way over its
        top is than the ray.
    porous
        Mean ground factor beneath each ray, roofs being hard.
    """

    rows: Rows
    way: Rows
    barrier: Rows
    detour_m: Floats
    porous: Floats


def hidden(
    around: Surroundings, sights: Sights, bundle: Bundle, low_m: Floats, high_m: Floats
) -> Hidden:
    """
    Return what stands above rays; relief hides nothing.

    Parameters
    ----------
    around, sights
        What there is, and its outlines.
    bundle
        The rays on the map.
    low_m, high_m
        Altitude of each ray at its start, and at its eye.
    """
    length = np.maximum(bundle.length_m, _TOUCHED_M)
    roofs, screens, covers = _met(around, sights, bundle)
    over = np.repeat(np.arange(len(length)), roofs.count)
    start, end, top = roofs.columns
    slope = (high_m - low_m) / length
    lowest = low_m[over] + np.minimum(slope[over] * start, slope[over] * end)
    above = (lowest < top) & (end - start > _TOUCHED_M)
    rows = _in_rows(over[above], start[above], end[above], len(length))
    way = np.repeat(np.arange(len(length)), screens.count)
    barrier, along, tip = screens.columns
    detour = np.hypot(along, tip - low_m[way])
    detour += np.hypot(length[way] - along, high_m[way] - tip)
    detour -= np.hypot(length, high_m - low_m)[way]
    hides = tip > low_m[way] + slope[way] * along
    return Hidden(
        rows,
        way[hides],
        barrier[hides].astype(np.intp),
        detour[hides],
        _porous(around, length, roofs, covers),
    )


def _met(
    around: Surroundings, sights: Sights, bundle: Bundle
) -> tuple[Spread, Spread, Spread]:
    """Return roofs (from, to, top), screens (number, along, top), ground (.., g)."""
    crossings, touches = bundle.crossed(sights)
    met = across_of(around, sights, bundle, crossings)
    columns = (met.barrier.astype(float), *met.screens.columns)
    screens = replace(met.screens, columns=columns)
    exact: tuple[list[Row], ...] = ([], [], [])
    for way in np.flatnonzero(touches).tolist():
        ends = bundle.starts[way], bundle.eyes[bundle.eye[way]]
        leg = Leg(*ends, max(float(bundle.length_m[way]), _TOUCHED_M), 0.0)
        roofs, walls = around.met(leg)
        exact[0].extend((way, *span) for _, *span in roofs)
        exact[1].extend((way, *wall) for wall in walls)
        exact[2].extend((way, *span) for span in around.covered(leg))
    return (
        _replaced(met.roofs, touches, exact[0]),
        _replaced(screens, touches, exact[1]),
        _replaced(met.covers, touches, exact[2]),
    )


def _replaced(found: Spread, touches: NDArray[np.bool_], exact: list[Row]) -> Spread:
    """Return what ways meet, of those that touch something by exact means."""
    if not touches.any():
        return found
    way = np.repeat(np.arange(len(touches)), found.count)
    rows = np.column_stack([way, *found.columns])[~touches[way]]
    rows = np.vstack([rows, np.array(exact, dtype=float).reshape(-1, rows.shape[1])])
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    return Spread.of(rows[:, 0].astype(np.intp), len(touches), *rows[:, 1:].T)


def _in_rows(way: Rows, start: Floats, end: Floats, ways: int) -> Rows:
    """Return how many stretches that lie apart each way has."""
    if not len(way):
        return np.zeros(ways, dtype=np.intp)
    # all ways laid end to end, apart
    offset = way * (end.max() + 2 * _TOGETHER_M)
    order = np.argsort(offset + start, kind="stable")
    begins, reached = (offset + start)[order], (offset + end)[order]
    reached = np.maximum.accumulate(reached)
    fresh = np.append(True, begins[1:] > reached[:-1] + _TOGETHER_M)
    return np.bincount(way[order][fresh], minlength=ways)


def _porous(
    around: Surroundings, length: Floats, roofs: Spread, covers: Spread
) -> Floats:
    """Return the mean ground factor along each way."""
    found = np.zeros(len(length))
    if not around.covers and around.default_g == 0:
        return found
    for rows, (built, covered) in groups(
        (roofs, covers), np.arange(len(length)), _MOST
    ):
        start, end, _ = roofs.filled(rows, built, 0.0, 0.0, 0.0)
        cover = covers.filled(rows, covered, 0.0, 0.0, 0.0)
        size = length[rows]
        bounds, factors = ground_parts(size, (start, end), cover, around.default_g)
        found[rows] = (np.diff(bounds, axis=1) * factors).sum(axis=1) / size
    return found
