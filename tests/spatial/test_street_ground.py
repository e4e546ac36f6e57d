"""Lines widened to streets, their widths stated or by class."""

import math

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import LineString

from ecogis.errors import LayerError
from ecogis.spatial.street_ground import street_ground
from ecogis.table import table

# one street of 1000 m; round ends of 8 segments a quadrant, as a 32-gon
LINE = LineString([(0, 0), (1000, 0)])


def m2(*classes, **columns):
    lines = [LineString([(0, 100 * n), (1000, 100 * n)]) for n in range(len(classes))]
    roads = GeoDataFrame({"class": list(classes), **columns}, geometry=lines, crs=4548)
    ground, notes = street_ground(roads)
    return sum(shape.area for shape in ground), " | ".join(n.en for n in notes)


def street(width_m):
    return 1000 * width_m + 16 * (width_m / 2) ** 2 * math.sin(2 * math.pi / 32)


@pytest.mark.parametrize(
    ("name", "width_m"),
    [
        ("motorway", 17),
        ("trunk", 20),
        ("primary_link", 25),
        ("secondary", 20),
        ("tertiary", 15),
        ("unclassified", 7),
        ("residential", 7),
        ("service", 4),
    ],
)
def test_a_street_is_as_wide_as_its_class(name, width_m):
    found, told = m2(name)
    assert found == pytest.approx(street(width_m))
    assert "1 of 1 streets state no width" in told


def test_a_stated_width_counts_whatever_the_class():
    found, told = m2("primary", "alley", width_m=[12.0, 3.0])
    assert found == pytest.approx(street(12) + street(3))
    assert told == ""


def test_what_is_not_known_is_left_out_and_told():
    found, told = m2("alley", None, "service", width_m=[np.nan, 0.0, 0.0])
    assert found == pytest.approx(street(4))
    assert "2 streets of a class without a width are left out: ?, alley" in told


def test_a_tunnel_takes_no_ground():
    found, told = m2("service", "primary", tunnel=[None, "yes"])
    assert found == pytest.approx(street(4))
    assert "1 streets in tunnels" in told


def test_crossing_streets_count_once():
    lines = [LINE, LINE, LineString([(500, -10), (500, 10)])]
    roads = GeoDataFrame({"class": ["service"] * 3}, geometry=lines, crs=4548)
    ground, _ = street_ground(roads)
    ends = 16 * 4 * math.sin(2 * math.pi / 32)
    assert sum(s.area for s in ground) == pytest.approx(street(4) + 4 * 16 + ends)


def test_no_class_has_two_widths():
    assert not set(table("road_width")) & set(table("street_width"))


def test_a_width_is_enough_and_nothing_at_all_is_too_little():
    roads = GeoDataFrame({"width_m": [4.0]}, geometry=[LINE], crs=4548)
    ground, _ = street_ground(roads)
    assert ground[0].area == pytest.approx(street(4))
    with pytest.raises(LayerError, match="fields 'class' and 'width_m' are missing"):
        street_ground(roads[["geometry"]])
