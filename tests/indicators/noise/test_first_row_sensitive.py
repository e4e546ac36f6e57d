"""First rows of toy scenes, beside rays shot one by one with plain vectors."""

import math
from itertools import pairwise

import geopandas
import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Case, can_be_drawn, inputs_stay, order_is_nothing, place_is_nothing
from laws import rows_add_up as zones_add_up
from shapely import LineString
from strategies import CRS, X, Y, frame, square

from ecogis.area import StudyArea
from ecogis.errors import LayerError, PlanError
from ecogis.indicators.noise import first_row_sensitive

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")


def line(*spots):
    return LineString([(X + x, Y + y) for x, y in spots])


def roads(*lines, kind="primary", **more):
    return GeoDataFrame(
        {"class": [kind] * len(lines), **more}, geometry=list(lines), crs=CRS
    )


def homes(*boxes, kind="residential", **more):
    return frame(*(square(*b) for b in boxes), kind=[kind] * len(boxes), **more)


# along the southern edge of the town
ROAD = roads(line((-500, 0), (1500, 0)))
# two rows: the second stands behind the first, wall to wall
FRONT, BACK = (100, 20, 200, 40), (100, 60, 200, 80)


def told(found):
    return " | ".join(note.en for note in found.notes)


def test_the_second_row_sees_nothing():
    found = first_row_sensitive(TOWN, homes(FRONT, BACK, name=["front", "back"]), ROAD)
    assert found.value == 1
    row = found.table.iloc[0].to_dict()
    assert (row["name"], row["road_class"]) == ("front", "primary")
    # the southern wall alone: the others do not face the road
    assert row["side"] == "south"
    assert (row["distance_m"], row["facade_m"]) == pytest.approx((20, 100))


@pytest.mark.parametrize(
    ("gap_m", "rows"), [(0.0, 2), (0.015, 2), (0.05, 3), (10.0, 3)]
)
def test_a_gap_in_the_first_row_lets_the_second_see(gap_m, rows):
    # one look from the middle of the wall behind, straight through the gap
    behind = (125 + gap_m / 2, 60, 175 + gap_m / 2, 80)
    some = homes((100, 20, 150, 40), (150 + gap_m, 20, 200, 40), behind)
    assert first_row_sensitive(TOWN, some, ROAD, sample_m=50.0).value == rows


def test_a_building_that_is_not_sensitive_stands_in_the_way():
    shop = frame(square(*FRONT))
    assert first_row_sensitive(TOWN, homes(BACK), ROAD).value == 1
    found = first_row_sensitive(TOWN, homes(BACK), ROAD, shop)
    assert found.value == 0
    assert len(found.drawn["facades_in_view"]) == 0
    # half of the view: from 150 to 200
    half = frame(square(100, 20, 150, 40))
    found = first_row_sensitive(TOWN, homes(BACK), ROAD, half)
    assert found.table["facade_m"].tolist() == pytest.approx([50])


@pytest.mark.parametrize("grown", [0.0, 0.5, -0.5, 2.0])
def test_a_building_in_both_layers_does_not_hide_itself(grown):
    west, south, east, north = FRONT
    again = frame(square(west - grown, south - grown, east + grown, north + grown))
    assert first_row_sensitive(TOWN, homes(FRONT), ROAD, again).value == 1
    assert first_row_sensitive(TOWN, homes(FRONT, BACK), ROAD, again).value == 1


@pytest.mark.parametrize(("far_m", "first"), [(200.0, 1), (200.01, 0), (199.99, 1)])
def test_how_far_a_ray_reaches(far_m, first):
    some = homes((100, far_m, 200, far_m + 20))
    assert first_row_sensitive(TOWN, some, ROAD).value == first
    assert first_row_sensitive(TOWN, some, ROAD, max_dist_m=far_m - 1).value == 0


