"""The one-file page, without a browser: what it holds, asks for, escapes and weighs."""

import base64
import json
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from district import AREA, SCRIPT, homes, parks, zones
from district_card import scorecard, text
from unpacked import unpacked

from ecogis.errors import StyleError
from ecogis.layer import Catalogue
from ecogis.outputs.drawn import drawn
from ecogis.outputs.folium_map import OfflineMap, draw, page
from ecogis.outputs.inline import requests
from ecogis.plan import read_plan
from ecogis.result import Result
from ecogis.run import run
from ecogis.style import Styles
from ecogis.wording import shown
from ecogis.workspace import Workspace

STYLES = Styles.read(Workspace.above(Path(__file__)))
CARD = scorecard()
PAGE = page(CARD, STYLES)


def held(html):
    """Return the data that a page's scripts read."""
    found = re.search(r'id="ecogis-data">(.*?)</script>', html, re.DOTALL)
    return json.loads(found[1])


def block(name):
    """Return the bytes of one of the page's blocks."""
    return base64.b64decode(re.search(rf'id="{name}">([^<]+)<', PAGE)[1])


DATA = held(PAGE)


def row(name, data=DATA):
    return next(one for one in data["rows"] if one["row"] == name)


def layer(key, data=DATA):
    return next(one for one in data["layers"] if one["key"] == key)


def test_two_renders_are_byte_for_byte_equal():
    assert page(scorecard(), STYLES) == PAGE


def test_the_page_asks_for_nothing():
    assert requests(PAGE) == []
    urls = set(re.findall(r"url\((?!data:|#)[^)]*\)", PAGE))
    assert urls == set()


def test_it_is_small():
    # Leaflet and the page's own scripts are 240 KB of it
    assert len(PAGE.encode()) < 400_000


def test_no_text_of_the_data_is_markup():
    assert SCRIPT not in PAGE
    assert row("YH-03")["tables"][0]["rows"][1][0] == SCRIPT
    assert PAGE.count("<script") == PAGE.count("</script>")


def test_a_title_cannot_break_out_of_the_head():
    title = text("</title><script>alert(1)</script>", "</title><b>")
    html = page(
        replace(CARD, plan=CARD.plan.model_copy(update={"title": title})), STYLES
    )
    assert "<script>alert(1)" not in html
    assert "<title>&lt;/title&gt;&lt;b&gt;</title>" in html


def test_the_language_opens_the_page_and_both_are_in_it():
    english = page(CARD, STYLES, "en")
    assert '<html lang="en">' in english
    assert "<title>Yuhe ecological plan</title>" in english
    assert '<html lang="zh-CN">' in PAGE
    data = held(english)
    assert data["language"] == "en"
    assert {**data, "language": "zh"} == DATA


def test_rows_say_what_the_scorecard_says():
    for score, told in zip(CARD.scores, DATA["rows"], strict=True):
        assert told["row"] == score.goal.row
        assert told["verdict"] == score.verdict
        value = told["value"]
        chinese = value if isinstance(value, str) else value["zh"]
        assert chinese.startswith(shown(score))


def test_values_carry_their_unit_in_each_language():
    assert row("YH-01")["value"] == "33.8%"
    assert row("YH-08")["value"] == {"en": "1582.1 ×10⁴ t", "zh": "1582.1 万吨"}
    assert row("YH-07")["value"] == "—"
    assert row("YH-01")["target"] == "≥ 93.8%"
    assert row("YH-07")["target"] == "< 70 dB"
    assert row("YH-09")["target"] == {"en": "almost none", "zh": "基本消除"}
    assert row("YH-01")["gap"] == {"en": "short by 60.0 pp", "zh": "差 60.0 个百分点"}
    assert row("YH-07")["gap"] is None


def test_reasons_are_told_in_both_languages():
    assert "没有数据来源" in row("YH-07")["reason"]["zh"]
    assert "has no source" in row("YH-07")["reason"]["en"]


def test_verdicts_are_counted():
    counts = {one["key"]: one["n"] for one in DATA["head"]["verdicts"]}
    assert counts == {
        "met": 3,
        "on_track": 2,
        "behind": 1,
        "unknown": 1,
        "not_evaluable": 2,
    }


def test_goals_that_draw_the_same_style_are_kept_apart():
    keys = [one["key"] for one in DATA["layers"]]
    assert len(set(keys)) == len(keys)
    assert layer("YH-01/parks_counted")["title"]["en"] == "Parks by size · YH-01"
    assert layer("YH-04/stops_counted")["title"]["en"] == "Public transport stops"
    # the parks are the same; the houses too, but not which of them are served
    parks_1, parks_2 = layer("YH-01/parks_counted"), layer("YH-02/parks_counted")
    homes_1, homes_2 = layer("YH-01/homes_served"), layer("YH-02/homes_served")
    assert parks_1["shapes"] == parks_2["shapes"]
    assert parks_1["attributes"] == parks_2["attributes"]
    assert homes_1["shapes"] == homes_2["shapes"]
    assert homes_1["attributes"] != homes_2["attributes"]


