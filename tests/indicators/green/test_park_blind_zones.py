"""Blind zones in hand-drawn towns, beside a slow oracle, and as a complement."""

import pytest
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
    twice_is_once,
)
from shapely import Point, unary_union
from strategies import CRS, X, Y, boxes, frame, frames, square, together
from streets_by_hand import way, ways

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.indicators.green import (
    park_access_on_foot,
    park_blind_zones,
    park_service_coverage,
)

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
# a strip of homes 100 m high along the southern edge
HOMES = frame(square(0, 0, 1000, 100))
# as tall as the town and more, so that what it reaches ends in a straight line
LARGE = frame(square(-10, -2000, 0, 3000))
SMALL = frame(square(-0.125, -2000, 0, 2000))


PARKS = frames(boxes(largest=3), most=5)
RADII = st.integers(0, 12).map(lambda n: 40.0 * n + 7)
# no whole number of cells has this size, so that rounding decides nothing
SIZES = st.sampled_from([0.0, 2600.0, 5100.0, 12_600.0])
CELLS = frames(columns={"people": st.integers(0, 90)})


def blind(parks, land=HOMES, area=TOWN, **parameters):
    return park_blind_zones(area, parks, land, **parameters)


def rows(found):
    """Return what the table says of each zone: reason and hectares."""
    table = found.table
    return list(zip(table["reason"], table["area_ha"].round(6), strict=True))


# --- answers that are done in the head -------------------------------------------


def test_each_reason_has_its_own_zone():
    # the large park serves 500 m; of the rest, a pocket park reaches 100 m more
    pocket = frame(square(1099, 0, 1100, 100))
    found = blind(together(LARGE, pocket))
    # 500 m to the west of the pocket park begin at 599 m
    near = found.drawn["blind_zones_why"].set_index("reason")
    assert found.value == pytest.approx(5)
    assert set(near.index) == {"too_small", "no_park"}
    west, east = (near.geometry[reason].bounds for reason in ("no_park", "too_small"))
    assert west[0] - 447_000 == pytest.approx(500)
    assert west[2] - 447_000 == pytest.approx(599, abs=0.5)
    assert east[0] - 447_000 == pytest.approx(599, abs=0.5)
    assert east[2] - 447_000 == pytest.approx(1000)
    assert near["area_ha"].sum() == pytest.approx(5)


@pytest.mark.parametrize("distance_m", [499.99, 500.0, 500.01])
def test_a_park_too_small_reaches_as_far_as_a_large_one_would(distance_m):
    # 500 m² of park: none of it counts, all of it explains
    found = blind(SMALL, distance_m=distance_m, min_area_m2=501.0)
    assert found.value == pytest.approx(10)
    reach_ha = distance_m * 100 / 1e4
    assert (
        rows(found)
        == [("too_small", reach_ha), ("no_park", 10 - reach_ha)][
            :: 1 if distance_m >= 500 else -1
        ]
    )


@pytest.mark.parametrize(
    ("size_m2", "value", "reasons"),
    [
        (499.9, 5, ["no_park"]),
        (500.0, 5, ["no_park"]),
        (500.1, 10, ["no_park", "too_small"]),
    ],
)
def test_a_park_of_the_very_size_serves(size_m2, value, reasons):
    found = blind(SMALL, min_area_m2=size_m2)
    assert found.value == pytest.approx(value)
    assert sorted(found.table["reason"]) == reasons


def test_with_tiers_a_small_park_explains_as_far_as_the_largest_class():
    tiers = [
        {"min_area_m2": 400.0, "distance_m": 300.0},
        {"min_area_m2": 5000.0, "distance_m": 500.0},
    ]
    # 500 m² serve 300 m; up to 500 m the park is too small, beyond there is none
    assert rows(blind(SMALL, tiers=tiers)) == [("no_park", 5), ("too_small", 2)]
    preset = blind(SMALL, preset="cn_garden_city_2022")
    assert rows(preset) == [("no_park", 5), ("too_small", 2)]
    assert any("not checked" in note.en for note in preset.notes)


def test_without_any_park_all_is_blind_for_want_of_one():
    assert rows(blind(LARGE.iloc[:0])) == [("no_park", 10)]


def test_where_all_is_served_nothing_is_blind():
    found = blind(frame(square(0, 0, 1000, 1000)))
    assert (found.value, len(found.table)) == (0, 0)
    can_be_drawn(park_blind_zones, found)


