"""Results by zone: the rows add up, and each piece of ground has one zone."""

import math

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiPoint, MultiPolygon, Point, box

from ecogis.spatial.zonal import OUTSIDE, by_zone, disjoint

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000


def square(west, south, wide, high):
    return box(X + west, Y + south, X + west + wide, Y + south + high)


def zones(*shapes):
    names = [chr(ord("a") + n) for n in range(len(shapes))]
    return GeoDataFrame({"name": names}, geometry=list(shapes), crs=CRS)


def parts(*shapes, numerators=None, **more):
    columns = {"numerator": numerators or [1.0] * len(shapes), **more}
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def rows(found):
    return {row.zone: row.numerator for row in found.itertuples()}


TOWN = square(-50, -50, 200, 200)
# two halves of a square of 100 m
HALVES = zones(square(0, 0, 50, 100), square(50, 0, 50, 100))


def test_what_lies_in_one_zone_is_that_zones():
    found = by_zone(parts(square(10, 10, 5, 5), numerators=[7.0]), HALVES)
    assert rows(found) == {"a": 7, "b": 0}
    assert found.crs == HALVES.crs
    assert found.geometry.tolist() == HALVES.geometry.tolist()


def test_areas_are_cut_and_carry_their_sums_in_proportion():
    wide = parts(square(40, 0, 40, 10), numerators=[8.0], denominator=[80.0])
    found = by_zone(wide, HALVES)
    assert found["numerator"].tolist() == pytest.approx([2, 6])
    assert found["denominator"].tolist() == pytest.approx([20, 60])


def test_lines_are_cut():
    street = LineString([(X + 30, Y + 5), (X + 110, Y + 5)])
    found = by_zone(parts(street, numerators=[8.0]), HALVES)
    assert rows(found) == pytest.approx({"a": 2, "b": 5, OUTSIDE: 1})
    assert found.geometry.iloc[-1] is None


@pytest.mark.parametrize(
    ("x", "y", "zone"),
    [
        (50, 50, "a"),  # the shared border
        (50, 100, "a"),
        (0, 0, "a"),
        (50.001, 50, "b"),
        (100, 50, "b"),
        (100.001, 50, OUTSIDE),
    ],
)
def test_a_point_belongs_to_the_first_zone_that_holds_it(x, y, zone):
    found = by_zone(parts(Point(X + x, Y + y)), HALVES)
    assert {name for name, sum_ in rows(found).items() if sum_} == {zone}


def test_the_order_of_zones_decides():
    swapped = HALVES.iloc[::-1].reset_index(drop=True)
    found = by_zone(parts(Point(X + 50, Y + 50)), swapped)
    assert rows(found) == {"b": 1, "a": 0}


def test_several_points_of_one_feature_stay_together():
    found = by_zone(parts(MultiPoint([(X + 60, Y + 5), (X + 40, Y + 5)])), HALVES)
    assert rows(found) == {"a": 1, "b": 0}


def test_ground_that_zones_share_goes_to_the_first():
    overlapping = zones(square(0, 0, 60, 100), square(40, 0, 60, 100))
    found = by_zone(parts(square(0, 0, 100, 10), numerators=[10.0]), overlapping)
    assert rows(found) == pytest.approx({"a": 6, "b": 4})


def test_a_zone_within_an_earlier_one_gets_nothing():
    nested = zones(square(0, 0, 100, 100), square(10, 10, 10, 10))
    found = by_zone(parts(square(0, 0, 100, 100), numerators=[5.0]), nested)
    assert rows(found) == {"a": 5, "b": 0}
    inner_first = zones(square(10, 10, 10, 10), square(0, 0, 100, 100))
    found = by_zone(parts(square(0, 0, 100, 100), numerators=[100.0]), inner_first)
    assert rows(found) == pytest.approx({"a": 1, "b": 99})


