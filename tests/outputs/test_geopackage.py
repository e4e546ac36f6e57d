"""results.gpkg: each layer with its types and style, whole, the same every time."""

import errno
import sqlite3
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pyogrio
import pytest
from card import CRS, PALETTE, PLAN, SHA, STYLES, ZONES, X, Y, card, square, styles
from geopandas import GeoDataFrame, read_file
from hypothesis import given
from hypothesis import strategies as st
from pyogrio.errors import DataSourceError
from shapely import from_wkt

from ecogis.errors import StyleError
from ecogis.outputs.columns import safe, unique
from ecogis.outputs.geopackage import write_geopackage
from ecogis.outputs.whole import NotWrittenError
from ecogis.result import Result
from ecogis.source import Stamp
from ecogis.spatial.zonal import OUTSIDE
from ecogis.style import Style, Styles

DATE = "2023-05-01T00:00:00.000Z"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("results")
    return write_geopackage(card(), styles(), folder / "results.gpkg")


def select(path, query):
    with closing(sqlite3.connect(path)) as database:
        return database.execute(query).fetchall()


def tables(path):
    return [
        row[0]
        for row in select(path, "SELECT table_name FROM gpkg_contents ORDER BY rowid")
    ]


def types(path, table):
    return {row[1]: row[2] for row in select(path, f'PRAGMA table_info("{table}")')}


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def drawing(**drawn):
    """Return a card whose one goal draws these frames."""
    one = card()
    first = replace(one.scores[0], result=Result.scalar(1.0, **drawn), zones=None)
    return replace(one, scores=(first,), zones=None, context={})


def style_of(name, field, *rules, geometry="Polygon"):
    """Return styles with this one alone."""
    facts = {"name": name, "title": name, "theme": "green", "geometry": geometry}
    filled = [{"label": "x", "fill": "served"} | rule for rule in rules]
    found = Style.model_validate({**facts, "field": field, "rule": filled})
    return Styles({name: found}, PALETTE)


def filters(path, table):
    query = f"SELECT styleQML FROM layer_styles WHERE f_table_name = '{table}'"  # noqa: S608
    root = ET.fromstring(select(path, query)[0][0])  # noqa: S314
    return [rule.get("filter") for rule in root.findall(".//rule")]


def test_every_layer_and_table_is_listed(path):
    assert select(path, "SELECT table_name, data_type FROM gpkg_contents") == [
        ("rivers", "features"),
        ("A-1_land_served", "features"),
        ("A-2_road_levels", "features"),
        ("zones", "features"),
        ("A-3_stops", "features"),
        ("study_area", "features"),
        ("scorecard", "attributes"),
        ("provenance", "attributes"),
        ("layer_styles", "attributes"),
    ]


def test_it_is_a_sound_geopackage(path):
    assert select(path, "PRAGMA integrity_check") == [("ok",)]
    assert select(path, "PRAGMA foreign_key_check") == []
    (application,) = select(path, "PRAGMA application_id")[0]
    assert application.to_bytes(4, "big") == b"GPKG"
    assert len(pyogrio.list_layers(path)) == len(tables(path))


def test_titles_in_the_first_language_and_in_both(path, tmp_path):
    query = (
        "SELECT identifier, description FROM gpkg_contents"
        " WHERE table_name = 'A-1_land_served'"
    )
    zh = "A-1 公园服务覆盖率 - 公园服务情况"
    en = "A-1 Land near a park - Land by park service"
    assert select(path, query) == [(zh, f"{zh} / {en}")]
    english = write_geopackage(card(), styles(), tmp_path / "r.gpkg", "en")
    assert select(english, query) == [(en, f"{zh} / {en}")]


def test_flags_and_chinese_come_back_as_they_were(path):
    rows = select(path, 'SELECT served, "名称" FROM "A-1_land_served" ORDER BY fid')
    assert rows == [(1, "一"), (0, "二"), (None, None), (1, "四")]
    found = types(path, "A-1_land_served")
    assert (found["served"], found["名称"]) == ("BOOLEAN", "TEXT")


