"""Weights on a lattice: by hand, against cutting cell by cell, and never lost."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from ecogis.spatial.lattice import Lattice

LATTICE = Lattice.over((1000, 2000, 1040, 2030), 10)


def spread(*shapes, weights=None, lattice=LATTICE):
    given_weights = np.ones(len(shapes)) if weights is None else np.array(weights)
    return lattice.spread(np.array(shapes, dtype=object), given_weights)


def oracle(lattice, shapes, weights):
    """Cut every polygon by every cell."""
    held = np.zeros((lattice.rows, lattice.columns))
    for row in range(lattice.rows):
        for column in range(lattice.columns):
            west = lattice.west + column * lattice.cell_m
            south = lattice.south + row * lattice.cell_m
            cell = box(west, south, west + lattice.cell_m, south + lattice.cell_m)
            for shape, weight in zip(shapes, weights, strict=True):
                held[row, column] += weight * (shape & cell).area / shape.area
    return held


def test_cells_cover_the_box():
    assert (LATTICE.columns, LATTICE.rows) == (4, 3)
    wider = Lattice.over((0, 0, 10.1, 9.9), 10)
    assert (wider.columns, wider.rows) == (2, 1)
    assert Lattice.over((5, 5, 5, 5), 10).columns == 1


def test_a_cell_s_own_square_lies_in_it():
    held = spread(box(1010, 2010, 1020, 2020), weights=[7.0])
    assert held[1, 1] == pytest.approx(7)
    assert held.sum() == pytest.approx(7)


def test_a_square_on_a_crossing_gives_each_cell_its_share():
    # 8 m wide, 2 m of it west; 10 m high, 4 m of it south
    held = spread(box(1008, 2006, 1016, 2016), weights=[80.0])
    assert held[:2, :2] == pytest.approx(np.array([[8, 24], [12, 36]]))
    assert held.sum() == pytest.approx(80)


def test_a_triangle_is_cut_along_its_slope():
    held = spread(Polygon([(1000, 2000), (1020, 2000), (1000, 2020)]), weights=[200.0])
    assert held[:2, :2] == pytest.approx(np.array([[100, 50], [50, 0]]))


def test_a_hole_holds_nothing():
    ring = box(1000, 2000, 1030, 2030) - box(1010, 2010, 1020, 2020)
    held = spread(ring, weights=[8.0])
    assert held[:, :3] == pytest.approx(np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]]))
    assert held[:, 3] == pytest.approx(0)


def test_a_point_lies_in_the_cell_that_holds_it():
    held = spread(Point(1010, 2019.9), Point(1040, 2030), weights=[2.0, 3.0])
    assert held[1, 1] == 2
    # on the outer border: the last cell
    assert held[2, 3] == 3


def test_parts_share_a_weight_by_their_area_and_lines_take_none():
    two = MultiPolygon([box(1000, 2000, 1010, 2010), box(1030, 2020, 1040, 2025)])
    mixed = GeometryCollection([*two.geoms, LineString([(1000, 2000), (1040, 2030)])])
    held = spread(mixed, weights=[3.0])
    assert (held[0, 0], held[2, 3]) == pytest.approx((2, 1))


def test_a_polygon_without_area_keeps_its_weight():
    flat = Polygon([(1011, 2001), (1019, 2001), (1011, 2001)])
    assert spread(flat, weights=[5.0])[0, 1] == pytest.approx(5)


def test_nothing_is_nothing():
    assert spread().sum() == 0


corner = st.integers(0, 400).map(lambda tenth: tenth / 10)


@given(
    st.lists(st.tuples(corner, corner), min_size=3, max_size=9),
    st.floats(0, 1e6),
)
@settings(max_examples=60)
def test_any_polygon_as_cutting_cell_by_cell_says(corners, weight):
    lattice = Lattice.over((0, 0, 40, 40), 7)
    shape = shapely.make_valid(Polygon(corners))
    if shape.area < 1:
        return
    held = lattice.spread(np.array([shape]), np.array([weight]))
    slow = oracle(lattice, [shape], [weight])
    assert held == pytest.approx(slow, abs=1e-9 * (1 + weight))
    assert held.sum() == pytest.approx(weight, rel=1e-9, abs=1e-9)


def test_many_overlapping_polygons_add_up():
    rng = np.random.default_rng(3)
    middles = rng.uniform(60, 340, (40, 2))
    shapes = [Point(x, y).buffer(rng.uniform(1, 59)) for x, y in middles]
    weights = rng.uniform(0, 1e4, 40)
    lattice = Lattice.over((0, 0, 400, 400), 25)
    held = lattice.spread(np.array(shapes), weights)
    assert held == pytest.approx(oracle(lattice, shapes, weights), rel=1e-9, abs=1e-6)
