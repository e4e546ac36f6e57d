"""
How loud is a road by HJ 2.4-2021? Its own source levels and its simple propagation.

The text of its appendix B was not at hand: the formulas agree with each other and with
a worked case, and every number by them carries that caveat.
"""

import math
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecogis.acoustics.bands import Floats, as_db, as_energy
from ecogis.acoustics.traffic import Traffic
from ecogis.document import Text
from ecogis.errors import LayerError, nearest
from ecogis.table import table

Facades = Literal["hard", "general", "absorbing"]
KINDS: Final = ("small", "medium", "large")
# the distance that source levels are stated for
REFERENCE_M: Final = 7.5
# from this flow on a road is a line source, below it less than one
_BUSY_H = 300.0
# the standard's own rounding of -10 lg(7.5 pi / 1000)
_LINE_DB = 16.0
_SPEED_OF_SOUND_M_S = 340.0
_BARRIER_HZ = 500.0
# the CNOSSOS classes 1, 2, 3, 4a, 4b that each kind holds: two-wheelers are small
_MEMBERS: Final = {"small": (0, 3, 4), "medium": (1,), "large": (2,)}
CAVEAT: Final = Text(
    en="HJ 2.4-2021 appendix B: formulas not checked against the text",
    zh="HJ 2.4-2021 附录B：公式未与原文核对",
)


def vehicle_level_db(kind: str, speed_kmh: ArrayLike) -> Floats:
    """
    Return the mean level of one vehicle at 7.5 m, in dB(A).

    Parameters
    ----------
    kind
        ``small``, ``medium`` or ``large``.
    speed_kmh
        Of any shape, above 0.
    """
    row = table("hj24_vehicles")[kind].columns
    speed = np.asarray(speed_kmh, dtype=float)
    return np.asarray(row["at_1_kmh_db"] + row["per_decade_db"] * np.log10(speed))


