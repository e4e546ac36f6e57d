"""QML: which rule draws what, held against the style itself, and how it looks."""

import sqlite3
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from card import PALETTE, STYLES, styles
from geopandas import GeoDataFrame
from hypothesis import example, given
from hypothesis import strategies as st
from shapely import Point

from ecogis.errors import StyleError
from ecogis.outputs.qml import Column, filters, qml
from ecogis.style import Style, Styles

SERVED = Column("served", "boolean")
NEITHER = " AND ".join(
    f'NOT coalesce("served" = {value}, false)' for value in ("true", "false")
)
LABEL = {"label": "x", "fill": "served"}


def style(*tests, geometry="Polygon", **look):
    """Return a style of these tests on the field ``f``."""
    rules = [LABEL | look | test for test in tests]
    return Style.model_validate(
        {
            "name": "s",
            "title": "s",
            "theme": "green",
            "geometry": geometry,
            "field": "f",
            "rule": rules,
        }
    )


def drawn_by(looks, kind, values):
    """Return the rules whose filter is true for each value, as SQLite sees it."""
    type_of = {"text": "TEXT", "number": "REAL", "boolean": "BOOLEAN"}[kind]
    database = sqlite3.connect(":memory:")
    try:
        database.execute(f'CREATE TABLE t (id INTEGER PRIMARY KEY, "f" {type_of})')
        database.executemany(
            "INSERT INTO t (f) VALUES (?)", [(value,) for value in values]
        )
        found = [set() for _ in values]
        for number, test in enumerate(filters(looks, Column("f", kind))):
            query = f"SELECT id FROM t WHERE {test}"  # noqa: S608
            for (row,) in database.execute(query):
                found[row - 1].add(number)
    finally:
        database.close()
    return found


def wanted(looks, values, dtype):
    """Return for each value the rule that the style gives, as a set."""
    column = pd.Series(values, dtype=dtype)
    frame = GeoDataFrame({"f": column}, geometry=[Point(0, 0)] * len(values))
    return [set() if one < 0 else {one} for one in looks.classes(frame)]


def test_filters_are_read_easily():
    land = styles()["land_served"]
    assert filters(land, SERVED) == (
        '"served" = true',
        '"served" = false',
        NEITHER,
    )
    assert filters(styles()["road_levels"], Column("level_db", "number")) == (
        '"level_db" < 55.0',
        '("level_db" >= 55.0 AND "level_db" < 60.0)',
        '"level_db" >= 60.0',
        '"level_db" IS NULL',
    )
    assert filters(styles()["stops"], Column("kind", "text")) == (
        "\"kind\" IN ('subway', 'tram')",
        "NOT coalesce(\"kind\" IN ('subway', 'tram'), false)",
    )


def test_the_first_rule_that_matches_wins():
    looks = style({"at_least": 10}, {"at_least": 5}, {"below": 8}, {})
    ten, five, eight = (f'"f" {test}' for test in (">= 10.0", ">= 5.0", "< 8.0"))
    no_ten, no_five, no_eight = (
        f"NOT coalesce({test}, false)" for test in (ten, five, eight)
    )
    # nothing is below 8 and at least 10: there is nothing to exclude
    assert filters(looks, Column("f", "number")) == (
        ten,
        f"{five} AND {no_ten}",
        f"{eight} AND {no_five}",
        f"{no_ten} AND {no_five} AND {no_eight}",
    )


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (54.999, 0),
        (55.0, 1),
        (55.001, 1),
        (59.999, 1),
        (60.0, 2),
        (None, 3),
    ],
)
def test_breaks_belong_to_the_upper_class(value, rule):
    looks = style(
        {"below": 55},
        {"at_least": 55, "below": 60},
        {"at_least": 60},
        {"missing": True},
    )
    assert drawn_by(looks, "number", [value]) == [{rule}]


def test_classes_that_overlap_are_the_first_one_s():
    looks = style({"below": 56}, {"at_least": 55, "below": 60}, {"at_least": 59.5})
    values = [54.0, 55.0, 55.9, 56.0, 59.5, 60.0]
    assert drawn_by(looks, "number", values) == [{0}, {0}, {0}, {1}, {1}, {2}]