@pytest.mark.parametrize(
    ("ends", "wanted"),
    [
        ([(50, 0), (50, 100)], {"a": 10, "b": 0}),
        # 60 m of it on the shared border, 40 m beyond both
        ([(50, 40), (50, 140)], {"a": 6, "b": 0, OUTSIDE: 4}),
        # 50 m along the border, then 50 m into the second
        ([(50, 0), (50, 50), (100, 50)], {"a": 5, "b": 5}),
        # the outer border belongs to the zone
        ([(0, 0), (0, 100)], {"a": 10, "b": 0}),
    ],
)
def test_a_line_on_a_shared_border_goes_to_the_first(ends, wanted):
    street = LineString([(X + x, Y + y) for x, y in ends])
    found = by_zone(parts(street, numerators=[10.0]), HALVES)
    assert rows(found) == pytest.approx(wanted)


def test_a_line_there_and_back_is_not_half_outside():
    back = LineString([(X + 20, Y + 5), (X + 80, Y + 5), (X + 20, Y + 5)])
    found = by_zone(parts(back, numerators=[10.0]), HALVES)
    assert rows(found) == pytest.approx({"a": 5, "b": 5})


def test_what_no_zone_holds_makes_one_last_row():
    lot = parts(square(90, 0, 20, 10), square(500, 0, 5, 5), numerators=[4.0, 3.0])
    found = by_zone(lot, HALVES)
    assert rows(found) == pytest.approx({"a": 0, "b": 2, OUTSIDE: 5})
    assert found["zone"].tolist() == ["a", "b", OUTSIDE]


def test_without_anything_outside_there_is_no_such_row():
    found = by_zone(parts(square(0, 0, 100, 100)), HALVES)
    assert found["zone"].tolist() == ["a", "b"]


def test_a_sum_without_a_denominator_has_none():
    found = by_zone(parts(square(0, 0, 10, 10)), HALVES)
    assert found["denominator"].isna().all()


def test_nothing_to_break_down():
    nothing = parts(denominator=[])
    assert by_zone(nothing, HALVES)["numerator"].tolist() == [0, 0]
    assert len(by_zone(nothing, HALVES.iloc[:0])) == 0
    lonely = by_zone(parts(square(0, 0, 1, 1)), HALVES.iloc[:0])
    assert rows(lonely) == {OUTSIDE: 1}


def test_a_piece_without_a_shape_lies_outside():
    assert rows(by_zone(parts(None), HALVES)) == {"a": 0, "b": 0, OUTSIDE: 1}


def test_a_zone_of_several_parts():
    split = zones(
        MultiPolygon([square(0, 0, 10, 100), square(90, 0, 10, 100)]),
        square(10, 0, 80, 100),
    )
    found = by_zone(parts(square(0, 0, 100, 10), numerators=[10.0]), split)
    assert rows(found) == pytest.approx({"a": 2, "b": 8})


def test_the_frames_given_are_left_as_they_were():
    lot, halves = parts(square(40, 0, 40, 10)), HALVES.copy()
    before = lot.copy()
    by_zone(lot, halves)
    assert lot.equals(before)
    assert halves.equals(HALVES)


spans = st.tuples(*[st.integers(0, 20)] * 2, *[st.integers(1, 12)] * 2)
squares = spans.map(lambda at: square(*at))
slanted = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 30)),
    min_size=2,
    max_size=4,
    unique=True,
).map(lambda at: LineString([(X + x, Y + y) for x, y in at]))


def street(walk):
    """Return a line that goes east and north in turn, often along a border."""
    steps = np.cumsum(walk)
    x, y = np.repeat(steps[::2], 2)[1:], np.repeat(steps[1::2], 2)
    many = min(len(x), len(y))
    return LineString(np.c_[X + x[:many], Y + y[:many]])


