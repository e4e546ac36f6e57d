"""
A whole municipality, end to end, beside plain geopandas on GDAL's own reading.

The oracle shares nothing with ecogis but the file: GDAL's OpenStreetMap driver reads,
geopandas unites, buffers and overlays in the plane, pyproj measures on the ellipsoid.
GDAL leaves out four buildings whose outline crosses itself; ecogis repairs them.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

from ecogis.spatial.zonal import OUTSIDE

pytestmark = pytest.mark.real
HERE = Path(__file__).parent
PLAN = HERE / "las_palmas" / "plan.toml"
UTM = 32628
GEOD = Geod(ellps="WGS84")
# one line a carriageway: half of half a road, from its class
HALF_WIDTH_M = {"motorway": 8.5, "trunk": 10, "primary": 12.5, "secondary": 10}


@pytest.fixture(scope="module")
def card(card_of):
    return card_of(PLAN)


@pytest.fixture(scope="module")
def town(data):
    """Return the municipality's boundary in metres."""
    frame = gpd.read_file(data / "las_palmas" / "municipality.geojson")
    return frame.to_crs(UTM).union_all()


@pytest.fixture(scope="module")
def osm(data):
    """Return a function that reads polygons with GDAL's own driver."""

    def read(where, *columns, layer="multipolygons"):
        frame = gpd.read_file(
            data / "las_palmas" / "las_palmas_20230221.osm.pbf",
            layer=layer,
            on_invalid="ignore",
            where=where,
            columns=list(columns),
        ).to_crs(UTM)
        return frame.set_geometry(frame.make_valid())

    return read


@pytest.fixture(scope="module")
def served(osm, town):
    """Return the large parks as one patch each, and the ground within 500 m."""
    found = osm("leisure IN ('park', 'garden')", "leisure", "other_tags")
    tags = found["other_tags"].fillna("")
    closed = tags.str.contains('"access"=>"private"|"access"=>"no"', regex=True)
    public = (found["leisure"] == "park") | tags.str.contains('"access"=>"yes"')
    parks = found[public & ~closed & found.intersects(town.buffer(600))]
    patches = gpd.GeoSeries([parks.union_all()], crs=UTM).explode(ignore_index=True)
    large = patches[geodesic(patches) >= 1000]
    return large, large.buffer(500, quad_segs=32).union_all()


def geodesic(shapes):
    """Measure m² on the ellipsoid with pyproj, one geometry at a time."""
    degrees = gpd.GeoSeries(shapes, crs=UTM).to_crs(4326)
    return np.array(
        [
            abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0])
            for shape in degrees
        ]
    )


def percent(part, whole):
    return 100 * geodesic([part])[0] / geodesic([whole])[0]


def test_the_area_is_the_municipality(card, town):
    assert card.area.crs.to_epsg() == UTM
    assert card.area.size_m2 == pytest.approx(103.316e6, abs=500)
    assert card.area.size_m2 == pytest.approx(geodesic([town])[0], rel=1e-9)
    assert len(card.zones) == 29


def test_land_within_reach_of_a_park(card, served, town):
    wanted = percent(served[1].intersection(town), town)
    assert card["LP-land"].value == pytest.approx(wanted, rel=1e-5)
    assert 25 < card["LP-land"].value < 35


def test_residential_land_within_reach_of_a_park(card, osm, served, town):
    homes = osm("landuse = 'residential'", "landuse").union_all().intersection(town)
    wanted = percent(homes.intersection(served[1]), homes)
    score = card["LP-residential"]
    assert score.value == pytest.approx(wanted, rel=1e-5)
    assert score.verdict == "behind"


def test_buildings_within_reach_of_a_park(card, osm, served, town):
    houses = osm("building IS NOT NULL", "building")
    ruins = ["no", "proposed", "construction", "collapsed", "demolished"]
    houses = houses[~houses["building"].isin(ruins)]
    houses = houses[houses.representative_point().intersects(town)]
    tree = shapely.STRtree(served[0].to_numpy())
    near = tree.query(houses.geometry.to_numpy(), predicate="dwithin", distance=500)[0]
    result = card["LP-buildings"].result
    assert result.denominator == len(houses) + 4
    assert 0 <= result.numerator - len(np.unique(near)) <= 4
    assert card["LP-buildings"].verdict == "met"


