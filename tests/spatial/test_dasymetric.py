"""People in their homes: shares done in the head, nobody lost, a slow oracle."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import CRS, boxes, frame, frames, square

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.layer import Catalogue
from ecogis.spatial.dasymetric import allocate, people_at_home
from ecogis.spatial.homes import NO_HOME, homes_of
from ecogis.workspace import Workspace

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
CELL = frame(square(0, 0, 100, 100), people=[90])


def living(population, buildings=None, **how):
    homes, _ = people_at_home(TOWN, population, buildings, **how)
    return homes["people"].tolist()


def told(population, buildings=None, **how):
    return " | ".join(
        n.en for n in people_at_home(TOWN, population, buildings, **how)[1]
    )


def blocks(**columns):
    """Return two buildings of 100 m² in the cell."""
    return frame(square(10, 10, 20, 20), square(50, 50, 60, 60), **columns)


# --- answers that are done in the head -------------------------------------------


def test_people_share_a_cell_by_floor_area():
    assert living(CELL, blocks()) == pytest.approx([45, 45])
    assert living(CELL, blocks(floors=[2, 1])) == pytest.approx([60, 30])
    wide = frame(square(0, 0, 40, 10), square(50, 50, 60, 60), floors=[1, 2])
    assert living(CELL, wide) == pytest.approx([60, 30])


def test_floors_that_are_not_known_go_by_height_or_by_default():
    # 15 m are five floors of 3 m; a floor where nothing is known; 1 m is one floor
    assert living(CELL, blocks(floors=[np.nan, 5], height_m=[12, 99])) == pytest.approx(
        [40, 50]
    )
    assert living(CELL, blocks(floors=[np.nan, 5])) == pytest.approx([15, 75])
    assert living(CELL, blocks(floors=[0, 5], height_m=[1.0, 1.0])) == pytest.approx(
        [15, 75]
    )
    three = told(CELL, blocks(floors=[np.nan, 0], height_m=[15, np.nan]))
    assert "2 of 2 homes state no floors: 1 go by their height (3 m a floor)" in three
    assert "1 by default (1)" in three
    assert "state no floors" not in told(CELL, blocks(floors=[1, 2]))


def test_nobody_lives_where_the_use_is_another():
    homes, notes = people_at_home(
        TOWN, CELL, blocks(use=["school", "residential"], name=["S", "H"])
    )
    assert homes["people"].tolist() == [90]
    assert homes["name"].tolist() == ["H"]
    assert "1 buildings, by floor area" in notes[0].en
    assert not any("known use" in note.en for note in notes)


def test_a_building_of_unknown_use_is_a_home_and_told():
    assert living(CELL, blocks(use=[None, "yes"])) == pytest.approx([45, 45])
    assert "2 of 2 buildings do not state a known use" in told(
        CELL, blocks(use=[None, "yes"])
    )


def test_every_other_use_of_the_catalogue_is_known():
    layer = Catalogue.read(Workspace.above(Path(__file__)))["buildings"]
    uses = set(layer.fields["use"].spellings)
    assert {*NO_HOME, "residential"} == uses


def test_a_cell_without_a_home_keeps_its_people_on_its_land():
    cells = frame(square(0, 0, 100, 100), square(900, 0, 1100, 100), people=[90, 40])
    homes, notes = people_at_home(TOWN, cells, blocks())
    # half of the second cell lies outside the town
    assert homes["people"].tolist() == pytest.approx([45, 45, 20])
    assert homes["home"].tolist() == [True, True, False]
    assert homes["home"].dtype == bool
    assert homes.geometry.iloc[-1].area == pytest.approx(100 * 100)
    assert any(n.en.startswith("1 population polygons without a home") for n in notes)


def test_a_cell_across_the_border_is_spread_over_all_its_homes_first():
    cells = frame(square(950, 0, 1050, 100), people=[90])
    homes = frame(square(960, 0, 970, 10), square(1020, 0, 1040, 10))
    # two thirds live beyond the border, where the larger home stands
    assert living(cells, homes) == pytest.approx([30])


def test_a_building_in_two_cells_has_people_of_both():
    cells = frame(square(0, 0, 100, 100), square(100, 0, 200, 100), people=[60, 80])
    # a quarter of it lies in the eastern cell, beside a home of the same size
    homes = frame(square(70, 0, 110, 10), square(120, 0, 130, 10))
    assert living(cells, homes) == pytest.approx([60 + 40, 40])


def test_overlapping_cells_carry_their_own_people():
    cells = frame(square(0, 0, 100, 100), square(0, 0, 100, 100), people=[3, 4])
    assert living(cells, blocks()) == pytest.approx([3.5, 3.5])


def test_a_building_that_only_touches_a_cell_is_not_in_it():
    homes = frame(square(100, 0, 110, 10), square(50, 0, 51, 1))
    assert living(CELL, homes) == pytest.approx([90])


def test_buildings_may_state_their_people_themselves():
    homes = blocks(people=[4, np.nan])
    assert living(None, homes) == [4]
    assert "1 buildings without a number of people count as 0" in told(None, homes)
    beyond = frame(square(995, 0, 1055, 10), people=[7])
    assert living(None, beyond) == []


def test_a_population_layer_wins_over_the_people_of_buildings():
    assert living(CELL, blocks(people=[1, 1])) == pytest.approx([45, 45])


def test_people_stay_on_land_where_that_is_asked_for():
    assert living(CELL, blocks(), people_on="land") == pytest.approx([90])
    assert living(CELL) == pytest.approx([90])


def test_people_that_are_not_stated_are_none_and_told():
    cells = frame(square(0, 0, 100, 100), square(0, 0, 9, 9), people=[90, np.nan])
    assert sum(living(cells, blocks())) == pytest.approx(90)
    assert "1 population polygons without a number of people" in told(cells, blocks())


def test_bad_input_is_one_line():
    with pytest.raises(LayerError, match="found -2 "):
        living(frame(square(0, 0, 9, 9), people=[-2]), blocks())
    with pytest.raises(LayerError, match="buildings: people: found -2 "):
        living(None, blocks(people=[3, -2]))
    with pytest.raises(LayerError, match="needs the layer 'population'"):
        living(None, blocks())
    with pytest.raises(LayerError, match="needs the layer 'population'"):
        living(None)
    with pytest.raises(LayerError, match="needs the layer 'buildings'"):
        living(CELL, people_on="buildings")


def test_of_a_cell_that_reaches_far_the_people_beyond_go_by_land():
    # 100 m of 400 m lie further than 200 m beyond the border
    cells = frame(square(900, 0, 1300, 100), people=[80])
    homes = frame(square(900, 0, 910, 10), square(1190, 0, 1200, 10))
    assert living(cells, homes, margin_m=200.0) == pytest.approx([30])
    assert "1 population polygons reach further than 200 m" in told(
        cells, homes, margin_m=200.0
    )
    more = frame(*homes.geometry, square(1210, 0, 1290, 90))
    assert living(cells, more, margin_m=200.0) == pytest.approx([30])
    assert living(cells, more, margin_m=300.0) != pytest.approx([30])
    assert "reach further" not in told(cells, homes, margin_m=300.0)


def test_without_anybody_there_is_nobody():
    homes, _ = people_at_home(TOWN, CELL.iloc[:0], blocks())
    assert len(homes) == 0
    assert living(frame(square(0, 0, 100, 100), people=[0]), blocks()) == []
    assert living(CELL, blocks().iloc[:0]) == pytest.approx([90])


# --- laws and a slow oracle -------------------------------------------------------

CELLS = frames(boxes(largest=6), {"people": st.integers(0, 90)}, most=5)
BUILDINGS = frames(
    boxes(largest=2),
    {"floors": st.integers(1, 6), "use": st.sampled_from(["residential", "office"])},
    most=8,
)


@given(CELLS, BUILDINGS)
@settings(max_examples=60)
def test_nobody_of_a_cell_is_lost(cells, buildings):
    found = allocate(cells, homes_of(buildings))
    sums = np.bincount(found.cell, found.people, minlength=len(cells))
    expected = np.where(found.homeless, 0, cells["people"].to_numpy(float))
    assert sums == pytest.approx(expected, rel=1e-12, abs=1e-12)
    everywhere = StudyArea("all", square(-1e3, -1e3, 3e3, 3e3), CRS, "plane")
    homes, _ = people_at_home(everywhere, cells, buildings)
    assert homes["people"].sum() == pytest.approx(cells["people"].sum(), abs=1e-9)


def oracle(cells, buildings):
    """Return the people in the town, one cell and one building at a time."""
    total = 0.0
    known = [
        (b, n) for b, n in zip(buildings.geometry, buildings["floors"], strict=True)
    ]
    for cell, people in zip(cells.geometry, cells["people"], strict=True):
        weights = [b.intersection(cell).area * n for b, n in known]
        if sum(weights) == 0:
            total += people * cell.intersection(TOWN.boundary).area / cell.area
        for (b, _), weight in zip(known, weights, strict=True):
            if weight and b.representative_point().intersects(TOWN.boundary):
                total += people * weight / sum(weights)
    return total


@given(CELLS, BUILDINGS)
@settings(max_examples=60)
def test_who_lives_in_the_town_agrees_with_the_oracle(cells, buildings):
    cells = cells[cells.intersects(TOWN.boundary)]
    homes = buildings.assign(use="residential")
    assert sum(living(cells, homes)) == pytest.approx(oracle(cells, homes), abs=1e-9)


@given(CELLS, BUILDINGS, st.integers(0, 99))
@settings(max_examples=20)
def test_neither_order_nor_labels_matter_and_inputs_stay(cells, buildings, seed):
    before = cells.copy(), buildings.copy()
    expected = sum(living(cells, buildings))
    assert cells.equals(before[0])
    assert buildings.equals(before[1])
    rows = np.random.default_rng(seed)
    mixed = [one.iloc[rows.permutation(len(one))] for one in (cells, buildings)]
    assert sum(living(*mixed)) == pytest.approx(expected, abs=1e-9)
