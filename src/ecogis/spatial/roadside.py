"""Which lines carry the traffic that is asked about, and which are one road?"""

from collections.abc import Collection
from typing import Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.document import Text
from ecogis.spatial.patches import TOUCH_M, patch_numbers

RoadClass = Literal["motorway", "trunk", "primary", "secondary", "tertiary"]
TrackKind = Literal["rail", "high_speed", "subway", "light_rail", "tram"]
LINES: dict[str, Text] = {
    "motorway": Text(en="motorways", zh="高速公路"),
    "trunk": Text(en="expressways", zh="快速路"),
    "primary": Text(en="arterial roads", zh="主干路"),
    "secondary": Text(en="sub-arterial roads", zh="次干路"),
    "tertiary": Text(en="minor roads", zh="支路"),
    "rail": Text(en="railways", zh="铁路"),
    "high_speed": Text(en="high-speed railways", zh="高速铁路"),
    "subway": Text(en="subways on the surface", zh="地铁地面段"),
    "light_rail": Text(en="light rail", zh="轻轨"),
    "tram": Text(en="trams", zh="有轨电车"),
}
_TUNNELS = Text(
    en="{count} roads in tunnels are left out",
    zh="{count} 条隧道内的道路未计入",
)
_NO_KIND = Text(
    en="{count} railways do not say of which kind they are and are left out",
    zh="{count} 条铁路未注明类型，未计入",
)


def traffic_lines(
    roads: GeoDataFrame,
    railways: GeoDataFrame | None,
    *,
    classes: Collection[str],
    tracks: Collection[str],
) -> tuple[GeoDataFrame, list[Text]]:
    """
    Return the roads of these classes and the tracks of these kinds, and what was left.

    Parameters
    ----------
    roads
        Lines with ``class``, optionally ``name`` and ``tunnel``; a slip road is of its
        road's class.
    railways
        Lines, optionally with ``kind`` and ``name``, or None.
    classes, tracks
        What counts.

    Returns
    -------
    tuple
        Lines with ``class``, ``name`` and ``road``, a number: lines of one class and
        name are one road, of lines without a name those that touch; and notes.
    """
    of_class = roads["class"].astype(object).astype(str).str.removesuffix("_link")
    chosen = of_class.isin(list(classes)).to_numpy(bool)
    tunnel = np.zeros(len(roads), dtype=bool)
    if "tunnel" in roads:
        tunnel = roads["tunnel"].eq("yes").fillna(value=False).to_numpy(bool)
    notes = []
    if (chosen & tunnel).any():
        notes.append(_TUNNELS.format(count=int((chosen & tunnel).sum())))
    chosen = chosen & ~tunnel
    found = [_lines(roads[chosen], of_class[chosen].to_numpy(object))]
    if railways is not None and len(tracks):
        kinds = railways.get("kind", pd.Series(None, railways.index, dtype=object))
        if kinds.isna().any():
            notes.append(_NO_KIND.format(count=int(kinds.isna().sum())))
        wanted = kinds.isin(list(tracks)).to_numpy(bool)
        found.append(_lines(railways[wanted], kinds[wanted].to_numpy(object)))
    known = [lines for lines in found if len(lines)] or found[:1]
    lines = GeoDataFrame(pd.concat(known, ignore_index=True), crs=roads.crs)
    lines["road"] = _road_numbers(lines)
    return lines, notes


def _lines(frame: GeoDataFrame, classes: NDArray[np.object_]) -> GeoDataFrame:
    names = frame["name"].to_numpy(object) if "name" in frame else None
    return GeoDataFrame(
        {"class": classes, "name": names},
        geometry=frame.geometry.to_numpy(),
        crs=frame.crs,
    )


def _road_numbers(lines: GeoDataFrame) -> NDArray[np.int64]:
    """Return which road each line is of: one class and name, or one class and touch."""
    named = zip(lines["class"], lines["name"], strict=True)
    keys: list[tuple[str, str | int]] = list(named)
    nameless = lines["name"].isna().to_numpy(bool)
    shapes = lines.geometry.to_numpy()
    for name in sorted(set(lines.loc[nameless, "class"])):
        rows = np.flatnonzero(nameless & (lines["class"] == name).to_numpy(bool))
        for row, patch in zip(rows, patch_numbers(shapes[rows], TOUCH_M), strict=True):
            keys[row] = (name, int(patch))
    known = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    return np.array([known[key] for key in keys], dtype=np.int64)
