"""Which buildings are sensitive to noise, and what stands around them?"""

from collections.abc import Collection
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError

Kind = Literal["residential", "school", "hospital", "care", "government", "research"]
KINDS: dict[str, Text] = {
    "residential": Text(en="homes", zh="住宅"),
    "school": Text(en="schools", zh="学校"),
    "hospital": Text(en="hospitals", zh="医院"),
    "care": Text(en="care homes", zh="养老福利机构"),
    "government": Text(en="offices of government", zh="机关办公"),
    "research": Text(en="research", zh="科研机构"),
}
# two footprints that share more than this of the smaller one are one building
_SAME = 0.5
_NO_KIND = Text(
    en="{count} buildings do not say of which kind they are; they count, as the layer "
    "holds noise-sensitive ones",
    zh="{count} 栋建筑未注明类型，按噪声敏感建筑物计入",
)
_OTHER_KIND = Text(
    en="{count} buildings of other kinds do not count, but stand in the way",
    zh="{count} 栋其他类型建筑不计入，但计遮挡",
)
_NO_YEAR = Text(
    en="{count} buildings without a year are not known to be new and do not count",
    zh="{count} 栋建筑缺少年份，无法判断是否新建，未计入",
)


def of_kinds(
    buildings: GeoDataFrame, kinds: Collection[str]
) -> tuple[GeoDataFrame, list[Text]]:
    """Return the buildings of these kinds or of none stated, and what was left out."""
    stated = buildings.get("kind", pd.Series(None, buildings.index, dtype=object))
    unknown = stated.isna().to_numpy(bool)
    chosen = unknown | stated.isin(list(kinds)).to_numpy(bool)
    counts = ((_NO_KIND, unknown), (_OTHER_KIND, ~chosen))
    notes = [text.format(count=int(m.sum())) for text, m in counts if m.any()]
    return buildings[chosen], notes


def of_years(
    buildings: GeoDataFrame, since_year: int | None
) -> tuple[GeoDataFrame, list[Text]]:
    """
    Return the buildings of that year or later, and how many do not state theirs.

    Raises
    ------
    LayerError
        A year is asked for, and the layer has no field for it.
    """
    if since_year is None:
        return buildings, []
    if "year" not in buildings:
        msg = (
            f"sensitive_buildings: field 'year' is missing, which since_year = "
            f"{since_year} asks for; state it in the plan's [sources], or leave "
            "since_year out"
        )
        raise LayerError(
            msg, "sensitive_buildings：缺少字段 'year'，无法按 since_year 筛选新建建筑"
        )
    years = buildings["year"].to_numpy(dtype=float, na_value=np.nan)
    known = years > 0
    notes = [_NO_YEAR.format(count=int((~known).sum()))] if not known.all() else []
    return buildings[known & (years >= since_year)], notes


def floor_area(area: StudyArea, buildings: GeoDataFrame) -> NDArray[np.float64]:
    """
    Return each building's floor area in m², NaN where it is unknown.

    As stated (``gfa_m2``), else the footprint times ``floors``; 0 is unknown.
    """
    none = np.full(len(buildings), np.nan)
    stated, floors = (
        buildings[name].to_numpy(dtype=float, na_value=np.nan)
        if name in buildings
        else none
        for name in ("gfa_m2", "floors")
    )
    by_floors = np.where(floors > 0, area.measure(buildings) * floors, np.nan)
    return np.where(stated > 0, stated, by_floors)


def standing(
    sensitive: GeoDataFrame, buildings: GeoDataFrame | None
) -> NDArray[np.object_]:
    """
    Return every building's footprint, once.

    A building that both layers hold is drawn as the sensitive ones are: another
    outline of the same house must not stand in front of its own windows.
    """
    shapes = np.asarray(sensitive.geometry.values)
    if buildings is None:
        return shapes
    others = np.asarray(buildings.geometry.values)
    one, other = shapely.STRtree(others).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[one], others[other]))
    smaller = np.minimum(shapely.area(shapes[one]), shapely.area(others[other]))
    twice = np.zeros(len(others), dtype=bool)
    twice[other[shared > _SAME * smaller]] = True
    return np.concatenate([shapes, others[~twice]])
