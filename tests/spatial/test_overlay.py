"""Cutting by polygons, beside shapely asked one shape at a time."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, box

from ecogis.spatial.overlay import cut, dissolve, flat, split, subdivide, without

CRS = "EPSG:4548"


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def star(x, y, radius, points):
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    reach = radius * (1 + 0.3 * np.sin(9 * turn))
    return shapely.Polygon(np.c_[x + reach * np.cos(turn), y + reach * np.sin(turn)])


places = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 40))
squares = places.map(lambda p: box(p[0], p[1], p[0] + p[2], p[1] + p[2]))


@given(st.lists(squares, max_size=8), st.lists(squares, max_size=8))
def test_inside_and_outside_are_the_whole(shapes, covers):
    cover = dissolve(covers)
    inside, outside = split(frame(*shapes), cover)
    union = shapely.union_all(covers)
    wanted = [shape.intersection(union).area for shape in shapes]
    known = inside.area.reindex(range(len(shapes)), fill_value=0.0)
    rest = outside.area.reindex(range(len(shapes)), fill_value=0.0)
    assert known.tolist() == pytest.approx(wanted, abs=1e-5)
    assert (known + rest).tolist() == pytest.approx(
        [shape.area for shape in shapes], abs=1e-5
    )


def test_a_shape_that_meets_hundreds_of_tiles():
    cover = dissolve(
        [star(2000 * i, 2000 * j, 700, 3000) for i in (1, 2) for j in (1, 2)]
    )
    whole = box(0, 0, 6000, 4100)
    assert len(subdivide(cover)) > 40
    inside, outside = split(frame(whole), cover)
    wanted = whole.intersection(shapely.union_all(cover)).area
    assert inside.area.sum() == pytest.approx(wanted, rel=1e-12)
    assert inside.area.sum() + outside.area.sum() == pytest.approx(
        whole.area, rel=1e-12
    )


def test_lines_are_cut_and_keep_their_columns():
    cover = dissolve([star(0, 0, 500, 2000)])
    lines = frame(LineString([(-900, 10), (900, 10)]), name=["ring"])
    inside, outside = split(lines, cover)
    wanted = lines.geometry[0].intersection(cover[0]).length
    assert inside.length.sum() == pytest.approx(wanted)
    assert outside.length.sum() == pytest.approx(1800 - wanted)
    assert inside["name"].tolist() == outside["name"].tolist() == ["ring"]


def test_points_on_the_border_are_inside():
    spots = frame(Point(0, 0), Point(5, 5), Point(10.001, 5))
    inside, outside = split(spots, dissolve([box(0, 0, 10, 10)]))
    assert (inside.index.tolist(), outside.index.tolist()) == ([0, 1], [2])


def test_several_points_of_one_feature_part_ways():
    spots = frame(MultiPoint([(5, 5), (20, 20)]))
    inside, outside = split(spots, dissolve([box(0, 0, 10, 10)]))
    assert (len(inside), len(outside)) == (1, 1)


def test_a_touch_is_no_ground():
    inside, outside = split(frame(box(10, 0, 20, 10)), dissolve([box(0, 0, 10, 10)]))
    assert (len(inside), outside.area.sum()) == (0, 100)


def test_nothing_covers_nothing():
    some = frame(box(0, 0, 1, 1))
    assert len(cut(some, dissolve([]))) == 0
    assert len(without(some, dissolve([]))) == 1
    assert len(flat(some.iloc[:0])) == 0
