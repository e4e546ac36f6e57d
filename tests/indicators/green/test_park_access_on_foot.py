"""Parks on foot: towns done in the head, Manhattan as an oracle, and laws."""

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import (
    Case,
    can_be_drawn,
    inputs_stay,
    order_is_nothing,
    place_is_nothing,
    rows_add_up,
    same,
)
from shapely import Point
from strategies import CRS, X, Y, frame, frames, square
from streets_by_hand import way, ways

from ecogis.area import StudyArea
from ecogis.errors import LayerError, PlanError
from ecogis.indicators.green import park_access_on_foot
from ecogis.spatial.streets import join_streets

TOWN = StudyArea("town", square(0, -500, 1000, 500), CRS, area_method="plane")
# 0-1-2-3-4, 100 m each, and a spur from 2 to 5 of 150 m; the park lies at node 0
PATH = ways(
    *(way((x, 0), (x + 100, 0)) for x in range(0, 400, 100)), way((200, 0), (200, 150))
)
PARK = frame(square(-50, -50, 0, 50), name=["Gate Park"])
NODES = [(0, 0), (100, 0), (200, 0), (300, 0), (400, 0), (200, 150)]


def points(*spots, **columns):
    return GeoDataFrame(
        columns, geometry=[Point(X + x, Y + y) for x, y in spots], crs=CRS
    )


def houses(*spots):
    """Return buildings whose inner point is the very spot."""
    return frame(*(square(x - 2, y - 2, x + 2, y + 2) for x, y in spots))


GATE = points((0, 0), name=["west gate"])
HOMES = houses(*NODES)


def access(parks=PARK, streets=PATH, homes=HOMES, gates=GATE, area=TOWN, **parameters):
    return park_access_on_foot(
        area,
        parks,
        streets,
        buildings=homes,
        park_entrances=gates,
        denominator="buildings",
        **parameters,
    )


# --- answers that are done in the head -------------------------------------------


def test_every_node_of_a_path_at_its_walk():
    found = access(distance_m=500.0).drawn["homes_on_foot"]
    walks = [0, 100, 200, 300, 400, 350]
    assert found["walk_m"].tolist() == pytest.approx(walks)
    lines = [0, 100, 200, 300, 400, np.hypot(200, 100)]
    assert found["line_m"].tolist() == pytest.approx(lines)


@pytest.mark.parametrize(
    ("distance_m", "served"),
    [(99.99, 1), (100.0, 2), (299.99, 3), (300.0, 4), (349.99, 4), (350.0, 5)],
)
def test_the_very_limit_counts(distance_m, served):
    found = access(distance_m=distance_m)
    assert (found.numerator, found.denominator) == (served, 6)


def test_what_is_near_in_a_straight_line_only_is_said_apart():
    # the end of the spur: 224 m through the air, 350 m on foot
    found = access(distance_m=250.0)
    served = ["on_foot"] * 3 + ["beyond"] * 2 + ["straight_only"]
    assert found.drawn["homes_on_foot"]["served"].tolist() == served
    assert found.table.set_index("served")["amount"].to_dict() == {
        "on_foot": 3,
        "straight_only": 1,
        "beyond": 2,
    }
    told = found.notes[0].en
    assert "66.7 % lie within" in told
    assert "16.7 points more" in told


def test_the_detour_is_the_median_of_those_who_get_there():
    corner = ways(way((0, 0), (300, 0), (300, 400)))
    found = access(streets=corner, homes=houses((300, 0), (300, 400)), distance_m=700.0)
    # straight 300 and, past the corner of the park, from (0, 50) to (300, 400)
    ratios = [1.0, 700 / np.hypot(300, 350)]
    assert f"{min(ratios):.2f} times" in found.notes[1].en
    one = access(streets=corner, homes=houses((300, 400)), distance_m=700.0)
    assert f"{ratios[1]:.2f} times" in one.notes[1].en


def test_the_reached_parts_of_streets_end_where_the_walk_ends():
    drawn = access(distance_m=250.0).drawn["reachable_streets"]
    # 0 to 250 along the path, 50 into the spur
    assert drawn.length.sum() == pytest.approx(300)
    assert set(drawn["distance_m"]) == {250.0}


def test_a_river_separates_and_a_footbridge_joins():
    banks = way((-60, 0), (0, 0), (400, 0)), way((0, 30), (200, 30), (400, 30))
    home, park = houses((0, 40)), frame(square(-100, -50, -60, 5))
    gate = points((-60, 0))
    parts = {"homes": home, "parks": park, "gates": gate}
    apart = access(streets=ways(*banks), **parts)
    assert (apart.value, apart.drawn["homes_on_foot"]["served"][0]) == (
        0,
        "straight_only",
    )
    bridge = way((0, 0), (0, 30))
    joined = access(streets=ways(*banks, bridge, bridge=[None, None, "yes"]), **parts)
    assert joined.value == 100
    assert joined.drawn["homes_on_foot"]["walk_m"][0] == pytest.approx(60 + 30 + 10)


