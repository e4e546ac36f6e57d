"""Plans: what is asked, written in one file, and refused in one line each."""

from pathlib import Path

import pytest

from ecogis.errors import LayerError, PlanError, SourceError
from ecogis.layer import Catalogue
from ecogis.plan import read_plan
from ecogis.source import FileSource, OverpassSource, RasterSource
from ecogis.target import BOUNDS, TRENDS
from ecogis.workspace import Workspace, delivered

CATALOGUE = Catalogue.read(Workspace(delivered()))
HEAD = 'title = "t"\nyear = 2024\narea = { layer = "districts" }\n'
SOURCES = "[sources]\n"
ROW = '[[goal]]\nrow = "A-1"\ntitle = "t"\nunit = "%"\n'
MEASURED = '[[goal]]\nrow = "P-1"\nindicator = "park_service_coverage"\n'


def write(folder, text, name="plan.toml"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def read(folder, text):
    return read_plan(write(folder, text))


def refused(folder, text):
    path = write(folder, text)
    with pytest.raises(PlanError) as error:
        read_plan(path)
    assert "\n" not in str(error.value)
    return [line.removeprefix(f"{path}: ") for line in error.value.problems]


def test_a_plan_knows_its_place(tmp_path):
    plan = read(tmp_path / "chaoyang", HEAD + ROW)
    assert (plan.place, plan.folder) == ("chaoyang", tmp_path / "chaoyang")
    assert (plan.area_method, plan.zones, plan.crs) == ("geodesic", None, None)


def test_a_plan_in_the_working_folder_knows_its_place(tmp_path, monkeypatch):
    write(tmp_path / "fengtai", HEAD + ROW)
    monkeypatch.chdir(tmp_path / "fengtai")
    assert read_plan(Path("plan.toml")).place == "fengtai"


def test_parameters_lie_over_the_defaults(tmp_path):
    goal = read(tmp_path, HEAD + MEASURED + "parameters = { distance_m = 300 }").goal[0]
    assert goal.resolved["distance_m"] == 300
    assert goal.resolved["min_area_m2"] == 1000
    assert goal.margin_m >= 300
    assert goal.shown_unit == "%"
    assert "300 m" in goal.label.en
    assert "300" in goal.label.zh


def test_a_preset_lies_between(tmp_path):
    text = HEAD + MEASURED + 'parameters = { preset = "cn_garden_city_2022" }'
    goal = read(tmp_path, text).goal[0]
    tiers = [(t.min_area_m2, t.distance_m) for t in goal.resolved["tiers"]]
    assert tiers == [(400, 300), (5000, 500)]


def test_the_plans_own_title_and_unit_go_first(tmp_path):
    goal = read(tmp_path, HEAD + MEASURED + 'title = "own"\nunit = "percent"').goal[0]
    assert (goal.label.en, goal.shown_unit) == ("own", "percent")


def test_the_plans_own_title_may_hold_parameters(tmp_path):
    title = 'title = { en = "{distance_m:g} m", zh = "{distance_m:g}米" }'
    label = read(tmp_path, HEAD + MEASURED + title).goal[0].label
    assert (label.en, label.zh) == ("500 m", "500米")
    for title in ("{distance:g} m", "{} m", "{tiers:g}", "{"):
        problem = refused(tmp_path, HEAD + MEASURED + f'title = "{title}"')[0]
        assert problem.startswith(f"goal 1: title {title!r}: braces hold parameters")


def test_a_reported_row_needs_no_indicator(tmp_path):
    text = ROW + 'reported = { value = 36, year = 2020, source = "表2" }'
    goal = read(tmp_path, HEAD + text).goal[0]
    assert (goal.measure, goal.margin_m, goal.resolved) == (None, 0, {})
    assert goal.reported.value == 36


@pytest.mark.parametrize("kind", BOUNDS)
def test_a_bound_is_a_number(tmp_path, kind):
    target = read(tmp_path, HEAD + ROW + f"target = {{ {kind} = 95 }}").goal[0].target
    assert (target.kind, target.number) == (kind, 95)


@pytest.mark.parametrize("kind", TRENDS)
def test_a_flag_has_no_number_but_eliminate_is_zero(tmp_path, kind):
    text = f"target = {{ {kind} = true }}"
    target = read(tmp_path, HEAD + ROW + text).goal[0].target
    assert target.kind == kind
    assert target.number == (0 if kind == "eliminate" else None)


@pytest.mark.parametrize("kind", ["value", "at_least", "above", "at_most"])
def test_a_baseline_is_its_number_on_the_line(tmp_path, kind):
    text = f"baseline = {{ {kind} = 90, year = 2020 }}"
    assert read(tmp_path, HEAD + ROW + text).goal[0].baseline.number == 90


ONE_OF = "at_least, above, at_most, below, no_loss, rise, fall, eliminate, municipal"


@pytest.mark.parametrize(
    ("goal", "line"),
    [
        (
            ROW + "target = { at_least = 1, below = 2 }",
            (
                f"goal 1: target: a target has exactly one of {ONE_OF}, narrative; "
                "found at_least and below"
            ),
        ),
        (
            ROW + "target = { year = 2025 }",
            (
                f"goal 1: target: a target has exactly one of {ONE_OF}, narrative; "
                "found none"
            ),
        ),
        (
            ROW + "target = { no_loss = false }",
            "goal 1: target.no_loss: found False: input should be True",
        ),
        (
            ROW + 'target = { at_least = "93.8" }',
            "goal 1: target.at_least: found '93.8': input should be a valid number",
        ),
        (
            ROW + "target = { at_least = true }",
            "goal 1: target.at_least: found True: input should be a valid number",
        ),
        (
            ROW + "target = { at_least = nan }",
            "goal 1: target.at_least: found nan: input should be a finite number",
        ),
        (
            ROW + "baseline = { year = 2020 }",
            (
                "goal 1: baseline: a baseline states exactly one of value, at_least, "
                "above, at_most"
            ),
        ),
        (
            ROW + "baseline = { value = 1, above = 2 }",
            (
                "goal 1: baseline: a baseline states exactly one of value, at_least, "
                "above, at_most"
            ),
        ),
        (
            ROW + "reported = { value = 1, year = 2020 }",
            "goal 1: key 'reported.source' is missing",
        ),
        (
            '[[goal]]\nrow = "A-1"\nunit = "%"\n',
            "goal 1: a goal without an indicator states its title and its unit",
        ),
        (
            ROW + "parameters = { distance_m = 500 }",
            "goal 1: parameters without an indicator; name the indicator",
        ),
        (
            ROW + ROW.replace("A-1", "A-2").replace("unit", "unti"),
            "goal 2: unknown key 'unti'; did you mean 'unit'?",
        ),
        ('[[goal]]\ntitle = "t"\nunit = "%"\n', "goal 1: key 'row' is missing"),
        (ROW + ROW, "row 'A-1' stands twice; every goal has its own row"),
        (
            MEASURED.replace("coverage", "coverge"),
            (
                "goal 1: unknown indicator 'park_service_coverge'; "
                "did you mean 'park_service_coverage'?"
            ),
        ),
        (
            MEASURED + "parameters = { distance = 500 }",
            (
                "goal 1: park_service_coverage has no parameter 'distance'; "
                "did you mean 'distance_m'? it takes"
            ),
        ),
        (
            MEASURED + 'parameters = { distance_m = "500" }',
            "goal 1: park_service_coverage: parameter distance_m: found '500': ",
        ),
        (
            MEASURED + "parameters = { distance_m = true }",
            "goal 1: park_service_coverage: parameter distance_m: found True: ",
        ),
        (
            MEASURED + "parameters = { distance_m = -1 }",
            "goal 1: park_service_coverage: parameter distance_m: found -1: ",
        ),
        (
            MEASURED + 'parameters = { preset = "cn_garden_2022" }',
            (
                "goal 1: park_service_coverage has no preset 'cn_garden_2022'; "
                "did you mean 'cn_garden_city_20"
            ),
        ),
        (
            MEASURED + 'parameters = { denominator = "homes" }',
            "goal 1: park_service_coverage: parameter denominator: found 'homes': ",
        ),
        (
            MEASURED + "balance = { between = [['甲']] }",
            "goal 1: balance.between: found [['甲']]: tuple should have at least 2",
        ),
        (
            MEASURED + "balance = { between = [['甲'], ['乙']], names = ['a'] }",
            "goal 1: balance: 2 groups have 1 names; expected a name for each group",
        ),
        (
            MEASURED + 'title = "{distance_m.real.x}"',
            "goal 1: title '{distance_m.real.x}': braces hold parameters: ",
        ),
    ],
)
def test_what_is_wrong_in_a_goal_is_one_line(tmp_path, goal, line):
    problems = refused(tmp_path, HEAD + goal)
    assert len(problems) == 1
    assert problems[0].startswith(line)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (ROW, "key 'title' is missing"),
        (HEAD, "key 'goal' is missing"),
        (
            HEAD.replace("2024", '"2024"') + ROW,
            "year: found '2024': input should be a valid integer",
        ),
        (HEAD + 'path = "x"\n' + ROW, "unknown key 'path'"),
        (HEAD + 'zone = "x"\n' + ROW, "unknown key 'zone'; did you mean 'zones'?"),
        (
            HEAD.replace('{ layer = "districts" }', '"districts"') + ROW,
            "area: found 'districts': expected a table { ... }",
        ),
        (
            HEAD + 'crs = "EPSG:4326"\n' + ROW,
            "crs: EPSG:4326 (WGS 84) is not in metres; distances need a projected",
        ),
        (HEAD + 'area_method = "flat"\n' + ROW, "area_method: found 'flat': input"),
        (HEAD + 'sources = "x"\n' + ROW, "sources: found 'x': expected a table"),
        (
            HEAD + '[sources]\nparks = { kind = "rastr", path = "x" }\n' + ROW,
            "sources.parks: unknown kind 'rastr'; did you mean 'raster'?",
        ),
        (
            HEAD
            + '[sources]\nparks = { kind = "raster", path = "x", nodat = 1 }\n'
            + ROW,
            "unknown key 'sources.parks.nodat'; did you mean 'nodata'?",
        ),
        (
            HEAD + "[sources]\nparks = { }\n" + ROW,
            "key 'sources.parks.path' is missing",
        ),
        (
            HEAD + '[sources]\nparks = "parks.shp"\n' + ROW,
            "sources.parks: found 'parks.shp': expected a table { ... }",
        ),
        (
            HEAD + '[sources]\nparks = { path = "x", base = "y" }\n' + ROW,
            "unknown key 'sources.parks.base'",
        ),
        (
            HEAD + MEASURED + "balance = { between = [['甲'], ['乙']] }",
            "row 'P-1' holds zones against each other (balance), and the plan has none",
        ),
        ("title = \n", "not valid TOML: Invalid value (at line 1, column 9)"),
        (
            HEAD + SOURCES + r'parks = { path = "D:\town\new.shp" }' + "\n" + ROW,
            "sources.parks.path: a backslash was read as a sign of its own; write /",
        ),
        (
            HEAD + SOURCES + r'parks = { path = "D:\data\a.shp" }' + "\n" + ROW,
            r"not valid TOML: Unescaped '\' in a string (at line 5, column 23); write",
        ),
    ],
)
def test_what_is_wrong_in_a_plan_is_one_line(tmp_path, text, line):
    assert refused(tmp_path, text)[0].startswith(line)


