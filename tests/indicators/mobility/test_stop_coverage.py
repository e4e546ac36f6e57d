"""Stops in a square town: closed forms, a slow oracle, and laws."""

import math

import geopandas
import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, affinity, box

from ecogis.area import StudyArea
from ecogis.errors import LayerError, PlanError
from ecogis.indicators.mobility import stop_coverage
from ecogis.spatial.zonal import by_zone

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000


def square(west, south, east, north):
    return box(X + west, Y + south, X + east, Y + north)


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def stops(*spots, **columns):
    return frame(*(Point(X + x, Y + y) for x, y in spots), **columns)


BOX = square(0, 0, 1000, 1000)
TOWN = StudyArea("town", BOX, CRS, area_method="plane")
BUILT = frame(BOX)
MIDDLE = stops((500, 500))


@pytest.mark.parametrize(
    ("quad_segs", "percent"),
    [
        # a regular polygon of n corners on the circle: n/2 r² sin(2π/n)
        (8, 100 * 16 * 0.25 * math.sin(2 * math.pi / 32)),
        (32, 100 * 64 * 0.25 * math.sin(2 * math.pi / 128)),
        (256, 100 * 512 * 0.25 * math.sin(2 * math.pi / 1024)),
    ],
)
def test_one_stop_in_a_square_kilometre_serves_a_circle(quad_segs, percent):
    found = stop_coverage(TOWN, MIDDLE, BUILT, quad_segs=quad_segs)
    assert found.value == pytest.approx(percent, abs=1e-9)
    assert found.value < 100 * math.pi / 4
    assert found.value == pytest.approx(100 * math.pi / 4, rel=0.01)


@pytest.mark.parametrize(("distance_m", "percent"), [(299.99, 0), (300.0, 25)])
def test_people_may_be_counted_at_home(distance_m, percent):
    # the home of one floor begins 300 m from the stop, that of three ends 400 m from it
    found = stop_coverage(
        TOWN,
        MIDDLE,
        population=frame(BOX, people=[80]),
        buildings=frame(
            square(190, 500, 200, 510), square(900, 500, 910, 510), floors=[1, 3]
        ),
        denominator="population",
        people_on="buildings",
        distance_m=distance_m,
    )
    assert found.denominator == pytest.approx(80)
    assert found.value == pytest.approx(percent)
    assert found.drawn["stops_served"]["people"].sum() == pytest.approx(80)


def test_the_known_numbers_of_that_circle():
    assert round(stop_coverage(TOWN, MIDDLE, BUILT).value, 3) == 78.508
    fine = stop_coverage(TOWN, MIDDLE, BUILT, quad_segs=1024)
    assert round(fine.value, 3) == 78.540


@pytest.mark.parametrize(("step_m", "full"), [(707.1, True), (707.2, False)])
def test_a_grid_of_stops_serves_all_up_to_the_radius_times_root_two(step_m, full):
    # circles of 500 m about a square grid meet in the middle of its meshes
    ticks = np.arange(4) * step_m
    grid = stops(*((x, y) for x in ticks for y in ticks))
    town = StudyArea("town", square(0, 0, 3 * step_m, 3 * step_m), CRS, "plane")
    built = frame(town.boundary)
    fine = stop_coverage(town, grid, built, quad_segs=256)
    # where circles of 1024 corners meet, 2 cm short of them, less than a m² is left
    blind_m2 = fine.denominator - fine.numerator
    homes = [square(x - 0.005, x - 0.005, x + 0.005, x + 0.005) for x in ticks[:3]]
    middles = frame(*(affinity.translate(h, step_m / 2, step_m / 2) for h in homes))
    exact = stop_coverage(town, grid, buildings=middles, denominator="buildings")
    assert blind_m2 < 1.0
    assert exact.value == (100 if full else 0)


@pytest.mark.parametrize(
    ("distance_m", "percent"), [(99.99, 0), (100.0, 50), (299.99, 50), (300.0, 100)]
)
def test_buildings_count_by_their_nearest_wall(distance_m, percent):
    homes = frame(square(600, 480, 650, 520), square(480, 800, 520, 900))
    found = stop_coverage(
        TOWN, MIDDLE, buildings=homes, denominator="buildings", distance_m=distance_m
    )
    assert found.value == percent


