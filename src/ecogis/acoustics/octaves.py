"""The eight octave bands of environmental noise: as they are named, where they lie."""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

BANDS: Final = 8
# the names in hertz, which ground and diffraction are computed with
NOMINAL_HZ: Final[Floats] = np.array([63, 125, 250, 500, 1000, 2000, 4000, 8000.0])
# ISO 266: exact mid-bands, which air absorption is computed at
EXACT_HZ: Final[Floats] = 1000 * 10 ** (0.3 * np.arange(-4.0, 4.0))
# m/s, as Directive (EU) 2015/996, section 2.5
SOUND_SPEED_M_S: Final = 340.0
WAVELENGTH_M: Final[Floats] = SOUND_SPEED_M_S / NOMINAL_HZ
WAVE_NUMBER: Final[Floats] = 2 * np.pi / WAVELENGTH_M


def energy_sum_db(levels_db: Floats, axis: int = 0) -> Floats:
    """Return the level of all sounds together; -inf is silence."""
    with np.errstate(divide="ignore"):
        total: Floats = 10 * np.log10(np.sum(10 ** (levels_db / 10), axis=axis))
    return total


def energy_mix_db(first_db: Floats, second_db: Floats, second_share: float) -> Floats:
    """Return the long-term level of two conditions, by the share of the second."""
    mixed = (1 - second_share) * 10 ** (first_db / 10) + second_share * 10 ** (
        second_db / 10
    )
    with np.errstate(divide="ignore"):
        level: Floats = 10 * np.log10(mixed)
    return level
