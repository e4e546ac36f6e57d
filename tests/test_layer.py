"""Layers: the promise, held against data as planners' offices have them."""

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from shapely import GeometryCollection, LineString, MultiPolygon, Point, Polygon, box

from ecogis.errors import LayerError
from ecogis.layer import Catalogue, Layer, Osm, read_layer
from ecogis.workspace import FOLDERS, Workspace, delivered

SQUARE = box(0, 0, 1, 1)
PARKS = Layer.model_validate(
    {
        "name": "parks",
        "title": {"en": "Parks", "zh": "公园绿地"},
        "theme": "green",
        "geometry": "Polygon",
        "fields": {
            "name": {"type": "text", "aliases": ["名称", "MC"]},
            "size": {"type": "number", "min": 0, "max": 100, "optional": True},
            "floors": {"type": "integer", "optional": True},
            "open": {"type": "boolean", "aliases": ["开放"], "optional": True},
            "kind": {
                "type": "text",
                "optional": True,
                "spellings": {"urban": ["城市公园", "1"], "country": ["郊野公园"]},
            },
        },
    }
)


def frame(shapes=None, **columns):
    count = len(next(iter(columns.values()))) if columns else 1
    shapes = [SQUARE] * count if shapes is None else shapes
    return GeoDataFrame(columns, geometry=shapes, crs="EPSG:4548")


def fitted(column, values, shapes=None):
    columns = {"name": ["x"] * len(values)} | {column: values}
    found, _ = PARKS.fit(frame(shapes, **columns), "parks.shp")
    return found


@pytest.mark.parametrize("column", ["name", "NAME", "Name", "名称", "MC", "mc"])
def test_a_column_is_found_by_name_or_alias_in_any_case(column):
    found, notes = PARKS.fit(frame(**{column: ["朝阳公园"]}), "parks.shp")
    assert found["name"].tolist() == ["朝阳公园"]
    assert notes == []


def test_the_name_goes_before_its_aliases():
    data = frame(MC=["third"], 名称=["second"], NAME=["first"])
    assert PARKS.fit(data, "parks.shp")[0]["name"].tolist() == ["first"]


def test_of_two_cases_the_one_spelled_like_the_alias():
    data = frame(NAME=["other"], name=["this"])
    assert PARKS.fit(data, "parks.shp")[0]["name"].tolist() == ["this"]


def test_columns_that_the_layer_does_not_know_are_left_out():
    data = frame(name=["x"], BSM=[7], TBMJ=[1.0])
    found, _ = PARKS.fit(data, "parks.shp")
    assert found.columns.tolist() == ["name", "geometry"]
    assert found.crs == data.crs


def test_a_missing_field_says_what_the_file_has_and_what_to_write():
    with pytest.raises(LayerError) as error:
        PARKS.fit(frame(MINGZI=["x"], AREA=[1.0]), "parks.shp")
    assert str(error.value) == (
        "parks.shp: field 'name' (or 名称, MC) is missing; the file has: MINGZI, AREA; "
        'state it in the plan as fields = { name = "THEIR_NAME" }'
    )
    assert "缺少字段 'name'" in error.value.zh
    with pytest.raises(LayerError, match="the file has: none;"):
        PARKS.fit(frame(), "parks.shp")


def test_texts_are_trimmed_and_blanks_are_missing():
    found = fitted("kind", [" a ", "", None, np.nan, "  "])
    assert found["kind"].tolist() == ["a", None, None, None, None]


@pytest.mark.parametrize(
    "codes",
    [
        pd.Series([101.0, 20.0, None]),
        pd.Series([101, 20, None], dtype="Int64"),
        pd.Series(["101", "20", None]),
        pd.Series([101, 20, None], dtype=object),
    ],
)
def test_codes_stay_codes_whatever_their_type(codes):
    assert fitted("kind", codes)["kind"].tolist() == ["101", "20", None]


