"""One row before and after: how far apart, and is that better or worse?"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from shapely.geometry.base import BaseGeometry

from ecogis.area import StudyArea
from ecogis.compare.served import served_change
from ecogis.compare.sound import SoundChange, heard
from ecogis.document import Text
from ecogis.plan import Goal
from ecogis.scorecard import Score
from ecogis.spatial.zonal import OUTSIDE

Kind = Literal["better", "worse", "same", "changed", "unknown"]
# numbers that differ by less than this share of themselves are one
_SAME = 1e-9
# shapes that differ by less than this share of their area: cut in two projections
_SAME_GROUND = 1e-5
_UPWARD = {"at_least", "above", "no_loss", "rise"}
_DOWNWARD = {"at_most", "below", "eliminate", "fall"}
_SIDE = {
    "before": Text(en="before: {why}", zh="前：{why}"),
    "after": Text(en="after: {why}", zh="后：{why}"),
}
_NO_NUMBER = Text(en="no number", zh="无数据")
_OTHER = Text(
    en="not one measure: {before} before, {after} after",
    zh="前后不是同一指标：前为 {before}，后为 {after}",
)
_OTHER_PLACE = Text(
    en="not one place: the study areas differ",
    zh="前后研究范围不同，不作比较",
)
_STAND_IN = Text(
    en="one side is measured, the other reported: no change between the two",
    zh="一侧为计算值，另一侧为上报值，不作比较",
)


@dataclass(frozen=True)
class Pair:
    """
    A row of one plan and the row of the other that stands for the same.

    ``areas`` are the study areas of both sides, where they are known. ``zones`` has a
    row a zone, the largest change first: ``zone``, ``before``, ``after``, ``change``
    (NaN where either is unknown, or the zone has other ground), ``kind``, geometry.
    """

    before: Score
    after: Score
    areas: tuple[StudyArea | None, StudyArea | None] = (None, None)

    @property
    def row(self) -> str:
        """What the pair is called: the row's name, or both names."""
        one, other = self.before.goal.row, self.after.goal.row
        return one if one == other else f"{one}-{other}"

    @property
    def title(self) -> Text:
        """What is measured after, and before where that is called otherwise."""
        return self.after.title

    @property
    def unit(self) -> str:
        """The unit of the change, and of the number after."""
        return self.after.goal.shown_unit

    @property
    def units(self) -> tuple[str, str]:
        """The unit of each number; there is no change between two units."""
        return self.before.goal.shown_unit, self.unit

    @property
    def unread(self) -> bool:
        """Whether a side is measured and has no result."""
        return any(
            score.goal.measure is not None and score.result is None
            for score in (self.before, self.after)
        )

    @property
    def change(self) -> float | None:
        """After less before, exact in decimals; None where :attr:`reason` says why."""
        before, after = self.before.value, self.after.value
        if self.reason is not None or before is None or after is None:
            return None
        return _less(after, before)

    @property
    def kind(self) -> Kind:
        """Whether the change is to the better; ``changed`` where nothing says so."""
        return self.judge(self.change)

    @property
    def higher_is_better(self) -> bool | None:
        """Which way is better, by the indicator, else by the target; None: unsaid."""
        measure, target = self.after.goal.measure, self.after.goal.target
        if measure is not None:
            return measure.better == "higher"
        if target is None or target.kind not in _UPWARD | _DOWNWARD:
            return None
        return target.kind in _UPWARD

    @cached_property
    def reason(self) -> Text | None:
        """Why there is no change to state: a side is unknown, or not the same."""
        for side, score in (("before", self.before), ("after", self.after)):
            if score.value is None:
                return _SIDE[side].format(why=score.reason or _NO_NUMBER)
        if self.before.origin != self.after.origin:
            return _STAND_IN
        return self._not_alike

    @cached_property
    def _not_alike(self) -> Text | None:
        """Why no two numbers of these rows, whatever they are, can be compared."""
        one, other = (_measured(score.goal) for score in (self.before, self.after))
        if one != other:
            return _OTHER.format(before=one, after=other)
        return None if _one_place(*self.areas) else _OTHER_PLACE

    @cached_property
    def same_way(self) -> bool:
        """
        Whether both numbers are found in one way, so that a change can be judged.

        What puts a layer into the measure or leaves it out (a barrier) is what may
        change; any other parameter decides how, and so do the geodesic and the plane.
        """
        told = []
        for score in (self.before, self.after):
            goal, proof = score.goal, score.provenance
            if goal.measure is None:
                return True
            layers = goal.measure.layers.keys()
            switches = {
                name
                for layer, (name, _) in goal.measure.only_if.items()
                if layer in layers
            }
            stated = goal.measure.told(goal.resolved)
            how = {name: v for name, v in stated.items() if name not in switches}
            told.append((how, proof.area_method if proof else None))
        return told[0] == told[1]

    @cached_property
    def zones(self) -> GeoDataFrame | None:
        """The change by zone; None where either side has no break-down."""
        before, after = self.before.zones, self.after.zones
        if before is None or after is None or self.reason is not None:
            return None
        both = [one.set_index("zone") for one in (_moved(before, after), after)]
        names = [*both[1].index, *both[0].index.difference(both[1].index, sort=False)]
        values = [one["value"].reindex(names).to_numpy(float) for one in both]
        change = [
            float("nan") if name in self.redrawn else _less(b, a)
            for name, a, b in zip(names, *values, strict=True)
        ]
        shapes = both[1].geometry.reindex(names)
        shapes = shapes.where(~shapes.isna(), both[0].geometry.reindex(names))
        found = GeoDataFrame(
            {"zone": names, "before": values[0], "after": values[1], "change": change},
            geometry=np.asarray(shapes, dtype=object),
            crs=after.crs,
        )
        found["kind"] = [self.judge(one) for one in change]
        order = np.argsort(-np.nan_to_num(np.abs(change), nan=-1.0), kind="stable")
        return found.iloc[order].reset_index(drop=True)

    @cached_property
    def redrawn(self) -> tuple[str, ...]:
        """Names of zones whose ground differs; of what lies outside, if any does."""
        before, after = self.before.zones, self.after.zones
        if before is None or after is None:
            return ()
        one, other = (
            frame[frame["zone"] != OUTSIDE].set_index("zone").geometry
            for frame in (_moved(before, after), after)
        )
        both = other.index.intersection(one.index, sort=False)
        found = [name for name in both if not _alike(one[name], other[name])]
        outside = set(before["zone"]) & set(after["zone"]) & {OUTSIDE}
        same = not found and len(both) == len(one) == len(other)
        return (*found, *(() if same else outside))

    @cached_property
    def heard(self) -> SoundChange:
        """What changes in the sound that both sides draw; empty for other rows."""
        return heard(self.before, self.after)

    @cached_property
    def drawn(self) -> dict[str, GeoDataFrame]:
        """What draws the change, by the name of its style."""
        if self._not_alike is not None:
            return dict(self.heard.drawn)
        return {**self.heard.drawn, **served_change(self.before, self.after)}

    def judge(self, change: float | None) -> Kind:
        """Tell what a change of the row's number means."""
        if change is None or pd.isna(change):
            return "unknown"
        if change == 0:
            return "same"
        if self.higher_is_better is None or not self.same_way:
            return "changed"
        return "better" if (change > 0) == self.higher_is_better else "worse"


