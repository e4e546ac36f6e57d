"""Sites chosen are held against every subset there is."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from ecogis.spatial.siting import (
    Choice,
    UnreachableError,
    least_for,
    most_within,
)
from ecogis.spatial.siting_bound import bound_cost, bound_weight
from ecogis.spatial.siting_core import shrink
from ecogis.spatial.siting_search import lazily


def cover(*rows):
    return csr_array(np.array(rows, dtype=bool))


def subsets(choice):
    """Yield every choice that keeps to what is forced and forbidden: weight, cost."""
    sites = np.arange(choice.cover.shape[0])
    table = choice.cover.toarray()
    weights = np.where(choice.served, 0, choice.weights)
    must = set(np.flatnonzero(choice.forced))
    may = set(np.flatnonzero(~choice.forbidden))
    for many in range(len(sites) + 1):
        for chosen in combinations(sites, many):
            if must <= set(chosen) <= may:
                served = table[list(chosen)].any(axis=0)
                yield weights[served].sum(), choice.costs[list(chosen)].sum()


@st.composite
def choices(draw, *, whole=False):
    sites, demand = draw(st.integers(1, 8)), draw(st.integers(1, 12))
    seed = draw(st.integers(0, 10_000))
    random = np.random.default_rng(seed)
    table = random.random((sites, demand)) < draw(st.floats(0.05, 0.7))
    weights = random.integers(0, 9, demand).astype(float)
    if draw(st.booleans()):
        weights = random.random(demand)
    costs = random.integers(0, 6, sites).astype(float)
    if draw(st.booleans()):
        costs = random.uniform(0.5, 4, sites)
    flags = random.choice(3, sites, p=[0.8, 0.1, 0.1])
    return Choice(
        csr_array(table),
        weights,
        np.ones(sites) if whole else costs,
        forced=flags == 1,
        forbidden=flags == 2,
        served=random.random(demand) < 0.1,
    )


def holds_together(choice, found):
    """Check the answer against its own sites; the oracle's sums are its own."""
    table = choice.cover.toarray()
    weights = np.where(choice.served, 0, choice.weights)
    served = table[found.sites].any(axis=0)
    assert found.value == pytest.approx(weights[served].sum(), abs=1e-9)
    assert found.adds.sum() == pytest.approx(found.value, abs=1e-9)
    assert found.cost == pytest.approx(choice.costs[found.sites].sum())
    assert (np.diff(found.adds) <= 1e-9).all()
    assert set(np.flatnonzero(choice.forced)) <= set(found.sites)
    assert not choice.forbidden[found.sites].any()
    assert len(set(found.sites)) == len(found.sites)


def core_of(choice):
    """Return the core of a choice without flags."""
    free = np.ones(len(choice.costs), dtype=bool)
    return shrink(choice.cover, choice.weights, choice.costs, free)


@given(choices(), st.floats(0, 12))
def test_the_most_within_a_budget(choice, budget):
    possible = [weight for weight, cost in subsets(choice) if cost <= budget]
    if not possible:
        with pytest.raises(UnreachableError, match="forced"):
            most_within(choice, budget)
        return
    found = most_within(choice, budget)
    holds_together(choice, found)
    assert found.cost <= budget + 1e-9
    assert found.value == pytest.approx(max(possible), rel=1e-6, abs=1e-9)
    assert found.optimal
    assert found.bound >= max(possible) - 1e-6
    assert found.bound >= found.value


@given(choices(), st.floats(0, 1))
def test_the_least_cost_for_a_weight(choice, share):
    everything = list(subsets(choice))
    reach = share * max(weight for weight, _ in everything)
    found = least_for(choice, reach)
    holds_together(choice, found)
    assert found.value >= reach - 1e-9
    best = min(cost for weight, cost in everything if weight >= reach - 1e-9)
    assert found.cost == pytest.approx(best, rel=1e-5, abs=1e-9)
    assert found.gap <= 1e-5
    assert found.bound <= best + 1e-9
    assert found.bound <= found.cost


@given(choices(whole=True), st.integers(0, 8))
def test_bounds_and_searches_hold_without_the_exact_solver(choice, many):
    everything = list(subsets(choice))
    possible = [weight for weight, cost in everything if cost <= many]
    if possible:
        found = most_within(choice, many, seconds=0)
        holds_together(choice, found)
        assert found.value <= max(possible) + 1e-9 <= found.bound + 1e-6
        for number in range(many + 1):
            within = [weight for weight, cost in everything if cost <= number]
            if within:
                assert max(within) <= found.most(number) + 1e-6
    reach = 0.9 * max(weight for weight, _ in everything)
    found = least_for(choice, reach, seconds=0)
    holds_together(choice, found)
    best = min(cost for weight, cost in everything if weight >= reach - 1e-9)
    assert found.bound <= best <= found.cost


@given(choices(), st.floats(0, 12), st.floats(0.01, 1))
def test_no_bound_is_beaten_whatever_it_is_told_to_beat(choice, budget, share):
    # as if nothing were forced, forbidden or served: the bound itself, not its use
    plain = Choice(choice.cover, choice.weights, choice.costs)
    everything, core = list(subsets(plain)), core_of(plain)
    best = max(weight for weight, cost in everything if cost <= budget)
    assert bound_weight(core, budget, 0.0).value >= best - 1e-9
    reach = share * max(weight for weight, _ in everything)
    least = min(cost for weight, cost in everything if weight >= reach)
    found = bound_cost(core, reach, float(choice.costs.sum()))
    assert found.value <= least + 1e-9