@pytest.mark.parametrize(
    ("turn", "side"),
    [
        ((-500, 0, 1500, 0), "south"),
        ((-500, 1000, 1500, 1000), "north"),
        ((0, -500, 0, 1500), "west"),
        ((1000, -500, 1000, 1500), "east"),
    ],
)
def test_the_side_that_sees(turn, side):
    some = homes((450, 450, 550, 550))
    beside = roads(line(turn[:2], turn[2:]))
    found = first_row_sensitive(TOWN, some, beside, max_dist_m=500.0)
    assert found.table["side"].tolist() == [side]
    assert found.table["distance_m"].tolist() == pytest.approx([450])


def test_a_building_sees_each_road_and_is_listed_with_the_nearest():
    cross = roads(line((-500, 0), (1500, 0)), line((0, -500), (0, 1500)))
    cross = cross.assign(**{"class": ["primary", "trunk"], "name": ["a", "b"]})
    found = first_row_sensitive(TOWN, homes((30, 50, 130, 150)), cross)
    assert found.value == 1
    assert found.table.loc[0, ["road", "road_class", "side"]].tolist() == [
        "b",
        "trunk",
        "west",
    ]
    views = found.drawn["facades_in_view"]
    assert set(views["road"]) == {"a", "b"}
    assert views.groupby("road")["side"].unique().str.join("").to_dict() == {
        "a": "south",
        "b": "west",
    }
    assert found.table.loc[0, "facade_m"] == pytest.approx(200)


@pytest.mark.parametrize("named", [True, False])
def test_sections_are_one_road(named):
    # the nearest point lies behind the wall, the next section would be in view
    shop = frame(square(90, 20, 210, 40))
    cuts = [-500, 0, 80, 150, 250, 300, 1500]
    parts = [line((a, 0), (b, 0)) for a, b in pairwise(cuts)]
    more = {"name": ["a"] * len(parts)} if named else {}
    some = homes(BACK)
    assert first_row_sensitive(TOWN, some, roads(*parts, **more), shop).value == 0
    # two roads: one ray each, and the second is free
    names = ["a", "a", "a", "a", "b", "b"]
    assert first_row_sensitive(TOWN, some, roads(*parts, name=names), shop).value == 1


@pytest.mark.parametrize(
    ("kind", "classes", "first"),
    [
        ("primary", ("primary",), 1),
        ("primary_link", ("primary",), 1),
        ("trunk", ("primary",), 0),
        ("tertiary", ("motorway", "trunk", "primary", "secondary"), 0),
    ],
)
def test_classes_of_roads(kind, classes, first):
    road = roads(line((-500, 0), (1500, 0)), kind=kind)
    assert first_row_sensitive(TOWN, homes(FRONT), road, classes=classes).value == first


@pytest.mark.parametrize(("off_m", "seen"), [(39.0, True), (39.4, False)])
def test_only_the_nearest_point_of_a_road_is_looked_at(off_m, seen):
    # 40 m off behind a wall; the road comes back in view, 39.8 or 40.2 m off
    wall = frame(square(90, 20, 210, 25))
    bent = roads(line((0, 0), (400, 0), (400, 32), (130 + off_m, 32)))
    some = homes((110, 40, 150, 100))
    found = first_row_sensitive(TOWN, some, bent, wall, sample_m=50.0)
    assert ("south" in set(found.drawn["facades_in_view"]["side"])) == seen


def test_roads_in_tunnels_are_left_out():
    road = roads(line((-500, 0), (1500, 0)), tunnel=["yes"])
    found = first_row_sensitive(TOWN, homes(FRONT), road)
    assert found.value == 0
    assert "1 roads in tunnels are left out" in told(found)


