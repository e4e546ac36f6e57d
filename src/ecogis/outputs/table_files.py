"""Tables of an indicator's own as CSV: one file a table, for a spreadsheet."""

import csv
import io
from pathlib import Path

import pandas as pd

from ecogis.document import Language, Text
from ecogis.outputs.columns import safe, unique
from ecogis.outputs.scorecard_csv import safe as safe_cell
from ecogis.outputs.scorecard_json import plain
from ecogis.outputs.whole import write_text
from ecogis.outputs.words import word
from ecogis.scorecard import Score, Scorecard
from ecogis.spatial.zonal import OUTSIDE

# columns of proper names: no words to translate
_NAMES = {"name", "zone", "row", "road", "title"}
_ZONES = ("rank", "zone", "value", "numerator", "denominator")


def tables_of(card: Scorecard) -> dict[str, pd.DataFrame]:
    """
    Return the tables of all goals by file name, ``<row>_<name>.csv``.

    ``zones`` is the break-down by zone, the worst first, of goals that count more in a
    zone than their value.
    """
    found: dict[str, pd.DataFrame] = {}
    for score in card.scores:
        for name, table in _of(score).items():
            stems = [path.removesuffix(".csv") for path in found]
            stem = unique(safe(f"{score.goal.row}_{name}"), stems)
            found[f"{stem}.csv"] = table
    return found


def write_table(table: pd.DataFrame, path: Path, language: Language = "zh") -> Path:
    """
    Write a table as CSV that Excel reads, whole or not at all.

    Columns are headed in ``language``, words of the catalogue are said in it; numbers
    are unrounded, what is not known is empty.

    Raises
    ------
    NotWrittenError
        The disk is full, or the folder cannot be written to.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    names = [str(name) for name in table.columns]
    writer.writerow(word("column", name).in_language(language) for name in names)
    for row in table.itertuples(index=False, name=None):
        cells = zip(names, row, strict=True)
        writer.writerow(_cell(name, cell, language) for name, cell in cells)
    return write_text(path, out.getvalue(), "utf-8-sig")


def _of(score: Score) -> dict[str, pd.DataFrame]:
    result, zones = score.result, score.zones
    if result is None:
        return {}
    if zones is None or not result.counts:
        return dict(result.tables)
    rows = pd.DataFrame(zones)[[*_ZONES, *result.counts]]
    if rows["denominator"].isna().all():
        rows = rows.drop(columns="denominator")
    ranked = rows.sort_values("rank", kind="stable", na_position="last")
    return {**result.tables, "zones": ranked}


def _cell(name: str, value: object, language: Language) -> str | float | None:
    if isinstance(value, Text):
        return safe_cell(value.in_language(language))
    held = plain(value)
    if held == OUTSIDE:
        return word("breakdown", "outside").in_language(language)
    if isinstance(held, str) and name not in _NAMES:
        held = word("value", held).in_language(language)
    return safe_cell(held)
