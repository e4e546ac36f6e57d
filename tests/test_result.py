"""Results: exact shares, nothing is None, and the order of features never shows."""

import math

import numpy as np
import pytest
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from shapely import LineString, Point, box

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.result import Result, scaled

X, Y = 447_000, 4_418_000
CRS = "EPSG:4548"
AREA = StudyArea("town", box(X, Y, X + 1000, Y + 1000), CRS, area_method="plane")


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def parts(numerators, denominators):
    spots = [Point(X, Y)] * len(numerators)
    return frame(*spots, numerator=numerators, denominator=denominators)


PART = frame(box(X, Y, X + 100, Y + 50), people=[30.0])
REST = frame(
    box(X, Y + 50, X + 100, Y + 100), box(X, Y, X + 100, Y - 50), people=[50.0, 20.0]
)


def test_a_share_of_area():
    found = Result.share(AREA, part=PART, rest=REST)
    assert found.value == pytest.approx(100 / 3)
    assert (found.numerator, found.denominator) == (5000, 15_000)
    assert found.parts["numerator"].tolist() == [5000, 0, 0]
    assert found.parts["denominator"].tolist() == [5000, 5000, 5000]
    assert (found.kind, found.scale) == ("share", 100)


def test_a_share_of_length():
    part = frame(LineString([(X, Y), (X + 30, Y + 40)]))
    rest = frame(LineString([(X, Y), (X + 150, Y)]))
    assert Result.share(AREA, part=part, rest=rest, by="length").value == 25


def test_a_share_of_a_count_and_of_a_column():
    assert Result.share(AREA, part=PART, rest=REST, by="count").value == pytest.approx(
        100 / 3
    )
    assert Result.share(AREA, part=PART, rest=REST, by="people").value == 30


def test_a_share_keeps_its_crs_when_a_side_is_empty():
    for part, rest, value in ((PART, REST[:0], 100), (PART[:0], REST, 0)):
        found = Result.share(AREA, part=part, rest=rest)
        assert (found.value, found.parts.crs) == (value, AREA.crs)


def test_nothing_to_measure_is_none_not_zero():
    for by in ("area", "length", "count", "people"):
        found = Result.share(AREA, part=PART[:0], rest=REST[:0], by=by)
        assert found.value is None
    assert Result.ratio(parts([], [])).value is None
    assert Result.ratio(parts([0.0], [0.0])).value is None
    assert Result.scalar(None).value is None
    assert Result.scalar(math.nan).value is None


def test_nothing_lost_is_a_true_zero():
    assert Result.total(parts([], [])).value == 0
    assert Result.ratio(parts([0.0], [5.0])).value == 0


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_a_part_without_a_number_is_refused(bad):
    with pytest.raises(ValueError, match="a part's numerator is"):
        Result.ratio(parts([1.0, bad], [1.0, 1.0]))
    with pytest.raises(ValueError, match="a part's denominator is"):
        Result.ratio(parts([1.0, 1.0], [1.0, bad]))


def test_a_ratio_is_the_sum_over_the_sum():
    found = Result.ratio(parts([10.0, 0.0], [1.0, 4.0]), scale=0.5)
    assert (found.value, found.numerator, found.denominator) == (1.0, 10.0, 5.0)
    assert found.kind == "ratio"


def test_a_total_has_no_denominator():
    found = Result.total(parts([2.5e6, -0.5e6], [1.0, 1.0]), scale=1e-6)
    assert (found.value, found.numerator, found.denominator) == (2.0, 2e6, None)
    assert found.kind == "total"


def test_what_else_it_carries():
    note = Text(en="n", zh="注")
    found = Result.share(AREA, part=PART, rest=REST, notes=[note], homes=PART)
    assert (found.notes, list(found.drawn)) == ((note,), ["homes"])
    assert Result.scalar(1, notes=[note], table=PART).table is PART
    assert Result.scalar(np.float64(1.5)).value == 1.5


def test_the_frames_given_are_left_as_they_were():
    before = PART.copy()
    Result.share(AREA, part=PART, rest=REST)
    assert PART.equals(before)


amounts = st.lists(
    st.tuples(st.floats(-1e9, 1e9), st.floats(0, 1e9)), min_size=1, max_size=20
)


@given(amounts, st.randoms(use_true_random=False))
def test_the_order_of_features_does_not_matter(rows, shuffle):
    mixed = shuffle.sample(rows, len(rows))
    values = {
        Result.ratio(parts(*zip(*order, strict=True))).value for order in (rows, mixed)
    }
    assert len(values) == 1


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_the_whole_is_exactly_a_hundred(size, pieces):
    size = size * math.pi
    assert scaled(100, size, size) == 100
    assert scaled(100, size * pieces, size * pieces) == 100


@given(st.integers(0, 1000))
def test_a_share_of_a_thousand_is_the_decimal_that_is_printed(count):
    assert scaled(100, count, 1000) == float(f"{count / 10:.1f}")
    assert scaled(1e-6, count * 100_000) == float(f"{count / 10:.1f}")
