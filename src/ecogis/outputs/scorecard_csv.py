"""
What is in ``scorecard.csv``? One row a goal, for a spreadsheet.

UTF-8 with a byte order mark, so that Excel shows Chinese; lines end as Excel ends them.
Columns are headed in the first language, titles stand in both. ``value`` is unrounded,
``shown`` is what the map shows; what is not known is empty. A text that a spreadsheet
would take for a formula begins with an apostrophe.
"""

import csv
import io
import json
import math
from pathlib import Path

from ecogis.document import Language, Text
from ecogis.outputs.scorecard_json import plain
from ecogis.outputs.whole import write_text
from ecogis.scorecard import VERDICTS, Score, Scorecard
from ecogis.source import Stamp
from ecogis.wording import (
    ATTRIBUTES,
    ORIGINS,
    shown,
    shown_baseline,
    shown_gap,
    shown_target,
)

# what begins a formula, also in the full width that Chinese input gives
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_JOIN: dict[Language, str] = {"en": "; ", "zh": "；"}
Cell = str | float | None

HEADINGS = {
    "row": Text(en="row", zh="行号"),
    "title_en": Text(en="title", zh="英文指标名"),
    "title_zh": Text(en="title in Chinese", zh="指标"),
    "value": Text(en="value", zh="数值"),
    "shown": Text(en="value shown", zh="数值（修约）"),
    "unit": Text(en="unit", zh="单位"),
    "year": Text(en="year", zh="年份"),
    "origin": Text(en="origin", zh="来源"),
    "baseline": Text(en="baseline", zh="基线"),
    "baseline_year": Text(en="baseline year", zh="基线年"),
    "target": Text(en="target", zh="目标"),
    "target_year": Text(en="target year", zh="目标年"),
    "verdict": Text(en="verdict", zh="评价"),
    "gap": Text(en="gap", zh="差距"),
    "gap_shown": Text(en="gap shown", zh="差距（修约）"),
    "reason": Text(en="reason", zh="原因"),
    "numerator": Text(en="numerator", zh="分子"),
    "denominator": Text(en="denominator", zh="分母"),
    "gini": Text(en="Gini of zones", zh="分区基尼系数"),
    "attribute": Text(en="attribute", zh="指标属性"),
    "indicator": Text(en="indicator", zh="计算方法"),
    "parameters": Text(en="parameters", zh="参数"),
    "rule": Text(en="rule", zh="依据"),
    "confidence": Text(en="confidence", zh="依据可信度"),
    "layers": Text(en="layers", zh="图层"),
    "notes": Text(en="notes", zh="说明"),
}


def write_csv(card: Scorecard, path: Path, language: Language = "zh") -> Path:
    """
    Write ``scorecard.csv``, whole or not at all.

    Raises
    ------
    NotWrittenError
        The disk is full, or the folder cannot be written to.
    """
    return write_text(path, to_csv(card, language), "utf-8-sig")


def to_csv(card: Scorecard, language: Language = "zh") -> str:
    """Return a scorecard as the text of ``scorecard.csv``, without the mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    keys = list(HEADINGS)
    if language == "zh":
        keys[1], keys[2] = keys[2], keys[1]
    writer.writerow(HEADINGS[key].in_language(language) for key in keys)
    for row in score_rows(card, language):
        writer.writerow(safe(row[key]) for key in keys)
    return out.getvalue()


def score_rows(card: Scorecard, language: Language = "zh") -> list[dict[str, Cell]]:
    """Return one record a goal: the keys of :data:`HEADINGS`, texts in ``language``."""
    return [_goal(score, language) | _found(score, language) for score in card.scores]


def safe(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if not isinstance(cell, str) or not cell.lstrip().startswith(_FORMULA):
        return cell
    return cell if _is_number(cell) else f"'{cell}"


def layer_text(stamp: Stamp) -> str:
    """Return a layer's name, file, date and hash in one line."""
    said = (stamp.layer, stamp.path, stamp.date, f"sha256 {stamp.sha256}")
    return " ".join(part for part in said if part)


def _goal(score: Score, language: Language) -> dict[str, Cell]:
    """Return what the plan says."""
    goal, target = score.goal, score.goal.target
    baseline = shown_baseline(goal.baseline) if goal.baseline else None
    return {
        "row": goal.row,
        "title_en": score.title.en,
        "title_zh": score.title.zh,
        "unit": goal.shown_unit,
        "baseline": baseline,
        "baseline_year": goal.baseline.year if goal.baseline else None,
        "target": shown_target(target).in_language(language) if target else None,
        "target_year": target.year if target else None,
        "attribute": ATTRIBUTES[goal.attribute].in_language(language),
        "indicator": goal.indicator,
    }


def _found(score: Score, language: Language) -> dict[str, Cell]:
    """Return what was found, and how."""
    result, proof = score.result, score.provenance
    reported = score.goal.reported
    known = plain(score.value) is not None
    gap = plain(score.gap)
    stated = (
        json.dumps(plain(proof.parameters), ensure_ascii=False, sort_keys=True)
        if proof
        else None
    )
    notes = (score.goal.note, *(result.notes if result else ()), *score.notes)
    texts = dict.fromkeys(note.in_language(language) for note in notes if note)
    return {
        "value": plain(score.value),
        "shown": shown(score) if known else None,
        "year": score.value_year,
        "origin": ORIGINS[score.origin].in_language(language),
        "verdict": VERDICTS[score.verdict].in_language(language),
        "gap": gap,
        "gap_shown": shown_gap(score).in_language(language)
        if gap is not None
        else None,
        "reason": score.reason.in_language(language) if score.reason else None,
        "numerator": plain(result.numerator) if result else None,
        "denominator": plain(result.denominator) if result else None,
        "gini": plain(score.equality.gini) if score.equality else None,
        "parameters": stated,
        "rule": proof.rule if proof else reported.source if reported else None,
        "confidence": proof.confidence if proof else None,
        "layers": _JOIN[language].join(map(layer_text, proof.layers))
        if proof
        else None,
        "notes": _JOIN[language].join(texts) or None,
    }


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
