"""Which buildings are homes, and how much room is in them?"""

from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.document import Text
from ecogis.table import table

# uses in which nobody is at home; a use that is not stated or not known may be a home
NO_HOME = ("commercial", "industrial", "public", "school", "hospital", "care", "other")
RESIDENTIAL = "residential"

_HOMES = Text(
    en="people live in {homes} buildings, by floor area",
    zh="人口按建筑面积分配到 {homes} 栋建筑",
)
_UNSTATED = Text(
    en="{unstated} of {homes} buildings do not state a known use: they count as homes",
    zh="{homes} 栋建筑中 {unstated} 栋用途不明，按住宅计",
)
_NO_FLOORS = Text(
    en="{count} of {homes} homes state no floors: {by_height} go by their height "
    "({floor_height_m:g} m a floor), {by_default} by default ({floors:g})",
    zh="{homes} 栋住宅中 {count} 栋无层数：{by_height} 栋按高度折算"
    "（层高 {floor_height_m:g} 米），{by_default} 栋按默认 {floors:g} 层计",
)


def homes_of(buildings: GeoDataFrame) -> GeoDataFrame:
    """
    Return the buildings that may be homes.

    Whatever is not known to be used otherwise is one. Floors that are missing or 0 are
    the height over the height of a floor, at least one, or else the default of the
    table ``homes``.

    Parameters
    ----------
    buildings
        Polygons, optionally with ``name``, ``use``, ``floors``, ``height_m``.

    Returns
    -------
    GeoDataFrame
        ``name``, ``use``, ``floors``, ``floors_by`` (``"floors"``, ``"height"``,
        ``"default"``), ``home`` (True).
    """
    chosen = ~np.isin(column_or(buildings, "use", None).astype(str), NO_HOME)
    kept = buildings[chosen]
    floors, by = _floors(kept)
    return GeoDataFrame(
        {
            "name": column_or(kept, "name", None),
            "use": column_or(kept, "use", None),
            "floors": floors,
            "floors_by": by,
            "home": np.ones(len(kept), dtype=bool),
        },
        geometry=np.asarray(kept.geometry.values),
        crs=buildings.crs,
    )


def told_of(homes: GeoDataFrame) -> tuple[Text, ...]:
    """Return what a reader has to know of homes that :func:`homes_of` gave."""
    unstated = int((homes["use"] != RESIDENTIAL).sum())
    notes = [_HOMES.format(homes=len(homes))]
    if unstated:
        notes.append(_UNSTATED.format(homes=len(homes), unstated=unstated))
    by_height = int((homes["floors_by"] == "height").sum())
    by_default = int((homes["floors_by"] == "default").sum())
    if missing := by_height + by_default:
        told = {"by_height": by_height, "by_default": by_default}
        row = table("homes")["floors"].columns
        notes.append(_NO_FLOORS.format(count=missing, homes=len(homes), **told, **row))
    return tuple(notes)


def column_or(frame: GeoDataFrame, name: str, missing: object) -> NDArray[Any]:
    """Return a column's values, with ``missing`` where there are none, or no column."""
    if name not in frame:
        return np.full(len(frame), missing, dtype=object)
    values = frame[name].to_numpy(object)
    return np.where(pd.isna(values), np.array(missing, dtype=object), values)


def _floors(homes: GeoDataFrame) -> tuple[NDArray[np.float64], NDArray[Any]]:
    """Return each home's floors, and what they go by."""
    row = table("homes")["floors"].columns
    stated = column_or(homes, "floors", np.nan).astype(float)
    height_m = column_or(homes, "height_m", np.nan).astype(float)
    missing = ~(stated > 0)
    high = missing & (height_m > 0)
    floors = np.where(missing, float(row["floors"]), stated)
    floors[high] = np.maximum(height_m[high] / float(row["floor_height_m"]), 1.0)
    by = np.full(len(homes), "floors", dtype=object)
    by[missing], by[high] = "default", "height"
    return floors, by