@pytest.mark.parametrize(
    ("preset", "kind", "use", "first"),
    [
        ("fengtai", "trunk", "residential", 1),
        ("fengtai", "secondary", "school", 1),
        ("fengtai", "high_speed", "care", 1),
        ("fengtai", "subway", "hospital", 1),
        ("fengtai", "tertiary", "residential", 0),
        ("fengtai", "trunk", "government", 0),
        # as printed: motorways and arterial roads, homes
        ("chaoyang", "motorway", "residential", 1),
        ("chaoyang", "primary", "residential", 1),
        ("chaoyang", "trunk", "residential", 0),
        ("chaoyang", "subway", "residential", 0),
        ("chaoyang", "primary", "school", 0),
        ("cn_gb3096", "rail", "government", 1),
    ],
)
def test_presets(preset, kind, use, first):
    there = line((-500, 0), (1500, 0))
    rails = frame(there, kind=[kind])
    found = first_row_sensitive(
        TOWN, homes(FRONT, kind=use), roads(there, kind=kind), railways=rails,
        preset=preset,
    )  # fmt: skip
    assert found.value == first


def test_kinds_that_are_not_asked_for_still_stand_in_the_way():
    some = homes(FRONT, BACK).assign(kind=["government", "residential"])
    found = first_row_sensitive(TOWN, some, ROAD)
    assert found.value == 0
    assert "1 buildings of other kinds do not count" in told(found)
    some = homes(FRONT, BACK).assign(kind=[None, "residential"])
    found = first_row_sensitive(TOWN, some, ROAD)
    assert found.value == 1
    assert "1 buildings do not say of which kind" in told(found)


@pytest.mark.parametrize(
    ("year", "first"), [(2020, 0), (2021, 1), (2024, 1), (0, 0), (np.nan, 0)]
)
def test_new_ones_by_year(year, first):
    some = homes(FRONT, year=np.array([year], dtype=float))
    found = first_row_sensitive(TOWN, some, ROAD, since_year=2021)
    assert found.value == first
    unknown = not year > 0
    assert (
        "1 buildings without a year are not known to be new" in told(found)
    ) == unknown
    assert first_row_sensitive(TOWN, some, ROAD).value == 1


def test_a_year_that_nobody_knows_is_refused():
    with pytest.raises(LayerError, match="field 'year' is missing, which since_year"):
        first_row_sensitive(TOWN, homes(FRONT), ROAD, since_year=2021)
    with pytest.raises(PlanError, match="since_year"):
        first_row_sensitive(TOWN, homes(FRONT), ROAD, since_year=21)


def test_floor_area_as_stated_else_by_floors():
    row = [(100, 20, 150, 40), (300, 20, 350, 40), (500, 20, 550, 40)]
    some = homes(*row, gfa_m2=[7000.0, np.nan, 0.0], floors=[2.0, 6.0, np.nan])
    found = first_row_sensitive(TOWN, some, ROAD, counted="floor_area")
    assert found.value == 7000 + 6 * 1000
    assert "3 of 3 buildings stand in the first row; 1 of these do not state" in told(
        found
    )
    resolved = first_row_sensitive.resolve({"counted": "floor_area"})
    assert first_row_sensitive.unit_of(resolved) == "m²"
    assert first_row_sensitive.unit_of(first_row_sensitive.resolve({})) == "buildings"


def test_titles_say_what_along_what():
    stated = {"preset": "chaoyang", "since_year": 2021}
    title = first_row_sensitive.titled(first_row_sensitive.resolve(stated))
    assert title.en == (
        "Homes of 2021 or later in the first row along motorways, arterial roads"
    )
    assert title.zh == "临高速公路、主干路首排2021年以来新建住宅"


def test_a_building_belongs_to_the_area_of_its_middle_and_sees_beyond():
    beyond = roads(line((-60, -500), (-60, 1500)))
    some = homes((-45, 480, -5, 520), (-20, 300, 60, 340))
    found = first_row_sensitive(TOWN, some, beyond)
    assert found.value == 1
    assert found.table["distance_m"].tolist() == pytest.approx([40])


