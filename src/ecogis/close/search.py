"""Which candidates are chosen, and does the indicator itself agree?"""

from dataclasses import dataclass

import numpy as np
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.close.asked import ON_FOOT, Wish, rule_of
from ecogis.close.candidates import Pool
from ecogis.errors import EcogisError, LayerError
from ecogis.reader import Reader
from ecogis.result import Result
from ecogis.run import score_goal
from ecogis.scorecard import Score
from ecogis.spatial.entrances import Doors
from ecogis.spatial.siting import (
    Choice,
    Siting,
    UnreachableError,
    least_for,
    most_within,
)
from ecogis.spatial.siting_demand import Demand, Walkers, on_foot, straight

# the indicator may find a little less than squares promise: so often more is asked for
_ROUNDS = 6
# a hair of the whole, for a target that has to be exceeded
_HAIR = 1e-9
_ENTRANCES = "park_entrances"
_NOTHING = LayerError(
    "no candidate would serve anything that is not served yet; give other candidates",
    "候选地块均不能服务任何未覆盖的对象，请提供其他候选地块",
)


@dataclass(frozen=True)
class Found:
    """
    The sites chosen, and what the indicator says with them.

    Attributes
    ----------
    sites
        The best first; what :class:`Pool` says of each.
    entrances
        Of the new parks, where a layer says which ones the others have.
    newly
        What they serve: ``site`` (from 1), ``amount``.
    after
        The row with the new parks.
    reached
        Whether the target is met.
    best
        What all candidates together serve, where that does not reach the target.
    """

    sites: GeoDataFrame
    newly: GeoDataFrame
    after: Score
    siting: Siting
    pool: Pool
    demand: Demand
    reached: bool
    best: float | None = None
    entrances: GeoDataFrame | None = None


def search(reader: Reader, before: Score, pool: Pool, wish: Wish) -> Found:
    """
    Return the sites that do what is wished for, held against the real indicator.

    Raises
    ------
    LayerError
        No candidate serves anything.
    UnreachableError
        The forced sites alone are more than there may be.
    """
    demand = _demand(reader, before)
    cover = demand.cover(pool.sites)
    if not cover.nnz:
        raise _NOTHING
    costs = pool.sites["cost"].to_numpy(float) if wish.by_cost else None
    choice = Choice(
        cover,
        demand.weights,
        np.ones(len(pool.sites)) if costs is None else costs,
        forced=pool.forced,
        forbidden=pool.forbidden,
    )
    trial = _Trial(reader, before, pool, demand)
    if wish.for_target:
        return _to_target(trial, choice, wish)
    limit = wish.max_sites if wish.max_sites is not None else wish.budget
    siting = most_within(choice, float(limit or 0), seconds=wish.seconds)
    return trial.tried(siting)


def _to_target(trial: "_Trial", choice: Choice, wish: Wish) -> Found:
    """Ask for what is missing; where squares promised too much, ask for more."""
    need = reach = _missing(trial.before)
    for _ in range(_ROUNDS):
        try:
            siting = least_for(choice, reach, seconds=wish.seconds)
        except UnreachableError as error:
            return _at_best(trial, choice, error, wish)
        found = trial.tried(siting)
        if found.reached:
            return found
        brought = _numerator(found.after) - _numerator(trial.before)
        reach += max(need - brought, _HAIR * need)
    return found


def _at_best(
    trial: "_Trial", choice: Choice, error: UnreachableError, wish: Wish
) -> Found:
    """Return the fewest sites that serve as much as all of them do."""
    siting = least_for(choice, error.best, seconds=wish.seconds)
    return trial.tried(siting, error.best)


@dataclass(frozen=True)
class _Trial:
    """Asks the indicator what new parks bring."""

    reader: Reader
    before: Score
    pool: Pool
    demand: Demand

    def tried(self, siting: Siting, best: float | None = None) -> Found:
        """Return what the indicator says with the sites chosen."""
        sites = self.pool.sites.iloc[siting.sites].reset_index(drop=True)
        entrances = self._entrances(sites)
        after = self.before
        if len(sites):
            reader = self.reader.with_more("parks", sites[["name", "geometry"]])
            if entrances is not None:
                reader = reader.with_more(_ENTRANCES, entrances)
            after = score_goal(self.before.goal, reader)
        if after.error is not None:
            raise after.error
        reached = after.value is not None and after.reaches(after.value)
        newly = self.demand.newly(sites)
        return Found(
            sites,
            newly,
            after,
            siting,
            self.pool,
            self.demand,
            reached,
            best,
            entrances,
        )

    def _entrances(self, sites: GeoDataFrame) -> GeoDataFrame | None:
        """Return the gates of new parks, where only mapped gates lead into a park."""
        if not isinstance(self.demand, Walkers) or not self._has_gates:
            return None
        found = self.demand.entrances(sites)
        names = sites["name"].to_numpy()[found.park]
        return found.frame[["geometry"]].assign(name=names)

    @property
    def _has_gates(self) -> bool:
        open_ = self.before.goal.resolved.get("open_parks")
        return not open_ and self.reader.has_data(_ENTRANCES)


def _demand(reader: Reader, before: Score) -> Demand:
    goal, result = before.goal, before.result
    if result is None or isinstance(reader.area, EcogisError):
        msg = "the row has no result"
        raise LayerError(msg)
    if goal.indicator == ON_FOOT:
        return _walkers(reader, before, result)
    return _straight(reader.area, before, result)


def _straight(area: StudyArea, before: Score, result: Result) -> Demand:
    parameters = before.goal.resolved
    return straight(
        area,
        result,
        radius_m=rule_of(parameters).nearest_m,
        quad_segs=parameters["quad_segs"],
        people=parameters["denominator"] == "population",
    )


def _walkers(reader: Reader, before: Score, result: Result) -> Demand:
    parameters = before.goal.resolved
    farthest_m = rule_of(parameters).farthest_m
    doors = Doors(
        parameters["entrance_step_m"],
        parameters["entrance_reach_m"],
        farthest_m if parameters["open_parks"] else None,
    )
    ways = reader.read("walkable_ways", before.goal.margin_m).frame
    return on_foot(result, ways, doors=doors, farthest_m=farthest_m)


def _missing(before: Score) -> float:
    """Return how much has to be served in addition, as the indicator counts it."""
    result, target = before.result, before.goal.target
    if result is None or target is None or not result.denominator:
        return 0.0
    share = (target.number or 0.0) / result.scale
    hair = _HAIR if target.kind == "above" else 0.0
    return (share + hair) * result.denominator - _numerator(before)


def _numerator(score: Score) -> float:
    return (score.result.numerator if score.result else None) or 0.0
