"""HJ 2.4-2021 on maps: its formulas where they hold, elsewhere a slow sum."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import example, given, settings
from hypothesis import strategies as st
from noisy_town import random_town
from shapely import affinity
from slow_hj24 import level_db, shares

from ecogis.acoustics import hj24_map, tiles
from ecogis.acoustics.cnossos import Cnossos
from ecogis.acoustics.engine import Reach
from ecogis.acoustics.hj24 import (
    CAVEAT,
    air_loss_db,
    barrier_loss_db,
    ground_loss_db,
    rows_loss_db,
)
from ecogis.acoustics.hj24_map import Hj24
from ecogis.acoustics.kept import KEPT
from ecogis.acoustics.noise_map import engine_of
from ecogis.acoustics.traffic import Traffic
from ecogis.errors import LayerError
from ecogis.spatial.pieces import OpenRoads
from ecogis.spatial.receivers import Receivers
from ecogis.spatial.surroundings import surroundings

LONG = shapely.LineString([(-20_000, 0), (20_000, 0)])
HALF = shapely.LineString([(0, 0), (20_000, 0)])
# dB/km of 500 Hz at 10 °C and 70 %
AIR = 1.93
# what the hand case gives, of each kind a thousand an hour
HAND_DB = 79.756


@pytest.fixture(autouse=True)
def _forgotten():
    KEPT.clear()


def traffic(roads=1, *, each=1000.0, kmh=60.0):
    flows = np.zeros((roads, 3, 5))
    flows[..., :3] = each
    return Traffic.of(flows, kmh)


def heard(*lines, at, around=None, each=1000.0, reach_m=30_000.0, fineness=0.1):
    rows = np.array(at, dtype=float).reshape(-1, 3)
    none = np.full(len(rows), -1)
    roads = GeoDataFrame(geometry=list(lines))
    reach = Reach(reach_m, fineness=fineness)
    around = around or surroundings()
    engine = Hj24(around, roads, traffic(len(lines), each=each), reach)
    return engine.at(Receivers(rows, none, np.arange(len(rows))))


def day_db(*lines, **how):
    return heard(*lines, **how).periods_db[:, 0]


@pytest.fixture
def vacuum(monkeypatch):
    """Let the air swallow nothing, so that only the formula in question counts."""
    monkeypatch.setattr(hj24_map, "absorption_db_km", lambda: np.zeros(8))


@pytest.mark.usefixtures("vacuum")
def test_a_road_without_end_is_the_hand_case():
    # as high as the source: 20 m away in space
    (level,) = day_db(LONG, at=(0, 20, 0.5))
    # 20 km each way see all but 0.06 % of the angle
    assert level == pytest.approx(HAND_DB, abs=0.01)
    (half,) = day_db(HALF, at=(0, 20, 0.5))
    assert half - level == pytest.approx(10 * np.log10(0.5), abs=0.002)
    # distance in space: 3.5 m above the source
    (up,) = day_db(LONG, at=(0, 20, 4))
    away = np.hypot(20, 3.5)
    assert up - level == pytest.approx(10 * np.log10(20 / away), abs=0.002)


@pytest.mark.usefixtures("vacuum")
def test_pieces_as_long_as_usual_are_a_hundredth_of_a_db_off():
    for away in (8, 20, 60, 200):
        usual, fine = (
            day_db(LONG, at=(0, away, 0.5), fineness=f)[0] for f in (0.25, 0.02)
        )
        assert usual == pytest.approx(fine, abs=0.025)


@pytest.mark.usefixtures("vacuum")
def test_distance_counts_more_along_a_quiet_road():
    # 299 vehicles an hour together, and 300
    for total, factor in ((299.9, 15), (300, 10)):
        near, far = day_db(LONG, at=[(0, 20, 0.5), (0, 80, 0.5)], each=total / 3)
        assert near - far == pytest.approx(factor * np.log10(4), abs=0.01)
        at = 10 * np.log10(total / 3000) + HAND_DB
        # the hand case counts 10 lg
        assert near == pytest.approx(at + (factor - 10) * np.log10(7.5 / 20), abs=0.01)


@pytest.mark.usefixtures("vacuum")
def test_a_barrier_as_long_as_the_road_is_the_formula():
    for top in (2.0, 4.0, 8.0):
        wall = (shapely.LineString([(-20_000, 5), (20_000, 5)]), top)
        around = surroundings(barriers=[wall])
        free, behind = (
            day_db(LONG, at=(0, 25, 1.5), around=a)[0] for a in (None, around)
        )
        detour = np.hypot(5, top - 0.5) + np.hypot(20, top - 1.5) - np.hypot(25, 1)
        # the nearest piece is half of its length beside the nearest place
        assert free - behind == pytest.approx(barrier_loss_db(detour), abs=0.02)


@pytest.mark.usefixtures("vacuum")
def test_a_short_barrier_is_weighed_by_its_angle():
    wall = (shapely.LineString([(-25, 5), (25, 5)]), 4.0)
    at = (0, 25, 1.5)
    free, behind = (
        day_db(LONG, at=at, around=a, fineness=0.02)[0]
        for a in (None, surroundings(barriers=[wall]))
    )
    detour = np.hypot(5, 3.5) + np.hypot(20, 2.5) - np.hypot(25, 1)
    # 25 m of it at 20 m, seen from the receiver, hide 31.25 m of road on each side
    share = 2 * np.arctan(31.25 / np.hypot(25, 1)) / np.pi
    left = share * 10 ** (-float(barrier_loss_db(detour)) / 10) + 1 - share
    assert behind - free == pytest.approx(10 * np.log10(left), abs=0.03)


def test_a_barrier_that_is_seen_over_takes_nothing():
    wall = (shapely.LineString([(-200, 5), (200, 5)]), 1.0)
    at = (0, 25, 8)
    around = surroundings(barriers=[wall])
    assert day_db(LONG, at=at, around=around) == day_db(LONG, at=at)


@pytest.mark.usefixtures("vacuum")
def test_porous_ground_counts_by_its_share_of_the_way():
    road = shapely.LineString([(0, 0), (0.01, 0)])
    lawn = [(shapely.box(-50, 30, 50, 200), 0.8)]
    hard, soft, part = (
        day_db(road, at=(0, 100, 1.5), around=around)[0]
        for around in (
            None,
            surroundings(default_g=1),
            surroundings(ground=lawn, default_g=0.5),
        )
    )
    whole = float(ground_loss_db(np.hypot(100, 1), 1.0))
    assert whole > 3
    assert hard - soft == pytest.approx(whole, abs=1e-4)
    assert hard - part == pytest.approx(whole * (0.3 * 0.5 + 0.7 * 0.8), abs=1e-4)


def test_air_takes_by_the_way():
    road = shapely.LineString([(0, 0), (0.01, 0)])
    near, far = day_db(road, at=[(0, 100, 0.5), (0, 200, 0.5)])
    spread = 20 * np.log10(2)
    taken = air_loss_db(200, AIR) - air_loss_db(100, AIR)
    assert near - far == pytest.approx(spread + taken, abs=1e-3)


@pytest.mark.usefixtures("vacuum")
@pytest.mark.parametrize("rows", [1, 2, 3, 6])
@pytest.mark.parametrize("built", [0.3, 0.5, 0.8, 1.0])
def test_rows_of_buildings_take_what_the_table_says(rows, built):
    # so much of half a turn, in the middle
    reach = np.tan(min(built * np.pi / 2, np.pi / 2 - 1e-3))
    # like rays from the receiver, so that all rows hide the same
    houses = []
    for number in range(rows):
        south, north = 20 + 5.0 * number, 22 + 5.0 * number
        houses.append(
            shapely.Polygon(
                [
                    (-reach * (60 - south), south),
                    (reach * (60 - south), south),
                    (reach * (60 - north), north),
                    (-reach * (60 - north), north),
                ]
            )
        )
    around = surroundings(buildings=[(house, 30.0) for house in houses])
    free, behind = (day_db(LONG, at=(0, 60, 4), around=a)[0] for a in (None, around))
    by_hand = {0.3: 0.0, 0.5: 3.0, 0.8: 5.0, 1.0: 5.0}[built]
    by_hand = min(by_hand + 1.5 * (rows - 1), 10.0) if by_hand else 0.0
    assert free - behind == pytest.approx(by_hand, abs=1e-4)
    assert float(rows_loss_db(built, rows)) == by_hand


def test_houses_that_touch_are_one_row_and_low_ones_are_none():
    first = shapely.box(-500, 20, 500, 30)
    for second, top, db in (
        (shapely.box(-500, 30, 500, 40), 30.0, 5.0),
        (shapely.box(-500, 25, 500, 40), 30.0, 5.0),
        (shapely.box(-500, 32, 500, 40), 30.0, 6.5),
        (shapely.box(-500, 32, 500, 40), 1.0, 5.0),
    ):
        houses = surroundings(buildings=[(first, 30.0), (second, top)])
        road = shapely.LineString([(-300, 0), (300, 0)])
        free, behind = (day_db(road, at=(0, 60, 4), around=a) for a in (None, houses))
        assert free - behind == pytest.approx(db, abs=1e-4)


@pytest.mark.parametrize("turn", range(0, 360, 15))
def test_who_stands_at_a_wall_is_before_it(turn):
    house = affinity.rotate(shapely.box(-10, 20, 10, 30), turn, origin=(0, 0))
    road = shapely.LineString([(-60, -20), (60, -20)])
    road = affinity.rotate(road, turn, origin=(0, 0))
    corners = np.array(house.exterior.coords)
    # the wall towards the road, in its middle: which side is up to rounding
    one = min(range(4), key=lambda n: road.distance(shapely.Point(_middle(corners, n))))
    at = (*_middle(corners, one), 4)
    around = surroundings(buildings=[(house, 9.0)])
    assert day_db(road, at=at, around=around) == day_db(road, at=at)
    screen = shapely.LineString(corners[one : one + 2])
    around = surroundings(barriers=[(screen, 9.0)])
    assert day_db(road, at=at, around=around) == day_db(road, at=at)


def _middle(corners, number):
    return corners[number : number + 2].mean(axis=0)


def test_a_plateau_is_like_a_plain():
    corners = [(-300, -300, 70), (300, -300, 70), (300, 300, 70), (-300, 300, 70)]
    wall = (shapely.LineString([(-10, 5), (30, 5)]), 3.0)
    road = shapely.LineString([(-200, 0), (200, 0)])
    how = {"barriers": [wall], "default_g": 1}
    low = day_db(road, at=(0, 100, 1.5), around=surroundings(**how))
    high = surroundings(**how, terrain=shapely.points(corners).tolist())
    assert day_db(road, at=(0, 100, 71.5), around=high) == pytest.approx(low)


@settings(max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), aligned=st.booleans())
# places on the corner of a lawn, beside a barrier that bends, on a barrier
@example(seed=180, aligned=True)
@example(seed=427, aligned=True)
@example(seed=14201, aligned=True)
def test_a_town_is_what_a_slow_sum_gives(seed, aligned):
    town = random_town(seed, aligned=aligned)
    if not len(town.places):
        return
    around = surroundings(**town.given)
    given = {**town.given, "ground": sorted(town.given["ground"], key=_size)}
    given.pop("terrain")
    found = heard(*town.roads, at=town.places, around=around, fineness=0.25)
    quiet = heard(*town.roads, at=town.places, around=around, fineness=0.25, each=50)
    open_roads = OpenRoads(np.array(town.roads), around.footprints, around.terrain)
    pieces = open_roads.heard(town.places, 30_000.0, 0.25)
    for who, place in enumerate(town.places):
        for sound, each, busy in ((found, 1000, True), (quiet, 50, False)):
            energy = 0.0
            for road in range(len(town.roads)):
                of_road = open_roads.road[pieces.part] == road
                mine = (pieces.receiver == who) & of_road
                rows = np.column_stack([pieces.places[mine, :2], pieces.length_m[mine]])
                if len(rows):
                    slow = shares(place, rows, **given)
                    alone = level_db(slow, [each] * 3, [60] * 3, busy=busy)
                    energy += 10 ** (alone / 10)
            level = 10 ** (sound.periods_db[who, 0] / 10)
            assert level == pytest.approx(energy, rel=5e-4)


def _size(cover):
    return cover[0].area


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), taller=st.floats(0, 5))
def test_twice_the_flow_is_3_db_and_no_barrier_is_louder(seed, taller):
    town = random_town(seed, aligned=False)
    levels = []
    for more, each in ((None, 1000), (None, 2000), (0, 1000), (taller, 1000)):
        given = dict(town.given)
        tall = given.pop("barriers")
        if more is not None:
            given["barriers"] = [(line, top + more) for line, top in tall]
        around = surroundings(**given)
        levels.append(day_db(*town.roads, at=town.places, around=around, each=each))
    free, twice, low, high = levels
    assert twice == pytest.approx(free + 3.0103, abs=1e-4)
    assert (low <= free + 1e-6).all()
    assert (high <= free + 1e-6).all()


@given(near=st.floats(8, 400), more=st.floats(1, 100))
def test_nearer_is_louder(near, more):
    road = shapely.LineString([(-500, 0), (500, 0)])
    first, second = day_db(road, at=[(0, near, 4), (0, near + more, 4)])
    assert first > second


@pytest.mark.parametrize("size", [1, 3])
def test_tiles_and_processes_change_nothing(monkeypatch, size):
    town = random_town(3, aligned=False)
    around = surroundings(**town.given)
    at = [(x, y, 25.0) for x in range(5, 200, 40) for y in range(5, 200, 60)]
    whole = heard(*town.roads, at=at, around=around)
    monkeypatch.setattr(tiles, "TILE", size)
    for workers in (1, 2):
        KEPT.clear()
        monkeypatch.setattr(hj24_map, "workers_for", lambda _, w=workers: w)
        again = heard(*town.roads, at=at, around=around)
        assert np.array_equal(again.periods_db, whole.periods_db)


def test_a_change_of_traffic_computes_no_geometry_again(monkeypatch):
    calls = []
    through = hj24_map.heard_everywhere

    def counted(shares, places, workers):
        calls.append(len(places))
        return through(shares, places, workers)

    monkeypatch.setattr(hj24_map, "heard_everywhere", counted)
    # from a busy road to a quiet one: the other way of counting distance is kept too
    for each in (1000, 500, 50, 0):
        level = day_db(LONG, at=(0, 30, 4), each=each)
        assert np.isneginf(level).all() == (each == 0)
    assert calls == [1]
    day_db(LONG, at=(0, 31, 4))
    assert calls == [1, 1]


def test_what_is_not_heard_is_absent():
    found = heard(HALF, at=[(0, 20, 4), (0, 3000, 4)], reach_m=500)
    assert np.isfinite(found.periods_db[0]).all()
    assert np.isneginf(found.periods_db[1]).all()
    assert heard(at=[(0, 20, 4)]).periods_db.tolist() == [[-np.inf] * 3]
    assert heard(HALF, at=[]).periods_db.shape == (0, 3)
    house = surroundings(buildings=[(shapely.box(-5, 10, 5, 30), 9.0)])
    with pytest.raises(LayerError, match="inside a building"):
        heard(HALF, at=[(0, 20, 4)], around=house)


def test_an_engine_has_a_name_and_says_what_it_is():
    how = surroundings(), GeoDataFrame(geometry=[HALF]), traffic(), Reach(500.0)
    assert isinstance(engine_of("cnossos", *how), Cnossos)
    engine = engine_of("hj24", *how)
    assert isinstance(engine, Hj24)
    assert CAVEAT in engine.notes
    assert "0.5 m above the road" in engine.notes[1].en


@pytest.mark.parametrize("hill_m", [0.0, 10.0, 60.0])
def test_a_hill_is_no_more_than_soft_ground(hill_m):
    ridge = [(x, y, hill_m * (y == 50)) for x in (-999, 999) for y in (-99, 0, 50, 100)]
    road = shapely.LineString([(-900, 0), (900, 0)])
    levels = [
        day_db(road, at=(0, 100, 4), around=surroundings(terrain=ridge, default_g=g))
        for g in (0, 1)
    ]
    # porous ground takes 4.8 dB at most, also where the path runs through the hill
    assert 3 < levels[0] - levels[1] <= 4.8 + 1e-6


def test_a_receiver_that_cannot_be_is_named_by_the_callers_number(monkeypatch):
    monkeypatch.setattr("ecogis.acoustics.sound._BATCH", 2)
    at = [(0, 20 + n, -1 if n == 4 else 4) for n in range(6)]
    with pytest.raises(LayerError, match=r"receiver 4: z = -1 m lies under the ground"):
        heard(LONG, at=at)