def test_a_courtyard_sees_nothing():
    yard = square(100, 20, 200, 120).difference(square(120, 40, 180, 100))
    some = GeoDataFrame({"kind": ["school"]}, geometry=[yard], crs=CRS)
    found = first_row_sensitive(TOWN, some, ROAD)
    assert found.table["facade_m"].tolist() == pytest.approx([100])


def test_no_road_and_no_building_are_true_zeros():
    for some, road in ((homes(), ROAD), (homes(FRONT), ROAD.iloc[:0])):
        found = first_row_sensitive(TOWN, some, road)
        assert found.value == 0
        assert found.table.empty
        can_be_drawn(first_row_sensitive, found)


def test_the_margin_holds_the_walls_that_reach_over_the_border():
    assert first_row_sensitive.margin_m(first_row_sensitive.resolve({})) == 300
    # a wall more than 100 m outside does not look for roads
    for out_m, first in ((100, 1), (100.01, 0)):
        long_one = homes((-out_m, 480, 200, 520))
        near = roads(line((-160, -500), (-160, 1500)))
        assert first_row_sensitive(TOWN, long_one, near).value == first


def crosses(a, b, box_):
    """Tell whether a segment enters a box, by clipping it (Liang and Barsky)."""
    west, south, east, north = box_
    low, high = 0.0, 1.0
    for start, step, least, most in (
        (a[0], b[0] - a[0], west, east),
        (a[1], b[1] - a[1], south, north),
    ):
        if step == 0:
            if not least < start < most:
                return False
            continue
        one, two = sorted(((least - start) / step, (most - start) / step))
        low, high = max(low, one), min(high, two)
    return (high - low) * math.dist(a, b) > 0.05


def oracle(boxes, ends, sample_m, max_dist_m):
    """Count the boxes with a piece of wall that sees the nearest point of a road."""
    first = 0
    for west, south, east, north in boxes:
        corners = [(west, south), (east, south), (east, north), (west, north)]
        seen = False
        for n in range(4):
            a, b = corners[n], corners[(n + 1) % 4]
            facing = [(0, -1), (1, 0), (0, 1), (-1, 0)][n]
            many = max(1, math.ceil(math.dist(a, b) / sample_m - 1e-6))
            for k in range(many):
                share = (k + 0.5) / many
                eye = tuple(a[i] + share * (b[i] - a[i]) for i in (0, 1))
                for start, end in ends:
                    span = (end[0] - start[0], end[1] - start[1])
                    along = sum((eye[i] - start[i]) * span[i] for i in (0, 1))
                    along = min(1, max(0, along / (span[0] ** 2 + span[1] ** 2)))
                    to = tuple(start[i] + along * span[i] for i in (0, 1))
                    ahead = sum((to[i] - eye[i]) * facing[i] for i in (0, 1))
                    away = math.dist(eye, to)
                    if away <= max_dist_m and ahead >= 0.01 * away:
                        seen |= not any(crosses(eye, to, other) for other in boxes)
        first += seen
    return first


# boxes of a loose grid: they never touch, so that no crack decides
cells = st.sets(
    st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=10
).map(sorted)
sizes = st.tuples(st.integers(10, 60), st.integers(10, 60))
spot = st.tuples(st.integers(-20, 1020), st.integers(-20, 1020))
ways = st.lists(
    st.tuples(spot, spot).filter(lambda e: e[0] != e[1]), min_size=1, max_size=3
)


def scene(places, size, ends):
    boxes = [
        (120 * x + 21, 120 * y + 21, 120 * x + 21 + size[0], 120 * y + 21 + size[1])
        for x, y in places
    ]
    lines = [line(*e) for e in ends]
    return boxes, roads(*lines, name=[str(n) for n in range(len(lines))])


@given(cells, sizes, ways, st.sampled_from([5.0, 13.0, 50.0]), st.integers(30, 300))
def test_agrees_with_rays_shot_one_by_one(places, size, ends, sample_m, far_m):
    boxes, road = scene(places, size, ends)
    found = first_row_sensitive(
        TOWN, homes(*boxes), road, sample_m=sample_m, max_dist_m=float(far_m)
    )
    assert found.value == oracle(boxes, ends, sample_m, far_m)


