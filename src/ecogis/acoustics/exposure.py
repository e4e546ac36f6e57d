"""Whom does the sound at façades reach: how much of a building, in which band?"""

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecogis.acoustics.bands import Floats

Rows = NDArray[np.intp]
# where people are taken to live in their building
PeopleAt = Literal["most_exposed", "upper_half", "floor_area"]
PLACES: Final[tuple[PeopleAt, ...]] = ("most_exposed", "upper_half", "floor_area")
# bands of 5 dB from so many dB; what is quieter is one band
EDGES_DB: Final = tuple(float(edge) for edge in range(45, 85, 5))


def highest_db(levels_db: ArrayLike, building: Rows, buildings: int) -> Floats:
    """Return the highest level at each building; NaN where it has no receiver."""
    levels = np.asarray(levels_db, dtype=float)
    found = np.full(buildings, -np.inf)
    np.maximum.at(found, building, levels)
    found[np.bincount(building, minlength=buildings) == 0] = np.nan
    return found


def shares(levels_db: ArrayLike, building: Rows, people_at: PeopleAt) -> Floats:
    """
    Return which share of its building each receiver stands for.

    Parameters
    ----------
    levels_db
        At the receivers.
    building
        Of each receiver.
    people_at
        ``"most_exposed"``: all at the loudest one; ``"upper_half"``: evenly at the
        louder half, of an odd number without the quietest; ``"floor_area"``: evenly at
        all.

    Source
    ------
    Directive 2002/49/EC, annex VI: most exposed façade; Directive (EU) 2021/1226,
    section 2.8: louder half of the receivers.
    """
    levels = np.asarray(levels_db, dtype=float)
    # the loudest of each building first; equal ones in their own order
    order = np.lexsort((-levels, building))
    sorted_by = building[order]
    first = np.searchsorted(sorted_by, sorted_by, side="left")
    count = np.searchsorted(sorted_by, sorted_by, side="right") - first
    rank = np.arange(len(order)) - first
    kept = {
        "most_exposed": np.ones_like(count),
        "upper_half": np.maximum(count // 2, 1),
        "floor_area": count,
    }[people_at]
    found = np.zeros(len(levels))
    found[order] = np.where(rank < kept, 1 / kept, 0.0)
    return found


def bands(levels_db: ArrayLike) -> Rows:
    """
    Return the band of each level.

    0 lies below the first of ``EDGES_DB``, the last has no upper edge; -1: nothing is
    heard. A level on an edge belongs to the band above it.
    """
    levels = np.asarray(levels_db, dtype=float)
    found = np.searchsorted(EDGES_DB, levels, side="right")
    return np.where(np.isneginf(levels), -1, found)


def band_sums(levels_db: ArrayLike, amounts: ArrayLike) -> Floats:
    """Return the sum of amounts in each band, and last of where nothing is heard."""
    found = bands(levels_db)
    last = len(EDGES_DB) + 1
    place = np.where(found < 0, last, found)
    sums = np.bincount(place, np.asarray(amounts, float), minlength=last + 1)
    return sums.astype(np.float64)
