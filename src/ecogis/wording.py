"""
How is a number said? The same words and digits in every output.

Values are rounded for display only, half to even (GB/T 8170); what was stated in a plan
is shown as stated. A display never contradicts the verdict: 93.76 against at least 93.8
is shown as 93.76, not as 93.8.
"""

import math
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal

from ecogis.area import AreaMethod
from ecogis.document import Text
from ecogis.plan import Attribute, Baseline, Goal, Target
from ecogis.scorecard import Origin, Score

NOTHING = "—"
ORIGINS: dict[Origin, Text] = {
    "computed": Text(en="computed", zh="计算"),
    "reported": Text(en="reported", zh="上报"),
    "none": Text(en="no number", zh="无数据"),
}
ATTRIBUTES: dict[Attribute, Text] = {
    "binding": Text(en="binding", zh="约束性"),
    "anticipatory": Text(en="anticipatory", zh="预期性"),
    "text": Text(en="body text", zh="正文"),
}
AREA_METHODS: dict[AreaMethod, Text] = {
    "geodesic": Text(en="geodesic", zh="椭球面积"),
    "plane": Text(en="plane", zh="平面面积"),
}
# what a target without a number asks for
_FLAGS = {
    "no_loss": Text(en="no loss", zh="面积不减少"),
    "rise": Text(en="steady rise", zh="稳步提升"),
    "fall": Text(en="steady fall", zh="稳中有降"),
    "eliminate": Text(en="eliminate", zh="消除"),
    "municipal": Text(en="set by the city", zh="达到市级要求"),
    "narrative": Text(en="in words", zh="定性要求"),
}
_SIGNS = {"at_least": "≥ ", "above": "> ", "at_most": "≤ ", "below": "< ", "value": ""}
# decimals by unit; a unit that is not here: none for whole numbers, else one
_DECIMALS = {"%": 1, "dB": 1, "km²": 2, "km": 2, "ha": 1, "m²": 0, "m": 0, "people": 0}
# a float carries no more digits than this
_MOST_DECIMALS = 15
_SMALLEST_GAP = 1e-6
_WIDE = Context(prec=400, rounding=ROUND_HALF_EVEN)


def shown_value(
    value: float | None,
    unit: str,
    *,
    decimals: int = 0,
    same: Callable[[float], bool] | None = None,
) -> str:
    """
    Return a number as it is shown, without its unit; a dash where there is none.

    Parameters
    ----------
    value
        The number in its unit.
    unit
        It decides how many decimals there are: ``%`` and ``dB`` 1, ``km²`` 2, counts 0.
    decimals
        At least so many.
    same
        Tells whether the rounded number still says the same as the value; decimals are
        added until it does.
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    number = float(value)
    least = max(_DECIMALS.get(unit, 0 if number.is_integer() else 1), decimals)
    for places in range(least, _MOST_DECIMALS + 1):
        text = _rounded(number, places)
        if same is None or same(float(text)):
            return text
    return _plain(number)


def shown(score: Score) -> str:
    """Return a score's value: as stated if reported, rounded if computed."""
    value = score.value
    if value is None:
        return NOTHING
    if score.origin == "reported":
        return _plain(value)
    reached = score.reaches(value)
    return shown_value(
        value,
        score.goal.shown_unit,
        decimals=_stated_decimals(score.goal),
        same=lambda rounded: score.reaches(rounded) == reached,
    )


def with_unit(number: str, unit: str) -> str:
    """Return a shown number with its unit: ``93.8%``, ``3.30 km²``; a dash has none."""
    if number == NOTHING or not unit:
        return number
    return f"{number}{unit}" if unit == "%" else f"{number} {unit}"


def shown_target(target: Target | None) -> Text:
    """Return what a target asks for: ``≥ 93.8``, or its words; the unit is left out."""
    if target is None:
        return _both(NOTHING)
    if target.kind in _SIGNS and target.number is not None:
        return _both(_SIGNS[target.kind] + _plain(target.number))
    if target.kind == "narrative" and target.note is not None:
        return target.note
    return _FLAGS[target.kind]


def shown_baseline(baseline: Baseline | None) -> str:
    """Return a baseline with the comparator that the plan prints: ``> 90``."""
    if baseline is None:
        return NOTHING
    kind = next(kind for kind in _SIGNS if getattr(baseline, kind, None) is not None)
    return _SIGNS[kind] + _plain(baseline.number)


def shown_change(change: float | None, unit: str, *, decimals: int = 0) -> str:
    """Return a change with its sign, never rounded to nothing; a dash for none."""
    if change is None or not math.isfinite(change):
        return NOTHING
    size = shown_value(
        abs(change),
        unit,
        decimals=decimals,
        same=lambda rounded: (rounded > 0) == (change != 0),
    )
    return size if change == 0 else f"{'+' if change > 0 else '−'}{size}"


def shown_gap(score: Score) -> Text:
    """Return how far a score is from its bound; a dash where there is no gap."""
    gap = score.gap
    if gap is None:
        return _both(NOTHING)
    # a loss within the noise of geometry is met: it falls short of nothing
    noise = gap < 0 and score.verdict == "met"
    if gap == 0 or noise:
        return Text(en="at the bound", zh="持平")
    size = _gap_size(abs(gap), score)
    if gap < 0:
        return Text(en=f"short by {size}", zh=f"差 {size}")
    return Text(en=f"beyond by {size}", zh=f"超出 {size}")


def _gap_size(gap: float, score: Score) -> str:
    if gap < _SMALLEST_GAP:
        return f"< {_plain(_SMALLEST_GAP)}"
    return shown_value(
        gap,
        score.goal.shown_unit,
        decimals=len(shown(score).partition(".")[2]),
        same=lambda rounded: rounded > 0,
    )


def _stated_decimals(goal: Goal) -> int:
    """Return the decimals that the plan prints in the goal's target and baseline."""
    stated = [goal.target.number if goal.target else None]
    stated.append(goal.baseline.number if goal.baseline else None)
    texts = [_plain(number) for number in stated if number is not None]
    return max((len(text.partition(".")[2]) for text in texts), default=0)


def _rounded(number: float, places: int) -> str:
    # repr: 0.15 is the 0.15 that was meant, not the binary number beside it
    exact = Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), context=_WIDE)
    return format(abs(exact) if exact.is_zero() else exact, "f")


def _plain(number: float) -> str:
    """Return a stated number with the digits it was stated with."""
    text = format(Decimal(repr(float(number))), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _both(text: str) -> Text:
    return Text(en=text, zh=text)
