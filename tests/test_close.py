"""
New parks close a gap, in a town where the best ones can be found in the head.

Six single houses stand in a row, 300 m apart; a park far away serves four more. A large
site in the middle would serve four of the six, a small one on either side three each:
greed takes the middle first and then needs both others.
"""

import csv
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from town import PLAN, build, frame, square

from ecogis.close import Wish, close
from ecogis.errors import EcogisError
from ecogis.layer import Catalogue
from ecogis.plan import read_plan
from ecogis.run import run
from ecogis.workspace import Workspace

HOUSES_X = (100, 400, 700, 1000, 1300, 1600)
GOAL = """
title = {{ en = "Test town", zh = "测试城" }}
year = 2023
crs = "EPSG:4548"
area = {{ layer = "districts", name = "甲区" }}
area_method = "plane"

[[goal]]
row = "P1"
indicator = "{indicator}"
target = {{ {target} }}

[goal.parameters]
denominator = "{denominator}"
tiers = [
    {{ min_area_m2 = 400, distance_m = 300 }},
    {{ min_area_m2 = 5000, distance_m = 500 }},
]

[[goal]]
row = "R1"
title = {{ en = "PM2.5", zh = "细颗粒物" }}
unit = "µg/m³"
target = {{ at_most = 35 }}

[[goal]]
row = "L1"
indicator = "park_service_coverage"
target = {{ rise = true }}

[[goal]]
row = "F1"
indicator = "forest_cover_rate"
target = {{ at_least = 20 }}
"""


def plan(target="at_least = 100", denominator="buildings", indicator=None):
    return GOAL.format(
        indicator=indicator or "park_service_coverage",
        target=target,
        denominator=denominator,
    )


def small(x, y):
    """Return a site of 30 m by 30 m around a point."""
    return square(x - 15, y - 15, 30, 30)


HOUSES = [square(x - 5, 495, 10, 10) for x in HOUSES_X]
SERVED = [square(1500 + 20 * k, 1800, 10, 10) for k in range(4)]
SITES = {
    "left": small(400, 530),
    "right": small(1300, 530),
    "middle": square(810, 510, 80, 80),
}
LAYERS = {
    "parks": frame(square(1500, 1820, 100, 100), name=["旧公园"]),
    "buildings": frame(*HOUSES, *SERVED),
    "candidate_sites": frame(*SITES.values(), 名称=list(SITES), 费用=[5.0, 5.0, 8.0]),
}
CATALOGUE = Catalogue.read(Workspace.above(Path(__file__)))


@pytest.fixture
def town(tmp_path):
    """Return what builds the town: a plan's text, layers that differ."""

    def make(text=None, **layers):
        return build(tmp_path / "town", text or plan(), **{**LAYERS, **layers})

    return make


def closed(path, row="P1", **wish):
    return close(read_plan(path), CATALOGUE, Wish(row, **wish))


def names(closing):
    return sorted(closing.sites["name"])


def test_two_sites_are_enough_where_greed_takes_three(town):
    closing = closed(town())
    assert (closing.before.value, closing.after.value) == (40, 100)
    assert names(closing) == ["left", "right"]
    assert closing.siting.bound == 2
    assert closing.reached
    assert closing.sites["adds"].tolist() == [3, 3]
    assert closing.sites["coverage"].tolist() == [70, 100]
    assert "the best there is" in closing.notes[0].en
    assert "已证明最优" in closing.notes[0].zh


@pytest.mark.parametrize(
    ("wish", "chosen", "value"),
    [
        ({"max_sites": 1}, ["middle"], 80),
        ({"max_sites": 2}, ["left", "right"], 100),
        ({"budget": 8.0}, ["middle"], 80),
        ({"budget": 7.99}, ["left"], 70),
        ({"budget": 10.0}, ["left", "right"], 100),
        ({"cheapest": True}, ["left", "right"], 100),
        ({"force": ("middle",)}, ["left", "middle", "right"], 100),
        ({"max_sites": 1, "force": ("right",)}, ["right"], 70),
        ({"max_sites": 1, "forbid": ("middle",)}, ["left"], 70),
    ],
)
def test_limits_costs_and_names_are_kept_to(town, wish, chosen, value):
    closing = closed(town(), **wish)
    assert names(closing) == chosen
    assert closing.after.value == value


