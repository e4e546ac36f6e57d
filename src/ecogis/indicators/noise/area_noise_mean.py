"""How loud is the area on average, grid point by grid point?"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import indicator
from ecogis.result import Result
from ecogis.spatial.levels import (
    PERIODS,
    Period,
    grade_note,
    grades,
    levels_of,
    mean_db,
)

# a city is to be laid out in at least so many equal cells
_ENOUGH = 100
_FEW = Text(
    en="{count} grid points have a level; HJ 640-2012 asks for at least {enough} in a "
    "city",
    zh="有声级的网格点 {count} 个；HJ 640-2012 要求城市有效网格不少于 {enough} 个",
)
_UNKNOWN = Text(
    en="{count} grid points without a level are left out",
    zh="{count} 个网格点缺少声级，未计入",
)


@indicator(
    title={
        "en": "Noise in the area by {period}, mean of the grid points",
        "zh": "区域环境噪声平均值（{period}）",
    },
    unit="dB",
    better="lower",
    standard="HJ 640-2012",
    confidence="high",
    words={"period": PERIODS},
    draws=("area_noise_levels",),
)
def area_noise_mean(
    area: StudyArea,
    noise_grid: GeoDataFrame,
    *,
    period: Period = "day",
) -> Result:
    """
    Arithmetic mean of the levels at the middles of equal grid cells.

    Every point counts the same, whatever lies around it; the mean is that of the
    decibels, as the monitoring rule has it, not that of the energies.

    Parameters
    ----------
    area
        Only points inside it or on its border count.
    noise_grid
        Points with ``ld_db`` (or ``ln_db`` by night), the equivalent level in dB,
        optionally with ``name``.
    period
        ``"day"`` or ``"night"``.

    Returns
    -------
    Result
        dB: the sum of levels over the number of points; None without a level. The table
        counts the points by grade (``grade``, ``count``, ``percent``). Draws
        ``area_noise_levels`` (field ``grade``, ``1`` to ``5``).

    Raises
    ------
    LayerError
        The layer has no level for the period.

    Source
    ------
    HJ 640-2012: the mean of area noise is the sum of the levels over the number of
    points, in a city at least 100 equal cells; grades by day up to 50.0, 55.0, 60.0 and
    65.0 dB, by night 10 dB lower. Uncertain: the standard's text was not at hand.
    """
    inside = area.inside(noise_grid)
    levels_db = levels_of(inside, "noise_grid", period)
    known = ~np.isnan(levels_db)
    points = GeoDataFrame(
        {
            "name": inside["name"].to_numpy(object) if "name" in inside else None,
            "level_db": levels_db,
        },
        geometry=inside.geometry.to_numpy(),
        crs=inside.crs,
    )[known].reset_index(drop=True)
    points["grade"] = grades(points["level_db"], f"area_{period}")
    value = mean_db(points["level_db"].to_numpy(float), np.ones(len(points)))
    result = Result.ratio(
        points[["geometry"]].assign(numerator=points["level_db"], denominator=1.0),
        table=_table(points),
        area_noise_levels=points,
    )
    notes = *grade_note(value, f"area_{period}", period), *_told(points, ~known)
    return replace(result, value=value, notes=notes)


def _told(points: GeoDataFrame, unknown: NDArray[np.bool_]) -> Iterator[Text]:
    if 0 < len(points) < _ENOUGH:
        yield _FEW.format(count=len(points), enough=_ENOUGH)
    if unknown.any():
        yield _UNKNOWN.format(count=int(unknown.sum()))


def _table(points: GeoDataFrame) -> pd.DataFrame:
    counted = points.groupby("grade").size()
    rows = pd.DataFrame({"grade": counted.index, "count": counted.to_numpy()})
    return rows.assign(percent=100 * rows["count"] / max(len(points), 1))
