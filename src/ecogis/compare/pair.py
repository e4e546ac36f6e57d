"""One row before and after: how far apart, and is that better or worse?"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from ecogis.compare.served import served_change
from ecogis.compare.sound import Heard, heard
from ecogis.document import Text
from ecogis.scorecard import Score

Kind = Literal["better", "worse", "same", "changed", "unknown"]
# numbers that differ by less than this share of themselves are one
_SAME = 1e-9
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
_STAND_IN = Text(
    en="one side is measured, the other reported: no change between the two",
    zh="一侧为计算值，另一侧为上报值，不作比较",
)


@dataclass(frozen=True)
class Pair:
    """
    A row of one plan and the row of the other that stands for the same.

    ``zones`` has a row a zone, the largest change first: ``zone``, ``before``,
    ``after``, ``change`` (NaN where either is unknown), ``kind``, geometry.
    """

    before: Score
    after: Score

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
        """The unit of both numbers."""
        return self.after.goal.shown_unit

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
                why = score.reason or _NO_NUMBER
                told = _SIDE[side]
                return Text(
                    en=told.en.format(why=why.en), zh=told.zh.format(why=why.zh)
                )
        names = [self._measured(one) for one in (self.before, self.after)]
        if names[0] != names[1]:
            return _OTHER.format(before=names[0], after=names[1])
        if self.before.origin != self.after.origin:
            return _STAND_IN
        return None

    @cached_property
    def zones(self) -> GeoDataFrame | None:
        """The change by zone; None where either side has no break-down."""
        before, after = self.before.zones, self.after.zones
        if before is None or after is None or self.reason is not None:
            return None
        both = [
            one.drop_duplicates("zone").set_index("zone") for one in (before, after)
        ]
        names = [*both[1].index, *both[0].index.difference(both[1].index, sort=False)]
        values = [one["value"].reindex(names).to_numpy(float) for one in both]
        change = [_less(b, a) for a, b in zip(*values, strict=True)]
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
    def heard(self) -> Heard:
        """What changes in the sound that both sides draw; empty for other rows."""
        return heard(self.before, self.after)

    @cached_property
    def drawn(self) -> dict[str, GeoDataFrame]:
        """What draws the change, by the name of its style."""
        return {**self.heard.drawn, **served_change(self.before, self.after)}

    def judge(self, change: float | None) -> Kind:
        """Tell what a change of the row's number means."""
        if change is None or pd.isna(change):
            return "unknown"
        if change == 0:
            return "same"
        if self.higher_is_better is None:
            return "changed"
        return "better" if (change > 0) == self.higher_is_better else "worse"

    @staticmethod
    def _measured(score: Score) -> str:
        return " ".join([score.goal.indicator or "", f"[{score.goal.shown_unit}]"])


def _less(after: float, before: float) -> float:
    """Return the difference as printed numbers have it; noise of sums is none."""
    if pd.isna(after) or pd.isna(before):
        return float("nan")
    if abs(after - before) <= _SAME * max(abs(after), abs(before)):
        return 0.0
    return float(Decimal(repr(float(after))) - Decimal(repr(float(before))))