def test_all_problems_are_listed_and_the_first_is_the_message(tmp_path):
    path = write(tmp_path, "yaer = 2024\n" + ROW.replace("unit", "unti"))
    with pytest.raises(PlanError) as error:
        read_plan(path)
    assert len(error.value.problems) == 5
    assert str(error.value).startswith(error.value.problems[0])
    assert str(error.value).endswith("(and 4 more: see 'ecogis check')")


def test_a_missing_plan_is_one_line(tmp_path):
    with pytest.raises(PlanError, match=r"plan.toml: no such file$"):
        read_plan(tmp_path / "plan.toml")


def test_paths_are_relative_to_the_file_that_states_them(tmp_path):
    plan = write(
        tmp_path / "maps" / "town",
        HEAD
        + '[sources]\nparks = { path = "a.shp" }\nroads = { path = "b.shp" }\n'
        + ROW,
    )
    other = write(
        tmp_path / "elsewhere", '[sources]\nparks = { path = "c.shp" }', "other.toml"
    )
    read = read_plan(plan, other)
    assert read.sources["parks"].path == "c.shp"
    assert read.sources["parks"].base == tmp_path / "elsewhere"
    assert read.sources["roads"].base == tmp_path / "maps" / "town"


def test_a_sources_file_holds_sources_only(tmp_path):
    plan = write(tmp_path, HEAD + ROW)
    other = write(tmp_path, 'title = "t"\n[sources]\n', "other.toml")
    with pytest.raises(PlanError, match=r"unknown key 'title'; a sources file holds"):
        read_plan(plan, other)


