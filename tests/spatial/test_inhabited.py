"""Land in small pieces, homes whole, nobody lost."""

import numpy as np
import pytest
import shapely
from strategies import CRS, frame, square

from ecogis.area import StudyArea
from ecogis.spatial.dasymetric import people_at_home
from ecogis.spatial.inhabited import inhabited, stand_of

WIDE = StudyArea("wide", square(-2000, -2000, 3000, 3000), CRS, area_method="plane")
TOWN = square(0, 0, 1000, 1000)


def places(cells, homes=None, cell_m=100.0):
    people, _ = people_at_home(WIDE, cells, homes)
    return inhabited(people, TOWN, cell_m)


def test_land_is_cut_into_squares():
    # the town's corner lies on the grid: two whole squares and half of one
    found = places(frame(square(0, 0, 250, 100), people=[60]))
    assert found["people"].tolist() == pytest.approx([24, 24, 12])
    middles = stand_of(found) - np.array([447_000, 4_418_000])
    assert sorted(middles[:, 0]) == pytest.approx([50, 150, 225])


def test_land_across_the_border_is_cut_and_both_sides_are_kept():
    found = places(frame(square(950, 0, 1050, 100), people=[60]))
    assert found["home"].tolist() == [False, False]
    assert found["people"].tolist() == pytest.approx([30, 30])
    assert found["inside"].tolist() == [True, False]


def test_a_home_is_whole_on_the_side_of_its_inner_point():
    homes = frame(square(950, 0, 1040, 10), square(990, 50, 1040, 60))
    found = places(frame(square(900, 0, 1100, 100), people=[70]), homes)
    assert found["inside"].tolist() == [True, False]
    assert found["people"].tolist() == pytest.approx([45, 25])


def test_odd_shapes_lose_nobody_and_stay_polygons():
    bent = square(0, 0, 400, 400) - square(100, 100, 300, 400)
    found = places(frame(bent, square(-30, 500, 470, 770), people=[7, 11]))
    assert found["people"].sum() == pytest.approx(18)
    assert (shapely.get_dimensions(found.geometry.to_numpy()) == 2).all()
    assert found.geometry.area.sum() == pytest.approx(bent.area + 500 * 270)


def test_without_anybody_there_is_no_place():
    assert len(places(frame(people=[]))) == 0
