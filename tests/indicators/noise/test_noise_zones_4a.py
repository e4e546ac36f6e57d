"""Class 4 beside straight roads and tracks: closed forms, slow oracles, laws."""

import math

import geopandas
import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, affinity, box

from ecogis.area import StudyArea
from ecogis.errors import PlanError
from ecogis.indicators.noise import noise_zones_4a
from ecogis.spatial.zonal import by_zone

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000
STRIPS_M = {"0": 50, "1": 50, "2": 35, "3": 20}


def square(west, south, east, north):
    return box(X + west, Y + south, X + east, Y + north)


def line(*spots):
    return LineString([(X + x, Y + y) for x, y in spots])


def frame(*shapes, **columns):
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def roads(*lines, width_m=20.0, kind="primary"):
    many = len(lines)
    return frame(*lines, **{"class": [kind] * many, "width_m": [width_m] * many})


def zones(*rows):
    return frame(*(square(*r[1:]) for r in rows), **{"class": [r[0] for r in rows]})


BOX = square(0, 0, 1000, 1000)
TOWN = StudyArea("town", BOX, CRS, area_method="plane")
# across the town from edge to edge, its ends far outside
ACROSS = roads(line((-500, 500), (1500, 500)))
NOTHING = ACROSS.iloc[:0]


def size_m2(found):
    return found.value * 1e6


def by_class(found):
    sums = found.parts.groupby("class")["numerator"].sum()
    return {name: float(sums.get(name, 0.0)) for name in ("4a", "4b")}


def told(found):
    return " | ".join(str(note) for note in found.notes)


@pytest.mark.parametrize("name", list(STRIPS_M))
def test_a_road_across_the_town_makes_a_strip_by_its_class(name):
    found = noise_zones_4a(TOWN, ACROSS, zones((name, 0, 0, 1000, 1000)))
    assert size_m2(found) == pytest.approx(1000 * 2 * (10 + STRIPS_M[name]))


@pytest.mark.parametrize(("name", "metres"), [("1", 55), ("2", 40), ("3", 25)])
def test_zibo_takes_the_upper_limits(name, metres):
    found = noise_zones_4a(TOWN, ACROSS, zones((name, 0, 0, 1000, 1000)), extra_m=5.0)
    assert size_m2(found) == pytest.approx(1000 * 2 * (10 + metres))


def test_more_or_less_than_five_metres_is_not_the_standards():
    low = noise_zones_4a(TOWN, ACROSS, default_class="3", extra_m=-5.0)
    assert size_m2(low) == pytest.approx(1000 * 2 * 25)
    for extra_m in (-5.01, 5.01):
        with pytest.raises(PlanError, match="extra_m"):
            noise_zones_4a(TOWN, ACROSS, extra_m=extra_m)


@pytest.mark.parametrize("quad_segs", [8, 32])
def test_a_road_that_ends_in_the_town_is_a_capsule(quad_segs):
    found = noise_zones_4a(
        TOWN, roads(line((300, 500), (700, 500))), quad_segs=quad_segs
    )
    radius = 10 + 35
    corners = 4 * quad_segs
    ends = corners / 2 * radius**2 * math.sin(2 * math.pi / corners)
    assert size_m2(found) == pytest.approx(400 * 2 * radius + ends)
    assert size_m2(found) == pytest.approx(36_000 + math.pi * radius**2, rel=2e-3)


def test_the_strip_changes_where_the_class_of_the_ground_does():
    halves = zones(("1", 0, 0, 400, 1000), ("3", 400, 0, 1000, 1000))
    found = noise_zones_4a(TOWN, ACROSS, halves)
    assert size_m2(found) == pytest.approx(400 * 2 * 60 + 600 * 2 * 30)


def test_ground_further_off_follows_its_own_class():
    # class 3 up to 30 m from the boundary line, class 1 behind it: 0 to 20, 30 to 50
    behind = zones(("3", 0, 0, 1000, 540), ("1", 0, 540, 1000, 1000))
    found = noise_zones_4a(TOWN, ACROSS, behind)
    assert size_m2(found) == pytest.approx(1000 * (30 + 30 + 20))