def _measured(goal: Goal) -> Text:
    """Return what a row counts, in the indicator's own words, and its unit."""
    unit = f"[{goal.shown_unit}]"
    if goal.measure is None:
        return Text(en=unit, zh=unit)
    said = goal.measure.titled(goal.resolved)
    name = goal.indicator
    return Text(en=f"{name}: {said.en} {unit}", zh=f"{name}：{said.zh} {unit}")


def _moved(before: GeoDataFrame, after: GeoDataFrame) -> GeoDataFrame:
    """Return what lies before in the CRS of what lies after."""
    return before if after.crs is None else before.to_crs(after.crs)


def _one_place(one: StudyArea | None, other: StudyArea | None) -> bool:
    """Tell whether two study areas are the same, as far as both are known."""
    if one is None or other is None or one is other:
        return True
    moved = GeoSeries([one.boundary], crs=one.crs).to_crs(other.crs)
    return _alike(moved.iloc[0], other.boundary)


def _alike(one: BaseGeometry, other: BaseGeometry) -> bool:
    """Tell whether two polygons cover the same ground."""
    if one.equals_exact(other, 0):
        return True
    apart = shapely.symmetric_difference(one, other).area
    return bool(apart <= _SAME_GROUND * max(one.area, other.area))


def _less(after: float, before: float) -> float:
    """Return the difference as printed numbers have it; noise of sums is none."""
    if pd.isna(after) or pd.isna(before):
        return float("nan")
    if abs(after - before) <= _SAME * max(abs(after), abs(before)):
        return 0.0
    return float(Decimal(repr(float(after))) - Decimal(repr(float(before))))
