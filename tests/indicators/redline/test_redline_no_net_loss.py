"""Red line lost, gained and kept, in squares whose areas are done in the head."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity, box

from ecogis.area import StudyArea
from ecogis.errors import PlanError
from ecogis.indicators.redline import redline_area, redline_no_net_loss
from ecogis.plan import Baseline, Goal, Target
from ecogis.scorecard import Score
from ecogis.spatial.zonal import by_zone

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000


def square(west, south, east, north):
    return box(X + west, Y + south, X + east, Y + north)


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


BOX = square(0, 0, 2000, 2000)
TOWN = StudyArea("town", BOX, CRS, area_method="plane")
THEN = frame(square(0, 0, 1000, 1000), name=["千灵山"])


def test_a_loss_is_listed_however_well_it_is_made_good():
    # the line moves 200 m east: 0.2 km² lost, 0.2 km² gained
    now = frame(square(200, 0, 1200, 1000), name=["北宫"])
    found = redline_no_net_loss(TOWN, now, THEN)
    assert found.value == pytest.approx(0, abs=1e-12)
    rows = found.table.set_index("change")
    assert rows["area_m2"].to_dict() == pytest.approx({"lost": 2e5, "gained": 2e5})
    assert rows["name"].to_dict() == {"lost": "千灵山", "gained": "北宫"}
    drawn = found.drawn["redline_change"].set_index("change")["area_m2"]
    assert drawn.to_dict() == pytest.approx({"lost": 2e5, "gained": 2e5, "kept": 8e5})
    assert str(found.notes[0]) == "lost 0.2 km², gained 0.2 km², kept 0.8 km²"


@pytest.mark.parametrize(
    ("now", "net_km2"),
    [
        (square(0, 0, 1000, 1000), 0.0),
        (square(0, 0, 900, 1000), -0.1),
        (square(0, 0, 1000, 1300), 0.3),
        (square(1000, 1000, 1500, 1500), -0.75),
        # only the half kilometre inside the town
        (square(1500, 0, 3500, 1000), -0.5),
    ],
)
def test_the_net_is_what_was_gained_less_what_was_lost(now, net_km2):
    found = redline_no_net_loss(TOWN, frame(now), THEN)
    assert found.value == pytest.approx(net_km2, abs=1e-12)


def test_overlaps_count_once_on_both_dates():
    then = frame(square(0, 0, 600, 1000), square(400, 0, 1000, 1000))
    now = frame(square(0, 0, 700, 1000), square(600, 0, 1000, 1000))
    found = redline_no_net_loss(TOWN, now, then)
    assert found.value == pytest.approx(0, abs=1e-12)
    assert len(found.table) == 0
    assert len(found.notes) == 3


@pytest.mark.parametrize(("wide", "listed"), [(0.99, 0), (1.0, 1), (1.01, 1)])
def test_slivers_count_but_are_not_listed(wide, listed):
    more = square(1500, 0, 1500 + wide, 1), square(1600, 0, 1610, 10)
    found = redline_no_net_loss(TOWN, frame(*THEN.geometry, *more), THEN)
    assert found.numerator == pytest.approx(wide + 100, abs=1e-6)
    assert len(found.table) == 1 + listed
    slivers = [note for note in found.notes if "sliver" in str(note)]
    assert len(slivers) == 1 - listed


def test_what_is_too_small_to_list_may_be_set():
    now = frame(square(0, 0, 1000, 990))
    found = redline_no_net_loss(TOWN, now, THEN, min_area_m2=10_000.5)
    assert len(found.table) == 0
    assert found.value == pytest.approx(-0.01)
    with pytest.raises(PlanError, match="min_area_m2"):
        redline_no_net_loss(TOWN, now, THEN, min_area_m2=-1.0)


def test_a_piece_bears_every_name_that_held_it():
    then = frame(square(0, 0, 100, 100), square(0, 0, 100, 90), square(0, 0, 90, 90))
    found = redline_no_net_loss(TOWN, THEN.iloc[:0], then.assign(name=["b", "a", None]))
    assert found.table["name"].tolist() == ["a、b"]


def test_no_names_no_matter():
    found = redline_no_net_loss(TOWN, THEN.iloc[:0], THEN[["geometry"]])
    assert found.table.to_dict("list") == {
        "change": ["lost"],
        "name": [""],
        "area_m2": [pytest.approx(1e6)],
    }


@pytest.mark.parametrize(("lost_m2", "verdict"), [(0.99, "met"), (1.01, "behind")])
def test_no_loss_forgives_a_square_metre(lost_m2, verdict):
    now = frame(square(0, 0, 1000, 1000).difference(square(0, 0, lost_m2, 1)))
    goal = Goal(
        row="FT-14",
        indicator="redline_no_net_loss",
        baseline=Baseline(value=0.0, year=2020),
        target=Target(no_loss=True, year=2025),
    )
    score = Score(goal, 2023, redline_no_net_loss(TOWN, now, THEN))
    assert score.verdict == verdict


corner = st.integers(-30, 180)
side = st.integers(1, 90)
lines = st.lists(st.tuples(corner, corner, side, side), max_size=5)


def drawn(rows):
    # ten metres a step
    steps = ((10 * x, 10 * y, 10 * (x + w), 10 * (y + h)) for x, y, w, h in rows)
    return frame(*(square(*step) for step in steps))


def paper(rows):
    """Colour squared paper of 10 m."""
    sheet = np.zeros((200, 200), dtype=bool)
    for x, y, w, h in rows:
        sheet[max(0, y) : max(0, y + h), max(0, x) : max(0, x + w)] = True
    return sheet


@given(lines, lines)
def test_agrees_with_squared_paper(now, then):
    found = redline_no_net_loss(TOWN, drawn(now), drawn(then))
    after, before = paper(now), paper(then)
    lost, gained = (before & ~after).sum(), (after & ~before).sum()
    assert found.value == pytest.approx((gained - lost) * 1e-4, abs=1e-9)
    sums = found.table.groupby("change")["area_m2"].sum()
    assert sums.get("lost", 0) == pytest.approx(100 * lost, abs=1e-3)
    assert sums.get("gained", 0) == pytest.approx(100 * gained, abs=1e-3)


@given(lines, lines)
@settings(max_examples=15)
def test_the_net_is_the_difference_of_the_two_areas(now, then):
    area_m2 = [redline_area(TOWN, drawn(rows)).value for rows in (now, then)]
    found = redline_no_net_loss(TOWN, drawn(now), drawn(then)).value
    assert found == pytest.approx(area_m2[0] - area_m2[1], abs=1e-9)
    back = redline_no_net_loss(TOWN, drawn(then), drawn(now)).value
    assert back == pytest.approx(-found, abs=1e-9)


@given(lines, lines, st.floats(0, 360))
@settings(max_examples=15)
def test_order_place_and_turn_do_not_matter(now, then, degrees):
    found = redline_no_net_loss(TOWN, drawn(now), drawn(then)).value

    def moved(shape):
        away = affinity.translate(shape, 3456.7, -1234.5)
        return affinity.rotate(away, degrees, origin=(X, Y))

    there = StudyArea("there", moved(BOX), CRS, area_method="plane")
    after, before = (
        frame(*map(moved, drawn(rows[::-1]).geometry)) for rows in (now, then)
    )
    turned = redline_no_net_loss(there, after, before).value
    assert turned == pytest.approx(found, rel=1e-9, abs=1e-9)


@given(lines, lines)
@settings(max_examples=15)
def test_rows_add_up(now, then):
    found = redline_no_net_loss(TOWN, drawn(now), drawn(then))
    halves = frame(square(0, 0, 905, 2000), square(905, 0, 1500, 2000), name=["a", "b"])
    rows = by_zone(found.parts, halves)
    assert rows["numerator"].sum() == pytest.approx(found.numerator, abs=1e-3)


def test_inputs_stay_as_they_are():
    now = frame(square(200, 0, 1200, 1000), name=["北宫"])
    before = now.copy(), THEN.copy()
    redline_no_net_loss(TOWN, now, THEN)
    assert now.equals(before[0])
    assert THEN.equals(before[1])