@given(cells, sizes, ways, st.integers(0, 99), st.integers(0, 3))
@settings(max_examples=12)
def test_laws(places, size, ends, seed, quarters):
    boxes, road = scene(places, size, ends)
    layers = {"sensitive_buildings": homes(*boxes), "roads": road}
    case = Case(first_row_sensitive, TOWN, layers, {"max_dist_m": 150.0})
    halves = frame(square(0, 0, 400, 1000), square(300, 0, 700, 1000), name=["a", "b"])
    zones_add_up(case, halves)
    order_is_nothing(case, seed)
    place_is_nothing(case, 90.0 * quarters)
    inputs_stay(case)
    can_be_drawn(first_row_sensitive, case.result)
    # roads mapped twice are the same roads
    twice = case.with_layers(roads=road.iloc[[*range(len(road))] * 2])
    assert twice.value == case.value


@given(cells, sizes, ways, spot)
@settings(max_examples=12)
def test_what_stands_in_the_way_never_adds_and_a_road_never_takes(
    places, size, ends, corner
):
    boxes, road = scene(places, size, ends)
    before = first_row_sensitive(TOWN, homes(*boxes), road).value
    x, y = corner
    wall = frame(square(x, y, x + 7, y + 90))
    assert first_row_sensitive(TOWN, homes(*boxes), road, wall).value <= before
    more = scene(places, size, [*ends, ((0, 0), (x + 9, y + 7))])[1]
    assert first_row_sensitive(TOWN, homes(*boxes), more).value >= before


@pytest.mark.real
def test_compounds_along_chaoyangs_main_roads(data):
    """Beside each compound's own rays, asked with shapely one at a time."""
    beijing = data / "beijing"
    streets = geopandas.read_file(beijing / "beijing_streets_worldpop_wgs84.gpkg")
    streets = streets[streets["district"] == "朝阳区"].to_crs(CRS)
    area = StudyArea("朝阳区", shapely.union_all(streets.geometry.to_numpy()), CRS)
    lines = geopandas.read_file(beijing / "beijing_roads_2010_wgs84.gpkg").to_crs(CRS)
    names = {1: "trunk", 2: "primary", 3: "secondary"}
    lines["class"] = lines["class"].astype(int).map(names).fillna("other")
    some = geopandas.read_file(beijing / "beijing_residential_compounds_wgs84.gpkg")
    some = some.to_crs(CRS).assign(kind="residential")[["kind", "geometry"]]
    found = first_row_sensitive(area, some, lines, preset="chaoyang")
    assert 150 < found.value < 300

    first = found.drawn["first_row_buildings"]
    stand = shapely.union_all(shapely.buffer(some.geometry.to_numpy(), 0)).buffer(-0.05)
    shapely.prepare(stand)
    views = found.drawn["facades_in_view"].iloc[::97]
    main = lines[lines["class"] == "primary"]
    for eye, road, metres in zip(
        views.geometry.centroid, views["road"], views["distance_m"], strict=True
    ):
        of = main[main["name"] == road] if road else main[main["name"].isna()]
        if not road:
            continue
        ray = shapely.shortest_line(eye, of.geometry.union_all())
        assert ray.length == pytest.approx(metres, abs=1e-6)
        assert not shapely.intersects(stand, ray)
    assert (
        shapely.distance(first.geometry.to_numpy(), main.geometry.union_all()).max()
        <= 200
    )


def test_facades_are_cut_evenly():
    found = first_row_sensitive(TOWN, homes((100, 20, 112, 30)), ROAD, sample_m=5.0)
    south = found.drawn["facades_in_view"]
    south = south[south["side"] == "south"]
    assert south.length.tolist() == pytest.approx([4, 4, 4])