def test_a_road_under_a_bridge_does_not_lead_onto_it():
    # the home stands at the road below, the park at the end of the bridge
    below, bridge = way((100, -300), (100, 300)), way((0, 0), (300, 0))
    home = houses((110, 50))
    level = access(streets=ways(below, bridge), homes=home)
    over = access(streets=ways(below, bridge, bridge=[None, "yes"]), homes=home)
    assert (level.value, over.value) == (100, 0)


@pytest.mark.parametrize(("gap_m", "entered"), [(29.99, True), (30, True), (31, False)])
def test_without_a_layer_the_outline_is_entered_near_a_way(gap_m, entered):
    street = ways(way((gap_m, -300), (gap_m, 300)))
    home = houses((gap_m, 100))
    found = access(streets=street, homes=home, gates=None)
    assert (found.value == 100) == entered
    if entered:
        # straight from the outline to the street, from its nearest point: (0, 50)
        walk = found.drawn["homes_on_foot"]["walk_m"][0]
        assert gap_m + 50 - 1e-6 <= walk <= gap_m + 70
    else:
        assert found.drawn["parks_counted"]["entrances"].tolist() == [0]
        assert any("no entrance: Gate Park" in note.en for note in found.notes)
    opened = access(streets=street, homes=home, gates=None, open_parks=True)
    assert opened.value == 100


def test_a_point_stands_every_so_many_metres_of_the_outline():
    around = ways(way((-55, -55), (5, -55), (5, 55), (-55, 55), (-55, -55)))
    for step_m, many in ((20.0, 15), (7.0, 43), (1000.0, 1)):
        found = access(streets=around, gates=None, entrance_step_m=step_m)
        assert len(found.drawn["park_entrances_used"]) == many


def test_a_layer_of_entrances_speaks_for_every_park():
    other = frame(square(380, 20, 480, 120), name=["Walled Park"])
    both = frame(PARK.geometry[0], other.geometry[0], name=["Gate Park", "Walled Park"])
    found = access(parks=both, distance_m=100.0)
    assert found.numerator == 2
    assert found.drawn["parks_counted"]["entrances"].tolist() == [1, 0]
    assert any(
        "1 parks that count have no entrance: Walled" in n.en for n in found.notes
    )
    # on its outline it is entered
    assert access(parks=both, gates=None, distance_m=100.0).numerator == 4


@pytest.mark.parametrize(("away_m", "counted"), [(30.0, 1), (30.1, 0)])
def test_an_entrance_lies_near_its_park(away_m, counted):
    found = access(gates=points((away_m, 0)), distance_m=500.0)
    assert len(found.drawn["park_entrances_used"]) == counted
    if counted:
        # from the gate on to the park
        walks = found.drawn["homes_on_foot"]["walk_m"].tolist()
        assert walks[:3] == pytest.approx([60, 100, 200])


def test_only_parks_that_are_large_enough_serve():
    assert access(min_area_m2=5000.0).numerator == 6
    assert access(min_area_m2=5000.1).numerator == 0


def test_classes_of_parks_have_walks_of_their_own():
    parks = frame(square(-50, -50, 0, 50), square(400, -10, 420, 10))
    gates = points((0, 0), (400, 0))
    tiers = [
        {"min_area_m2": 5000.0, "distance_m": 200.0},
        {"min_area_m2": 400.0, "distance_m": 100.0},
    ]
    found = access(parks=parks, gates=gates, tiers=tiers)
    # 0, 100, 200 of the large one; 300, 400 of the small one
    assert found.numerator == 5
    fewer = access(parks=parks, gates=gates, tiers=tiers[:1])
    assert fewer.numerator == 3


def strip(**parameters):
    """Ask for a strip of land beside a street of 1000 m that leads from the park."""
    return park_access_on_foot(
        TOWN, PARK, ways(way((0, 0), (1000, 0))), park_entrances=GATE, **parameters
    )


def test_land_is_walked_from_the_middle_of_small_squares():
    land = frame(square(0, 0, 1000, 10), square(500, 0, 1000, 10))
    # 5 m to the street, then 5, 15 ... 495 m along it; ground mapped twice counts once
    found = strip(residential_land=land, cell_m=10.0, distance_m=500.0)
    assert (found.numerator, found.denominator) == pytest.approx((5000, 10_000))
    closer = strip(residential_land=land, cell_m=10.0, distance_m=499.99)
    assert closer.numerator == pytest.approx(4900)
    assert set(found.drawn["homes_on_foot"]["served"]) == {"on_foot", "beyond"}


