"""The octave bands and periods of the day that sound is computed in, and their sums."""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

NOMINAL_HZ: Final = (63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)
# IEC 61672-1, at these bands
A_WEIGHTS: Final = (-26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1)
PERIODS: Final = ("day", "evening", "night")
# Directive 2002/49/EC: day 06 to 18, evening 18 to 22, night 22 to 06 in China
HOURS: Final = (12.0, 4.0, 8.0)
_LDEN_ADDS_DB = (0.0, 5.0, 10.0)


def energy_sum(levels_db: ArrayLike, axis: int = -1) -> Floats:
    """Return the level of the sounds together; ``-inf`` is no sound, NaN unknown."""
    return as_db(np.sum(as_energy(levels_db), axis=axis))


def a_weighted(levels_db: ArrayLike) -> Floats:
    """Return dB(A) of levels per octave, 63 Hz to 8 kHz on the last axis."""
    return energy_sum(np.asarray(levels_db, dtype=float) + np.array(A_WEIGHTS))


def day_night_db(levels_db: ArrayLike) -> Floats:
    """
    Return the levels of GB 3096's day (06 to 22) and night (22 to 06).

    Parameters
    ----------
    levels_db
        Levels of day, evening and night on the last axis.

    Returns
    -------
    Floats
        Two on the last axis: the energy mean of 12 hours of day and 4 of evening, and
        the night.
    """
    energy = as_energy(levels_db)
    day = np.average(energy[..., :2], axis=-1, weights=HOURS[:2])
    return as_db(np.stack([day, energy[..., 2]], axis=-1))


def lden_db(levels_db: ArrayLike) -> Floats:
    """Return Lden of the levels of day, evening and night on the last axis."""
    weighed = as_energy(np.asarray(levels_db, dtype=float) + np.array(_LDEN_ADDS_DB))
    return as_db(np.average(weighed, axis=-1, weights=HOURS))


def as_energy(levels_db: ArrayLike) -> Floats:
    """Return 10 to the power of a tenth of the levels."""
    return np.asarray(10.0 ** (np.asarray(levels_db, dtype=float) / 10))


def as_db(energy: ArrayLike) -> Floats:
    """Return the levels of energies; none is ``-inf``."""
    with np.errstate(divide="ignore"):
        return np.asarray(10 * np.log10(np.asarray(energy, dtype=float)))
