"""What is left of a choice of sites once everything that decides nothing is gone?"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Sites = NDArray[np.int64]


@dataclass(frozen=True)
class Core:
    """
    A choice without forced and useless sites; demand served by the same sites is one.

    Attributes
    ----------
    cover, by_demand
        Sites by demand, and demand by sites: ones.
    weights, costs
        Of the demand and of the sites that are left.
    sites
        The position of each site in the choice that this is the core of.
    """

    cover: csr_array
    by_demand: csr_array
    weights: Floats
    costs: Floats
    sites: Sites

    @cached_property
    def whole_costs(self) -> bool:
        """Whether every cost is a whole number: then a bound is one, too."""
        return bool((self.costs == np.floor(self.costs)).all())

    def weight_of(self, chosen: Sites) -> float:
        """Return what sites serve together."""
        return float(self.weights[self.served_by(chosen)].sum())

    def cost_of(self, chosen: Sites) -> float:
        """Return what sites cost together."""
        return float(self.costs[chosen].sum())

    def served_by(self, chosen: Sites) -> NDArray[np.bool_]:
        """Return which demand sites serve."""
        mask = np.zeros(len(self.weights), dtype=bool)
        for site in chosen:
            mask[self.demand_of(int(site))] = True
        return mask

    def demand_of(self, site: int) -> Sites:
        """Return the demand that a site serves."""
        start, end = self.cover.indptr[site : site + 2]
        served: Sites = self.cover.indices[start:end]
        return served


def shrink(
    cover: csr_array, weights: Floats, costs: Floats, free: NDArray[np.bool_]
) -> Core:
    """
    Return the core of a choice.

    Parameters
    ----------
    cover
        Sites by demand, bool.
    weights
        0 for demand that counts no more.
    costs
        Of the sites.
    free
        Which sites may still be chosen.
    """
    sites = np.flatnonzero(free)
    left = csr_array(cover[sites][:, weights > 0])
    left.eliminate_zeros()
    by_demand = csr_array(left.T)
    by_demand.sort_indices()
    alike, first = _alike(by_demand)
    held = alike >= 0
    merged = np.zeros(len(first))
    np.add.at(merged, alike[held], weights[weights > 0][held])
    by_demand = csr_array(by_demand[first], dtype=np.float64)
    cover = csr_array(by_demand.T)
    useful = np.diff(cover.indptr) > 0
    cover = csr_array(cover[useful])
    cover.sort_indices()
    by_demand = csr_array(cover.T)
    by_demand.sort_indices()
    return Core(cover, by_demand, merged, costs[sites][useful], sites[useful])


def _alike(by_demand: csr_array) -> tuple[Sites, Sites]:
    """Return each demand's group of equal sites (-1: no site), and a member of each."""
    groups: dict[bytes, int] = {}
    alike = np.full(by_demand.shape[0], -1)
    first = []
    ends = by_demand.indptr
    for demand, (start, end) in enumerate(pairwise(ends)):
        if start == end:
            continue
        key = by_demand.indices[start:end].tobytes()
        if key not in groups:
            groups[key] = len(groups)
            first.append(demand)
        alike[demand] = groups[key]
    return alike, np.array(first, dtype=np.int64)
