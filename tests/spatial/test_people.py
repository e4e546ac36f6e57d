"""People live evenly on their polygon, and go with their land."""

import numpy as np
import pytest
from strategies import CRS, frame, square

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.spatial.people import count_people, settle, spread

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")


def living(cells):
    inside, notes = spread(TOWN, cells)
    return count_people(inside)["people"].tolist(), notes


def test_people_are_cut_with_their_land():
    cells = frame(square(-30, 0, 10, 10), square(0, 0, 9, 9), people=[80, 5])
    assert living(cells)[0] == pytest.approx([20, 5])


def test_people_on_shared_land_are_different_people():
    cells = frame(square(0, 0, 10, 10), square(0, 0, 10, 10), people=[3, 4])
    assert sum(living(cells)[0]) == pytest.approx(7)


def test_people_that_are_not_stated_are_none_and_told():
    people, notes = living(frame(square(0, 0, 9, 9), people=[np.nan]))
    assert people == [0]
    assert notes[0].zh == "1 个人口面缺少人数，按 0 计"
    assert living(frame(square(0, 0, 9, 9), people=[1]))[1] == ()


@pytest.mark.parametrize("number", [-0.5, np.inf])
def test_a_number_that_counts_nobody_is_refused(number):
    cells = frame(square(0, 0, 9, 9), square(9, 0, 19, 9), people=[4, number])
    with pytest.raises(LayerError, match=r"population: people: found .* \(1 such\)"):
        living(cells)


def test_people_settle_on_the_land_that_their_polygon_holds():
    cells = frame(square(0, 0, 100, 100), square(200, 0, 300, 100), people=[30, 4])
    spread_out, _ = spread(TOWN, cells)
    # a strip in the first polygon, cut in two; none in the second
    land = frame(square(0, 0, 10, 50), square(50, 0, 150, 10))
    settled, left = settle(spread_out, land)
    assert count_people(settled)["people"].sum() == pytest.approx(30)
    assert settled.area.tolist() == pytest.approx([1000])
    assert left == pytest.approx(4)


def test_people_of_two_polygons_settle_on_the_same_land():
    cells = frame(square(0, 0, 100, 100), square(0, 0, 100, 100), people=[3, 5])
    settled, left = settle(spread(TOWN, cells)[0], frame(square(0, 0, 10, 10)))
    assert count_people(settled)["people"].tolist() == pytest.approx([3, 5])
    assert left == pytest.approx(0)