streets = st.lists(st.integers(1, 6), min_size=4, max_size=8).map(street)
lines = st.one_of(slanted, streets)
points = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(
    lambda at: Point(X + at[0], Y + at[1])
)
pieces = st.one_of(squares, lines, points)
amounts = st.floats(-1e6, 1e6).map(lambda x: round(x, 2))
features = st.lists(st.tuples(pieces, amounts), max_size=6)
some_zones = st.lists(squares, max_size=5)


@settings(max_examples=25)
@given(features, some_zones)
def test_the_rows_add_up(found, shapes):
    lot = parts(*[shape for shape, _ in found], numerators=[n for _, n in found])
    table = by_zone(lot, zones(*shapes))
    whole = math.fsum(n for _, n in found)
    assert table["numerator"].sum() == pytest.approx(whole, abs=1e-6)


def oracle(shape, shapes):
    """Give each zone in turn what it holds of what is left."""
    shares, left = [], shape
    for zone in shapes:
        held = left.intersection(zone)
        if shape.geom_type == "Point":
            shares.append(0.0 if held.is_empty else 1.0)
        else:
            size = "length" if shape.geom_type == "LineString" else "area"
            # a line that crosses or follows itself is one line to an overlay
            whole = getattr(shape.union(shape), size)
            shares.append(getattr(held, size) / whole)
        left = left.difference(zone)
    return [*shares, max(0.0, 1 - sum(shares))]


@given(features, some_zones)
def test_agrees_with_asking_zone_by_zone(found, shapes):
    lot = parts(*[shape for shape, _ in found], numerators=[n for _, n in found])
    table = by_zone(lot, zones(*shapes))
    wanted = np.zeros(len(shapes) + 1)
    for shape, amount in found:
        wanted += amount * np.array(oracle(shape, shapes))
    known = np.zeros(len(shapes) + 1)
    known[: len(table)] = table["numerator"]
    assert known.tolist() == pytest.approx(wanted.tolist(), abs=1e-3)


@pytest.mark.parametrize("metres", [0.01, 0.1, 1, 10])
def test_no_crumb_of_a_cut_makes_a_row(metres):
    # zones with slanted borders, small pieces on them: every cut is rounded
    drawn = np.random.default_rng(0)
    seeds = shapely.multipoints(np.add((X, Y), drawn.uniform(0, 100, (30, 2))))
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=TOWN))
    starts = np.add((X, Y), drawn.uniform(0, 100, (500, 2)))
    turns = drawn.uniform(0, np.pi, (500, 2))
    ends = starts + metres * np.c_[np.cos(turns[:, 0]), np.sin(turns[:, 0])]
    others = starts + metres * np.c_[np.cos(turns[:, 1]), np.sin(turns[:, 1])]
    streets = shapely.linestrings(np.stack([starts, ends], axis=1))
    plots = shapely.polygons(np.stack([starts, ends, others], axis=1))
    for shapes in (streets, plots):
        found = by_zone(parts(*shapes), zones(*cells))
        assert OUTSIDE not in rows(found)
        assert found["numerator"].sum() == pytest.approx(500, rel=1e-12)


@given(some_zones)
def test_disjoint_zones_share_nothing_and_lose_nothing(shapes):
    apart = disjoint(zones(*shapes))
    union = shapely.union_all(shapes) if shapes else Point()
    assert shapely.area(apart).sum() == pytest.approx(union.area, abs=1e-6)
    for at, shape in enumerate(apart):
        for other in apart[at + 1 :]:
            assert shape.intersection(other).area < 1e-9


@settings(max_examples=15)
@given(features, some_zones, st.randoms(use_true_random=False))
def test_the_order_of_features_does_not_matter(found, shapes, shuffle):
    mixed = shuffle.sample(found, len(found))
    tables = [
        by_zone(
            parts(*[shape for shape, _ in lot], numerators=[n for _, n in lot]),
            zones(*shapes),
        )
        for lot in (found, mixed)
    ]
    assert tables[0]["numerator"].tolist() == pytest.approx(
        tables[1]["numerator"].tolist(), abs=1e-6
    )
