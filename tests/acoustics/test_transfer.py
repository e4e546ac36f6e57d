"""What arrives of roads: each pair as one path alone, sums by hand, nothing twice."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame, GeoSeries
from hypothesis import given, settings
from hypothesis import strategies as st
from noisy_town import LIES, random_town
from pyproj import CRS
from rasterio import Affine

from ecogis.acoustics import kept, path_levels, tiles
from ecogis.acoustics import transfer as module
from ecogis.acoustics.absorption import absorption_db_km
from ecogis.acoustics.beside import Sideways
from ecogis.acoustics.kept import KEPT, Kept
from ecogis.acoustics.propagation import Scene, attenuations_db
from ecogis.acoustics.transfer import levels_db, transfer
from ecogis.errors import LayerError
from ecogis.raster import Raster
from ecogis.spatial.mirrors import mirrors_of
from ecogis.spatial.pieces import OpenRoads
from ecogis.spatial.receivers import Receivers
from ecogis.spatial.sights import Sights
from ecogis.spatial.surroundings import surroundings

REACH = 150.0
ROAD = shapely.LineString([(-100, 0), (100, 0)])
FAR_ROAD = shapely.LineString([(-100, 60), (100, 60)])
HOUSE = shapely.box(-8, 10, 8, 20)


@pytest.fixture(autouse=True)
def _forgotten():
    KEPT.clear()


def receivers(*places):
    rows = np.array(places, dtype=float).reshape(-1, 3)
    none = np.full(len(rows), -1)
    return Receivers(rows, none, np.arange(len(rows)))


def roads(*lines):
    return GeoSeries(list(lines))


def arrived(*lines, at=((0, 30, 4),), around=None, **how):
    return transfer(around or surroundings(), receivers(*at), roads(*lines), **how)


@settings(max_examples=35)
@given(seed=st.integers(0, 2**32 - 1), aligned=st.booleans(), lie=st.sampled_from(LIES))
def test_every_pair_is_what_its_path_alone_is(seed, aligned, lie):
    town = random_town(seed, aligned=aligned, lie=lie)
    around = surroundings(**town.given)
    places = town.places.copy()
    places[:, 2] += around.terrain.heights(places[:, :2])
    open_roads = OpenRoads(np.array(town.roads), around.footprints, around.terrain)
    air = absorption_db_km()
    straight_only = Sideways(
        lateral=False, reflections=0, reach_m=0.0, mirrors=mirrors_of(around)
    )
    scene = Scene(
        around, Sights(around), open_roads, air, 0.0, REACH, 0.9, straight_only
    )
    pieces = open_roads.heard(places, REACH, 0.9)
    straight, bent = attenuations_db(scene, pieces, places)
    given = {**town.given, "terrain": around.terrain}
    rng = np.random.default_rng(seed)
    for pair in rng.permutation(len(pieces))[:12]:
        ends = pieces.places[pair], places[pieces.receiver[pair]]
        alone = path_levels(*ends, gs=0.0, lateral=False, reflections=0, **given)
        assert straight[pair] == pytest.approx(-alone.L_H, abs=1e-6)
        assert bent[pair] == pytest.approx(-alone.L_F, abs=1e-6)


def test_what_arrives_is_the_sum_over_the_pieces_of_a_road():
    around = surroundings(buildings=[(HOUSE, 9)], default_g=0.7)
    found = arrived(ROAD, FAR_ROAD, around=around)
    assert found.receiver.tolist() == [0, 0]
    assert found.road.tolist() == [0, 1]
    place = np.array([[0, 30, 4.0]])
    pieces = OpenRoads(np.array([ROAD]), around.footprints, around.terrain).heard(
        place, 500, 0.5
    )
    given = {"buildings": [(HOUSE, 9)], "default_g": 0.7, "gs": 0.0, "lateral": False}
    paths = [path_levels(source, place[0], **given) for source in pieces.places]
    for name, levels in (("homogeneous", "L_H"), ("favourable", "L_F")):
        energy = [10 ** (getattr(path, levels) / 10) for path in paths]
        by_hand = (pieces.length_m[:, None] * energy).sum(axis=0)
        assert getattr(found, name)[0] == pytest.approx(by_hand, rel=1e-6)


@pytest.mark.parametrize("g", [0, 1])
def test_a_whole_ground_factor_is_a_number_like_others(g):
    lawn = [(shapely.box(-50, 5, 50, 25), 0.4)]
    whole, same = (
        arrived(ROAD, around=surroundings(ground=lawn, default_g=factor))
        for factor in (g, float(g))
    )
    assert np.array_equal(whole.homogeneous, same.homogeneous)
    plain = arrived(ROAD, around=surroundings(default_g=g))
    assert (plain.homogeneous != whole.homogeneous).any()


def by_hand(place, given, *, lateral, reflections, road=ROAD, **how):
    """Return the sum over the pieces of a road, path by path."""
    around = surroundings(**given)
    ear = np.array([place], dtype=float)
    pieces = OpenRoads(np.array([road]), around.footprints, around.terrain).heard(
        ear, 500, 0.5
    )
    near = how.get("beside_m", 1e9)
    total = np.zeros((2, 8))
    for source, length in zip(pieces.places, pieces.length_m, strict=True):
        beside = np.hypot(*(source - ear[0])[:2]) <= near
        path = path_levels(
            source,
            ear[0],
            gs=0.0,
            lateral=lateral and beside,
            reflections=reflections * beside,
            **given,
        )
        total += length * 10 ** (np.array([path.L_H, path.L_F]) / 10)
    return total


WALL = (shapely.box(-40, 60, 40, 70), 12, 0.2)


@pytest.mark.parametrize("beside_m", [40.0, 1000.0])
@pytest.mark.parametrize(("lateral", "reflections"), [(True, 0), (False, 1), (True, 1)])
def test_ways_beside_are_those_of_the_paths(lateral, reflections, beside_m):
    given = {"buildings": [(HOUSE, 9), WALL], "default_g": 0.7}
    how = {"lateral": lateral, "reflections": reflections, "beside_m": beside_m}
    at = (3, 30, 4)
    found = arrived(ROAD, at=[at], around=surroundings(**given), **how)
    straight, bent = by_hand(at, given, **how)
    assert found.homogeneous[0] == pytest.approx(straight, rel=1e-6)
    assert found.favourable[0] == pytest.approx(bent, rel=1e-6)
    none = arrived(ROAD, at=[at], around=surroundings(**given))
    assert (found.homogeneous[0] > none.homogeneous[0]).all()


def test_a_facade_is_heard_a_pace_before_it_and_not_where_one_hangs_on_it():
    far = [x + 6757142.99 for x in (-100, 0, 60, 70)]
    road = shapely.LineString([(-100, far[1]), (100, far[1])])
    around = surroundings(buildings=[(shapely.box(-40, far[2], 40, far[3]), 12, 0.1)])
    for off, more_db in ((0.1, 0.0), (1.5, 10 * np.log10(1.9))):
        at = [(0, far[2] - off, 4)]
        walled = arrived(
            road, at=at, around=around, reflections=1, max_distance_m=65
        ).homogeneous[0]
        plain = arrived(road, at=at, around=around, max_distance_m=65).homogeneous[0]
        added = 10 * np.log10(walled / plain)
        assert added[4] == pytest.approx(more_db, abs=0.3)


def test_a_long_road_on_hard_ground_is_its_closed_form():
    # -3 dB of ground, no air to speak of at 63 Hz: L = L' - 11 + 10 lg(angle/d) + 3
    endless = shapely.LineString([(-4900, 0), (4900, 0)])
    found = arrived(endless, at=[(0, 40, 4)], max_distance_m=5000)
    level = levels_db(found, np.full((1, 1, 8), 80.0), favourable_share=0)[0, 0, 0]
    away = np.hypot(40, 3.95)
    angle = 2 * np.arctan(4900 / away)
    assert level == pytest.approx(80 - 11 + 10 * np.log10(angle / away) + 3, abs=0.1)


@pytest.mark.parametrize("size", [1, 2, 7])
def test_tiles_and_processes_change_nothing(monkeypatch, size):
    town = random_town(3, aligned=False)
    around = surroundings(**town.given)
    at = [(x, y, 25.0) for x in range(5, 200, 40) for y in range(5, 200, 60)]
    whole = arrived(*town.roads, at=at, around=around)
    monkeypatch.setattr(tiles, "TILE", size)
    for workers in (1, 2):
        KEPT.clear()
        again = arrived(*town.roads, at=at, around=around, workers=workers)
        for name in ("receiver", "road", "homogeneous", "favourable"):
            assert np.array_equal(getattr(again, name), getattr(whole, name)), name


class Counter:
    """Counts the roads that are propagated."""

    def __init__(self, monkeypatch):
        self.roads = []
        through = module.heard_everywhere

        def counted(scene, places, workers):
            self.roads.append(len(set(scene.roads.road)))
            return through(scene, places, workers)

        monkeypatch.setattr(module, "heard_everywhere", counted)


def test_a_change_of_flow_or_a_closed_road_propagates_nothing(monkeypatch):
    counter = Counter(monkeypatch)
    around = surroundings(buildings=[(HOUSE, 9)])
    first = arrived(ROAD, FAR_ROAD, around=around)
    # another frame and other surroundings of the same content
    again = arrived(ROAD, FAR_ROAD, around=surroundings(buildings=[(HOUSE, 9)]))
    assert counter.roads == [2]
    power = np.full((2, 3, 8), 70.0)
    both = levels_db(first, power)
    assert np.array_equal(both, levels_db(again, power))
    assert levels_db(again, power + 10 * np.log10(2)) == pytest.approx(both + 3.0103)
    power[0] = -np.inf
    alone = levels_db(arrived(FAR_ROAD, around=around), power[1:])
    assert levels_db(again, power) == pytest.approx(alone)
    assert counter.roads == [2]


def test_a_new_road_is_propagated_alone(monkeypatch):
    counter = Counter(monkeypatch)
    new = shapely.LineString([(-100, -40), (100, -40)])
    arrived(ROAD, FAR_ROAD)
    found = arrived(new, FAR_ROAD, ROAD, FAR_ROAD)
    assert counter.roads == [2, 1]
    KEPT.clear()
    whole = arrived(new, FAR_ROAD, ROAD, FAR_ROAD)
    for name in ("receiver", "road", "homogeneous", "favourable"):
        assert np.array_equal(getattr(found, name), getattr(whole, name)), name


@pytest.mark.parametrize(
    "other",
    [
        {"buildings": [(shapely.box(-8, 11, 8, 21), 9)]},
        {"buildings": [(HOUSE, 9.5)]},
        {"buildings": [(HOUSE, 9)], "default_g": 0.5},
        {"buildings": [(HOUSE, 9)], "ground": [(shapely.box(0, 0, 9, 9), 1)]},
        {
            "buildings": [(HOUSE, 9)],
            "barriers": [(shapely.box(0, 5, 9, 6).boundary, 3)],
        },
        {
            "buildings": [(HOUSE, 9)],
            "terrain": [(-200, -200, 0), (200, 0, 0), (0, 200, 0)],
        },
    ],
    ids=["moved", "higher", "softer", "lawn", "barrier", "terrain"],
)
def test_other_surroundings_are_propagated_anew(monkeypatch, other):
    counter = Counter(monkeypatch)
    arrived(ROAD, around=surroundings(buildings=[(HOUSE, 9)]))
    arrived(ROAD, around=surroundings(**other))
    assert counter.roads == [1, 1]


def test_a_terrain_that_lies_elsewhere_is_another_one(monkeypatch):
    counter = Counter(monkeypatch)
    heights = np.outer(np.ones(30), np.arange(30.0))
    for east in (0, 0, 10):
        raster = Raster(heights, Affine(10, 0, east - 150, 0, -10, 150), CRS(32650))
        arrived(ROAD, at=[(0, 30, 40)], around=surroundings(terrain=raster))
    assert counter.roads == [1, 1]


@pytest.mark.parametrize(
    "how",
    [
        {"max_distance_m": 400.0},
        {"fineness": 0.4},
        {"source_g": 0.1},
        {"temperature_c": 20.0},
        {"humidity_percent": 50.0},
        {"at": [(0, 31, 4)]},
        {"lateral": True},
        {"reflections": 1},
    ],
    ids=lambda how: next(iter(how)),
)
def test_other_settings_are_propagated_anew(monkeypatch, how):
    counter = Counter(monkeypatch)
    arrived(ROAD)
    arrived(ROAD, **how)
    assert counter.roads == [1, 1]


def test_what_is_kept_is_bounded(monkeypatch):
    # a scene of one road and one receiver: 2 numbers of 8 bytes and 16 of 4
    monkeypatch.setattr(module, "KEPT", Kept(most=170, most_in_files=0))
    counter = Counter(monkeypatch)
    for x in (0, 1, 1, 0, 2, 1):
        arrived(ROAD, at=[(x, 30, 4)])
    # two scenes fit, the third drives the oldest out
    assert counter.roads == [1, 1, 1, 1]


def test_what_does_not_fit_into_memory_is_kept_in_files(monkeypatch):
    # a file has a head of 128 bytes for each of three arrays
    shelf = Kept(most=170, most_in_files=3 * (3 * 128 + 80))
    monkeypatch.setattr(module, "KEPT", shelf)
    counter = Counter(monkeypatch)
    found = [arrived(ROAD, at=[(x, 30, 4)]) for x in (0, 1, 2, 3, 0, 1)]
    assert counter.roads == [1, 1, 1, 1]
    for first, again in zip(found[:2], found[4:], strict=True):
        assert np.array_equal(first.homogeneous, again.homogeneous)
        assert np.array_equal(first.favourable, again.favourable)
    # a new road is computed alone, beside what lies in the file
    assert arrived(ROAD, FAR_ROAD, at=[(2, 30, 4)]).road.tolist() == [0, 1]
    assert counter.roads == [1] * 5
    shelf.clear()
    arrived(ROAD, at=[(3, 30, 4)])
    assert counter.roads == [1] * 6
    shelf.clear()


def test_batches_that_come_round_do_not_drive_each_other_out(monkeypatch):
    # room for two in memory and three in files; a city has eight
    shelf = Kept(most=170, most_in_files=3 * (3 * 128 + 80))
    monkeypatch.setattr(module, "KEPT", shelf)
    counter = Counter(monkeypatch)
    for _ in range(3):
        for x in range(8):
            arrived(ROAD, at=[(x, 30, 4)])
    # of the eight, three are found in files in each further round
    assert len(counter.roads) == 8 + 5 + 5
    # another city takes their place, once they were not asked for in a long time
    for _ in range(9):
        for x in range(100, 108):
            arrived(ROAD, at=[(x, 30, 4)])
    before = len(counter.roads)
    for x in range(100, 108):
        arrived(ROAD, at=[(x, 30, 4)])
    assert len(counter.roads) == before + 5
    shelf.clear()


def test_a_full_disk_only_forgets(monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "KEPT", Kept(most=90))
    monkeypatch.setattr(kept.np, "save", full)
    counter = Counter(monkeypatch)
    for x in (0, 1, 0):
        arrived(ROAD, at=[(x, 30, 4)])
    assert counter.roads == [1, 1, 1]


def test_where_no_road_is_heard_there_is_no_level():
    found = arrived(ROAD, at=[(0, 30, 4), (0, 3000, 4)])
    levels = levels_db(found, np.full((1, 3, 8), 70.0))
    assert np.isfinite(levels[0]).all()
    assert np.isneginf(levels[1]).all()


def test_the_share_of_favourable_rays_may_differ_by_period():
    found = arrived(ROAD, at=[(0, 400, 4)], around=surroundings(default_g=1))
    power = np.full((1, 3, 8), 70.0)
    mixed = levels_db(found, power, favourable_share=(0, 0.5, 1))[0]
    straight, bent = (levels_db(found, power, favourable_share=s)[0, 0] for s in (0, 1))
    assert mixed[0] == pytest.approx(straight)
    assert mixed[2] == pytest.approx(bent)
    half = 10 * np.log10((10 ** (straight / 10) + 10 ** (bent / 10)) / 2)
    assert mixed[1] == pytest.approx(half)


def test_a_road_of_unknown_power_is_left_out():
    found = arrived(ROAD, FAR_ROAD)
    power = np.full((2, 1, 8), 70.0)
    power[0] = -np.inf
    silent = levels_db(found, power)
    power[0] = np.nan
    assert np.array_equal(levels_db(found, power), silent)


def test_a_higher_barrier_never_lets_more_through():
    wall = shapely.LineString([(-150, 12), (150, 12)])
    loud = [
        arrived(ROAD, at=[(0, 25, 4)], around=surroundings(barriers=[(wall, height)]))
        for height in (2, 3, 4, 6, 9)
    ]
    # all octaves together: beyond the cap of 25 dB the ground may give some back
    for name in ("homogeneous", "favourable"):
        energy = [float(getattr(found, name).sum()) for found in loud]
        assert energy == sorted(energy, reverse=True)
        assert energy[-1] < energy[0] / 2


def test_a_road_beneath_a_house_is_told():
    over = surroundings(buildings=[(shapely.box(-10, -5, 20, 5), 9)])
    found = arrived(ROAD, FAR_ROAD, around=over)
    assert [note.en for note in found.notes] == [
        "1 roads run beneath buildings for 30 m together, which make no sound outside"
    ]
    assert arrived(FAR_ROAD, around=over).notes == ()


def test_a_hole_in_the_terrain_is_bridged():
    heights = np.full((30, 30), 7.0)
    heights[10:15, 10:20] = np.nan
    raster = Raster(heights, Affine(10, 0, -150, 0, -10, 150), CRS(32650))
    up = surroundings(terrain=raster, default_g=0.4)
    found = arrived(ROAD, at=[(0, 30, 11)], around=up)
    level = arrived(ROAD, around=surroundings(default_g=0.4))
    assert found.homogeneous == pytest.approx(level.homogeneous, rel=1e-6)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ((0, 15, 4), "receiver 0: inside a building with its roof at 9 m"),
        ((0, 30, -1), "receiver 0: z = -1 m lies under the ground at 0 m"),
        ((0, 30, np.nan), "receiver 0: found (0, 30, nan); expected (x, y, z) in m"),
    ],
)
def test_receivers_lie_in_the_open(place, line):
    with pytest.raises(LayerError) as told:
        arrived(ROAD, at=[place], around=surroundings(buildings=[(HOUSE, 9)]))
    assert line in str(told.value)


def test_a_receiver_may_stand_on_a_roof():
    around = surroundings(buildings=[(HOUSE, 9)])
    assert len(arrived(ROAD, at=[(0, 15, 10)], around=around).road) == 1


@pytest.mark.parametrize(
    ("how", "line"),
    [
        ({"max_distance_m": 0}, "max_distance_m is 0; expected 1 or more"),
        ({"fineness": 0}, "fineness is 0; expected 0.01 to 1"),
        ({"reflections": -1}, "reflections is -1; expected 0 or more"),
        ({"source_g": 2}, "source_g is 2; expected 0 to 1"),
        ({"workers": 0}, "workers is 0; expected 1 or more"),
    ],
)
def test_settings_are_what_can_be(how, line):
    with pytest.raises(LayerError, match=line):
        arrived(ROAD, **how)


def test_a_road_is_a_line_and_power_has_an_axis_of_octaves():
    with pytest.raises(LayerError, match="road 0: found a Point"):
        arrived(shapely.Point(0, 0))
    with pytest.raises(
        LayerError, match=r"shape \(2, 3, 8\); expected \(1, periods, 8"
    ):
        levels_db(arrived(ROAD), np.zeros((2, 3, 8)))
    with pytest.raises(LayerError, match="favourable_share is 2; expected 0 to 1"):
        levels_db(arrived(ROAD), np.zeros((1, 3, 8)), favourable_share=2)


def test_roads_may_be_a_frame_or_none():
    frame = GeoDataFrame({"name": ["a"]}, geometry=[ROAD])
    found = transfer(surroundings(), receivers((0, 30, 4)), frame)
    assert found.roads == 1
    none = arrived()
    assert levels_db(none, np.zeros((0, 3, 8))).tolist() == [[[-np.inf] * 8] * 3]
    nobody = arrived(ROAD, at=[])
    assert levels_db(nobody, np.zeros((1, 3, 8))).shape == (0, 3, 8)
