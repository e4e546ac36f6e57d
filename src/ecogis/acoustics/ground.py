"""How much does the ground between two points take away, or give back?"""

from dataclasses import dataclass

import numpy as np

from ecogis.acoustics.octaves import NOMINAL_HZ, WAVE_NUMBER, Floats

# m: what two points on one plumb line are apart, and two on the ground above it
_SHORTEST_M = 1e-6


@dataclass(frozen=True)
class Stretch:
    """
    The ground between two points, as one or many paths see it.

    Every field is a number, or an array of one shape: an element a path.

    Parameters
    ----------
    source_m, receiver_m
        Heights above the mean plane, measured square to it, at least 0.
    length_m
        Distance of the two feet on the mean plane.
    g
        Ground factor of the path, weighted by horizontal length: 0 hard, 1 porous.
    g_near
        The same, corrected for the ground at the source.
    """

    source_m: Floats
    receiver_m: Floats
    length_m: Floats
    g: Floats
    g_near: Floats


def ground_db(stretch: Stretch, *, favourable: bool) -> Floats:
    """
    Return the attenuation by the ground per octave, one more axis than the stretch.

    Parameters
    ----------
    stretch
        One path or many.
    favourable
        Downward-bent rays, instead of the homogeneous atmosphere.

    Source
    ------
    Directive (EU) 2015/996, 2.5.15 to 2.5.20, as amended by (EU) 2021/1226.
    """
    length = np.maximum(stretch.length_m, _SHORTEST_M)
    source, receiver = stretch.source_m, stretch.receiver_m
    floor = -3.0 * (1 - np.asarray(stretch.g_near))
    if favourable:
        floor = floor * _raised_floor(length, source + receiver)
        source, receiver = _raised(length, source, receiver)
        impedance_g = stretch.g
        hard = floor
    else:
        impedance_g = stretch.g_near
        hard = np.full_like(floor, -3.0)
    wave = _wave_db(length, source, receiver, impedance_g)
    is_hard = np.asarray(stretch.g)[..., None] == 0
    return np.where(is_hard, hard[..., None], np.maximum(wave, floor[..., None]))


def near_g(length_m: Floats, heights_m: Floats, g: Floats, g_source: Floats) -> Floats:
    """Return the ground factor, which near the source turns into that of the source."""
    reach = 30 * np.asarray(heights_m)
    share = np.where(reach > 0, length_m / np.where(reach > 0, reach, 1), 2.0)
    return np.where(share <= 1, g * share + g_source * (1 - share), g)


def _raised(length: Floats, source: Floats, receiver: Floats) -> tuple[Floats, Floats]:
    """Return the heights that stand for rays bent by wind and warmth."""
    # on the ground turbulence grows beyond bounds, and the lowest attenuation holds
    both = np.maximum(source + receiver, _SHORTEST_M)
    turbulent = 6e-3 * length / both
    bent = 2e-4 * length**2 / 2
    return (
        source + bent * (source / both) ** 2 + turbulent,
        receiver + bent * (receiver / both) ** 2 + turbulent,
    )


def _raised_floor(length: Floats, both: Floats) -> Floats:
    """Return the factor of the lowest attenuation far beyond the first reflection."""
    return np.where(length <= 30 * both, 1.0, 1 + 2 * (1 - 30 * both / length))


def _wave_db(length: Floats, source: Floats, receiver: Floats, g: Floats) -> Floats:
    d, zs, zr = (np.asarray(v)[..., None] for v in (length, source, receiver))
    g_root = np.asarray(g)[..., None] ** 1.3
    w = (
        0.0185
        * NOMINAL_HZ**2.5
        * g_root**2
        / (NOMINAL_HZ**1.5 * g_root**2 + 1.3e3 * NOMINAL_HZ**0.75 * g_root + 1.16e6)
    )
    c = d * (1 + 3 * w * d * np.exp(-np.sqrt(w * d))) / (1 + w * d)
    slope, rest = np.sqrt(2 * c / WAVE_NUMBER), c / WAVE_NUMBER
    at_source, at_receiver = (z**2 - slope * z + rest for z in (zs, zr))
    found: Floats = -10 * np.log10(4 * WAVE_NUMBER**2 / d**2 * at_source * at_receiver)
    return found