def test_the_quieter_class_holds_where_zones_overlap():
    both = zones(("3", 0, 0, 1000, 1000), ("1", 0, 0, 250, 1000))
    found = noise_zones_4a(TOWN, ACROSS, both)
    turned = noise_zones_4a(TOWN, ACROSS, both.iloc[::-1])
    assert size_m2(found) == pytest.approx(250 * 2 * 60 + 750 * 2 * 30)
    assert size_m2(turned) == pytest.approx(size_m2(found))


@pytest.mark.parametrize("stated", [["4a", "4"], [None, "quiet"], ["4b", "4a"]])
def test_ground_of_unknown_class_is_taken_as_the_default(stated):
    some = zones(
        (stated[0], 0, 0, 200, 1000),
        (stated[1], 200, 0, 250, 1000),
        ("1", 250, 0, 500, 1000),
    )
    found = noise_zones_4a(TOWN, ACROSS, some, default_class="3")
    assert size_m2(found) == pytest.approx(250 * 2 * 60 + 750 * 2 * 30)
    assert "| 75 % of the area lies in no zone of class 0 to 3" in told(found)
    assert "taken as class 3" in told(found)


def test_classes_may_be_numbers():
    assert size_m2(noise_zones_4a(TOWN, ACROSS, zones((1, 0, 0, 1000, 1000)))) == (
        pytest.approx(120_000)
    )
    numbers = zones((3.0, 0, 0, 1000, 1000))
    found = noise_zones_4a(TOWN, ACROSS, numbers)
    assert size_m2(found) == pytest.approx(60_000)
    assert "lies in no zone" not in told(found)


@pytest.mark.parametrize(
    ("kind", "width_m"),
    [("motorway", 17), ("trunk", 20), ("primary", 25), ("secondary", 20)],
)
@pytest.mark.parametrize("stated", [None, 0.0, np.nan])
def test_a_road_without_a_width_has_that_of_its_class(kind, width_m, stated):
    some = roads(line((-500, 500), (1500, 500)), width_m=stated, kind=kind)
    some["width_m"] = some["width_m"].astype(float)
    found = noise_zones_4a(TOWN, some)
    assert size_m2(found) == pytest.approx(1000 * (width_m + 70))
    assert "1 of 1 main roads state no width" in told(found)
    column = noise_zones_4a(TOWN, some.drop(columns="width_m"))
    assert column.value == found.value


def test_slip_roads_are_of_their_roads_class():
    some = roads(line((-500, 500), (1500, 500)), kind="trunk_link")
    assert size_m2(noise_zones_4a(TOWN, some)) == pytest.approx(90_000)


@pytest.mark.parametrize("kind", ["tertiary", "residential", "service", None])
def test_smaller_roads_make_no_class_4(kind):
    some = roads(line((-500, 500), (1500, 500)), kind=kind)
    found = noise_zones_4a(TOWN, some)
    assert found.value == 0
    assert len(found.drawn["noise_zone_4"]) == 0


def test_railways_make_4b_and_win_over_4a():
    rails = frame(line((500, -500), (500, 1500)), kind=["rail"])
    found = noise_zones_4a(TOWN, ACROSS, railways=rails)
    # 4 m from the line to the track's boundary, 35 m of strip
    track = 1000 * 2 * 39
    assert by_class(found) == pytest.approx({"4a": 90_000 - 90 * 78, "4b": track})
    assert found.value == pytest.approx((90_000 - 90 * 78 + track) / 1e6)
    assert "4a 0.08298 km², 4b 0.078 km²" in told(found)


@pytest.mark.parametrize(
    ("kind", "of"),
    [
        ("rail", "4b"),
        ("high_speed", "4b"),
        (None, "4b"),
        ("subway", "4a"),
        ("light_rail", "4a"),
        ("tram", "4a"),
        ("abandoned", None),
    ],
)
def test_kinds_of_railways(kind, of):
    rails = frame(line((500, -500), (500, 1500)), kind=[kind])
    found = noise_zones_4a(TOWN, NOTHING, railways=rails, track_half_width_m=5.0)
    wanted = {"4a": 0.0, "4b": 0.0} | ({of: 80_000.0} if of else {})
    assert by_class(found) == pytest.approx(wanted)
    assert ("count as main lines" in told(found)) == (kind is None)
    assert ("1 railways of other kinds are left out: abandoned" in told(found)) == (
        of is None
    )


def test_railways_without_a_kind_are_main_lines():
    rails = frame(line((500, -500), (500, 1500)))
    found = noise_zones_4a(TOWN, NOTHING, railways=rails)
    assert by_class(found) == pytest.approx({"4a": 0.0, "4b": 78_000.0})