def test_without_land_there_is_nothing_to_measure():
    assert blind(LARGE, HOMES.iloc[:0]).value is None
    assert blind(LARGE, frame(square(5000, 0, 5100, 100))).value is None


@pytest.mark.parametrize(("wide_m", "listed"), [(3.99, 0), (4.0, 1), (4.01, 1)])
def test_a_zone_of_400_m2_is_listed_and_a_smaller_one_counts(wide_m, listed):
    # the strip of homes ends as far beyond the reach of the large park
    homes = frame(square(0, 0, 500 + wide_m, 100))
    found = blind(LARGE, homes)
    assert found.value == pytest.approx(wide_m * 100 / 1e4)
    assert len(found.table) == len(found.drawn["blind_zones_why"]) == listed
    assert f"{listed} blind zones of at least 400 m²; {1 - listed} smaller" in (
        found.notes[0].en
    )
    assert len(blind(LARGE, homes, min_blind_m2=0.0).table) == 1


def test_people_decide_on_the_rank_where_they_are_known():
    homes = frame(square(600, 0, 800, 100), square(900, 0, 1000, 100))
    assert blind(LARGE, homes).table["area_ha"].tolist() == pytest.approx([2, 1])
    cells = frame(*homes.geometry, people=[10, 20])
    found = blind(LARGE, homes, population=cells)
    assert found.table["area_ha"].tolist() == pytest.approx([1, 2])
    assert found.table["people"].tolist() == [20, 10]
    assert found.table["rank"].tolist() == [1, 2]
    assert found.value == pytest.approx(3)
    assert any("30 people live in blind zones" in note.en for note in found.notes)


def test_people_live_on_the_land_that_their_polygon_holds():
    # a cell of 200 m by 200 m holds 100 m of homes, a quarter of which is blind
    cells = frame(square(425, 0, 625, 200), square(0, 500, 100, 600), people=[80, 7])
    homes = frame(square(425, 0, 525, 100))
    found = blind(LARGE, homes, population=cells)
    assert found.table["people"].tolist() == [20]
    # nobody lives on the land of the other cell, which has none
    assert any("7 people live in population polygons" in n.en for n in found.notes)


def test_the_value_may_be_people():
    # half of the first cell is blind; the second lies half outside the town
    cells = frame(square(400, 0, 600, 100), square(900, 0, 1100, 100), people=[80, 40])
    found = park_blind_zones(
        TOWN, LARGE, population=cells, denominator="population", min_blind_m2=0.0
    )
    assert found.value == pytest.approx(60)
    assert found.table["people"].tolist() == [40, 20]
    assert park_blind_zones.unit_of({"denominator": "population"}) == "people"
    assert park_blind_zones.unit_of({"denominator": "area"}) == "ha"


def test_people_of_one_place_in_two_polygons_all_count():
    cells = frame(square(600, 0, 700, 100), square(600, 0, 700, 100), people=[1, 2])
    found = park_blind_zones(TOWN, LARGE, population=cells, denominator="population")
    assert found.value == pytest.approx(3)
    assert rows(found) == [("no_park", 1)]


def test_a_zone_tells_the_sub_district_that_holds_most_of_it():
    homes = frame(square(600, 0, 700, 100), square(800, 0, 850, 100))
    named = frame(
        square(0, 0, 640, 1000), square(640, 0, 790, 1000), name=["west", "east"]
    )
    found = blind(LARGE, homes, subdistricts=named)
    # 40 m against 60 m of the first; the second lies in none
    assert found.table["zone"].iloc[0] == "east"
    assert found.table["zone"].isna().tolist() == [False, True]


def test_an_absent_denominator_says_which_layer():
    with pytest.raises(LayerError, match="needs the layer 'built_up_area'"):
        blind(LARGE, denominator="built_up_area")


def test_population_is_read_beside_land_where_there_is_any():
    assert park_blind_zones.needs(park_blind_zones.resolve({})) == {
        "parks": True,
        "residential_land": True,
        "population": False,
        "subdistricts": False,
    }


def test_the_title_says_what_is_out_of_reach():
    title = park_blind_zones.titled(park_blind_zones.resolve({"min_area_m2": 0.0}))
    assert title.zh == "公园绿地500米服务半径盲区（居住用地）"
    assert title.en == "Residential land farther than 500 m from a park"


# --- on foot ----------------------------------------------------------------------

