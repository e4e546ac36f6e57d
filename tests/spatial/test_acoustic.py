"""Ground by acoustic class: every square metre of the area in one class."""

import pytest
from geopandas import GeoDataFrame
from shapely import box

from ecogis.area import StudyArea
from ecogis.spatial.acoustic import ground_by_class

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000
TOWN = StudyArea("town", box(X, Y, X + 1000, Y + 1000), CRS, area_method="plane")


def zones(*rows):
    shapes = [box(X + w, Y, X + e, Y + 1000) for _, w, e in rows]
    return GeoDataFrame({"class": [r[0] for r in rows]}, geometry=shapes, crs=CRS)


def sums(found):
    size = found.assign(m2=found.area).groupby(["class", "distance_m"])["m2"].sum()
    return (size / 1000).to_dict()


def test_without_zones_all_is_the_default():
    found, notes = ground_by_class(TOWN, None, default_class="3", extra_m=-2.0)
    assert sums(found) == pytest.approx({("3", 18.0): 1000})
    assert notes[0].en.startswith("100 % of the area lies in no zone")
    assert notes[0].zh == "区域的 100% 不在0—3类声环境功能区内，按3类计"


def test_every_class_has_its_strip_and_the_quieter_one_holds():
    some = zones(
        ("3", 0, 300), ("2", 200, 400), ("1", 350, 600), ("0", 550, 700), ("4a", 0, 900)
    )
    found, notes = ground_by_class(TOWN, some, default_class="2")
    assert sums(found) == pytest.approx(
        {("0", 50): 150, ("1", 50): 200, ("2", 35): 150 + 300, ("3", 20): 200}
    )
    assert notes[0].en.startswith("30 % of the area")


def test_a_town_in_zones_assumes_nothing():
    found, notes = ground_by_class(TOWN, zones(("1", -50, 1050)), default_class="2")
    assert sums(found) == pytest.approx({("1", 50): 1000})
    assert notes == []
