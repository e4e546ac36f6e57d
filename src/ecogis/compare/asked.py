"""What is compared with what? Two plans, and the rows that stand for each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ecogis.errors import PlanError, nearest
from ecogis.plan import Plan, read_plan


@dataclass(frozen=True)
class Request:
    """
    What a planner states.

    Attributes
    ----------
    before, after
        The plans; without ``after`` the same plan stands on both sides.
    sources
        A TOML whose [sources] replace those of both.
    after_sources, added
        A TOML whose [sources] replace those of the after side, and files whose features
        are added to its layers.
    only
        Rows to compare; all that both have without it.
    rows
        One row of the before side and one of the after side.
    """

    before: Path
    after: Path | None = None
    sources: Path | None = None
    after_sources: Path | None = None
    added: Mapping[str, Sequence[Path]] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    rows: tuple[str, str] | None = None

    @property
    def same_plan(self) -> bool:
        """Whether nothing tells the after side's plan from the other's."""
        return self.after is None and self.after_sources is None and not self.added


@dataclass(frozen=True)
class Asked:
    """
    Both plans, the rows to hold against each other, and those that stand alone.

    ``after is before`` where two rows of one plan are compared.
    """

    before: Plan
    after: Plan
    rows: tuple[tuple[str, str], ...]
    only_before: tuple[str, ...] = ()
    only_after: tuple[str, ...] = ()


def asked_of(request: Request) -> Asked:
    """
    Read both plans and pair their rows by name.

    Raises
    ------
    PlanError
        There is nothing to compare with, a plan is wrong, or a row is in neither.
    """
    if request.rows is not None and request.only:
        msg = "--rows and --only exclude each other; leave one out"
        raise PlanError(msg)
    if request.same_plan and request.rows is None:
        msg = (
            f"{request.before}: found nothing to compare it with, expected a second "
            "plan, --after-sources FILE, --with LAYER=FILE or --rows BEFORE AFTER"
        )
        raise PlanError(msg)
    before = read_plan(request.before, request.sources)
    after = before if request.same_plan else _after(request)
    if request.rows is not None:
        return Asked(before, after, (_two(request.rows, before, after),))
    return _paired(before, after, request.only)


def _after(request: Request) -> Plan:
    others = [one for one in (request.sources, request.after_sources) if one]
    return read_plan(request.after or request.before, others, request.added)


def _two(rows: tuple[str, str], before: Plan, after: Plan) -> tuple[str, str]:
    for row, plan in zip(rows, (before, after), strict=True):
        known = _rows(plan)
        if row not in known:
            msg = f"{plan.path}: no row {row!r}{nearest(row, known)}"
            raise PlanError(msg)
    if after is before and rows[0] == rows[1]:
        msg = f"--rows: found {rows[0]!r} twice, expected two rows of {before.path}"
        raise PlanError(msg)
    return rows


def _paired(before: Plan, after: Plan, only: Sequence[str]) -> Asked:
    one, other = _rows(before), _rows(after)
    every = [*one, *(row for row in other if row not in one)]
    for row in only:
        if row not in every:
            msg = f"{before.path}: no row {row!r}{nearest(row, every)}"
            raise PlanError(msg)
    wanted = [row for row in every if not only or row in only]
    both = tuple((row, row) for row in wanted if row in one and row in other)
    if not both:
        msg = (
            f"{before.path} and {after.path} have no row in common; name two rows: "
            "--rows BEFORE AFTER"
        )
        raise PlanError(msg)
    return Asked(
        before,
        after,
        both,
        tuple(row for row in wanted if row not in other),
        tuple(row for row in wanted if row not in one),
    )


def _rows(plan: Plan) -> list[str]:
    return [goal.row for goal in plan.goal]
