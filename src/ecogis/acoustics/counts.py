"""How many vehicles an hour, of which kind? From what roads state, else by default."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from ecogis.acoustics.bands import HOURS, PERIODS, Floats
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.table import table

Counted = Literal["hour", "period"]
# what rounding in a file may leave
_ROUNDING = 1e-6
_DEFAULT = Text(
    en="{count} of {all} roads state no traffic: that of their class is taken (table "
    "default_traffic, confidence low, not Chinese counts; one-way roads take half)",
    zh="{all} 条道路中 {count} 条无车流量，按道路等级取默认值（default_traffic 表，"
    "可信度较低，非国内实测；单行道取一半）",
)
_PARTLY = Text(
    en="{count} of {all} roads do not state the traffic of {periods}: it is taken in "
    "proportion to what they state, as over the day of their class (table "
    "default_traffic, confidence low)",
    zh="{all} 条道路中 {count} 条缺少时段 {periods} 的车流量，按其已有时段和道路等级的"
    "时段分布推算（default_traffic 表，可信度较低）",
)
_NO_HEAVY = Text(
    en="{count} of {all} roads do not state their heavy vehicles: the share of their "
    "class is taken (table default_traffic, confidence low)",
    zh="{all} 条道路中 {count} 条无大型车流量，按道路等级取默认比例"
    "（default_traffic 表，可信度较低）",
)
_UNKNOWN = Text(
    en="{count} of {all} roads state not all of their traffic (light or total, and "
    "heavy, by period), nor a class that the table default_traffic knows: their sound "
    "is unknown",
    zh="{all} 条道路中 {count} 条车流量不全（各时段总量或小型车、大型车），也无 "
    "default_traffic 表中的道路等级，其噪声未知",
)


@dataclass
class Flows:
    """Vehicles an hour: (n, 3, 5) by period and class, and what had to be assumed."""

    per_hour: Floats
    notes: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class _Defaults:
    """What the table says of each road's class; NaN where it does not know it."""

    total_h: Floats
    heavy_share: Floats


def flows_of(roads: pd.DataFrame, direction: Floats, *, counted: Counted) -> Flows:
    """
    Return the vehicles an hour of each road.

    Light vehicles are what is left of all (``total_*``) without the others, where they
    are not stated themselves. A period that is missing is in proportion to those that
    are stated, as over the day of the road's class; a road without any has the traffic
    of its class; of a class that the table does not know, it is unknown.

    Parameters
    ----------
    roads
        The fields of the layer ``roads``.
    direction
        1 or -1 for one-way roads, 0 for others: (n,).
    counted
        Whether the fields say vehicles an hour, or in the whole period.

    Raises
    ------
    LayerError
        A negative flow, or more vehicles of some kinds than of all.
    """
    default = _defaults(roads, direction)
    flows, told = _stated(roads, default, counted)
    notes = [told] if told else []
    stated = np.asarray(~np.isnan(flows).any(axis=-1))
    none = ~np.any(stated, axis=1)
    known_class = np.asarray(~np.isnan(default.total_h).any(axis=1))
    part = ~none & ~np.all(stated, axis=1) & known_class
    scale = np.ones(len(roads))
    sums = np.where(stated, flows.sum(axis=-1), 0).sum(axis=1)
    usual = np.where(stated, default.total_h, 0).sum(axis=1)
    scale[part] = sums[part] / usual[part]
    heavy = default.total_h * default.heavy_share * scale[:, None]
    filled = np.zeros_like(flows)
    filled[..., 0] = default.total_h * scale[:, None] - heavy
    filled[..., 2] = heavy
    filled[np.isnan(heavy)] = np.nan
    flows = np.where(stated[..., None], flows, filled)
    count = {"all": len(roads)}
    if given := int((none & known_class).sum()):
        notes.append(_DEFAULT.format(count=given, **count))
    if part.any():
        gone = np.flatnonzero(np.any(~stated[part], axis=0))
        missing = ", ".join(PERIODS[period] for period in gone)
        notes.append(_PARTLY.format(count=int(part.sum()), periods=missing, **count))
    if lost := int(np.isnan(flows).any(axis=(1, 2)).sum()):
        notes.append(_UNKNOWN.format(count=lost, **count))
    return Flows(flows, notes)