def test_a_target_that_one_site_reaches_takes_one(town):
    closing = closed(town(plan("at_least = 80")))
    assert names(closing) == ["middle"]
    # 80 is not above 80
    assert len(closed(town(plan("above = 80"))).sites) == 2


def test_a_site_that_counts_less_serves_less_far(town):
    # one m² less than the larger class: 300 m instead of 500 m
    middle = square(810, 510, 62.5, 79.99)
    sites = frame(middle, name=["middle"])
    closing = closed(town(candidate_sites=sites), max_sites=1)
    assert closing.sites["distance_m"].tolist() == [300]
    # of the houses at 700 and 1000 both are near, those at 400 and 1300 are not
    assert closing.after.value == 60


def test_sites_in_parks_are_cut_or_left_out_and_counted(town):
    sites = frame(
        square(1510, 1830, 30, 30),
        square(1590, 1830, 40, 40),
        small(400, 530),
        square(0, 0, 10, 10),
        name=["inside", "half", "left", "tiny"],
    )
    closing = closed(town(candidate_sites=sites), max_sites=9)
    told = " ".join(note.en for note in closing.notes)
    assert "in existing parks, left out: 1" in told
    assert "cut to what is free: 1" in told
    assert "smaller than the 400 m² from which a park counts, left out: 1" in told
    # all that is useful, and no more
    assert names(closing) == ["left"]


def test_out_of_reach_says_the_best_there_is(town):
    closing = closed(town(), forbid=("left",))
    assert not closing.reached
    assert names(closing) == ["middle", "right"]
    assert closing.after.value == 90
    assert "cannot be reached" in closing.notes[0].en
    assert "90.00 %" in closing.notes[0].en


def by_hand(path, sites):
    """Return the row with the sites written into the layer of parks."""
    file = path.parent / "layers" / "parks.gpkg"
    parks = gpd.read_file(file)
    more = sites[["name", "geometry"]].to_crs(parks.crs)
    joined = gpd.GeoDataFrame(
        {
            "name": [*parks["name"], *more["name"]],
            "geometry": [*parks.geometry, *more.geometry],
        },
        crs=parks.crs,
    )
    joined.to_file(file, layer="parks")
    return run(read_plan(path), CATALOGUE, only=["P1"])["P1"]


LAND = {
    "residential_land": frame(square(0, 0, 2000, 2000)),
    "parks": frame(square(950, 950, 100, 100), name=["中央公园"]),
}


@pytest.mark.parametrize("denominator", ["residential_land", "area", "population"])
def test_the_value_after_is_the_indicator_s_own(town, denominator):
    people = frame(
        square(0, 0, 1000, 2000), square(1000, 0, 1000, 2000), people=[8000, 1000]
    )
    path = town(
        plan("at_least = 70", denominator),
        **LAND,
        population=people,
        buildings=None,
        candidate_sites=None,
    )
    closing = closed(path)
    assert closing.reached
    assert closing.after.value >= 70
    assert by_hand(path, closing.sites).value == pytest.approx(
        closing.after.value, rel=1e-9
    )
    coverage = closing.curve["coverage"].to_numpy()
    assert coverage[0] == pytest.approx(closing.before.value)
    assert coverage[-1] == pytest.approx(closing.after.value, rel=1e-9)
    assert (np.diff(coverage) > 0).all()
    assert (closing.curve["at_most"] >= closing.curve["coverage"]).all()
    if denominator == "population":
        # four of five live in the west: the first park does, too
        west = closing.sites.geometry.centroid.x - 447_000 < 1000
        assert west.iloc[0]


