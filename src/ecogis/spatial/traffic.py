"""Which lines carry the traffic that makes acoustic class 4, and how wide are they?"""

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.table import table

# urban rail on the surface makes 4a, main line railways make 4b
_KINDS_4A = ("subway", "light_rail", "tram")
_KINDS_4B = ("rail", "high_speed")
_NO_CLASS = Text(
    en="roads: field 'class' is missing, by which main roads are known; state it in "
    'the plan as fields = { class = "THEIR_NAME" }',
    zh="道路：缺少字段 'class'（道路等级），无法判断主要道路；请在规划文件中写明 "
    'fields = { class = "字段名" }',
)
_NO_WIDTH = Text(
    en="{count} of {all} main roads state no width; that of their class is taken "
    "(table road_width, confidence low)",
    zh="{all} 条主要道路中 {count} 条无宽度，按道路等级取值"
    "（road_width 表，可信度较低）",
)
_NO_KIND = Text(
    en="{count} railways do not say of which kind they are; they count as main lines, "
    "4b",
    zh="{count} 条铁路未注明类型，按铁路干线（4b类）计",
)
_TUNNELS = Text(
    en="{count} main roads in tunnels are left out",
    zh="{count} 条隧道内的主要道路未计入",
)
_OTHER_KIND = Text(
    en="{count} railways of other kinds are left out: {kinds}",
    zh="{count} 条其他类型的轨道未计入：{kinds}",
)


def main_lines(
    roads: GeoDataFrame,
    railways: GeoDataFrame | None = None,
    *,
    track_half_width_m: float,
) -> tuple[GeoDataFrame, list[Text]]:
    """
    Return the lines that make class 4a or 4b, and what had to be assumed.

    Parameters
    ----------
    roads
        Lines with ``class``, optionally ``width_m`` and ``tunnel`` (``yes`` leaves a
        line out); those whose class, or whose road's
        class for a slip road, stands in the table ``road_width`` make 4a. A width that
        is missing or 0 is taken from there.
    railways
        Lines, optionally with ``kind``; without it they are main lines.
    track_half_width_m
        From the line of a track to its boundary, in metres.

    Returns
    -------
    tuple
        Lines with ``class`` (``4a``, ``4b``) and ``half_width_m``, from the line to the
        boundary of the road or track; and notes.

    Raises
    ------
    LayerError
        The roads say no ``class``.
    """
    lines, notes = _main_roads(roads)
    if railways is None:
        return lines, notes
    tracks, told = _tracks(railways)
    both = [lines, tracks.assign(half_width_m=track_half_width_m)]
    known = [frame for frame in both if len(frame)] or both[:1]
    return pd.concat(known, ignore_index=True), [*notes, *told]


def _main_roads(roads: GeoDataFrame) -> tuple[GeoDataFrame, list[Text]]:
    if "class" not in roads:
        raise LayerError(_NO_CLASS.en, _NO_CLASS.zh)
    widths = {name: row.columns["width_m"] for name, row in table("road_width").items()}
    classes = roads["class"].fillna("").astype(str).str.removesuffix("_link")
    chosen = classes.isin(widths).to_numpy()
    below = chosen & _in_tunnel(roads)
    chosen = chosen & ~below
    main = roads[chosen]
    by_class = np.array([widths[name] for name in classes[chosen]], dtype=float)
    stated = np.zeros(len(main))
    if "width_m" in main:
        stated = main["width_m"].to_numpy(float)
    known = stated > 0
    half_m = np.where(known, stated, by_class) / 2
    lines = GeoDataFrame(
        {"class": "4a", "half_width_m": half_m},
        geometry=main.geometry.to_numpy(),
        crs=roads.crs,
    )
    missing = int((~known).sum())
    notes = [_NO_WIDTH.format(count=missing, all=len(main))] if missing else []
    if below.any():
        notes.append(_TUNNELS.format(count=int(below.sum())))
    return lines, notes


def _in_tunnel(roads: GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which roads run in a tunnel: the strips lie beside roads on the surface."""
    if "tunnel" not in roads:
        return np.zeros(len(roads), dtype=bool)
    return np.asarray(roads["tunnel"].eq("yes").fillna(value=False), dtype=bool)


def _tracks(railways: GeoDataFrame) -> tuple[GeoDataFrame, list[Text]]:
    kinds = pd.Series([None] * len(railways), dtype=object)
    if "kind" in railways:
        kinds = pd.Series(railways["kind"].to_numpy(object))
    unknown = kinds.isna()
    other = ~unknown & ~kinds.isin([*_KINDS_4A, *_KINDS_4B])
    notes = []
    if unknown.any():
        notes.append(_NO_KIND.format(count=int(unknown.sum())))
    if other.any():
        names = ", ".join(sorted(set(kinds[other].astype(str))))
        notes.append(_OTHER_KIND.format(count=int(other.sum()), kinds=names))
    classes = np.where(kinds.isin(_KINDS_4A), "4a", "4b")
    tracks = GeoDataFrame(
        {"class": classes}, geometry=railways.geometry.to_numpy(), crs=railways.crs
    )
    return tracks[~other.to_numpy(bool)], notes
