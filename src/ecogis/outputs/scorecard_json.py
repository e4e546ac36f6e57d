"""
What is in ``scorecard.json``? Everything that was found, and where it comes from.

UTF-8, Chinese unescaped, keys always in the order below, equal results give equal
bytes. A *text* is ``{"en": ..., "zh": ...}``. What is not known is ``null``; there is
no NaN and no Infinity::

    format        "ecogis scorecard", and format_version, 1
    version       of ecogis
    plan          title (text), place, year, fictional, note (text)
    area          null, or name, size_km2, crs, area_method, bounds (in crs)
    verdicts      how many goals: met, on_track, behind, unknown, not_evaluable
    goals         one a row of the plan, in its order:
      row, title (text), indicator, attribute, unit
      value, shown (the rounded text), origin (computed, reported, none), year
      baseline    null, or kind (value, at_least, above, at_most), number, year, note
      reported    null, or value, year, source
      target      null, or kind (at_least ... narrative), number, year, note,
                  shown (text)
      verdict, reason (text), gap (negative falls short), gap_shown (text)
      error       null, or the text of what prevented a number
      kind (share, ratio, total, scalar), numerator, denominator, scale
      zones       null, or rows of zone, numerator, denominator, value, rank, and what
                  the indicator counts beside
      balance     null, or rows of group, zones, numerator, denominator, value, ratio
      equality    null, or weighted_by (denominator, area), zones, left_out, highest and
                  lowest (zones, value), gini, variation, lorenz (points from [0, 0] to
                  [1, 1]), groups (lowest over highest)
      table       null, or the rows of the indicator's own table
      tables      further ones: by name, their rows
      notes       texts
      provenance  null, or rule, confidence, parameters, layers (as below), crs,
                  area_method, version
    layers        every layer read: layer, path, sha256, date, features, crs
    notes         texts
"""

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel
from shapely.geometry.base import BaseGeometry

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.outputs.whole import write_text
from ecogis.scorecard import VERDICTS, Provenance, Score, Scorecard
from ecogis.target import Baseline, Target
from ecogis.wording import shown, shown_gap, shown_target

FORMAT_VERSION = 1
_M2_PER_KM2 = 1e6


def write_json(card: Scorecard, path: Path) -> Path:
    """
    Write ``scorecard.json``, whole or not at all.

    Raises
    ------
    NotWrittenError
        The disk is full, or the folder cannot be written to.
    """
    return write_text(path, to_json(card))


def to_json(card: Scorecard) -> str:
    """Return a scorecard as the text of ``scorecard.json``."""
    data = json.dumps(content(card), ensure_ascii=False, indent=1, allow_nan=False)
    return data + "\n"


def content(card: Scorecard) -> dict[str, Any]:
    """Return a scorecard as what JSON can hold."""
    verdicts = [score.verdict for score in card.scores]
    return {
        "format": "ecogis scorecard",
        "format_version": FORMAT_VERSION,
        "version": card.version,
        "plan": {
            "title": plain(card.plan.title),
            "place": card.plan.place,
            "year": card.plan.year,
            "fictional": card.plan.fictional,
            "note": plain(card.plan.note),
        },
        "area": _area(card.area) if card.area else None,
        "verdicts": {verdict: verdicts.count(verdict) for verdict in VERDICTS},
        "goals": [_goal(score) for score in card.scores],
        "layers": [asdict(stamp) for stamp in card.stamps],
        "notes": plain(card.notes),
    }


def plain(value: Any) -> Any:
    """Return any value as JSON can hold it; what is no number becomes None."""
    if isinstance(value, BaseModel):
        return {key: plain(inner) for key, inner in value}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(plain(inner) for inner in value)
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, float):
        # -0.0 is 0: the sign of nothing says nothing
        return value + 0.0 if math.isfinite(value) else None
    return value if isinstance(value, str | bool | int) else str(value)


def _area(area: StudyArea) -> dict[str, Any]:
    return {
        "name": area.name,
        "size_km2": area.size_m2 / _M2_PER_KM2,
        "crs": area.crs.to_string(),
        "area_method": area.area_method,
        "bounds": plain(area.window()),
    }


def _goal(score: Score) -> dict[str, Any]:
    goal, result = score.goal, score.result
    result_notes = result.notes if result else ()
    return {
        "row": goal.row,
        "title": plain(score.title),
        "indicator": goal.indicator,
        "attribute": goal.attribute,
        "unit": goal.shown_unit,
        "value": plain(score.value),
        "shown": shown(score) if plain(score.value) is not None else None,
        "origin": score.origin,
        "year": score.value_year,
        "baseline": _baseline(goal.baseline) if goal.baseline else None,
        "reported": plain(goal.reported),
        "target": _target(goal.target) if goal.target else None,
        "verdict": score.verdict,
        "reason": plain(score.reason),
        "gap": plain(score.gap),
        "gap_shown": plain(shown_gap(score)) if score.gap is not None else None,
        "error": plain(Text.of(score.error)) if score.error else None,
        "kind": result.kind if result else None,
        "numerator": plain(result.numerator) if result else None,
        "denominator": plain(result.denominator) if result else None,
        "scale": plain(result.scale) if result else None,
        "zones": _rows(score.zones),
        "balance": _rows(score.balance),
        "equality": plain(asdict(score.equality)) if score.equality else None,
        "table": _rows(result.table) if result else None,
        "tables": {name: _rows(table) for name, table in result.tables.items()}
        if result
        else {},
        "notes": plain(
            [note for note in (goal.note, *result_notes, *score.notes) if note]
        ),
        "provenance": _provenance(score.provenance) if score.provenance else None,
    }


def _baseline(baseline: Baseline) -> dict[str, Any]:
    stated = baseline.model_dump(exclude_none=True, exclude={"year", "note"})
    return {
        "kind": next(iter(stated)),
        "number": baseline.number,
        "year": baseline.year,
        "note": plain(baseline.note),
    }


def _target(target: Target) -> dict[str, Any]:
    return {
        "kind": target.kind,
        "number": target.number,
        "year": target.year,
        "note": plain(target.note),
        "shown": plain(shown_target(target)),
    }


def _provenance(found: Provenance) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "confidence": found.confidence,
        "parameters": plain(dict(sorted(found.parameters.items()))),
        "layers": [asdict(stamp) for stamp in found.layers],
        "crs": found.crs,
        "area_method": found.area_method,
        "version": found.version,
    }


def _rows(table: pd.DataFrame | None) -> list[dict[str, Any]] | None:
    """Return a table as one record a row, without geometries."""
    if table is None:
        return None
    columns = [
        (str(name), table.iloc[:, place])
        for place, name in enumerate(table.columns)
        if not _geometric(table.iloc[:, place])
    ]
    cells = {name: [plain(value) for value in column] for name, column in columns}
    return [
        {name: column[place] for name, column in cells.items()}
        for place in range(len(table))
    ]


def _geometric(column: pd.Series) -> bool:
    if str(column.dtype) == "geometry":
        return True
    return any(isinstance(value, BaseGeometry) for value in column)
