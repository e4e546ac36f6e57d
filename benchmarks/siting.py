"""
The 100 sites of 5 000 that serve most of 30 000 squares' people within 500 m.

A set cover of 370 000 entries. HiGHS is asked for the same as a mixed-integer program,
through scipy, and stopped after its time; ours may ask it, too, for what is left, and
has to prove that its sites are within 3 % of the best.
"""

import os
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack
from scipy.spatial import cKDTree
from synthetic import District
from timing import AGREED, TOLD, Answer, Goal, Method

from ecogis.spatial.siting import Choice, most_within

__all__ = ["AGREED", "GOALS", "TITLE", "Work"]
TITLE = "100 sites of 5 000 for 30 000 squares"
RADIUS_M, CELL_M = 500.0, 100.0
# what is left between the sites found and what is proven, at most
PROVEN = 0.03
# how long HiGHS alone is given, in seconds
PATIENCE_S = float(os.environ.get("SITING_SECONDS", "45"))
ALONE = f"HiGHS alone, {PATIENCE_S:g} s"
GOALS = (Goal((ALONE,), 2.0),)
_FOCI = 60


class Work:
    """Who lives where, which sites there might be, and each method's answer."""

    def __init__(
        self,
        district: District,
        squares: int = 30_000,
        sites: int = 5_000,
        chosen: int = 100,
    ) -> None:
        random = np.random.default_rng(7)
        at, people = _people(district, random, squares)
        shuffled = random.permutation(len(at))
        # sites lie where people do, not on the squares' middles
        likely = people[shuffled] / people.sum()
        drawn = random.choice(len(at), min(sites, len(at)), replace=False, p=likely)
        near = shuffled[drawn]
        spots = at[near] + random.uniform(-CELL_M / 2, CELL_M / 2, (len(near), 2))
        self.cover, self.people = _cover(spots, at), people
        self.chosen = chosen

    def highs(self) -> Answer:
        """Ask HiGHS for the mixed-integer program, stopped after its time."""
        sites, squares = self.cover.shape
        served = hstack([self.cover.T, -eye_array(squares)], format="csr")
        count = np.r_[np.ones(sites), np.zeros(squares)][None]
        found = milp(
            np.r_[np.zeros(sites), -self.people],
            integrality=np.r_[np.ones(sites), np.zeros(squares)],
            bounds=(0, 1),
            constraints=[
                LinearConstraint(served, 0, np.inf),
                LinearConstraint(csr_array(count), -np.inf, self.chosen),
            ],
            options={"time_limit": PATIENCE_S, "mip_rel_gap": PROVEN},
        )
        value = None if found.x is None else -found.fun
        bound = None if found.mip_dual_bound is None else -found.mip_dual_bound
        return {TOLD: _told(value, bound)}

    def ecogis(self) -> Answer:
        """Search, bound, and state the gap."""
        found = most_within(Choice(self.cover, self.people), self.chosen)
        assert len(found.sites) <= self.chosen
        assert found.gap <= PROVEN, f"a gap of {found.gap:.2%}"
        return {TOLD: _told(found.value, found.bound)}

    def methods(self, _server: Any) -> list[Method]:
        """Return everybody's method, ours last."""
        return [Method(ALONE, self.highs), Method("ecogis", self.ecogis)]


def _people(
    district: District, random: np.random.Generator, many: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the squares where most people live, around foci of different weight."""
    side_m, centre = district.size.side_m, district.centre
    steps = (np.arange(int(side_m / CELL_M)) + 1 / 2) * CELL_M - side_m / 2
    at = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2) + centre
    at = at[shapely.contains_xy(district.boundary, at)]
    foci = random.normal(0, 0.22 * side_m, (_FOCI, 2)) + centre
    wide_m, weight = random.uniform(600, 3000, _FOCI), random.lognormal(0, 1, _FOCI)
    dense = np.zeros(len(at))
    for focus, wide, heavy in zip(foci, wide_m, weight, strict=True):
        dense += heavy * np.exp(-((at - focus) ** 2).sum(axis=1) / (2 * wide**2))
    people = np.round(200 * dense * random.lognormal(0, 0.8, len(at)))
    kept = np.argsort(-people, kind="stable")[:many]
    kept = kept[people[kept] > 0]
    return at[kept], people[kept]


def _cover(spots: NDArray[np.float64], at: NDArray[np.float64]) -> csr_array:
    """Return which squares' middles lie within the radius of each site."""
    near = cKDTree(at).query_ball_point(spots, RADIUS_M, return_sorted=True)
    many = [len(one) for one in near]
    ends = np.r_[0, np.cumsum(many)]
    held = np.concatenate([np.asarray(one, dtype=np.int64) for one in near])
    return csr_array((np.ones(len(held), dtype=bool), held, ends), (len(near), len(at)))


def _told(value: float | None, bound: float | None) -> str:
    """Return what was found, what is proven, and what lies between."""
    if value is None or not value > 0:
        return "no sites at all"
    if bound is None or not np.isfinite(bound):
        return f"{value:,.0f} people, nothing proven"
    gap = (bound - value) / bound
    return f"{value:,.0f} people, at most {bound:,.0f} proven: a gap of {gap:.2%}"
