"""The tables of an open row: words in both languages, dashes, and where one is cut."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from district_card import scorecard, text

from ecogis.outputs.facts import number_text
from ecogis.outputs.tables import balance_rows, cell, own_tables, zone_rows

CARD = scorecard()
SCORE = CARD["YH-01"]


def with_table(table):
    return replace(SCORE, result=replace(SCORE.result, table=table))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("公园", "公园"),
        (None, "—"),
        (np.nan, "—"),
        (pd.NA, "—"),
        (12, "12"),
        (np.int64(12), "12"),
        (0.126, "0.13"),
        (999.994, "999.99"),
        (1000.4, "1,000"),
        (1_234_567.8, "1,234,568"),
    ],
)
def test_cells(value, shown):
    assert cell(value) == shown


def test_yes_and_no_in_both_languages():
    assert (cell(np.True_).zh, cell(value=False).en) == ("是", "no")
    assert cell(text("a", "甲")).zh == "甲"


def test_sums_have_their_thousands_apart():
    assert number_text(6_808_000.0) == "6,808,000"
    assert number_text(2.73) == "2.73"
    assert number_text(None) == number_text(float("inf")) == "—"


def test_the_catalogue_s_words_are_translated_and_names_are_not():
    table = pd.DataFrame({"name": ["school"], "kind": ["school"], "class": ["4a"]})
    (found,) = own_tables(with_table(table))
    name, kind, number = found["rows"][0]
    assert (name, kind.zh, str(number)) == ("school", "学校", "4a")
    assert [head.zh for head in found["columns"]] == ["名称", "类型", "类别"]


def test_a_long_table_says_what_it_leaves_out():
    (found,) = own_tables(with_table(pd.DataFrame({"name": [*map(str, range(63))]})))
    assert len(found["rows"]) == 60
    assert found["more"].en.startswith("and 3 more rows")
    (whole,) = own_tables(with_table(pd.DataFrame({"name": ["a"] * 60})))
    assert whole["more"] is None


def test_groups_have_the_plan_s_names():
    asked = SCORE.goal.balance.model_copy(update={"names": (text("north", "北部"),)})
    goal = SCORE.goal.model_copy(update={"balance": asked})
    rows = balance_rows(replace(SCORE, goal=goal))["rows"]
    assert rows[0][0].zh == "北部"
    assert rows[1][0] == "南部 / south"
    assert [str(shown) for shown in rows[0][1:3]] == ["94.1%", "100%"]
    assert balance_rows(CARD["YH-02"]) is None


def test_the_longest_bar_is_the_highest_value():
    rows = zone_rows(SCORE)["rows"]
    bars = {str(one["name"]): one["bar"] for one in rows}
    assert bars["新桥地区"] == 1
    assert bars["槐树乡"] == 0
    assert bars["东风里街道"] == pytest.approx(37.73 / 97.67, abs=1e-3)


def test_places_are_those_of_the_zones_frame():
    for one in zone_rows(SCORE)["rows"][:-1]:
        assert CARD.zones["name"].iloc[one["place"]] == one["name"]


def test_shares_are_ordered_by_shortfall_and_others_by_the_worst():
    assert zone_rows(SCORE)["order"].en == "largest shortfall first"
    assert zone_rows(CARD["YH-03"])["order"].en == "worst first"
    assert zone_rows(CARD["YH-06"]) is None
