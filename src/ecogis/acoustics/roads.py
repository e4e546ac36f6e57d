"""What does the layer of roads say about its traffic, and what had to be assumed?"""

import numpy as np
import pandas as pd

from ecogis.acoustics.bands import Floats
from ecogis.acoustics.counts import (
    Counted,
    by_period,
    column,
    default_speed_kmh,
    flows_of,
)
from ecogis.acoustics.traffic import CLASSES, Traffic, Words
from ecogis.document import Text
from ecogis.errors import LayerError

_DIRECTION = {"yes": 1.0, "reverse": -1.0}
# the classes that drive at the speed of heavy vehicles
_HEAVY_CLASSES = ("2", "3")
_ROAD_SURFACE = "asphalt"
_NO_SPEED = Text(
    en="{count} of {all} roads state no speed: that of their class is taken (table "
    "default_traffic, confidence low)",
    zh="{all} 条道路中 {count} 条无车速，按道路等级取默认值（default_traffic 表，"
    "可信度较低）",
)
_UNKNOWN_SPEED = Text(
    en="{count} of {all} roads state neither their speed nor a class that the table "
    "default_traffic knows: their sound is unknown",
    zh="{all} 条道路中 {count} 条既无车速，也无 default_traffic 表中的道路等级，"
    "其噪声未知",
)
# roads that a line names
_SHOWN = 5
_NO_SOUND = Text(
    en="roads: {count} of {all} state neither traffic and speed nor a class that the "
    "table default_traffic knows (features {shown}): how loud they are is unknown; "
    "state these fields in the file, or leave the roads out",
    zh="道路：{all} 条中 {count} 条既无车流量、车速，也无 default_traffic 表中的道路"
    "等级（要素 {shown}），其噪声未知；请在数据中补充这些字段，或删去这些道路",
)
_NO_PAVEMENT = Text(
    en="{count} of {all} roads state no pavement: asphalt is taken",
    zh="{all} 条道路中 {count} 条无路面类型，按沥青路面计",
)
_NO_JUNCTION = Text(
    en="{count} of {all} roads state a junction but not how far it is: no correction",
    zh="{all} 条道路中 {count} 条有交叉口类型而无距离，未修正",
)
_TUNNELS = Text(
    en="{count} of {all} roads lie in tunnels and make no sound outside",
    zh="{all} 条道路中 {count} 条位于隧道内，不计其噪声",
)


def traffic_of(
    roads: pd.DataFrame, *, counted: Counted = "hour"
) -> tuple[Traffic, list[Text]]:
    """
    Return the traffic of roads by their fields, and what had to be assumed.

    Parameters
    ----------
    roads
        The layer ``roads``, in any order. Fields by period (``day``, ``evening``,
        ``night``): ``total_*``, ``light_*``, ``medium_*``, ``heavy_*``, ``moped_*``,
        ``motorcycle_*``, and ``heavy_percent_*`` of the total, which wins over
        ``heavy_*``; speeds ``light_kmh_*`` and ``heavy_kmh_*``, or one ``speed_kmh``
        (0 is not stated);
        ``pavement``, ``gradient_percent``, ``oneway``, ``junction``, ``junction_m``,
        ``studded_share``, ``tunnel``. Where flows or speeds are missing, ``class``
        gives them by the table ``default_traffic``.
    counted
        Whether flows are vehicles an ``"hour"`` or in the whole ``"period"``, of 12, 4
        and 8 hours.

    Returns
    -------
    tuple
        The traffic, road by road in the frame's order, and notes that count what was
        taken by default and what stays unknown (NaN).

    Raises
    ------
    LayerError
        A negative flow, more vehicles of some kinds than of all, an unknown pavement.
    """
    direction = _directions(roads)
    flows = flows_of(roads, direction, counted=counted)
    notes = list(flows.notes)
    count = {"all": len(roads)}
    speeds, assumed = _speeds(roads)
    if assumed:
        notes.append(_NO_SPEED.format(count=assumed, **count))
    if unknown := int(np.isnan(speeds).any(axis=(1, 2)).sum()):
        notes.append(_UNKNOWN_SPEED.format(count=unknown, **count))
    pavement, assumed = _pavements(roads)
    if assumed:
        notes.append(_NO_PAVEMENT.format(count=assumed, **count))
    junction, left = _junctions(roads)
    if left:
        notes.append(_NO_JUNCTION.format(count=left, **count))
    below = _words(roads, "tunnel") == "yes"
    if below.any():
        notes.append(_TUNNELS.format(count=int(below.sum()), **count))
    traffic = Traffic.of(
        np.where(below[:, None, None], 0.0, flows.per_hour),
        speeds,
        pavement=pavement,
        gradient_percent=np.nan_to_num(column(roads, "gradient_percent")),
        direction=direction,
        junction=junction,
        junction_m=np.nan_to_num(column(roads, "junction_m")),
        studded_share=np.nan_to_num(column(roads, "studded_share")),
    )
    return traffic, notes