def test_the_classes_of_a_layer_are_those_of_its_style():
    told = layer("YH-01/homes_served")
    _, classes, columns = unpacked(
        SimpleNamespace(
            shapes=block(told["shapes"]), attributes=block(told["attributes"])
        )
    )
    served = CARD["YH-01"].result.drawn["homes_served"]["served"]
    assert classes.count(0) == served.sum() == told["rules"][0]["n"]
    assert classes.count(1) == (~served).sum() == told["rules"][1]["n"]
    assert set(columns) <= set(told["popup"])
    assert told["rules"][0]["fill"] == STYLES.palette["served"]


def test_a_layer_without_features_is_told_as_empty():
    empty = layer("YH-05/redline_change")
    assert empty["n"] == 0
    assert row("YH-05")["layers"] == 0
    assert row("YH-05")["extent"] is None


def test_a_frame_without_a_style_is_named():
    result = Result(value=1.0, drawn={"parks_countd": parks()})
    card = replace(CARD, scores=(replace(CARD["YH-01"], result=result),))
    with pytest.raises(StyleError, match=r"YH-01.*'parks_countd'.*parks_counted"):
        page(card, STYLES)


def test_missing_geometries_are_skipped():
    broken = parks()
    broken.loc[0, "geometry"] = None
    result = replace(CARD["YH-02"].result, drawn={"parks_counted": broken})
    card = replace(CARD, scores=(replace(CARD["YH-02"], result=result),))
    assert (
        layer("YH-02/parks_counted", held(page(card, STYLES)))["n"] == len(broken) - 1
    )


def test_zones_are_listed_with_the_largest_shortfall_first():
    rows = row("YH-01")["zones"]["rows"]
    names = [one["name"] for one in rows]
    assert names[:3] == ["南苗街道", "东风里街道", "榆河街道"]
    assert names[-1] == {"en": "outside every zone", "zh": "未分区"}
    assert rows[-1]["place"] is None
    assert rows[0]["cells"] == ["1", "71.8%", "431,000", "600,000"]
    assert rows[-2]["cells"] == ["—", "—", "0", "0"]


def test_a_total_has_no_denominator():
    table = row("YH-03")["zones"]
    assert len(table["columns"]) == 4
    assert table["rows"][0]["cells"][1] == "0.00 km²"


def test_sources_state_their_date_or_that_there_is_none():
    told = [line if isinstance(line, str) else line["zh"] for line in DATA["sources"]]
    assert told[0] == "公园绿地 · 公园绿地.shp · 2024-06 · 27 个要素 · 0f3a0f3a"
    assert "日期未注明" in told[2]


def test_openstreetmap_is_named_where_it_was_used():
    assert DATA["attribution"][0]["en"] == "© OpenStreetMap contributors"
    plain = page(replace(CARD, stamps=(), scores=CARD.scores[-2:]), STYLES)
    assert held(plain)["attribution"] == []


def test_how_it_was_measured():
    facts = {title["en"]: lines for title, lines in row("YH-01")["facts"]}
    assert facts["Parameters"] == ["distance_m = 500", "min_area_m2 = 1000"]
    assert facts["Numerator"] == ["2,301,300"]
    assert facts["Baseline"] == ["80% · 2019"]
    assert "verified" not in facts["Confidence in the rule"][0]["en"]


def test_without_an_area_the_panel_stands_alone():
    html = page(replace(CARD, area=None, zones=None, context={}), STYLES)
    assert "Agafonkin" not in html
    assert "Agafonkin" in PAGE
    data = held(html)
    assert (data["mapped"], data["layers"], data["zones"]) == (False, [], [])
    assert len(data["rows"]) == len(CARD.scores)


def test_without_zones_there_is_nothing_to_shade():
    data = held(page(replace(CARD, zones=None), STYLES))
    assert row("YH-01", data)["shades"] is None
    assert [one["role"] for one in data["layers"] if one["role"]] == ["boundary"]


def test_the_ground_is_drawn_before_the_results():
    order = [one.key for one in drawn(CARD, STYLES)]
    assert order[:4] == ["roads", "rivers", "zones", "boundary"]


def single(**settings):
    built = homes(300)
    served = built["served"]
    result = Result.share(
        AREA, part=built[served], rest=built[~served], homes_served=built
    )
    return draw(AREA, result, title=text("Homes", "住宅"), **settings), result


def test_one_result_is_drawn_without_a_plan(tmp_path):
    drawn_map, result = single(zones=zones(), language="en")
    assert isinstance(drawn_map, OfflineMap)
    path = drawn_map.save(tmp_path / "map.html")
    html = path.read_text(encoding="utf-8")
    data = held(html)
    assert requests(html) == []
    assert data["single"]
    assert data["rows"][0]["value"] == f"{result.value:.1f}%"
    assert len(data["rows"][0]["zones"]["rows"]) == len(zones())


def test_a_notebook_shows_the_page_in_a_frame():
    drawn_map, _ = single()
    shown_frame = drawn_map._repr_html_()
    assert shown_frame.startswith('<iframe srcdoc="&lt;!DOCTYPE html&gt;')
    assert "<script" not in shown_frame


def test_the_demo_has_a_page():
    folder = Path(__file__).parents[2] / "maps" / "demo"
    if not any((folder / "layers").glob("*.*")):
        pytest.skip("maps/demo has no data")
    catalogue = Catalogue.read(Workspace.above(folder))
    html = page(run(read_plan(folder / "plan.toml"), catalogue), STYLES)
    assert requests(html) == []
    assert held(html)["layers"]
