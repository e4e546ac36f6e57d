"""What does the page's panel say of each score? Texts and numbers, nothing drawn."""

from typing import Any

from ecogis.document import Text
from ecogis.outputs.facts import Titles, facts
from ecogis.outputs.tables import balance_rows, own_tables, zone_rows
from ecogis.outputs.unequal import equality_of
from ecogis.outputs.words import joined, measured, word
from ecogis.scorecard import VERDICTS, Score, Scorecard
from ecogis.wording import (
    NOTHING,
    ORIGINS,
    shown,
    shown_baseline,
    shown_gap,
    shown_target,
)

_PERCENT = "%"
_WHOLE = 100.0


def heading(card: Scorecard) -> dict[str, Any]:
    """Return what stands above the table, and how many verdicts there are of each."""
    found = [score.verdict for score in card.scores]
    return {
        "title": card.plan.title,
        "place": card.area.name if card.area else card.plan.area.name,
        "year": card.plan.year,
        "fictional": card.plan.fictional,
        "note": card.plan.note,
        "verdicts": [
            {"key": verdict, "label": label, "n": found.count(verdict)}
            for verdict, label in VERDICTS.items()
        ],
        "notes": list(dict.fromkeys(card.notes)),
        "version": card.version,
    }


def row(score: Score, titles: Titles) -> dict[str, Any]:
    """Return one row of the table, and what it unfolds to."""
    goal, target = score.goal, score.goal.target
    result_notes = score.result.notes if score.result else ()
    notes = (*score.notes, *result_notes)
    return {
        "row": goal.row,
        "title": score.title,
        "value": measured(shown(score), goal.shown_unit),
        "year": score.value_year,
        "origin": ORIGINS[score.origin],
        "reported": score.origin == "reported",
        "target": target_text(score),
        "baseline": measured(shown_baseline(goal.baseline), goal.shown_unit),
        "by": target.year if target else None,
        "verdict": score.verdict,
        "gap": gap_text(score),
        "reason": score.reason,
        "bar": _bar(score),
        "facts": facts(score, titles),
        "notes": list(dict.fromkeys(notes)),
        "zones": zone_rows(score),
        "balance": balance_rows(score),
        "equality": equality_of(score),
        "tables": own_tables(score),
    }


def target_text(score: Score) -> Text:
    """Return the target with its unit where it is a number."""
    target = score.goal.target
    text = shown_target(target)
    numeric = target is not None and target.kind != "eliminate"
    if numeric and target is not None and target.number is not None:
        return measured(text, score.goal.shown_unit)
    return text


def gap_text(score: Score) -> Text | None:
    """Return how far the score is from its bound, with the unit; None without one."""
    text = shown_gap(score)
    if score.gap is None or text.en == NOTHING:
        return None
    if not any(character.isdigit() for character in text.en):
        return text
    unit = score.goal.shown_unit
    return joined(text, word("unit", "pp" if unit == _PERCENT else unit))


def _bar(score: Score) -> dict[str, float | None] | None:
    """Return value, target and baseline on a bar from 0 to 100, for percentages."""
    value, goal = score.value, score.goal
    if goal.shown_unit != _PERCENT or value is None or not 0 <= value <= _WHOLE:
        return None
    return {
        "value": value,
        "target": goal.target.number if goal.target else None,
        "baseline": goal.baseline.number if goal.baseline else None,
    }