def must_be_known(traffic: Traffic, roads: pd.DataFrame) -> None:
    """
    Refuse roads that might be loud and nobody knows how.

    Parameters
    ----------
    traffic
        Of the roads.
    roads
        The layer, in the same order; its index says which features it is about.

    Raises
    ------
    LayerError
        The flow of a road is unknown, or the speed of vehicles that drive on it.
    """
    silent = traffic.flow_h == 0
    unknown = np.isnan(traffic.flow_h) | (np.isnan(traffic.speed_kmh) & ~silent)
    if (rows := np.flatnonzero(unknown.any(axis=(1, 2)))).size:
        shown = ", ".join(str(feature) for feature in roads.index[rows[:_SHOWN]])
        shown += ", ..." * (len(rows) > _SHOWN)
        said = _NO_SOUND.format(count=len(rows), all=len(traffic), shown=shown)
        raise LayerError(said.en, said.zh)


def _words(roads: pd.DataFrame, name: str) -> Words:
    """Return a field of texts: (n,), "" where it is not stated."""
    if name not in roads:
        return np.full(len(roads), "", dtype=str)
    return np.array(["" if pd.isna(word) else str(word) for word in roads[name]], str)


def _directions(roads: pd.DataFrame) -> Floats:
    words = _words(roads, "oneway")
    return np.array([_DIRECTION.get(str(word), 0.0) for word in words], dtype=float)


def _pavements(roads: pd.DataFrame) -> tuple[Words, int]:
    words = _words(roads, "pavement")
    absent = words == ""
    return np.where(absent, _ROAD_SURFACE, words), int(absent.sum())


def _junctions(roads: pd.DataFrame) -> tuple[Words, int]:
    """Return each road's junction, and how many are left out for want of a distance."""
    words = _words(roads, "junction")
    words = np.where(words == "none", "", words)
    unknown = (words != "") & np.isnan(column(roads, "junction_m"))
    return np.where(unknown, "", words), int(unknown.sum())


def _speeds(roads: pd.DataFrame) -> tuple[Floats, int]:
    """Return speeds (n, 3, 5), and of how many roads the class had to say them."""
    usual, one = default_speed_kmh(roads)[:, None], column(roads, "speed_kmh")[:, None]
    light, heavy = by_period(roads, "light_kmh_{}"), by_period(roads, "heavy_kmh_{}")
    of_light, by_class = _first_stated(light, one, heavy, usual)
    of_heavy, also = _first_stated(heavy, one, light, usual)
    speeds = [of_heavy if name in _HEAVY_CLASSES else of_light for name in CLASSES]
    return np.stack(speeds, axis=-1), int((by_class | also).any(axis=1).sum())


def _first_stated(*found: Floats) -> tuple[Floats, np.ndarray]:
    """Return the first speed that is stated, and where only the last one was."""
    speed = np.full(np.broadcast_shapes(*(one.shape for one in found)), np.nan)
    for values in found[:-1]:
        stated = np.where(values > 0, values, np.nan)
        speed = np.where(np.isnan(speed), stated, speed)
    missing = np.isnan(speed)
    speed = np.where(missing, found[-1], speed)
    return speed, missing & ~np.isnan(speed)