def test_what_no_rule_matches_is_not_drawn():
    looks = style({"equals": "a"}, {"equals": "b"})
    assert drawn_by(looks, "text", ["a", "b", "c", None]) == [{0}, {1}, set(), set()]


def test_nothing_after_a_rule_without_a_test():
    looks = style({}, {"equals": "a"}, {"missing": True})
    assert filters(looks, Column("f", "text")) == ("true", "false", "false")


def test_a_layer_without_the_field_is_no_data():
    looks = style({"equals": "a"}, {"at_least": 5}, {"missing": True}, {})
    assert filters(looks, None) == ("false", "false", "true", "false")


def test_words_are_no_numbers():
    looks = style({"equals": 4}, {"equals": "4"}, {"at_least": 3})
    assert filters(looks, Column("f", "text")) == (
        "false",
        "\"f\" = '4'",
        'try(to_real("f")) >= 3.0 AND NOT coalesce("f" = \'4\', false)',
    )
    assert filters(looks, Column("f", "number"))[1] == "false"


def test_flags_are_one_and_zero():
    looks = style({"equals": True}, {"equals": 0}, {"any_of": [1, 2]})
    assert filters(looks, Column("f", "number")) == (
        '"f" = 1',
        '"f" = 0',
        '"f" IN (1, 2) AND NOT coalesce("f" = 1, false)',
    )
    assert filters(looks, Column("f", "boolean"))[:2] == ('"f" = true', '"f" = false')


def test_names_and_texts_are_quoted():
    looks = style({"any_of": ["it's", 'a\\b"', "中\n文"]})
    assert filters(looks, Column('a"b', "text")) == (
        "\"a\"\"b\" IN ('it''s', 'a\\\\b\"', '中\\n文')",
    )


numbers = st.sampled_from([-1.5, 0.0, 1.0, 2.0, 2.5, 3.0])
texts = st.sampled_from(["a", "b", "c", "4", "it's", "街道", ""])
spans = st.tuples(numbers, numbers).filter(lambda two: two[0] < two[1])
number_tests = st.one_of(
    numbers.map(lambda n: {"equals": n}),
    st.lists(numbers, min_size=1, max_size=3).map(lambda ns: {"any_of": ns}),
    numbers.map(lambda n: {"at_least": n}),
    numbers.map(lambda n: {"below": n}),
    spans.map(lambda two: {"at_least": two[0], "below": two[1]}),
    st.just({"missing": True}),
    st.just({}),
)
text_tests = st.one_of(
    texts.map(lambda t: {"equals": t}),
    st.lists(texts, min_size=1, max_size=3).map(lambda ts: {"any_of": ts}),
    st.just({"missing": True}),
    st.just({}),
    numbers.map(lambda n: {"equals": n}),
)
flag_tests = st.one_of(
    st.booleans().map(lambda b: {"equals": b}),
    st.just({"any_of": [True, False]}),
    st.just({"missing": True}),
    st.just({}),
)


@given(
    st.lists(number_tests, min_size=1, max_size=5),
    st.lists(st.none() | numbers, min_size=1, max_size=8),
)
@example([{"at_least": 2.0}, {"missing": True}, {}], [None, 1.0, 2.0])
def test_numbers_are_drawn_by_the_rule_of_the_style(tests, values):
    looks = style(*tests)
    assert drawn_by(looks, "number", values) == wanted(looks, values, float)


@given(
    st.lists(text_tests, min_size=1, max_size=5),
    st.lists(st.none() | texts, min_size=1, max_size=8),
)
def test_texts_are_drawn_by_the_rule_of_the_style(tests, values):
    looks = style(*tests)
    assert drawn_by(looks, "text", values) == wanted(looks, values, object)


@given(
    st.lists(flag_tests, min_size=1, max_size=5),
    st.lists(st.none() | st.booleans(), min_size=1, max_size=8),
)
def test_flags_are_drawn_by_the_rule_of_the_style(tests, values):
    looks = style(*tests)
    assert drawn_by(looks, "boolean", values) == wanted(looks, values, "boolean")