def test_people_go_with_their_land_or_their_homes():
    people = frame(square(0, 0, 500, 10), square(500, 0, 1000, 10), people=[300, 100])
    asked = {"population": people, "denominator": "population"}
    on_land = strip(**asked, cell_m=10.0, distance_m=750.0)
    assert on_land.denominator == pytest.approx(400)
    assert on_land.numerator == pytest.approx(350)
    homes = houses((100, 5), (700, 5), (900, 5))
    at_home = strip(**asked, buildings=homes, people_on="buildings", distance_m=750.0)
    assert (at_home.numerator, at_home.denominator) == pytest.approx((350, 400))
    drawn = at_home.drawn["homes_on_foot"]
    assert drawn["people"].tolist() == pytest.approx([300, 50, 50])


def test_people_without_a_home_keep_their_land():
    people = frame(square(0, 0, 500, 10), square(500, 0, 1000, 10), people=[300, 100])
    found = strip(
        population=people,
        buildings=houses((100, 5)),
        denominator="population",
        people_on="buildings",
        cell_m=10.0,
        distance_m=750.0,
    )
    assert (found.numerator, found.denominator) == pytest.approx((350, 400))


# --- what is wrong or missing ------------------------------------------------------


def test_no_walkable_way_is_refused_in_one_line():
    for streets in (ways(), ways(way((0, 0), (9, 0)), **{"class": ["motorway"]})):
        with pytest.raises(LayerError, match="no walkable way in the area"):
            access(streets=streets)


def test_a_place_without_a_street_is_told_and_out_of_reach():
    found = access(homes=houses((0, 0), (700, 400)), distance_m=300.0)
    assert found.value == 50
    assert any(
        "1 of 2 starting points have no walkable way" in n.en for n in found.notes
    )


def test_bits_of_street_that_lead_nowhere_are_told():
    islet = way((300, 100), (350, 100))
    streets = ways(*PATH.geometry, islet)
    found = access(streets=streets, homes=houses(*NODES, (320, 100)))
    assert found.numerator == 6
    told = next(note.en for note in found.notes if "not connected" in note.en)
    assert told.startswith("1 bits of street (0.1 km)")
    assert "1 of 7 starting points" in told
    assert not any("not connected" in note.en for note in access().notes)


def test_nobody_is_unknown_and_no_park_is_none():
    assert access(homes=houses()).value is None
    nothing = access(parks=frame(), gates=points())
    assert (nothing.value, nothing.denominator) == (0, 6)
    assert set(nothing.drawn["homes_on_foot"]["served"]) == {"beyond"}
    can_be_drawn(park_access_on_foot, nothing)


def test_the_layer_that_is_asked_for_must_be_there():
    with pytest.raises(LayerError, match="residential_land"):
        park_access_on_foot(TOWN, PARK, PATH)
    with pytest.raises(PlanError, match="cell_m"):
        access(cell_m=0.0)


# --- Manhattan: streets every 100 m, everything on a corner -------------------------

CORNERS = range(-3, 14)
GRID = ways(
    *(way(*((100 * x, 100 * y) for x in CORNERS)) for y in range(-8, 9)),
    *(way(*((100 * x, 100 * y) for y in range(-8, 9))) for x in CORNERS),
)
SPLIT = join_streets(GRID).frame(GRID)
corner = st.tuples(st.integers(1, 9), st.integers(-4, 4))
gate = st.tuples(st.integers(-3, 13), st.integers(-8, 8))


def placed(corners):
    return [(100 * x, 100 * y) for x, y in corners]


@given(
    st.lists(corner, min_size=1, max_size=5),
    st.lists(gate, max_size=3),
    st.sampled_from([100.0, 250.0, 300.0, 499.0, 500.0]),
    st.booleans(),
)
def test_in_manhattan_one_walks_around_blocks(homes, gates, distance_m, split):
    # each park is a yard of 10 m that touches its gate from the north-east
    yards = frame(*(square(x, y, x + 10, y + 10) for x, y in placed(gates)))
    found = access(
        parks=yards,
        streets=SPLIT if split else GRID,
        homes=houses(*placed(homes)),
        gates=points(*placed(gates)),
        distance_m=distance_m,
        min_area_m2=1.0,
    )
    walks = [[100 * (abs(x - gx) + abs(y - gy)) for gx, gy in gates] for x, y in homes]
    # no gate is within 30 m of a yard that is not its own
    served = sum(min(far, default=np.inf) <= distance_m for far in walks)
    assert found.numerator == served


# --- laws --------------------------------------------------------------------------

