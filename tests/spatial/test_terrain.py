"""Terrain from lines, points and DEMs, drawn by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS
from rasterio import Affine
from shapely import LineString, Point

from ecogis.errors import LayerError
from ecogis.spatial.raster import Raster
from ecogis.spatial.terrain import terrain_of

# level in the west, a ramp of 1 in 10 from x = 20 to 50, level in the east
DAM = [
    LineString([(0, -50, 0), (0, 50, 0)]),
    LineString([(20, -50, 0), (20, 50, 0)]),
    LineString([(50, -50, 3), (50, 50, 3)]),
    LineString([(90, -50, 3), (90, 50, 3)]),
]


def heights(terrain, *places):
    return terrain.heights(np.array(places, dtype=float))


def section(terrain, start, end):
    stations, up = terrain.section(np.array(start, float), np.array(end, float))
    length = np.hypot(*(np.array(end, float) - start))
    return [
        (round(s * length, 6), round(z, 6)) for s, z in zip(stations, up, strict=True)
    ]


def test_no_terrain_is_level_at_zero():
    flat = terrain_of(None)
    assert heights(flat, (3, 4), (-9, 1e6)).tolist() == [0, 0]
    assert section(flat, (0, 0), (3, 4)) == [(0, 0), (5, 0)]


def test_lines_are_break_lines():
    dam = terrain_of(DAM)
    found = heights(dam, (10, 7), (20, 0), (35, -49), (50, 3), (70, 12))
    np.testing.assert_allclose(found, [0, 0, 1.5, 3, 3], atol=1e-9)


def test_a_section_breaks_where_the_ground_does():
    dam = terrain_of(DAM)
    assert section(dam, (5, 0), (85, 0)) == [(0, 0), (15, 0), (45, 3), (80, 3)]
    # both ways, and aslant
    assert section(dam, (85, 0), (5, 0)) == [(0, 3), (35, 3), (65, 0), (80, 0)]
    aslant = section(dam, (5, -30), (85, 30))
    assert aslant == [(0, 0), (18.75, 0), (56.25, 3), (100, 3)]


def test_no_triangle_crosses_a_break_line():
    # triangles of the points alone would join the two banks across the ditch
    ditch = LineString([(0, 0, 0), (100, 0, 0)])
    banks = [Point(50, y, 5) for y in (-1, 1)] + [Point(50, y, 5) for y in (-40, 40)]
    found = heights(terrain_of([ditch, *banks]), *((x, 0) for x in range(2, 100, 4)))
    np.testing.assert_allclose(found, 0, atol=1e-9)


def test_lines_that_cross_share_a_point():
    crossing = [
        LineString([(0, 0, 0), (10, 10, 0)]),
        LineString([(0, 10, 4), (10, 0, 4)]),
    ]
    found = heights(terrain_of(crossing), (2, 2), (8, 2))
    np.testing.assert_allclose(found, [0, 4], atol=4)
    assert np.isfinite(heights(terrain_of(crossing), (5, 5))).all()


def test_beyond_the_rim_its_altitude_goes_on():
    dam = terrain_of(DAM)
    np.testing.assert_allclose(
        heights(dam, (-500, 0), (500, 0), (35, 900)), [0, 3, 1.5], atol=1e-6
    )


def test_everywhere_around_there_is_an_answer():
    # far from the origin, with many points in a row on the rim
    rim = [(x, 0, x / 100) for x in range(0, 301, 7)]
    rim += [(300, y, 3) for y in range(0, 201, 7)]
    east, north = 447_000, 4_418_000
    hill = terrain_of(
        [Point(east + x, north + y, z) for x, y, z in [*rim, (0, 200, 0)]]
    )
    dice = np.random.default_rng(5)
    places = dice.uniform(-500, 800, (800, 2)) + np.array([east, north])
    found = hill.heights(places)
    assert ((found >= -1e-6) & (found <= 3 + 1e-6)).all()
    for start, end in places.reshape(-1, 2, 2)[:60]:
        assert np.isfinite(hill.section(start, end)[1]).all()


def test_points_make_triangles():
    plane = [Point(x, y, 2 * x - y) for x in (0, 7, 10) for y in (0, 4, 10)]
    found = terrain_of(plane)
    np.testing.assert_allclose(heights(found, (3, 2), (9.5, 9)), [4, 10], atol=1e-9)
    assert section(found, (1, 1), (9, 1)) == [(0, 1), (8, 17)]


def dem(rows, nodata=None):
    # cells of 10 m, the first middle at (5, 25)
    values = np.array(rows, dtype=float)
    return Raster(values, Affine(10, 0, 0, 0, -10, 30), CRS(4548), nodata)


def test_a_dem_is_straight_between_the_middles_of_cells():
    grid = terrain_of(dem([[0, 10, 20], [0, 10, 20], [6, 16, 26]]))
    found = heights(grid, (5, 25), (10, 25), (15, 10), (5, 10))
    np.testing.assert_allclose(found, [0, 5, 13, 3])
    # beyond the middles the last altitude goes on
    np.testing.assert_allclose(heights(grid, (0, 30), (99, 25)), [0, 20])


def test_a_dem_s_section_keeps_what_is_not_straight():
    grid = terrain_of(dem([[0, 10, 20, 20, 20]] * 3))
    assert section(grid, (5, 15), (45, 15)) == [(0, 0), (20, 20), (40, 20)]


def test_holes_of_a_dem_take_the_nearest_and_are_counted():
    grid = terrain_of(dem([[1, -99, 3], [1, float("nan"), 3], [1, 1, 3]], nodata=-99))
    assert grid.filled == 2
    assert set(heights(grid, (15, 25), (15, 15))) <= {1.0, 3.0}


def test_a_dem_of_holes_is_refused():
    with pytest.raises(LayerError, match="no cell of the DEM holds data"):
        terrain_of(dem([[-1, -1]], nodata=-1))


inner = st.integers(1, 59)
corners = [(0, 0, 3), (60, 0, 1), (0, 60, 4), (60, 60, 7)]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(inner, inner, st.integers(0, 9)),
        max_size=9,
        unique_by=lambda point: point[:2],
    ),
    st.tuples(*[st.floats(1, 59)] * 4),
)
def test_a_section_is_the_heights_along_it(rows, ends):
    found = terrain_of([Point(*row) for row in corners + rows])
    start, end = np.array(ends[:2]), np.array(ends[2:])
    stations, up = found.section(start, end)
    assert (stations[0], stations[-1]) == (0, 1)
    assert (np.diff(stations) >= 0).all()
    between = np.linspace(0, 1, 41)
    along = start + between[:, None] * (end - start)
    np.testing.assert_allclose(
        np.interp(between, stations, up), found.heights(along), atol=1e-4
    )
