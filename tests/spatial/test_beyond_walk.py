"""What lies beyond a walk: squares by their inner point, and what is told of them."""

import pytest
from strategies import frame, square
from streets_by_hand import way, ways

from ecogis.errors import LayerError
from ecogis.spatial.beyond_walk import Paths, beyond_walk
from ecogis.spatial.entrances import Doors

# a gate of the park lies every 20 m of its outline that comes near to the street
PARK = frame(square(-20, -10, 0, 10), distance_m=[100.0])
STREET = ways(way((0, 0), (500, 0)))
GROUND = frame(square(0, -25, 250, 25), density=[2.0])
DOORS = Doors(step_m=20.0, reach_m=30.0)


def test_squares_whose_middle_is_too_far_are_beyond():
    found, notes = beyond_walk(GROUND, PARK, Paths(STREET, DOORS))
    # squares of 50 m astride the street: 12.5 m off it, from 25 m on
    assert found.area.sum() == pytest.approx((250 - 100) * 50)
    assert set(found["density"]) == {2.0}
    assert "squares of 50 m" in notes[0].en


def test_without_parks_all_is_beyond():
    found, _ = beyond_walk(GROUND, PARK.iloc[:0], Paths(STREET, DOORS))
    assert found.area.sum() == pytest.approx(250 * 50)


def test_ways_that_are_absent_are_asked_for():
    with pytest.raises(LayerError, match="needs the layer 'walkable_ways'"):
        beyond_walk(GROUND, PARK, Paths(None, DOORS))