def test_no_number_is_null(path):
    rows = select(path, 'SELECT level_db FROM "A-2_road_levels" ORDER BY fid')
    assert [row[0] for row in rows] == [54.9, 55.0, 59.99, 60.0, None]
    assert types(path, "A-2_road_levels")["level_db"] == "REAL"


def test_shapes_come_back_as_they_were(path):
    found = read_file(path, layer="A-1_land_served")
    assert found.crs == CRS
    # three plots of 25 ha, and one of two pieces of 1 ha
    assert found.area.tolist() == [250_000, 250_000, 250_000, 20_000]
    assert found.geometry.iloc[3].bounds == (X + 600, Y + 600, X + 900, Y + 900)
    assert read_file(path, layer="study_area").area.tolist() == [1_000_000]


def test_one_geometry_type_a_layer(path):
    query = "SELECT table_name, geometry_type_name, srs_id FROM gpkg_geometry_columns"
    assert select(path, query) == [
        ("rivers", "MULTILINESTRING", 4548),
        ("A-1_land_served", "MULTIPOLYGON", 4548),
        ("A-2_road_levels", "MULTILINESTRING", 4548),
        ("zones", "MULTIPOLYGON", 4548),
        ("A-3_stops", "POINT", 4548),
        ("study_area", "MULTIPOLYGON", 4548),
    ]


def test_every_layer_has_its_spatial_index(path):
    query = 'SELECT count(*) FROM "rtree_A-1_land_served_geom"'
    assert select(path, query) == [(4,)]


def test_zones_hold_every_goal(path):
    rows = select(path, "SELECT * FROM zones ORDER BY fid")
    assert [row[2:] for row in rows] == [
        ("西街道", 50.0, 250_000.0, 500_000.0, 1),
        ("东街道", 200 / 27, 20_000.0, 270_000.0, 1),
    ]
    assert list(types(path, "zones").items())[2:] == [
        ("name", "TEXT"),
        ("A-1_value", "REAL"),
        ("A-1_numerator", "REAL"),
        ("A-1_denominator", "REAL"),
        ("A-1_rank", "INTEGER"),
    ]
    query = "SELECT styleQML FROM layer_styles WHERE f_table_name = 'zones'"
    assert (
        'field="A-1_value" name="A-1 公园服务覆盖率：数值"' in select(path, query)[0][0]
    )


def test_what_lies_outside_every_zone_is_a_row_without_a_shape(tmp_path):
    one = card()
    # zones in another order, one missing, and something outside
    rows = GeoDataFrame(
        {"zone": ["东街道", OUTSIDE], "numerator": [7.0, 3.0], "value": [7.0, 3.0]},
        geometry=[ZONES.geometry.iloc[1], None],
        crs=CRS,
    )
    first = replace(one.scores[0], zones=rows)
    path = tmp_path / "r.gpkg"
    write_geopackage(replace(one, scores=(first,)), styles(), path)
    found = select(path, 'SELECT name, "A-1_value", geom IS NULL FROM zones')
    assert found == [("西街道", None, 0), ("东街道", 7.0, 0), (OUTSIDE, 3.0, 1)]


def test_the_scores_stand_in_a_table(path):
    query = "SELECT row, title_zh, value, shown, verdict, target_year FROM scorecard"
    assert select(path, query) == [
        ("A-1", "公园服务覆盖率", 2700 / 77, "35.1", "落后", 2025),
        ("A-2", "道路交通噪声", 69.96, "69.96", "达标", 2025),
        ("A-3", "站点数", 3.0, "3", "达标", None),
        ("R-1", "@碳排放总量", 1582.1, "1582.1", "无法评价", None),
        ("E-1", "红线", None, None, "未知", 2025),
    ]
    found = types(path, "scorecard")
    assert found["value"] == found["gap"] == "REAL"
    assert found["year"] == found["target_year"] == "INTEGER"