def parsed(name, column=None, language="zh", **aliases):
    text = qml(styles()[name], styles(), language, column, aliases)
    return ET.fromstring(text)  # noqa: S314


def look(symbol, kind):
    layer = symbol.find(f"layer[@class='{kind}']")
    return {prop.get("k"): prop.get("v") for prop in layer.findall("prop")}


def test_a_rule_renderer_with_a_label_and_a_symbol_each():
    root = parsed("land_served", SERVED)
    renderer = root.find("renderer-v2")
    assert renderer.get("type") == "RuleRenderer"
    rules = renderer.findall("rules/rule")
    assert [rule.get("label") for rule in rules] == ["已覆盖", "未覆盖", "无数据"]
    assert [rule.get("filter") for rule in rules] == list(
        filters(styles()["land_served"], SERVED)
    )
    names = [symbol.get("name") for symbol in renderer.findall("symbols/symbol")]
    assert names == [rule.get("symbol") for rule in rules] == ["0", "1", "2"]
    english = parsed("land_served", SERVED, "en").findall(".//rule")
    assert english[0].get("label") == "within reach"


def test_fills_outlines_and_dashes_come_from_the_palette():
    faint, dashed, plain = parsed("land_served", SERVED).findall(".//symbol")
    found = look(faint, "SimpleFill")
    # #2a9d8f at half opacity, and no outline
    assert found["color"] == "42,157,143,128"
    assert (found["style"], found["outline_style"]) == ("solid", "no")
    assert look(dashed, "SimpleFill")["outline_style"] == "no"
    line = look(dashed, "SimpleLine")
    # 2 pixels of 25.4 / 96 mm; dashes of 6 and 3 pixels
    assert (line["line_color"], line["line_width"]) == ("31,42,36,255", "0.5292")
    assert (line["use_custom_dash"], line["customdash"]) == ("1", "1.587;0.7937")
    found = look(plain, "SimpleFill")
    assert (found["outline_style"], found["outline_color"]) == ("solid", "31,42,36,255")


def test_an_outline_alone_is_not_filled():
    found = look(parsed("boundary").find(".//symbol"), "SimpleFill")
    assert found["style"] == "no"
    assert (found["outline_style"], found["outline_width"]) == ("solid", "0.5292")


def test_lines_and_points():
    lines = parsed("road_levels", Column("level_db", "number")).findall(".//symbol")
    assert {symbol.get("type") for symbol in lines} == {"line"}
    assert look(lines[1], "SimpleLine")["line_color"] == "42,157,143,255"
    assert look(lines[2], "SimpleLine")["customdash"] == "2.117;1.058"
    assert look(lines[1], "SimpleLine")["use_custom_dash"] == "0"
    points = parsed("stops", Column("kind", "text")).findall(".//symbol")
    found = look(points[0], "SimpleMarker")
    # a radius of 6 pixels is 12 across
    assert (found["name"], found["size"]) == ("circle", "3.175")
    assert found["outline_style"] == "solid"
    assert look(points[1], "SimpleMarker")["outline_style"] == "no"


def test_columns_go_by_their_titles():
    root = parsed("land_served", SERVED, 名称='名称 <一> & "二"')
    alias = root.find("aliases/alias")
    assert (alias.get("field"), alias.get("name")) == ("名称", '名称 <一> & "二"')


def test_a_colour_that_the_palette_lacks_is_named():
    broken = Styles({"s": style({}, fill="sreved")}, PALETTE)
    with pytest.raises(StyleError, match=r"styles/s.toml: no colour 'sreved'.*served"):
        qml(broken["s"], broken, "zh")


def test_no_graduated_symbols_anywhere():
    for name in STYLES:
        assert "graduatedSymbol" not in qml(styles()[name], styles(), "zh")


def test_a_value_beyond_every_number_is_drawn():
    looks = style({"at_least": 1000}, {"missing": True})
    assert (
        drawn_by(looks, "number", [np.inf]) == wanted(looks, [np.inf], float) == [{0}]
    )
