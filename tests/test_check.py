"""Everything wrong with a plan and its layers, in one table."""

import re
from textwrap import dedent

import pytest
from shapely import LineString, Polygon
from shapely.affinity import translate
from town import LAYERS, NOISE_GOAL, PLAN, X, Y, build, frame, square, write_dem

from ecogis.check import check, has_errors


def lines(folder, plan=PLAN, level="error", **layers):
    found = check(build(folder, plan, **layers))
    return [f"{one.about}: {one.says.en}" for one in found if one.level == level]


def test_a_sound_plan_has_no_errors(tmp_path):
    found = check(build(tmp_path))
    assert not has_errors(found)
    assert any("4.000 km²" in one.says.en for one in found)


def test_every_problem_of_a_plan_is_listed(tmp_path):
    plan = PLAN.replace("park_service_coverage", "park_service_coverag")
    plan = plan.replace('unit = "µg/m³"', 'unitt = "µg/m³"').replace(
        "title = {", "titl = {", 1
    )
    found = lines(tmp_path, plan)
    assert len(found) >= 3
    assert any("unknown key 'titl'; did you mean 'title'" in line for line in found)
    assert any("did you mean 'park_service_coverage'" in line for line in found)
    assert any(
        "goal 2: unknown key" in line or "'goal.1.unitt'" in line for line in found
    )


def test_layers_are_all_looked_at(tmp_path):
    found = lines(tmp_path, parks=None, residential_land=frame())
    assert any(line.startswith("parks: layer 'parks' has no source") for line in found)
    assert any(line.startswith("residential_land") for line in found)


def test_a_layer_that_misses_the_area_is_an_error(tmp_path):
    far = LAYERS["parks"].set_geometry(LAYERS["parks"].translate(90_000))
    assert any(line.startswith("parks") for line in lines(tmp_path, parks=far))


def test_a_declared_extent_that_falls_short_is_an_error(tmp_path):
    plan = PLAN + (
        '\n[sources.parks]\npath = "layers/parks.gpkg"\n'
        "extent = [447000, 4418000, 449000, 4420000]\n"
    )
    found = lines(tmp_path, plan)
    assert any("ends 500 m short" in line for line in found)


def test_repairs_are_warnings(tmp_path):
    crossing = square(0, 0, 100, 100).exterior.coords
    a, b, c, d, _ = crossing
    bow = type(square(0, 0, 1, 1))([a, c, b, d])
    found = lines(tmp_path, level="warning", parks=frame(bow, square(300, 300, 50, 50)))
    assert any("parks" in line and "1" in line for line in found)


@pytest.mark.parametrize("shift", [0.0, 20.0])
def test_a_true_layer_is_not_called_gcj02(tmp_path, shift):
    moved = frame(translate(square(0, 0, 2000, 2000), shift))
    found = lines(tmp_path, level="warning", residential_land=moved)
    assert not any("GCJ-02" in line for line in found)


def test_a_repaired_boundary_is_told(tmp_path):
    a, b, c, d, _ = square(0, 0, 2000, 2000).exterior.coords
    bow = frame(Polygon([a, c, b, d]), name=["甲区"])
    found = lines(tmp_path, level="warning", districts=bow)
    assert any(line.startswith("districts") and "repaired" in line for line in found)


CELLS = '\n[sources]\nelevation = { kind = "raster", path = "dem.tif" }\n'


@pytest.mark.parametrize(
    ("reach_m", "level", "says"),
    [
        (700, "note", "elevation: 68 x 68 cells of 50 m; 0 of them without data"),
        (200, "error", "dem.tif ends 400 m short of the area and its margin"),
        (-5000, "error", "everything in dem.tif lies elsewhere"),
    ],
)
def test_cells_are_held_against_area_and_margin(tmp_path, reach_m, level, says):
    roads = frame(LineString([(X, Y), (X + 50, Y)]))
    plan = PLAN + NOISE_GOAL + CELLS
    write_dem(tmp_path / "dem.tif", reach_m)
    found = lines(tmp_path, plan, level, roads=roads, buildings=LAYERS["parks"])
    assert any(says in line for line in found if line.startswith("elevation"))


@pytest.mark.parametrize("key", ["context", "zones"])
def test_cells_are_neither_drawn_nor_zones(tmp_path, key):
    value = {"context": '["elevation"]', "zones": '"elevation"'}[key]
    plan = re.sub(rf"\n\s*{key} *=.*", "", PLAN)
    plan = f"{key} = {value}\n{dedent(plan)}{CELLS}"
    found = lines(tmp_path, plan)
    assert any(f"{key}: layer 'elevation' is of cells" in line for line in found)
