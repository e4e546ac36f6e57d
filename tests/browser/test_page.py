"""The page in a real browser, offline: what is seen, and what a click does."""

from dataclasses import replace
from pathlib import Path

import pytest
from district import AREA, SCRIPT, homes
from district_card import scorecard, text

from ecogis.outputs.folium_map import draw, page
from ecogis.result import Result
from ecogis.style import Styles
from ecogis.wording import shown
from ecogis.workspace import Workspace

pytestmark = pytest.mark.browser
NARROW = (390, 844)
# of the canvas: small houses seen from afar; a few pixels that look alike
VISIBLE, GONE = 2e-4, 5e-5
STYLES = Styles.read(Workspace.above(Path(__file__)))
CARD = scorecard(150)
PAGE = page(CARD, STYLES)


def pixels(view):
    """Return the picture of the map's canvas."""
    view.wait_for_timeout(120)
    return view.evaluate("document.querySelector('.ecogis-canvas').toDataURL()")


def colour_share(view, name):
    """Return the share of the canvas that is painted in a palette colour."""
    view.wait_for_timeout(120)
    red, green, blue = (int(STYLES.palette[name][i : i + 2], 16) for i in (1, 3, 5))
    return view.evaluate(
        """([r, g, b]) => {
          const canvas = document.querySelector('.ecogis-canvas');
          const pen = canvas.getContext('2d');
          const seen = pen.getImageData(0, 0, canvas.width, canvas.height).data;
          let n = 0;
          for (let i = 0; i < seen.length; i += 4) {
            const off = Math.abs(seen[i] - r) + Math.abs(seen[i + 1] - g);
            if (off + Math.abs(seen[i + 2] - b) < 6 && seen[i + 3] > 250) n++;
          }
          return (4 * n) / seen.length;
        }""",
        [red, green, blue],
    )


def colour_at(view, x, y):
    """Return the hex code of the canvas at a place of the screen."""
    return view.evaluate(
        """([x, y]) => {
          const canvas = document.querySelector('.ecogis-canvas');
          const box = canvas.getBoundingClientRect();
          const pen = canvas.getContext('2d');
          const seen = pen.getImageData(x - box.left, y - box.top, 1, 1).data;
          return '#' + [...seen.slice(0, 3)]
            .map((part) => part.toString(16).padStart(2, '0')).join('');
        }""",
        [x, y],
    )


def centre(view):
    return view.evaluate(
        "(() => { const map = ecogis.view.leaflet, at = map.getCenter();"
        " return [at.lng, at.lat, map.getZoom()]; })()"
    )


def texts(view, selector):
    return view.locator(selector).all_inner_texts()


def open_row(view, row):
    view.locator(f'tr[data-row="{row}"] button').click()


def screen_point(view, key, column, wanted):
    """Return where on the screen a feature of a layer lies, by one of its values."""
    return view.evaluate(
        """([key, name, wanted]) => {
          const { view } = ecogis;
          const { packed } = view.layers.find((layer) => layer.key === key);
          const column = packed.columns.find((one) => one.name === name);
          for (let f = 0; f < packed.n; f++) {
            if (column.at(f) !== wanted) continue;
            const [west, north, east, south] = packed.boxes.subarray(4 * f, 4 * f + 4);
            const middle = L.point((west + east) * 128, (north + south) * 128);
            const at = view.leaflet.latLngToContainerPoint(
              L.CRS.EPSG3857.pointToLatLng(middle, 0));
            const box = view.leaflet.getContainer().getBoundingClientRect();
            return [box.left + at.x, box.top + at.y];
          }
        }""",
        [key, column, wanted],
    )


def test_rows_show_the_scorecard_s_numbers(view):
    for score in CARD.scores:
        row = view.locator(f'tr[data-row="{score.goal.row}"]')
        assert row.locator("td b").inner_text().startswith(shown(score))
        assert score.title.zh in row.inner_text()


def test_the_first_row_with_features_is_on_the_map(view):
    assert view.locator("tr.active").get_attribute("data-row") == "YH-01"
    assert colour_share(view, "served") > VISIBLE
    assert colour_share(view, "blind") > VISIBLE


def test_the_legend_says_what_the_styles_say(view):
    results, ground = ("parks_counted", "homes_served"), ("rivers", "roads")
    order = (*results, "boundary", "zones", *ground)
    labels = [rule.label.zh for name in order for rule in STYLES[name].rule]
    assert texts(view, ".legend li span") == labels


def test_a_row_shows_its_own_layers_and_flies_there(view):
    before = centre(view)
    open_row(view, "YH-03")
    assert colour_share(view, "served") < GONE
    legend = texts(view, ".legend li span")
    assert STYLES["red_lines_inside"].rule[0].label.zh in legend
    assert STYLES["homes_served"].rule[0].label.zh not in legend
    after = centre(view)
    # the red line lies in the middle and the north-east, and is smaller than the area
    assert after != before
    assert after[2] > before[2]
    assert view.locator('tr[data-row="YH-03"] button').get_attribute(
        "aria-expanded"
    ) == ("true")


def test_a_second_click_closes_the_row(view):
    open_row(view, "YH-01")
    assert view.locator("tr.detail").count() == 1
    open_row(view, "YH-01")
    assert view.locator("tr.detail").count() == 0
    assert colour_share(view, "served") < GONE


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


def test_the_reason_for_unknown_is_told(view):
    open_row(view, "YH-07")
    assert CARD["YH-07"].error.zh in view.locator(".reason").inner_text()


