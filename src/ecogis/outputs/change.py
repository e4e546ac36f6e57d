"""What comes out of a comparison: tables, a page, a GeoPackage and grids."""

import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from ecogis.compare import Comparison, Pair
from ecogis.compare.differences import Differences, Statement
from ecogis.document import Language
from ecogis.outputs import write_each
from ecogis.outputs.change_page import change_page
from ecogis.outputs.change_words import meaning, stated, units_text
from ecogis.outputs.geopackage import write_geopackage
from ecogis.outputs.rasters import rasters_of, write_raster
from ecogis.outputs.scorecard_json import content, plain
from ecogis.outputs.table_files import write_table
from ecogis.outputs.whole import write_text
from ecogis.outputs.words import word
from ecogis.plan import Plan
from ecogis.scorecard import VERDICTS
from ecogis.style import Styles

PAGE, GEOPACKAGE, JSON, ROWS, ZONES, ROADS = (
    "change.html",
    "change.gpkg",
    "change.json",
    "change.csv",
    "change_by_zone.csv",
    "change_by_road.csv",
)
FORMAT_VERSION = 1
Table = Callable[[Comparison, Language], pd.DataFrame]


def write_change(
    comparison: Comparison, styles: Styles, folder: Path, language: Language = "zh"
) -> list[Path]:
    """
    Write everything that a comparison gives; one failure stops no other file.

    Parameters
    ----------
    comparison
        Both sides.
    styles
        How it is drawn.
    folder
        Where to; made if it is not there.
    language
        The first language of every file.

    Returns
    -------
    list of Path
        ``change.html``, ``change.gpkg``, ``change.json``, ``change.csv``; tables by
        zone and by road and a GeoTIFF for each grid, where there are any.

    Raises
    ------
    NotWrittenError
        One line for each file that could not be written; ``written`` are the others.
    """
    jobs: dict[str, Callable[[Path], Path]] = {
        PAGE: lambda path: write_text(path, change_page(comparison, styles, language)),
        GEOPACKAGE: lambda path: write_geopackage(
            comparison.everything, styles, path, language
        ),
        JSON: lambda path: write_text(path, to_json(comparison)),
    }
    made: dict[str, Table] = {ROWS: by_row, ZONES: by_zone, ROADS: by_road}
    for name, table in made.items():
        rows = table(comparison, language)
        if len(rows):
            jobs[name] = partial(write_table, rows, language=language)
    for name, raster in rasters_of(comparison.changes).items():
        jobs[name] = partial(write_raster, raster)
    return write_each(folder, jobs)


def by_row(comparison: Comparison, language: Language) -> pd.DataFrame:
    """Return one line a row: both numbers, unrounded, the change and the verdicts."""
    return pd.DataFrame(
        [
            {
                "row": pair.row,
                "title": pair.title.in_language(language),
                "unit": units_text(pair).in_language(language),
                "before": pair.before.value,
                "after": pair.after.value,
                "change": pair.change,
                "meaning": meaning(pair).in_language(language),
                "verdict_before": VERDICTS[pair.before.verdict].in_language(language),
                "verdict_after": VERDICTS[pair.after.verdict].in_language(language),
                "reason": pair.reason.in_language(language) if pair.reason else None,
            }
            for pair in comparison.pairs
        ]
    )


def by_zone(comparison: Comparison, language: Language) -> pd.DataFrame:
    """Return one line a row and zone, of each row the largest change first."""
    tables = [
        pd.DataFrame(pair.zones.drop(columns="geometry"))
        .assign(row=pair.row, unit=word("unit", pair.unit).in_language(language))
        .assign(
            meaning=[
                word("change", kind).in_language(language)
                for kind in pair.zones["kind"]
            ]
        )
        for pair in comparison.pairs
        if pair.zones is not None
    ]
    columns = ["row", "zone", "unit", "before", "after", "change", "meaning"]
    return pd.concat(tables)[columns] if tables else pd.DataFrame(columns=columns)


def by_road(comparison: Comparison, _language: Language) -> pd.DataFrame:
    """Return one line a row and road: buildings above the limit where it is loudest."""
    tables = [
        pair.heard.roads.assign(row=pair.row)
        for pair in comparison.pairs
        if pair.heard.roads is not None
    ]
    if not tables:
        return pd.DataFrame()
    found = pd.concat(tables)
    return found[["row", *(name for name in found if name != "row")]]


def to_json(comparison: Comparison) -> str:
    """
    Return a comparison as the text of ``change.json``.

    ``rows`` hold the change of each pair with its zones and counts, ``differences`` the
    layers (files, hashes, dates) and statements that differ, ``before`` and ``after``
    the scorecards of both sides as in ``scorecard.json``; what is not known is null.
    """
    data = {
        "format": "ecogis change",
        "format_version": FORMAT_VERSION,
        "version": comparison.after.version,
        "title": plain(comparison.title),
        "rows": [_row(pair) for pair in comparison.pairs],
        "only_before": list(comparison.only_before),
        "only_after": list(comparison.only_after),
        "differences": _differences(comparison.differences),
        "notes": plain(comparison.notes),
        "before": _side(comparison.before.plan) | content(comparison.before),
        "after": _side(comparison.after.plan) | content(comparison.after),
    }
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _side(plan: Plan) -> dict[str, Any]:
    return {"path": str(plan.path)}


def _row(pair: Pair) -> dict[str, Any]:
    columns = ["zone", "before", "after", "change", "kind"]
    zones = None if pair.zones is None else pair.zones[columns].to_dict("records")
    heard = pair.heard
    return {
        "row": pair.row,
        "before_row": pair.before.goal.row,
        "after_row": pair.after.goal.row,
        "title": plain(pair.title),
        "unit": pair.unit,
        "unit_before": pair.units[0],
        "before": plain(pair.before.value),
        "after": plain(pair.after.value),
        "change": plain(pair.change),
        "kind": pair.kind,
        "reason": plain(pair.reason),
        "verdict_before": pair.before.verdict,
        "verdict_after": pair.after.verdict,
        "zones": plain(zones),
        "buildings": plain(heard.counts) or None,
        "rasters": sorted(heard.rasters),
        "notes": plain(heard.notes),
    }


def _differences(found: Differences) -> dict[str, Any]:
    def stamps(side: Any) -> list[dict[str, Any]]:
        return [asdict(stamp) for stamp in side]

    def statement(one: Statement) -> dict[str, Any]:
        sides = {"before": plain(stated(one.before)), "after": plain(stated(one.after))}
        return {"row": one.row or None, "key": one.key, **sides}

    return {
        "layers": [
            {
                "layer": one.layer,
                "before": stamps(one.before),
                "after": stamps(one.after),
            }
            for one in found.layers
        ],
        "statements": [statement(one) for one in found.statements],
    }
