"""Are web-map coordinates converted as an independent library does it?"""

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from coord_convert import transform
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod
from shapely.geometry import box, shape

from ecogis.spatial import datum

GEOD = Geod(ellps="WGS84")
CHINA = st.tuples(st.floats(74, 134), st.floats(18, 53))
OUTSIDE = [(-15.4, 28.1), (2.3, 48.9), (150.0, -33.0), (139.7, 35.7)]
FORWARD = {
    "wgs84_to_gcj02": transform.wgs2gcj,
    "wgs84_to_bd09": transform.wgs2bd,
    "gcj02_to_bd09": transform.gcj2bd,
}
BACK = {
    "gcj02_to_wgs84": "wgs84_to_gcj02",
    "bd09_to_wgs84": "wgs84_to_bd09",
    "bd09_to_gcj02": "gcj02_to_bd09",
}


def metres(lon, lat, other_lon, other_lat):
    return GEOD.inv(lon, lat, other_lon, other_lat)[2]


@pytest.mark.parametrize("name", FORWARD)
def test_forward_equals_the_oracle(name):
    places = np.random.default_rng(7).uniform((74, 18), (134, 53), (500, 2))
    lon, lat = getattr(datum, name)(places[:, 0], places[:, 1])
    for at, place in enumerate(places):
        expected = FORWARD[name](*place)
        assert metres(lon[at], lat[at], *expected) < 1e-6


@pytest.mark.parametrize("name", BACK)
@given(place=CHINA)
def test_there_and_back_is_exact(name, place):
    there = getattr(datum, BACK[name])(*place)
    back = getattr(datum, name)(*there)
    assert metres(*place, *(float(v) for v in back)) < 1e-6


@pytest.mark.parametrize("name", BACK)
@given(place=CHINA)
def test_back_and_there_is_exact(name, place):
    back = getattr(datum, name)(*place)
    there = getattr(datum, BACK[name])(*back)
    assert metres(*place, *(float(v) for v in there)) < 1e-6


@pytest.mark.parametrize("place", OUTSIDE)
@pytest.mark.parametrize("name", ["wgs84_to_gcj02", "gcj02_to_wgs84"])
def test_outside_china_nothing_moves(name, place):
    assert getattr(datum, name)(*place) == place


def test_the_shift_in_beijing_is_half_a_kilometre():
    lon, lat = datum.wgs84_to_gcj02(116.45, 39.92)
    assert 500 < metres(116.45, 39.92, float(lon), float(lat)) < 600


def test_no_point_at_all():
    lon, lat = datum.bd09_to_wgs84([], [])
    assert len(lon) == len(lat) == 0


def moved(polygon):
    return shapely.transform(
        polygon, lambda xy: np.column_stack(datum.wgs84_to_gcj02(*xy.T))
    )


DISTRICT = box(116.40, 39.85, 116.55, 40.00)


def test_a_shifted_district_is_told():
    before, after = datum.gcj02_shift(moved(DISTRICT), DISTRICT)
    # four sides of 12.8 and 16.7 km, each off by about half or a quarter kilometre
    assert 15 < before < 40
    assert after < 0.01


def test_a_true_district_is_not_told():
    assert datum.gcj02_shift(DISTRICT, DISTRICT) is None
    coarse = box(116.4003, 39.85, 116.55, 40.0004)
    assert datum.gcj02_shift(coarse, DISTRICT) is None


def test_another_place_is_not_told():
    park = box(116.45, 39.90, 116.46, 39.91)
    assert datum.gcj02_shift(moved(park), DISTRICT) is None


def test_outside_china_is_not_told():
    there = box(-15.5, 28.0, -15.4, 28.1)
    assert datum.gcj02_shift(there, box(-15.49, 28.0, -15.39, 28.1)) is None


@pytest.mark.real
def test_the_published_outline_of_chaoyang(data):
    streets = gpd.read_file(data / "beijing/beijing_streets_worldpop_wgs84.gpkg")
    reference = streets[streets["district"] == "朝阳区"].union_all()
    published = json.loads((data / "beijing/datav_110105_gcj02.json").read_text())
    outline = shapely.union_all([shape(f["geometry"]) for f in published["features"]])
    before, after = datum.gcj02_shift(outline, reference)
    assert before == pytest.approx(47, abs=1)
    assert after == pytest.approx(3.4, abs=0.3)
