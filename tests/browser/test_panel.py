"""The panel in a real browser, offline: rows, languages, phones, and no map."""

from dataclasses import replace
from pathlib import Path

import pytest
from district import AREA, homes
from district_card import scorecard, text
from seen import (
    STYLES,
    VISIBLE,
    colour_share,
    open_row,
    texts,
)

from ecogis.layer import Catalogue
from ecogis.outputs.folium_map import draw, page
from ecogis.plan import read_plan
from ecogis.result import Result
from ecogis.run import run
from ecogis.wording import shown
from ecogis.workspace import Workspace

pytestmark = pytest.mark.browser
NARROW = (390, 844)
CARD = scorecard(150)
PAGE = page(CARD, STYLES)
# the texts of a picture that do not lie wholly within it
CUT_TEXTS = """(picture) => {
  const frame = picture.getBoundingClientRect();
  return [...picture.querySelectorAll("text")].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left || box.right > frame.right
      || box.top < frame.top || box.bottom > frame.bottom;
  }).map((text) => text.textContent);
}"""


def test_rows_show_the_scorecard_s_numbers(view):
    for score in CARD.scores:
        row = view.locator(f'tr[data-row="{score.goal.row}"]')
        assert row.locator("td b").inner_text().startswith(shown(score))
        assert score.title.zh in row.inner_text()


def test_rows_open_with_the_keyboard_and_keep_the_focus(view):
    view.locator('tr[data-row="YH-02"] button').focus()
    view.keyboard.press("Enter")
    assert view.locator("tr.open").get_attribute("data-row") == "YH-02"
    focused = view.evaluate("document.activeElement.closest('tr').dataset.row")
    assert focused == "YH-02"


def test_details_say_how_it_was_measured(view):
    open_row(view, "YH-01")
    said = view.locator("tr.detail").inner_text()
    for wanted in ("distance_m = 500", "GB/T 51346-2019 4.2", "0f3a0f3a", "2024-06"):
        assert wanted in said
    assert "6,808,000" in said
    assert "北部 / north" in said
    assert view.locator(".tick.target").get_attribute("style") == "left:93.8%"


def test_the_lorenz_curve_sags_below_the_line_of_equal_zones(view):
    open_row(view, "YH-01")
    box = view.locator(".equality")
    # from corner to corner of a square of 100, y downwards
    curve = box.locator("polyline").get_attribute("points")
    assert curve == "0,100 50,75 100,0"
    frame, text = (box.locator(tag).first.bounding_box() for tag in ("rect", "text"))
    assert frame["width"] == pytest.approx(frame["height"], abs=1)
    assert text["y"] >= frame["y"] + frame["height"]
    facts = box.locator("dl").inner_text().split("\n")
    for wanted in ("0.250", "0.500", "80%"):
        assert wanted in facts
    assert "洛伦兹曲线" in box.locator("svg").get_attribute("aria-label")
    open_row(view, "YH-02")
    assert view.locator(".equality").count() == 0


@pytest.mark.parametrize("size", [(1440, 900), NARROW])
def test_the_axes_of_the_curve_are_not_cut_off(show, size):
    view = show(PAGE, size, anchor="#YH-01")
    for _ in range(2):
        cut = view.locator(".lorenz").evaluate(CUT_TEXTS)
        assert cut == []
        view.locator(".language").click()


def test_the_reason_for_unknown_is_told(view):
    open_row(view, "YH-07")
    assert CARD["YH-07"].error.zh in view.locator(".reason").inner_text()


def test_a_button_switches_everything_at_once(view):
    open_row(view, "YH-01")
    view.locator(".language").click()
    said = view.locator("body").inner_text()
    for score in CARD.scores:
        assert score.title.en in said
    assert CARD.plan.title.en in said
    assert STYLES["homes_served"].rule[0].label.en in texts(view, ".legend li span")
    assert "0.6 km" not in said
    assert "1582.1 ×10⁴ t" in said
    assert view.evaluate("document.documentElement.lang") == "en"
    assert view.title() == CARD.plan.title.en
    assert "© OpenStreetMap contributors" in said
    for chinese in ("图例", "目标", "达标", "分街乡", "贡献者", "虚构"):
        assert chinese not in said
    view.locator(".language").click()
    assert "图例" in view.locator("body").inner_text()


