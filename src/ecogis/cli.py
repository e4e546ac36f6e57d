"""The command line: each verb is a few lines over the library."""

import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version as installed
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.logging import RichHandler
from rich.text import Text as Styled

from ecogis import check as checking
from ecogis import closing_terminal as closing
from ecogis import comparing_terminal as comparing
from ecogis import terminal
from ecogis.batch import WRONG, Order, Outcome, folders, run_all, run_one
from ecogis.close import Wish
from ecogis.closing import close_one
from ecogis.compare.asked import Request
from ecogis.comparing import compare_one
from ecogis.errors import EcogisError, PlanError
from ecogis.indicators import INDICATORS
from ecogis.init import init as make_workspace
from ecogis.layer import Catalogue
from ecogis.plan import Plan, read_plan
from ecogis.prepare import prepare as bring
from ecogis.style import Styles
from ecogis.workspace import Workspace

app = typer.Typer(
    help="Spatial indicators of ecological plans against targets. 生态规划空间指标",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# a pipe or a file is as wide as the table wants
_WIDTH = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 160
out = Console(highlight=False, width=_WIDTH)
err = Console(highlight=False, stderr=True)


_PLAN_HELP = "A plan.toml, or the folder that holds it."
PlanPath = Annotated[
    Path, typer.Argument(metavar="PLAN", help=_PLAN_HELP, parser=terminal.plan_file)
]
BeforePath = Annotated[
    Path, typer.Argument(metavar="BEFORE", help=_PLAN_HELP, parser=terminal.plan_file)
]
AfterPath = Annotated[
    Path | None,
    typer.Argument(metavar="AFTER", help="Another plan.", parser=terminal.plan_file),
]
Sources = Annotated[
    Path | None,
    typer.Option(help="A TOML whose \\[sources] replace the plan's own."),
]
Out = Annotated[
    Path | None, typer.Option("--out", help="Where outputs go; else below results/.")
]
Lang = Annotated[
    str | None,
    typer.Option(help="zh or en; the reader's locale without it.", metavar="zh|en"),
]


@app.callback(invoke_without_command=True)
def start(
    context: typer.Context,
    *,
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell each step.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.")
    ] = False,
) -> None:
    """Set up the log; ``--version`` prints the version."""
    if version:
        out.print(installed("ecogis"))
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(WRONG)
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.CRITICAL,
        format="%(name)s: %(message)s",
        handlers=[RichHandler(console=err, show_path=False)],
    )


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")],
) -> None:
    """Make a workspace in FOLDER with a copy of the demo place."""
    plan = make_workspace(folder)
    out.print(f"made {folder}; now: ecogis run {_shortest(plan)}", soft_wrap=True)


@app.command("list")
def list_known(
    kind: Annotated[str, typer.Argument(metavar="[indicators|layers|styles]")] = "",
) -> None:
    """Show what is known, with inputs, parameters, unit and rule."""
    workspace = Workspace.above(Path.cwd())
    shows: dict[str, Callable[[], None]] = {
        "indicators": lambda: terminal.show_indicators(out, INDICATORS),
        "layers": lambda: terminal.show_layers(out, Catalogue.read(workspace)),
        "styles": lambda: terminal.show_styles(out, Styles.read(workspace)),
    }
    if kind and kind not in shows:
        msg = f"nothing to list called {kind!r}; known: {', '.join(shows)}"
        raise PlanError(msg)
    for name, show in shows.items():
        if kind in {"", name}:
            show()


@app.command()
def prepare(plan: PlanPath, sources: Sources = None) -> None:
    """Bring remote layers and split streets onto disk: only this verb goes online."""
    asked = read_plan(plan, sources)
    for path in bring(asked, Catalogue.read(Workspace.above(plan.resolve().parent))):
        out.print(str(path), soft_wrap=True)


