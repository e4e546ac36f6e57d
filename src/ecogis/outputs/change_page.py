"""The page of a comparison: the house's map and panel, its rows before and after."""

from collections import Counter
from dataclasses import replace
from typing import Any, get_args

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.compare import Comparison, Pair
from ecogis.compare.pair import Kind
from ecogis.document import Language, Text
from ecogis.layer import Catalogue
from ecogis.outputs.change_words import (
    PERCENT,
    both_values,
    both_verdicts,
    change_text,
    change_unit,
    difference_lines,
    moved,
)
from ecogis.outputs.choropleth import NO_DATA, labels, ramp, round_breaks
from ecogis.outputs.facts import Titles, facts
from ecogis.outputs.folium_map import OfflineMap
from ecogis.outputs.page_data import page_data
from ecogis.outputs.page_file import BARE, bound
from ecogis.outputs.sheet import target_text
from ecogis.outputs.words import everything, joined, measured, word
from ecogis.outputs.words import words as all_words
from ecogis.scorecard import VERDICTS, Score
from ecogis.spatial.zonal import OUTSIDE
from ecogis.style import Styles
from ecogis.wording import NOTHING, shown, shown_value
from ecogis.workspace import Workspace

_KINDS = get_args(Kind)
# from improved to worsened, a step on either side and more
_BETTER = ("change_down_1", "change_down_2", "change_down_3")
_WORSE = ("change_up_1", "change_up_2", "change_up_3")
_NONE = "change_none"
_SIDES = 3


def change_page(comparison: Comparison, styles: Styles, language: Language) -> str:
    """
    Return the page: each row's change, what draws it, and the change by zone.

    Parameters
    ----------
    comparison
        Both sides.
    styles
        A style for every drawn layer, for ``boundary`` and ``zones``.
    language
        The language that the page opens in; a button switches to the other.

    Raises
    ------
    StyleError
        A layer without a style.
    """
    card = comparison.changes
    known = Catalogue.read(Workspace.above(card.plan.folder))
    titles = {name: layer.title for name, layer in known.items()}
    data = page_data(card, styles, language, titles)
    rows = [
        {**row, **_row(pair, comparison, styles, titles)}
        for row, pair in zip(data.facts["rows"], comparison.pairs, strict=True)
    ]
    lines = difference_lines(comparison.differences, titles)
    head = {
        **data.facts["head"],
        "verdicts": _verdicts(comparison),
        "notes": [*(joined("≠", line) for line in lines), *card.notes],
    }
    table = {**all_words()["table"], "value": word("change", "values")}
    own = {"head": head, "rows": rows, "words": {**all_words(), "table": table}}
    said = everything({**data.facts, **own})
    told = replace(data, facts=said)
    return OfflineMap(told).page() if told.mapped else bound(BARE, told)


def change_shades(
    zones: GeoDataFrame | None, pair: Pair, styles: Styles
) -> dict[str, Any] | None:
    """
    Return the class of each zone by its change, and the classes' looks.

    Blue is better, red is worse, in steps of one width on both sides of no change.

    Parameters
    ----------
    zones
        The zones that the page draws, with ``name``.
    pair
        The row, with its change by zone.
    styles
        Where the palette is.
    """
    if zones is None or pair.zones is None:
        return None
    found = pair.zones.set_index("zone")["change"]
    change = found.reindex(zones["name"].astype(str)).to_numpy(float)
    sizes = np.abs(change[np.isfinite(change)])
    if not len(sizes):
        return None
    breaks = round_breaks(0.0, float(sizes.max()) or 1.0, _SIDES)
    looks = _looks(
        breaks, change_unit(pair), upward_is_better=pair.higher_is_better is not False
    )
    number = _classes(change, breaks)
    return {
        "classes": number.tolist(),
        "values": [moved(one, pair) if np.isfinite(one) else "" for one in change],
        "rules": ramp(looks, number, styles),
    }


