"""How loud is a road? CNOSSOS-EU: sound power a metre, by period and octave."""

from collections.abc import Mapping
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from ecogis.acoustics.bands import (
    NOMINAL_HZ,
    PERIODS,
    Floats,
    a_weighted,
    as_db,
    as_energy,
    energy_sum,
)
from ecogis.acoustics.traffic import CLASSES, Traffic
from ecogis.document import Text
from ecogis.table import table

Edition = Literal["2021", "2015"]
REFERENCE_KMH: Final = 70.0
# the speeds that the method holds for; others are taken as the nearest of them
SPEEDS_KMH: Final = (20.0, 130.0)
_REFERENCE_C = 20.0
_STEEPEST_PERCENT = 12.0
_STUDDED_KMH = (50.0, 90.0)
# how far a junction is heard in the way that is driven
_JUNCTION_M = 100.0
_TWO_WHEELERS = ("4a", "4b")
_CLAMPED = Text(
    en="{count} roads have speeds beyond {low:g} to {high:g} km/h, which the method "
    "holds for; the nearest is taken",
    zh="{count} 条道路车速超出方法适用范围 {low:g}—{high:g} km/h，按最接近的限值计",
)
_SURFACE_SPEED = Text(
    en="{count} roads are driven at speeds for which their pavement's coefficients "
    "were not measured; they are applied all the same",
    zh="{count} 条道路的车速超出其路面系数的适用范围，仍按该系数计算",
)


def vehicle_power_db(
    vehicle_class: str,
    speed_kmh: ArrayLike,
    *,
    edition: Edition = "2021",
    pavement: ArrayLike = "asphalt",
    gradient_percent: ArrayLike = 0.0,
    temperature_c: float = _REFERENCE_C,
    junction: ArrayLike = "",
    junction_m: ArrayLike = 0.0,
    studded_share: ArrayLike = 0.0,
) -> Floats:
    """
    Sound power of one vehicle, rolling and propulsion together.

    Parameters
    ----------
    vehicle_class
        ``1``, ``2``, ``3``, ``4a`` or ``4b``.
    speed_kmh
        Of any shape; below 20 it is taken as 20, above 130 as 130. What follows, save
        the temperature, is one value or has that shape.
    edition
        Coefficients of Directive 2015/996 or of its amendment 2021/1226.
    pavement
        A word of the table ``road_surface``.
    gradient_percent
        In the direction of driving; counted to 12 either way, on propulsion only.
    temperature_c
        Yearly mean of the air.
    junction, junction_m
        ``crossing`` or ``roundabout``, and how far that is in metres.
    studded_share
        Share of light vehicles with studded tyres, mean over the year.

    Returns
    -------
    Floats
        dB re 1 pW by octave, 63 Hz to 8 kHz, on a new last axis.

    Raises
    ------
    TableError
        A class, an edition or a pavement that is not known.

    Source
    ------
    Directive (EU) 2015/996, Annex II, 2.2, as amended by (EU) 2021/1226.
    """
    row = table("road_emission")[f"{edition} {vehicle_class}"].columns
    speed = np.clip(np.asarray(speed_kmh, dtype=float), *SPEEDS_KMH)
    v = speed[..., None]
    propulsion = np.array(row["a_p"]) + np.array(row["b_p"]) * (v / REFERENCE_KMH - 1)
    if vehicle_class in _TWO_WHEELERS:
        return np.asarray(propulsion)
    decades = np.log10(v / REFERENCE_KMH)
    rolling = np.array(row["a_r"]) + np.array(row["b_r"]) * decades
    alpha, beta = _surface(pavement, edition, vehicle_class)
    near_rolling, near_propulsion = _near(junction, junction_m, vehicle_class)
    rolling = rolling + alpha + beta * decades + near_rolling
    rolling = rolling + row["k"] * (_REFERENCE_C - temperature_c)
    if "a_stud" in row:
        rolling = rolling + _studded(row, speed, studded_share)
    slope = _slope(vehicle_class, speed, np.asarray(gradient_percent, dtype=float))
    propulsion = propulsion + np.minimum(alpha, 0) + near_propulsion + slope[..., None]
    return energy_sum(np.stack(np.broadcast_arrays(rolling, propulsion)), axis=0)