@pytest.mark.parametrize(
    ("metres", "inside"), [(29.99, 1), (30.0, 1), (30.01, 0), (-5.0, 1), (0.0, 1)]
)
def test_a_building_counts_by_its_nearest_wall(metres, inside):
    # the road's boundary line runs at 510; 35 - 5 = 30 m of strip
    wall = 510 + metres
    home = frame(square(500, wall, 510, wall + 40), use=["residential"], name=["a"])
    found = noise_zones_4a(TOWN, ACROSS, buildings=home, extra_m=-5.0)
    assert len(found.table) == inside
    assert f"{inside} of 1 buildings lie in class 4" in told(found)
    assert f"{inside} of 1 noise-sensitive buildings lie" in told(found)
    if inside:
        row = found.table.iloc[0].to_dict()
        assert row.pop("distance_m") == pytest.approx(max(0, metres), abs=1e-6)
        assert row == {"name": "a", "kind": "residential", "class": "4a"}


@pytest.mark.parametrize(("middle", "inside"), [("1", 1), ("3", 0)])
def test_the_class_at_a_buildings_middle_decides(middle, inside):
    # 30 m off: within 50 m of class 1, not within 20 m of class 3
    home = frame(square(480, 540, 540, 560), kind=["school"])
    other = {"1": "3", "3": "1"}[middle]
    halves = zones((other, 0, 0, 500, 1000), (middle, 500, 0, 1000, 1000))
    found = noise_zones_4a(TOWN, ACROSS, halves, sensitive_buildings=home)
    assert len(found.table) == inside


@pytest.mark.parametrize("west", ["1", "3"])
def test_on_the_border_of_two_classes_the_quieter_holds(west):
    home = frame(square(480, 540, 520, 560), kind=["school"])
    east = {"1": "3", "3": "1"}[west]
    halves = zones((west, 0, 0, 500, 1000), (east, 500, 0, 1000, 1000))
    found = noise_zones_4a(TOWN, ACROSS, halves, sensitive_buildings=home)
    assert len(found.table) == 1


def test_which_buildings_are_sensitive():
    uses = ["residential", "school", "hospital", "care", "industrial", None]
    row = [square(100 * i, 520, 100 * i + 50, 560) for i in range(len(uses))]
    homes = frame(*row, use=uses)
    found = noise_zones_4a(TOWN, ACROSS, buildings=homes)
    assert sorted(found.table["kind"]) == ["care", "hospital", "residential", "school"]
    assert "6 of 6 buildings" in told(found)
    named = frame(square(0, 520, 50, 560), kind=["research"], name=["院"])
    found = noise_zones_4a(TOWN, ACROSS, buildings=homes, sensitive_buildings=named)
    assert found.table["kind"].tolist() == ["research"]
    assert found.drawn["sensitive_in_4"]["name"].tolist() == ["院"]
    assert "6 of 6 buildings" in told(found)
    assert "1 of 1 noise-sensitive buildings" in told(found)


def test_buildings_near_a_track_and_a_road_are_in_4b():
    rails = frame(line((500, -500), (500, 1500)), kind=["rail"])
    home = frame(square(520, 525, 530, 540), kind=["care"])
    found = noise_zones_4a(TOWN, ACROSS, railways=rails, sensitive_buildings=home)
    assert found.table["class"].tolist() == ["4b"]
    assert found.table["distance_m"].tolist() == pytest.approx([16.0])


def test_a_building_belongs_to_the_area_of_its_middle():
    homes = frame(square(-30, 480, 20, 520), square(-20, 480, 30, 520))
    found = noise_zones_4a(TOWN, ACROSS, buildings=homes)
    assert "1 of 1 buildings" in told(found)


@pytest.mark.parametrize("homes", [None, frame(square(0, 520, 9, 530), floors=[3])])
def test_without_sensitive_buildings_none_are_counted(homes):
    found = noise_zones_4a(TOWN, ACROSS, buildings=homes)
    assert found.table is None
    assert "sensitive_in_4" not in found.drawn
    assert "no noise-sensitive buildings are known" in told(found)


def test_a_road_beyond_the_border_reaches_in():
    # its boundary line 10 m outside, 35 m of strip: 25 m inside
    beside = roads(line((-20, -500), (-20, 1500)))
    assert size_m2(noise_zones_4a(TOWN, beside)) == pytest.approx(25_000)


