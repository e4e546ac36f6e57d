"""Which tables stand beside the drawn layers? The scores, their origin, the zones."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from ecogis.document import Language, Text
from ecogis.outputs.columns import safe, text, unique
from ecogis.outputs.scorecard_csv import HEADINGS, score_rows
from ecogis.outputs.scorecard_json import plain
from ecogis.scorecard import Score, Scorecard
from ecogis.source import Stamp
from ecogis.spatial.zonal import OUTSIDE

_NUMBERS = ("value", "gap", "numerator", "denominator", "gini")
_YEARS = ("year", "baseline_year", "target_year")
# what the zones say of each goal, and how a column of it is headed
_OF_ZONE = {
    "value": HEADINGS["value"],
    "numerator": HEADINGS["numerator"],
    "denominator": HEADINGS["denominator"],
    "rank": Text(en="rank", zh="位次"),
}
_PROVENANCE = (
    "row",
    "indicator",
    "rule",
    "confidence",
    "parameters",
    "layer",
    "path",
    "sha256",
    "date",
    "features",
    "crs",
    "area_method",
    "version",
)


def scorecard_table(card: Scorecard, language: Language) -> pd.DataFrame:
    """Return one row a goal, as ``scorecard.csv`` has it, with English column names."""
    kinds = dict.fromkeys(_NUMBERS, "float64") | dict.fromkeys(_YEARS, "Int64")
    return _table(score_rows(card, language), HEADINGS, kinds)


def provenance_table(card: Scorecard) -> pd.DataFrame:
    """
    Return what every number rests on: one row for each layer that a goal read.

    A reported number is one row that names its source as ``rule``; a layer that no goal
    read (the area, the zones, what lies beneath) is one row without a goal.
    """
    rows = [row for score in card.scores for row in _proof(score)]
    used = {(row.get("layer"), row.get("sha256")) for row in rows}
    rows += [
        _of_layer(stamp)
        for stamp in card.stamps
        if (stamp.layer, stamp.sha256) not in used
    ]
    return _table(rows, _PROVENANCE, {"features": "Int64"})


def zones_layer(
    card: Scorecard, language: Language
) -> tuple[GeoDataFrame, Mapping[str, str]] | None:
    """
    Return the zones with every goal's columns, and what those columns are called.

    One row a zone with ``name`` and, for each row of the plan that has a break-down,
    ``<row>_value``, ``_numerator``, ``_denominator`` and ``_rank``; what lies outside
    every zone is a last row without a geometry. None where there are no zones.
    """
    zones = card.zones
    if zones is None:
        return None
    names = [str(name) for name in zones["name"]]
    shapes = list(np.asarray(zones.geometry.values))
    broken_down = [score.zones for score in card.scores if score.zones is not None]
    if any(OUTSIDE in set(rows["zone"]) for rows in broken_down):
        names, shapes = [*names, OUTSIDE], [*shapes, None]
    columns: dict[str, pd.Series] = {"name": pd.Series(names, dtype=object)}
    titles = {"name": Text(en="zone", zh="分区").in_language(language)}
    for score in card.scores:
        for name, (column, title) in _of_goal(score, names).items():
            called = unique(name, columns)
            columns[called], titles[called] = column, title.in_language(language)
    return GeoDataFrame(columns, geometry=shapes, crs=zones.crs), titles


def _of_goal(score: Score, names: list[str]) -> dict[str, tuple[pd.Series, Text]]:
    """Return a goal's columns by name, each with its title, in the order of zones."""
    rows = score.zones
    if rows is None:
        return {}
    by_zone = rows.drop(columns=rows.geometry.name).set_index(rows["zone"].astype(str))
    return {
        safe(f"{score.goal.row}_{key}"): (
            by_zone[key].reindex(names).reset_index(drop=True),
            Text(
                en=f"{score.goal.row} {score.title.en}: {heading.en}",
                zh=f"{score.goal.row} {score.title.zh}：{heading.zh}",
            ),
        )
        for key, heading in _OF_ZONE.items()
        if key in by_zone and not by_zone[key].isna().all()
    }


def _proof(score: Score) -> list[dict[str, Any]]:
    """Return the rows of one goal."""
    row: dict[str, Any] = {"row": score.goal.row, "indicator": score.goal.indicator}
    found = score.provenance
    if found is None:
        reported = score.goal.reported
        return [row | {"rule": reported.source}] if reported else []
    stated = json.dumps(plain(found.parameters), ensure_ascii=False, sort_keys=True)
    row |= {
        "rule": found.rule,
        "confidence": found.confidence,
        "parameters": stated,
        "area_method": found.area_method,
        "version": found.version,
    }
    return [row | _of_layer(stamp) for stamp in found.layers] or [row]


def _of_layer(stamp: Stamp) -> dict[str, Any]:
    return asdict(stamp)


def _table(
    rows: Iterable[Mapping[str, Any]], names: Iterable[str], kinds: Mapping[str, str]
) -> pd.DataFrame:
    """Return records as a table: texts, but for the columns whose kind is given."""
    listed = list(rows)
    cells = {name: [row.get(name) for row in listed] for name in names}
    table = pd.DataFrame(
        {
            name: pd.Series(
                column if name in kinds else [text(cell) for cell in column],
                dtype=object,
            )
            for name, column in cells.items()
        }
    )
    return table.astype(dict(kinds))
