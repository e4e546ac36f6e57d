"""The red line's share of a square town, beside shapely and under its laws."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import affinity, box

from ecogis.area import StudyArea
from ecogis.indicators.redline import redline_share
from ecogis.spatial.zonal import by_zone

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000


def square(west, south, east, north):
    return box(X + west, Y + south, X + east, Y + north)


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


BOX = square(0, 0, 1000, 1000)
TOWN = StudyArea("town", BOX, CRS, area_method="plane")


def test_overlapping_squares_count_once():
    # 400 x 400 twice, 200 x 400 of it shared: 600 x 400 of 1000 x 1000
    red = frame(square(0, 0, 400, 400), square(200, 0, 600, 400))
    found = redline_share(TOWN, red)
    assert found.value == pytest.approx(24, abs=1e-9)
    assert found.denominator == pytest.approx(1e6)
    assert "8 ha held by several" in str(found.notes[0])


def test_only_ground_inside_the_area_counts():
    found = redline_share(TOWN, frame(square(900, 900, 1900, 1900)))
    assert found.value == pytest.approx(1, abs=1e-9)
    assert found.drawn["red_lines_inside"].area.sum() == pytest.approx(10_000)
    assert found.notes == ()


def test_an_exclave_is_part_of_the_whole():
    away = square(5000, 0, 6000, 1000)
    town = StudyArea("town", shapely.MultiPolygon([BOX, away]), CRS, "plane")
    found = redline_share(town, frame(square(5000, 0, 5500, 1000)))
    assert found.value == pytest.approx(25, abs=1e-9)


def test_no_red_line_is_a_true_zero():
    assert redline_share(TOWN, frame(square(0, 0, 1, 1)).iloc[:0]).value == 0


def test_a_red_line_around_the_town_is_all_of_it():
    found = redline_share(TOWN, frame(square(-9, -9, 2000, 2000)))
    assert found.value == pytest.approx(100)


def test_names_travel_to_the_map():
    red = frame(square(0, 0, 10, 10), name=["千灵山"])
    drawn = redline_share(TOWN, red).drawn["red_lines_inside"]
    assert drawn["name"].tolist() == ["千灵山"]


def test_area_is_measured_on_the_ellipsoid_by_default():
    # half the town is half of it however area is measured
    found = redline_share(StudyArea("town", BOX, CRS), frame(square(0, 0, 500, 1000)))
    assert found.value == pytest.approx(50, abs=1e-3)
    assert found.denominator != pytest.approx(1e6, rel=1e-6)
    assert found.denominator == pytest.approx(1e6, rel=1e-3)


corner = st.integers(-300, 1200)
side = st.integers(1, 600)
reds = st.lists(st.tuples(corner, corner, side, side), min_size=1, max_size=6)


def drawn(rows):
    return frame(*(square(x, y, x + w, y + h) for x, y, w, h in rows))


def oracle(rows):
    """Count unit squares of a paper grid: all corners are whole metres."""
    paper = np.zeros((1000, 1000), dtype=bool)
    for x, y, w, h in rows:
        paper[max(0, y) : max(0, y + h), max(0, x) : max(0, x + w)] = True
    return 100 * paper.mean()


@given(reds)
def test_agrees_with_squared_paper(rows):
    found = redline_share(TOWN, drawn(rows)).value
    assert found == pytest.approx(oracle(rows), abs=1e-8)


@given(reds, st.floats(0, 360), st.randoms())
@settings(max_examples=15)
def test_order_place_and_turn_do_not_matter(rows, degrees, chance):
    red = drawn(rows)
    found = redline_share(TOWN, red).value
    chance.shuffle(rows)
    assert redline_share(TOWN, drawn(rows)).value == pytest.approx(found, abs=1e-9)

    def moved(shape):
        away = affinity.translate(shape, 3456.7, -1234.5)
        return affinity.rotate(away, degrees, origin=(X, Y))

    there = StudyArea("there", moved(BOX), CRS, area_method="plane")
    turned = frame(*map(moved, red.geometry)).set_index(np.arange(len(red)) + 7)
    assert redline_share(there, turned).value == pytest.approx(
        found, rel=1e-9, abs=1e-9
    )


@given(reds)
@settings(max_examples=15)
def test_rows_add_up(rows):
    found = redline_share(TOWN, drawn(rows))
    halves = frame(square(0, 0, 333, 1000), square(300, 0, 700, 1000), name=["a", "b"])
    zones = by_zone(found.parts, halves)
    assert zones["numerator"].sum() == pytest.approx(found.numerator, rel=1e-9)
    assert zones["denominator"].sum() == pytest.approx(found.denominator, rel=1e-9)


@given(reds, st.tuples(corner, corner, side, side))
@settings(max_examples=15)
def test_more_red_line_never_lowers_it(rows, more):
    before = redline_share(TOWN, drawn(rows)).value
    assert redline_share(TOWN, drawn([*rows, more])).value >= before - 1e-9


def test_inputs_stay_as_they_are():
    red = frame(square(0, 0, 400, 400), square(200, 0, 1600, 400))
    before = red.copy()
    redline_share(TOWN, red)
    assert red.equals(before)