def test_every_number_leads_to_its_files(path):
    query = "SELECT row, rule, layer, date, features, sha256 FROM provenance"
    rule = "GB/T 51346-2019"
    assert select(path, query) == [
        ("A-1", rule, "parks", "2023-05-01", 812, SHA),
        ("A-1", rule, "residential_land", "2022", 4, SHA[::-1]),
        ("R-1", "统计公报", None, None, None, None),
        (None, None, "rivers", None, 1, "ab" * 32),
    ]


def test_each_layer_opens_drawn(path):
    query = (
        "SELECT f_table_name, f_geometry_column, styleName, useAsDefault, update_time"
        " FROM layer_styles"
    )
    assert select(path, query) == [
        ("rivers", "geom", "rivers", 1, DATE),
        ("A-1_land_served", "geom", "land_served", 1, DATE),
        ("A-2_road_levels", "geom", "road_levels", 1, DATE),
        ("zones", "geom", "zones", 1, DATE),
        ("A-3_stops", "geom", "stops", 1, DATE),
        ("study_area", "geom", "boundary", 1, DATE),
    ]
    assert filters(path, "A-1_land_served")[:2] == [
        '"served" = true',
        '"served" = false',
    ]


def test_a_layer_without_a_style_is_written_all_the_same(tmp_path):
    few = {name: look for name, look in styles().items() if name != "stops"}
    path = write_geopackage(card(), Styles(few, PALETTE), tmp_path / "r.gpkg")
    assert "A-3_stops" in tables(path)
    query = "SELECT count(*) FROM layer_styles WHERE f_table_name = 'A-3_stops'"
    assert select(path, query) == [(0,)]
    assert (
        dict(
            select(
                path, "SELECT table_name, geometry_type_name FROM gpkg_geometry_columns"
            )
        )["A-3_stops"]
        == "POINT"
    )


def test_equal_results_are_equal_bytes_and_never_say_now(tmp_path, path):
    again = write_geopackage(card(), styles(), tmp_path / "again.gpkg")
    assert again.read_bytes() == path.read_bytes()
    # how often GDAL changed the file hangs on the clock
    assert path.read_bytes()[24:28] == path.read_bytes()[92:96] == b"\0\0\0\1"
    today = datetime.now(UTC).strftime("%Y-%m-%d")
    assert today.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("dates", "day"),
    [
        (["2022", "2023-05-01", None], "2023-05-01"),
        (["2023-05", "2023-04-30T12:00:00Z"], "2023-05-01"),
        (["not stated", None], "2023-01-01"),
        ([], "2023-01-01"),
    ],
)
def test_it_is_dated_by_the_newest_layer_or_the_plan(tmp_path, dates, day):
    stamps = tuple(Stamp("parks", "p.shp", SHA, date, 1, CRS) for date in dates)
    one = replace(drawing(), stamps=stamps)
    path = write_geopackage(one, styles(), tmp_path / "r.gpkg")
    found = select(path, "SELECT DISTINCT last_change FROM gpkg_contents")
    assert found == [(f"{day}T00:00:00.000Z",)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("land_served", "MULTIPOLYGON"),
        ("road_levels", "MULTILINESTRING"),
        ("stops", "POINT"),
    ],
)
@pytest.mark.parametrize("columns", [True, False])
def test_an_empty_layer_has_its_type_and_style(tmp_path, name, expected, columns):
    empty = GeoDataFrame(geometry=[], crs=CRS)
    field = STYLES[name]["field"]
    if columns:
        empty[field] = pd.Series([], dtype=object)
    path = write_geopackage(drawing(**{name: empty}), styles(), tmp_path / "r.gpkg")
    table = f"A-1_{name}"
    assert select(path, f'SELECT count(*) FROM "{table}"') == [(0,)]  # noqa: S608
    kinds = dict(
        select(path, "SELECT table_name, geometry_type_name FROM gpkg_geometry_columns")
    )
    assert kinds[table] == expected
    assert len(filters(path, table)) == len(STYLES[name]["rule"])