def source(plan, layer, shared):
    return plan.source_of(layer, CATALOGUE, shared)


def test_a_source_is_looked_for_in_four_places(tmp_path):
    shared, own = tmp_path / "shared", tmp_path / "town" / "layers"
    own.mkdir(parents=True)
    shared.mkdir()
    text = HEAD + '[sources]\ndefault = { kind = "overpass" }\n'
    bare = read(tmp_path / "town", text + ROW)
    assert isinstance(source(bare, "parks", shared), OverpassSource)
    (shared / "parks.geojson").touch()
    assert source(bare, "parks", shared).base == shared
    (own / "parks.SHP").touch()
    found = source(bare, "parks", shared)
    assert (type(found), found.path, found.base) == (FileSource, "parks.SHP", own)
    stated = read(tmp_path / "town", text + 'parks = { path = "z.gpkg" }\n' + ROW)
    assert source(stated, "parks", shared).path == "z.gpkg"


def test_a_file_beside_another_is_chosen_by_its_kind(tmp_path):
    own = tmp_path / "town" / "layers"
    own.mkdir(parents=True)
    for name in ("parks.dbf", "parks.shp", "parks.tif", "parks.shp.xml", "parksX.gpkg"):
        (own / name).touch()
    plan = read(tmp_path / "town", HEAD + ROW)
    assert source(plan, "parks", tmp_path).path == "parks.shp"
    (own / "parks.shp").unlink()
    assert isinstance(source(plan, "parks", tmp_path), RasterSource)


