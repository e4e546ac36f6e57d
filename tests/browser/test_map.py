"""The map in a real browser, offline: what is drawn, and what a click does."""

import pytest
from district import SCRIPT
from district_card import scorecard
from seen import (
    GONE,
    STYLES,
    VISIBLE,
    centre,
    colour_at,
    colour_share,
    open_row,
    pixels,
    screen_point,
    texts,
)

from ecogis.outputs.folium_map import page

pytestmark = pytest.mark.browser
CARD = scorecard(150)
PAGE = page(CARD, STYLES)


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
