"""Packed layers, unpacked by an independent reader: what went in comes out."""

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, MultiPolygon, Point, Polygon, box
from unpacked import Reader, unpacked

from ecogis.outputs.packed import pack, varints

DEGREES = "EPSG:4326"


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=DEGREES)


def packed(features, kind="Polygon", classes=None, columns=()):
    numbers = np.zeros(len(features), int) if classes is None else np.array(classes)
    return pack(features, kind, numbers, columns)


def test_a_square_comes_back_without_its_closing_vertex():
    found, classes, _ = unpacked(packed(frame(box(116, 39, 116.5, 39.25))))
    assert classes == [0]
    (ring,) = found[0]
    assert sorted(ring) == [(116, 39), (116, 39.25), (116.5, 39), (116.5, 39.25)]


def test_shells_run_anticlockwise_and_holes_clockwise():
    hole = [(1, 1), (1, 2), (2, 2), (2, 1)]
    shell = [(0, 0), (0, 4), (4, 4), (4, 0)]
    (rings,), _, _ = unpacked(packed(frame(Polygon(shell, [hole[::-1]]))))
    turns = [shapely.LinearRing(ring).is_ccw for ring in rings]
    assert turns == [True, False]


def test_coordinates_are_kept_to_a_millionth_of_a_degree():
    found, *_ = unpacked(packed(frame(Point(116.1234567, 39.7654321)), "Point"))
    assert found == [[[(116.123457, 39.765432)]]]


def test_metres_become_degrees():
    place = GeoDataFrame(geometry=[Point(500_000, 4_400_000)], crs="EPSG:4548")
    ((((x, y),),),), *_ = unpacked(packed(place, "Point"))
    assert x == 117
    assert 39.7 < y < 39.8


def test_what_has_no_geometry_of_the_kind_is_left_out():
    mixed = shapely.from_wkt("GEOMETRYCOLLECTION(POINT(0 0), LINESTRING(0 0, 1 1))")
    features = frame(None, mixed, Polygon(), box(0, 0, 1, 1), name=[*"abcd"])
    found, _, columns = unpacked(packed(features, columns=["name"]))
    assert len(found) == 1
    assert columns == {"name": ["d"]}
    ((line,),), *_ = unpacked(packed(features, "Line"))
    assert line == [(0, 0), (1, 1)]


def test_nothing_is_packed_as_nothing():
    none = packed(frame())
    assert (none.n, none.bounds, none.counts) == (0, None, {})
    assert unpacked(none) == ([], [], {})


def test_several_parts_stay_one_feature():
    two = MultiPolygon([box(0, 0, 1, 1), box(5, 5, 6, 6)])
    found, *_ = unpacked(packed(frame(two)))
    assert [len(rings) for rings in found] == [2]
    found, *_ = unpacked(packed(frame(MultiPoint([(0, 0), (1, 1)])), "Point"))
    assert found == [[[(0, 0)], [(1, 1)]]]


def test_a_shape_smaller_than_the_grid_keeps_one_vertex():
    found, *_ = unpacked(packed(frame(box(0, 0, 1e-8, 1e-8))))
    assert found == [[[(0, 0)]]]


def test_the_class_of_each_feature_and_none():
    spots = frame(Point(0, 0), Point(1, 1), Point(2, 2), name=[*"abc"])
    layer = packed(spots, "Point", [2, -1, 2], ["name"])
    _, classes, columns = unpacked(layer)
    assert dict(zip(columns["name"], classes, strict=True)) == {
        "a": 2,
        "b": 255,
        "c": 2,
    }
    assert layer.counts == {2: 2}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["<b>", None, "公园"], ["<b>", None, "公园"]),
        ([True, False, None], [True, False, None]),
        ([1.5, np.nan, -2.25], [1.5, None, -2.25]),
        ([1, 2, 3_000_000_001], [1.0, 2.0, 3_000_000_001.0]),
        (pd.array([1, None, 3], dtype="Int64"), [1.0, None, 3.0]),
        (pd.array([True, None, False], dtype="boolean"), [True, None, False]),
        ([np.nan, np.nan, np.nan], [None, None, None]),
        ([1, "a", None], ["1", "a", None]),
    ],
)
def test_columns_of_every_type(values, expected):
    # along a line the Hilbert order is the order of the points
    spots = frame(Point(0, 0), Point(0, 0), Point(0, 0), value=values)
    _, _, columns = unpacked(packed(spots, "Point", columns=["value", "absent"]))
    assert columns == {"value": expected}


def test_layers_of_the_same_shapes_share_them():
    shapes = [box(x, -x, x + 1, 1 - x) for x in range(9)]
    one = packed(frame(*shapes, a=range(9)), classes=[0] * 9, columns=["a"])
    other = packed(frame(*shapes, b=[*"abcdefghi"]), classes=range(9), columns=["b"])
    assert one.shapes == other.shapes
    assert one.attributes != other.attributes


def test_the_same_features_give_the_same_bytes():
    features = frame(*[box(x, x, x + 1, x + 1) for x in range(9)], n=range(9))
    assert packed(features, columns=["n"]) == packed(features.copy(), columns=["n"])


@pytest.mark.parametrize(
    ("number", "data"),
    [
        (0, "00"),
        (1, "01"),
        (127, "7f"),
        (128, "8001"),
        (300, "ac02"),
        (16384, "808001"),
    ],
)
def test_varints_are_those_of_the_textbook(number, data):
    assert varints(np.array([number])).hex() == data


whole = st.integers(-179_000_000, 179_000_000)
latitude = st.integers(-84_000_000, 84_000_000)
corners = st.tuples(whole, latitude).map(lambda p: (p[0] / 1e6, p[1] / 1e6))


@given(st.lists(st.lists(corners, min_size=2, max_size=6, unique=True), max_size=8))
def test_any_lines_come_back_in_some_order(lines):
    features = frame(*map(LineString, lines), n=range(len(lines)))
    found, _, columns = unpacked(packed(features, "Line", columns=["n"]))
    assert [round(n) for n in columns["n"]] == pytest.approx(columns["n"])
    back = {round(n): rings[0] for n, rings in zip(columns["n"], found, strict=True)}
    assert back == dict(enumerate(lines))


@given(st.lists(st.integers(0, 2**40), max_size=30))
def test_any_varints_come_back(numbers):
    reader = Reader(varints(np.array(numbers, np.int64)))
    assert [reader.varint() for _ in numbers] == numbers
    assert reader.place == len(reader.data)


def test_a_hundred_thousand_buildings_are_small():
    rng = np.random.default_rng(5)
    n = 100_000
    x, y = rng.uniform(116.2, 116.6, n), rng.uniform(39.7, 40.1, n)
    wide, deep = rng.uniform(1e-4, 4e-4, (2, n))
    names = np.where(rng.random(n) < 0.05, np.arange(n).astype(str), None)
    built = frame(*shapely.box(x, y, x + wide, y + deep), name=names)
    layer = packed(built, classes=rng.integers(0, 3, n), columns=["name"])
    assert layer.n == n
    # base64 makes four bytes of three
    assert (len(layer.shapes) + len(layer.attributes)) * 4 / 3 < 2_500_000