@pytest.mark.parametrize("seed", range(4))
def test_the_search_alone_is_near_the_best(seed):
    random = np.random.default_rng(seed)
    table = csr_array(random.random((40, 120)) < 0.08)
    choice = Choice(table, random.integers(1, 50, 120).astype(float))
    best, alone = (most_within(choice, 7, seconds=s) for s in (20, 0))
    assert best.optimal
    assert alone.value >= 0.995 * best.value
    fewest, few = (least_for(choice, best.value, seconds=s) for s in (20, 0))
    assert fewest.cost == 7
    assert few.cost <= 8


@given(choices())
def test_too_much_is_refused_with_the_best_there_is(choice):
    best = max(weight for weight, _ in subsets(choice))
    with pytest.raises(UnreachableError, match="cannot be reached") as refused:
        least_for(choice, best + 0.01)
    assert refused.value.best == pytest.approx(best)
    assert f"{best:,.10g}" in str(refused.value)
    assert "无法达到" in refused.value.zh


# the trap of greed: the middle site serves 4, after which two more are needed
TRAP = cover(
    [0, 1, 1, 1, 1, 0],
    [1, 1, 1, 0, 0, 0],
    [0, 0, 0, 1, 1, 1],
)


def test_greed_takes_three_sites_where_two_are_enough():
    choice = Choice(TRAP, np.ones(6))
    core = most_within(choice, 3)
    assert core.value == 6
    found = least_for(choice, 6)
    assert sorted(found.sites) == [1, 2]
    assert (found.cost, found.bound, found.gap) == (2, 2, 0)
    assert found.optimal


def test_greed_alone_is_worse_where_the_exchange_helps():
    core = shrink(TRAP, np.ones(6), np.ones(3), np.ones(3, dtype=bool))
    greedy = lazily(core, budget=2, per_cost=False)
    assert core.weight_of(greedy) == 5
    assert most_within(Choice(TRAP, np.ones(6)), 2).value == 6


def test_the_best_single_site_guards_against_cheap_ones():
    # for its cost the small one is better, and then the large one fits no more
    choice = Choice(cover([1, 0], [0, 1]), [2.0, 90.0], [1.0, 100.0])
    found = most_within(choice, 100, seconds=0)
    assert list(found.sites) == [1]


def test_forced_sites_count_and_forbidden_ones_do_not():
    choice = Choice(TRAP, np.ones(6), forced=np.array([True, False, False]))
    found = least_for(choice, 6)
    assert (sorted(found.sites), found.cost) == ([0, 1, 2], 3)
    assert found.adds.tolist() == [4, 1, 1]
    choice = Choice(TRAP, np.ones(6), forbidden=np.array([False, True, False]))
    with pytest.raises(UnreachableError, match="all sites together serve 5"):
        least_for(choice, 6)


def test_a_tie_goes_to_the_first_site():
    choice = Choice(cover([1, 0, 1], [0, 1, 1], [1, 1, 0]), np.ones(3))
    assert most_within(choice, 1).sites.tolist() == [0]
    assert least_for(choice, 2).sites.tolist() == [0]


def test_nothing_to_do_takes_no_site():
    choice = Choice(TRAP, np.ones(6))
    for found in (least_for(choice, 0), most_within(choice, 0)):
        assert (found.sites.tolist(), found.value, found.cost) == ([], 0, 0)
        assert found.gap == 0


def test_no_sites_at_all():
    choice = Choice(csr_array((0, 3), dtype=bool), np.ones(3))
    assert most_within(choice, 5).value == 0
    with pytest.raises(UnreachableError, match="serve 0"):
        least_for(choice, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"weights": [1, -1]}, "weights: every number"),
        ({"weights": [1, np.nan]}, "weights: every number"),
        ({"weights": [1]}, r"weights: found \(1,\), expected \(2,\)"),
        ({"costs": [-1, 1]}, "costs: every number"),
        ({"forced": [1, 0], "forbidden": [1, 0]}, "site 0 is both"),
    ],
)
def test_nonsense_is_refused(change, said):
    given_ = {"weights": [1.0, 1.0], **change}
    with pytest.raises(ValueError, match=said):
        Choice(cover([1, 0], [0, 1]), **given_)


def test_the_same_question_has_the_same_answer():
    random = np.random.default_rng(5)
    table = csr_array(random.random((60, 300)) < 0.05)
    weights = random.integers(1, 50, 300).astype(float)
    first, again = (most_within(Choice(table, weights), 9) for _ in range(2))
    assert first.sites.tolist() == again.sites.tolist()
    assert first.bound == again.bound
    assert first.optimal


def test_a_large_choice_states_a_small_gap_without_the_exact_solver():
    random = np.random.default_rng(5)
    at, there = random.random((400, 2)), random.random((3000, 2))
    near = ((at[:, None] - there[None]) ** 2).sum(axis=2) < 0.06**2
    found = most_within(Choice(csr_array(near), np.ones(3000)), 40, seconds=0)
    assert 0 < found.gap < 0.03