def test_verdicts_are_counted_and_filter(view):
    counts = texts(view, ".count")
    assert [said.split() for said in counts] == [
        ["✓", "达标", "3"],
        ["↗\ufe0e", "按进度", "2"],
        ["✗", "落后", "1"],
        ["?", "未知", "1"],
        ["–", "无法评价", "2"],
    ]
    view.locator(".count.behind").click()
    assert view.locator("tr.row").count() == 1
    view.locator(".count.behind").click()
    assert view.locator("tr.row").count() == len(CARD.scores)


def test_fiction_is_said_to_be_fiction(view):
    assert view.locator(".fictional").inner_text() == "虚构数据，仅供演示"


def test_the_address_can_name_a_row(show):
    view = show(PAGE, anchor="#YH-04")
    assert view.locator("tr.open").get_attribute("data-row") == "YH-04"


def test_a_phone_has_a_sheet_over_a_map(show):
    view = show(PAGE, NARROW)
    panel, leaflet = view.locator("#ecogis-panel"), view.locator(".folium-map")
    assert panel.bounding_box()["y"] > 0.45 * NARROW[1]
    assert leaflet.bounding_box()["width"] == NARROW[0]
    assert view.evaluate("document.documentElement.scrollWidth") == NARROW[0]
    open_row(view, "YH-01")
    assert view.locator("tr.detail").count() == 1
    view.locator(".handle").click()
    view.wait_for_timeout(250)
    assert panel.bounding_box()["y"] < 0.1 * NARROW[1]
    view.locator(".handle").click()
    view.wait_for_timeout(250)
    assert panel.bounding_box()["y"] > 0.85 * NARROW[1]
    legend = view.locator(".legend")
    assert legend.bounding_box()["y"] < panel.bounding_box()["y"]
    legend.locator(".title").click()
    assert "已覆盖" in legend.inner_text()


def test_nothing_of_the_wide_page_is_cut_off(view):
    assert view.evaluate("document.documentElement.scrollWidth") == 1440
    assert view.evaluate("document.documentElement.scrollHeight") == 900
    legend = view.locator(".legend").bounding_box()
    assert legend["y"] + legend["height"] <= 900


def test_without_an_area_the_panel_is_the_page(show):
    view = show(page(replace(CARD, area=None, zones=None, context={}), STYLES))
    assert view.locator("tr.row").count() == len(CARD.scores)
    assert view.locator(".ecogis-canvas").count() == 0
    open_row(view, "YH-01")
    assert "分街乡情况" in view.locator("tr.detail").inner_text()
    view.locator(".language").click()
    assert "No map" in view.locator("body").inner_text()


def test_a_card_without_any_layer_still_opens(show):
    scores = tuple(score for score in CARD.scores if score.result is None)
    view = show(page(replace(CARD, scores=scores, zones=None, context={}), STYLES))
    assert texts(view, ".legend li") == ["研究区边界"]
    assert view.locator("tr.active").count() == 0


def one_result():
    built = homes(300)
    served = built["served"]
    result = Result.share(
        AREA, part=built[served], rest=built[~served], homes_served=built
    )
    title = text("Homes near parks", "公园附近的住宅")
    return draw(AREA, result, title=title), result


def test_one_result_is_a_number_beside_its_map(show):
    drawn, result = one_result()
    view = show(drawn.page())
    assert view.locator(".big").inner_text() == f"{result.value:.1f}%"
    assert view.locator("table.rows").count() == 0
    assert colour_share(view, "blind") > VISIBLE


def test_a_notebook_shows_it_in_a_frame(show):
    drawn, result = one_result()
    view = show(f"<body>{drawn._repr_html_()}</body>", wait=False)
    frame = view.frame_locator("iframe")
    frame.locator("html[data-ready=true]").wait_for()
    assert frame.locator(".big").inner_text() == f"{result.value:.1f}%"
    assert frame.locator(".ecogis-canvas").count() == 1


def test_every_row_of_the_demo_opens_in_both_languages(show):
    folder = Path(__file__).parents[2] / "maps" / "demo"
    if not any((folder / "layers").glob("*.*")):
        pytest.skip("maps/demo has no data")
    plan = read_plan(folder / "plan.toml")
    card = run(plan, Catalogue.read(Workspace.above(folder)))
    view = show(page(card, STYLES))
    for score in card.scores:
        open_row(view, score.goal.row)
        view.locator(".language").click()
        detail = view.locator("tr.detail").inner_text()
        assert "undefined" not in detail
        assert "NaN" not in detail
        for mode in view.locator("button[data-mode=zones]").all():
            mode.click()
    assert view.locator(".row").count() == len(card.scores)
