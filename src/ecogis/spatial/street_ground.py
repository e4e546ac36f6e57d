"""What ground do streets take up?"""

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.spatial.homes import column_or
from ecogis.spatial.overlay import dissolve
from ecogis.table import table

_NO_WIDTH = Text(
    en="{count} of {all} streets state no width; that of their class is taken (tables "
    "road_width and street_width, confidence low)",
    zh="{all} 条道路中 {count} 条无宽度，按道路等级取值（road_width、street_width 表，"
    "可信度较低）",
)
_UNKNOWN = Text(
    en="{count} streets of a class without a width are left out: {classes}",
    zh="{count} 条道路的等级无对应宽度，未计入：{classes}",
)
_TUNNELS = Text(
    en="{count} streets in tunnels are left out", zh="{count} 条隧道内的道路未计入"
)


def street_ground(roads: GeoDataFrame) -> tuple[NDArray[Any], tuple[Text, ...]]:
    """
    Return the ground of streets as separate polygons, and what had to be assumed.

    Each line is widened by half its width, with round ends that close crossings.

    Parameters
    ----------
    roads
        Lines with ``class``, optionally ``width_m`` and ``tunnel`` (``yes`` leaves a
        line out). A width that is missing or 0 is taken from the class.

    Raises
    ------
    LayerError
        Streets have neither of the fields ``class`` and ``width_m``.
    """
    if not {"class", "width_m"} & set(roads.columns):
        msg = (
            "roads: fields 'class' and 'width_m' are missing, so that no street has a "
            "width; state one of them in the plan's [sources]"
        )
        raise LayerError(msg, "roads：缺少字段 class 与 width_m，无法确定道路宽度")
    above = roads
    if "tunnel" in roads:
        above = roads[~roads["tunnel"].eq("yes").fillna(value=False).to_numpy(bool)]
    widths = {
        name: float(row.columns["width_m"])
        for rows in (table("road_width"), table("street_width"))
        for name, row in rows.items()
    }
    classes = pd.Series(column_or(above, "class", "?")).astype(str)
    classes = classes.str.removesuffix("_link")
    by_class = np.array([widths.get(name, np.nan) for name in classes], dtype=float)
    stated = np.zeros(len(above))
    if "width_m" in above:
        stated = above["width_m"].to_numpy(float)
    width_m = np.where(stated > 0, stated, by_class)
    known = ~np.isnan(width_m)
    lines = np.asarray(above.geometry.values)[known]
    ground = dissolve(shapely.buffer(lines, width_m[known] / 2, quad_segs=8))
    notes = []
    if assumed := int((known & ~(stated > 0)).sum()):
        notes.append(_NO_WIDTH.format(count=assumed, all=int(known.sum())))
    if left := int((~known).sum()):
        names = ", ".join(sorted(set(classes[~known])))
        notes.append(_UNKNOWN.format(count=left, classes=names))
    if below := len(roads) - len(above):
        notes.append(_TUNNELS.format(count=below))
    return ground, tuple(notes)
