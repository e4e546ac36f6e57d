"""Areas inside a cover, beside the features cut one by one."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from ecogis.spatial.overlay import dissolve
from ecogis.spatial.shares import area_inside

CRS = "EPSG:4548"
places = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 40))
squares = places.map(lambda p: box(p[0], p[1], p[0] + p[2], p[1] + p[2]))


def frame(*shapes):
    return GeoDataFrame(geometry=list(shapes), crs=CRS)


def test_whole_half_corner_and_none():
    homes = frame(
        box(2, 2, 4, 4), box(8, 2, 12, 4), box(9, 9, 11, 11), box(20, 0, 21, 1)
    )
    assert area_inside(homes, dissolve([box(0, 0, 10, 10)])).tolist() == [4, 4, 1, 0]


def test_a_touch_is_no_area():
    assert area_inside(frame(box(10, 0, 11, 1)), dissolve([box(0, 0, 10, 10)])) == [0]


def test_two_polygons_of_the_cover_add_up():
    bar = frame(box(0, 0, 100, 1))
    cover = dissolve([box(10, -5, 20, 5), box(50, -5, 55, 5)])
    assert area_inside(bar, cover).tolist() == pytest.approx([15])


@settings(max_examples=40)
@given(st.lists(squares, max_size=12), st.lists(squares, max_size=8))
def test_agrees_with_one_at_a_time(shapes, covers):
    union = shapely.union_all(covers)
    wanted = [shape.intersection(union).area for shape in shapes]
    found = area_inside(frame(*shapes), dissolve(covers))
    assert found.tolist() == pytest.approx(wanted, abs=1e-9)


def test_nothing_gives_nothing():
    assert len(area_inside(frame(), np.array([], dtype=object))) == 0
    assert area_inside(frame(box(0, 0, 1, 1)), dissolve([])).tolist() == [0]