def line_power_db(
    traffic: Traffic, *, edition: Edition = "2021", temperature_c: float = _REFERENCE_C
) -> Floats:
    """
    Sound power of each road, a metre of it, by period and octave.

    A road that is driven both ways is the mean of the energies of going up and of going
    down, half of the vehicles each.

    Parameters
    ----------
    traffic
        Vehicles of n roads.
    edition
        Coefficients of Directive 2015/996 or of its amendment 2021/1226.
    temperature_c
        Yearly mean of the air.

    Returns
    -------
    Floats
        dB re 1 pW/m, (n, 3, 8): day, evening, night by octave, of a source 0.05 m above
        the road in a half space. No vehicles are ``-inf``, an unknown flow is NaN.

    Source
    ------
    Directive (EU) 2015/996, Annex II, 2.2, as amended by (EU) 2021/1226.
    """
    along = (1 + traffic.direction[:, None, None]) / 2
    energy = np.zeros((*traffic.flow_h.shape[:2], len(NOMINAL_HZ)))
    for number, vehicle_class in enumerate(CLASSES):
        flow_h = traffic.flow_h[..., number]
        speed_kmh = traffic.speed_kmh[..., number]
        up, down = (
            as_energy(
                vehicle_power_db(
                    vehicle_class,
                    speed_kmh,
                    edition=edition,
                    pavement=traffic.pavement[:, None],
                    gradient_percent=sign * traffic.gradient_percent[:, None],
                    temperature_c=temperature_c,
                    junction=traffic.junction[:, None],
                    junction_m=traffic.junction_m[:, None],
                    studded_share=traffic.studded_share[:, None],
                )
            )
            for sign in (1, -1)
        )
        per_metre = flow_h / (1000 * np.clip(speed_kmh, *SPEEDS_KMH))
        one_class = per_metre[..., None] * (along * up + (1 - along) * down)
        # no vehicles make no sound, whatever their speed would be
        energy += np.where(flow_h[..., None] == 0, 0.0, one_class)
    return as_db(energy)


def caveats(traffic: Traffic, *, edition: Edition = "2021") -> list[Text]:
    """Return what was taken beyond the bounds of the method, counted in roads."""
    driven = traffic.flow_h > 0
    low, high = SPEEDS_KMH
    speed = traffic.speed_kmh
    beyond = driven & ((speed < low) | (speed > high))
    rows = [_pavement(word, edition) for word in traffic.pavement]
    least, most = (
        np.array([row[key] for row in rows]).reshape(-1, 1, 1)
        for key in ("speed_min_kmh", "speed_max_kmh")
    )
    used = np.clip(speed, low, high)
    # two-wheelers are not corrected for the pavement; the reference corrects nothing
    cars = driven & np.array([name not in _TWO_WHEELERS for name in CLASSES])
    corrected = np.array([any(row["alpha_1"]) for row in rows], dtype=bool)
    odd = cars & corrected.reshape(-1, 1, 1) & ((used < least) | (used > most))
    notes = []
    if count := int(beyond.any(axis=(1, 2)).sum()):
        notes.append(_CLAMPED.format(count=count, low=low, high=high))
    if count := int(odd.any(axis=(1, 2)).sum()):
        notes.append(_SURFACE_SPEED.format(count=count))
    return notes


