"""
Where do new sites serve most, or fewest sites serve enough, and how sure is that?

A search gives a good choice, a bound says what no choice can beat, and where the two do
not meet an exact solver is asked. What is left between them is the proven gap.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ecogis.errors import EcogisError
from ecogis.spatial.siting_bound import (
    Prices,
    bound_cost,
    bound_weight,
    plain,
)
from ecogis.spatial.siting_core import Core, shrink
from ecogis.spatial.siting_exact import solve_cost, solve_weight
from ecogis.spatial.siting_search import search_cost, search_weight

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
# how far sums of doubles may fall short of a weight that they reach, of the whole
_ROUNDING = 1e-12
# a gap below this is none: the solver's own tolerance
PROVEN = 1e-5
# how long the exact solver is asked at most, in seconds
PATIENCE_S = 20.0


class UnreachableError(EcogisError):
    """
    What is asked for cannot be had; the line names the best that can be.

    ``best`` is that best, in the unit of the weights (or of the costs, where the sites
    that must be taken cost more than there is).
    """

    def __init__(self, message: str, zh: str, best: float) -> None:
        super().__init__(message, zh)
        self.best = best


@dataclass(frozen=True)
class Choice:
    """
    Candidate sites, what they cover, and what may be chosen.

    Attributes
    ----------
    cover
        Sites by demand; an entry that is not zero says that the site serves it.
    weights
        What each demand counts: m², people, buildings; at least 0.
    costs
        What each site costs, at least 0; 1 each where sites are counted.
    forced, forbidden
        Sites that must, and must not, be chosen.
    served
        Demand that is served already and counts no more.

    Raises
    ------
    ValueError
        A length that does not fit, a number below 0 or not finite, or a site both
        forced and forbidden.
    """

    cover: csr_array
    weights: Floats
    costs: Floats = field(default_factory=lambda: np.zeros(0))
    forced: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    forbidden: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))
    served: Flags = field(default_factory=lambda: np.zeros(0, dtype=bool))

    def __post_init__(self) -> None:
        """Fill what is not stated: each site costs 1, no flag is set."""
        sites, demand = self.cover.shape
        filled = {
            "cover": csr_array(self.cover, dtype=bool),
            "weights": np.asarray(self.weights, dtype=np.float64),
            "costs": _filled(self.costs, np.ones(sites)),
            "forced": _filled(self.forced, np.zeros(sites, dtype=bool)),
            "forbidden": _filled(self.forbidden, np.zeros(sites, dtype=bool)),
            "served": _filled(self.served, np.zeros(demand, dtype=bool)),
        }
        for name, value in filled.items():
            object.__setattr__(self, name, value)
        self._refuse_nonsense()

    def _refuse_nonsense(self) -> None:
        sites, demand = self.cover.shape
        for name, numbers, many in (
            ("weights", self.weights, demand),
            ("costs", self.costs, sites),
            ("forced", self.forced, sites),
            ("forbidden", self.forbidden, sites),
            ("served", self.served, demand),
        ):
            if numbers.shape != (many,):
                msg = f"{name}: found {numbers.shape}, expected ({many},)"
                raise ValueError(msg)
            if not np.isfinite(numbers).all() or (numbers < 0).any():
                msg = f"{name}: every number is finite and at least 0"
                raise ValueError(msg)
        if (self.forced & self.forbidden).any():
            at = int(np.flatnonzero(self.forced & self.forbidden)[0])
            msg = f"site {at} is both forced and forbidden"
            raise ValueError(msg)


@dataclass(frozen=True)
class Siting:
    """
    Sites chosen, and how good the choice is proven to be.

    Attributes
    ----------
    sites
        Positions of the sites, that which adds most first.
    adds
        What each adds to those before it.
    value, cost
        What they serve together, and cost together.
    bound
        No choice serves more (``aim`` is ``"weight"``), or costs less (``"cost"``).
    aim
        What was sought: the most weight within a cost, or the least cost for a weight.
    prices
        What bounds every other number of sites, or cost, too: see :meth:`most`.
    """

    sites: NDArray[np.int64]
    adds: Floats
    value: float
    cost: float
    bound: float
    aim: Literal["weight", "cost"]
    prices: tuple[Prices, ...]

    def most(self, cost: float) -> float:
        """Return what no choice of at most this cost can exceed."""
        return min(prices.most(cost) for prices in self.prices)

    @property
    def gap(self) -> float:
        """How far from the best the choice may be at most, as a share of 0 to 1."""
        high, low = max(self._ends), min(self._ends)
        return 0.0 if high <= 0 else (high - low) / high

    @property
    def optimal(self) -> bool:
        """Whether the choice is proven to be the best."""
        return self.gap <= PROVEN

    @property
    def _ends(self) -> tuple[float, float]:
        return (self.value if self.aim == "weight" else self.cost), self.bound


def most_within(
    choice: Choice, budget: float, *, seconds: float = PATIENCE_S
) -> Siting:
    """
    Return the sites that serve the most for at most ``budget``.

    Parameters
    ----------
    choice
        With costs of one each, ``budget`` is a number of sites.
    budget
        What the sites may cost together, forced ones included.
    seconds
        How long the exact solver is asked; what it has not finished by then is only
        taken for the bound, so that the sites are the same on every machine that
        finishes.

    Raises
    ------
    UnreachableError
        The forced sites alone cost more.
    """
    spent = float(choice.costs[choice.forced].sum())
    if spent > budget * (1 + _ROUNDING):
        msg = f"the forced sites alone cost {spent:,.10g}; there is {budget:,.10g}"
        zh = f"必选地块合计 {spent:,.10g}，超出上限 {budget:,.10g}"
        raise UnreachableError(msg, zh, spent)
    room = budget - spent
    core, base = _shrunk(choice, room)
    chosen = search_weight(core, room)
    bound = bound_weight(core, room, core.weight_of(chosen))
    if _open(core.weight_of(chosen), bound.value):
        found = solve_weight(core, room, core.weight_of(chosen), bound, seconds)
        chosen, bound = (chosen if found.sites is None else found.sites), found.bound
    sites = np.r_[np.flatnonzero(choice.forced), core.sites[chosen]]
    prices = _shifted((bound.prices, plain(core)), base, spent)
    return _siting(choice, sites, bound.value + base, prices, "weight")


def least_for(choice: Choice, reach: float, *, seconds: float = PATIENCE_S) -> Siting:
    """
    Return the sites that serve at least ``reach`` for the least cost.

    Parameters
    ----------
    choice
        With costs of one each, these are the fewest sites.
    reach
        What shall be served, in the unit of the weights, forced sites' share included.
    seconds
        See :func:`most_within`.

    Raises
    ------
    UnreachableError
        All the sites that may be chosen serve less.
    """
    spent = float(choice.costs[choice.forced].sum())
    core, base = _shrunk(choice)
    best = base + float(core.weights.sum())
    slack = _ROUNDING * float(choice.weights.sum())
    if best < reach - slack:
        msg = f"{reach:,.10g} cannot be reached: all sites together serve {best:,.10g}"
        zh = f"无法达到 {reach:,.10g}：全部候选地块合计只能服务 {best:,.10g}"
        raise UnreachableError(msg, zh, best)
    # never more than there is: rounding must not make a reachable weight unreachable
    rest = max(0.0, min(reach - base - slack, float(core.weights.sum()) - slack))
    chosen = search_cost(core, rest)
    bound = bound_cost(core, rest, core.cost_of(chosen))
    if _open(bound.value, core.cost_of(chosen)):
        found = solve_cost(core, rest, core.cost_of(chosen), bound, seconds)
        chosen, bound = (chosen if found.sites is None else found.sites), found.bound
    sites = np.r_[np.flatnonzero(choice.forced), core.sites[chosen]]
    prices = _shifted((bound.prices, plain(core)), base, spent)
    return _siting(choice, sites, bound.value + spent, prices, "cost")


def _open(low: float, high: float) -> bool:
    return high - low > PROVEN * max(high, 1e-300)


def _shrunk(choice: Choice, room: float = np.inf) -> tuple[Core, float]:
    """Return what is left to choose and to pay, and what the forced sites serve."""
    by_force = np.asarray(choice.cover[choice.forced].sum(axis=0)).ravel() > 0
    base = float(choice.weights[by_force & ~choice.served].sum())
    free = ~choice.forced & ~choice.forbidden & (choice.costs <= room)
    weights = np.where(choice.served | by_force, 0.0, choice.weights)
    return shrink(choice.cover, weights, choice.costs, free), base


def _siting(
    choice: Choice,
    sites: NDArray[np.int64],
    bound: float,
    prices: tuple[Prices, ...],
    aim: Literal["weight", "cost"],
) -> Siting:
    order, adds = _ranked(choice, np.sort(sites))
    value, cost = float(adds.sum()), float(choice.costs[sites].sum())
    # sums in another order differ in their last digits: those must not cross
    proven = max(bound, value) if aim == "weight" else min(bound, cost)
    return Siting(order, adds, value, cost, proven, aim, prices)


def _shifted(
    prices: tuple[Prices, ...], weight: float, cost: float
) -> tuple[Prices, ...]:
    return tuple(one.shifted(weight, cost) for one in prices)


def _ranked(
    choice: Choice, sites: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Floats]:
    """Return the sites, the one that adds most first, and what each adds."""
    left = np.where(choice.served, 0.0, choice.weights)
    cover = choice.cover[sites].astype(np.float64)
    order, adds = [], []
    waiting = np.ones(len(sites), dtype=bool)
    for _ in sites:
        gain = np.where(waiting, cover @ left, -1.0)
        best = int(gain.argmax())
        waiting[best] = False
        order.append(sites[best])
        adds.append(gain[best])
        left[cover.indices[cover.indptr[best] : cover.indptr[best + 1]]] = 0.0
    return np.array(order, dtype=np.int64), np.array(adds, dtype=np.float64)


def _filled(stated: NDArray[Any], default: NDArray[Any]) -> NDArray[Any]:
    given = np.asarray(stated, dtype=default.dtype)
    return given if given.size else default
