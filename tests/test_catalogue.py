"""Does the delivered catalogue say what everybody relies on?"""

from pathlib import Path

import pytest

from ecogis.layer import Catalogue, Osm
from ecogis.table import table
from ecogis.workspace import Workspace

CATALOGUE = Catalogue.read(Workspace.above(Path(__file__)))
# name: geometry, required fields, optional fields
PROMISED = {
    "districts": ("Polygon", "name", ""),
    "subdistricts": ("Polygon", "name", "people"),
    "built_up_area": ("Polygon", "", ""),
    "residential_land": ("Polygon", "", ""),
    "land_use": ("Polygon", "code", ""),
    "parks": ("Polygon", "", "name category capacity_m2"),
    "green_space": ("Polygon", "", "name category"),
    "forest": ("Polygon", "", "kind canopy"),
    "red_lines": ("Polygon", "", "name"),
    "red_lines_baseline": ("Polygon", "", "name"),
    "control_zones": ("Polygon", "zone", ""),
    "green_belts": ("Polygon", "", "name"),
    "rivers": ("Line", "", "name has_water"),
    "water_bodies": ("Polygon", "", "name"),
    "roads": ("Line", "", "name class width_m speed_kmh pavement oneway"),
    "railways": ("Line", "", "name kind"),
    "walkable_ways": ("Line", "", "name class foot access bridge tunnel level"),
    "park_entrances": ("Point", "", "name"),
    "buildings": ("Polygon", "", "name use floors height_m people dwellings"),
    "sensitive_buildings": ("Polygon", "", "name kind floors gfa_m2 year"),
    "noise_zones": ("Polygon", "class", ""),
    "noise_barriers": ("Line", "", "name height_m alpha"),
    "ground_absorption": ("Polygon", "g", ""),
    "elevation": ("Raster", "elevation_m", ""),
    "noise_stations": ("Point", "", "name class ld_db ln_db"),
    "noise_grid": ("Point", "", "name ld_db ln_db"),
    "road_noise": ("Line", "", "name ld_db ln_db"),
    "planned_roads": ("Line", "", "name class width_m"),
    "construction_sites": ("Polygon", "gfa_m2 monitored", "name"),
    "transit_stops": ("Point", "", "name kind"),
    "population": ("Polygon", "people", ""),
    "trees": ("Point", "", "name height_m"),
    "tree_canopy": ("Polygon", "", ""),
    "open_space": ("Polygon", "", "name category"),
    "candidate_sites": ("Polygon", "", "name kind area_m2 cost"),
}
USES = {
    *("cropland", "orchard", "woodland", "grassland", "wetland", "green", "water"),
    *("agroforestry", "residential", "industrial", "commercial", "public"),
    *("transport", "bare", "other"),
}


@pytest.mark.parametrize("name", PROMISED)
def test_a_layer_keeps_its_promise(name):
    geometry, required, optional = PROMISED[name]
    layer = CATALOGUE[name]
    assert layer.geometry == geometry
    fields = layer.fields.items()
    assert {n for n, f in fields if not f.optional} == set(required.split())
    assert {n for n, f in fields if f.optional} >= set(optional.split())
    # their patches are judged whole, beyond the window too
    assert layer.joined == (name in {"parks", "forest"})
    # streets lead from one to the next
    assert layer.network == (name == "walkable_ways")


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_a_layer_is_described_well(name):
    layer = CATALOGUE[name]
    texts = [layer.title, *(field.title for field in layer.fields.values())]
    for text in texts:
        assert text.en.isascii()
        assert not text.zh.isascii()
    for field_name, field in layer.fields.items():
        known = [s for spellings in field.spellings.values() for s in spellings]
        known += field.spellings
        assert len(known) == len(set(known)), "a spelling stands for two values"
        assert len(field.aliases) == len({a.casefold() for a in field.aliases})
        if field_name.endswith("_m"):
            assert field.unit == "m"
        if field_name.endswith("_db"):
            assert field.unit == "dB"