spot = st.tuples(st.integers(-4, 14), st.integers(-9, 9)).map(
    lambda xy: (83.0 * xy[0] + 0.37 * xy[1], 71.0 * xy[1] - 0.21 * xy[0])
)
drawn_ways = st.lists(
    st.lists(spot, min_size=2, max_size=4, unique=True).map(lambda p: way(*p)),
    min_size=1,
    max_size=8,
).map(lambda lines: ways(*lines))
homes = st.lists(spot, min_size=1, max_size=8).map(lambda s: houses(*s))
yards = frames(most=4)
LIMITS = st.sampled_from([150.0, 320.0, 500.0])


def served(result, case="on_foot"):
    return (result.drawn["homes_on_foot"]["served"] == case).to_numpy()


@given(drawn_ways, homes, yards, LIMITS, st.booleans())
def test_no_walk_is_shorter_than_its_straight_line(
    streets, built, parks, distance_m, opened
):
    found = access(
        parks, streets, built, None, distance_m=distance_m, open_parks=opened
    )
    near = found.drawn["homes_on_foot"]
    assert not (near["walk_m"] < near["line_m"] - 1e-6).any()
    spots = shapely.point_on_surface(np.asarray(near.geometry.values))
    large = found.drawn["parks_counted"]
    united = large[large["counted"]].union_all()
    away = shapely.distance(spots, united)
    assert not (served(found) & ~(away <= distance_m + 1e-5)).any()
    assert (served(found, "beyond") <= ~(away <= distance_m - 1e-5)).all()


@given(drawn_ways, homes, frames(least=1, most=4), LIMITS, st.booleans(), st.data())
def test_another_park_lowers_nothing(streets, built, parks, distance_m, opened, data):
    fewer = parks.iloc[: data.draw(st.integers(0, len(parks) - 1))]
    asked = {"distance_m": distance_m, "open_parks": opened}
    before = access(fewer, streets, built, None, **asked)
    after = access(parks, streets, built, None, **asked)
    if before.value is not None:
        assert after.numerator >= before.numerator
        assert not (served(before) & ~served(after)).any()


@given(drawn_ways, homes, yards, LIMITS, st.booleans(), st.booleans())
def test_what_lies_beyond_the_margin_does_not_matter(
    streets, built, parks, distance_m, opened, split
):
    # the town is small, so that streets and parks lie beyond its margin
    area = StudyArea("block", square(300, -50, 420, 60), CRS, area_method="plane")
    asked = {"distance_m": distance_m, "open_parks": opened, "min_area_m2": 0.0}
    if split:
        streets = join_streets(streets).frame(streets)
    margin_m = park_access_on_foot.margin_m(park_access_on_foot.resolve(asked))
    window = shapely.box(*area.window(margin_m))
    near = [layer[layer.intersects(window)] for layer in (streets, parks)]
    whole = access(parks, streets, built, None, area, **asked)
    if len(near[0]):
        part = access(near[1], near[0], built, None, area, **asked)
        assert (part.numerator, part.denominator) == (
            whole.numerator,
            whole.denominator,
        )
    else:
        assert whole.numerator == 0


@settings(max_examples=25)
@given(drawn_ways, homes, yards, st.integers(0, 99))
def test_laws(streets, built, parks, seed):
    layers = {"parks": parks, "walkable_ways": streets, "buildings": built}
    case = Case(park_access_on_foot, TOWN, layers, {"denominator": "buildings"})
    halves = frame(
        square(0, -500, 400, 500), square(400, -500, 1000, 500), name=["a", "b"]
    )
    rows_add_up(case, halves)
    inputs_stay(case)
    order_is_nothing(case, seed)
    can_be_drawn(park_access_on_foot, case.result)


def test_place_is_nothing():
    layers = {
        "parks": PARK,
        "walkable_ways": PATH,
        "buildings": HOMES,
        "park_entrances": GATE,
    }
    for distance_m in (150.0, 355.0):
        asked = {"denominator": "buildings", "distance_m": distance_m}
        place_is_nothing(Case(park_access_on_foot, TOWN, layers, asked), 31.0)


def test_streets_that_were_split_before_give_the_same():
    split = join_streets(PATH).frame(PATH)
    for distance_m in (99.99, 100.0, 350.0):
        wanted = access(distance_m=distance_m).value
        assert access(streets=split, distance_m=distance_m).value == same(wanted)


def test_the_margin_holds_the_walk_and_the_way_to_its_street():
    asked = {"distance_m": 500.0, "entrance_reach_m": 40.0}
    resolve, margin_m = park_access_on_foot.resolve, park_access_on_foot.margin_m
    assert margin_m(resolve(asked)) == 540
    assert margin_m(resolve(asked | {"open_parks": True})) == 1000
    tiers = [{"min_area_m2": 400.0, "distance_m": 300.0}]
    assert margin_m(resolve({"tiers": tiers})) == 330
