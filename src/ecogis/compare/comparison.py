"""Both sides, row by row, and the scorecards that outputs are made of."""

import itertools
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from ecogis.compare.asked import Asked
from ecogis.compare.differences import Differences, differences
from ecogis.compare.pair import Pair
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.plan import Goal
from ecogis.result import Result
from ecogis.scorecard import Score, Scorecard

_PERCENT = "%"
_TITLES = {
    "before": Text(en="Before: {title}", zh="前：{title}"),
    "after": Text(en="After: {title}", zh="后：{title}"),
}
_CHANGE = Text(en="Change: {title}", zh="变化：{title}")
_HEAD = Text(en="{title}: before and after", zh="{title}：前后对比")
_TWO = Text(en="{before} → {after}", zh="{before} → {after}")
_ALONE = {
    "before": Text(
        en="rows of the plan before only, not compared: {rows}",
        zh="仅前一规划有、未比较的行：{rows}",
    ),
    "after": Text(
        en="rows of the plan after only, not compared: {rows}",
        zh="仅后一规划有、未比较的行：{rows}",
    ),
}
_NOTHING = Text(
    en="the sides read the same files and state the same: no change can come of that",
    zh="前后所用图层文件与参数完全相同，不会产生变化",
)

_REDRAWN = Text(
    en="zones with other ground on each side, not compared: {zones}",
    zh="前后边界不同、未比较的分区：{zones}",
)


@dataclass(frozen=True)
class Comparison:
    """
    Two sides, and what changes from one to the other.

    Attributes
    ----------
    before, after
        Everything that was measured of the rows compared.
    pairs
        The rows that stand for each other, in the order of the plan before.
    only_before, only_after
        Rows without a partner.
    differences
        Which layers and statements differ.
    """

    before: Scorecard
    after: Scorecard
    pairs: tuple[Pair, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    differences: Differences

    @classmethod
    def of(cls, asked: Asked, before: Scorecard, after: Scorecard) -> "Comparison":
        """Pair the rows of two scorecards as asked."""
        areas = before.area, after.area
        pairs = tuple(
            Pair(before[one], after[other], areas) for one, other in asked.rows
        )
        differ = differences(before, after, pairs)
        return cls(before, after, pairs, asked.only_before, asked.only_after, differ)

    @property
    def title(self) -> Text:
        """What the plan is called, or both plans."""
        one, other = self.before.plan.title, self.after.plan.title
        if one == other:
            return _HEAD.format(title=one)
        return _TWO.format(before=one, after=other)

    @property
    def notes(self) -> tuple[Text, ...]:
        """What both sides tell of the whole, and which rows stand alone."""
        alone = {"before": self.only_before, "after": self.only_after}
        told = [
            _ALONE[side].format(rows=", ".join(rows))
            for side, rows in alone.items()
            if rows
        ]
        # what could not be read may differ in anything
        unread = any(pair.unread for pair in self.pairs)
        same = [] if self.differences or unread else [_NOTHING]
        redrawn = dict.fromkeys(name for pair in self.pairs for name in pair.redrawn)
        if redrawn:
            told.append(_REDRAWN.format(zones=", ".join(redrawn)))
        both = (*self.before.notes, *self.after.notes)
        return tuple(dict.fromkeys((*same, *told, *both)))

    @cached_property
    def changes(self) -> Scorecard:
        """One score a pair: the change, what draws it, and the change by zone."""
        return self._card([_change(pair) for pair in self.pairs])

    @cached_property
    def everything(self) -> Scorecard:
        """Three scores a pair: the change, ``<row>-before`` and ``-after`` (unique)."""
        scores = []
        plans = self.before.plan, self.after.plan
        taken = {goal.row for plan in plans for goal in plan.goal}
        taken |= {pair.row for pair in self.pairs}
        for pair in self.pairs:
            sides = {"before": pair.before, "after": pair.after}
            scores.append(_change(pair))
            scores += [
                score.titled(_free(f"{pair.row}-{side}", taken), _TITLES[side])
                for side, score in sides.items()
            ]
        return self._card(scores)

    def _card(self, scores: list[Score]) -> Scorecard:
        stamps = dict.fromkeys((*self.before.stamps, *self.after.stamps))
        plan = self.after.plan.model_copy(update={"title": self.title})
        return replace(
            self.after,
            plan=plan,
            scores=tuple(scores),
            stamps=tuple(stamps),
            notes=self.notes,
        )


def _free(name: str, taken: set[str]) -> str:
    """Return the name, numbered where a row has it, and take it."""
    names = itertools.chain([name], (f"{name}-{n}" for n in itertools.count(2)))
    free = next(one for one in names if one not in taken)
    taken.add(free)
    return free


def _change(pair: Pair) -> Score:
    """Return a pair as a score of its own: the change in its unit."""
    title = _CHANGE.format(title=pair.title)
    unit = "pp" if pair.unit == _PERCENT else pair.unit
    found = pair.heard
    result = Result.scalar(
        pair.change,
        notes=found.notes,
        table=found.table,
        rasters=found.rasters,
        **pair.drawn,
    )
    goal = Goal(row=pair.row, title=title, unit=unit)
    why = pair.reason
    error = LayerError(why.en, why.zh) if why else None
    zones = _by_zone(pair.zones)
    return Score(goal, pair.after.year, result, error, zones)


def _by_zone(zones: GeoDataFrame | None) -> GeoDataFrame | None:
    """Return the change by zone as a break-down, the largest change first."""
    if zones is None:
        return None
    known = zones["change"].notna()
    rank = known.cumsum().where(known).astype("Int64")
    named = zones[["zone", "geometry"]].assign(
        numerator=np.nan,
        denominator=np.nan,
        value=zones["change"],
        rank=pd.Series(rank, zones.index),
    )
    return GeoDataFrame(named, geometry="geometry", crs=zones.crs)