def emission_table(traffic: Traffic, power_db: Floats) -> pd.DataFrame:
    """
    Return the sound power of each road and period as a table, in the roads' order.

    Parameters
    ----------
    traffic
        Vehicles of n roads.
    power_db
        What :func:`line_power_db` gives for them: (n, 3, 8).

    Returns
    -------
    pandas.DataFrame
        Three rows a road: ``road`` (counted from 0), ``period``, ``vehicles_h``, the
        octaves ``63_hz_db`` to ``8000_hz_db`` in dB re 1 pW/m, and ``a_weighted_db``.
        A level is empty where there is no sound (``vehicles_h`` is 0) or the flow is
        unknown (``vehicles_h`` is empty too).
    """
    levels = np.where(np.isfinite(power_db), power_db, np.nan).reshape(-1, 8)
    total = a_weighted(power_db).reshape(-1)
    columns = {
        "road": np.repeat(np.arange(len(traffic)), len(PERIODS)),
        "period": np.tile(PERIODS, len(traffic)),
        "vehicles_h": traffic.total_h.reshape(-1),
    }
    for number, hertz in enumerate(NOMINAL_HZ):
        columns[f"{hertz:.0f}_hz_db"] = levels[:, number]
    columns["a_weighted_db"] = np.where(np.isfinite(total), total, np.nan)
    return pd.DataFrame(columns)


def _pavement(word: str, edition: Edition) -> Mapping[str, Any]:
    name = table("road_surface")[str(word)].columns["cnossos"]
    return table("road_pavement")[f"{edition} {name}"].columns


def _surface(
    pavement: ArrayLike, edition: Edition, vehicle_class: str
) -> tuple[Floats, Floats]:
    """Return alpha (..., 8) and beta (..., 1) of each pavement."""
    words, which = np.unique(np.asarray(pavement, dtype=str), return_inverse=True)
    rows = [_pavement(word, edition) for word in words]
    alpha = np.array([row[f"alpha_{vehicle_class}"] for row in rows]).reshape(-1, 8)
    beta = np.array([row[f"beta_{vehicle_class}"] for row in rows], dtype=float)
    which = which.reshape(np.shape(pavement))
    return alpha[which], beta[which][..., None]


def _near(
    junction: ArrayLike, junction_m: ArrayLike, vehicle_class: str
) -> tuple[Floats, Floats]:
    """Return what a junction adds to rolling and to propulsion, (..., 1) each."""
    metres = np.abs(np.asarray(junction_m, dtype=float))
    fades = np.maximum(1 - metres / _JUNCTION_M, 0)
    words = np.asarray(junction, dtype=str)
    rolling, propulsion = np.zeros(words.shape), np.zeros(words.shape)
    for word in (name for name in np.unique(words) if name):
        row = table("road_junction")[f"{word} {vehicle_class}"].columns
        rolling = np.where(words == word, row["c_r"], rolling)
        propulsion = np.where(words == word, row["c_p"], propulsion)
    return (rolling * fades)[..., None], (propulsion * fades)[..., None]


def _studded(row: Mapping[str, Any], speed: Floats, share: ArrayLike) -> Floats:
    """Return what studded tyres add to rolling: (..., 8)."""
    decades = np.log10(np.clip(speed, *_STUDDED_KMH) / REFERENCE_KMH)[..., None]
    louder = np.array(row["a_stud"]) + np.array(row["b_stud"]) * decades
    part = np.asarray(share, dtype=float)[..., None]
    return as_db(1 - part + part * as_energy(louder))


def _slope(vehicle_class: str, speed: Floats, gradient_percent: Floats) -> Floats:
    """Return what the gradient adds to propulsion."""
    row = table("road_gradient")[vehicle_class].columns
    steep = np.clip(gradient_percent, -_STEEPEST_PERCENT, _STEEPEST_PERCENT)
    up = np.maximum(steep - row["up_from"], 0) / row["up_per"] * speed / 100
    down = np.maximum(-steep - row["down_from"], 0) / row["down_per"]
    if "down_speed_kmh" in row:
        down = down * (speed - row["down_speed_kmh"]) / 100
    return np.asarray(up + down)
