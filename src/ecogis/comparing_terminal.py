"""What the command line shows of a comparison: rows before and after, what differs."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Styled

from ecogis.compare import Pair
from ecogis.comparing import Compared
from ecogis.document import Language, Text
from ecogis.layer import Catalogue
from ecogis.outputs.change_words import (
    both_verdicts,
    change_text,
    difference_lines,
    meaning,
    moved,
    numbers,
)
from ecogis.outputs.words import measured, word
from ecogis.spatial.zonal import OUTSIDE
from ecogis.workspace import Workspace

_COLOURS = {"better": "green", "worse": "red", "unknown": "yellow"}
_SIGNS = {"better": "✓", "worse": "✗", "same": "=", "changed": "≠", "unknown": "?"}
# more zones than these are for change_by_zone.csv
_MOST_ZONES = 3
_WHY = Text(en="? {row} why: {reason}", zh="? {row} 原因：{reason}")
_ZONES = Text(en="{row} by sub-district: {zones}", zh="{row} 分街乡：{zones}")

AfterSources = Annotated[
    Path | None,
    typer.Option(help="A TOML whose \\[sources] replace those of the after side."),
]
Added = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar="LAYER=FILE",
        help="Add a file's features to a layer of the after side.",
    ),
]
Only = Annotated[
    list[str] | None, typer.Option(metavar="ROW", help="Compare this row only.")
]
Rows = Annotated[
    tuple[str, str] | None,
    typer.Option(metavar="BEFORE AFTER", help="Compare two rows of other names."),
]


def show_compared(console: Console, compared: Compared, language: Language) -> None:
    """Print the rows before and after, what changes where, what differs, the files."""
    comparison = compared.comparison
    console.print(Styled(comparison.title.in_language(language), style="bold"))
    console.print(_rows(comparison.pairs, language))
    console.print()
    for pair in comparison.pairs:
        _detail(console, pair, language)
    titles = {
        name: layer.title
        for name, layer in Catalogue.read(
            Workspace.above(comparison.after.plan.folder)
        ).items()
    }
    for line in difference_lines(comparison.differences, titles):
        console.print(Styled(f"≠ {line.in_language(language)}"), soft_wrap=True)
    for note in comparison.notes:
        said = f"! {note.in_language(language)}"
        console.print(Styled(said, style="yellow"), soft_wrap=True)
    for path in compared.written:
        console.print(Styled(str(path)), soft_wrap=True)


def _rows(pairs: tuple[Pair, ...], language: Language) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("row", "title", "before", "after", "change", "meaning"):
        right = name in {"before", "after", "change"}
        head = word("column", name).in_language(language)
        table.add_column(head, justify="right" if right else "left", overflow="fold")
    table.add_column(word("change", "verdict").in_language(language))
    for pair in pairs:
        said = f"{_SIGNS[pair.kind]} {meaning(pair).in_language(language)}"
        table.add_row(
            escape(pair.row),
            escape(pair.title.in_language(language)),
            *(
                measured(number, unit).in_language(language)
                for number, unit in zip(numbers(pair)[:2], pair.units, strict=True)
            ),
            change_text(pair).in_language(language),
            Styled(said, style=_COLOURS.get(pair.kind, "dim")),
            both_verdicts(pair).in_language(language),
        )
    return table


def _detail(console: Console, pair: Pair, language: Language) -> None:
    """Print why a change is unknown, what a row's sound does, and its first zones."""
    if pair.reason is not None:
        reason = pair.reason.in_language(language)
        said = _WHY.format(row=pair.row, reason=reason).in_language(language)
        console.print(Styled(said, style="yellow"), soft_wrap=True)
    for note in pair.heard.notes:
        said = f"- {pair.row} {note.in_language(language)}"
        console.print(Styled(said), soft_wrap=True)
    zones = pair.zones
    if zones is None or zones["change"].isna().all():
        return
    named = zones[zones["zone"].ne(OUTSIDE) & zones["change"].fillna(0).ne(0)]
    first = named[["zone", "change"]].head(_MOST_ZONES).to_dict("records")
    changes = [moved(zone["change"], pair, arrow=True) for zone in first]
    told = [
        f"{zone['zone']} {change.in_language(language)}"
        for zone, change in zip(first, changes, strict=True)
    ]
    if told:
        line = _ZONES.format(row=pair.row, zones="; ".join(told))
        console.print(Styled(f"- {line.in_language(language)}"), soft_wrap=True)
