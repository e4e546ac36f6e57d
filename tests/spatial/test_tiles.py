"""Land in squares: nothing is lost, nothing is twice."""

import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box
from strategies import CRS, frames

from ecogis.spatial.tiles import tiles


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def test_a_rectangle_falls_into_the_cells_of_the_grid():
    found = tiles(frame(box(5, 5, 25, 15), name=["a"]), 10.0)
    assert sorted(found.area) == [25, 25, 25, 25, 50, 50]
    assert set(found["name"]) == {"a"}
    # a border on the grid's line leaves no crumbs in the next cell
    assert len(tiles(frame(box(10, 10, 20, 20)), 10.0)) == 1


def test_parts_that_lie_apart_in_a_cell_are_places_of_their_own():
    both = MultiPolygon([box(1, 1, 2, 2), box(8, 8, 9, 9)])
    comb = Polygon(
        [(21, 1), (39, 1), (39, 5), (35, 5), (35, 2), (25, 2), (25, 5), (21, 5)]
    )
    found = tiles(frame(both, comb), 10.0)
    assert found.area.sum() == pytest.approx(both.area + comb.area)
    assert (found.geom_type == "Polygon").all()
    assert len(found) == 4


def test_nothing_is_nothing():
    assert len(tiles(frame(), 10.0)) == 0


@given(frames(least=1), st.sampled_from([13.0, 50.0, 170.0]))
def test_the_squares_are_the_land(land, cell_m):
    land["row"] = range(len(land))
    found = tiles(land, cell_m)
    for row, shape in enumerate(land.geometry):
        mine = found[found["row"] == row]
        assert mine.area.sum() == pytest.approx(shape.area, rel=1e-9)
        assert shapely.union_all(mine.geometry.values).area == pytest.approx(shape.area)
        wide = mine.bounds["maxx"] - mine.bounds["minx"]
        assert (wide <= cell_m * (1 + 1e-9)).all()