def test_spellings_become_the_word_that_is_ours():
    found = fitted("kind", ["城市公园", "郊野公园", "urban", 1.0, "其他"])
    assert found["kind"].tolist() == ["urban", "country", "urban", "urban", "其他"]


def test_numbers_are_read_from_text():
    found = fitted("size", ["1", " 2.5 ", "1e1", "", "-", "/", "NULL", None])
    assert found["size"].tolist()[:3] == [1, 2.5, 10]
    assert found["size"].isna().tolist() == [False] * 3 + [True] * 5


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["12 m", "x", "3"], "found '12 m' (2 such), expected a number"),
        ([-0.001], "found -0.001 (1 such), expected 0 to 100"),
        ([101, 5, 200], "found 101 (2 such), expected 0 to 100"),
        ([np.inf], "found inf (1 such), expected 0 to 100"),
    ],
)
def test_what_is_not_a_number_within_bounds_is_refused(values, found):
    with pytest.raises(LayerError) as error:
        fitted("size", values)
    assert str(error.value) == f"parks.shp: field 'size': {found}"


def test_the_bounds_themselves_are_within():
    assert fitted("size", [0, 100])["size"].tolist() == [0, 100]


def test_whole_numbers_are_whole():
    assert fitted("floors", ["3", 4.0, None])["floors"].tolist()[:2] == [3, 4]
    with pytest.raises(LayerError, match=r"found 2.5 \(1 such\), expected a whole num"):
        fitted("floors", [3, 2.5])


def test_yes_and_no_in_many_words():
    words = ["是", "Yes", "1", 1, 1.0, True, "t", "否", "No", "0", 0, 0.0, False]
    found = fitted("open", pd.Series([*words, None, "", "-"], dtype=object))["open"]
    assert found[:13].tolist() == [True] * 7 + [False] * 6
    assert found[13:].isna().all()


def test_neither_yes_nor_no_is_refused():
    with pytest.raises(LayerError, match="'开放': found '也许', expected yes or no"):
        fitted("开放", ["是", "也许"])


def test_features_of_another_dimension_are_left_out_and_counted():
    shapes = [SQUARE, Point(0, 0), LineString([(0, 0), (1, 1)]), None, Polygon()]
    found, notes = PARKS.fit(frame(shapes, name=list("abcde")), "parks.shp")
    assert found["name"].tolist() == ["a"]
    assert notes[0].en == "parks: 4 features without Polygon geometry left out"
    assert "4 个要素" in notes[0].zh


def test_a_layer_of_another_dimension_is_refused():
    shapes = [Point(0, 0), Point(1, 1), LineString([(0, 0), (1, 1)])]
    with pytest.raises(LayerError) as error:
        PARKS.fit(frame(shapes, name=list("abc")), "stops.shp")
    assert str(error.value) == (
        "stops.shp: found 2 Point, 1 LineString, expected Polygon for layer 'parks'; "
        "name another file or layer in the plan's [sources]"
    )


def test_several_parts_and_heights_are_polygons_too():
    shapes = [
        MultiPolygon([SQUARE, box(2, 2, 3, 3)]),
        Polygon([(0, 0, 5), (1, 0, 5), (1, 1, 5)]),
        GeometryCollection([SQUARE]),
    ]
    found, notes = PARKS.fit(frame(shapes, name=list("abc")), "parks.shp")
    assert (len(found), notes) == (3, [])


def test_rows_keep_their_labels_and_the_data_stay_as_they_were():
    data = frame([SQUARE, Point(0, 0), SQUARE], name=list("abc"))
    data.index = [5, 6, 7]
    before = data.copy()
    assert PARKS.fit(data, "parks.shp")[0].index.tolist() == [5, 7]
    assert data.equals(before)


def test_an_empty_frame_keeps_its_promise():
    found, notes = PARKS.fit(frame([], name=[], size=[], open=[]), "parks.shp")
    assert (len(found), notes) == (0, [])
    assert found.columns.tolist() == ["name", "size", "open", "geometry"]