# the large park is entered 200 m north of the street that leads along the homes
GATE = GeoDataFrame(geometry=[Point(X, Y + 250)], crs=CRS)
STREET = ways(way((0, 250), (0, 50), (1000, 50)))
POCKET = frame(square(1099, 0, 1100, 100))


def walked(parks=LARGE, streets=STREET, gates=GATE, **parameters):
    return blind(
        parks, walkable_ways=streets, park_entrances=gates, on_foot=True, **parameters
    )


def test_a_zone_for_each_of_three_reasons():
    # squares of 50 m, their middle 25 m from the street: 275 + 200 + 25 m from the gate
    found = walked(together(LARGE, POCKET))
    zones = found.drawn["blind_zones_why"].set_index("reason")
    edges = {
        reason: (shape.bounds[0] - X, shape.bounds[2] - X)
        for reason, shape in zones.geometry.items()
    }
    assert edges["too_far"] == pytest.approx((300, 500))
    assert edges["no_park"] == pytest.approx((500, 599), abs=0.5)
    assert edges["too_small"] == pytest.approx((599, 1000), abs=0.5)
    assert found.value == pytest.approx(7)
    can_be_drawn(park_blind_zones, found)
    assert any("squares of 50 m" in note.en for note in found.notes)


@pytest.mark.parametrize(("distance_m", "ha"), [(499.99, 7.5), (500, 7), (500.01, 7)])
def test_the_very_limit_of_a_walk_counts(distance_m, ha):
    assert walked(distance_m=float(distance_m)).value == pytest.approx(ha)


def test_a_street_that_does_not_lead_to_the_park_serves_nobody():
    found = walked(streets=ways(way((100, 50), (1000, 50))))
    # what lies within 500 m is too far, the rest for want of a park
    assert sorted(rows(found)) == [("no_park", 5), ("too_far", 5)]


def test_people_walk_from_the_land_of_their_polygon():
    cells = frame(square(200, 0, 400, 100), square(600, 0, 700, 100), people=[40, 5])
    found = park_blind_zones(
        TOWN,
        LARGE,
        population=cells,
        walkable_ways=STREET,
        park_entrances=GATE,
        denominator="population",
        on_foot=True,
    )
    # half of the first polygon lies within the walk
    assert found.value == pytest.approx(25)
    assert found.table["reason"].tolist() == ["too_far", "no_park"]
    assert found.table["people"].tolist() == [20, 5]


def test_ways_are_read_for_walks_only():
    resolved = park_blind_zones.resolve({"on_foot": True})
    assert {"walkable_ways", "park_entrances"} <= set(park_blind_zones.needs(resolved))
    assert "步行500米" in park_blind_zones.titled(resolved).zh
    assert park_blind_zones.margin_m(resolved) == 530
    with pytest.raises(LayerError, match="needs the layer 'walkable_ways'"):
        walked(streets=None)


EDGES = [((x, y), (x + 200, y)) for x in range(0, 1000, 200) for y in (0, 400, 800)]
EDGES += [((x, y), (x, y + 400)) for x in range(0, 1200, 200) for y in (0, 400)]


@given(
    frames(boxes(largest=3), least=1, most=4),
    CELLS,
    st.sets(st.sampled_from(EDGES), min_size=1),
    st.sampled_from(["residential_land", "population"]),
)
@settings(max_examples=25)
def test_on_foot_and_blind_are_the_whole(parks, layer, edges, denominator):
    layers = {"parks": parks, "walkable_ways": ways(*(way(*one) for one in edges))}
    asked = {"denominator": denominator, "min_area_m2": 2600.0, "distance_m": 207.0}
    layers[denominator] = layer
    reached = park_access_on_foot(TOWN, **layers, **asked)
    found = park_blind_zones(TOWN, **layers, **asked, on_foot=True)
    rest = reached.denominator - reached.numerator
    scale = 1.0 if denominator == "population" else 1e-4
    assert (found.value or 0) == pytest.approx(rest * scale, rel=1e-9, abs=1e-6)
    straight = park_blind_zones(TOWN, parks, **{denominator: layer}, **asked)
    if found.value is not None and denominator == "residential_land":
        # a walk is never shorter: but for the rim of squares that count whole
        rim_ha = 1e-4 * sum(shape.length * 75 for shape in parks.buffer(207))
        assert found.value >= straight.value - rim_ha


# --- a slow oracle ----------------------------------------------------------------


def connected(shapes):
    """Flood patch after patch, asking every pair."""
    patches, waiting = [], list(shapes)
    while waiting:
        patch = [waiting.pop()]
        for known in patch:
            new = [other for other in waiting if other.distance(known) == 0]
            waiting = [other for other in waiting if other not in new]
            patch += new
        patches.append(unary_union(patch))
    return patches


