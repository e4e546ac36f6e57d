"""What changes between two plans, or two rows of one? Nothing is drawn or written."""

from collections.abc import Callable

from ecogis.compare.asked import Asked as Asked
from ecogis.compare.asked import asked_of as asked_of
from ecogis.compare.comparison import Comparison as Comparison
from ecogis.compare.pair import Pair as Pair
from ecogis.layer import Catalogue
from ecogis.plan import Goal, Plan
from ecogis.run import run
from ecogis.scorecard import Scorecard
from ecogis.workspace import Workspace

Progress = Callable[[Goal], None]


def compare(asked: Asked, progress: Progress | None = None) -> Comparison:
    """
    Measure both sides in this process, and hold each row against the other.

    What sound transfer the first side needed is kept for the second: where only the
    traffic of roads differs, nothing is propagated again.

    Parameters
    ----------
    asked
        Both plans and the rows to hold against each other.
    progress
        Called with each goal once it is done.

    Raises
    ------
    PlanError
        The area's name is not in its layer, or a layer is unknown.
    """
    firsts = {one for one, _ in asked.rows}
    seconds = {other for _, other in asked.rows}
    if asked.after is asked.before:
        both = _run(asked.before, firsts | seconds, progress)
        return Comparison.of(asked, both, both)
    before = _run(asked.before, firsts, progress)
    return Comparison.of(asked, before, _run(asked.after, seconds, progress))


def _run(plan: Plan, rows: set[str], progress: Progress | None) -> Scorecard:
    catalogue = Catalogue.read(Workspace.above(plan.folder))
    return run(plan, catalogue, only=rows, progress=progress)