def road_levels_db(
    flow_h: ArrayLike,
    speed_kmh: ArrayLike,
    distance_m: ArrayLike,
    *,
    angle_rad: ArrayLike = math.pi,
    peak_flow_h: ArrayLike | None = None,
    gradient: ArrayLike = 0.0,
    surface: ArrayLike = "asphalt",
    loss_db: ArrayLike = 0.0,
    reflection_db: ArrayLike = 0.0,
) -> Floats:
    """
    Hourly level of small, medium and large vehicles at a receiver.

    Parameters
    ----------
    flow_h, speed_kmh
        Vehicles an hour and their speed: (..., 3), small, medium, large.
    distance_m
        From the middle of the lane to the receiver, in metres, above 0: like this and
        all that follows of the shape (...), or one value.
    angle_rad
        What the receiver sees of the road: both angles together, pi for an endless one.
    peak_flow_h
        Vehicles of the busiest hour; with 300 or more, distance counts 10 lg, below
        15 lg. All vehicles of ``flow_h`` by default.
    gradient
        As a fraction: 0.05 is 5 %. Up or down is the same.
    surface
        ``asphalt`` or ``cement``.
    loss_db
        What :func:`ground_loss_db`, :func:`air_loss_db`, :func:`barrier_loss_db` and
        :func:`rows_loss_db` take away.
    reflection_db
        What :func:`reflection_gain_db` adds.

    Returns
    -------
    Floats
        dB(A): (..., 3). ``bands.energy_sum`` of them is the road's level; no vehicles
        are ``-inf``.

    Source
    ------
    HJ 2.4-2021 appendix B.2; source levels JTG B03-2006 appendix C, HJ 1358-2024. Not
    checked against the text.
    """
    flow, speed = np.asarray(flow_h, dtype=float), np.asarray(speed_kmh, dtype=float)
    _must_be_flows(flow, distance_m)
    vehicles = table("hj24_vehicles")
    source = [
        vehicle_level_db(kind, speed[..., n])
        + vehicles[kind].columns["gradient_db"] * np.abs(np.asarray(gradient, float))
        for n, kind in enumerate(KINDS)
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        passing = np.where(flow == 0, -np.inf, 10 * np.log10(flow / speed))
    busiest = flow.sum(axis=-1) if peak_flow_h is None else np.asarray(peak_flow_h)
    spread = np.where(busiest >= _BUSY_H, 10.0, 15.0)
    shared = (
        spread * np.log10(REFERENCE_M / np.asarray(distance_m, dtype=float))
        + 10 * np.log10(np.asarray(angle_rad, dtype=float) / math.pi)
        + np.asarray(reflection_db, dtype=float)
        - np.asarray(loss_db, dtype=float)
        - _LINE_DB
    )
    added = surface_db(surface, speed)
    return np.asarray(np.stack(source, axis=-1) + passing + shared[..., None] + added)


def traffic_levels_db(
    traffic: Traffic, distance_m: ArrayLike, **terms: ArrayLike
) -> Floats:
    """
    Level of each road at its own receiver by period: (n, 3), day, evening, night.

    Two-wheelers count as small vehicles; each kind drives at the energy mean of its
    classes. The busiest period of the road decides how distance counts.

    Parameters
    ----------
    traffic
        Vehicles of n roads.
    distance_m
        From each road to its receiver: one value or (n,).
    **terms
        ``angle_rad``, ``loss_db``, ``reflection_db`` of :func:`road_levels_db`: one
        value or (n,).

    Source
    ------
    HJ 2.4-2021 appendix B.2. Not checked against the text.
    """
    rows = table("road_surface")
    surface = [rows[str(word)].columns["hj24"] for word in traffic.pavement]
    total = traffic.total_h
    energy = np.zeros(total.shape)
    peak_h = _peak_h(traffic)[:, None]
    # one class after the other: those of a kind may differ in speed
    for n, kind in enumerate(KINDS):
        for member in _MEMBERS[kind]:
            flow = np.zeros((*total.shape, len(KINDS)))
            flow[..., n] = traffic.flow_h[..., member]
            speed = np.where(flow > 0, traffic.speed_kmh[..., member, None], 1.0)
            levels = road_levels_db(
                flow,
                speed,
                _upright(distance_m),
                peak_flow_h=peak_h,
                gradient=traffic.gradient_percent[:, None] / 100,
                surface=np.array(surface, dtype=str)[:, None],
                **{name: _upright(value) for name, value in terms.items()},
            )
            energy += as_energy(levels[..., n])
    return as_db(energy)


def is_busy(traffic: Traffic) -> NDArray[np.bool_]:
    """Return for which roads distance counts 10 lg, by their busiest period: (n,)."""
    return np.asarray(_peak_h(traffic) >= _BUSY_H)


def surface_db(surface: ArrayLike, speed_kmh: ArrayLike) -> Floats:
    """
    Return what the road surface adds, in dB.

    Parameters
    ----------
    surface
        ``asphalt`` (nothing) or ``cement``: (...) or one word.
    speed_kmh
        (..., 3).

    Raises
    ------
    LayerError
        Another surface.
    """
    words = np.asarray(surface, dtype=str)
    for word in np.unique(words):
        if word not in {"asphalt", "cement"}:
            near = nearest(str(word), ("asphalt", "cement"))
            msg = f"HJ 2.4: found surface {str(word)!r}{near}"
            raise LayerError(msg)
    row = table("hj24_terms")["cement"].columns
    cement = np.interp(np.asarray(speed_kmh, float), row["speed_kmh"], row["add_db"])
    return np.where((words == "cement")[..., None], cement, 0.0)


def ground_loss_db(distance_m: ArrayLike, mean_height_m: ArrayLike) -> Floats:
    """Return the loss over porous ground, by the mean height of the path above it."""
    r, height = np.asarray(distance_m, float), np.asarray(mean_height_m, float)
    return np.asarray(np.maximum(4.8 - 2 * height / r * (17 + 300 / r), 0.0))


def air_loss_db(distance_m: ArrayLike, db_per_km: ArrayLike) -> Floats:
    """Return the loss in air from 7.5 m on; the coefficient is that of 500 Hz."""
    beyond_m = np.maximum(np.asarray(distance_m, float) - REFERENCE_M, 0.0)
    return np.asarray(np.asarray(db_per_km, float) * beyond_m / 1000)


def barrier_loss_db(path_difference_m: ArrayLike) -> Floats:
    """
    Loss of an endless barrier between a line source and a receiver, at 500 Hz.

    Parameters
    ----------
    path_difference_m
        How much longer the way over the edge is than straight on, in metres; 0 where
        the ray grazes it, negative where the receiver sees the road, which loses
        nothing.

    Source
    ------
    HJ 2.4-2021 appendix B.2, for a line source. Not checked against the text.
    """
    delta = np.asarray(path_difference_m, dtype=float)
    t = 40 * _BARRIER_HZ * delta / (3 * _SPEED_OF_SOUND_M_S)
    below, above = np.clip(t, 0.0, 1.0), np.maximum(t, 1.0)
    root = np.sqrt(np.abs(1 - t**2))
    # both branches meet in 3 pi / 2, where each is 0 over 0
    with np.errstate(divide="ignore", invalid="ignore"):
        shallow = root / (4 * np.arctan(np.sqrt((1 - below) / (1 + below))))
        deep = root / (2 * np.log(above + np.sqrt(above**2 - 1)))
    ratio = np.where(t < 1, shallow, deep)
    ratio = np.where(t == 1, 0.5, ratio)
    seen = t < 0
    return np.where(seen, 0.0, 10 * np.log10(3 * math.pi * np.where(seen, 1, ratio)))


def rows_loss_db(built_share: ArrayLike, rows: ArrayLike) -> Floats:
    """
    Loss behind rows of buildings.

    Parameters
    ----------
    built_share
        How much of the first row's length is built, 0 to 1; below 0.4 it shields
        nothing.
    rows
        How many rows there are.

    Source
    ------
    HJ 2.4-2021 appendix B.2: 3 dB for 40 to 60 %, 5 dB for 70 to 90 %, 1.5 dB a further
    row, at most 10 dB. Not checked against the text.
    """
    row = table("hj24_terms")["rows"].columns
    steps = np.array([0.0, *row["first_db"]])
    share, count = np.asarray(built_share, float), np.asarray(rows, float)
    first = steps[np.searchsorted(row["built_share"], share, side="right")]
    behind = first + row["further_row_db"] * np.maximum(count - 1, 0)
    shielded = (count >= 1) & (first > 0)
    return np.where(shielded, np.minimum(behind, row["most_db"]), 0.0)


def reflection_gain_db(
    height_m: ArrayLike, width_m: ArrayLike, facades: Facades = "hard"
) -> Floats:
    """Return what façades of mean height on both sides of a street of a width add."""
    row = table("hj24_terms")[facades].columns
    ratio = np.asarray(height_m, float) / np.asarray(width_m, float)
    return np.asarray(np.minimum(row["per_ratio"] * ratio, row["most_db"]))


def _peak_h(traffic: Traffic) -> Floats:
    # an unknown period leaves the busiest of the others
    return np.asarray(np.fmax.reduce(traffic.total_h, axis=1))


def _upright(values: ArrayLike) -> Floats:
    """Return a value of each road so that it goes with all of its periods."""
    one_each = np.asarray(values, dtype=float)
    return one_each[:, None] if one_each.ndim else one_each


def _must_be_flows(flow: Floats, distance_m: ArrayLike) -> None:
    if flow.shape[-1:] != (len(KINDS),):
        msg = f"HJ 2.4: found flows of shape {flow.shape}, expected (..., 3)"
        raise LayerError(msg)
    if (flow < 0).any():
        msg = f"HJ 2.4: found a flow of {flow.min():g}, expected 0 or more"
        raise LayerError(msg)
    if (np.asarray(distance_m, float) <= 0).any():
        msg = "HJ 2.4: found a distance of 0 m or less, expected more"
        raise LayerError(msg)
