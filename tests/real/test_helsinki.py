"""
People in their homes in the middle of Helsinki, beside plain geopandas.

The extract is 1.0 km by 1.7 km; the area keeps 340 m from its edge, so that every
margin is read. The oracle shares nothing with ecogis but the two files.
"""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS

from ecogis.area import StudyArea
from ecogis.indicators.green import green_supply_2sfca, who_green_access
from ecogis.spatial.dasymetric import allocate, people_at_home
from ecogis.spatial.homes import NO_HOME, homes_of
from ecogis.workbench import read_layer

pytestmark = pytest.mark.real
TM35 = 3067
MARGIN_M = 300.0


@pytest.fixture(scope="module")
def area():
    """Return what both the extract and the grid cover, less the margin."""
    west, south, east, north = 24.935176, 60.164155, 24.953414, 60.1766
    box = gpd.GeoSeries([shapely.box(west, south, east, north)], crs=4326)
    inside = box.to_crs(TM35).iloc[0].buffer(-MARGIN_M - 40, join_style="mitre")
    return StudyArea("Helsinki", inside, CRS(TM35), area_method="plane")


@pytest.fixture(scope="module")
def wide(area):
    """Return nearly the whole extract: cells at its edge lack some of their homes."""
    return StudyArea("wide", area.boundary.buffer(290.0), area.crs, "plane")


@pytest.fixture(scope="module")
def layers(data, area):
    """Return the population, the buildings and the parks as ecogis reads them."""
    folder = data / "helsinki"
    grid = folder / "helsinki_population_grid_2020.gpkg"
    osm = folder / "Helsinki.osm.pbf"
    return {
        "population": read_layer("population", grid, area, MARGIN_M),
        "buildings": read_layer("buildings", osm, area, MARGIN_M),
        "parks": read_layer("parks", osm, area, MARGIN_M),
    }


def test_nobody_of_a_cell_is_lost(layers):
    cells = layers["population"]
    found = allocate(cells, homes_of(layers["buildings"]))
    sums = np.bincount(found.cell, found.people, minlength=len(cells))
    people = cells["people"].to_numpy(float)
    assert len(cells) > 20
    assert sums[~found.homeless] == pytest.approx(people[~found.homeless], rel=1e-12)


def oracle(area, layers):
    """Return homes with their people, by an overlay of geopandas and its groups."""
    cells = layers["population"].reset_index(drop=True)
    cells = cells[cells.intersects(area.boundary)].assign(cell=lambda f: f.index)
    homes = layers["buildings"].reset_index(drop=True)
    homes = homes[~homes["use"].isin(NO_HOME)].assign(home=lambda f: f.index)
    height = (homes["height_m"] / 3).clip(lower=1)
    floors = homes["floors"].where(homes["floors"] > 0, height).fillna(1.0)
    homes["storeys"] = floors
    pieces = gpd.overlay(
        homes[["home", "storeys", "geometry"]],
        cells[["cell", "people", "geometry"]],
        how="intersection",
        keep_geom_type=True,
    )
    pieces["weight"] = pieces.area * pieces["storeys"]
    whole = pieces.groupby("cell")["weight"].transform("sum")
    pieces["own"] = pieces["people"] * pieces["weight"] / whole
    people = pieces.groupby("home")["own"].sum()
    lived = homes.loc[people.index].assign(own=people)
    inner = lived.representative_point()
    return lived[inner.intersects(area.boundary)]


def test_who_lives_in_the_area_agrees_with_an_overlay(wide, layers):
    people, notes = people_at_home(wide, layers["population"], layers["buildings"])
    homes = people[people["home"]]
    expected = oracle(wide, layers)
    assert len(homes) == len(expected) > 200
    assert homes["people"].sum() == pytest.approx(expected["own"].sum(), rel=1e-9)
    assert sorted(homes["people"]) == pytest.approx(sorted(expected["own"]), rel=1e-6)
    assert any("by floor area" in note.en for note in notes)


def test_green_within_300_m_agrees_with_distances(area, layers):
    result = who_green_access(area, **layers, distance_m=MARGIN_M)
    # touching parks are one
    ground = gpd.GeoSeries([layers["parks"].union_all()], crs=TM35)
    parks = ground.explode(ignore_index=True)
    large = parks[parks.area >= 5000].union_all()
    homes = oracle(area, layers)
    near = homes.distance(large) <= MARGIN_M
    expected = 100 * homes["own"][near].sum() / homes["own"].sum()
    assert result.value == pytest.approx(expected, rel=1e-9)
    assert result.denominator > 400


def test_shared_parks_add_up(area, wide, layers):
    how = {"distance_m": 150.0, "kernel": "stepped"}
    result = green_supply_2sfca(area, **layers, **how)
    everybody = green_supply_2sfca(wide, **layers, **how)
    reached = everybody.table.dropna(subset="m2_per_person")
    # of parks that people outside share too, the area's people have a part
    assert 0 < result.numerator < everybody.numerator
    assert everybody.numerator <= reached["supply_ha"].sum() * 1e4 * (1 + 1e-9)
