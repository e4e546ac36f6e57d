"""What is the best choice of sites, where the size allows to ask for it exactly?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from ecogis.spatial.siting_bound import Bound
from ecogis.spatial.siting_core import Core, Sites

Floats = NDArray[np.float64]
# with more entries than these left to decide, the solver would not finish
LARGEST = 150_000
_FINISHED, _IMPOSSIBLE = 0, 2
# what the solver takes for equal, of a number of about 1
_SURE = 1e-6
# by how much of the cost a choice has to be cheaper to be of interest
_CHEAPER = 1e-5


@dataclass(frozen=True)
class Exact:
    """What the solver found: better sites, or None; and the bound, better or not."""

    sites: Sites | None
    bound: Bound


def solve_weight(
    core: Core, budget: float, known: float, bound: Bound, seconds: float
) -> Exact:
    """Return the sites within the budget that serve most; ``known`` is one choice."""
    slope = bound.prices.slope(budget)
    limits = _limits(core, bound, slope, bound.value - known)
    if seconds <= 0 or not _fits(core, limits.ub):
        return Exact(None, bound)
    scale = float(core.weights.sum())
    gains = np.r_[np.zeros(len(core.sites)), -core.weights / scale]
    spend = np.r_[core.costs, np.zeros(len(core.weights))]
    rule = LinearConstraint(csr_array(spend[None]), -np.inf, budget)
    found = _solve(core, gains, rule, limits, seconds)
    high = bound.value
    if found.mip_dual_bound is not None:
        # none of what was ruled out beforehand serves more than what is known
        high = min(high, max(known, -float(found.mip_dual_bound) * scale))
    sites = _read(core, found)
    if sites is not None and (
        core.cost_of(sites) > budget or core.weight_of(sites) <= known
    ):
        sites = None
    return Exact(sites, Bound(high, bound.prices))


def solve_cost(
    core: Core, reach: float, known: float, bound: Bound, seconds: float
) -> Exact:
    """Return the sites that serve enough for the least; ``known`` is one cost."""
    less = known - 1 if core.whole_costs else known * (1 - _CHEAPER)
    slope = bound.prices.slope(bound.prices.least(reach))
    room = (less - bound.prices.least(reach)) * slope
    limits = _limits(core, bound, slope, room)
    if seconds <= 0 or not _fits(core, limits.ub):
        return Exact(None, bound)
    scale, dear = float(core.weights.sum()), float(core.costs.max())
    costs = np.r_[core.costs / dear, np.zeros(len(core.weights))]
    serve = np.r_[np.zeros(len(core.sites)), core.weights / scale]
    # only what is cheaper than what is known is of interest
    rules = LinearConstraint(
        csr_array(np.stack([serve, costs])),
        [reach / scale, -np.inf],
        [np.inf, less / dear],
    )
    found = _solve(core, costs, rules, limits, seconds)
    if found.status == _IMPOSSIBLE:
        return Exact(None, Bound(known, bound.prices))
    low = bound.value
    if found.mip_dual_bound is not None:
        low = max(low, min(known, float(found.mip_dual_bound) * dear))
    if core.whole_costs:
        low = float(np.ceil(low - _SURE * max(low, 1.0)))
    sites = _read(core, found)
    if sites is not None and core.weight_of(sites) < reach:
        sites = None
    return Exact(sites, Bound(low, bound.prices))


def _limits(core: Core, bound: Bound, slope: float, room: float) -> Bounds:
    """Return what each variable may be; ``room`` is what a deviation may cost."""
    worth = np.asarray(core.cover @ bound.prices.prices) - slope * core.costs
    low, high = np.zeros(len(worth)), np.ones(len(worth))
    room = room * (1 + _SURE) + _SURE * abs(bound.value)
    low[worth > room] = 1.0
    high[worth < -room] = 0.0
    more = np.zeros(len(core.weights)), np.ones(len(core.weights))
    return Bounds(np.r_[low, more[0]], np.r_[high, more[1]])


def _fits(core: Core, high: Floats) -> bool:
    left = high[: len(core.sites)] > 0
    return int(np.diff(core.cover.indptr)[left].sum()) <= LARGEST


def _solve(
    core: Core, costs: Floats, rule: LinearConstraint, limits: Bounds, seconds: float
) -> Any:
    sites, demand = len(core.sites), len(core.weights)
    # demand is served where one of its sites is chosen
    served = LinearConstraint(
        hstack([core.by_demand, -eye_array(demand)], format="csr"), 0.0, np.inf
    )
    return milp(
        costs,
        integrality=np.r_[np.ones(sites), np.zeros(demand)],
        bounds=limits,
        constraints=[served, rule],
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )


def _read(core: Core, found: Any) -> Sites | None:
    """Return the sites of a solver that finished."""
    if found.status != _FINISHED or found.x is None:
        return None
    return np.flatnonzero(found.x[: len(core.sites)] > 1 / 2)
