"""What changes in the sound of two rows: on the ground, at façades, by road?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from ecogis.document import Text
from ecogis.raster import Raster
from ecogis.result import Result
from ecogis.scorecard import Score
from ecogis.spatial.contours import level_areas

NOISE, FACADES, ROADS = "noise_change", "facade_change", "loudest_roads"
# decibels between the classes of a change; less than one is not heard
EDGES_DB = (-5.0, -3.0, -1.0, 1.0, 3.0, 5.0)
CLASSES = ("down_5", "down_3", "down_1", "within_1", "up_1", "up_3", "up_5")
_GRIDS = {
    "noise_lden": Text(en="Lden map", zh="Lden 噪声图"),
    "noise_day": Text(en="noise map by day", zh="昼间噪声图"),
    "noise_night": Text(en="noise map by night", zh="夜间噪声图"),
}
_LEVELS = "facade_levels"
_PEOPLE = ("people_before", "people_after", "people_change")
_KEPT = ("name", "use", "class", "limit_db", "people")
_OTHER_GRID = Text(
    en="{name}: the grids lie elsewhere or have other cells; take one grid_m for both",
    zh="{name}：前后网格位置或大小不同，请使用同一 grid_m",
)
_ONE_GRID = Text(
    en="{name}: only {side} has this grid; state grid_m on both sides",
    zh="{name}：仅{side}有该网格，请两侧均设置 grid_m",
)
_SIDES = (Text(en="before", zh="前侧"), Text(en="after", zh="后侧"))
_SPREAD = Text(
    en="{name}: {mean} dB on average, {low} to {high} dB "
    "({known} of {cells} cells known in both)",
    zh="{name}：平均 {mean} 分贝，{low} 至 {high} 分贝"
    "（{cells} 个网格中 {known} 个前后均已知）",
)
_LIMIT = Text(
    en="{newly} buildings are newly above the limit, {no_longer} no longer "
    "({before} before, {after} after, of {both} of one shape on both sides)",
    zh="新增超标建筑 {newly} 栋，不再超标 {no_longer} 栋"
    "（前 {before} 栋，后 {after} 栋；前后轮廓相同的建筑 {both} 栋）",
)
_SILENT = Text(
    en="{count} of these hear no road on one side or both: no change in dB is stated",
    zh="其中 {count} 栋至少一侧听不到道路噪声，不计算声级变化",
)
_ALONE = Text(
    en="not compared: {count} buildings known on one side only or of another shape",
    zh="{count} 栋建筑仅一侧已知或轮廓不同，未比较",
)
_OTHER_BUILDINGS = Text(
    en="no building has the same shape on both sides: none is compared",
    zh="前后没有轮廓相同的建筑，未作逐栋比较",
)
_OTHER_PERIOD = Text(
    en="façades and roads are not compared: the sides have different periods",
    zh="前后时段不同，未比较立面与道路",
)


@dataclass(frozen=True)
class SoundChange:
    """
    What changes in the sound of a row.

    Attributes
    ----------
    drawn
        ``noise_change`` (multipolygons with ``from_db``, ``to_db``) and
        ``facade_change`` (``before_db``, ``after_db``, ``change_db``: NaN where nothing
        is heard; ``limit``: ``newly_above``, ``no_longer_above`` or nothing).
    rasters
        After less before in dB, as ``<name>_change``; NaN where either is unknown.
    table
        Buildings and people by class of change; None without façades.
    roads
        Named roads: buildings above the limit that each is the loudest before.
    counts
        Of buildings, as the notes state them.
    notes
        What is counted, and what could not be compared.
    """

    drawn: Mapping[str, GeoDataFrame] = field(default_factory=dict)
    rasters: Mapping[str, Raster] = field(default_factory=dict)
    table: pd.DataFrame | None = None
    roads: pd.DataFrame | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()


def heard(before: Score, after: Score) -> SoundChange:
    """Return what changes in the grids, façades and roads that both sides have."""
    one, other = before.result, after.result
    alike = before.goal.indicator == after.goal.indicator
    if one is None or other is None or not alike:
        return SoundChange()
    rasters, notes = grid_changes(one.rasters, other.rasters)
    drawn: dict[str, GeoDataFrame] = {}
    shown = f"noise_{after.goal.resolved.get('period', '')}_change"
    shown = shown if shown in rasters else next(iter(rasters), "")
    if shown:
        bands = level_areas(rasters[shown], (-np.inf, *EDGES_DB))
        drawn[NOISE] = bands.replace({"from_db": -np.inf}, np.nan)
    whole = SoundChange(drawn, rasters, notes=tuple(notes))
    if _LEVELS not in one.drawn or _LEVELS not in other.drawn:
        return whole
    if before.goal.resolved.get("period") != after.goal.resolved.get("period"):
        return replace(whole, notes=(*notes, _OTHER_PERIOD))
    return _with_facades(whole, one, other)


def _with_facades(found: SoundChange, one: Result, other: Result) -> SoundChange:
    """Return what changes with the façades and the loudest roads of one period."""
    built, counts = facade_changes(known_buildings(one), known_buildings(other))
    roads = None
    if ROADS in one.drawn and ROADS in other.drawn:
        roads = road_changes(one.drawn[ROADS], other.drawn[ROADS])
    return replace(
        found,
        drawn={**found.drawn, **({FACADES: built} if len(built) else {})},
        table=by_class(built) if built["change_db"].notna().any() else None,
        roads=roads,
        counts=counts,
        notes=(*found.notes, *_told(counts)),
    )


def grid_changes(
    before: Mapping[str, Raster], after: Mapping[str, Raster]
) -> tuple[dict[str, Raster], list[Text]]:
    """Return after less before for each grid of one name and place, and what is not."""
    found: dict[str, Raster] = {}
    notes = []
    for name in dict.fromkeys([*before, *after]):
        said = _GRIDS.get(name, name)
        if name not in before or name not in after:
            notes.append(_ONE_GRID.format(name=said, side=_SIDES[int(name in after)]))
            continue
        one, other = before[name], after[name]
        if _place(one) != _place(other):
            notes.append(_OTHER_GRID.format(name=said))
            continue
        values = other.amounts - one.amounts
        found[f"{name}_change"] = Raster(values, other.transform, other.crs)
        notes += _spread(said, values)
    return found, notes


def known_buildings(result: Result) -> GeoDataFrame:
    """Return all buildings counted, as drawn; what hears nothing has NaN instead."""
    heard_at = result.drawn[_LEVELS]
    if result.parts is None or "building" not in result.parts:
        return heard_at
    every = GeoDataFrame(geometry=result.parts["building"].tolist(), crs=heard_at.crs)
    drawn, counted = (
        pd.MultiIndex.from_frame(_shapes(frame)[["shape", "number"]])
        for frame in (heard_at, every)
    )
    shapes = [*heard_at.geometry, *every.geometry[~counted.isin(drawn)]]
    known = heard_at.drop(columns="geometry").reset_index(drop=True)
    known = known.reindex(range(len(shapes)))
    return GeoDataFrame(known, geometry=shapes, crs=heard_at.crs)


def facade_changes(
    before: GeoDataFrame, after: GeoDataFrame
) -> tuple[GeoDataFrame, dict[str, int]]:
    """
    Return the change of ``level_db`` of each building of the same shape on both sides.

    Returns
    -------
    tuple
        The buildings of both that either side hears, and counts: ``both``, ``alone``
        (on one side only) and, of both, ``silent`` (no change is known: a side hears
        nothing), ``before``, ``after``, ``newly``, ``no_longer`` above the limit.
    """
    keys = [_shapes(frame) for frame in (before, after)]
    same = keys[0].merge(
        keys[1], on=["shape", "number"], suffixes=("_before", "_after")
    )
    one = before.iloc[same["at_before"]].reset_index(drop=True)
    other = after.iloc[same["at_after"]].reset_index(drop=True)
    over = [frame["over_db"].notna().to_numpy() for frame in (one, other)]
    newly, no_longer = over[1] & ~over[0], over[0] & ~over[1]
    limit = np.full(len(same), None, dtype=object)
    limit[newly], limit[no_longer] = "newly_above", "no_longer_above"
    levels = [frame["level_db"].to_numpy(float) for frame in (one, other)]
    change = levels[1] - levels[0]
    named = [name for name in _KEPT if name in other]
    # what hears nothing after is described as before
    told = other[named].where(other["level_db"].notna(), one.reindex(columns=named))
    built = told.assign(
        before_db=levels[0], after_db=levels[1], change_db=change + 0.0, limit=limit
    )
    counts = {
        "both": len(same),
        "alone": len(before) + len(after) - 2 * len(same),
        "silent": int(np.isnan(change).sum()),
        "before": int(over[0].sum()),
        "after": int(over[1].sum()),
        "newly": int(newly.sum()),
        "no_longer": int(no_longer.sum()),
    }
    once = ~np.isnan(levels).all(axis=0)
    shapes = other.geometry.to_numpy()[once]
    return GeoDataFrame(built[once], geometry=shapes, crs=after.crs), counts


def by_class(built: GeoDataFrame) -> pd.DataFrame:
    """Return ``change`` (of :data:`CLASSES`), ``buildings``, ``people`` where known."""
    built = built[built["change_db"].notna()]
    number = np.searchsorted(EDGES_DB, built["change_db"].to_numpy(float), side="right")
    count = len(CLASSES)
    buildings = np.bincount(number, minlength=count)
    table = pd.DataFrame({"change": CLASSES, "buildings": buildings})
    if built["people"].isna().all():
        return table
    people = np.nan_to_num(built["people"].to_numpy(float))
    return table.assign(people=np.bincount(number, people, minlength=count))


def road_changes(before: GeoDataFrame, after: GeoDataFrame) -> pd.DataFrame | None:
    """
    Return the named roads that are loudest before buildings above the limit.

    Returns
    -------
    DataFrame or None
        ``road``, ``before``, ``after``, ``change`` (buildings), and the same of people
        (``people_before`` ...) where known; the largest change first. None without any.
    """
    columns: dict[str, pd.Series] = {}
    for counted, ends in (("buildings", ""), ("people", "people_")):
        sums = [
            frame.groupby("name")[counted].sum(min_count=1) for frame in (before, after)
        ]
        # a road that is not drawn is the loudest before none
        names = sums[0].index.union(sums[1].index)
        one, other = (each.reindex(names, fill_value=0).astype(float) for each in sums)
        columns |= {f"{ends}before": one, f"{ends}after": other}
        columns[f"{ends}change"] = other - one
    found = pd.DataFrame(columns).rename_axis("road").reset_index()
    order = (-found["change"].abs()).argsort(kind="stable")
    found = found.iloc[order].reset_index(drop=True)
    found = found.drop(columns=[n for n in _PEOPLE if found[n].isna().all()])
    return found if len(found) else None


def _told(counts: Mapping[str, int]) -> Sequence[Text]:
    if not counts["both"]:
        return [_OTHER_BUILDINGS]
    more = {"silent": _SILENT, "alone": _ALONE}
    told = [text.format(count=counts[key]) for key, text in more.items() if counts[key]]
    return [_LIMIT.format(**counts), *told]


def _shapes(frame: GeoDataFrame) -> pd.DataFrame:
    """Return each building's shape, and which of several equal ones it is."""
    shape = pd.Series(frame.geometry.to_numpy(), dtype=object).map(lambda one: one.wkb)
    keys = pd.DataFrame({"shape": shape, "at": np.arange(len(frame))})
    return keys.assign(number=keys.groupby("shape").cumcount())


def _place(grid: Raster) -> tuple[object, ...]:
    rows_and_columns = np.shape(grid.values)
    return rows_and_columns, tuple(grid.transform), grid.crs


def _spread(name: Text | str, values: np.ndarray) -> list[Text]:
    known = values[np.isfinite(values)]
    if not len(known):
        return []
    numbers = {"mean": known.mean(), "low": known.min(), "high": known.max()}
    # no number is shown as -0.0
    signed = {key: f"{round(float(n), 1) + 0.0:+.1f}" for key, n in numbers.items()}
    shown = {key: text.replace("-", "−") for key, text in signed.items()}
    counts = {"known": f"{known.size:,}", "cells": f"{values.size:,}"}
    return [_SPREAD.format(name=name, **shown, **counts)]
