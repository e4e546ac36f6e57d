"""What the page is told of a goal that may be tried: grid, sizes, bound."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from shapely import Point, box
from unpacked import Reader, opened

from ecogis.area import StudyArea
from ecogis.indicator import Result
from ecogis.indicators.green.park_service_coverage import park_service_coverage
from ecogis.outputs.drawn import Drawn
from ecogis.outputs.what_if import MOST_CELLS, cell_m, demand, what_if
from ecogis.plan import Area, Goal, Plan, Target
from ecogis.scorecard import Score, Scorecard
from ecogis.style import Styles
from ecogis.workspace import Workspace

CRS, X, Y = "EPSG:4548", 447_000, 4_418_000
WORKSPACE = Workspace.above(Path(__file__))
STYLES = Styles.read(WORKSPACE)


def square(x, y, side):
    return box(X + x, Y + y, X + x + side, Y + y + side)


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


TOWN = StudyArea("甲区", square(0, 0, 2000), CRS, area_method="plane")
LAND = frame(square(0, 0, 1000), square(1200, 1200, 800))
PARKS = frame(square(100, 100, 50), square(1500, 1500, 20), name=["甲", None])


def coverage(**parameters):
    layers = {"residential_land": LAND, **parameters.pop("layers", {})}
    return park_service_coverage(TOWN, PARKS, **layers, **parameters)


def unserved(result):
    lattice, unit, packed = demand(result)
    _, sections = opened(packed)
    cells = Reader(sections["unserved"])
    numbers = [cells.varint() for _ in range(lattice.columns * lattice.rows)]
    assert cells.place == len(sections["unserved"])
    return lattice, np.array(numbers).reshape(lattice.rows, lattice.columns) * unit


def cut(lattice, result):
    """Cut what is out of reach by every cell."""
    parts = result.parts
    left = parts[parts["denominator"] > parts["numerator"]]
    held = np.zeros((lattice.rows, lattice.columns))
    for row, column in np.ndindex(held.shape):
        west = lattice.west + column * lattice.cell_m
        south = lattice.south + row * lattice.cell_m
        cell = box(west, south, west + lattice.cell_m, south + lattice.cell_m)
        inside = shapely.area(shapely.intersection(left.geometry.values, cell))
        share = inside / shapely.area(left.geometry.values)
        held[row, column] = (share * left["denominator"]).sum()
    return held


def people():
    rng = np.random.default_rng(2)
    spots = rng.uniform(0, 1900, (30, 2))
    shapes = [
        square(x, y, side) for (x, y), side in zip(spots, range(20, 80, 2), strict=True)
    ]
    return frame(*shapes, people=rng.integers(1, 900, 30).astype(float))


def test_the_grid_keeps_what_no_park_reaches():
    result = coverage(distance_m=300)
    _, held = unserved(result)
    left = result.denominator - result.numerator
    assert held.sum() == pytest.approx(left, rel=1e-9)
    value = 100 - 100 * held.sum() / result.denominator
    assert value == pytest.approx(result.value, abs=1e-6)


def test_each_cell_holds_what_cutting_by_it_gives(monkeypatch):
    monkeypatch.setattr("ecogis.outputs.what_if.MOST_CELLS", 500)
    for chosen in ("residential_land", "population"):
        layers = {"population": people()}
        result = coverage(denominator=chosen, distance_m=300, layers=layers)
        lattice, held = unserved(result)
        assert lattice.columns * lattice.rows <= 500
        whole = result.denominator
        assert held == pytest.approx(cut(lattice, result), rel=1e-6, abs=whole * 2e-9)


def test_buildings_lie_in_the_cell_of_their_inner_point():
    homes = frame(square(1000, 1000, 10), square(1003, 1003, 10), square(120, 120, 10))
    result = coverage(
        denominator="buildings", distance_m=100, layers={"buildings": homes}
    )
    lattice, held = unserved(result)
    column = math.floor((X + 1005 - lattice.west) / lattice.cell_m)
    row = math.floor((Y + 1005 - lattice.south) / lattice.cell_m)
    assert held[row : row + 2, column : column + 2].sum() == pytest.approx(2)
    assert held.sum() == pytest.approx(2)


def test_two_grids_of_one_result_are_equal():
    assert demand(coverage())[2] == demand(coverage())[2]


def test_everything_within_reach_leaves_nothing():
    _, held = unserved(coverage(distance_m=5000))
    assert held.sum() == 0


@pytest.mark.parametrize(
    ("wide_m", "side_m"),
    [(1, 10), (4000, 10), (4001, 15), (20_000, 50), (20_001, 60), (600_000, 1501)],
)
def test_cells_are_as_small_as_a_page_can_hold(wide_m, side_m):
    shapes = np.array([box(0, 0, wide_m, wide_m)])
    assert cell_m(shapes) == side_m
    assert math.ceil(wide_m / side_m) ** 2 <= MOST_CELLS


def test_a_result_without_parts_is_refused():
    with pytest.raises(ValueError, match="without parts"):
        demand(Result.scalar(3.0))


def tried(target=None, **parameters):
    goal = Goal(
        row="P1",
        indicator="park_service_coverage",
        parameters=parameters,
        target=target and Target(**target, year=2030),
    )
    result = coverage(**goal.resolved, layers={"buildings": frame(square(0, 0, 10))})
    score = Score(goal, 2023, result)
    plan = Plan(title="t", year=2023, area=Area(layer="districts"), goal=(goal,))
    card = Scorecard(plan=plan, scores=(score,), area=TOWN)
    layers = [
        Drawn(STYLES[name], drawn, row="P1") for name, drawn in result.drawn.items()
    ]
    layers.append(Drawn(STYLES["water_bodies"], LAND))
    return what_if(card, layers), card


def test_the_page_is_told_how_far_which_parks_reach():
    found, card = tried({"at_least": 60}, distance_m=400, min_area_m2=700)
    told = found.rows["P1"]
    assert told["tiers"] == [{"min_area_m2": 700, "distance_m": 400}]
    assert told["sizes"] == [400, 700, 1000, 2000, 5000, 10_000]
    assert (told["bound"], told["strict"], told["decimals"]) == (60, False, 1)
    assert told["counted"] == "land"
    assert told["whole"] == card["P1"].result.denominator
    assert told["blind"] == {"layer": "P1/land_served", "class": 1}
    assert told["taken"] == ["P1/parks_counted", "water_bodies"]
    assert list(found.blocks) == [told["block"]]
    assert found.plane["stretch"] == 1


def test_tiers_are_told_instead_of_the_two_numbers():
    told = tried(preset="cn_garden_city_2022")[0].rows["P1"]
    assert [tier["distance_m"] for tier in told["tiers"]] == [300, 500]
    assert told["sizes"] == [400, 1000, 2000, 5000, 10_000]


@pytest.mark.parametrize(
    ("target", "bound", "strict"),
    [
        (None, None, False),
        ({"above": 70}, 70, True),
        ({"at_most": 70}, None, False),
        ({"narrative": True}, None, False),
    ],
)
def test_only_a_bound_from_below_is_told(target, bound, strict):
    told = tried(target)[0].rows["P1"]
    assert (told["bound"], told["strict"]) == (bound, strict)


def test_buildings_reach_as_far_as_half_of_one():
    told = tried(denominator="buildings")[0].rows["P1"]
    assert told["counted"] == "buildings"
    assert told["wider_m"] == pytest.approx(math.sqrt(100 / math.pi))
    assert told["blind"] == {"layer": "P1/homes_served", "class": 1}


def test_only_park_coverage_with_a_value_is_tried():
    _, card = tried()
    score = card.scores[0]
    empty = replace(score.result, value=None)
    assert what_if(replace(card, scores=(replace(score, result=empty),)), []).rows == {}
    assert what_if(replace(card, area=None), []).plane is None
    reported = Goal(row="R", title="t", unit="%")
    assert what_if(replace(card, scores=(Score(reported, 2023),)), []).rows == {}


def test_a_plane_that_stretches_says_so():
    wide = StudyArea("b", Point(X, Y).buffer(900), CRS)
    fit = what_if(replace(tried()[1], area=wide), []).plane
    assert fit["stretch"] == pytest.approx(wide.boundary.area / wide.size_m2)
    assert fit["stretch"] != 1