def test_a_stop_across_the_border_serves():
    # a wall of stops 100 m west of the town, 300 m reach: a strip of 200 m
    wall = stops(*((-100, y) for y in range(-400, 1401, 2)))
    found = stop_coverage(TOWN, wall, BUILT, distance_m=300.0)
    assert found.value == pytest.approx(20, abs=0.01)
    assert "0 stops inside the area; 0 places" in str(found.notes[0])


def test_land_mapped_twice_counts_once():
    twice = frame(square(0, 0, 600, 1000), square(400, 0, 1000, 1000))
    once = stop_coverage(TOWN, MIDDLE, BUILT)
    found = stop_coverage(TOWN, MIDDLE, twice)
    assert found.denominator == pytest.approx(1e6)
    assert found.value == pytest.approx(once.value)


@pytest.mark.parametrize(
    ("denominator", "layer"),
    [("residential_land", "residential_land"), ("population", "population")],
)
def test_other_wholes(denominator, layer):
    # half of it within 100 m of a row of stops along the western edge
    land = frame(square(0, 400, 200, 600), people=[40])
    row = stops(*((0, y) for y in range(200, 801)))
    found = stop_coverage(
        TOWN, row, **{layer: land}, denominator=denominator, distance_m=100.0
    )
    assert found.value == pytest.approx(50, abs=0.01)


def test_the_whole_area_may_be_the_whole():
    found = stop_coverage(TOWN, MIDDLE, denominator="area")
    assert found.value == stop_coverage(TOWN, MIDDLE, BUILT).value


def test_kinds_that_count():
    some = stops((100, 100), (900, 900), (500, 500), kind=["bus", "subway", None])
    homes = frame(square(100, 100, 110, 110), square(880, 880, 900, 900))
    asked = {"buildings": homes, "denominator": "buildings", "distance_m": 50.0}
    assert stop_coverage(TOWN, some, **asked).value == 100
    found = stop_coverage(TOWN, some, **asked, kinds=("bus",))
    assert found.value == 50
    assert found.drawn["stops_counted"]["kind"].tolist() == ["bus"]
    assert "1 stops do not say" in str(found.notes[1])
    assert stop_coverage(TOWN, some, **asked, kinds=["bus", "subway"]).value == 100


def test_kinds_of_stops_that_have_none_are_refused():
    with pytest.raises(LayerError, match="field 'kind' is missing"):
        stop_coverage(TOWN, MIDDLE, BUILT, kinds=("bus",))
    with pytest.raises(PlanError, match="kinds"):
        stop_coverage(TOWN, MIDDLE, BUILT, kinds=("ferry",))


def test_twin_stops_are_one_place():
    some = stops(
        # two platforms 100 m apart, a third 100 m on: one place by and by
        (100, 100),
        (200, 100),
        (300, 100),
        # the same name 100.01 m away from its twin
        (500, 500),
        (600.01, 500),
        # no name: places of their own
        (700, 700),
        (700, 700),
        name=["a", "a", "a", "b", "b", None, None],
    )
    found = stop_coverage(TOWN, some, BUILT)
    assert str(found.notes[0]).startswith("7 stops inside the area; 5 places")
    assert found.notes[0].zh.startswith("区内站点 7 个")


def test_nothing_built_is_unknown_not_zero():
    assert stop_coverage(TOWN, MIDDLE, BUILT.iloc[:0]).value is None


def test_no_stop_serves_nobody():
    assert stop_coverage(TOWN, MIDDLE.iloc[:0], BUILT).value == 0


def test_an_absent_layer_says_which():
    with pytest.raises(LayerError, match="needs the layer 'built_up_area'"):
        stop_coverage(TOWN, MIDDLE)


def test_the_title_names_what_it_is_a_share_of():
    parameters = stop_coverage.resolve({"distance_m": 300.0})
    title = stop_coverage.titled(parameters)
    assert title.en == "Built-up area within 300 m of a public transport stop"
    assert title.zh == "公共交通站点300米覆盖率（建成区）"
    assert stop_coverage.needs(parameters) == {
        "transit_stops": True,
        "built_up_area": True,
    }


spot = st.integers(-300, 1300)
spots = st.lists(st.tuples(spot, spot), min_size=1, max_size=8)
reaches = st.integers(50, 700)


def oracle(places, distance_m, step=20):
    """Ask the middle of each 20 m cell of the town about every stop."""
    ticks = np.arange(step / 2, 1000, step)
    x, y = np.meshgrid(ticks, ticks)
    served = np.zeros(x.shape, dtype=bool)
    for east, north in places:
        served |= np.hypot(x - east, y - north) <= distance_m
    return 100 * served.mean()