def test_the_tiers_serve_less_residential_land_than_one_large_radius(card):
    # 5000 m² for 500 m and 400 m² for 300 m, against 1000 m² for 500 m
    tiers, one = card["LP-tiers"].result, card["LP-residential"].result
    assert 0 < tiers.value < one.value
    assert tiers.denominator == pytest.approx(one.denominator, rel=1e-9)


def test_green_space(card, osm, town):
    where = (
        "leisure IN ('park', 'garden', 'nature_reserve') OR landuse IN ('forest', "
        "'grass', 'meadow', 'village_green', 'recreation_ground', 'cemetery') OR "
        "\"natural\" IN ('wood', 'scrub', 'grassland', 'heath')"
    )
    green = osm(where, "leisure", "landuse", "natural").union_all().intersection(town)
    assert card["LP-green"].value == pytest.approx(percent(green, town), rel=2e-3)


def test_buildings_within_reach_of_a_stop(card, osm, town):
    stops = osm("highway = 'bus_stop'", "highway", layer="points")
    houses = osm("building IS NOT NULL", "building")
    houses = houses[houses.representative_point().intersects(town)]
    tree = shapely.STRtree(stops.geometry.to_numpy())
    near = tree.query(houses.geometry.to_numpy(), predicate="dwithin", distance=300)[0]
    wanted = 100 * len(np.unique(near)) / len(houses)
    # ecogis also knows platforms that carry no bus_stop tag
    assert wanted - 0.1 <= card["LP-stops"].value <= wanted + 3


def test_noise_strips_lie_along_the_main_roads(card, osm, town):
    kinds = [f"'{kind}', '{kind}_link'" for kind in HALF_WIDTH_M]
    where = f"highway IN ({', '.join(kinds)})"
    roads = osm(where, "highway", "other_tags", layer="lines")
    tags = roads["other_tags"].fillna("")
    roads = roads[~tags.str.contains('"tunnel"=>"yes"')]
    # without noise zones the ground counts as class 2: 35 m from the road's boundary
    metres = 35 + roads["highway"].str.removesuffix("_link").map(HALF_WIDTH_M)
    strips = roads.buffer(metres, quad_segs=32).union_all().intersection(town)
    assert not tags.str.contains('"width"').any()
    assert card["LP-noise"].value == pytest.approx(geodesic([strips])[0] / 1e6, 1e-5)


def test_what_openstreetmap_does_not_know_is_unknown_and_stops_nothing(card):
    score = card["LP-redline"]
    assert (score.verdict, score.value) == ("unknown", None)
    assert "red_lines" in score.reason.en
    assert sum(score.value is not None for score in card.scores) == 7


@pytest.mark.parametrize(
    "row", ["LP-land", "LP-residential", "LP-buildings", "LP-green", "LP-stops"]
)
def test_the_zones_add_up(card, row):
    # the school areas overlap, leave gaps and reach beyond the boundary
    score = card[row]
    for column in ("numerator", "denominator"):
        whole = getattr(score.result, column)
        assert score.zones[column].sum() == pytest.approx(whole, rel=1e-9)
    assert score.zones["zone"].iloc[-1] == OUTSIDE


def test_the_zones_cover_what_they_are_known_to_cover(card, data, town):
    areas = gpd.read_file(data / "las_palmas" / "school_areas.geojson").to_crs(UTM)
    covered = areas.make_valid().union_all().intersection(town)
    assert covered.area == pytest.approx(98.07e6, abs=10_000)
    table = card["LP-land"].zones
    inside = table[table["zone"] != OUTSIDE]["denominator"].sum()
    # zones share a piece in proportion to the plane, whose scale varies a little
    assert inside == pytest.approx(geodesic([covered])[0], rel=1e-5)


def test_every_number_can_be_traced(card):
    for score in card.scores:
        if score.result is None:
            continue
        assert score.provenance.crs == "EPSG:32628"
        for stamp in score.provenance.layers:
            assert len(stamp.sha256) == 64
            assert "las_palmas" in stamp.path
