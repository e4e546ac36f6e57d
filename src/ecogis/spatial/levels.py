"""Which measured levels are known, what grade are they of, and how are they written?"""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from itertools import count
from typing import Any, Literal

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import ArrayLike, NDArray

from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.table import table

Period = Literal["day", "night"]
FIELDS: dict[str, str] = {"day": "ld_db", "night": "ln_db"}
PERIODS: dict[str, Text] = {
    "day": Text(en="day", zh="昼间"),
    "night": Text(en="night", zh="夜间"),
}
GRADES: dict[str, Text] = {
    "1": Text(en="first grade (good)", zh="一级（好）"),
    "2": Text(en="second grade (fairly good)", zh="二级（较好）"),
    "3": Text(en="third grade (fair)", zh="三级（一般）"),
    "4": Text(en="fourth grade (fairly poor)", zh="四级（较差）"),
    "5": Text(en="fifth grade (poor)", zh="五级（差）"),
}
_GRADED = Text(
    en="{level} dB by {period}: {grade} of HJ 640-2012; the table of grades was not "
    "checked against the text itself",
    zh="{period}平均 {level} 分贝，为 HJ 640-2012 的{grade}；等级表未与原文核对",
)


def levels_of(frame: GeoDataFrame, layer: str, period: Period) -> NDArray[np.float64]:
    """
    Return the levels of a period in dB; what was not measured is NaN.

    Raises
    ------
    LayerError
        The layer has no field for the period.
    """
    name = FIELDS[period]
    if name not in frame:
        other = FIELDS["night" if period == "day" else "day"]
        has = f"it has {other}; " if other in frame else ""
        msg = (
            f"{layer}: field {name!r} is missing, the level by {period} in dB; {has}"
            f'state fields = {{ {name} = "THEIR_NAME" }} in the plan\'s [sources]'
        )
        raise LayerError(
            msg,
            f"{layer}：缺少{PERIODS[period].zh}声级字段 {name!r}；"
            f'请在 [sources] 中写明 fields = {{ {name} = "字段名" }}',
        )
    return np.asarray(frame[name].to_numpy(dtype=float, na_value=np.nan))


def mean_db(
    levels_db: NDArray[np.float64], weights: NDArray[np.float64]
) -> float | None:
    """
    Return the weighted arithmetic mean of levels, exact in decimals; None of nothing.

    Sections of 70.0 dB average 70.0, whatever their lengths: no limit may be missed by
    a last digit.
    """
    exact = [Fraction(weight) for weight in weights.tolist()]
    levels = [Fraction(repr(level)) for level in levels_db.tolist()]
    whole = sum(exact)
    top = sum(weight * level for weight, level in zip(exact, levels, strict=True))
    return float(top / whole) if whole > 0 else None


def grades(levels_db: ArrayLike, scheme: str) -> NDArray[Any]:
    """
    Return the grade of each level, ``"1"`` to ``"5"``; None where there is no level.

    A level is held as it is, not rounded, against the highest level of each grade.

    Parameters
    ----------
    levels_db
        Levels in dB.
    scheme
        A row of the table ``noise_grades``: ``area_day``, ``road_night``, ...
    """
    highest_db = table("noise_grades")[scheme].columns["highest_db"]
    levels = np.atleast_1d(np.asarray(levels_db, dtype=float))
    names = np.array([str(n + 1) for n in range(len(highest_db) + 1)], dtype=object)
    found = names[np.searchsorted(highest_db, levels, side="left")]
    found[np.isnan(levels)] = None
    return found


def written(level_db: float, scheme: str) -> str:
    """
    Return a level as it is shown: to 0.1 dB, halves to the even digit (GB/T 8170).

    Digits are added until the number shown is of the grade that the level has.
    """
    exact, grade = Decimal(repr(float(level_db))), grades(level_db, scheme)[0]
    shown = (
        exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
        for places in count(1)
    )
    return str(next(text for text in shown if grades(float(text), scheme)[0] == grade))


def grade_note(level_db: float | None, scheme: str, period: Period) -> list[Text]:
    """Return what grade a mean level is of; nothing where there is no mean."""
    if level_db is None:
        return []
    grade = GRADES[grades(level_db, scheme)[0]]
    level = written(level_db, scheme)
    return [_GRADED.format(level=level, period=PERIODS[period], grade=grade)]
