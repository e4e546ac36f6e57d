"""Service of land, people and buildings whose answers are done in the head."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from shapely import Point, box

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.indicator import Result
from ecogis.spatial.service import Living, Reach, serve
from ecogis.spatial.zonal import by_zone

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000
TOWN = StudyArea("town", box(X, Y, X + 1000, Y + 1000), CRS, area_method="plane")


def square(west, south, east, north):
    return box(X + west, Y + south, X + east, Y + north)


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


# a wall along the western edge: its reach inside the town is a strip
WALL = frame(square(-10, -1000, 0, 2000))


def percent(denominator, layer, targets=WALL, metres=250.0):
    found = serve(TOWN, denominator, {denominator: layer}, Reach(targets, metres))
    return Result.share(TOWN, part=found.inside, rest=found.outside, by=found.by)


@pytest.mark.parametrize("denominator", ["residential_land", "built_up_area"])
def test_land_is_united_and_cut_to_the_area(denominator):
    twice = frame(square(0, 0, 600, 500), square(400, 0, 3000, 500))
    found = percent(denominator, twice)
    assert found.denominator == pytest.approx(500_000, abs=1e-6)
    assert found.value == pytest.approx(25, abs=1e-9)


def test_the_area_itself_may_be_the_whole():
    found = percent("area", None)
    assert found.denominator == 1_000_000
    assert found.value == pytest.approx(25, abs=1e-9)


def test_people_go_with_their_land():
    # 100 people on a polygon half outside the town, half of what is inside is served
    cells = frame(square(0, 900, 500, 1100), square(600, 0, 700, 100), people=[100, 25])
    found = percent("population", cells)
    assert found.denominator == pytest.approx(75)
    assert found.numerator == pytest.approx(25)


def test_people_that_are_not_stated_are_none_and_told():
    cells = frame(square(0, 0, 50, 50), square(50, 0, 99, 50), people=[np.nan, 8])
    found = serve(TOWN, "population", {"population": cells}, Reach(WALL, 250.0))
    assert found.inside["people"].sum() == pytest.approx(8)
    assert str(found.notes[0]).startswith("1 population polygon")


@pytest.mark.parametrize(("metres", "count"), [(99.99, 0), (100.0, 1), (100.01, 1)])
def test_a_building_counts_by_its_nearest_part(metres, count):
    homes = frame(square(100, 0, 400, 10), square(900, 0, 910, 10))
    found = serve(TOWN, "buildings", {"buildings": homes}, Reach(WALL, metres))
    assert (len(found.inside), len(found.outside)) == (count, 2 - count)


def test_a_building_beyond_the_border_belongs_to_the_neighbour():
    homes = frame(square(-90, 0, 10, 10), square(-10, 0, 90, 10))
    assert percent("buildings", homes).denominator == 1


def test_each_target_may_reach_its_own_way():
    targets = frame(Point(X, Y), Point(X + 1000, Y + 1000))
    homes = frame(square(100, 0, 110, 10), square(880, 990, 890, 1000))
    found = percent("buildings", homes, targets, np.array([100.0, 50.0]))
    assert found.value == 50


def test_drawn_tells_served_from_not():
    land = frame(square(0, 0, 1000, 1000))
    found = serve(TOWN, "built_up_area", {"built_up_area": land}, Reach(WALL, 250.0))
    assert found.drawn["served"].tolist() == [True, False]
    assert found.drawn["served"].dtype == bool
    assert TOWN.measure(found.drawn) == pytest.approx([250_000, 750_000])


@pytest.mark.parametrize("denominator", ["area", "built_up_area", "population"])
def test_without_a_target_nothing_is_served(denominator):
    land = frame(square(0, 0, 1000, 1000), people=[10])
    found = percent(denominator, land, targets=WALL.iloc[:0])
    assert found.value == 0


def test_without_a_target_no_building_is_served():
    homes = frame(square(0, 0, 10, 10))
    assert percent("buildings", homes, targets=WALL.iloc[:0]).value == 0


@pytest.mark.parametrize(
    "denominator", ["buildings", "population", "residential_land", "built_up_area"]
)
def test_without_land_there_is_nothing_to_measure(denominator):
    nothing = frame(square(5000, 0, 5100, 10), people=[3])
    assert percent(denominator, nothing).value is None


def test_an_absent_layer_says_which():
    with pytest.raises(LayerError, match="needs the layer 'population'"):
        percent("population", None)


def test_inputs_stay_as_they_are():
    cells = frame(square(0, 900, 500, 1100), people=[100])
    before = cells.copy()
    percent("population", cells)
    assert cells.equals(before)


def test_land_that_is_mapped_twice_is_told():
    twice = frame(square(0, 0, 600, 500), square(400, 0, 800, 500))
    found = serve(TOWN, "built_up_area", {"built_up_area": twice}, Reach(WALL, 250.0))
    assert "10 ha" in found.notes[0].en
    assert "建成区" in found.notes[0].zh


def test_a_building_on_the_border_of_two_zones_stays_whole():
    homes = frame(square(490, 0, 520, 10), square(0, 0, 10, 10))
    found = serve(TOWN, "buildings", {"buildings": homes}, Reach(WALL, 250.0))
    halves = frame(square(0, 0, 500, 1000), square(500, 0, 1000, 1000), name=["w", "e"])
    rows = by_zone(found.share(TOWN).parts, halves)
    assert rows["denominator"].tolist() == [1, 1]
    assert rows["numerator"].tolist() == [1, 0]


def test_a_share_carries_the_notes_of_the_service_and_its_own():
    cells = frame(square(0, 0, 50, 50), people=[np.nan])
    found = serve(TOWN, "population", {"population": cells}, Reach(WALL, 250.0))
    own = Text(en="own", zh="自有")
    assert found.share(TOWN, notes=(own,)).notes == (*found.notes, own)


# --- people in their homes --------------------------------------------------------

# 90 people in two homes of one size, of which the western lies within 100 m of the
# wall; and 40 people without a home, half of whose land lies within 100 m
CELLS = frame(square(0, 0, 400, 100), square(0, 800, 200, 900), people=[90, 40])
HOMES = frame(square(100, 0, 110, 10), square(390, 0, 400, 10))


def at_home(metres=100.0, people_on="buildings", **layers):
    known = {"population": CELLS, "buildings": HOMES, **layers}
    within = Reach(WALL, metres)
    return serve(TOWN, "population", known, within, Living(people_on))


@pytest.mark.parametrize(("metres", "people"), [(99.99, 20 - 0.002), (100.0, 65)])
def test_people_are_served_where_they_live(metres, people):
    found = at_home(metres)
    assert found.inside["people"].sum() == pytest.approx(people, abs=1e-6)
    assert found.share(TOWN).denominator == pytest.approx(130)
    assert found.of_buildings
    assert found.drawn["served"].sum() == (2 if metres == 100 else 1)


def test_people_on_land_take_no_notice_of_buildings():
    found = at_home(people_on="land")
    assert found.inside["people"].sum() == pytest.approx(90 / 4 + 20)
    assert not found.of_buildings


def test_homes_are_used_where_they_are_given():
    assert at_home(people_on=None).of_buildings
    assert at_home(people_on=None, buildings=None).inside["people"].sum() == (
        pytest.approx(90 / 4 + 20)
    )


def test_a_home_on_the_border_of_two_zones_keeps_its_people_together():
    homes = frame(square(195, 0, 215, 10))
    halves = frame(square(0, 0, 200, 1000), square(200, 0, 1000, 1000), name=["w", "e"])
    rows = by_zone(at_home(buildings=homes).share(TOWN).parts, halves)
    # the inner point lies in the east; the 40 people on land in the west
    assert rows["denominator"].tolist() == pytest.approx([40, 90])


def test_an_absent_layer_of_homes_says_which():
    with pytest.raises(LayerError, match="needs the layer 'buildings'"):
        at_home(buildings=None)
