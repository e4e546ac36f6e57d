"""The tables that a row of the panel unfolds to: zones, balance, its own."""

import math
from typing import Any

import pandas as pd

from ecogis.document import Text
from ecogis.outputs.facts import number_text
from ecogis.outputs.words import filled, measured, word
from ecogis.scorecard import Score
from ecogis.spatial.zonal import OUTSIDE
from ecogis.wording import NOTHING, shown_value

# a longer table is for the CSV, not for a panel
_LONGEST = 60
# columns of proper names: no words to translate
_NAMES = {"name", "zone", "group"}
_BALANCE = ("group", "value", "ratio", "numerator", "denominator")


def zone_rows(score: Score) -> dict[str, Any] | None:
    """Return the break-down by zone, the worst first; None where there is none."""
    zones = score.zones
    if zones is None or zones.empty:
        return None
    order = zones["rank"].astype("Float64").fillna(math.inf).argsort(kind="stable")
    outside = zones["zone"].eq(OUTSIDE).to_numpy()[order]
    highest = zones["value"].abs().max()
    rows = [
        _zone(zones.iloc[place], place, highest, score.goal.shown_unit)
        for place in [*order[~outside], *order[outside]]
    ]
    columns = ["rank", "zone", "value", "numerator", "denominator"]
    if zones["denominator"].isna().all():
        columns.pop()
    worst = "shortfall" if score.result and score.result.kind == "share" else "worst"
    return {
        "columns": [word("column", name) for name in columns],
        "order": word("breakdown", worst),
        "rows": rows,
    }


def balance_rows(score: Score) -> dict[str, Any] | None:
    """Return the groups held against each other; None where the plan asks for none."""
    table = score.balance
    if table is None or table.empty:
        return None
    columns = [name for name in _BALANCE if name in table]
    asked = score.goal.balance
    named = (asked.names if asked else None) or ()
    labels: list[Any] = [*named, *table["group"][len(named) :]]
    groups = table.assign(group=labels)
    rows = [
        [_balance_cell(name, one[name], score.goal.shown_unit) for name in columns]
        for _, one in groups.iterrows()
    ]
    return {"columns": [word("column", name) for name in columns], "rows": rows}


def own_tables(score: Score) -> list[dict[str, Any]]:
    """Return the indicator's own tables with their titles; long ones are cut short."""
    if score.result is None:
        return []
    named = {"table": score.result.table, **score.result.tables}
    return [
        {"title": word("tables", name), **_own_rows(table)}
        for name, table in named.items()
        if table is not None and not table.empty
    ]


def _own_rows(table: pd.DataFrame) -> dict[str, Any]:
    names = [str(name) for name in table.columns if name != "geometry"]
    shown = table.head(_LONGEST)
    left = len(table) - len(shown)
    return {
        "columns": [word("column", name) for name in names],
        "rows": [
            [_own_cell(name, one[name]) for name in names]
            for _, one in shown.iterrows()
        ],
        "more": filled("breakdown", "more", left) if left else None,
    }


def cell(value: Any) -> Text | str:
    """Return a table's cell as text."""
    if isinstance(value, Text):
        return value
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return NOTHING
    if pd.api.types.is_bool(value):
        return word("control", "yes" if value else "no")
    if pd.api.types.is_number(value):
        return number_text(float(str(value)))
    return str(value)


def _zone(zone: pd.Series, place: int, highest: float, unit: str) -> dict[str, Any]:
    value = zone["value"]
    known = bool(pd.notna(value))
    outside = zone["zone"] == OUTSIDE
    return {
        "place": None if outside else int(place),
        "name": word("breakdown", "outside") if outside else str(zone["zone"]),
        "cells": [
            str(int(zone["rank"])) if known and pd.notna(zone["rank"]) else NOTHING,
            measured(shown_value(value, unit), unit) if known else NOTHING,
            number_text(zone["numerator"]),
            number_text(zone["denominator"]),
        ],
        "bar": abs(value) / highest if known and highest > 0 else 0.0,
    }


def _own_cell(column: str, value: Any) -> Text | str:
    """Return a cell of the indicator's own table: the catalogue's words translated."""
    is_word = isinstance(value, str) and column not in _NAMES
    return word("value", value) if is_word else cell(value)


def _balance_cell(name: str, value: Any, unit: str) -> Text | str:
    if name == "value":
        number = None if pd.isna(value) else float(value)
        return measured(shown_value(number, unit), unit)
    if name == "ratio" and pd.notna(value):
        return f"{value:.0%}"
    return cell(value)
