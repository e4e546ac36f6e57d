"""What new parks would serve is what the indicator then counts."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS
from shapely import box

from ecogis.area import StudyArea
from ecogis.indicators.green import park_service_coverage
from ecogis.spatial.siting_demand import Buildings, Land, straight

X, Y = 447_000, 4_418_000
AREA = StudyArea("town", box(X, Y, X + 2000, Y + 2000), CRS("EPSG:4548"), "plane")


def rect(x, y, wide, high):
    return box(X + x, Y + y, X + x + wide, Y + y + high)


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4548")


PARKS = frame(rect(950, 950, 100, 100))
SITES = frame(rect(100, 100, 40, 40), rect(300, 100, 40, 40), distance_m=[300.0, 300.0])


def demand_of(denominator, **layers):
    result = park_service_coverage(
        AREA, PARKS, **layers, denominator=denominator, distance_m=500.0
    )
    found = straight(
        AREA,
        result,
        radius_m=300.0,
        quad_segs=32,
        people=denominator == "population",
    )
    return result, found


def test_squares_weigh_exactly_what_is_not_served():
    land = frame(rect(0, 0, 2000, 2000))
    result, demand = demand_of("residential_land", residential_land=land)
    assert isinstance(demand, Land)
    missing = result.denominator - result.numerator
    assert demand.weights.sum() == pytest.approx(missing, rel=1e-9)
    assert demand.frame.area.max() <= 15**2 + 1e-6


def test_people_live_evenly_on_what_is_not_served():
    cells = frame(rect(0, 0, 1000, 2000), rect(1000, 0, 1000, 2000), people=[90, 10])
    result, demand = demand_of("population", population=cells)
    missing = result.denominator - result.numerator
    assert demand.weights.sum() == pytest.approx(missing, rel=1e-9)
    newly = demand.newly(SITES)
    # 45 people a km²: the first site's rounded square, all of it west and free
    disc = 32 * 4 / 2 * 300**2 * np.sin(2 * np.pi / 128)
    west = shapely.intersection(
        rect(0, 0, 1000, 2000), shapely.buffer(SITES.geometry[0], 300, quad_segs=32)
    )
    assert west.area < 40**2 + 4 * 40 * 300 + disc
    first = newly[newly["site"] == 1]["amount"].sum()
    assert first == pytest.approx(45e-6 * west.area, rel=1e-9)


def test_what_two_sites_serve_is_the_first_one_s():
    land = frame(rect(0, 0, 2000, 2000))
    _, demand = demand_of("residential_land", residential_land=land)
    newly = demand.newly(SITES)
    both = shapely.union_all(
        shapely.buffer(SITES.geometry.to_numpy(), 300, quad_segs=32)
    )
    free = demand.ground.union_all()
    whole = shapely.intersection(both, free).area
    assert newly["amount"].sum() == pytest.approx(whole, rel=1e-9)
    assert newly["site"].tolist() == sorted(newly["site"])


@pytest.mark.parametrize(("away_m", "served"), [(300.0, 1), (300.01, 0)])
def test_a_building_at_the_very_distance_counts(away_m, served):
    house = rect(140 + away_m, 100, 10, 10)
    _, demand = demand_of("buildings", buildings=frame(house))
    assert isinstance(demand, Buildings)
    cover = demand.cover(SITES.iloc[:1])
    assert cover.nnz == served
    assert len(demand.newly(SITES.iloc[:1])) == served


def test_served_buildings_are_not_asked_for():
    houses = frame(rect(900, 900, 10, 10), rect(150, 100, 10, 10))
    _, demand = demand_of("buildings", buildings=houses)
    assert demand.weights.tolist() == [1.0]
    newly = demand.newly(SITES)
    assert newly[["site", "amount"]].to_numpy().tolist() == [[1.0, 1.0]]


def test_much_land_is_weighed_on_larger_squares():
    whole = StudyArea(
        "region", box(X, Y, X + 20_000, Y + 20_000), CRS("EPSG:4548"), "plane"
    )
    land = frame(rect(0, 0, 20_000, 20_000))
    result = park_service_coverage(whole, PARKS, land)
    demand = straight(whole, result, radius_m=500.0, quad_segs=32, people=False)
    assert 5_000 < len(demand.frame) < 60_000
    assert demand.weights.sum() == pytest.approx(
        result.denominator - result.numerator, rel=1e-9
    )