def test_the_margin_holds_the_widest_track():
    parameters = noise_zones_4a.resolve({"track_half_width_m": 200.0})
    assert noise_zones_4a.margin_m(parameters) == 250


def test_the_margin_holds_the_widest_road():
    parameters = noise_zones_4a.resolve({"extra_m": 5.0})
    assert noise_zones_4a.margin_m(parameters) == 115
    avenue = roads(line((-109.99, -500), (-109.99, 1500)), width_m=120.0)
    assert size_m2(noise_zones_4a(TOWN, avenue, default_class="1")) == (
        pytest.approx(10, abs=0.1)
    )


def test_an_empty_town_of_no_roads_is_a_true_zero():
    found = noise_zones_4a(TOWN, NOTHING, railways=frame().assign(kind=[]))
    assert found.value == 0
    assert by_class(found) == {"4a": 0, "4b": 0}


tens = st.integers(-10, 70).map(lambda n: 10 * n)
spots = st.tuples(tens, tens)
segments = st.tuples(spots, spots).filter(lambda ends: ends[0] != ends[1])
widths = st.sampled_from([10.0, 20.0, 44.0])
networks = st.lists(st.tuples(segments, widths), min_size=1, max_size=4)
classes = st.sampled_from(["0", "1", "2", "3", "4a"])
blocks = st.lists(st.tuples(classes, tens, tens, tens, tens), max_size=3)
HALF = StudyArea("half", square(0, 0, 600, 600), CRS, area_method="plane")


def drawn(network):
    lines = [line(*ends) for ends, _ in network]
    wide = [width for _, width in network]
    return frame(*lines, **{"class": ["primary"] * len(lines), "width_m": wide})


def blocked(rows):
    spans = [
        (c, min(x, u), min(y, v), max(x, u) + 10, max(y, v) + 10)
        for c, x, y, u, v in rows
    ]
    return zones(*spans)


def metres_to(x, y, ends):
    """Return the distances from points to one segment, by plain vectors."""
    (ax, ay), (bx, by) = ends
    dx, dy = bx - ax, by - ay
    along = np.clip(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy), 0, 1)
    return np.hypot(x - ax - along * dx, y - ay - along * dy)


def width_at(x, y, rows):
    """Ask each block in turn for its class; the quietest wins, none is class 2."""
    wide = np.zeros(np.shape(x))
    for name, *span in rows:
        west, east = min(span[0], span[2]), max(span[0], span[2]) + 10
        south, north = min(span[1], span[3]), max(span[1], span[3]) + 10
        held = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        wide = np.where(held, np.maximum(wide, STRIPS_M.get(name, 0)), wide)
    return np.where(wide == 0, 35, wide)


@given(networks, blocks)
@settings(max_examples=20)
def test_agrees_with_points_asked_one_by_one(network, rows):
    ticks = np.arange(2.5, 600, 5)
    x, y = np.meshgrid(ticks, ticks)
    wide = width_at(x, y, rows)
    inside = np.zeros(x.shape, dtype=bool)
    for ends, width in network:
        inside |= metres_to(x, y, ends) <= width / 2 + wide
    found = noise_zones_4a(HALF, drawn(network), blocked(rows))
    assert found.value == pytest.approx(0.36 * inside.mean(), abs=0.008)


@given(networks, blocks, st.lists(spots, min_size=1, max_size=5))
@settings(max_examples=20)
def test_buildings_agree_with_pairs_asked_one_by_one(network, rows, corners):
    # odd metres: no middle lies on a border between classes
    homes = frame(*(square(x + 1.3, y + 1.3, x + 8.3, y + 8.3) for x, y in corners))
    found = noise_zones_4a(HALF, drawn(network), blocked(rows), buildings=homes)
    inside = all_ = 0
    for x, y in corners:
        if not (0 <= x < 600 and 0 <= y < 600):
            continue
        all_ += 1
        wide = float(width_at(x + 4.8, y + 4.8, rows))
        home = square(x + 1.3, y + 1.3, x + 8.3, y + 8.3)
        inside += any(
            home.distance(line(*ends)) - width / 2 <= wide for ends, width in network
        )
    assert f"{inside} of {all_} buildings" in told(found)


