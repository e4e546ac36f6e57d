"""Lorient's traffic noise, end to end, beside a slow sum over single sources."""

from pathlib import Path

import numpy as np
import pytest
import shapely

import ecogis
from ecogis.acoustics import path_levels
from ecogis.acoustics.cnossos import Cnossos
from ecogis.acoustics.emission import line_power_db
from ecogis.acoustics.engine import Reach
from ecogis.acoustics.noise_map import engine_of
from ecogis.acoustics.roads import traffic_of
from ecogis.spatial.noise_scene import noise_scene
from ecogis.spatial.receivers import Receivers, facade_receivers

pytestmark = pytest.mark.real
PLAN = Path(__file__).parent / "lorient" / "plan.toml"
# metres: roads farther away are not heard; here less than in the plan
REACH_M = 80.0
A_WEIGHTS = np.array([-26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1])
PERIODS = ("lden", "day", "night")


@pytest.fixture(scope="module")
def score(card_of):
    return card_of(PLAN).scores


def test_the_plan_is_measured_by_day_and_by_night(score):
    day, night = (one.result for one in score)
    built = day.drawn["facade_levels"]
    assert 500 < len(built) < 700
    assert 0 < day.value < len(built)
    for name in ("day_db", "night_db", "lden_db"):
        # one geometry, one propagation, one level
        assert built[name].tolist() == night.drawn["facade_levels"][name].tolist()
        assert built[name].between(15, 90).all()
    # no road has as much traffic by night
    assert (built["night_db"] < built["day_db"]).all()


def test_bands_hold_every_building_once(score):
    table = score[0].result.table
    built = len(score[0].result.drawn["facade_levels"])
    counts = table.groupby("level")["buildings"].sum()
    assert counts.to_dict() == dict.fromkeys(PERIODS, built)
    above = table[(table["level"] == "day") & (table["from_db"] >= 55)]
    # class 1 allows 55 dB: nobody hears that to the last digit
    assert above["buildings"].sum() == score[0].result.value
    assert table["people_most_exposed"].isna().all()


def test_sub_districts_add_up(score):
    for one in score:
        assert one.zones["numerator"].sum() == one.result.value


def test_the_map_covers_what_was_computed(score):
    result = score[0].result
    contours = result.drawn["noise_contours"]
    assert contours["from_db"].min() == 45
    grid = result.rasters["noise_day"].values
    known = ~np.isnan(grid)
    # houses stand on the rest
    assert 0.5 < known.mean() < 0.95
    assert np.nanmin(grid) > 15
    assert contours.area.sum() < 100 * known.sum()
    # more than the first edge everywhere: nearly all that is known is drawn
    assert contours.area.sum() > 0.7 * 100 * known.sum()


@pytest.fixture(scope="module")
def near(data):
    """Return the layers about a square of Lorient, its scene, traffic and walls."""
    folder = data / "lorient"
    roads = ecogis.read_layer("roads", folder / "ROADS2.shp").to_crs(2154)
    built = ecogis.read_layer("buildings", folder / "buildings.shp").to_crs(2154)
    ground = ecogis.read_layer("ground_absorption", folder / "ground_type.shp")
    ground = ground.to_crs(2154)
    middle = shapely.Point(223_950, 6_757_650)
    layers = [layer[layer.distance(middle) < 300] for layer in (roads, built, ground)]
    roads, built, ground = (layer.reset_index(drop=True) for layer in layers)
    scene = noise_scene(built, None, ground, default_g=0)
    walls = facade_receivers(built, spacing_m=10)
    close = np.flatnonzero(
        np.hypot(*(walls.places[:, :2] - [middle.x, middle.y]).T) < 150
    )
    return (roads, built, ground), scene.around, traffic_of(roads)[0], walls, close


def some_of(walls, rows):
    return Receivers(walls.places[rows], walls.building[rows], walls.origin[rows])


def test_a_few_facades_against_every_metre_of_road(near):
    (roads, built, ground), around, traffic, walls, close = near
    few = some_of(walls, close[::150][:6])
    power = line_power_db(traffic)
    houses = shapely.union_all(built.geometry.to_numpy())
    tall = list(zip(built.geometry, built["height_m"], strict=True))
    soft = list(zip(ground.geometry, ground["g"], strict=True))
    slow = [summed(place, roads, power, houses, tall, soft) for place in few.places]
    fine, usual = (
        Cnossos(around, roads, traffic, Reach(REACH_M, (0.5,) * 3, **finer))
        for finer in ({"fineness": 0.05}, {})
    )
    # in a yard, a piece of road may look through a gap where its neighbour does not
    for noise, most_db, mean_db in ((fine, 0.6, 0.3), (usual, 1.5, 0.5)):
        apart = np.abs(noise.at(few).periods_db - np.array(slow))
        assert apart.max() < most_db
        assert apart.mean() < mean_db


def test_both_engines_agree_on_what_is_loud(near):
    (roads, *_), around, traffic, walls, close = near
    some = some_of(walls, close)
    one, other = (
        engine_of(name, around, roads, traffic, Reach(250.0)).at(some).level_db("day")
        for name in ("cnossos", "hj24")
    )
    known = np.isfinite(one)
    assert (known == np.isfinite(other)).all()
    one, other = one[known], other[known]
    loud = one > np.median(one)
    # where roads are in view, both say the same
    assert np.corrcoef(one[loud], other[loud])[0, 1] > 0.95
    assert abs((other - one)[loud].mean()) < 2
    assert np.corrcoef(one, other)[0, 1] > 0.7
    # behind houses, rows of them take 10 dB at most
    assert 4 < (other - one)[~loud].mean() < 12


def summed(place, roads, power, houses, tall, soft, step=2.0):
    """Return dB(A) by period of pieces of two metres, each a source by itself."""
    circle = shapely.Point(place[:2]).buffer(REACH_M, 64)
    energy = np.zeros(3)
    for road, line in enumerate(shapely.force_2d(roads.geometry.to_numpy())):
        heard = line.intersection(circle).difference(houses)
        for part in shapely.get_parts(heard):
            pieces = max(int(np.ceil(part.length / step)), 1)
            length = part.length / pieces
            for n in range(pieces if part.length > 0.01 else 0):
                point = part.interpolate((n + 0.5) * length)
                found = path_levels(
                    (point.x, point.y, 0.05),
                    place,
                    buildings=[b for b in tall if b[0].distance(point) < 2 * REACH_M],
                    ground=soft,
                    gs=0.0,
                    lateral=False,
                    reflections=0,
                )
                arrived = 10 ** ((found.L + power[road] + A_WEIGHTS) / 10)
                energy += length * np.nansum(arrived, axis=1)
    with np.errstate(divide="ignore"):
        return 10 * np.log10(energy)
