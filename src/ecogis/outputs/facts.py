"""How was a number found? What the panel lists below a row that is open."""

import math
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from ecogis.document import Text
from ecogis.outputs.words import filled, joined, measured, word
from ecogis.scorecard import Provenance, Score
from ecogis.source import Stamp
from ecogis.wording import ATTRIBUTES, NOTHING, ORIGINS, shown_baseline

Titles = Mapping[str, Text]
Lines = list[Text]

# what a reader compares by eye: the first digits of a hash
_SHA_DIGITS = 8
_BETWEEN = " · "
# extracts, and what was prepared from Overpass
_OSM = (".pbf", ".osm")
_PREPARED = ".prepared"
# from here on decimals say nothing
_LARGE = 1000


def facts(score: Score, titles: Titles) -> list[tuple[Text, Lines]]:
    """Return (title, lines) pairs; what does not apply is left out."""
    goal = score.goal
    target_note = goal.target.note if goal.target else None
    listed: dict[str, Lines] = {
        "origin": [_origin(score)],
        **_sums(score),
        "baseline": _baseline(score),
        "attribute": [ATTRIBUTES[goal.attribute]] if goal.target else [],
        **(_provenance(score.provenance, titles) if score.provenance else {}),
        "note": [note for note in (goal.note, target_note) if note],
    }
    return [(word("fact", key), lines) for key, lines in listed.items() if lines]


def stamp_text(stamp: Stamp, titles: Titles) -> Text:
    """Return a layer's title, file, date, number of features and hash in one line."""
    kind, many = "cells" if stamp.is_cells else "features", f"{stamp.features:,}"
    return joined(
        titles.get(stamp.layer, stamp.layer),
        PurePath(stamp.path.replace("\\", "/")).name,
        stamp.date or word("stamp", "undated"),
        filled("stamp", kind, many),
        stamp.sha256[:_SHA_DIGITS],
        by=_BETWEEN,
    )


def is_osm(stamp: Stamp) -> bool:
    """Tell whether a layer comes from OpenStreetMap, whose licence asks to be named."""
    parts = PurePath(stamp.path.replace("\\", "/")).parts
    return stamp.path.lower().endswith(_OSM) or _PREPARED in parts


def number_text(number: float | None) -> str:
    """Return a sum with its thousands apart, decimals only where it is small."""
    if number is None or not math.isfinite(number):
        return NOTHING
    whole = abs(number) >= _LARGE or float(number).is_integer()
    return f"{number:,.0f}" if whole else f"{number:,.2f}"


def _origin(score: Score) -> Text:
    reported = score.goal.reported
    year = str(score.value_year) if score.value_year and score.value_year > 0 else ""
    if score.origin != "reported" or reported is None:
        return joined(ORIGINS[score.origin], year, by=_BETWEEN)
    return joined(ORIGINS["reported"], year, reported.source, by=_BETWEEN)


def _sums(score: Score) -> dict[str, Lines]:
    if score.result is None:
        return {}
    sums = {
        "numerator": score.result.numerator,
        "denominator": score.result.denominator,
    }
    return {
        key: [joined(number_text(number))]
        for key, number in sums.items()
        if number is not None
    }


def _baseline(score: Score) -> Lines:
    baseline = score.goal.baseline
    if baseline is None:
        return []
    number = measured(shown_baseline(baseline), score.goal.shown_unit)
    year = str(baseline.year) if baseline.year else ""
    return [joined(number, year, baseline.note or "", by=_BETWEEN)]


def _provenance(found: Provenance, titles: Titles) -> dict[str, Lines]:
    stated = {key: _stated(value) for key, value in found.parameters.items()}
    return {
        "rule": [joined(found.rule)],
        "confidence": [word("confidence", found.confidence)],
        "parameters": [
            joined(f"{key} = {value}") for key, value in stated.items() if value
        ],
        "layers": [stamp_text(stamp, titles) for stamp in found.layers],
        "crs": [joined(found.crs, word("area_method", found.area_method), by=_BETWEEN)],
    }


def _stated(value: Any) -> str:
    """Return a parameter as a plan would write it; nothing for one that is not set."""
    if value is None:
        return ""
    if isinstance(value, BaseModel):
        return ", ".join(f"{k} = {_stated(v)}" for k, v in value)
    if isinstance(value, list | tuple):
        return "; ".join(_stated(one) for one in value)
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