def _classes(
    change: NDArray[np.float64], breaks: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return each zone's class, from the lowest; no change is in the middle."""
    most = len(breaks) - 1
    near = 1e-9 * breaks[1]
    steps = np.searchsorted(breaks, np.abs(change) - near, side="left")
    signed = np.sign(change) * np.clip(steps, 1, most)
    return np.where(
        np.isfinite(change), np.nan_to_num(signed) + most, 2 * most + 1
    ).astype(np.int64)


def _looks(
    breaks: NDArray[np.float64], unit: str, *, upward_is_better: bool
) -> list[tuple[Text, str]]:
    """Return label and colour of each class, from the largest fall to the rise."""
    most = len(breaks) - 1
    places = [round(n) for n in np.linspace(0, _SIDES - 1, most)] if most > 1 else [1]
    up, down = (_BETTER, _WORSE) if upward_is_better else (_WORSE, _BETTER)
    words = {_BETTER: word("change", "better"), _WORSE: word("change", "worse")}
    texts = list(zip(labels(breaks, unit), places, strict=True))
    falls = [(joined("▼", text, words[down]), down[at]) for text, at in texts]
    rises = [(joined("▲", text, words[up]), up[at]) for text, at in texts]
    same = (word("change", "same"), _NONE)
    return [*falls[::-1], same, *rises, (word("page", "no_data"), NO_DATA)]


def _verdicts(comparison: Comparison) -> list[dict[str, Any]]:
    found = Counter(pair.kind for pair in comparison.pairs)
    return [
        {"key": kind, "label": word("change", kind), "n": found[kind]}
        for kind in _KINDS
    ]


def _row(
    pair: Pair, comparison: Comparison, styles: Styles, titles: Titles
) -> dict[str, Any]:
    """Return what a row of the panel says in the place of a single score."""
    change, verdicts = change_text(pair), both_verdicts(pair)
    judged = pair.after.goal.target is not None or pair.before.goal.target is not None
    return {
        "title": pair.title,
        "value": both_values(pair),
        "year": None,
        "reported": False,
        "under": "" if _said_beside(pair) else word("unit", pair.unit),
        "target": target_text(pair.after),
        "by": pair.after.goal.target.year if pair.after.goal.target else None,
        "verdict": pair.kind,
        "gap": joined(change, verdicts if judged else "", by=" · "),
        "reason": pair.reason,
        "bar": None,
        "zones": _zone_rows(pair),
        "equality": None,
        "shades": change_shades(comparison.after.zones, pair, styles),
        "facts": _facts(pair, comparison, titles),
    }


def _said_beside(pair: Pair) -> bool:
    """Whether the units stand beside the numbers already."""
    return pair.unit == PERCENT or pair.units[0] != pair.units[1]


def _facts(
    pair: Pair, comparison: Comparison, titles: Titles
) -> list[tuple[Text, list[Text]]]:
    """Return both sides' numbers, what differs, and how the number is found."""
    sides = [
        (word("column", side), [_side(score)])
        for side, score in (("before", pair.before), ("after", pair.after))
    ]
    lines = difference_lines(comparison.differences.of(pair), titles)
    differs = [(word("change", "differs"), lines)] if lines else []
    kept = {word("fact", key) for key in ("rule", "confidence", "parameters", "crs")}
    how = [fact for fact in facts(pair.after, titles) if fact[0] in kept]
    return [*sides, *differs, *how]


def _side(score: Score) -> Text:
    value = measured(shown(score), score.goal.shown_unit)
    return joined(value, VERDICTS[score.verdict], by=" · ")


def _zone_rows(pair: Pair) -> dict[str, Any] | None:
    zones = pair.zones
    if zones is None or zones.empty:
        return None
    drawn = pair.after.zones
    place = {} if drawn is None else {name: n for n, name in enumerate(drawn["zone"])}
    highest = zones["change"].abs().max()
    rows = []
    for rank, zone in enumerate(zones.drop(columns="geometry").to_dict("records"), 1):
        outside, known = zone["zone"] == OUTSIDE, np.isfinite(zone["change"])
        rows.append(
            {
                "place": None if outside else place.get(zone["zone"]),
                "name": word("breakdown", "outside") if outside else str(zone["zone"]),
                "cells": [
                    str(rank) if known else NOTHING,
                    moved(zone["change"], pair),
                    shown_value(zone["before"], pair.unit),
                    shown_value(zone["after"], pair.unit),
                ],
                "kind": zone["kind"],
                "bar": abs(zone["change"]) / highest if known and highest > 0 else 0.0,
            }
        )
    columns = ["rank", "zone", "change", "before", "after"]
    return {
        "columns": [word("column", name) for name in columns],
        "order": word("change", "largest"),
        "rows": rows,
    }
