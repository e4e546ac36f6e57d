"""Compare two plans, and write what changes: what the command line asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ecogis.batch import MET, WRONG
from ecogis.compare import Comparison, asked_of, compare
from ecogis.compare.asked import Request
from ecogis.document import Language
from ecogis.outputs.change import write_change
from ecogis.outputs.whole import NotWrittenError
from ecogis.plan import Goal
from ecogis.style import Styles
from ecogis.workspace import Workspace


@dataclass(frozen=True)
class Compared:
    """What became of it: both sides, the files, what went wrong, the exit code."""

    comparison: Comparison
    written: tuple[Path, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        """2 where a file could not be written; a row that is unknown is none."""
        return WRONG if self.errors else MET


def compare_one(
    request: Request,
    *,
    out: Path | None = None,
    language: Language = "zh",
    progress: Callable[[Goal], None] | None = None,
) -> Compared:
    """
    Compare two plans, or two rows of one, and write the outputs.

    Parameters
    ----------
    request
        What is compared with what.
    out
        Where to; ``results/compare/`` of the plan before without it.
    language
        The first language of every file.
    progress
        Called with each goal once it is measured.

    Raises
    ------
    EcogisError
        A plan is wrong, or there is nothing to compare.
    """
    asked = asked_of(request)
    styles = Styles.read(Workspace.above(asked.before.folder))
    comparison = compare(asked, progress)
    folder = out or asked.before.folder / "results" / "compare"
    try:
        written = write_change(comparison, styles, folder, language)
    except NotWrittenError as error:
        return Compared(comparison, error.written, tuple(str(error).splitlines()))
    return Compared(comparison, tuple(written))
