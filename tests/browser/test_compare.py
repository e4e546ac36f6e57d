"""The page of a comparison, as a browser shows it: numbers, badges, both maps."""

import pytest
from playwright.sync_api import expect
from seen import GONE, STYLES, VISIBLE, colour_share
from town import COVERAGE, build, frame, square

from ecogis.compare import asked_of, compare
from ecogis.compare.asked import Request
from ecogis.outputs.change_page import change_page

pytestmark = pytest.mark.browser
SMALL = frame(square(985, 985, 30, 30), name=["中央公园"])


@pytest.fixture(scope="module")
def html(tmp_path_factory):
    """Return the page of a park that grows until it counts."""
    folder = tmp_path_factory.mktemp("compared")
    before, after = build(folder / "a", parks=SMALL), build(folder / "b")
    return change_page(compare(asked_of(Request(before, after))), STYLES, "en")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_rows_say_before_and_after(show, html, size):
    view = show(html, size)
    row = view.locator('[data-row="P1"]')
    assert f"0.0 → {COVERAGE:.1f}%" in row.inner_text()
    assert f"▲ +{COVERAGE:.1f} pp" in row.inner_text()
    expect(row.locator(".verdict.better")).to_have_text("✓better")
    assert view.evaluate("document.documentElement.scrollWidth <= innerWidth")
    view.locator(".language").click()
    expect(row.locator(".verdict.better")).to_have_text("✓改善")


def test_the_map_shows_what_is_gained_and_zones_by_their_change(show, html):
    view = show(html)
    view.locator('[data-row="P1"] button').click()
    assert "newly within reach" in view.locator(".legend").inner_text()
    assert colour_share(view, "change_down_3") < GONE
    view.locator('[data-mode="zones"]').click()
    # both halves rise by the largest step
    assert colour_share(view, "change_down_3") > 100 * VISIBLE
    legend = view.locator(".legend").inner_text()
    assert "▲ 20 – 30 pp better" in legend
    assert "no change" in legend
    expect(view.locator('[data-zone="西街道"] i.better')).to_be_visible()