def by_reason(parks, land, radius, min_area_m2):
    """Return the blind ground for want of a park, and for one too small."""
    every = connected(parks.geometry)
    around = {park.wkb: park.buffer(radius, quad_segs=32) for park in every}
    served = unary_union([around[p.wkb] for p in every if p.area >= min_area_m2])
    cut = [shape.intersection(TOWN.boundary) for shape in land.geometry]
    ground = unary_union([shape for shape in cut if shape.area]).difference(served)
    near = unary_union(list(around.values()))
    return {
        "no_park": ground.difference(near),
        "too_small": ground.intersection(near),
    }


@given(PARKS, frames(), RADII, SIZES)
@settings(max_examples=40)
def test_land_and_its_reasons_agree_with_the_oracle(parks, land, radius, size):
    found = blind(parks, land, distance_m=radius, min_area_m2=size, min_blind_m2=0.0)
    expected = by_reason(parks, land, radius, size)
    sums = found.table.groupby("reason")["area_ha"].sum() * 1e4
    for reason, ground in expected.items():
        assert sums.get(reason, 0.0) == pytest.approx(ground.area, abs=1e-3)


@given(PARKS, CELLS, RADII, SIZES)
@settings(max_examples=25)
def test_people_and_their_reasons_agree_with_the_oracle(parks, cells, radius, size):
    found = park_blind_zones(
        TOWN,
        parks,
        population=cells,
        denominator="population",
        distance_m=radius,
        min_area_m2=size,
        min_blind_m2=0.0,
    )
    expected = by_reason(parks, cells, radius, size)
    for reason, ground in expected.items():
        listed = found.table.loc[found.table["reason"] == reason, "people"].sum()
        who = sum(
            people
            * cell.intersection(TOWN.boundary).intersection(ground).area
            / cell.area
            for cell, people in zip(cells.geometry, cells["people"], strict=True)
        )
        # the list is rounded to a tenth of a person
        assert listed == pytest.approx(who, abs=0.05 * len(found.table) + 1e-6)


# --- a complement -----------------------------------------------------------------


@st.composite
def cases(draw, denominator=None):
    name = denominator or draw(st.sampled_from(["residential_land", "population"]))
    layer = draw(CELLS)
    return Case(
        park_blind_zones,
        TOWN,
        {"parks": draw(PARKS), name: layer},
        {
            "denominator": name,
            "distance_m": draw(RADII),
            "min_area_m2": draw(SIZES),
            "area_per": draw(st.sampled_from(["patch", "feature"])),
        },
    )


@given(cases())
@settings(max_examples=40)
def test_covered_and_blind_are_the_whole(case):
    covered = park_service_coverage(case.area, **case.layers, **case.parameters)
    rest = covered.denominator - covered.numerator
    scale = 1.0 if case.parameters["denominator"] == "population" else 1e-4
    if covered.denominator > 0:
        assert case.value == pytest.approx(rest * scale, rel=1e-9, abs=1e-6)
    else:
        assert not case.value


ZONES = frames(boxes(largest=16), {"name": st.sampled_from("abc")}, least=1, most=4)


@given(cases(), ZONES)
@settings(max_examples=20)
def test_rows_add_up(case, zones):
    rows_add_up(case, zones.drop_duplicates("name"))


@given(cases(), st.integers(0, 99), st.floats(0, 360))
@settings(max_examples=12)
def test_order_and_place_are_nothing(case, seed, degrees):
    order_is_nothing(case, seed)
    place_is_nothing(case, degrees, rel=2e-3)


@given(cases("residential_land"), PARKS)
@settings(max_examples=12)
def test_more_parks_never_leave_more_out(case, more):
    added = case.with_layers(parks=together(case.layers["parks"], more))
    before, after = case.value, added.value
    assert after is None if before is None else after <= before + 1e-9


@given(cases("residential_land"), CELLS)
@settings(max_examples=12)
def test_nobody_is_lost_and_nothing_counts_twice(case, cells):
    twice_is_once(case, "parks", "residential_land")
    asked = case.with_layers(population=cells)
    inputs_stay(asked)
    assert asked.value == same(case.value)
    found = asked.result
    can_be_drawn(park_blind_zones, found)
    if "people" in found.table:
        assert found.table["people"].sum() <= cells["people"].sum() + 1
