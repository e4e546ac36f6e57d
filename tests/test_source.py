"""Sources: where data lie, as a plan may write it."""

import tomllib
from pathlib import Path

import pytest
from geopandas import GeoDataFrame
from pydantic import TypeAdapter, ValidationError

from ecogis.document import Text
from ecogis.errors import SourceError
from ecogis.source import (
    FileSource,
    OsmPbfSource,
    OverpassSource,
    RasterSource,
    Reading,
    Source,
    Stamp,
    expand,
    for_file,
)

read = TypeAdapter(Source).validate_python
BASE = Path("/maps/town")


@pytest.fixture(autouse=True)
def planning(monkeypatch):
    """Set one variable, and make sure that another is not."""
    monkeypatch.setenv("PLANNING_DATA", "/data/planning")
    monkeypatch.setenv("EMPTY_DATA", "")
    monkeypatch.delenv("ABSENT_DATA", raising=False)


@pytest.mark.parametrize(
    ("path", "expanded"),
    [
        ("layers/parks.shp", BASE / "layers/parks.shp"),
        ("/data/公园.shp", Path("/data/公园.shp")),
        ("${PLANNING_DATA}/parks.gpkg", Path("/data/planning/parks.gpkg")),
        ("${PLANNING_DATA:-elsewhere}/a.shp", Path("/data/planning/a.shp")),
        ("${ABSENT_DATA:-../data}/a.shp", BASE / "../data/a.shp"),
        ("${EMPTY_DATA:-../data}/a.shp", BASE / "../data/a.shp"),
        ("${ABSENT_DATA:-}a.shp", BASE / "a.shp"),
        ("${PLANNING_DATA}/${ABSENT_DATA:-x}.shp", Path("/data/planning/x.shp")),
        ("a$b{c}.shp", BASE / "a$b{c}.shp"),
    ],
)
def test_a_path_is_relative_to_its_file_and_its_variables_are_filled(path, expanded):
    assert expand(path, BASE) == expanded


@pytest.mark.parametrize("name", ["ABSENT_DATA", "EMPTY_DATA"])
def test_a_variable_that_is_not_set_is_named(name):
    with pytest.raises(SourceError, match=f"variable {name} is not set") as error:
        expand(f"${{{name}}}/parks.shp", BASE)
    assert f"${{{name}:-default}}" in str(error.value)
    assert "未设置" in error.value.zh


@pytest.mark.parametrize(
    ("entry", "kind"),
    [
        ({"kind": "file", "path": "a.shp"}, FileSource),
        ({"kind": "raster", "path": "a.tif"}, RasterSource),
        ({"kind": "osm_pbf", "path": "a.osm.pbf"}, OsmPbfSource),
        ({"kind": "overpass"}, OverpassSource),
    ],
)
def test_the_kind_decides_what_may_be_stated(entry, kind):
    assert type(read(entry)) is kind
    with pytest.raises(ValidationError):
        read({**entry, "pth": "b.shp"})


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValidationError):
        read({"kind": "database", "path": "a"})


def test_a_date_may_be_written_without_quotes():
    for text in ("date = 2023-02-20", 'date = "2023-02-20"'):
        entry = tomllib.loads(f'kind = "file"\npath = "a.shp"\n{text}')
        assert read(entry).date == "2023-02-20"


def test_an_extent_has_four_numbers():
    entry = {"kind": "file", "path": "a.shp"}
    assert read({**entry, "extent": [1, 2, 3, 4.5]}).extent == (1, 2, 3, 4.5)
    for extent in ([1, 2, 3], [1, 2, 3, "4"], [1, 2, 3, float("nan")]):
        with pytest.raises(ValidationError):
            read({**entry, "extent": extent})


@pytest.mark.parametrize(
    ("name", "kind"),
    [("parks.shp", "file"), ("cover.tif", "raster"), ("COVER.TIF", "raster")],
)
def test_a_file_found_by_its_name_says_what_it_is(name, kind):
    entry = for_file(BASE / "layers" / name)
    assert entry == {"kind": kind, "path": name, "base": BASE / "layers"}
    assert expand(read(entry).path, read(entry).base) == BASE / "layers" / name


def test_notes_are_added_to_a_reading():
    stamp = Stamp("parks", "parks.shp", "0" * 64, None, 0, "EPSG:4548")
    one, two = Text(en="one", zh="一"), Text(en="two", zh="二")
    reading = Reading(GeoDataFrame(), stamp, (one,))
    assert reading.with_notes(two).notes == (one, two)
    assert reading.notes == (one,)
