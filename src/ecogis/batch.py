"""Run, for many plans: each stands alone, in a process of its own where asked."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from ecogis.document import Language, Text
from ecogis.errors import EcogisError, PlanError
from ecogis.layer import Catalogue
from ecogis.outputs import write_all
from ecogis.outputs.sheet import gap_text, target_text
from ecogis.outputs.whole import NotWrittenError
from ecogis.plan import Goal, Plan, read_plan
from ecogis.run import run
from ecogis.scorecard import VERDICTS, Score, Scorecard, Verdict
from ecogis.style import Styles
from ecogis.wording import AREA_METHODS, ORIGINS, shown, shown_gap, with_unit
from ecogis.workspace import Workspace

log = logging.getLogger(__name__)
MET, MISSED, WRONG = 0, 1, 2


@dataclass(frozen=True)
class Order:
    """What to do with every plan of a batch."""

    language: Language = "zh"
    only: tuple[str, ...] = ()
    sources: Path | None = None
    strict: bool = False
    extra: Mapping[str, Sequence[Path]] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One goal as the command line shows it."""

    row: str
    title: str
    value: str
    target: str
    verdict: Verdict
    said: str
    gap: str
    reason: str
    failed: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of one plan: its lines, its files, and its exit code."""

    plan: Path
    code: int
    title: str = ""
    area: str = ""
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    written: tuple[Path, ...] = ()
    seconds: float = 0.0


def folders(plans: Sequence[Path], out: Path | None) -> list[Path]:
    """
    Return where each plan's outputs go.

    Without ``out`` into the place's own ``results/``; with it one plan's into ``out``,
    several plans' into ``out/<place>/``.

    Raises
    ------
    PlanError
        Two plans of one name would write over each other.
    """
    places = [plan.resolve().parent for plan in plans]
    if out is None:
        return [place / "results" for place in places]
    if len(plans) == 1:
        return [out]
    names = [place.name for place in places]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        msg = f"--out {out}: two plans are of the place {twice[0]!r}; run them apart"
        raise PlanError(msg)
    return [out / name for name in names]


def run_one(
    plan: Path,
    folder: Path,
    order: Order,
    begin: Callable[[Plan], None] | None = None,
    progress: Callable[[Goal], None] | None = None,
) -> Outcome:
    """Run one plan and write its outputs; whatever is wrong stands in the outcome."""
    start = time.perf_counter()
    try:
        workspace = Workspace.above(plan.resolve().parent)
        catalogue, styles = Catalogue.read(workspace), Styles.read(workspace)
        asked = read_plan(plan, order.sources, order.extra)
        if begin is not None:
            begin(asked)
        card = run(asked, catalogue, only=order.only, progress=progress)
    except EcogisError as error:
        return Outcome(plan, WRONG, errors=(str(error),))
    except Exception as fault:
        log.exception("%s", plan)
        return _failed(plan, fault)
    errors, written = _write(card, styles, folder, order.language)
    missed = MISSED if order.strict and card.missed else MET
    return Outcome(
        plan=plan,
        code=WRONG if errors else missed,
        title=card.plan.title.in_language(order.language),
        area=_area(card, order.language),
        lines=tuple(line(score, order.language) for score in card.scores),
        notes=tuple(note.in_language(order.language) for note in card.notes),
        errors=errors,
        written=written,
        seconds=time.perf_counter() - start,
    )


def run_all(
    plans: Sequence[Path], where: Sequence[Path], order: Order, workers: int
) -> Iterator[Outcome]:
    """Yield the outcome of each plan, one process a plan, as they are done."""
    work = partial(run_one, order=order)
    with ProcessPoolExecutor(max_workers=workers) as pool:
        waiting = {
            pool.submit(work, plan, folder): plan
            for plan, folder in zip(plans, where, strict=True)
        }
        for done in as_completed(waiting):
            plan = waiting[done]
            try:
                yield done.result()
            except Exception as fault:
                log.exception("%s", plan)
                # the process itself died
                yield _failed(plan, fault)


def _failed(plan: Path, fault: Exception) -> Outcome:
    """Return what became of a plan that met a fault of ours: the others go on."""
    said = f"{plan}: {type(fault).__name__}: {fault}; run with --verbose"
    return Outcome(plan, WRONG, errors=(said,))


def _write(
    card: Scorecard, styles: Styles, folder: Path, language: Language
) -> tuple[tuple[str, ...], tuple[Path, ...]]:
    try:
        return (), tuple(write_all(card, styles, folder, language))
    except NotWrittenError as error:
        return tuple(str(error).splitlines()), error.written


def _area(card: Scorecard, language: Language) -> str:
    if card.area is None:
        return ""
    km2 = card.area.size_m2 / 1e6
    method = AREA_METHODS[card.area.area_method]
    crs = card.area.crs
    said = f"{card.area.name} {km2:,.2f} km² ({method.in_language(language)})"
    return f"{said}, {crs.to_string()} {crs.name}"


def line(score: Score, language: Language) -> Line:
    """Return a score as the command line shows it."""
    value = with_unit(shown(score), score.goal.shown_unit)
    if score.origin == "reported":
        value += f" ({ORIGINS['reported'].in_language(language)})"
    reason = Text.of(score.error) if score.error else score.reason
    return Line(
        row=score.goal.row,
        title=score.title.in_language(language),
        value=value,
        target=target_text(score).in_language(language),
        verdict=score.verdict,
        said=VERDICTS[score.verdict].in_language(language),
        gap=(gap_text(score) or shown_gap(score)).in_language(language),
        reason=reason.in_language(language) if reason else "",
        failed=score.error is not None,
    )