def test_leftovers_of_a_cut_and_heights_are_dropped(tmp_path):
    shapes = [
        from_wkt("GEOMETRYCOLLECTION (POINT (0 0), POLYGON ((0 0, 2 0, 2 2, 0 0)))"),
        from_wkt("POLYGON Z ((0 0 9, 2 0 9, 2 2 9, 0 0 9))"),
        from_wkt("LINESTRING (0 0, 1 1)"),
        from_wkt("POLYGON EMPTY"),
        None,
        from_wkt(
            "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION ("
            "MULTIPOLYGON (((0 0, 2 0, 2 2, 0 0)), ((5 5, 7 5, 7 7, 5 5)))))"
        ),
    ]
    land = GeoDataFrame({"served": [True] * 6}, geometry=shapes, crs=CRS)
    path = write_geopackage(drawing(land_served=land), styles(), tmp_path / "r.gpkg")
    found = read_file(path, layer="A-1_land_served")
    assert found.area.fillna(0).tolist() == [2, 2, 0, 0, 0, 4]
    assert found.geometry.isna().tolist() == [False, False, True, True, True, False]
    assert not found.geometry.has_z.any()


def test_stops_of_several_points_are_multi(tmp_path):
    shapes = [from_wkt("POINT (0 0)"), from_wkt("MULTIPOINT ((1 1), (2 2))")]
    stops = GeoDataFrame({"kind": ["bus", "bus"]}, geometry=shapes, crs=CRS)
    path = write_geopackage(drawing(stops=stops), styles(), tmp_path / "r.gpkg")
    found = read_file(path, layer="A-1_stops")
    assert found.geom_type.tolist() == ["MultiPoint", "MultiPoint"]


def test_a_frame_that_forgot_its_crs_has_the_area_s(tmp_path):
    land = GeoDataFrame({"served": [True]}, geometry=[square(0, 0, 1, 1)])
    path = write_geopackage(drawing(land_served=land), styles(), tmp_path / "r.gpkg")
    assert read_file(path, layer="A-1_land_served").crs == CRS


def test_awkward_columns(tmp_path):
    land = GeoDataFrame(
        {
            "fid": [7, 7],
            "GEOM": ["a", "b"],
            "Name": ["x", None],
            "name": ["y", "z"],
            'it"s <b>': [1.5, np.nan],
            "": [1, 2],
            5: [True, False],
            "list": [[1, 2], None],
            "mixed": [1, "a"],
            "whole": pd.Series([1, None], dtype=object),
            "huge": np.array([1, 2**64 - 1], dtype="uint64"),
            "kind": pd.Categorical(["a", None]),
            "nul": pd.Series(["a\0b", "caf\udce9"], dtype=object),
        },
        geometry=[square(0, 0, 1, 1)] * 2,
        crs=CRS,
    )
    looks = style_of("land", "fid", {"equals": 7})
    path = write_geopackage(drawing(land=land), looks, tmp_path / "r.gpkg")
    rows = select(path, 'SELECT * FROM "A-1_land" ORDER BY fid')
    assert [row[2:] for row in rows] == [
        (7, "a", "x", "y", 1.5, 1, 1, "[1, 2]", "1", 1, 1.0, "a", "ab"),
        (7, "b", None, "z", None, 2, 0, None, "a", None, 2.0**64, None, "caf\\udce9"),
    ]
    found = list(types(path, "A-1_land"))[2:]
    assert found[:6] == ["fid_2", "GEOM_2", "Name", "name_2", "it_s_b", "field"]
    assert types(path, "A-1_land")["5"] == "BOOLEAN"
    # the filter follows the column to its new name
    assert filters(path, "A-1_land") == ['"fid_2" = 7']


def test_a_path_that_is_no_text_is_written_escaped(tmp_path):
    stamp = Stamp("roads", "\udcb9\udcab.shp", SHA, "=1", 1, CRS)
    one = replace(drawing(), stamps=(stamp,))
    path = write_geopackage(one, styles(), tmp_path / "r.gpkg")
    assert select(path, "SELECT path FROM provenance WHERE date = '=1'") == [
        ("\\udcb9\\udcab.shp",)
    ]


