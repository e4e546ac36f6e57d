"""What is wished for, and does it make sense?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecogis.errors import PlanError, nearest
from ecogis.indicator import Tier
from ecogis.indicators import find
from ecogis.plan import Goal, Plan
from ecogis.spatial.siting_sites import Rule

STRAIGHT, ON_FOOT = "park_service_coverage", "park_access_on_foot"
_UPWARD = ("at_least", "above")
# what tiers state themselves, class by class
_SCALARS = ("distance_m", "min_area_m2")
# a pocket park (口袋公园), where nothing else is stated
POCKET_M2 = 400.0


@dataclass(frozen=True)
class Wish:
    """
    What is wished for.

    Attributes
    ----------
    row
        The goal whose gap is to be closed.
    max_sites, budget
        The most for so many sites, or for so much, instead of the fewest for the
        target.
    cheapest
        The least cost for the target, instead of the fewest sites.
    on_foot
        Hold the row's target against the walk, not the straight line.
    candidates
        A file, or a layer's name; the layer ``candidate_sites``, or else a grid,
        without it.
    min_area_m2
        Size of a new park on a square of the grid.
    force, forbid
        Names of sites that must, and must not, be among them.
    seconds
        How long the exact solver is asked at most, each time.
    """

    row: str
    max_sites: int | None = None
    budget: float | None = None
    cheapest: bool = False
    on_foot: bool = False
    candidates: str | None = None
    min_area_m2: float | None = None
    force: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    seconds: float = 20.0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        wrong = [line for line in self._problems() if line]
        if wrong:
            raise PlanError.of(wrong)

    @property
    def by_cost(self) -> bool:
        """Whether sites have to state what they cost."""
        return self.cheapest or self.budget is not None

    @property
    def for_target(self) -> bool:
        """Whether the target is to be reached, whatever it takes."""
        return self.max_sites is None and self.budget is None

    def _problems(self) -> list[str]:
        said = []
        if self.max_sites is not None and self.max_sites < 1:
            said.append(f"--max-sites: found {self.max_sites}, expected at least 1")
        if self.budget is not None and not self.budget > 0:
            said.append(f"--budget: found {self.budget:g}, expected more than 0")
        if self.min_area_m2 is not None and not self.min_area_m2 > 0:
            size = self.min_area_m2
            said.append(f"--min-area-m2: found {size:g}, expected more than 0")
        limits = {
            "--max-sites": self.max_sites is not None,
            "--budget": self.budget is not None,
            "--cheapest": self.cheapest,
        }
        stated = [name for name, given in limits.items() if given]
        if len(stated) > 1:
            said.append(f"{' and '.join(stated)} exclude each other; leave one out")
        both = sorted(set(self.force) & set(self.forbid))
        if both:
            said.append(f"{both[0]!r} is both in --force and in --forbid; leave one")
        return said


def asked_of(plan: Plan, wish: Wish) -> Goal:
    """
    Return the goal that is to be reached.

    Raises
    ------
    PlanError
        The row is unknown, is no park coverage, or has no number to reach.
    """
    rows = {goal.row: goal for goal in plan.goal}
    if wish.row not in rows:
        msg = f"{plan.path}: no row {wish.row!r}{nearest(wish.row, rows)}"
        raise PlanError(msg)
    goal = rows[wish.row]
    where = f"{plan.path}: row {goal.row}"
    if goal.indicator not in {STRAIGHT, ON_FOOT}:
        found = goal.indicator or "a reported number"
        msg = (
            f"{where} is {found}; new parks close the gap of {STRAIGHT} or {ON_FOOT}: "
            "take such a row"
        )
        raise PlanError(msg)
    target = goal.target
    if target is None or target.kind not in _UPWARD:
        found = f"'{target.kind}'" if target else "none"
        msg = (
            f"{where}: found {found} as its target, expected a number: state "
            "target = { at_least = ... }"
        )
        raise PlanError(msg)
    if wish.on_foot and goal.indicator == STRAIGHT:
        return _on_foot(goal, where)
    return goal


def rule_of(parameters: Mapping[str, Any]) -> Rule:
    """Return how the row judges a park."""
    least_m2, metres = parameters["min_area_m2"], parameters["distance_m"]
    one = (Tier(min_area_m2=least_m2, distance_m=metres),)
    return Rule(parameters["tiers"] or one, parameters["area_per"])


def _on_foot(goal: Goal, where: str) -> Goal:
    """Return the same goal with the walk in place of the straight line."""
    measure = find(ON_FOOT)
    left_out = {*_SCALARS} if goal.resolved.get("tiers") else {"tiers"}
    stated = {
        name: value
        for name, value in goal.resolved.items()
        if name in measure.defaults and name not in left_out
    }
    try:
        measure.resolve(stated)
    except PlanError as found:
        msg = f"{where}: --on-foot: {found}"
        raise PlanError(msg) from None
    written = goal.model_dump(exclude={"indicator", "parameters", "title"})
    return Goal(**written, indicator=ON_FOOT, parameters=stated)
