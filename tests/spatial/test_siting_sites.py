"""What may become a park: free ground of the right size, never less than asked."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS
from shapely import box

from ecogis.area import StudyArea
from ecogis.indicator import Tier
from ecogis.spatial.siting_sites import Rule, grid_sites, judged

X, Y = 447_000, 4_418_000
WHOLE = box(X, Y, X + 1000, Y + 1000)
RULE = Rule(
    (
        Tier(min_area_m2=400, distance_m=300),
        Tier(min_area_m2=5000, distance_m=500),
    )
)


def area(method="plane"):
    return StudyArea("town", WHOLE, CRS("EPSG:4548"), method)


def rect(x, y, wide, high):
    return box(X + x, Y + y, X + x + wide, Y + y + high)


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs="EPSG:4548")


def grid(*taken, near=WHOLE, metres=0.0, size_m2=400.0, method="plane"):
    return grid_sites(
        area(method),
        (np.array([near], dtype=object), metres),
        [np.array(shapes, dtype=object) for shapes in taken],
        size_m2=size_m2,
        spacing_m=100.0,
    )


def test_a_free_field_has_a_square_in_the_middle_of_each_cell():
    sites = grid()
    assert len(sites) == 100
    middles = shapely.centroid(sites.geometry.to_numpy())
    assert set(np.round(shapely.get_x(middles) - X).tolist()) == set(
        range(50, 1000, 100)
    )
    assert sites["name"].is_unique


@pytest.mark.parametrize("method", ["plane", "geodesic"])
def test_a_square_is_never_measured_as_less_than_asked(method):
    sizes = area(method).measure(grid(method=method))
    assert (sizes >= 400).all()
    assert sizes.max() < 400.2


def test_squares_give_way_to_what_is_there_and_touch_nothing():
    # the middle of every cell of the west is built over
    built = [
        rect(x + 30, y + 30, 40, 40)
        for x in range(0, 500, 100)
        for y in range(0, 1000, 100)
    ]
    full = rect(500, 0, 100, 100)
    sites = grid(built, [full])
    assert len(sites) == 99
    apart = shapely.distance(
        sites.geometry.to_numpy()[:, None], np.array([*built, full])
    )
    assert apart.min() >= 1


def test_squares_stand_near_what_is_not_served():
    corner = shapely.Point(X, Y)
    sites = grid(near=corner, metres=200.0)
    # a cell more than the distance, so that no useful square is missed
    assert shapely.distance(sites.geometry.to_numpy(), corner).max() < 310
    assert len(sites) >= 4


def test_a_park_as_large_as_a_cell_needs_the_whole_cell():
    assert len(grid(size_m2=90.0**2)) == 100
    assert grid(size_m2=1100.0**2).empty


def test_a_site_serves_as_far_as_its_size_allows():
    sites = frame(
        rect(0, 0, 20, 20),
        rect(100, 0, 20, 19.99),
        rect(200, 0, 50, 100),
        rect(300, 0, 50, 99.99),
        name=["a", "b", "c", None],
    )
    found, notes = judged(area(), sites, frame(), RULE)
    assert found["name"].tolist() == ["a", "c", "#4"]
    assert found["distance_m"].tolist() == [300, 500, 300]
    assert "left out: 1" in notes[0].en


def test_of_a_site_in_several_parts_the_largest_counts_where_patches_do():
    apart = shapely.union_all([rect(0, 0, 60, 60), rect(200, 0, 50, 50)])
    patch, _ = judged(area(), frame(apart), frame(), RULE)
    assert patch["area_m2"].tolist() == [3600]
    feature, _ = judged(area(), frame(apart), frame(), Rule(RULE.classes, "feature"))
    assert feature["area_m2"].tolist() == [6100]
    assert feature["distance_m"].tolist() == [500]


def test_what_is_a_park_already_is_cut_away():
    parks = frame(rect(0, 0, 50, 100), rect(300, 300, 100, 100))
    sites = frame(rect(0, 0, 100, 100), rect(310, 310, 20, 20), rect(600, 0, 20, 20))
    before = sites.copy()
    found, notes = judged(area(), sites, parks, RULE)
    assert found["area_m2"].tolist() == [5000, 400]
    assert found["name"].tolist() == ["#1", "#3"]
    assert [note.en[-1] for note in notes] == ["1", "1"]
    assert sites.equals(before)


def test_a_stated_area_that_is_wrong_is_told():
    sites = frame(rect(0, 0, 20, 20), rect(100, 0, 20, 20), area_m2=[400.0, 4000.0])
    found, notes = judged(area(), sites, frame(), RULE)
    assert found["area_m2"].tolist() == [400, 400]
    assert "another area" in notes[0].en


def test_no_sites_stay_none():
    found, notes = judged(area(), frame(), frame(rect(0, 0, 9, 9)), RULE)
    assert found.empty
    assert notes == ()
    assert grid([WHOLE]).empty


@pytest.mark.parametrize(("gap_m", "moved"), [(0.9, True), (1.1, False)])
def test_a_square_keeps_a_metre_from_a_wall(gap_m, moved):
    # squares of 20 m stand from 40 to 60 m of each cell
    walls = [rect(x + 60 + gap_m, 0, 2, 1000) for x in range(0, 1000, 100)]
    sites = grid(walls)
    west = np.round(sites.bounds["minx"] - X, 1) % 100
    assert len(sites) == 100
    assert (west != 40).all() == moved