@pytest.mark.parametrize(
    ("layer", "tags"),
    [
        ("parks", {"leisure": "park", "name": "x"}),
        ("parks", {"leisure": "garden", "access": "yes"}),
        ("roads", {"highway": "living_street"}),
        ("transit_stops", {"railway": "station", "station": "subway"}),
        ("buildings", {"building": "yes"}),
        ("sensitive_buildings", {"building": "yes", "amenity": "school"}),
        ("water_bodies", {"natural": "water", "water": "lake"}),
        ("forest", {"natural": "wood"}),
        ("planned_roads", {"highway": "construction", "construction": "trunk"}),
        ("noise_barriers", {"barrier": "wall", "wall": "noise_barrier"}),
        ("noise_barriers", {"barrier": "noise_barrier", "height": "4"}),
        ("planned_roads", {"railway": "proposed", "proposed": "light_rail"}),
        ("trees", {"natural": "tree"}),
        ("open_space", {"place": "square"}),
        ("open_space", {"leisure": "pitch", "access": "yes"}),
        ("walkable_ways", {"highway": "steps"}),
        ("walkable_ways", {"highway": "secondary_link"}),
        ("walkable_ways", {"highway": "trunk", "foot": "yes"}),
        ("walkable_ways", {"highway": "trunk", "sidewalk": "both"}),
        ("walkable_ways", {"highway": "cycleway", "foot": "designated"}),
        # what is private is left out later: foot may open it
        ("walkable_ways", {"highway": "service", "access": "private", "foot": "yes"}),
    ],
)
def test_what_openstreetmap_calls_it(layer, tags):
    assert CATALOGUE[layer].osm.matches(tags)


@pytest.mark.parametrize(
    ("layer", "tags"),
    [
        ("parks", {"leisure": "park", "access": "private"}),
        ("parks", {"leisure": "garden"}),
        ("parks", {"leisure": "garden", "access": "customers"}),
        ("roads", {"highway": "footway"}),
        ("roads", {"highway": "service", "area": "yes"}),
        ("railways", {"railway": "subway", "tunnel": "yes"}),
        ("walkable_ways", {"highway": "motorway"}),
        ("walkable_ways", {"highway": "trunk"}),
        ("walkable_ways", {"highway": "trunk", "foot": "yes", "motorroad": "yes"}),
        ("walkable_ways", {"highway": "cycleway"}),
        ("walkable_ways", {"highway": "path", "foot": "no"}),
        ("walkable_ways", {"highway": "pedestrian", "area": "yes"}),
        ("walkable_ways", {"highway": "proposed"}),
        ("rivers", {"waterway": "river", "tunnel": "culvert"}),
        ("transit_stops", {"railway": "station"}),
        ("buildings", {"building": "no"}),
        ("buildings", {"amenity": "school"}),
        ("sensitive_buildings", {"building": "yes"}),
        ("planned_roads", {"highway": "trunk"}),
        ("noise_barriers", {"barrier": "wall"}),
        ("planned_roads", {"highway": "construction", "construction": "footway"}),
        ("trees", {"natural": "tree_row"}),
        ("open_space", {"leisure": "pitch"}),
        ("open_space", {"leisure": "park", "access": "customers"}),
    ],
)
def test_what_it_is_not(layer, tags):
    assert not CATALOGUE[layer].osm.matches(tags)


def test_a_filter_is_and_within_or_between_and_exclude_wins():
    osm = Osm(
        tags=({"a": "1", "b": True}, {"c": ("2", "3")}),
        exclude=({"d": True}, {"e": "x", "f": "y"}),
    )
    assert osm.matches({"a": "1", "b": "anything"})
    assert osm.matches({"c": "3"})
    assert not osm.matches({"a": "1"})
    assert not osm.matches({"a": "2", "b": "anything"})
    assert not osm.matches({"c": "2;3"})
    assert not osm.matches({"c": "3", "d": "no"})
    assert osm.matches({"c": "3", "e": "x"})
    assert not osm.matches({"c": "3", "e": "x", "f": "y"})
    assert osm.keys == ("a", "b", "c")


def test_land_use_codes_map_to_known_classes():
    rows = table("land_use")
    assert list(rows) == ["gbt21010_2017", "guide_2023", "gb50137_2011"]
    for row in rows.values():
        assert set(row.columns["classes"].values()) <= USES
