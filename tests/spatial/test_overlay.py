"""Cutting by polygons, beside shapely asked one shape at a time."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, Point, affinity, box

from ecogis.spatial.overlay import cut, dissolve, flat, split, without

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000


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


def test_a_shape_that_meets_thousands_of_vertices():
    cover = dissolve(
        [star(2000 * i, 2000 * j, 700, 3000) for i in (1, 2) for j in (1, 2)]
    )
    whole = box(0, 0, 6000, 4100)
    assert shapely.get_num_coordinates(cover).sum() > 12_000
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


def wedge(at, turn, wide, high):
    """Return a thin slanted triangle or quadrilateral, with a hole if it is large."""
    x, y = at
    shape = affinity.rotate(box(x, y, x + wide, y + high), turn, origin=(x, y))
    if min(wide, high) > 6:
        hole = affinity.scale(shape, 0.5, 0.5)
        shape = shapely.Polygon(shape.exterior.coords, [hole.exterior.coords])
    return affinity.translate(shape, X, Y)


spots = st.tuples(st.integers(0, 60), st.integers(0, 60))
wedges = st.builds(
    wedge,
    spots,
    st.integers(0, 12).map(lambda n: n * 7.5),
    st.integers(1, 30),
    st.sampled_from([0.01, 1, 7, 20]),
)
pairs = st.lists(wedges, min_size=2, max_size=2).map(
    lambda two: shapely.MultiPolygon(
        [part for part in shapely.get_parts(shapely.union_all(two)) if part.area]
    )
)
grounds = st.one_of(wedges, pairs)
streets = st.lists(spots, min_size=2, max_size=5, unique=True).map(
    lambda walk: LineString([(X + x, Y + y) for x, y in walk])
)
stops = spots.map(lambda at: Point(X + at[0], Y + at[1]))


def sizes(found, many):
    """Return area, length or count of each of the features, 0 for those not there."""
    shapes = found.geometry.reindex(range(many))
    count = shapes.map(lambda one: 0 if one is None else len(shapely.get_parts(one)))
    flat = shapely.get_dimensions(shapes.values)
    known = {2: shapely.area, 1: shapely.length}
    return [
        float(known[kind](one)) if kind in known else float(number)
        for kind, one, number in zip(flat, shapes, count, strict=True)
    ]


@given(st.lists(grounds, max_size=5), st.lists(grounds, max_size=5))
def test_any_ground_is_inside_or_outside(shapes, covers):
    cover = dissolve(covers)
    union = shapely.union_all(covers)
    inside, outside = split(frame(*shapes), cover)
    wanted = [shape.intersection(union).area for shape in shapes]
    assert sizes(inside, len(shapes)) == pytest.approx(wanted, abs=1e-4)
    rest = [shape.area - held for shape, held in zip(shapes, wanted, strict=True)]
    assert sizes(outside, len(shapes)) == pytest.approx(rest, abs=1e-4)
    assert inside.geometry.is_valid.all()
    assert outside.geometry.is_valid.all()


@given(st.lists(streets, max_size=5), st.lists(grounds, max_size=5))
def test_any_street_is_inside_or_outside(shapes, covers):
    inside, outside = split(frame(*shapes), dissolve(covers))
    union = shapely.union_all(covers)
    whole = [shape.union(shape).length for shape in shapes]
    wanted = [shape.intersection(union).length for shape in shapes]
    assert sizes(inside, len(shapes)) == pytest.approx(wanted, abs=1e-4)
    rest = [all_ - held for all_, held in zip(whole, wanted, strict=True)]
    assert sizes(outside, len(shapes)) == pytest.approx(rest, abs=1e-4)


@given(st.lists(stops, max_size=8), st.lists(squares, max_size=5))
def test_any_stop_is_inside_or_outside(shapes, covers):
    covers = [affinity.translate(cover, X, Y) for cover in covers]
    inside, outside = split(frame(*shapes), dissolve(covers))
    held = [any(cover.covers(shape) for cover in covers) for shape in shapes]
    assert inside.index.tolist() == np.flatnonzero(held).tolist()
    assert outside.index.tolist() == np.flatnonzero(np.logical_not(held)).tolist()


@given(st.lists(grounds, max_size=6))
def test_dissolved_ground_is_the_union_and_shares_nothing(shapes):
    parts = dissolve(shapes)
    union = shapely.union_all(shapes)
    assert shapely.area(parts).sum() == pytest.approx(union.area, abs=1e-6)
    assert set(shapely.get_type_id(parts).tolist()) <= {3}
    for at, part in enumerate(parts):
        for other in parts[at + 1 :]:
            assert part.intersection(other).area < 1e-9


@settings(max_examples=20)
@given(st.lists(grounds, max_size=4), st.lists(grounds, max_size=4))
def test_cut_and_without_are_the_two_sides_of_split(shapes, covers):
    cover = dissolve(covers)
    lot = frame(*shapes, name=[str(n) for n in range(len(shapes))])
    inside, outside = split(lot, cover)
    assert cut(lot, cover).equals(inside)
    assert without(lot, cover).equals(outside)


def test_the_frame_given_stays_as_it_was():
    lot = frame(box(0, 0, 4, 4), name=["a"])
    before = lot.copy()
    split(lot, dissolve([box(2, 2, 9, 9)]))
    assert lot.equals(before)


def test_what_is_missing_is_neither_inside_nor_lost():
    lot = frame(None, box(0, 0, 1, 1), shapely.Polygon())
    inside, outside = split(lot, dissolve([box(-1, -1, 9, 9)]))
    assert inside.index.tolist() == [1]
    assert outside.area.sum() == 0
    assert len(dissolve([None, shapely.Polygon()])) == 0


def test_hundreds_are_united_as_a_few_are():
    rows = [(x, y) for x in range(20) for y in range(20)]
    # chains of four along x, apart in y: neighbours lie in different groups
    tiles = [box(x + x // 4, 2 * y, x + x // 4 + 1, 2 * y + 1) for x, y in rows]
    found = dissolve(tiles)
    assert sorted(shapely.area(found).tolist()) == pytest.approx([4.0] * 100)
    assert shapely.union_all(found).equals(shapely.union_all(tiles))


def test_missing_and_empty_shapes_are_nothing():
    assert len(dissolve([None, shapely.Polygon(), box(0, 0, 1, 1)])) == 1
    assert len(dissolve([None, shapely.Polygon()])) == 0
