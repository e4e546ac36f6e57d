"""
Which sites serve well? Greedy with lazy evaluation, then exchanges.

Everything is deterministic: ties go to the first site, and the shaken restarts draw
from a generator of a fixed seed.
"""

import heapq

import numpy as np
from numpy.typing import NDArray

from ecogis.spatial.siting_core import Core, Sites

Floats = NDArray[np.float64]
# shaken restarts for up to so many sites, and the share of sites each takes away
_SHAKES, _MANY_SITES, _SHAKEN = 40, 100, 0.12
_SEED = 3
# a gain below this share of everything is rounding
_HAIR = 1e-11


class Chosen:
    """Sites that are chosen, with what every other site would add, kept up to date."""

    def __init__(self, core: Core, sites: Sites) -> None:
        self.core = core
        self.least = _HAIR * float(core.weights.sum())
        self._times = np.zeros(len(core.weights), dtype=np.int64)
        self._gain = np.asarray(core.cover @ core.weights)
        self._in = np.zeros(len(core.sites), dtype=bool)
        self.weight = self.cost = 0.0
        for site in sites:
            self.add(int(site))

    @property
    def sites(self) -> Sites:
        """The sites, in ascending order."""
        return np.flatnonzero(self._in)

    def gains(self) -> Floats:
        """Return what each site would add; -1 for those that are chosen."""
        return np.where(self._in, -1.0, self._gain)

    def add(self, site: int) -> None:
        """Choose a site."""
        demand = self.core.demand_of(site)
        fresh = demand[self._times[demand] == 0]
        self._times[demand] += 1
        self._count(site, fresh, 1.0)

    def drop(self, site: int) -> None:
        """Give a site up."""
        demand = self.core.demand_of(site)
        self._times[demand] -= 1
        self._count(site, demand[self._times[demand] == 0], -1.0)

    def losses(self) -> Floats:
        """Return what is lost without each of :attr:`sites`."""
        single = np.where(self._times == 1, self.core.weights, 0.0)
        return np.asarray(self.core.cover[self.sites] @ single)

    def _count(self, site: int, demand: Sites, sign: float) -> None:
        self._in[site] = sign > 0
        self.cost += sign * self.core.costs[site]
        self.weight += sign * float(self.core.weights[demand].sum())
        ends = self.core.by_demand.indptr
        many = ends[demand + 1] - ends[demand]
        # the sites of all this demand, end to end
        inner = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        others = self.core.by_demand.indices[np.repeat(ends[demand], many) + inner]
        self._gain -= sign * np.bincount(
            others,
            np.repeat(self.core.weights[demand], many),
            minlength=len(self._gain),
        )


def search_weight(core: Core, budget: float) -> Sites:
    """Return sites within the budget that serve much."""
    if not len(core.sites):
        return np.zeros(0, dtype=np.int64)
    starts = [lazily(core, budget=budget, per_cost=per) for per in (True, False)]
    # the guard of greedy under a budget: the best site alone
    fits = np.where(core.costs <= budget, core.cover @ core.weights, -1.0)
    starts.append(np.array([fits.argmax()] if fits.max() > 0 else [], dtype=np.int64))
    found = [_improved(Chosen(core, start), budget) for start in starts]
    best = max(found, key=lambda one: one.weight)
    return _shaken(best, budget).sites


def search_cost(core: Core, reach: float) -> Sites:
    """Return sites that serve at least ``reach`` for little."""
    chosen = Chosen(core, lazily(core, reach=reach, per_cost=True))
    _prune(chosen, reach)
    _recompleted(chosen, reach)
    best = chosen.sites
    if not core.whole_costs:
        return best
    while len(best):
        # one less than the best: does any exchange still reach?
        fewer = Chosen(core, best)
        room = fewer.cost - 1.0
        _shrink_to(fewer, room)
        fewer = _shaken(_improved(fewer, room), room, reach)
        if fewer.weight < reach:
            return best
        _prune(fewer, reach)
        best = fewer.sites
    return best


def lazily(
    core: Core,
    *,
    budget: float = np.inf,
    reach: float = np.inf,
    per_cost: bool,
) -> Sites:
    """
    Return a greedy choice: always the site that adds most (for its cost).

    Gains only shrink, so a site is weighed anew only when its old gain leads (CELF).
    """
    costs = np.maximum(core.costs, 1e-300) if per_cost else np.ones(len(core.costs))
    left = core.weights.copy()
    gains = np.minimum(core.cover @ left, reach)
    queue = list(zip(-gains / costs, range(len(costs)), strict=True))
    heapq.heapify(queue)
    chosen, spent, missing = [], 0.0, reach
    while queue and missing > 0:
        _, site = heapq.heappop(queue)
        if spent + core.costs[site] > budget:
            continue
        demand = core.demand_of(site)
        gain = float(left[demand].sum())
        now = (-min(gain, missing) / costs[site], site)
        if queue and now > queue[0]:
            heapq.heappush(queue, now)
        elif gain > 0:
            chosen.append(site)
            spent, missing = spent + core.costs[site], missing - gain
            left[demand] = 0.0
    return np.array(sorted(chosen), dtype=np.int64)