def default_speed_kmh(roads: pd.DataFrame) -> Floats:
    """Return the speed of each road's class: (n,), NaN where the table lacks it."""
    rows = table("default_traffic")
    speeds = {name: row.columns["speed_kmh"] for name, row in rows.items()}
    return np.array([speeds.get(name, np.nan) for name in _classes(roads)], dtype=float)


def column(roads: pd.DataFrame, name: str) -> Floats:
    """Return a field as numbers: (n,), NaN where it is not stated."""
    if name not in roads:
        return np.full(len(roads), np.nan)
    return np.asarray(pd.to_numeric(roads[name]), dtype=float)


def by_period(roads: pd.DataFrame, pattern: str) -> Floats:
    """Return a field of each period, such as ``light_{}``: (n, 3)."""
    return np.stack([column(roads, pattern.format(p)) for p in PERIODS], axis=1)


def _classes(roads: pd.DataFrame) -> list[str]:
    if "class" not in roads:
        return [""] * len(roads)
    return [str(name).removesuffix("_link") for name in roads["class"]]


def _defaults(roads: pd.DataFrame, direction: Floats) -> _Defaults:
    rows = table("default_traffic")
    unknown = [np.nan] * len(PERIODS)
    values = [rows[name].columns if name in rows else {} for name in _classes(roads)]
    shape = (len(roads), len(PERIODS))
    total = np.array([one.get("vehicles", unknown) for one in values]).reshape(shape)
    share = np.array([one.get("heavy_share", unknown) for one in values])
    # the table counts both directions, which a one-way road has half of
    part = np.where(direction == 0, 1.0, 0.5)[:, None]
    return _Defaults(total / np.array(HOURS) * part, share.reshape(shape))


def _stated(
    roads: pd.DataFrame, default: _Defaults, counted: Counted
) -> tuple[Floats, Text | None]:
    """Return the flows that the roads state: NaN where they state none."""
    kinds = ("total", "light", "medium", "heavy", "moped", "motorcycle")
    per = np.array(HOURS) if counted == "period" else 1.0
    found = {kind: by_period(roads, f"{kind}_{{}}") / per for kind in kinds}
    for kind, values in found.items():
        _none_negative(kind, values)
    total, light, heavy = found["total"], found["light"], found["heavy"]
    counts = ~np.isnan(total) | ~np.isnan(light)
    others = [np.nan_to_num(found[k]) for k in ("medium", "moped", "motorcycle")]
    percent = by_period(roads, "heavy_percent_{}")
    _none_negative("heavy_percent", percent)
    share = np.where(np.isnan(percent), default.heavy_share, percent / 100)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_share = np.where(np.isnan(total), light * share / (1 - share), total * share)
    guessed = counts & np.isnan(heavy) & np.isnan(percent)
    # a column may be called as counts are and be stated as a percentage
    by_count = ~np.isnan(heavy) & np.isnan(percent)
    heavy = np.where(by_count, heavy, by_share)
    rest = total - heavy - sum(others)
    light = np.where(np.isnan(light), rest, light)
    _no_less_than_none(light, total, np.isnan(found["light"]))
    medium, moped, motorcycle = others
    flows = np.stack([np.maximum(light, 0), medium, heavy, moped, motorcycle], axis=-1)
    flows[~counts | np.isnan(light) | np.isnan(heavy)] = np.nan
    count = int((guessed & ~np.isnan(heavy)).any(axis=1).sum())
    return flows, _NO_HEAVY.format(count=count, all=len(roads)) if count else None


def _none_negative(kind: str, values: Floats) -> None:
    if (wrong := values < 0).any():
        road, period = (int(index) for index in np.argwhere(wrong)[0])
        msg = (
            f"roads: road {road}: {kind}_{PERIODS[period]}: found "
            f"{values[road, period]:g} ({int(wrong.sum())} such), expected 0 or more"
        )
        raise LayerError(msg)


def _no_less_than_none(light: Floats, total: Floats, derived: np.ndarray) -> None:
    wrong = derived & (light < -_ROUNDING * np.maximum(total, 1))
    if wrong.any():
        road, period = (int(index) for index in np.argwhere(wrong)[0])
        name = PERIODS[period]
        msg = (
            f"roads: road {road}: found total_{name} {total[road, period]:g} and "
            f"{total[road, period] - light[road, period]:g} vehicles of its other "
            f"fields ({int(wrong.sum())} such), expected no more than the total"
        )
        raise LayerError(msg)
