"""What the command line shows: tables in the reader's language."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text as Styled

from ecogis.batch import Line, Outcome
from ecogis.check import Finding
from ecogis.document import LANGUAGES, Language
from ecogis.errors import PlanError
from ecogis.indicator import Indicator
from ecogis.layer import Catalogue
from ecogis.plan import Goal
from ecogis.style import Styles
from ecogis.table import table

_HEADS: dict[Language, tuple[str, ...]] = {
    "en": ("Row", "Indicator", "Value", "Target", "Verdict", "Gap"),
    "zh": ("行号", "指标", "现值", "目标", "评价", "差距"),
}
_WHY: dict[Language, str] = {"en": "why", "zh": "原因"}
_COLOURS = {
    "met": "green",
    "on_track": "cyan",
    "behind": "red",
    "unknown": "yellow",
    "not_evaluable": "dim",
}
_SIGNS = {
    "met": "✓",
    "on_track": "↗",
    "behind": "✗",
    "unknown": "?",
    "not_evaluable": "–",
}
_LEVEL_NAMES: dict[Language, dict[str, str]] = {
    "en": {"error": "error", "warning": "warning", "note": "note"},
    "zh": {"error": "错误", "warning": "警告", "note": "说明"},
}
_LEVELS = {"error": "red", "warning": "yellow", "note": "dim"}


def reader_language() -> Language:
    """Return the language of the reader's locale: Chinese or else English."""
    named = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    stated = next((value for value in named if value), "")
    return "zh" if stated.lower().startswith("zh") else "en"


def language_of(stated: str | None) -> Language:
    """
    Return the language that ``--lang`` states; the reader's without it.

    Raises
    ------
    PlanError
        It is another one.
    """
    if stated is None:
        return reader_language()
    for language in LANGUAGES:
        if stated == language:
            return language
    msg = f"--lang: found {stated!r}, expected zh or en"
    raise PlanError(msg)


def plan_file(text: str) -> Path:
    """Return the plan of a place: the file, or the folder that holds it."""
    path = Path(text)
    return path / "plan.toml" if path.is_dir() else path


def added_files(stated: Sequence[str] | None) -> dict[str, list[Path]]:
    """
    Return the files that ``--with`` adds, by layer.

    Raises
    ------
    PlanError
        One of them names no file.
    """
    found: dict[str, list[Path]] = {}
    for one in stated or ():
        layer, _, path = one.partition("=")
        if not path:
            msg = f"--with: found {one!r}, expected LAYER=FILE, as parks=sites.geojson"
            raise PlanError(msg)
        found.setdefault(layer, []).append(Path(path))
    return found


@contextmanager
def progress(
    console: Console, title: str, language: Language
) -> Iterator[tuple[Callable[[int], None], Callable[[Goal], None]]]:
    """Show a bar; yield what states how many goals there are, and what counts one."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    quiet = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task(title, total=None)

        def total(goals: int) -> None:
            bar.update(task, total=goals)

        def step(goal: Goal) -> None:
            said = f"{goal.row} {goal.label.in_language(language)}"
            bar.update(task, advance=1, description=said[:60])

        yield total, step


def show_outcome(console: Console, outcome: Outcome, language: Language) -> None:
    """Print one plan's scorecard, why numbers are missing, and where the files are."""
    if outcome.title:
        console.print(Styled(outcome.title, style="bold"))
    if outcome.area:
        console.print(Styled(outcome.area, style="dim"))
    if outcome.lines:
        show_scores(console, outcome.lines, language)
        _reasons(console, outcome.lines, language)
    for note in outcome.notes:
        console.print(Styled(f"! {note}", style="yellow"))
    for path in outcome.written:
        console.print(Styled(str(path)), soft_wrap=True)


def show_findings(
    console: Console, findings: Iterable[Finding], language: Language
) -> None:
    """Print what a check found, the gravest first."""
    table = Table(box=None, pad_edge=False)
    for head in ("", "about", "found") if language == "en" else ("", "对象", "发现"):
        table.add_column(head, overflow="fold")
    order = list(_LEVELS)
    for finding in sorted(findings, key=lambda one: order.index(one.level)):
        table.add_row(
            Styled(_LEVEL_NAMES[language][finding.level], style=_LEVELS[finding.level]),
            escape(finding.about),
            escape(finding.says.in_language(language)),
        )
    console.print(table)


def show_indicators(console: Console, known: Mapping[str, Indicator[Any]]) -> None:
    """Print every indicator with its inputs, parameters, unit and rule."""
    for measure in known.values():
        console.print(Styled(f"{measure.name}  [{measure.unit}]", style="bold"))
        title = measure.titled(measure.resolve({}))
        console.print(escape(f"  {title.en}"))
        console.print(escape(f"  {title.zh}"))
        layers = [n if needed else f"({n})" for n, needed in measure.layers.items()]
        console.print(escape(f"  layers      {', '.join(layers)}"))
        settings = [f"{name} = {value!r}" for name, value in measure.defaults.items()]
        console.print(escape(f"  parameters  {', '.join(settings) or 'none'}"))
        if measure.presets is not None:
            presets = ", ".join(table(measure.presets))
            console.print(escape(f"  presets     {presets}"))
        rule = f"{measure.standard} (confidence: {measure.confidence})"
        console.print(escape(f"  rule        {rule}"))


def show_layers(console: Console, catalogue: Catalogue) -> None:
    """Print every layer with its geometry, fields, and whether OSM has it."""
    table = Table(
        "layer", "title", "geometry", "fields", "OSM", box=None, pad_edge=False
    )
    for name, layer in catalogue.items():
        fields = [key + "?" * field.optional for key, field in layer.fields.items()]
        title = f"{layer.title.en} {layer.title.zh}"
        osm = "yes" if layer.osm else ""
        table.add_row(name, title, layer.geometry, ", ".join(fields), osm)
    console.print(table)


def show_styles(console: Console, styles: Styles) -> None:
    """Print every style with its field and classes."""
    table = Table("style", "title", "field", "classes", box=None, pad_edge=False)
    for name, style in styles.items():
        labels = ", ".join(rule.label.en for rule in style.rule)
        title = f"{style.title.en} {style.title.zh}"
        table.add_row(name, title, style.field or "", labels)
    console.print(table)


def show_scores(console: Console, lines: Iterable[Line], language: Language) -> None:
    """Print scores as a table."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for head in _HEADS[language]:
        right = head in (_HEADS[language][2], _HEADS[language][3])
        table.add_column(head, justify="right" if right else "left", overflow="fold")
    for line in lines:
        verdict = f"{_SIGNS[line.verdict]} {line.said}"
        table.add_row(
            escape(line.row),
            escape(line.title),
            line.value,
            escape(line.target),
            Styled(verdict, style=_COLOURS[line.verdict]),
            line.gap,
        )
    console.print(table)


def _reasons(console: Console, lines: Iterable[Line], language: Language) -> None:
    # a reported number may stand where measuring failed
    told = [one for one in lines if one.failed or one.verdict == "unknown"]
    if told:
        console.print()
    for line in told:
        said = f"? {line.row} {_WHY[language]}: {line.reason}"
        console.print(Styled(said, style="yellow"), soft_wrap=True)
