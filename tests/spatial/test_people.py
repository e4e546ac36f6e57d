"""People live evenly on their polygon, and go with their land."""

import numpy as np
import pytest
from strategies import CRS, frame, square

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.spatial.people import count_people, spread

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
