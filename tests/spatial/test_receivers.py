"""Receivers of a hand-drawn block: before every wall, in every cell, out of houses."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from pyproj import CRS

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.spatial.receivers import (
    facade_receivers,
    grid_receivers,
    point_receivers,
)

METRES = CRS(32650)
WEST, SOUTH = 440_000, 4_420_000


def at(*ring):
    return shapely.Polygon([(WEST + x, SOUTH + y) for x, y in ring])


def box(left, low, right, top):
    return at((left, low), (right, low), (right, top), (left, top))


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=METRES)


def here(places):
    return np.round(places[:, :2] - [WEST, SOUTH], 6).tolist()


HOUSE = box(0, 0, 10, 5)
AREA = StudyArea("block", box(-20, -20, 40, 30), METRES, "plane")


def test_a_house_has_points_before_the_middle_of_equal_parts_of_its_walls():
    found = facade_receivers(frame(HOUSE), spacing_m=5, off_wall_m=1.5)
    south, east = [[2.5, -1.5], [7.5, -1.5]], [[11.5, 2.5]]
    north, west = [[2.5, 6.5], [7.5, 6.5]], [[-1.5, 2.5]]
    assert sorted(here(found.places)) == sorted(south + east + north + west)
    assert found.places[:, 2].tolist() == [4.0] * 6
    assert found.building.tolist() == [0] * 6
    assert found.notes == ()


@pytest.mark.parametrize(("spacing_m", "count"), [(5.0, 6), (4.99, 10), (10.0, 4)])
def test_parts_are_no_longer_than_the_spacing(spacing_m, count):
    assert len(facade_receivers(frame(HOUSE), spacing_m=spacing_m)) == count


@pytest.mark.parametrize("turned", [False, True])
def test_the_direction_of_a_ring_does_not_matter(turned):
    house = HOUSE.reverse() if turned else HOUSE
    found = facade_receivers(frame(house))
    assert shapely.distance(shapely.points(found.places[:, :2]), house) == (
        pytest.approx(np.full(6, 1.5))
    )


def test_courtyards_have_points_and_party_walls_have_none():
    ring = shapely.Polygon(
        box(0, 0, 40, 40).exterior.coords, [box(10, 10, 30, 30).exterior.coords]
    )
    neighbour = box(40, 0, 60, 40)
    found = facade_receivers(frame(ring, neighbour), spacing_m=50, off_wall_m=1)
    # ring: three outer walls and four inner ones; neighbour: three
    assert np.bincount(found.building).tolist() == [7, 3]
    assert [20.0, 11.0] in here(found.places)
    assert [note.en for note in found.notes] == [
        "2 of 12 receivers would lie inside a building and are left out"
    ]


def test_short_walls_carry_points_only_where_no_wall_is_longer():
    chamfered = at((0, 0), (9.5, 0), (10, 0.5), (10, 5), (0, 5))
    assert len(facade_receivers(frame(chamfered), spacing_m=20)) == 4
    kiosk = box(0, 0, 0.8, 0.8)
    assert len(facade_receivers(frame(kiosk), spacing_m=20)) == 4


def test_facades_outside_the_area_are_left_out_and_counted():
    small = StudyArea("half", box(-20, -20, 5, 30), METRES, "plane")
    found = facade_receivers(frame(HOUSE), small)
    assert sorted(here(found.places)) == [[-1.5, 2.5], [2.5, -1.5], [2.5, 6.5]]
    assert [note.en for note in found.notes] == [
        "3 of 6 receivers lie outside the area and are left out"
    ]


def test_a_multipart_building_is_one_building():
    both = shapely.MultiPolygon([HOUSE, box(20, 0, 30, 5)])
    found = facade_receivers(frame(box(0, 20, 10, 25), both), spacing_m=20)
    assert np.bincount(found.building).tolist() == [4, 8]


def test_the_altitude_is_that_of_the_ground_and_the_height():
    slope = [(WEST - 50, SOUTH - 50, 0), (WEST + 50, SOUTH - 50, 10)]
    slope += [(WEST - 50, SOUTH + 50, 0), (WEST + 50, SOUTH + 50, 10)]
    found = facade_receivers(frame(HOUSE), height_m=2, terrain=slope, spacing_m=20)
    along = found.places[:, 0] - WEST
    assert found.places[:, 2] == pytest.approx((along + 50) / 10 + 2)


def test_a_grid_has_a_receiver_in_every_cell_in_the_open():
    found, lattice = grid_receivers(AREA, spacing_m=10, buildings=frame(HOUSE))
    # 6 by 5 cells; the middle (5, 5) lies on the house's wall, not inside
    assert lattice.shape == (5, 6)
    assert len(found) == 30
    smaller = StudyArea("block", box(-20, -20, 40, 29), METRES, "plane")
    found, lattice = grid_receivers(
        smaller, spacing_m=2, height_m=1.5, buildings=frame(HOUSE)
    )
    # 30 by 24.5 cells; 5 by 2 in the house and 5 on its northern wall, y = 5
    assert lattice.shape == (25, 30)
    middles = np.arange(-19, 30, 2.0)
    assert len(found) == 30 * int((middles < 29).sum() + 1) - 10
    assert set(found.places[:, 2]) == {1.5}


def test_values_go_back_to_their_cells_from_the_top_row_down():
    found, lattice = grid_receivers(AREA, spacing_m=10)
    shown = lattice.filled(found.places[:, 0] + 1e4 * found.places[:, 1])
    assert shown[0, 0] == pytest.approx(WEST - 15 + 1e4 * (SOUTH + 25))
    x, y = lattice.transform @ (0.5, 0.5)
    assert (x, y) == (WEST - 15, SOUTH + 25)
    half = StudyArea("left", box(-20, -20, 10, 30), METRES, "plane")
    found, lattice = grid_receivers(
        half, spacing_m=10, buildings=frame(box(0, 0, 9, 9))
    )
    shown = lattice.filled(np.ones(len(found)))
    assert np.argwhere(np.isnan(shown)).tolist() == [[2, 2]]


def test_points_inside_a_block_move_out_of_the_whole_of_it():
    block = frame(HOUSE, box(10, 0, 20, 5))
    points = frame(*shapely.points([WEST + 9.9, WEST + 30], [SOUTH + 2, SOUTH + 2]))
    found = point_receivers(points, buildings=block, off_wall_m=1.5)
    # the nearest wall of its own house is a party wall: it leaves to the south
    assert found.places[0, :2] - [WEST, SOUTH] == pytest.approx([9.9, -1.5], abs=0.01)
    assert here(found.places[1:]) == [[30, 2]]
    assert found.origin.tolist() == [0, 1]
    assert [note.en for note in found.notes] == [
        "1 of 2 receivers lay inside a building and were moved before its nearest wall"
    ]


def test_points_state_their_own_heights_and_those_outside_are_left_out():
    points = frame(*shapely.points([[WEST + x, SOUTH - 5] for x in (0, 1, 99)]))
    points["height_m"] = [1.2, np.nan, 3.0]
    found = point_receivers(points, AREA)
    assert found.places[:, 2].tolist() == [1.2, 4.0]
    assert found.origin.tolist() == [0, 1]
    assert "1 of 3 receivers lie outside the area" in found.notes[0].en


def test_a_line_is_no_point():
    line = shapely.LineString([(0, 0), (1, 1)])
    with pytest.raises(LayerError, match=r"receiver 0: .*LineString.* Point"):
        point_receivers(frame(line))


@pytest.mark.parametrize("name", ["spacing_m", "height_m", "off_wall_m"])
def test_distances_are_more_than_nothing(name):
    with pytest.raises(LayerError, match=f"{name} is 0; expected more than 0 metres"):
        facade_receivers(frame(HOUSE), **{name: 0})
