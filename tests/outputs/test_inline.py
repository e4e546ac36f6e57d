"""A folium page with everything in it, or an error that names what is missing."""

import folium
import pytest
from folium.plugins import MousePosition

from ecogis.errors import EcogisError
from ecogis.outputs.inline import STORE, inlined, numbered, requests

LEAFLET = "https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js"


def plain_map(**settings):
    return folium.Map((39.9, 116.4), tiles=None, **settings)


def test_a_plain_map_holds_leaflet_and_nothing_that_it_does_not_use():
    page = inlined(plain_map().get_root().render())
    assert requests(page) == []
    assert "Leaflet 1.9.3, a JS library for interactive maps" in page
    for other in ("bootstrap", "jQuery", "Font Awesome", "AwesomeMarkers"):
        assert other not in page
    assert len(page) < 180_000


def test_what_folium_itself_asks_for_is_seen():
    asked = requests(plain_map().get_root().render())
    assert LEAFLET in asked
    assert len(asked) == 10


def test_a_marker_brings_what_it_needs():
    leaflet = plain_map()
    folium.Marker((39.9, 116.4), icon=folium.Icon(icon="leaf")).add_to(leaflet)
    page = inlined(leaflet.get_root().render())
    assert requests(page) == []
    assert "L.AwesomeMarkers" in page


def test_a_plugin_of_folium_is_put_in():
    leaflet = plain_map()
    MousePosition().add_to(leaflet)
    assert requests(inlined(leaflet.get_root().render())) == []


@pytest.mark.parametrize(
    "tag",
    [
        '<script src="https://example.org/unknown.js"></script>',
        '<link rel="stylesheet" href="https://example.org/unknown.css"/>',
        '<img alt="" src="https://example.org/unknown.png">',
        "<img src=//example.org/unknown.png>",
    ],
)
def test_an_address_without_a_copy_is_refused_by_name(tag):
    with pytest.raises(EcogisError, match=r"example\.org/unknown.*has no copy"):
        inlined(f"<html><head>{tag}</head></html>")


def test_inlined_text_cannot_end_its_element(monkeypatch):
    monkeypatch.setitem(STORE, LEAFLET, "var a = '</script><b>';")
    page = inlined(f'<script src="{LEAFLET}"></script>')
    assert page == "<script>var a = '<\\/script><b>';</script>"


def test_pictures_beside_a_sheet_are_not_asked_for(monkeypatch):
    sheet = "https://example.org/a.css"
    monkeypatch.setitem(
        STORE, sheet, "a{b:url(images/x.png)}c{d:url('y.svg')}e{f:url(data:,z)}"
    )
    page = inlined(f'<link rel="stylesheet" href="{sheet}"/>')
    assert page.count("url(data:,)") == 2
    assert "url(data:,z)" in page
    assert "x.png" not in page


def test_folium_s_random_names_become_numbers_in_order():
    one, other = "0123456789abcdef" * 2, "f" * 32
    page = f"map_{one} layer_{other} map_{one} sha {one}{one}"
    assert numbered(page) == f"map_1 layer_2 map_1 sha {one}{one}"


def test_two_maps_of_folium_are_equal_once_numbered():
    pages = [numbered(plain_map().get_root().render()) for _ in range(2)]
    assert pages[0] == pages[1]
