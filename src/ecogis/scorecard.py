"""Results held against targets: Score and Scorecard."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import pandas as pd
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.equality import Equality
from ecogis.errors import EcogisError
from ecogis.indicator import Result
from ecogis.plan import Goal, Plan, Target
from ecogis.source import Stamp

Verdict = Literal["met", "on_track", "behind", "unknown", "not_evaluable"]
Origin = Literal["computed", "reported", "none"]
_DOWNWARD = {"at_most", "below", "eliminate", "fall"}
# a loss smaller than one square metre is the noise of geometry, not a loss
_SQUARE_METRE = {"km²": 1e-6, "ha": 1e-4, "m²": 1.0}

VERDICTS: dict[Verdict, Text] = {
    "met": Text(en="met", zh="达标"),
    "on_track": Text(en="on track", zh="按进度"),
    "behind": Text(en="behind", zh="落后"),
    "unknown": Text(en="unknown", zh="未知"),
    "not_evaluable": Text(en="not evaluable", zh="无法评价"),
}
_REASONS = {
    "no_number": Text(en="no number yet", zh="尚无数据"),
    "no_target": Text(en="the plan states no target", zh="规划未设目标"),
    "municipal": Text(en="target set by the city", zh="目标为达到市级要求，无数值"),
    "narrative": Text(en="target is not a number", zh="目标为定性表述，无数值"),
    "no_baseline": Text(en="no baseline to compare with", zh="缺少基线，无法比较"),
    "not_newer": Text(en="nothing newer than the baseline", zh="没有晚于基线年的数据"),
    "nothing": Text(en="nothing to measure in the area", zh="区域内没有可测量的对象"),
}


@dataclass(frozen=True)
class Provenance:
    """Where a number comes from: everything that is needed to compute it again."""

    rule: str
    confidence: str
    parameters: Mapping[str, Any]
    layers: tuple[Stamp, ...]
    crs: str
    area_method: str
    version: str


@dataclass(frozen=True)
class Score:
    """
    A goal and what was found: the result, or the error that prevented one.

    ``zones`` is the break-down: one row a zone with ``zone``, ``numerator``,
    ``denominator``, ``value``, ``rank``; ``balance`` holds one row a group;
    ``equality`` says how unequal the zones are.
    """

    goal: Goal
    year: int
    result: Result | None = None
    error: EcogisError | None = None
    zones: GeoDataFrame | None = None
    balance: pd.DataFrame | None = None
    equality: Equality | None = None
    provenance: Provenance | None = None
    notes: tuple[Text, ...] = ()

    @property
    def title(self) -> Text:
        """The goal's title."""
        return self.goal.label

    def titled(self, row: str, around: Text, **more: object) -> "Score":
        """Return the score as another row; ``{title}`` in ``around`` is its title."""
        title = around.format(title=self.title, **more)
        if self.goal.measure is not None:
            # braces of a measured goal's title hold parameters
            texts = (title.en, title.zh)
            en, zh = (one.replace("{", "{{").replace("}", "}}") for one in texts)
            title = Text(en=en, zh=zh)
        named = {"row": row, "title": title}
        return replace(self, goal=self.goal.model_copy(update=named))

    @property
    def origin(self) -> Origin:
        """Whether the number was computed, reported, or is not there."""
        if self.result is not None and self.result.value is not None:
            return "computed"
        return "reported" if self.goal.reported is not None else "none"

    @property
    def value(self) -> float | None:
        """The number that is judged."""
        if self.origin == "computed" and self.result is not None:
            return self.result.value
        return self.goal.reported.value if self.goal.reported else None

    @property
    def value_year(self) -> int | None:
        """The year that the number stands for."""
        if self.origin == "computed":
            return self.year
        return self.goal.reported.year if self.goal.reported else None

    @property
    def verdict(self) -> Verdict:
        """How the number stands against its target."""
        return self._judged[0]

    @property
    def reason(self) -> Text | None:
        """Why there is no verdict, in both languages."""
        return self._judged[1]

    @property
    def gap(self) -> float | None:
        """
        How far the number is beyond its bound, in its unit; negative falls short.

        None where there is no number or no numeric bound.
        """
        bound = self.bound
        if self.value is None or bound is None or self.goal.target is None:
            return None
        beyond = _decimal(self.value) - _decimal(bound)
        return float(-beyond if self.goal.target.kind in _DOWNWARD else beyond)

    @property
    def bound(self) -> float | None:
        """The number that the value is held against; None where there is none."""
        target, baseline = self.goal.target, self.goal.baseline
        if target is None:
            return None
        if target.kind == "no_loss":
            return baseline.number if baseline else 0.0
        if target.kind in {"rise", "fall"}:
            return baseline.number if baseline else None
        return target.number

    @cached_property
    def _judged(self) -> tuple[Verdict, Text | None]:
        target, value = self.goal.target, self.value
        if value is None and self.error is not None:
            return "unknown", Text.of(self.error)
        if value is None and self.result is not None:
            return "unknown", _REASONS["nothing"]
        if target is None:
            return "not_evaluable", _REASONS["no_target"]
        if target.kind in {"municipal", "narrative"}:
            return "not_evaluable", target.note or _REASONS[target.kind]
        return self._judge(target, value)

    def _judge(
        self, target: Target, value: float | None
    ) -> tuple[Verdict, Text | None]:
        trend = target.kind in {"rise", "fall"}
        if value is None:
            return "not_evaluable", _REASONS["no_number"]
        if trend and self.goal.baseline is None:
            return "not_evaluable", _REASONS["no_baseline"]
        if self.reaches(value):
            return "met", None
        if self._is_stale:
            return "not_evaluable", _REASONS["not_newer"]
        return ("on_track" if self._on_line(target, value) else "behind"), None

    def reaches(self, value: float) -> bool:
        """Tell whether a number would meet the goal's target."""
        target, bound = self.goal.target, self.bound
        if target is None or bound is None:
            return False
        if target.kind == "no_loss":
            return value >= bound - _SQUARE_METRE.get(self.goal.shown_unit, 0.0)
        return {
            "at_least": value >= bound,
            "above": value > bound,
            "at_most": value <= bound,
            "below": value < bound,
            "rise": value > bound,
            "fall": value < bound,
            "eliminate": value <= bound,
        }[target.kind]

    @property
    def _is_stale(self) -> bool:
        """Whether the number is no newer than the baseline that it starts from."""
        baseline, year = self.goal.baseline, self.value_year
        if baseline is None or baseline.year is None or year is None:
            return False
        return year <= baseline.year

    def _on_line(self, target: Target, value: float) -> bool:
        """Tell whether the number is at or beyond the line from baseline to target."""
        baseline, year, bound = self.goal.baseline, self.value_year, target.number
        if baseline is None or baseline.year is None or target.year is None:
            return False
        if bound is None or year is None or not baseline.year < year < target.year:
            return False
        passed = Fraction(year - baseline.year, target.year - baseline.year)
        # in decimals, as printed: a number on the line must not miss it by a last digit
        start, goal, here = (_decimal(n) for n in (baseline.number, bound, value))
        line = start + passed * (goal - start)
        down = target.kind in _DOWNWARD
        return here <= line if down else here >= line


@dataclass(frozen=True)
class Scorecard:
    """
    Every score of a plan, with the area, and what a map draws beneath the results.

    ``area`` and ``zones`` are None where their layers could not be read (``error``).
    """

    plan: Plan
    scores: tuple[Score, ...]
    area: StudyArea | None = None
    zones: GeoDataFrame | None = None
    context: Mapping[str, GeoDataFrame] = field(default_factory=dict)
    stamps: tuple[Stamp, ...] = ()
    notes: tuple[Text, ...] = ()
    version: str = ""

    def __getitem__(self, row: str) -> Score:
        """Return the score of a row."""
        for score in self.scores:
            if score.goal.row == row:
                return score
        raise KeyError(row)

    @property
    def missed(self) -> bool:
        """
        Whether any row is behind or unknown: what ``--strict`` refuses.

        A reported number that stands in for one that could not be measured counts too.
        """
        return any(
            score.verdict in {"behind", "unknown"} or score.error is not None
            for score in self.scores
        )


def _decimal(number: float) -> Fraction:
    """Return the number as it is printed, exactly."""
    return Fraction(repr(float(number)))
