"""What the command line shows of an answer: the sites, the row before and after."""

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text as Styled

from ecogis.batch import line
from ecogis.close import Closing
from ecogis.closing import Closed
from ecogis.document import Language, Text
from ecogis.outputs.tables import cell
from ecogis.outputs.words import word
from ecogis.terminal import show_scores

_MET = Text(
    en="the target is met already: {value} of {target}; nothing to do",
    zh="目标已达到：现值 {value}，目标 {target}；无需新增公园",
)
# more sites than these are for sites.csv
_LONGEST = 30
_MORE = Text(en="... and {n} more, see sites.csv", zh="……另有 {n} 处，详见 sites.csv")

Row = Annotated[str, typer.Option(metavar="ROW", help="The row to bring to target.")]
MaxSites = Annotated[
    int | None, typer.Option(help="The most with so many sites, target or not.")
]
Budget = Annotated[
    float | None, typer.Option(help="The most for so much, by the field 'cost'.")
]
Cheapest = Annotated[
    bool, typer.Option("--cheapest", help="Reach the target for the least cost.")
]
OnFoot = Annotated[
    bool, typer.Option("--on-foot", help="Hold the target against the walk.")
]
Candidates = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|LAYER",
        help="Land that may become a park; the layer candidate_sites, or a grid.",
    ),
]
MinArea = Annotated[
    float | None,
    typer.Option("--min-area-m2", help="Size of a new park on the grid; 400."),
]
Force = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="A site that must be chosen.")
]
Forbid = Annotated[
    list[str] | None, typer.Option(metavar="NAME", help="A site that must not be.")
]


def show_closed(console: Console, closed: Closed, language: Language) -> None:
    """Print the answer: the row before and after, its notes, the sites, the files."""
    closing = closed.closing
    if closing.met:
        before = line(closing.before, language)
        told = _MET.format(value=before.value, target=before.target)
        console.print(Styled(told.in_language(language)), soft_wrap=True)
        return
    show_scores(console, [line(one, language) for one in closing.card.scores], language)
    console.print()
    for note in closing.notes:
        console.print(Styled(f"- {note.in_language(language)}"), soft_wrap=True)
    console.print()
    console.print(_sites(closing, language))
    left = 0 if closing.sites is None else len(closing.sites) - _LONGEST
    if left > 0:
        console.print(Styled(_MORE.format(n=left).in_language(language)))
    for path in closed.written:
        console.print(Styled(str(path)), soft_wrap=True)


def _sites(closing: Closing, language: Language) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    if closing.sites is None:
        return table
    sites = closing.sites.drop(columns="geometry").head(_LONGEST)
    for name in sites.columns:
        right = name not in {"name", "kind"}
        head = word("column", str(name)).in_language(language)
        table.add_column(head, justify="right" if right else "left", overflow="fold")
    for row in sites.itertuples(index=False):
        table.add_row(*(escape(_said(one, language)) for one in row))
    return table


def _said(value: object, language: Language) -> str:
    text = cell(value)
    return text.in_language(language) if isinstance(text, Text) else text
