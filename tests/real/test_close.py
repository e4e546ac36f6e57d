"""
New parks for a whole city, five points above what it has.

The oracle counts buildings by itself; it is told only where the new parks are.
"""

from pathlib import Path

import numpy as np
import pytest
import shapely

from ecogis.close import Wish, close
from ecogis.plan import Target, read_plan

pytestmark = pytest.mark.real
PLAN = Path(__file__).parent / "las_palmas" / "plan.toml"


@pytest.fixture(scope="module")
def raised(card_of, catalogue):
    """Return a function that closes a gap of five points above today's value."""

    def closing(row):
        today = card_of(PLAN)[row].value
        target = Target(at_least=round(today + 5, 1))
        plan = read_plan(PLAN)
        goals = [goal for goal in plan.goal if goal.row == row]
        more = tuple(goal.model_copy(update={"target": target}) for goal in goals)
        return close(plan.model_copy(update={"goal": more}), catalogue, Wish(row))

    return closing


@pytest.fixture(scope="module")
def straight(raised):
    return raised("LP-buildings")


def is_proven(closing):
    """Check the target, and that nothing fewer reaches it."""
    target = closing.before.goal.target.number
    assert closing.before.value < target <= closing.after.value
    assert len(closing.sites) == closing.siting.bound
    # one less, even the best one less, is not enough
    assert closing.curve["coverage"].iloc[-2] < target


def test_buildings_five_points_above_today(straight):
    is_proven(straight)
    assert len(straight.sites) < 10


def test_the_buildings_served_are_those_near_the_new_parks(straight):
    drawn = straight.before.result.drawn["homes_served"]
    missed = np.asarray(drawn[~drawn["served"].to_numpy(bool)].geometry.values)
    sites = np.asarray(straight.sites.geometry.values)
    near = np.zeros(len(missed), dtype=bool)
    for site in sites:
        near |= shapely.distance(missed, site) <= 500
    gained = straight.after.result.numerator - straight.before.result.numerator
    assert near.sum() == gained == straight.sites["adds"].sum()


def test_new_parks_stand_where_nothing_is_built(straight):
    sites = straight.sites.geometry
    buildings = straight.before.result.drawn["homes_served"].geometry
    tree = shapely.STRtree(buildings.to_numpy())
    assert not len(tree.query(sites.to_numpy(), predicate="intersects")[0])
    assert (straight.sites["area_m2"] >= 1000).all()
    assert shapely.within(sites.to_numpy(), straight.reader.area.boundary).all()


def test_on_foot_five_points_above_today(raised):
    closing = raised("LP-parks-on-foot")
    is_proven(closing)
    gained = closing.after.result.numerator - closing.before.result.numerator
    assert gained == closing.sites["adds"].sum()