@given(networks, blocks)
@settings(max_examples=10)
def test_rows_add_up(network, rows):
    found = noise_zones_4a(HALF, drawn(network), blocked(rows))
    halves = frame(square(0, 0, 333, 600), square(300, 0, 500, 600), name=["a", "b"])
    sums = by_zone(found.parts, halves)["numerator"].sum()
    assert sums == pytest.approx(found.numerator, rel=1e-9, abs=1e-6)


@given(networks, blocks, st.floats(0, 360))
@settings(max_examples=10)
def test_order_place_and_turn_do_not_matter(network, rows, degrees):
    found = noise_zones_4a(HALF, drawn(network), blocked(rows)).value

    def moved(shape):
        away = affinity.translate(shape, 3456.7, -1234.5)
        return affinity.rotate(away, degrees, origin=(X, Y))

    there = StudyArea("there", moved(HALF.boundary), CRS, area_method="plane")
    layers = [
        layer.set_geometry([moved(s) for s in layer.geometry], crs=CRS).set_index(
            np.array([7] * len(layer))
        )
        for layer in (drawn(network[::-1]), blocked(rows[::-1]))
    ]
    value = noise_zones_4a(there, *layers).value
    assert value == pytest.approx(found, rel=4e-4, abs=1e-5)


@given(networks, blocks, st.tuples(segments, widths))
@settings(max_examples=10)
def test_another_road_never_shrinks_class_4(network, rows, more):
    before = noise_zones_4a(HALF, drawn(network), blocked(rows)).value
    after = noise_zones_4a(HALF, drawn([*network, more]), blocked(rows)).value
    assert after >= before - 1e-12
    twice = noise_zones_4a(HALF, drawn([*network, *network]), blocked(rows)).value
    assert twice == pytest.approx(before, rel=1e-9)


@given(networks, blocks)
@settings(max_examples=10)
def test_4a_and_4b_never_overlap(network, rows):
    rails = frame(line((300, -500), (310, 1500)), line((0, 0), (600, 600)))
    found = noise_zones_4a(HALF, drawn(network), blocked(rows), rails)
    shapes = found.drawn["noise_zone_4"].geometry.to_numpy()
    union = shapely.union_all(shapes).area
    assert shapely.area(shapes).sum() == pytest.approx(union, rel=1e-9)
    assert found.value == pytest.approx(union / 1e6)


def test_inputs_stay_as_they_are():
    rails = frame(line((500, -500), (500, 1500)), kind=["rail"])
    homes = frame(square(520, 525, 530, 540), use=["care"])
    some = zones(("1", 0, 0, 400, 1000), ("3", 300, 0, 1000, 1000))
    layers = (ACROSS, some, rails, homes, homes[["geometry"]])
    before = [layer.copy() for layer in layers]
    noise_zones_4a(TOWN, *layers)
    assert all(one.equals(was) for one, was in zip(layers, before, strict=True))


@pytest.mark.real
def test_main_roads_of_fengtai(data):
    """Beside points strewn over the district, each asked for its nearest road."""
    beijing = data / "beijing"
    streets = geopandas.read_file(beijing / "beijing_streets_worldpop_wgs84.gpkg")
    streets = streets[streets["district"] == "丰台区"].to_crs(CRS)
    district = shapely.union_all(streets.geometry.to_numpy())
    lines = geopandas.read_file(beijing / "beijing_roads_2010_wgs84.gpkg").to_crs(CRS)
    lines = lines.explode(ignore_index=True)[["geometry"]]
    main = lines.assign(**{"class": "secondary"})
    found = noise_zones_4a(StudyArea("丰台区", district, CRS), main)

    west, south, east, north = district.bounds
    x, y = np.meshgrid(np.arange(west, east, 110), np.arange(south, north, 110))
    spots = shapely.points(x.ravel(), y.ravel())
    shapely.prepare(district)
    spots = spots[shapely.contains(district, spots)]
    tree = shapely.STRtree(main.geometry.to_numpy())
    _, metres = tree.query_nearest(spots, all_matches=False, return_distance=True)
    # the table's 20 m of a secondary road, 35 m beside class 2
    wanted = np.mean(metres <= 45) * district.area / 1e6
    assert found.value == pytest.approx(wanted, rel=0.03)
    rows = by_zone(found.parts, streets.rename(columns={"street": "name"}))
    assert rows["numerator"].sum() == pytest.approx(found.numerator, rel=1e-9)
