"""How does a result differ from zone to zone, and between groups of zones?"""

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from ecogis.document import Text
from ecogis.indicator import Better, Result
from ecogis.plan import Balance
from ecogis.result import scaled
from ecogis.spatial.zonal import OUTSIDE, by_zone

# values that agree in so many digits are the same
_SAME_DIGITS = 9
# what Chinese names of sub-districts end in, where a plan leaves it out
_SUFFIXES = ("街道", "地区", "街道办事处", "办事处", "乡", "镇")


def break_down(result: Result, zones: GeoDataFrame, better: Better) -> GeoDataFrame:
    """
    Return the result by zone: the rows' sums add up to the whole.

    Parameters
    ----------
    result
        A share, ratio or total; it has parts.
    zones
        Polygons with ``name``.
    better
        Which end of the values is worse, for the rank.

    Returns
    -------
    GeoDataFrame
        ``zone``, ``numerator``, ``denominator``, ``value`` (in the indicator's unit,
        NaN where a zone holds nothing to measure) and ``rank``: 1 is the zone where
        most is missing (a share: the largest remainder short of the whole, or the
        largest part where lower is better; else the worst value); what lies in no zone
        has none. Then what the result counts beside.
    """
    if result.parts is None:
        msg = "a scalar has no parts to break down"
        raise ValueError(msg)
    rows = by_zone(result.parts, zones, *result.counts)
    rows["value"] = _values(result, rows["numerator"], rows["denominator"])
    missing = _missing(result, rows, better).where(rows["zone"] != OUTSIDE)
    # zones that differ by the noise of cutting share a rank
    same = missing / (missing.abs().max() or 1.0)
    ranks = same.round(_SAME_DIGITS).rank(method="min", ascending=False)
    rows["rank"] = ranks.astype("Int64")
    return rows


def weigh(
    rows: GeoDataFrame, result: Result, balance: Balance
) -> tuple[pd.DataFrame, list[Text]]:
    """
    Hold groups of zones against each other.

    Parameters
    ----------
    rows
        What :func:`break_down` gave.
    result
        The result behind the rows.
    balance
        The groups, by zone names; the ending 街道, 地区, 乡 or 镇 may be left out.

    Returns
    -------
    tuple
        One row a group: ``group``, ``zones``, ``numerator``, ``denominator``,
        ``value``, ``ratio`` (to the highest group); and a note for each name that no
        zone has.
    """
    names = [str(name) for name in rows["zone"] if name != OUTSIDE]
    notes, groups = [], []
    for number, wanted in enumerate(balance.between):
        found = {name: _zone(name, names) for name in wanted}
        notes += [_unknown(name) for name, zone in found.items() if zone is None]
        inside = rows[rows["zone"].isin([zone for zone in found.values() if zone])]
        groups.append(
            {
                "group": str(_label(balance, number)),
                "zones": len(inside),
                "numerator": inside["numerator"].sum(),
                "denominator": inside["denominator"].sum(min_count=1),
            }
        )
    table = pd.DataFrame(groups)
    table["value"] = _values(result, table["numerator"], table["denominator"])
    highest = table["value"].max()
    table["ratio"] = table["value"] / highest if highest else np.nan
    return table, notes


def _values(result: Result, top: pd.Series, bottom: pd.Series) -> pd.Series:
    if result.kind == "total":
        return top.map(lambda amount: scaled(result.scale, amount))
    values = [
        scaled(result.scale, part, whole) if whole > 0 else np.nan
        for part, whole in zip(top, bottom, strict=True)
    ]
    return pd.Series(values, top.index, dtype=float)


def _missing(result: Result, rows: GeoDataFrame, better: Better) -> pd.Series:
    if result.kind == "share":
        rest = rows["denominator"] - rows["numerator"]
        return rest if better == "higher" else rows["numerator"]
    return -rows["value"] if better == "higher" else rows["value"]


def _zone(name: str, names: list[str]) -> str | None:
    wanted = [name, *(name + suffix for suffix in _SUFFIXES)]
    return next((zone for zone in wanted if zone in names), None)


def _label(balance: Balance, number: int) -> Text:
    if balance.names is not None:
        return balance.names[number]
    joined = "、".join(balance.between[number])
    return Text(en=joined, zh=joined)


def _unknown(name: str) -> Text:
    return Text(
        en=f"balance: no zone is called {name!r}",
        zh=f"均衡比较：没有名为“{name}”的分区",
    )