@given(st.lists(st.one_of(st.none(), st.floats(0, 100), st.integers(0, 100))))
def test_numbers_go_through_unchanged(values):
    found = fitted("size", pd.Series(values, dtype=object))["size"]
    for given_, read in zip(values, found, strict=True):
        assert (given_ is None and np.isnan(read)) or read == given_


@given(st.text(st.characters(codec="gbk"), max_size=12))
def test_any_chinese_name_goes_through(text):
    found = fitted("name", [text])["name"][0]
    assert found == (text.strip() or None)


TAGS = Osm(
    tags=({"leisure": "park"}, {"leisure": "garden", "access": ("yes", "public")}),
    exclude=({"access": "private"}, {"fee": True}),
)


@pytest.mark.parametrize(
    ("tags", "belongs"),
    [
        ({"leisure": "park"}, True),
        ({"leisure": "park", "name": "x"}, True),
        ({"leisure": "park", "access": "private"}, False),
        ({"leisure": "park", "fee": "no"}, False),
        ({"leisure": "garden"}, False),
        ({"leisure": "garden", "access": "yes"}, True),
        ({"leisure": "garden", "access": "public"}, True),
        ({"leisure": "garden", "access": "no"}, False),
        ({}, False),
    ],
)
def test_a_table_is_and_the_list_is_or_and_exclude_wins(tags, belongs):
    assert TAGS.matches(tags) is belongs


def test_a_reader_looks_at_these_keys():
    assert TAGS.keys == ("access", "leisure")


def write(folder, text):
    for name in FOLDERS:
        (folder / name).mkdir(exist_ok=True)
    path = folder / "layers" / "benches.toml"
    path.write_text(text, encoding="utf-8")
    return path


BENCHES = 'title = "Benches"\ntheme = "green"\ngeometry = "Point"\n'


def test_a_layer_is_called_like_its_file(tmp_path):
    assert read_layer(write(tmp_path, BENCHES)).name == "benches"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (BENCHES + 'name = "x"', "unknown key 'name'"),
        (BENCHES + "jioned = true", "unknown key 'jioned'; did you mean 'joined'?"),
        ('theme = "green"\ngeometry = "Point"', "key 'title' is missing"),
        (
            BENCHES.replace("Point", "Pont"),
            "geometry: found 'Pont': input should be 'Polygon', 'Line', 'Point' or 'Ra",
        ),
        (
            BENCHES + '[fields.size]\ntype = "number"\nmni = 0',
            "unknown key 'fields.size.mni'; did you mean 'min'?",
        ),
        (
            BENCHES + '[fields.size]\ntype = "number"\nmin = "0"',
            "fields.size.min: found '0': input should be a valid number",
        ),
    ],
)
def test_what_is_wrong_in_a_layer_is_one_line(tmp_path, text, found):
    with pytest.raises(LayerError) as error:
        read_layer(write(tmp_path, text))
    assert str(error.value).startswith(f"layers/benches.toml: {found}")


def test_a_catalogue_holds_the_nearest_workspace_over_the_delivered_one(tmp_path):
    write(tmp_path, BENCHES)
    catalogue = Catalogue.read(Workspace.above(tmp_path))
    assert catalogue["benches"].geometry == "Point"
    assert {"benches", "parks", "districts"} <= set(catalogue)
    assert len(catalogue) == len(list(catalogue))


def test_an_unknown_layer_names_the_nearest():
    catalogue = Catalogue({"parks": PARKS})
    with pytest.raises(LayerError, match=r"no layer 'park' in layers/; did you"):
        catalogue["park"]
    assert "park" not in catalogue
    assert "parks" in catalogue


def test_every_field_of_the_catalogue_can_be_found_by_one_name_only():
    for layer in Catalogue.read(Workspace(delivered())).values():
        names = [
            alias.casefold()
            for name, field in layer.fields.items()
            for alias in {name.casefold(), *(a.casefold() for a in field.aliases)}
        ]
        assert len(names) == len(set(names)), layer.name
