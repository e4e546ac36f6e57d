"""scorecard.csv as a spreadsheet reads it: Chinese, numbers, and no formulas."""

import csv
import io
from dataclasses import replace

import district_card
import pandas as pd
import pytest
from card import PLAN, SHA, card
from hypothesis import given
from hypothesis import strategies as st

from ecogis.outputs.scorecard_csv import HEADINGS, safe, to_csv, write_csv

PARKS = f"parks layers/公园绿地.shp 2023-05-01 sha256 {SHA}"
LAND = f"residential_land layers/land.gpkg 2022 sha256 {SHA[::-1]}"


def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture(scope="module")
def english():
    return {row["row"]: row for row in rows(to_csv(card(), "en"))}


def test_a_computed_goal(english):
    assert english["A-1"] == {
        "row": "A-1",
        "title": "Land near a park",
        "title in Chinese": "公园服务覆盖率",
        "value": repr(2700 / 77),
        "value shown": "35.1",
        "unit": "%",
        "year": "2023",
        "origin": "computed",
        "baseline": "20",
        "baseline year": "2019",
        "target": "≥ 93.8",
        "target year": "2025",
        "verdict": "behind",
        "gap": english["A-1"]["gap"],
        "gap shown": "short by 58.7",
        "reason": "",
        "numerator": "270000.0",
        "denominator": "770000.0",
        "Gini of zones": "",
        "attribute": "binding",
        "indicator": "",
        "parameters": '{"distance_m": 500.0, "min_area_m2": 1000.0, "preset": null}',
        "rule": "GB/T 51346-2019",
        "confidence": "high",
        "layers": f"{PARKS}; {LAND}",
        "notes": "one plot is unknown",
    }
    assert float(english["A-1"]["gap"]) == pytest.approx(2700 / 77 - 93.8)


def test_the_gini_coefficient_has_a_column():
    whole = district_card.scorecard()
    listed = {row["行号"]: row for row in rows(to_csv(whole, "zh"))}
    assert [listed[row]["分区基尼系数"] for row in ("YH-01", "YH-02")] == ["0.25", ""]


def test_a_reported_goal_names_its_source(english):
    told = english["R-1"]
    assert (told["origin"], told["value"], told["rule"]) == (
        "reported",
        "1582.1",
        "统计公报",
    )
    assert (told["verdict"], told["target"]) == ("not evaluable", "稳定达标")


def test_a_goal_without_a_number_has_empty_cells_and_a_reason(english):
    failed = english["E-1"]
    assert failed["value"] == failed["value shown"] == failed["gap"] == ""
    assert (failed["verdict"], failed["reason"]) == ("unknown", "no red lines")
    assert failed["notes"] == "as the plan prints it"


def test_chinese_comes_first_where_it_is_the_first_language():
    found = rows(to_csv(card(), "zh"))
    heads = list(found[0])
    assert heads[:5] == ["行号", "指标", "英文指标名", "数值", "数值（修约）"]
    assert found[0]["指标"] == "公园服务覆盖率"
    assert found[0]["英文指标名"] == "Land near a park"
    assert found[0]["评价"] == "落后"
    assert found[0]["差距（修约）"] == "差 58.7"
    assert found[0]["图层"] == f"{PARKS}；{LAND}"
    assert [row["行号"] for row in found] == [one["row"] for one in PLAN["goal"]]


def test_excel_is_told_that_it_is_utf_8(tmp_path):
    path = write_csv(card(), tmp_path / "scorecard.csv")
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf" + "行号".encode())
    assert data.count(b"\r\n") == 1 + len(PLAN["goal"])
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_a_spreadsheet_reads_numbers_as_numbers(tmp_path):
    table = pd.read_csv(write_csv(card(), tmp_path / "s.csv", "en"), encoding="utf-8")
    assert table["value"].dtype == float
    assert table["gap"].dtype == float
    assert list(table["value"][:4]) == [2700 / 77, 69.96, 3.0, 1582.1]


def test_titles_that_look_like_formulas_are_texts(english):
    assert english["R-1"]["title"] == "'=SUM(A1)"
    assert english["R-1"]["title in Chinese"] == "'@碳排放总量"


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://a","b")',
        "+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(1)",
        "\t=1",
        "\r=1",
        "  =1",
        "＝1+1",
        "－x",
        "-",
    ],
)
def test_formulas_are_quoted(text):
    assert safe(text) == "'" + text


@pytest.mark.parametrize(
    "cell", ["-0.002", "+3", "-1e-7", 1.5, -2, None, "差 1", "a=b", ""]
)
def test_numbers_and_plain_texts_are_left_alone(cell):
    assert safe(cell) == cell
    assert type(safe(cell)) is type(cell)


@given(st.text(max_size=8))
def test_no_text_begins_a_formula_unless_it_is_a_number(text):
    found = str(safe(text)).lstrip()
    if found[:1] in set("=+-@＝＋－＠") and found:
        float(found)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_any_title_survives(title):
    first = card().scores[0]
    goal = first.goal.model_copy(
        update={"title": first.title.model_copy(update={"en": title})}
    )
    text = to_csv(replace(card(), scores=(replace(first, goal=goal),)), "en")
    assert rows(text)[0]["title"] == safe(title)


def test_every_column_has_both_headings():
    for heading in HEADINGS.values():
        assert heading.en
        assert heading.zh
    for language in ("en", "zh"):
        named = [heading.in_language(language) for heading in HEADINGS.values()]
        assert len(set(named)) == len(named)
