"""How unequal are the zones? The curve and the numbers that a row unfolds to."""

from typing import Any

from ecogis.document import Text
from ecogis.equality import Equality, Extreme
from ecogis.outputs.facts import Lines
from ecogis.outputs.words import filled, joined, measured, word
from ecogis.scorecard import Score
from ecogis.wording import shown_value

_ACROSS = {"denominator": "by_denominator", "area": "by_ground"}
_DECIMALS = 3
# of zones that share an end, so many are named
_NAMED = 3


def equality_of(score: Score) -> dict[str, Any] | None:
    """
    Return the Lorenz curve and what stands beside it; None without a comparison.

    Returns
    -------
    dict or None
        ``points`` of the curve, rounded; ``facts``, pairs of a title and its lines;
        ``across`` and ``along``, what the axes are.
    """
    found = score.equality
    if found is None:
        return None
    return {
        "points": [[round(p, 4), round(q, 4)] for p, q in found.lorenz],
        "facts": _facts(found, score),
        "across": word("equality", _ACROSS[found.weighted_by]),
        "along": word("equality", "along"),
    }


def _facts(found: Equality, score: Score) -> list[tuple[Text, Lines]]:
    unit = score.goal.shown_unit
    left = filled("equality", "left_out", found.left_out) if found.left_out else ""
    listed: dict[str, Lines] = {
        "gini": [_number(found.gini)],
        "variation": [] if found.variation is None else [_number(found.variation)],
        "highest": _extreme(found.highest, found, unit),
        "lowest": _extreme(found.lowest, found, unit),
        "groups": [] if found.groups is None else [joined(f"{found.groups:.0%}")],
        "zones": [joined(str(found.zones), left)],
    }
    return [(word("equality", key), lines) for key, lines in listed.items() if lines]


def _number(number: float | None) -> Text:
    if number is None:
        return word("equality", "unknown")
    return joined(f"{number:.{_DECIMALS}f}")


def _extreme(end: Extreme, found: Equality, unit: str) -> Lines:
    """Return the value of an end, and whose it is."""
    # a small number is not shown as none
    number = shown_value(end.value, unit, same=lambda near: bool(near or not end.value))
    value = measured(number, unit)
    if found.weighted_by == "area":
        value = filled("equality", "per_km2", value)
    some, rest = end.zones[:_NAMED], len(end.zones) - _NAMED
    names = Text(en=", ".join(some), zh="、".join(some))
    more = filled("equality", "more", rest) if rest > 0 else ""
    return [value, joined(names, more)]
