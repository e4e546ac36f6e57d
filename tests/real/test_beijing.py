"""
Chaoyang and Fengtai on what there is of them, beside plain geopandas.

No parks, forest or red line of the two districts exist in the data folder: the plans'
own rows have to say so, and a trial computes what the streets, compounds, stops and
roads allow.
"""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from pyproj import Geod

from ecogis.workspace import CHECKOUT

pytestmark = pytest.mark.real
HERE = Path(__file__).parent
GEOD = Geod(ellps="WGS84")
# km² on the ellipsoid, streets, people: of the data's own description
KNOWN = {
    "chaoyang": ("朝阳区", 464.943, 43, 3_740_783),
    "fengtai": ("丰台区", 304.874, 21, 2_231_688),
}
PLACES = list(KNOWN)


@pytest.fixture(scope="module")
def trial(card_of):
    return lambda place: card_of(
        HERE / place / "plan.toml", HERE / place / "sources.toml"
    )


@pytest.fixture(scope="module")
def planned(card_of):
    return lambda place: card_of(
        CHECKOUT / "maps" / place / "plan.toml", HERE / place / "sources.toml"
    )


@pytest.fixture(scope="module")
def beijing(data):
    def read(name):
        return gpd.read_file(data / "beijing" / name).to_crs(4548)

    return read


@pytest.fixture(scope="module")
def districts(beijing):
    streets = beijing("beijing_streets_worldpop_wgs84.gpkg")
    return {
        place: streets[streets["district"] == name]
        for place, (name, *_) in KNOWN.items()
    }


@pytest.fixture(scope="module")
def near_a_stop(beijing):
    stops = beijing("beijing_subway_stops_osm_wgs84.geojson")
    stops = stops[~stops.is_empty & stops.geometry.notna()]
    return stops.buffer(500, quad_segs=32).union_all()


def km2(shape):
    degrees = gpd.GeoSeries([shape], crs=4548).to_crs(4326)[0]
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(degrees))[0]) / 1e6


@pytest.mark.parametrize("place", PLACES)
def test_a_district_is_the_union_of_its_streets(trial, planned, districts, place):
    _, size_km2, streets, people = KNOWN[place]
    for card in (trial(place), planned(place)):
        assert card.area.size_m2 / 1e6 == pytest.approx(size_km2, abs=0.0006)
        assert card.area.size_m2 / 1e6 == pytest.approx(
            km2(districts[place].union_all()), rel=1e-6
        )
        assert len(card.zones) == streets
        assert set(card.zones["name"]) == set(districts[place]["street"])
    counted = trial(place)["people"].result.denominator
    assert counted == pytest.approx(people, rel=1e-6)


@pytest.mark.parametrize("place", PLACES)
def test_land_near_a_subway_stop(trial, districts, near_a_stop, place):
    whole = districts[place].union_all()
    wanted = 100 * km2(whole.intersection(near_a_stop)) / km2(whole)
    assert trial(place)["land"].value == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("place", PLACES)
def test_homes_near_a_subway_stop(trial, beijing, districts, near_a_stop, place):
    compounds = beijing("beijing_residential_compounds_wgs84.gpkg").union_all()
    homes = compounds.intersection(districts[place].union_all())
    wanted = 100 * km2(homes.intersection(near_a_stop)) / km2(homes)
    assert trial(place)["homes"].value == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("place", PLACES)
def test_people_near_a_subway_stop(trial, districts, near_a_stop, place):
    streets = districts[place]
    share = streets.intersection(near_a_stop).area / streets.area
    wanted = 100 * (share * streets["worldpop"]).sum() / streets["worldpop"].sum()
    assert trial(place)["people"].value == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("place", PLACES)
def test_every_street_adds_its_part(trial, place):
    for row in ("homes", "people", "land"):
        score = trial(place)[row]
        for column in ("numerator", "denominator"):
            whole = getattr(score.result, column)
            assert score.zones[column].sum() == pytest.approx(whole, rel=1e-9)


@pytest.mark.parametrize("place", PLACES)
def test_noise_strips_lie_along_the_main_roads(trial, beijing, districts, place):
    roads = beijing("beijing_roads_2010_wgs84.gpkg")
    # trunk, primary and secondary; the ground counts as class 2: 35 m from the road
    half_m = roads["class"].astype(int).map({1: 10, 2: 12.5, 3: 10})
    main = roads[half_m.notna()]
    strips = main.buffer(35 + half_m.dropna(), quad_segs=32).union_all()
    wanted = km2(strips.intersection(districts[place].union_all()))
    assert trial(place)["noise"].value == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize(
    ("place", "answered"), [("chaoyang", ()), ("fengtai", ("FT-57",))]
)
def test_the_plans_rows_say_which_layer_is_missing(planned, place, answered):
    card = planned(place)
    measured = {s.goal.row: s for s in card.scores if s.goal.indicator}
    # roads are all that the strips cannot do without
    for row in answered:
        score = measured.pop(row)
        assert score.value > 0
        assert any("no data" in note.en for note in score.notes)
    for score in measured.values():
        # without measurements the number that the plan prints stands in
        printed = score.goal.reported is not None
        assert (score.origin, score.verdict == "unknown") == (
            ("reported", False) if printed else ("none", True)
        )
        reason = str(score.error)
        assert "ecogis prepare" in reason or "has no source" in reason
    assert not {score.verdict for score in card.scores} & {"behind", "on_track"}


def test_a_row_of_each_kind_of_missing_layer(planned):
    chaoyang = planned("chaoyang")
    assert "'red_lines' has no source" in chaoyang["CY-T2-15"].reason.en
    assert "'parks' is not prepared" in chaoyang["CY-09"].reason.en