def test_a_layer_is_switched_off_and_on(view):
    view.locator(".control .title").click()
    box = view.locator('[data-key="YH-01/homes_served"]')
    first = pixels(view)
    box.uncheck()
    without = pixels(view)
    assert without != first
    assert STYLES["homes_served"].title.zh not in view.locator(".legend").inner_text()
    box.check()
    assert pixels(view) == first


def test_zones_are_shaded_by_value(view):
    open_row(view, "YH-01")
    view.locator("button[data-mode=zones]").click()
    assert colour_share(view, "step_6") > 0.05
    assert colour_share(view, "served") < GONE
    legend = texts(view, ".legend li span")
    assert legend[:5] == ["20 – 40%", "40 – 60%", "60 – 80%", "80 – 100%", "无数据"]
    for place, name in ((2, "step_2"), (4, "step_6")):
        x, y = screen_point(view, "zones", "place", place)
        assert colour_at(view, x, y + 45) == STYLES.palette[name]
    view.locator("button[data-mode=features]").click()
    assert colour_share(view, "step_6") < GONE
    assert colour_share(view, "served") > VISIBLE


def test_a_zone_of_the_table_flies_to_the_zone(view):
    open_row(view, "YH-01")
    view.locator('tr[data-zone="东风里街道"] button').click()
    view.wait_for_timeout(200)
    seen = view.evaluate(
        "(() => { const b = ecogis.view.leaflet.getBounds();"
        " return [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()]; })()"
    )
    zone = CARD.zones[CARD.zones["name"] == "东风里街道"].to_crs("EPSG:4326")
    west, south, east, north = zone.total_bounds
    assert seen[0] < west < east < seen[2]
    assert seen[1] < south < north < seen[3]
    assert seen[2] - seen[0] < 4 * (east - west)


def test_a_click_on_a_shaded_zone_tells_its_numbers(view):
    open_row(view, "YH-01")
    view.locator("button[data-mode=zones]").click()
    view.wait_for_timeout(150)
    view.mouse.click(*screen_point(view, "zones", "place", 4))
    said = view.locator(".popup").inner_text()
    assert "石门镇" in said
    assert "97.0%" in said
    assert "777,000" in said


def test_a_park_called_like_a_script_is_text(view):
    view.wait_for_timeout(150)
    view.mouse.click(*screen_point(view, "YH-01/parks_counted", "name", SCRIPT))
    popup = view.locator(".popup")
    assert popup.locator("strong").inner_text() == SCRIPT
    assert "面积（公顷）" in popup.inner_text()
    assert view.evaluate("window.attacked") is None
    open_row(view, "YH-03")
    assert SCRIPT in view.locator("tr.detail").inner_text()
    assert view.evaluate("window.attacked") is None


def test_a_park_without_a_name_shows_its_layer(view):
    view.wait_for_timeout(150)
    view.mouse.click(*screen_point(view, "YH-01/parks_counted", "name", None))
    said = view.locator(".popup strong").inner_text()
    assert said.startswith("公园绿地（按规模）")


@pytest.mark.parametrize(
    ("key", "row", "name", "heading"),
    [
        ("YH-04/stops_counted", "YH-04", "路口 5", "路口 5"),
        ("roads", "YH-07", "tertiary 路", "tertiary 路"),
    ],
)
def test_points_and_lines_are_hit(view, key, row, name, heading):
    open_row(view, row)
    view.wait_for_timeout(150)
    x, y = screen_point(view, key, "name", name)
    view.mouse.click(x + 3, y)
    assert view.locator(".popup strong").inner_text() == heading
    assert "类型" in view.locator(".popup").inner_text() or key == "roads"


def test_a_click_beside_everything_opens_nothing(view):
    view.mouse.click(1000, 60)
    assert view.locator(".popup").count() == 0


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


def test_base_maps_wait_for_a_click(view):
    view.locator(".control .title").click()
    view.locator(".control summary", has_text="底图").click()
    labels = texts(view, ".control details:last-of-type label")
    assert len(labels) == 4
    assert sum("需要联网" in label for label in labels) == 3
    assert any("GCJ-02" in label for label in labels)
    assert view.locator("input[name=tiles]:checked").get_attribute("value") == "none"
    assert view.locator(".leaflet-tile").count() == 0


def test_a_base_map_without_a_network_says_so(show):
    view = show(PAGE)
    view.locator(".control .title").click()
    view.locator(".control summary", has_text="底图").click()
    assert show.faults == []
    view.locator("input[value=osm]").check()
    status = view.locator(".control [role=status]")
    view.wait_for_function(
        "document.querySelector('.control [role=status]').textContent"
    )
    assert status.inner_text() == "底图未能加载：请检查网络"
    assert all("tile.openstreetmap.org" in f or "ERR_" in f for f in show.faults)
    assert show.faults
    show.faults.clear()
    view.locator("input[value=none]").check()
    assert view.locator(".leaflet-tile").count() == 0
    view.locator("input[value=tianditu]").check()
    assert view.locator(".control input[type=text]").is_visible()
    # without a key nothing is asked; what was in flight may still fail
    late = ("tile.openstreetmap.org", "ERR_")
    assert [f for f in show.faults if not any(part in f for part in late)] == []
    show.faults.clear()


def test_an_empty_layer_is_said_to_be_empty(view):
    open_row(view, "YH-05")
    view.locator(".control .title").click()
    label = view.locator("label", has=view.locator('[data-key="YH-05/redline_change"]'))
    assert "无要素" in label.inner_text()


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
