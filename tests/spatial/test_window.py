"""A window's part of a polygon is to its shape what the whole polygon is."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point, affinity, box

from ecogis.spatial import window
from ecogis.spatial.window import windows


def gear(x, y, radius, teeth):
    """Return a polygon of four vertices a tooth, with a hole."""
    turn = np.linspace(0, 2 * np.pi, 4 * teeth, endpoint=False)
    far = radius * np.tile([1.0, 1.0, 0.8, 0.8], teeth)
    rim = np.c_[x + far * np.cos(turn), y + far * np.sin(turn)]
    return shapely.Polygon(rim).difference(Point(x, y).buffer(radius / 3))


GEARS = np.array([gear(0, 0, 50, 200), box(60, -10, 80, 10), gear(150, 0, 60, 500)])
corners = st.tuples(st.integers(-60, 200), st.integers(-60, 60), st.integers(1, 90))


@settings(max_examples=40)
@given(st.lists(corners, min_size=1, max_size=20))
def test_cuts_alike(rows):
    shapes = np.array([box(x, y, x + d, y + d) for x, y, d in rows])
    by, which = shapely.STRtree(shapes).query(GEARS, predicate="intersects")
    parts = windows(GEARS, by, shapes[which])
    cut = shapely.area(shapely.intersection(shapes[which], parts))
    wanted = shapely.area(shapely.intersection(shapes[which], GEARS[by]))
    assert cut == pytest.approx(wanted, rel=1e-12, abs=1e-9)
    assert shapely.is_valid(parts).all()


def frame(wide, high, turn, x, y):
    """Return a turned rectangle with a hole half as wide."""
    shape = affinity.rotate(box(0, 0, wide, high), turn, origin=(0, 0))
    hole = affinity.scale(shape, 0.5, 0.5)
    holed = shapely.Polygon(shape.exterior.coords, [hole.exterior.coords])
    return affinity.translate(holed, x, y)


@pytest.mark.parametrize(
    ("frames", "shape"),
    [
        # a metre around these shapes vertices lie on the edge: GEOS's clip loses a hole
        ([(18, 7, 45, 9, 29), (15, 20, 0, 14, 27)], box(10, 30, 16, 41)),
        ([(28, 9, 90, 17, 9), (15, 20, 45, 5, 24)], box(6, 25, 12, 46)),
        # or fails
        ([(21, 9, 45, 17, 19), (11, 9, 0, 5, 16)], box(12, 25, 26, 31)),
    ],
)
def test_no_hole_is_lost(monkeypatch, frames, shape):
    monkeypatch.setattr(window, "_FEW_VERTICES", 4)
    whole = shapely.union_all([frame(*row) for row in frames])
    part = windows(np.array([whole]), np.array([0]), np.array([shape]))[0]
    assert part.area < whole.area
    assert shape.intersection(part).area == pytest.approx(
        shape.intersection(whole).area, rel=1e-12
    )


def test_what_cannot_be_clipped_is_cut(monkeypatch):
    monkeypatch.setattr(window, "_MARGIN_M", 1.0)
    monkeypatch.setattr(window, "_FEW_VERTICES", 4)
    rows = [(21, 9, 45, 17, 19), (11, 9, 0, 5, 16)]
    whole = shapely.union_all([frame(*row) for row in rows])
    with pytest.raises(shapely.GEOSException):
        shapely.clip_by_rect(whole, 11, 24, 27, 32)
    shape = box(12, 25, 26, 31)
    part = windows(np.array([whole]), np.array([0]), np.array([shape]))[0]
    assert shape.intersection(part).area == pytest.approx(
        shape.intersection(whole).area, rel=1e-12
    )


def test_a_small_shape_gets_a_small_part():
    crumbs = np.array([box(x, 0, x + 1, 1) for x in (-50, -45, 10, 45, 49)])
    parts = windows(GEARS, np.zeros(5, dtype=int), crumbs)
    assert shapely.get_num_coordinates(GEARS[0]) > 800
    assert shapely.get_num_coordinates(parts).max() <= 192


def test_one_shape_around_everything_gets_the_polygon_itself():
    parts = windows(GEARS, np.array([2]), np.array([box(0, -90, 300, 90)]))
    assert parts[0] is GEARS[2]


def test_shapes_in_one_place_come_to_an_end():
    same = np.array([box(145, -55, 155, 55)] * 9)
    parts = windows(GEARS, np.full(9, 2), same)
    assert len({part.wkb for part in parts}) == 1


def test_no_pairs():
    nothing = np.array([], dtype=int)
    assert len(windows(GEARS, nothing, np.array([], dtype=object))) == 0
