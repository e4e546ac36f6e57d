"""Streets split once: taken while nothing has changed, never when something has."""

import dataclasses
import json

import numpy as np
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from pyproj import CRS
from shapely import LineString
from town import build, frame, point, square

from ecogis import sources
from ecogis.layer import Catalogue
from ecogis.plan import read_plan
from ecogis.prepare import prepare
from ecogis.run import run
from ecogis.source import FileSource
from ecogis.spatial import streets
from ecogis.workspace import Workspace, delivered

CATALOGUE = Catalogue.read(Workspace(delivered()))
PLAN = """
title = { en = "Test town", zh = "测试城" }
year = 2023
crs = "EPSG:4548"
area = { layer = "districts", name = "甲区" }
area_method = "plane"
context = []

[[goal]]
row = "P1"
indicator = "park_access_on_foot"
parameters = { denominator = "buildings", distance_m = DISTANCE }
"""


def way(*places):
    return LineString([(point(*place).x, point(*place).y) for place in places])


# the same file, but not the same words about it
ENTRY = 'sources.walkable_ways = { path = "layers/walkable_ways.gpkg", date = "2023" }'
WAYS = frame(
    way((900, 1000), (1500, 1000)),
    way((1400, 1000), (1400, 1300)),
    name=["main street", None],
    layer=[0, 0],
)
HOUSES = frame(*(square(x - 2, y - 2, 4, 4) for x, y in [(1300, 1000), (1400, 1100)]))


@pytest.fixture
def place(tmp_path):
    """Return a town with two streets, and its plan."""
    plan = PLAN.replace("DISTANCE", "300.0")
    return build(tmp_path, plan, walkable_ways=WAYS, buildings=HOUSES)


def value(path):
    return run(read_plan(path), CATALOGUE)["P1"].value


@pytest.fixture
def no_splitting(monkeypatch):
    """Return a function after which nothing can be split any more."""

    def refuse(*_):
        raise AssertionError

    return lambda: monkeypatch.setattr(streets, "with_crossings", refuse)


def kept(path):
    return path.parent / "layers/.prepared/walkable_ways.streets.parquet"


def test_a_file_of_streets_is_split_once(place, no_splitting):
    before = value(place)
    paths = list(prepare(read_plan(place), CATALOGUE))
    assert paths == [kept(place)]
    assert sorted(p.suffix for p in kept(place).parent.iterdir()) == [
        ".json",
        ".parquet",
    ]
    no_splitting()
    # one house is 250 m from the park, one 450
    assert value(place) == before == 50
    # nothing to do a second time
    assert list(prepare(read_plan(place), CATALOGUE)) == paths


def test_run_does_without_it(place):
    assert value(place) == 50
    assert not kept(place).exists()


def test_the_reading_is_told_like_the_file(place):
    layer, source = (
        CATALOGUE["walkable_ways"],
        FileSource(path="layers/walkable_ways.gpkg", base=place.parent),
    )
    crs, window = CRS("EPSG:4548"), shapely.box(*WAYS.total_bounds).buffer(9).bounds
    asked = {"crs": crs, "box": window, "prepared": place.parent / "kept"}
    plain = sources.read(layer, source, **asked)
    sources.split_network(layer, source, **asked)
    again = sources.read(layer, source, **asked)
    for field in ("stamp", "notes", "covers", "spans"):
        assert getattr(again, field) == getattr(plain, field)
    wanted = streets.join_streets(plain.frame)
    assert_geodataframe_equal(again.frame, wanted.frame(plain.frame))
    found = streets.join_streets(again.frame)
    for field in dataclasses.fields(found):
        if field.name != "way":
            one, other = getattr(found, field.name), getattr(wanted, field.name)
            assert np.array_equal(one, other)


def test_a_file_that_has_changed_is_noticed(place):
    list(prepare(read_plan(place), CATALOGUE))
    longer = WAYS.iloc[[0]]
    longer.to_file(place.parent / "layers/walkable_ways.gpkg", layer="walkable_ways")
    # the second house walks to the first street through the air, 100 + 350 m
    assert value(place) == 50
    nothing = frame(way((1500, 1900), (1510, 1900)))
    nothing.to_file(place.parent / "layers/walkable_ways.gpkg", layer="walkable_ways")
    assert value(place) == 0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("DISTANCE", "500.0"),
        ('crs = "EPSG:4548"', 'crs = "EPSG:32650"'),
        ("context = []", f"context = []\n{ENTRY}"),
    ],
)
def test_another_window_crs_or_entry_is_another_question(
    place, before, after, monkeypatch
):
    list(prepare(read_plan(place), CATALOGUE))
    text = PLAN.replace(before, after).replace("DISTANCE", "300.0")
    place.write_text(text, encoding="utf-8")
    split = []
    real = streets.with_crossings
    monkeypatch.setattr(
        streets, "with_crossings", lambda *told: split.append(1) or real(*told)
    )
    assert value(place) == (100 if before == "DISTANCE" else 50)
    assert split


def test_a_smaller_window_is_held_by_the_one_kept(place, no_splitting):
    list(prepare(read_plan(place), CATALOGUE))
    place.write_text(PLAN.replace("DISTANCE", "200.0"), encoding="utf-8")
    no_splitting()
    assert value(place) == 0


@pytest.mark.parametrize("suffix", [".parquet", ".json"])
def test_what_was_damaged_is_not_taken(place, suffix):
    list(prepare(read_plan(place), CATALOGUE))
    kept(place).with_suffix(suffix).write_bytes(b"PAR1 nothing")
    assert value(place) == 50


def test_what_is_kept_says_what_it_is_made_of(place):
    list(prepare(read_plan(place), CATALOGUE))
    about = json.loads(kept(place).with_suffix(".json").read_text())
    assert about["path"] == "walkable_ways.gpkg"
    assert about["features"] == 2
    # 300 m of walking and 30 m to the nearest way
    west, _, east, _ = about["window"]
    assert east - west == pytest.approx(2000 + 2 * 330)


def test_a_layer_that_is_missing_is_left_to_its_goal(place):
    (place.parent / "layers/walkable_ways.gpkg").unlink()
    assert list(prepare(read_plan(place), CATALOGUE)) == []
    assert value(place) is None
