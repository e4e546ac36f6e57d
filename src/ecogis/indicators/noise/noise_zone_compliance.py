"""Do the stations of the acoustic zones keep the limits of their class?"""

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import indicator
from ecogis.result import Result
from ecogis.spatial.acoustic import class_at, class_names
from ecogis.spatial.levels import FIELDS, PERIODS, Period, levels_of
from ecogis.table import table

Asked = Literal["both", "day", "night"]
_ASKED = {"both": Text(en="day and night", zh="昼夜"), **PERIODS}
_LAYER = "noise_stations"
_PERIODS: tuple[tuple[Period, str], ...] = (
    ("day", FIELDS["day"]),
    ("night", FIELDS["night"]),
)
_COLUMNS = ("name", "class", "ld_db", "ln_db", "over_db", "met")
_NO_CLASS = Text(
    en="{count} stations lie in no zone and state no class of GB 3096; left out",
    zh="{count} 个监测点不在声环境功能区内且未注明类别，未计入",
)
_NO_LEVEL = Text(
    en="{count} stations without a level by {period} are left out",
    zh="{count} 个监测点缺少{period}声级，未计入",
)
_BY_CLASS = Text(
    en="class {name} by {period}: {met} of {all} stations within {limit_db:g} dB",
    zh="{name}类{period}：{all} 个监测点中 {met} 个不超过 {limit_db:g} 分贝",
)


@indicator(
    title={
        "en": "Noise stations within the limits of their class, {period}",
        "zh": "功能区声环境监测点{period}达标率",
    },
    unit="%",
    better="higher",
    standard="GB 3096-2008",
    confidence="verified",
    words={"period": _ASKED},
    draws=("noise_stations_met",),
)
def noise_zone_compliance(
    area: StudyArea,
    noise_stations: GeoDataFrame,
    noise_zones: GeoDataFrame | None = None,
    *,
    period: Asked = "both",
) -> Result:
    """
    Share of the stations whose levels keep the limits of their acoustic class.

    Levels are compared as measured, not rounded: 55.04 dB is above 55 dB. A station is
    of the class that it states, else of the zone that holds it, the quieter where zones
    overlap; class 4 without a letter is taken as 4a.

    Parameters
    ----------
    area
        Only stations inside it or on its border count.
    noise_stations
        Points with ``ld_db`` and ``ln_db``, the equivalent levels by day and by night
        in dB (only the one that ``period`` asks for is needed), optionally with
        ``class`` and ``name``.
    noise_zones
        Polygons with ``class``, for stations that do not state theirs, or None.
    period
        ``"day"``, ``"night"``, or ``"both"``: by day and by night.

    Returns
    -------
    Result
        Percent of the stations; None where there are none. The table counts them by
        class and period (``class``, ``period``, ``limit_db``, ``count``, ``met``,
        ``percent``, ``highest_db``). Draws ``noise_stations_met`` (field ``met``).

    Raises
    ------
    LayerError
        The stations have no level for a period that is asked for.

    Source
    ------
    GB 3096-2008 (table 1): by day and by night at most 50 and 40 dB in class 0, 55 and
    45 in 1, 60 and 50 in 2, 65 and 55 in 3, 70 and 55 in 4a, 70 and 60 in 4b.
    """
    periods: tuple[Period, ...] = ("day", "night") if period == "both" else (period,)
    stations = _stations(area, noise_stations, noise_zones, periods)
    classed = stations["class"].notna()
    measured = stations[[FIELDS[one] for one in periods]].notna().all(axis=1)
    counted = stations[classed & measured].reset_index(drop=True)
    over_db = np.column_stack([_over(counted, one) for one in periods])
    counted["over_db"] = over_db.max(axis=1, initial=-np.inf)
    counted["met"] = counted["over_db"] <= 0
    rows = _by_class(counted, periods)
    notes = [_counted(row) for row in rows.to_dict("records")]
    if not classed.all():
        notes.append(_NO_CLASS.format(count=int((~classed).sum())))
    return Result.share(
        area,
        part=counted[counted["met"]],
        rest=counted[~counted["met"]],
        by="count",
        notes=(*notes, *_unmeasured(stations[classed], periods)),
        table=rows,
        noise_stations_met=counted[[*_COLUMNS, "geometry"]],
    )


def _stations(
    area: StudyArea,
    noise_stations: GeoDataFrame,
    noise_zones: GeoDataFrame | None,
    periods: tuple[Period, ...],
) -> GeoDataFrame:
    """Return the stations inside with their class, where it is known, and levels."""
    inside = area.inside(noise_stations)
    none = np.full(len(inside), None)
    classes = class_names(inside.get("class", none))
    unknown = pd.isna(classes)
    if noise_zones is not None and unknown.any():
        points = inside.geometry.to_numpy()[unknown]
        classes[unknown] = class_at(points, noise_zones)
    stations = GeoDataFrame(
        {"name": np.asarray(inside.get("name", none)), "class": classes},
        geometry=inside.geometry.to_numpy(),
        crs=inside.crs,
    )
    for one, field in _PERIODS:
        asked = one in periods or field in inside
        stations[field] = levels_of(inside, _LAYER, one) if asked else np.nan
    return stations


def _limits(classes: pd.Series, period: Period) -> NDArray[np.float64]:
    rows = table("noise_limits")
    return np.array([rows[name].columns[f"{period}_db"] for name in classes], float)


def _over(stations: GeoDataFrame, period: Period) -> NDArray[np.float64]:
    """Return by how many dB each station is above its limit; negative is below."""
    levels_db = stations[FIELDS[period]].to_numpy(float)
    return levels_db - _limits(stations["class"], period)


def _by_class(stations: GeoDataFrame, periods: tuple[Period, ...]) -> pd.DataFrame:
    """Return how many stations of each class keep each limit."""
    columns = "class", "period", "limit_db", "count", "met", "percent", "highest_db"
    rows: list[tuple[Any, ...]] = []
    for name in sorted(set(stations["class"])):
        of_class = stations[stations["class"] == name]
        for period in periods:
            count, met = len(of_class), int((_over(of_class, period) <= 0).sum())
            limit_db = table("noise_limits")[name].columns[f"{period}_db"]
            highest_db = float(of_class[FIELDS[period]].max())
            rows.append(
                (name, period, limit_db, count, met, 100 * met / count, highest_db)
            )
    return pd.DataFrame(rows, columns=list(columns))


def _counted(row: dict[Any, Any]) -> Text:
    said = {"name": row["class"], "all": row["count"], "met": row["met"]}
    name = PERIODS[row["period"]]
    return _BY_CLASS.format(**said, limit_db=row["limit_db"], period=name)


def _unmeasured(stations: GeoDataFrame, periods: tuple[Period, ...]) -> Iterator[Text]:
    for period in periods:
        count = int(stations[FIELDS[period]].isna().sum())
        if count:
            yield _NO_LEVEL.format(count=count, period=PERIODS[period])