def test_grid_sites_stand_on_free_ground_inside_the_area(town):
    water = frame(square(0, 0, 900, 2000))
    path = town(
        plan("at_least = 60", "residential_land"),
        **LAND,
        water_bodies=water,
        candidate_sites=None,
    )
    closing = closed(path)
    sites = closing.sites.geometry
    for taken in (water, LAYERS["buildings"], LAND["parks"]):
        assert not sites.intersects(taken.union_all()).any()
    assert sites.within(square(0, 0, 2000, 2000)).all()
    assert (closing.sites["area_m2"] >= 400).all()
    assert closing.sites["area_m2"].max() < 400.1
    assert "clear of buildings, water bodies, parks" in closing.notes[-1].en


def test_a_pocket_park_is_as_large_as_asked(town):
    path = town(plan("at_least = 35", "residential_land"), **LAND, candidate_sites=None)
    closing = closed(path, min_area_m2=5000.0)
    assert (closing.sites["area_m2"] >= 5000).all()
    assert (closing.sites["distance_m"] == 500).all()


WAYS = [
    gpd.GeoSeries.from_wkt([f"LINESTRING ({x0} {y0}, {x1} {y1})"])[0]
    for x0, y0, x1, y1 in (
        (447_000, 4_418_520, 449_000, 4_418_520),
        (447_000, 4_418_600, 449_000, 4_418_600),
    )
]
FOOT = {
    "walkable_ways": frame(*WAYS, **{"class": ["residential", "residential"]}),
    # north of what no bridge crosses, and at the houses' own street
    "candidate_sites": frame(
        square(835, 610, 80, 80), small(700, 535), name=["across", "near"]
    ),
}


@pytest.mark.parametrize(("on_foot", "chosen"), [(False, "across"), (True, "near")])
def test_on_foot_a_site_across_the_river_serves_nobody(town, on_foot, chosen):
    path = town(**FOOT)
    closing = closed(path, max_sites=1, on_foot=on_foot)
    assert closing.sites["name"].tolist() == [chosen]
    assert closing.siting.value == closing.sites["adds"].sum()
    difference = closing.after.result.numerator - closing.before.result.numerator
    assert difference == closing.sites["adds"].sum()


def test_on_foot_where_gates_are_mapped_the_new_parks_get_theirs(town):
    gates = frame(square(1500, 1820, 1, 1).centroid)
    path = town(
        plan("at_least = 10", indicator="park_access_on_foot"),
        **FOOT,
        park_entrances=gates,
    )
    closing = closed(path)
    assert closing.reached
    assert closing.sites["name"].tolist() == ["near"]
    assert len(closing.entrances)


FILES = {
    *("index.html", "results.gpkg", "scorecard.json", "scorecard.csv"),
    *("sites.csv", "curve.csv", "sites.geojson"),
}


