"""Parks and buildings of a whole city, beside plain geopandas."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from ecogis import sources
from ecogis.area import StudyArea
from ecogis.indicators.green import park_service_coverage
from ecogis.layer import Catalogue
from ecogis.source import OsmPbfSource
from ecogis.workspace import Workspace

pytestmark = pytest.mark.real
DISTANCE_M, SIZE_M2 = 500.0, 1000.0


@pytest.fixture(scope="module")
def area(data):
    outline = gpd.read_file(data / "las_palmas/municipality.geojson").to_crs(32628)
    return StudyArea("Las Palmas", outline.union_all(), outline.crs)


@pytest.fixture(scope="module")
def layers(data, area, tmp_path_factory):
    """Read parks, buildings and residential land as a plan would."""
    catalogue = Catalogue.read(Workspace.above(Path(__file__).parent))
    extract = data / "las_palmas/las_palmas_20230221.osm.pbf"
    return {
        name: sources.read(
            catalogue[name],
            OsmPbfSource(path=str(extract)),
            crs=area.crs,
            box=area.window(DISTANCE_M),
            prepared=tmp_path_factory.mktemp("prepared"),
        ).frame
        for name in ("parks", "buildings", "residential_land")
    }


@pytest.fixture(scope="module")
def reached(layers, area):
    """Unite parks a hair apart, keep the large ones, buffer the union."""
    hair = layers["parks"].buffer(0.005).union_all()
    large = [p for p in shapely.get_parts(hair) if area.measure([p])[0] >= SIZE_M2]
    return shapely.union_all(large).buffer(DISTANCE_M, quad_segs=64)


def test_buildings_near_a_park(layers, area, reached):
    found = park_service_coverage(
        area, layers["parks"], buildings=layers["buildings"], denominator="buildings"
    )
    homes = layers["buildings"]
    inner = homes.representative_point()
    homes = homes[inner.intersects(area.boundary)]
    assert found.denominator == len(homes) > 20_000
    # the circle has corners and the parks a hair: a few buildings may differ
    expected = 100 * homes.intersects(reached).mean()
    assert found.value == pytest.approx(expected, abs=0.02)


def test_residential_land_near_a_park(layers, area, reached):
    found = park_service_coverage(area, layers["parks"], layers["residential_land"])
    land = layers["residential_land"].union_all().intersection(area.boundary)
    expected = 100 * land.intersection(reached).area / land.area
    assert found.value == pytest.approx(expected, rel=1e-3)
    blind = found.drawn["blind_zones"]
    assert np.sum(blind["area_m2"]) + found.numerator == pytest.approx(
        found.denominator, rel=1e-9
    )


def test_patches_are_those_of_the_reader(layers, area):
    found = park_service_coverage(area, layers["parks"], layers["residential_land"])
    drawn = found.drawn["parks_counted"]
    assert drawn["park"].nunique() == layers["parks"]["patch"].nunique()
