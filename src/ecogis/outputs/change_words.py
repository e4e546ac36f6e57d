"""How is a change said? Arrow, number and unit; what it means; what differs."""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ecogis.compare import Pair
from ecogis.compare.differences import Differences, LayerDifference, Statement
from ecogis.document import Text
from ecogis.outputs.facts import Titles, stamp_text
from ecogis.outputs.words import joined, measured, word
from ecogis.scorecard import VERDICTS
from ecogis.source import Stamp
from ecogis.wording import shown, shown_change, shown_value

_TO = " → "
PERCENT = "%"
_MORE_DECIMALS = 3


def numbers(pair: Pair) -> tuple[str, str, str]:
    """
    Return the numbers before and after and the change as they are shown.

    They have as many decimals as it takes, up to three more than usual, for after less
    before to be the change as printed.
    """
    texts = tuple(map(shown, (pair.before, pair.after)))
    least = max(len(text.partition(".")[2]) for text in texts)
    change = shown_change(pair.change, pair.unit, decimals=least)
    values = [pair.before.value, pair.after.value]
    for places in range(least, least + _MORE_DECIMALS + 1) if pair.change else ():
        fuller = [shown_value(v, pair.unit, decimals=places) for v in values]
        moved_by = shown_change(pair.change, pair.unit, decimals=places)
        signed = moved_by.replace("−", "-")
        if Decimal(fuller[1]) - Decimal(fuller[0]) == Decimal(signed):
            return fuller[0], fuller[1], moved_by
    return texts[0], texts[1], change


def change_text(pair: Pair) -> Text:
    """Return how far a row moved: ``▼ −34 buildings``; a dash where that is unknown."""
    return _with_arrow(pair.change, measured(numbers(pair)[2], change_unit(pair)))


def moved(change: float | None, pair: Pair, *, arrow: bool = False) -> Text:
    """Return a change of a zone in the unit of its row; of percentages, in points."""
    sides = [shown(score).partition(".")[2] for score in (pair.before, pair.after)]
    number = shown_change(change, pair.unit, decimals=max(map(len, sides)))
    said = measured(number, change_unit(pair))
    return _with_arrow(change, said) if arrow else said


def _with_arrow(change: float | None, said: Text) -> Text:
    known = change is not None and math.isfinite(change) and change != 0
    return joined("▲" if change and change > 0 else "▼", said) if known else said


def change_unit(pair: Pair) -> str:
    """Return the unit of a change: of percentages, points."""
    return "pp" if pair.unit == PERCENT else pair.unit


def meaning(pair: Pair) -> Text:
    """Return whether a row is better or worse."""
    return word("change", pair.kind)


def units_text(pair: Pair) -> Text:
    """Return the unit of both numbers; both units where they differ."""
    units = [word("unit", unit) for unit in pair.units]
    return units[1] if pair.units[0] == pair.units[1] else joined(*units, by=_TO)


def both_values(pair: Pair) -> Text:
    """Return the number before and after, ``515 → 509``; percentages say so."""
    if pair.units[0] != pair.units[1]:
        shown_by = zip(numbers(pair)[:2], pair.units, strict=True)
        return joined(*(measured(*side) for side in shown_by), by=_TO)
    both = joined(_TO.join(numbers(pair)[:2]))
    return measured(both, PERCENT) if pair.unit == PERCENT else both


def both_verdicts(pair: Pair) -> Text:
    """Return the verdict before and after; once where it stays."""
    one, other = (VERDICTS[score.verdict] for score in (pair.before, pair.after))
    return one if one == other else joined(one, other, by=_TO)


def difference_lines(found: Differences, titles: Titles) -> list[Text]:
    """Return a line for each layer and statement that differs."""
    return [
        *(_layer(one, titles) for one in found.layers),
        *(_statement(one) for one in found.statements),
    ]


def stated(value: Any) -> Any:
    """Return a statement as a plan would show it, short."""
    if hasattr(value, "model_dump"):
        return stated(value.model_dump(exclude_none=True))
    if isinstance(value, Mapping):
        pairs = (f"{key} = {stated(one)}" for key, one in value.items())
        return ", ".join(pairs)
    if isinstance(value, list | tuple):
        return "; ".join(str(stated(one)) for one in value)
    return f"{value:g}" if isinstance(value, float) else value


def _layer(found: LayerDifference, titles: Titles) -> Text:
    sides = [_files(stamps, titles) for stamps in (found.before, found.after)]
    name = titles.get(found.layer, Text(en=found.layer, zh=found.layer))
    return Text(
        en=f"{name.en}: {sides[0].en}{_TO}{sides[1].en}",
        zh=f"{name.zh}：{sides[0].zh}{_TO}{sides[1].zh}",
    )


def _files(stamps: tuple[Stamp, ...], titles: Titles) -> Text:
    if not stamps:
        return word("change", "not_read")
    # the layer's title stands before both sides
    texts = [stamp_text(stamp, {**titles, stamp.layer: joined("")}) for stamp in stamps]
    return joined(*texts, by=" + ")


def _statement(found: Statement) -> Text:
    texts = []
    for value in (found.before, found.after):
        said = stated(value)
        known = said is not None and said != ""
        texts.append(joined(str(said)) if known else word("change", "not_stated"))
    where = joined(found.row) if found.row else word("change", "plan")
    return joined(where, f"{found.key}:", joined(*texts, by=_TO))