def test_the_command_writes_what_run_accepts(ecogis, town):
    path = town()
    code, said, _ = ecogis("close", path, "--row", "P1")
    assert code == 0
    assert "left" in said
    assert "✓ met" in said
    folder = path.parent / "results" / "close" / "P1"
    assert {file.name for file in folder.iterdir()} == FILES
    raw = (folder / "sites.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert [row[1] for row in rows[1:]] == ["left", "right"]
    assert ecogis("run", path, "--with", f"parks={folder / 'sites.geojson'}")[0] == 0
    card = json.loads((path.parent / "results" / "scorecard.json").read_text("utf-8"))
    assert card["goals"][0]["value"] == 100
    layers = set(gpd.list_layers(folder / "results.gpkg")["name"])
    assert any("new_parks" in layer for layer in layers)
    assert any("newly_served" in layer for layer in layers)
    assert "新增公园" in (folder / "index.html").read_text("utf-8")


def test_the_command_speaks_chinese(ecogis, town):
    code, said, _ = ecogis("close", town(), "--row", "P1", "--lang", "zh")
    assert code == 0
    assert "已证明最优" in said
    assert "新增覆盖" in said


def test_two_runs_write_the_same_bytes(ecogis, town, tmp_path):
    path = town()
    for folder in ("one", "two"):
        ecogis("close", path, "--row", "P1", "--out", tmp_path / folder)
    for name in FILES:
        one, two = (tmp_path / folder / name for folder in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), name


def test_a_target_met_already_is_said_and_writes_nothing(ecogis, town):
    path = town(plan("at_least = 40"))
    code, said, _ = ecogis("close", path, "--row", "P1")
    assert code == 0
    assert "met already: 40.0% of ≥ 40%; nothing to do" in said
    assert not (path.parent / "results").exists()


def test_out_of_reach_ends_with_1_and_writes_the_best(ecogis, town):
    path = town()
    code, said, _ = ecogis("close", path, "--row", "P1", "--forbid", "left")
    assert code == 1
    assert "cannot be reached: all candidates together reach 90.00 %" in said
    assert (path.parent / "results" / "close" / "P1" / "sites.geojson").is_file()


def test_candidates_may_be_a_file_or_another_layer(ecogis, town, tmp_path):
    path = town(candidate_sites=None, green_space=LAYERS["candidate_sites"])
    other = tmp_path / "留白.geojson"
    LAYERS["candidate_sites"].to_file(other)
    for stated in (other, "green_space"):
        code, said, _ = ecogis("close", path, "--row", "P1", "--candidates", stated)
        assert code == 0
        assert "right" in said


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--row", "P11"], "no row 'P11'; did you mean 'P1'?"),
        (["--row", "R1"], "row R1 is a reported number"),
        (["--row", "F1"], "row F1 is forest_cover_rate"),
        (["--row", "L1"], "found 'rise' as its target, expected a number"),
        (["--row", "P1", "--max-sites", "0"], "--max-sites: found 0"),
        (["--row", "P1", "--budget", "-3"], "--budget: found -3"),
        (["--row", "P1", "--budget", "3", "--max-sites", "2"], "exclude each other"),
        (["--row", "P1", "--force", "lefd"], "no candidate 'lefd'; did you mean"),
        (["--row", "P1", "--force", "left", "--forbid", "left"], "both in --force"),
        (["--row", "P1", "--candidates", "no.gpkg"], "no.gpkg"),
        (["--row", "P1", "--candidates", "gren_space"], "did you mean 'green_space'"),
        (
            ["--row", "P1", "--max-sites", "1", "--force", "left", "--force", "right"],
            "the forced sites alone cost 2; there is 1",
        ),
    ],
)
def test_what_makes_no_sense_is_one_line(ecogis, town, words, line):
    path = town()
    code, _, err = ecogis("close", path, *words)
    assert code == 2
    assert line in err
    assert len(err.strip().splitlines()) == 1
    assert not (path.parent / "results").exists()


@pytest.mark.parametrize(
    ("sites", "words", "line"),
    [
        (frame(small(400, 530), cost=[-5.0]), [], "found -5 (1 such), expected 0"),
        (
            frame(small(400, 530)),
            ["--cheapest"],
            "1 of 1 candidates state no cost, '#1'",
        ),
        (frame(square(0, 0, 9, 9)), [], "no candidate is left"),
        (frame(small(100, 1900)), [], "no candidate would serve anything"),
        (None, ["--min-area-m2", "300"], "take --min-area-m2 400 or more"),
    ],
)
def test_candidates_that_cannot_serve_are_one_line(ecogis, town, sites, words, line):
    path = town(candidate_sites=sites)
    code, _, err = ecogis("close", path, "--row", "P1", *words)
    assert code == 2
    assert line in err
    assert len(err.strip().splitlines()) == 1


def test_a_missing_layer_is_its_own_line(town):
    with pytest.raises(EcogisError, match="parks"):
        closed(town(parks=None))


def test_a_plan_with_zones_breaks_both_rows_down(tmp_path):
    path = build(tmp_path, PLAN.replace("at_least = 30.0", "at_least = 50.0"))
    card = closed(path).card
    for score in card.scores:
        assert score.zones["numerator"].sum() == pytest.approx(score.result.numerator)