@app.command()
def check(
    plan: PlanPath,
    sources: Sources = None,
    *,
    lang: Lang = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Tell everything that is wrong with a plan and its layers; compute nothing."""
    language = terminal.language_of(lang)
    found = checking.check(plan, sources)
    if as_json:
        rows = [
            {"level": one.level, "about": one.about, **one.says.model_dump()}
            for one in found
        ]
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    else:
        terminal.show_findings(out, found, language)
    if checking.has_errors(found):
        raise typer.Exit(WRONG)


@app.command()
def run(
    plans: Annotated[
        list[Path],
        typer.Argument(metavar="PLAN...", help=_PLAN_HELP, parser=terminal.plan_file),
    ],
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", help="Where outputs go; several plans: OUT/<place>/."),
    ] = None,
    sources: Sources = None,
    lang: Lang = None,
    only: Annotated[
        list[str] | None,
        typer.Option(metavar="ROW", help="This row only, in the outputs too."),
    ] = None,
    *,
    added: Annotated[
        list[str] | None,
        typer.Option(
            "--with", metavar="LAYER=FILE", help="Add a file's features to a layer."
        ),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit 1 when a row is behind or unknown.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Processes, one plan each.")] = 1,
) -> None:
    """Measure every goal, print the scorecard, write the map and the tables."""
    language = terminal.language_of(lang)
    order = Order(
        language, tuple(only or ()), sources, strict, terminal.added_files(added)
    )
    where = folders(plans, out_folder)
    code = 0
    several = len(plans) > 1 and workers > 1
    outcomes = (
        run_all(plans, where, order, workers)
        if several
        else (_with_bar(*one, order) for one in zip(plans, where, strict=True))
    )
    for outcome in outcomes:
        terminal.show_outcome(out, outcome, language)
        _complain(*outcome.errors)
        code = max(code, outcome.code)
    raise typer.Exit(code)


@app.command("close")
def close_gap(
    plan: PlanPath,
    row: closing.Row,
    max_sites: closing.MaxSites = None,
    budget: closing.Budget = None,
    candidates: closing.Candidates = None,
    min_area_m2: closing.MinArea = None,
    force: closing.Force = None,
    forbid: closing.Forbid = None,
    out_folder: Out = None,
    sources: Sources = None,
    lang: Lang = None,
    *,
    cheapest: closing.Cheapest = False,
    on_foot: closing.OnFoot = False,
) -> None:
    """Find the fewest new parks that bring a row to its target."""
    language = terminal.language_of(lang)
    wish = Wish(
        row=row,
        max_sites=max_sites,
        budget=budget,
        cheapest=cheapest,
        on_foot=on_foot,
        candidates=candidates,
        min_area_m2=min_area_m2,
        force=tuple(force or ()),
        forbid=tuple(forbid or ()),
    )
    closed = close_one(plan, wish, out=out_folder, sources=sources, language=language)
    closing.show_closed(out, closed, language)
    _complain(*closed.errors)
    raise typer.Exit(closed.code)


@app.command("compare")
def compare_plans(
    before: BeforePath,
    after: AfterPath = None,
    after_sources: comparing.AfterSources = None,
    rows: comparing.Rows = None,
    only: comparing.Only = None,
    out_folder: Out = None,
    sources: Sources = None,
    lang: Lang = None,
    *,
    added: comparing.Added = None,
) -> None:
    """Hold two plans, or two rows of one, against each other: what changes where."""
    language = terminal.language_of(lang)
    files = terminal.added_files(added)
    chosen = tuple(only or ())
    request = Request(before, after, sources, after_sources, files, chosen, rows)
    with terminal.progress(err, "compare", language) as (_, step):
        compared = compare_one(
            request, out=out_folder, language=language, progress=step
        )
    comparing.show_compared(out, compared, language)
    _complain(*compared.errors)
    raise typer.Exit(compared.code)


def _with_bar(plan: Path, folder: Path, order: Order) -> Outcome:
    """Run one plan with a bar that counts its goals."""
    title = plan.resolve().parent.name
    with terminal.progress(err, title, order.language) as (total, step):

        def begin(asked: Plan) -> None:
            total(len(order.only) or len(asked.goal))

        return run_one(plan, folder, order, begin, step)


def _shortest(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def _complain(*lines: str) -> None:
    for line in lines:
        err.print(Styled.assemble(("error ", "red"), line), soft_wrap=True)


def main(words: Sequence[str] | None = None) -> None:
    """Run the command line; what ecogis refuses is one line and exit code 2."""
    try:
        app(words)
    except EcogisError as error:
        _complain(str(error))
        sys.exit(WRONG)


if __name__ == "__main__":
    main()
