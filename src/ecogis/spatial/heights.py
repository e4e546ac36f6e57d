"""How high is each building, and for how many had that to be assumed?"""

from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ecogis.document import Text
from ecogis.table import table

Floats: TypeAlias = NDArray[np.float64]

_BY_FLOORS = Text(
    en="{count} of {all} buildings state floors but no height: {metres:g} m a floor is "
    "taken (table building_height, confidence low)",
    zh="{all} 栋建筑中 {count} 栋有层数而无高度，按每层 {metres:g} m 计"
    "（building_height 表，可信度较低）",
)
_BY_DEFAULT = Text(
    en="{count} of {all} buildings state neither height nor floors: {metres:g} m is "
    "taken (table building_height, confidence low)",
    zh="{all} 栋建筑中 {count} 栋既无高度也无层数，按 {metres:g} m 计"
    "（building_height 表，可信度较低）",
)


def heights_m(buildings: pd.DataFrame) -> tuple[Floats, list[Text]]:
    """
    Return the height of each building above the ground, and what had to be assumed.

    Parameters
    ----------
    buildings
        Fields ``height_m`` and ``floors``, either or none; 0 is not stated.
    """
    rows = table("building_height")
    storey = float(rows["floor"].columns["height_m"])
    usual = float(rows["unknown"].columns["height_m"])
    stated, floors = (_stated(buildings, name) for name in ("height_m", "floors"))
    by_floors = np.isnan(stated) & ~np.isnan(floors)
    unknown = np.isnan(stated) & np.isnan(floors)
    notes = [
        said.format(count=int(which.sum()), all=len(buildings), metres=metres)
        for said, which, metres in (
            (_BY_FLOORS, by_floors, storey),
            (_BY_DEFAULT, unknown, usual),
        )
        if which.any()
    ]
    heights = np.where(by_floors, floors * storey, stated)
    return np.where(unknown, usual, heights), notes


def _stated(buildings: pd.DataFrame, name: str) -> Floats:
    if name not in buildings:
        return np.full(len(buildings), np.nan)
    values = pd.to_numeric(buildings[name], errors="coerce").to_numpy(dtype=float)
    return np.where(values > 0, values, np.nan)
