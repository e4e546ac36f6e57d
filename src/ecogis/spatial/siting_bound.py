"""
What can no choice of sites beat? A Lagrangian bound.

Each demand gets a price, its weight at most: what a site is credited for serving it,
though others do so too. Sites are then worth the sum of their demand's prices and are
taken for the best worth for their cost, the last one in part. What they are worth,
with what every demand weighs beyond its price, no choice can serve more than: whatever
the prices, so that the sum for *any* number of sites, or any cost, is bounded at once.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecogis.spatial.siting_core import Core

Floats = NDArray[np.float64]
_STEPS = 1500
# after so many steps without a better bound they become shorter
_PATIENCE, _SHORTER, _SHORTEST = 25, 0.6, 1e-4
# how much of the last direction a step keeps
_KEPT = 0.9
_CLOSE = 1e-7
# a bound of whole numbers that is this near to one is that one
_WHOLE = 1e-6


@dataclass(frozen=True)
class Prices:
    """
    A bound for every cost at once: the most that sites of that cost can serve.

    Attributes
    ----------
    prices
        Of each demand.
    beyond
        What all demand weighs beyond its prices, and what is served at no cost.
    costs, worth
        Of the best sites, summed up from the best worth for its cost.
    spent
        What is spent before.
    """

    prices: Floats
    beyond: float
    costs: Floats
    worth: Floats
    spent: float = 0.0

    def most(self, cost: float) -> float:
        """Return what no choice of at most this cost can exceed."""
        left = cost - self.spent
        return self.beyond + float(np.interp(left, self.costs, self.worth))

    def least(self, weight: float) -> float:
        """Return the cost that every choice has which serves so much."""
        missing = weight - self.beyond
        if missing <= 0:
            return self.spent
        if missing > self.worth[-1]:
            return np.inf
        at = int(np.searchsorted(self.worth, missing))
        low, high = self.worth[at - 1], self.worth[at]
        share = (missing - low) / (high - low)
        step = self.costs[at] - self.costs[at - 1]
        return self.spent + float(self.costs[at - 1] + share * step)

    def slope(self, cost: float) -> float:
        """Return how much more can be served for one more of cost, at that cost."""
        at = int(np.searchsorted(self.costs, cost - self.spent, side="right"))
        if at >= len(self.costs):
            return 0.0
        step = self.costs[at] - self.costs[at - 1]
        return float((self.worth[at] - self.worth[at - 1]) / step)

    def shifted(self, weight: float, cost: float) -> "Prices":
        """Return the prices behind sites that are chosen already."""
        return replace(self, beyond=self.beyond + weight, spent=self.spent + cost)


@dataclass(frozen=True)
class Bound:
    """A bound and the prices that prove it."""

    value: float
    prices: Prices


def plain(core: Core) -> Prices:
    """Return the bound that needs no search: as if no two sites served the same."""
    return _Walk(core, 0.0, 0.0, 1.0).best.prices


def bound_weight(core: Core, budget: float, known: float) -> Bound:
    """Return what no choice within the budget serves more than; ``known`` is one."""
    walk = _Walk(core, budget, known)
    while walk.goes_on(walk.best.value - known):
        x, prices, _ = walk.weigh()
        found = prices.most(budget)
        walk.take(Bound(found, prices), better=found < walk.best.value)
        walk.step(x, found - known)
    return walk.best


def bound_cost(core: Core, reach: float, known: float) -> Bound:
    """Return what no choice that serves ``reach`` costs less than; ``known`` does."""
    walk = _Walk(core, 0.0, 0.0)
    walk.best = Bound(0.0, walk.best.prices)
    while walk.goes_on(known - _up(core, walk.best.value)):
        _, prices, order = walk.weigh()
        found = min(prices.least(reach), known)
        x, per_cost = walk.taken(order, prices, found)
        walk.take(Bound(found, prices), better=found > walk.best.value)
        walk.step(x, (known - found) * per_cost)
    return replace(walk.best, value=min(_up(core, walk.best.value), known))


def _up(core: Core, cost: float) -> float:
    """Return a bound of a cost as the whole number that it is at least."""
    return float(np.ceil(cost - _WHOLE)) if core.whole_costs else cost


class _Walk:
    """Prices on their way to the best bound."""

    def __init__(
        self, core: Core, budget: float, known: float, start: float = 0.5
    ) -> None:
        self.core = core
        self.budget = budget
        self._prices = start * core.weights
        self._direction = np.zeros(len(core.weights))
        self._length, self._idle, self._steps = 1.0, 0, 0
        _, prices, _ = self.weigh()
        self.best = Bound(max(prices.most(budget), known), prices)

    def goes_on(self, gap: float) -> bool:
        """Tell whether another step is worth it."""
        self._steps += 1
        far = gap > _CLOSE * max(abs(self.best.value), 1e-300)
        return far and self._steps <= _STEPS and self._length > _SHORTEST

    def weigh(self) -> tuple[Floats, Prices, NDArray[np.int64]]:
        """Return how much of each site is taken, the bound, and the sites' order."""
        core = self.core
        worth = np.asarray(core.cover @ self._prices)
        order = np.argsort(-worth / np.maximum(core.costs, 1e-300), kind="stable")
        prices = Prices(
            self._prices.copy(),
            float((core.weights - self._prices).sum()),
            np.r_[0.0, np.cumsum(core.costs[order])],
            np.r_[0.0, np.cumsum(worth[order])],
        )
        x, _ = self.taken(order, prices, self.budget)
        return x, prices, order

    def taken(
        self, order: NDArray[np.int64], prices: Prices, cost: float
    ) -> tuple[Floats, float]:
        """Return how much of each site a cost takes, and the last one's worth."""
        x = np.zeros(len(order))
        if not len(order):
            return x, 0.0
        last = int(np.searchsorted(prices.costs, cost, side="right")) - 1
        x[order[:last]] = 1.0
        last = min(last, len(order) - 1)
        price = self.core.costs[order[last]]
        if price > 0 and x[order[last]] == 0:
            x[order[last]] = (cost - prices.costs[last]) / price
        worth = prices.worth[last + 1] - prices.worth[last]
        return x, float(worth / price) if price > 0 else 0.0

    def take(self, bound: Bound, *, better: bool) -> None:
        """Remember a better bound; after too many worse ones go back and step short."""
        if better:
            self.best, self._idle = bound, 0
            return
        self._idle += 1
        if self._idle > _PATIENCE:
            self._length *= _SHORTER
            self._idle = 0
            self._prices = self.best.prices.prices.copy()
            self._direction[:] = 0.0

    def step(self, x: Floats, excess: float) -> None:
        """Move the prices: down where demand is served twice, up where never."""
        slope = np.asarray(self.core.by_demand @ x) - 1.0
        # at its end a price can go no further
        stuck = ((self._prices <= 0) & (slope > 0)) | (
            (self._prices >= self.core.weights) & (slope < 0)
        )
        slope[stuck] = 0.0
        self._direction = slope + _KEPT * self._direction
        # not as a product: BLAS would wake its threads for it
        size = float(np.square(self._direction).sum())
        if size > 0 and excess > 0:
            moved = self._prices - self._length * excess / size * self._direction
            self._prices = np.clip(moved, 0.0, self.core.weights)
