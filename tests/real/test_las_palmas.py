"""
A whole municipality, end to end, beside plain geopandas on GDAL's own reading.

The oracle shares nothing with ecogis but the file: GDAL's OpenStreetMap driver reads,
geopandas unites, buffers and overlays in the plane, pyproj measures on the ellipsoid.
GDAL leaves out four buildings whose outline crosses itself; ecogis repairs them.
"""

from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from pyproj import Geod
from scipy.spatial import cKDTree
from streets_by_hand import slow_walks

from ecogis.reader import Reader
from ecogis.spatial.entrances import Doors, find_entrances
from ecogis.spatial.parks import sized
from ecogis.spatial.snap import snap
from ecogis.spatial.streets import join_streets
from ecogis.spatial.walk import walk_m
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


@pytest.fixture(scope="module")
def walking(card, catalogue):
    """Return the streets, homes, and entrances of parks from 1000 m² and 1.5 ha."""
    reader = Reader(card.plan, catalogue)
    frames = {
        name: reader.read(name, 530.0).frame
        for name in ("walkable_ways", "parks", "buildings")
    }
    streets = join_streets(frames["walkable_ways"])
    homes = reader.area.inside(frames["buildings"])
    spots = shapely.point_on_surface(homes.geometry.to_numpy())
    parks = sized(reader.area, frames["parks"], "patch")
    entrances = [
        find_entrances(
            parks[parks["area_m2"] >= least_m2].reset_index(drop=True), streets, Doors()
        )
        for least_m2 in (1000, 15_000)
    ]
    return streets, shapely.get_coordinates(spots), entrances


def nodes_reached(walking, which):
    """Return the walk of each home by networkx, every place at its nearest node."""
    streets, homes, entrances = walking
    graph = nx.Graph()
    ends = streets.start.tolist(), streets.end.tolist(), streets.length_m.tolist()
    for start, end, length_m in zip(*ends, strict=True):
        known = graph.get_edge_data(start, end, {"weight": np.inf})["weight"]
        graph.add_edge(start, end, weight=min(known, length_m))
    tree = cKDTree(streets.nodes)
    gates = shapely.get_coordinates(entrances[which].frame.geometry.to_numpy())
    nearest = set(tree.query(gates)[1].tolist())
    reached = nx.multi_source_dijkstra_path_length(graph, nearest, cutoff=500)
    return np.array([reached.get(node, np.inf) for node in tree.query(homes)[1]])


@pytest.mark.parametrize(
    ("row", "which", "least", "most"),
    [("LP-parks-on-foot", 0, -2, 2), ("LP-open-space-on-foot", 1, 5, 8)],
)
def test_streets_instead_of_nodes_move_the_number(
    card, walking, which, row, least, most
):
    # the usual way: snapped to nodes, the way to them not walked
    by_nodes = 100 * np.isfinite(nodes_reached(walking, which)).mean()
    assert least < by_nodes - card[row].value < most


def test_walks_are_those_of_networkx(walking):
    streets, homes, entrances = walking
    chosen = np.random.default_rng(5).choice(len(homes), 60, replace=False)
    demand = snap(homes[chosen], streets, 500)
    gates = entrances[1].at
    gates = gates.take(np.arange(len(gates.edge)) % 7 == 0)
    found = walk_m(streets, gates, demand, limit_m=np.inf)
    wanted = slow_walks(streets, demand, gates).min(axis=1)
    assert found == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(
    ("row", "least", "most"),
    [
        ("LP-parks-on-foot", 75, 87),
        ("LP-open-space-on-foot", 30, 42),
        ("LP-stops-on-foot", 85, 95),
    ],
)
def test_on_foot_fewer_get_there_than_in_a_straight_line(card, row, least, most):
    score = card[row]
    amounts = score.result.table.set_index("served")["amount"]
    assert score.result.numerator == amounts["on_foot"]
    assert score.result.denominator == amounts.sum() == 22_226
    assert least < score.value < most
    assert amounts["straight_only"] > 0.03 * amounts.sum()


def test_in_a_straight_line_it_is_the_number_without_walking(card):
    # the whole building there, its inner point here
    amounts = card["LP-parks-on-foot"].result.table.set_index("served")["percent"]
    straight = amounts["on_foot"] + amounts["straight_only"]
    assert 0 <= card["LP-buildings"].value - straight < 2


def test_what_openstreetmap_does_not_know_is_unknown_and_stops_nothing(card):
    score = card["LP-redline"]
    assert (score.verdict, score.value) == ("unknown", None)
    assert "red_lines" in score.reason.en
    assert sum(score.value is not None for score in card.scores) == 11


@pytest.mark.parametrize(
    "row",
    [
        "LP-land",
        "LP-residential",
        "LP-buildings",
        "LP-green",
        "LP-stops",
        "LP-parks-on-foot",
    ],
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