def test_rows_of_the_same_safe_name_stay_apart(tmp_path):
    plan = {**PLAN, "goal": [{**PLAN["goal"][0], "row": row} for row in ("a/1", "A 1")]}
    one = card({**plan, "goal": [*plan["goal"], *PLAN["goal"]]})
    first = one.scores[0]
    scores = tuple(replace(first, goal=goal) for goal in one.plan.goal[:2])
    one = replace(one, scores=scores, context={"scorecard": first.zones})
    path = write_geopackage(one, styles(), tmp_path / "r.gpkg")
    assert tables(path) == [
        "scorecard_2",
        "a_1_land_served",
        "A_1_land_served_2",
        "zones",
        "study_area",
        "scorecard",
        "provenance",
        "layer_styles",
    ]
    assert "A_1_value_2" in types(path, "zones")


def test_without_an_area_there_are_the_tables(tmp_path):
    one = card()
    bare = replace(one, area=None, zones=None, context={}, scores=one.scores[3:])
    path = write_geopackage(bare, styles(), tmp_path / "r.gpkg")
    assert tables(path) == ["scorecard", "provenance", "layer_styles"]


def test_a_missing_colour_leaves_nothing(tmp_path):
    pale = {name: code for name, code in PALETTE.items() if name != "loud"}
    with pytest.raises(StyleError, match="no colour 'loud'"):
        write_geopackage(card(), Styles(dict(styles()), pale), tmp_path / "r.gpkg")
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (DataSourceError("Failed to commit transaction"), "Failed to commit"),
        (sqlite3.OperationalError("database or disk is full"), "the disk is full"),
    ],
)
def test_a_fault_in_any_layer_keeps_the_old_file(tmp_path, monkeypatch, fault, said):
    path = write_geopackage(card(), styles(), tmp_path / "results.gpkg")
    before = path.read_bytes()
    write = pyogrio.write_dataframe

    def fails(frame, place, **options):
        write(frame, place, **options)
        if options["layer"] == "A-2_road_levels":
            raise fault

    monkeypatch.setattr(pyogrio, "write_dataframe", fails)
    with pytest.raises(NotWrittenError, match=said):
        write_geopackage(card(), styles(), path)
    assert files(tmp_path) == ["results.gpkg"]
    assert path.read_bytes() == before


def test_gdal_is_left_as_it_was(tmp_path):
    option = "OGR_SQLITE_SYNCHRONOUS"
    write_geopackage(card(), styles(), tmp_path / "r.gpkg")
    assert pyogrio.get_gdal_config_option(option) is None
    pyogrio.set_gdal_config_options({option: "NORMAL"})
    try:
        write_geopackage(card(), styles(), tmp_path / "r.gpkg")
        assert pyogrio.get_gdal_config_option(option) == "NORMAL"
    finally:
        pyogrio.set_gdal_config_options({option: None})


def test_rows_lost_without_a_word_are_noticed(tmp_path, monkeypatch):
    write = pyogrio.write_dataframe

    def loses(frame, place, **options):
        write(frame.iloc[:3], place, **options)

    monkeypatch.setattr(pyogrio, "write_dataframe", loses)
    with pytest.raises(NotWrittenError, match="A-1_land_served holds 3 of 4 features"):
        write_geopackage(card(), styles(), tmp_path / "r.gpkg")
    assert files(tmp_path) == []


@pytest.mark.parametrize("kib", [64, 160, 220, 260, 300, 340, 380])
def test_a_truly_full_disk(tiny_disk, kib, path):
    folder = tiny_disk(kib)
    with suppress(NotWrittenError):
        write_geopackage(card(), styles(), folder / "r.gpkg")
    assert files(folder) in ([], ["r.gpkg"])
    for found in folder.iterdir():
        assert found.read_bytes() == path.read_bytes()
    assert kib > 64 or files(folder) == []


@given(st.lists(st.text(max_size=6), max_size=8))
def test_names_are_safe_and_apart_whatever_they_were(names):
    taken = []
    for name in names:
        taken.append(unique(safe(name), taken))
    assert len({name.casefold() for name in taken}) == len(taken)
    for name in taken:
        assert not set(name) & set("\"'`;.[]() \n/\\")
