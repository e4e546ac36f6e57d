"""How loud are the roads on average, metre for metre?"""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
from geopandas import GeoDataFrame

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
from ecogis.spatial.overlay import cut
from ecogis.table import table

_LOUDEST = Text(
    en="{loud_km:.4g} of {all_km:.4g} km measured are above the {limit_db:g} dB of "
    "class 4a",
    zh="监测路段总长 {all_km:.4g} 公里，其中 {loud_km:.4g} 公里超过4a类限值 "
    "{limit_db:g} 分贝",
)
_UNKNOWN = Text(
    en="{count} sections ({length_km:.4g} km) without a level are left out",
    zh="{count} 条路段（{length_km:.4g} 公里）缺少声级，未计入",
)


@indicator(
    title={
        "en": "Noise along roads by {period}, mean weighted by length",
        "zh": "道路交通噪声平均值（{period}）",
    },
    unit="dB",
    better="lower",
    standard="HJ 640-2012",
    confidence="high",
    words={"period": PERIODS},
    draws=("road_noise_levels",),
)
def road_noise_mean(
    area: StudyArea,
    road_noise: GeoDataFrame,
    *,
    period: Period = "day",
) -> Result:
    """
    Mean level of the measured road sections, each weighted by its length.

    The mean is the arithmetic one of the decibels, as the monitoring rule has it, not
    that of the energies: 1 km at 68 dB and 3 km at 72 dB make 71.0 dB. A section that
    crosses the boundary counts with its length inside.

    Parameters
    ----------
    area
        Sections are cut to it.
    road_noise
        Lines with ``ld_db`` (or ``ln_db`` by night), the equivalent level in dB,
        optionally with ``name``; a section stands for its own length.
    period
        ``"day"`` or ``"night"``.

    Returns
    -------
    Result
        dB: the sum of metres times dB over the sum of metres; None without a level. The
        table lists the sections from the loudest (``name``, ``level_db``, ``length_m``,
        ``grade``). Draws ``road_noise_levels`` (field ``grade``, ``1`` to ``5``).

    Raises
    ------
    LayerError
        The layer has no level for the period.

    Source
    ------
    HJ 640-2012: the mean of road traffic noise is the sum of each section's length
    times its level over the sum of lengths; grades by day up to 68.0, 70.0, 72.0 and
    74.0 dB, by night 10 dB lower. Uncertain: the standard's text was not at hand.
    """
    sections, lost = _sections(area, road_noise, period)
    length_m = sections["length_m"].to_numpy(float)
    value = mean_db(sections["level_db"].to_numpy(float), length_m)
    result = Result.ratio(
        sections[["geometry"]].assign(
            numerator=length_m * sections["level_db"], denominator=length_m
        ),
        table=_table(sections),
        road_noise_levels=sections,
    )
    notes = *grade_note(value, f"road_{period}", period), *_told(sections, lost, period)
    return replace(result, value=value, notes=notes)


def _sections(
    area: StudyArea, road_noise: GeoDataFrame, period: Period
) -> tuple[GeoDataFrame, GeoDataFrame]:
    """Return the sections inside with their level and grade, and those without one."""
    levels_db = levels_of(road_noise, "road_noise", period)
    named = road_noise["name"].to_numpy(object) if "name" in road_noise else None
    sections = GeoDataFrame(
        {"name": named, "level_db": levels_db},
        geometry=road_noise.geometry.to_numpy(),
        crs=road_noise.crs,
    )
    sections = cut(sections, area.boundary).reset_index(drop=True)
    sections["length_m"] = area.measure(sections)
    known = sections["level_db"].notna().to_numpy()
    found = sections[known].reset_index(drop=True)
    found["grade"] = grades(found["level_db"], f"road_{period}")
    return found, sections[~known]


def _told(sections: GeoDataFrame, lost: GeoDataFrame, period: Period) -> Iterator[Text]:
    limit_db = table("noise_limits")["4a"].columns[f"{period}_db"]
    loud = sections["level_db"] > limit_db
    yield _LOUDEST.format(
        loud_km=sections.loc[loud, "length_m"].sum() / 1e3,
        all_km=sections["length_m"].sum() / 1e3,
        limit_db=limit_db,
    )
    if len(lost):
        length_km = lost["length_m"].sum() / 1e3
        yield _UNKNOWN.format(count=len(lost), length_km=length_km)


def _table(sections: GeoDataFrame) -> pd.DataFrame:
    rows = pd.DataFrame(sections[["name", "level_db", "length_m", "grade"]])
    return rows.sort_values(
        ["level_db", "length_m"], ascending=False, kind="stable", ignore_index=True
    )