def test_a_layer_without_a_source_says_where_to_put_it(tmp_path):
    plan = read(
        tmp_path / "town", HEAD + '[sources]\ndefault = { kind = "overpass" }\n' + ROW
    )
    # OpenStreetMap has no ecological red lines
    with pytest.raises(SourceError, match=r"layer 'red_lines' has no source: put") as e:
        source(plan, "red_lines", tmp_path)
    assert "town/layers/" in str(e.value)
    assert "没有数据来源" in e.value.zh
    with pytest.raises(LayerError, match="did you mean 'parks'"):
        source(plan, "park", tmp_path)


def test_a_layer_is_read_with_the_widest_margin_asked_of_it(tmp_path):
    near = MEASURED + "parameters = { distance_m = 300 }\n"
    far = near.replace("P-1", "P-2").replace("300", "900")
    plan = read(tmp_path, HEAD + 'zones = "subdistricts"\n' + near + far)
    margins = plan.needed_layers
    assert margins["parks"] == plan.goal[1].margin_m >= 900
    assert margins["subdistricts"] == margins["districts"] == 0
    assert {"districts", "subdistricts", "parks"} <= plan.required_layers


def test_a_plan_cannot_be_changed(tmp_path):
    goal = read(tmp_path, HEAD + MEASURED).goal[0]
    goal.resolved["distance_m"] = 1
    assert goal.resolved["distance_m"] == 500
