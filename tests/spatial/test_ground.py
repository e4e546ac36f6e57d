"""Ground inside a square town, each square metre once."""

import pytest
from geopandas import GeoDataFrame
from shapely import box

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.spatial.ground import ground

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000
TOWN = StudyArea("town", box(X, Y, X + 1000, Y + 1000), CRS, area_method="plane")
PARKS = Text(en="Parks", zh="公园")


def square(west, south, east, north):
    return box(X + west, Y + south, X + east, Y + north)


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def test_overlaps_are_united_and_told():
    parks = frame(square(0, 0, 300, 100), square(200, 0, 400, 100), name=["a", "b"])
    found = ground(TOWN, parks, PARKS)
    assert found.united.area.tolist() == pytest.approx([40_000])
    assert found.features.area.tolist() == pytest.approx([30_000, 20_000])
    assert found.features["name"].tolist() == ["a", "b"]
    assert found.notes[0].en == "Parks: 1 ha held by several features are counted once"
    assert found.notes[0].zh == "公园：1 公顷重叠范围只计一次"


@pytest.mark.parametrize(("wide", "told"), [(0.99, 0), (1.01, 1)])
def test_less_than_a_square_metre_is_not_worth_telling(wide, told):
    parks = frame(square(0, 0, 100, 1), square(100 - wide, 0, 200, 1))
    assert len(ground(TOWN, parks, PARKS).notes) == told


def test_beyond_the_border_nothing_is_held():
    parks = frame(square(900, 0, 1100, 100), square(2000, 0, 2100, 100))
    found = ground(TOWN, parks, PARKS)
    assert found.united.area.tolist() == pytest.approx([10_000])
    assert (len(found.features), found.notes) == (1, ())


def test_nothing_holds_nothing():
    found = ground(TOWN, frame(square(0, 0, 1, 1)).iloc[:0], PARKS)
    assert (len(found.features), len(found.united), found.notes) == (0, 0, ())
