"""Strips beside a straight line, and distances from its boundary."""

import math

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import LineString, Point, box

from ecogis.spatial.strips import metres_from_boundary, strips

CRS = "EPSG:4548"


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


# 10 m from the line to its boundary; the ground changes at x = 0
ROAD = frame(LineString([(-500, 0), (500, 0)]), half_width_m=[10.0])
LAND = frame(box(-400, -400, 0, 400), box(0, -400, 400, 400), distance_m=[40.0, 20.0])


def test_each_ground_has_its_own_width():
    assert strips(ROAD, LAND).area.tolist() == pytest.approx([400 * 60, 400 * 100])


def test_ground_out_of_reach_has_no_strip():
    aside = frame(box(0, 50.1, 400, 400), distance_m=[40.0])
    assert len(strips(ROAD, aside)) == 0
    assert len(strips(ROAD.iloc[:0], LAND)) == 0


def test_lines_have_their_own_width():
    both = frame(
        LineString([(-500, -200), (500, -200)]),
        *ROAD.geometry,
        half_width_m=[30.0, 10.0],
    )
    found = strips(both, LAND).area.sum()
    assert found == pytest.approx(400 * (60 + 100 + 100 + 140))


def test_the_end_of_a_line_is_round():
    end = frame(LineString([(-100, 0), (100, 0)]), half_width_m=[10.0])
    land = frame(box(-400, -400, 400, 400), distance_m=[40.0])
    found = strips(end, land, quad_segs=64).area.sum()
    assert found == pytest.approx(200 * 100 + math.pi * 50**2, rel=1e-4)


@pytest.mark.parametrize(
    ("y", "wanted"), [(30.0, 20.0), (50.0, 40.0), (50.01, math.nan), (3.0, 0.0)]
)
def test_distance_is_from_the_boundary_and_exact(y, wanted):
    spots = frame(Point(-100, y))
    found = metres_from_boundary(spots, ROAD, LAND)
    assert found.tolist() == pytest.approx([wanted], nan_ok=True)


def test_the_ground_at_the_inner_point_decides():
    spots = frame(Point(-100, 45), Point(100, 45), Point(0, 45))
    found = metres_from_boundary(spots, ROAD, LAND)
    assert found.tolist() == pytest.approx([35, math.nan, 35], nan_ok=True)


def test_a_point_that_no_ground_holds_takes_the_nearest():
    beside = frame(Point(-400.0001, 45), Point(400.0001, 45))
    found = metres_from_boundary(beside, ROAD, LAND)
    assert found.tolist() == pytest.approx([35, math.nan], nan_ok=True)


def test_the_nearest_line_decides():
    both = frame(
        LineString([(-500, 40), (500, 40)]), *ROAD.geometry, half_width_m=[2.0, 10.0]
    )
    found = metres_from_boundary(frame(Point(-9, 29)), both, LAND)
    assert found.tolist() == pytest.approx([9.0])


def test_without_lines_or_features_there_is_nothing():
    spots = frame(Point(-100, 5))
    assert np.isnan(metres_from_boundary(spots, ROAD.iloc[:0], LAND)).all()
    assert len(metres_from_boundary(spots.iloc[:0], ROAD, LAND)) == 0