@given(spots, reaches)
def test_agrees_with_the_oracle(places, distance_m):
    found = stop_coverage(TOWN, stops(*places), BUILT, distance_m=float(distance_m))
    assert found.value == pytest.approx(oracle(places, distance_m), abs=1.0)


@given(spots, reaches)
def test_agrees_with_one_big_union(places, distance_m):
    circles = [Point(X + x, Y + y).buffer(distance_m, 32) for x, y in places]
    reach = shapely.union_all(circles)
    found = stop_coverage(TOWN, stops(*places), BUILT, distance_m=float(distance_m))
    assert found.value == pytest.approx(reach.intersection(BOX).area / 1e4, abs=1e-6)


@given(spots, reaches, st.tuples(spot, spot))
@settings(max_examples=15)
def test_another_stop_never_lowers_it(places, distance_m, more):
    reach = {"distance_m": float(distance_m)}
    before = stop_coverage(TOWN, stops(*places), BUILT, **reach).value
    after = stop_coverage(TOWN, stops(*places, more), BUILT, **reach).value
    assert after >= before - 1e-9


@given(spots, reaches, st.floats(0, 360))
@settings(max_examples=15)
def test_order_place_and_turn_do_not_matter(places, distance_m, degrees):
    reach = {"distance_m": float(distance_m)}
    found = stop_coverage(TOWN, stops(*places), BUILT, **reach).value

    def moved(shape):
        away = affinity.translate(shape, 3456.7, -1234.5)
        return affinity.rotate(away, degrees, origin=(X, Y))

    there = StudyArea("there", moved(BOX), CRS, area_method="plane")
    turned = frame(*map(moved, stops(*places[::-1]).geometry))
    value = stop_coverage(there, turned, frame(there.boundary), **reach).value
    assert value == pytest.approx(found, rel=4e-4, abs=0.01)


@given(spots, reaches)
@settings(max_examples=15)
def test_rows_add_up(places, distance_m):
    found = stop_coverage(TOWN, stops(*places), BUILT, distance_m=float(distance_m))
    halves = frame(square(0, 0, 333, 1000), square(300, 0, 700, 1000), name=["a", "b"])
    rows = by_zone(found.parts, halves)
    assert rows["numerator"].sum() == pytest.approx(found.numerator, rel=1e-9, abs=1e-6)
    assert rows["denominator"].sum() == pytest.approx(found.denominator, rel=1e-9)


def test_what_lies_beyond_the_distance_does_not_matter():
    far = stops((500, 500), (1500.01, 500), (5000, 0))
    found = stop_coverage(TOWN, far, BUILT)
    assert found.value == stop_coverage(TOWN, MIDDLE, BUILT).value
    assert len(found.drawn["stops_counted"]) == 1


def test_inputs_stay_as_they_are():
    some, before = stops((1, 1), name=["a"]), stops((1, 1), name=["a"])
    stop_coverage(TOWN, some, BUILT)
    assert some.equals(before)


@pytest.mark.real
def test_subway_stations_of_fengtai(data):
    """Beside the middles of 100 m cells, each asked for its nearest station."""
    beijing = data / "beijing"
    streets = geopandas.read_file(beijing / "beijing_streets_worldpop_wgs84.gpkg")
    streets = streets[streets["district"] == "丰台区"].to_crs(CRS)
    district = shapely.union_all(streets.geometry.to_numpy())
    area = StudyArea("丰台区", district, CRS)
    stations = geopandas.read_file(beijing / "beijing_subway_stops_osm_wgs84.geojson")
    stations = stations.rename(columns={"stop_name": "name", "kind": "of"}).to_crs(CRS)
    found = stop_coverage(area, stations, denominator="area")

    west, south, east, north = district.bounds
    x, y = np.meshgrid(np.arange(west, east, 100), np.arange(south, north, 100))
    cells = shapely.points(x.ravel(), y.ravel())
    shapely.prepare(district)
    cells = cells[shapely.contains(district, cells)]
    tree = shapely.STRtree(stations.geometry.to_numpy())
    _, metres = tree.query_nearest(cells, all_matches=False, return_distance=True)
    assert found.value == pytest.approx(100 * np.mean(metres <= 500), abs=0.5)

    rows = by_zone(found.parts, streets.rename(columns={"street": "name"}))
    assert rows["numerator"].sum() == pytest.approx(found.numerator, rel=1e-9)
    assert rows["denominator"].sum() == pytest.approx(found.denominator, rel=1e-9)
