"""Styles: the first rule that matches draws a feature, and only the palette colours."""

import numpy as np
import pandas as pd
import pytest
from geopandas import GeoDataFrame
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from shapely import Point

from ecogis.errors import StyleError
from ecogis.style import Rule, Style, Styles
from ecogis.workspace import FOLDERS, Workspace, delivered


def rule(**test):
    return {"label": "x", "fill": "park", **test}


def style(*rules, field="value"):
    facts = {"name": "s", "title": "s", "theme": "green", "geometry": "Point"}
    return Style.model_validate({**facts, "field": field, "rule": rules})


def frame(values, column="value", dtype=None):
    spots = [Point(0, 0)] * len(values)
    return GeoDataFrame(
        {column: pd.Series(values, dtype=dtype)}, geometry=spots, crs="EPSG:4548"
    )


STEPS = style(
    rule(missing=True),
    rule(below=60),
    rule(at_least=60, below=85),
    rule(at_least=85),
)


def test_classes_are_half_open():
    values = [None, -1, 59.999, 60, 84.999, 85, 1e300, np.inf, -np.inf]
    assert STEPS.classes(frame(values)).tolist() == [0, 1, 1, 2, 2, 3, 3, 3, 1]


@given(st.lists(st.floats(allow_nan=False), max_size=9))
def test_every_number_has_exactly_one_class(values):
    classes = STEPS.classes(frame(values, dtype=float))
    wanted = [1 if value < 60 else 2 if value < 85 else 3 for value in values]
    assert classes.tolist() == wanted


def test_the_first_rule_that_matches_wins():
    both = style(rule(at_least=0), rule(at_least=50), rule())
    assert both.classes(frame([60, -1])).tolist() == [0, 2]


def test_what_no_rule_matches_is_not_drawn():
    only = style(rule(equals="park"))
    assert only.classes(frame(["park", "wood", None])).tolist() == [0, -1, -1]


def test_a_rule_without_a_test_matches_everything():
    assert style(rule(), field=None).classes(frame([1, None])).tolist() == [0, 0]
    assert not Rule.model_validate(rule()).tests
    assert Rule.model_validate(rule(missing=True)).tests
    assert Rule.model_validate(rule(equals=False)).tests


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        ([True, False, None], object),
        ([True, False, None], "boolean"),
        ([True, False], bool),
    ],
)
def test_yes_and_no(values, dtype):
    served = style(rule(equals=True), rule(equals=False), rule(missing=True))
    assert (
        served.classes(frame(values, dtype=dtype)).tolist() == [0, 1, 2][: len(values)]
    )


def test_any_of_several_words():
    roads = style(rule(any_of=["motorway", "trunk"]), rule(any_of=["primary"]))
    values = ["trunk", "primary", "path", None]
    assert roads.classes(frame(values)).tolist() == [0, 1, -1, -1]


def test_whole_numbers_with_gaps():
    assert STEPS.classes(frame([59, 60, None], dtype="Int64")).tolist() == [1, 2, 0]


def test_a_frame_without_the_field_has_nothing_but_missing_values():
    assert STEPS.classes(frame([70], column="other")).tolist() == [0]


def test_an_empty_frame_has_no_classes():
    assert STEPS.classes(frame([])).tolist() == []


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ({"equals": 1, "missing": True}, "takes one of equals, any_of"),
        ({"equals": 1, "at_least": 2}, "takes one of equals, any_of"),
        ({"any_of": ["a"], "below": 2}, "takes one of equals, any_of"),
        ({"fill": None}, "a rule needs a fill or a line"),
        ({"at_least": 5, "below": 5}, "no number is at least 5 and below 5"),
        ({"at_least": float("nan")}, "finite number"),
        ({"opacity": 1.1}, "less than or equal to 1"),
    ],
)
def test_a_rule_that_cannot_be_drawn_is_refused(stated, found):
    with pytest.raises(ValidationError, match=found):
        Rule.model_validate(rule(**stated))


def test_a_line_is_enough():
    assert Rule.model_validate({"label": "x", "line": "park"}).fill is None


PALETTE = 'park = "#2f7d4f"\n'
PARKS = """
title = { en = "Parks", zh = "公园" }
theme = "green"
geometry = "Polygon"
[[rule]]
label = { en = "park", zh = "公园" }
fill = "park"
"""


def workspace(root, palette=PALETTE, parks=PARKS):
    for folder in FOLDERS:
        (root / folder).mkdir()
    (root / "styles" / "palette.toml").write_text(palette, encoding="utf-8")
    (root / "styles" / "parks.toml").write_text(parks, encoding="utf-8")
    return Workspace((root,))


def test_a_colour_comes_from_the_palette(tmp_path):
    styles = Styles.read(workspace(tmp_path))
    assert styles.colour(styles["parks"].rule[0].fill) == "#2f7d4f"
    assert styles.colour(None) is None
    assert (list(styles), len(styles), "parks" in styles) == (["parks"], 1, True)
    assert styles["parks"].name == "parks"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (
            {"parks": PARKS.replace('"park"', '"parc"')},
            "styles/parks.toml: no colour 'parc' in palette.toml; did you mean 'park'?",
        ),
        (
            {"parks": PARKS.replace("fill", "fil")},
            "styles/parks.toml: rule 1: unknown key 'fil'; did you mean 'fill'?",
        ),
        (
            {"parks": PARKS.partition("[[")[0]},
            "styles/parks.toml: key 'rule' is missing",
        ),
        ({"parks": 'name = "x"'}, "styles/parks.toml: unknown key 'name'"),
        (
            {"palette": 'park = "#2f7d4"'},
            "palette.toml: park: found '#2f7d4', expected a code as '#2a9d8f'",
        ),
        ({"palette": "park = 5"}, "palette.toml: park: found 5, expected a code"),
    ],
)
def test_what_is_wrong_in_a_style_is_one_line(tmp_path, files, found):
    with pytest.raises(StyleError) as error:
        Styles.read(workspace(tmp_path, **files))
    assert str(error.value).startswith(found)


def test_an_unknown_style_names_the_nearest(tmp_path):
    styles = Styles.read(workspace(tmp_path))
    with pytest.raises(StyleError, match=r"no style 'park' in styles/; did you"):
        styles["park"]


def test_the_delivered_styles_can_be_read():
    styles = Styles.read(Workspace(delivered()))
    for style_ in styles.values():
        assert sum(not rule.missing for rule in style_.rule) <= 7, style_.name