def _improved(chosen: Chosen, budget: float) -> Chosen:
    """Exchange sites one by one for better ones until no exchange helps."""
    _fill(chosen, budget)
    better = True
    while better:
        better = False
        for site in chosen.sites:
            before = chosen.weight
            chosen.drop(int(site))
            added = _fill(chosen, budget)
            if chosen.weight > before + chosen.least:
                better = True
            elif added != [site]:
                for other in added:
                    chosen.drop(other)
                chosen.add(int(site))
    return chosen


def _fill(chosen: Chosen, budget: float) -> list[int]:
    """Add what adds most and still fits, until nothing does."""
    added: list[int] = []
    while True:
        room = budget - chosen.cost
        gains = chosen.gains()
        gains[chosen.core.costs > room * (1 + _HAIR)] = -1.0
        best = int(gains.argmax())
        if gains[best] <= chosen.least:
            return added
        chosen.add(best)
        added.append(best)


def _shaken(chosen: Chosen, budget: float, enough: float = np.inf) -> Chosen:
    """Take neighbouring sites away, fill up and exchange again; keep what is better."""
    random = np.random.default_rng(_SEED)
    core, best, weight = chosen.core, chosen.sites, chosen.weight
    # each costs as many exchanges as there are sites
    rounds = _SHAKES * _MANY_SITES // max(_MANY_SITES, len(best))
    for _ in range(rounds if len(best) > 1 else 0):
        if weight >= enough:
            break
        trial = Chosen(core, best)
        many = max(2, round(_SHAKEN * len(best)))
        for site in _neighbours(core, best, int(random.integers(len(best))), many):
            trial.drop(int(site))
        _blocked_fill(trial, budget, random)
        trial = _improved(trial, budget)
        if trial.weight > weight + trial.least:
            best, weight = trial.sites, trial.weight
    return Chosen(core, best)


def _neighbours(core: Core, sites: Sites, start: int, many: int) -> Sites:
    """Return the sites that share most demand with one of them, itself first."""
    mine = np.zeros(len(core.weights))
    mine[core.demand_of(int(sites[start]))] = 1.0
    # what the neighbours of its demand's candidates reach counts a little, too
    around = core.by_demand.T @ mine
    wider = core.by_demand @ around
    shared = np.asarray(core.cover[sites] @ wider)
    shared[start] = np.inf
    return sites[np.argsort(-shared, kind="stable")[:many]]


def _blocked_fill(trial: Chosen, budget: float, random: np.random.Generator) -> None:
    """Fill up with sites drawn from the best few: else the same ones come back."""
    while True:
        gains = trial.gains()
        gains[trial.core.costs > (budget - trial.cost) * (1 + _HAIR)] = -1.0
        few = np.argsort(-gains, kind="stable")[:4]
        few = few[gains[few] > max(trial.least, 0.7 * gains[few[0]])]
        if not len(few):
            return
        trial.add(int(few[random.integers(len(few))]))


def _prune(chosen: Chosen, reach: float) -> None:
    """Give up sites that are not needed, the dearest first."""
    order = sorted(chosen.sites, key=lambda site: (-chosen.core.costs[site], site))
    for site in order:
        chosen.drop(int(site))
        if chosen.weight < reach:
            chosen.add(int(site))


def _shrink_to(chosen: Chosen, room: float) -> None:
    """Give up sites that lose least until the rest fits."""
    while chosen.cost > room and len(chosen.sites):
        chosen.drop(int(chosen.sites[chosen.losses().argmin()]))


def _recompleted(chosen: Chosen, reach: float) -> None:
    """Replace each site by what reaches as much for less."""
    better = True
    while better:
        better = False
        for site in chosen.sites:
            before, kept = chosen.cost, chosen.sites
            chosen.drop(int(site))
            _complete(chosen, reach)
            _prune(chosen, reach)
            if chosen.cost < before * (1 - _HAIR):
                better = True
                break
            for other in np.setdiff1d(chosen.sites, kept):
                chosen.drop(int(other))
            for other in np.setdiff1d(kept, chosen.sites):
                chosen.add(int(other))


def _complete(chosen: Chosen, reach: float) -> None:
    """Add what brings most of what is missing for its cost, until it is reached."""
    costs = np.maximum(chosen.core.costs, 1e-300)
    while chosen.weight < reach:
        gains = np.minimum(chosen.gains(), reach - chosen.weight)
        best = int((gains / costs).argmax())
        if gains[best] <= 0:
            return
        chosen.add(best)
