"""Park service in hand-drawn towns, beside a slow oracle, and under its laws."""

import math

import numpy as np
import pytest
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
from shapely import MultiPolygon, unary_union
from strategies import CRS, boxes, frame, frames, square, together

from ecogis.area import StudyArea
from ecogis.errors import LayerError, PlanError
from ecogis.indicators.green import park_service_coverage
from ecogis.table import table

CITY = StudyArea("city", square(0, 0, 2000, 2000), CRS, area_method="plane")
HOMES = frame(CITY.boundary)
PARK = frame(square(950, 950, 1050, 1050), name=["middle"])
TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")


def coverage(parks, land=HOMES, area=CITY, **parameters):
    return park_service_coverage(area, parks, land, **parameters)


def rounded_square_m2(side, radius, quad_segs):
    """Four strips, and corners that make a regular polygon around one circle."""
    corners = 4 * quad_segs
    circle = corners / 2 * radius**2 * math.sin(2 * math.pi / corners)
    return side**2 + 4 * side * radius + circle


# --- answers that are done in the head -------------------------------------------


@pytest.mark.parametrize("quad_segs", [8, 32, 256])
def test_one_park_in_a_square_of_homes(quad_segs):
    found = coverage(PARK, quad_segs=quad_segs)
    closed_form = rounded_square_m2(100, 500, quad_segs) / 2000**2 * 100
    assert found.value == pytest.approx(closed_form, rel=1e-9)


def test_the_polygon_lies_within_the_true_circle_by_what_is_promised():
    true = 100 * (100**2 + 4 * 100 * 500 + math.pi * 500**2) / 2000**2
    assert true == pytest.approx(24.88495, abs=5e-6)
    assert coverage(PARK).value == pytest.approx(24.87707, abs=5e-6)
    assert coverage(PARK, quad_segs=256).value == pytest.approx(24.88483, abs=5e-6)


def test_a_park_across_the_border_serves_and_is_measured_whole():
    # a wall of parks beyond the western border: a strip of 400 m of 2000 is served
    outside = frame(square(-200, -1000, -100, 3000))
    assert coverage(outside).value == pytest.approx(20, rel=1e-9)
    # 900 m² of 1800 lie inside, all of them count against 1000
    across = frame(square(-30, 0, 30, 30))
    assert coverage(across, min_area_m2=1800.0).value > 0
    assert coverage(across, min_area_m2=1800.1).value == 0


def test_a_park_on_the_far_side_of_the_margin_serves_nobody():
    assert coverage(frame(square(-800, 0, -501, 2000))).value == 0


def test_two_touching_pieces_are_one_park_as_a_patch():
    halves = frame(square(950, 950, 1000, 965), square(1000, 950, 1050, 965))
    assert coverage(halves).value > 0
    assert coverage(halves, area_per="feature").value == 0


def test_two_parts_of_one_feature_are_one_park_as_a_feature():
    apart = frame(MultiPolygon([square(0, 0, 25, 24), square(500, 0, 525, 24)]))
    assert coverage(apart, area_per="feature").value > 0
    assert coverage(apart).value == 0


def test_shared_ground_does_not_make_a_park_larger():
    # two times 600 m², of which 300 m² are the same
    over = frame(square(0, 0, 40, 15), square(20, 0, 60, 15))
    assert coverage(over, min_area_m2=900.0).value > 0
    assert coverage(over, min_area_m2=900.1).value == 0


@pytest.mark.parametrize(("length", "counts"), [(39.996, 0), (40, 1), (40.004, 1)])
def test_a_park_of_1000_m2_counts(length, counts):
    found = coverage(frame(square(1000, 1000, 1000 + length, 1025)))
    assert bool(found.value) == bool(counts)
    assert found.drawn["parks_counted"]["counted"].tolist() == [bool(counts)]


@pytest.mark.parametrize(
    ("distance_m", "served"), [(499.99, 0), (500.0, 1), (500.01, 1)]
)
def test_a_building_counts_by_its_nearest_part(distance_m, served):
    # the near one begins 500 m east of the park and ends beyond; the other is far
    homes = frame(square(1550, 1000, 1590, 1010), square(0, 0, 10, 10))
    found = park_service_coverage(
        CITY, PARK, buildings=homes, denominator="buildings", distance_m=distance_m
    )
    assert found.value == 50 * served
    assert found.drawn["homes_served"]["served"].tolist() == (
        [True, False] if served else [False, False]
    )


def test_people_are_served_in_proportion_to_their_land():
    # the wall serves 500 m of the town's 1000: half of the western cell, none of the
    # eastern, which lies half outside the town
    wall = frame(square(-10, -2000, 0, 3000))
    cells = frame(square(250, 0, 750, 100), square(900, 0, 1100, 100), people=[80, 40])
    found = park_service_coverage(
        TOWN, wall, population=cells, denominator="population"
    )
    assert found.denominator == pytest.approx(100)
    assert found.value == pytest.approx(40)


def test_people_may_live_in_their_homes():
    # both homes hold 40; the western one begins 500 m from the wall
    wall = frame(square(-10, -2000, 0, 3000))
    homes = frame(square(500, 0, 510, 10), square(700, 0, 710, 10))
    cells = frame(square(250, 0, 750, 100), people=[80])

    def found(distance_m, **layers):
        return park_service_coverage(
            TOWN,
            wall,
            denominator="population",
            people_on="buildings",
            distance_m=distance_m,
            **layers,
        )

    living = {"population": cells, "buildings": homes}
    assert found(500.0, **living).value == pytest.approx(50)
    assert found(499.99, **living).value == 0
    assert found(500.0, buildings=homes.assign(people=[3, 1])).value == 75
    result = found(500.0, **living)
    assert result.drawn["homes_served"]["people"].tolist() == pytest.approx([40, 40])
    can_be_drawn(park_service_coverage, result)


def test_each_park_has_the_radius_of_the_largest_class_it_reaches():
    tiers = [
        {"min_area_m2": 5000.0, "distance_m": 500.0},
        {"min_area_m2": 400.0, "distance_m": 300.0},
    ]
    sizes = {5000: 500, 4999: 300, 2000: 300, 400: 300, 399: None}
    parks = frame(
        *(square(n * 900, 0, n * 900 + size / 50, 50) for n, size in enumerate(sizes))
    )
    found = coverage(parks, tiers=tiers)
    radii = found.drawn["parks_counted"]["distance_m"]
    assert [None if np.isnan(r) else r for r in radii] == list(sizes.values())


def test_a_tier_serves_as_far_as_it_says():
    tiers = [
        {"min_area_m2": 1000.0, "distance_m": 200.0},
        {"min_area_m2": 20_000.0, "distance_m": 500.0},
    ]
    expected = rounded_square_m2(100, 200, 32) / 2000**2 * 100
    assert coverage(PARK, tiers=tiers).value == pytest.approx(expected, rel=1e-9)


def test_the_area_itself_may_be_the_whole():
    found = park_service_coverage(CITY, PARK, denominator="area")
    assert found.value == pytest.approx(coverage(PARK).value, rel=1e-9)


def test_land_beyond_the_area_and_mapped_twice_counts_once():
    land = frame(square(-500, 0, 1500, 2000), square(500, 0, 2500, 2000))
    found = coverage(PARK, land)
    assert found.denominator == pytest.approx(4e6)
    # 1000 m by 2000 m lie in both
    assert any("200 ha" in note.en for note in found.notes)


def test_without_a_park_nothing_is_served_and_all_is_blind():
    found = coverage(PARK.iloc[:0])
    assert found.value == 0
    assert found.drawn["blind_zones"]["area_m2"].tolist() == [4e6]


def test_without_land_there_is_nothing_to_measure():
    assert coverage(PARK, HOMES.iloc[:0]).value is None
    assert coverage(PARK, frame(square(5000, 0, 5100, 100))).value is None


def test_an_absent_denominator_says_which_layer():
    with pytest.raises(LayerError, match="needs the layer 'buildings'"):
        coverage(PARK, denominator="buildings")


def test_blind_zones_are_connected_and_the_largest_comes_first():
    # 1000 m of park down the middle, two blind strips of 400 m and 600 m of 2000
    land = frame(square(0, 0, 2000, 2000), square(0, 0, 10, 10))
    middle = frame(square(900, -1000, 900.1, 3000))
    zones = coverage(middle, land, min_area_m2=100.0).drawn["blind_zones"]
    assert zones["rank"].tolist() == [1, 2]
    assert zones["area_m2"].tolist() == pytest.approx([599.9 * 2000, 400 * 2000])


def test_parks_are_drawn_with_their_size():
    found = coverage(together(PARK, frame(square(0, 0, 10, 10), name=["pocket"])))
    drawn = found.drawn["parks_counted"]
    assert drawn["name"].tolist() == ["middle", "pocket"]
    assert drawn["area_ha"].tolist() == pytest.approx([1, 0.01])
    assert drawn["counted"].tolist() == [True, False]
    assert "1 of 2 parks" in found.notes[0].en


# --- presets ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "stated"),
    [
        ("cn_gbt51346_2019", (500, 0)),
        ("cn_gbt50563_2010", (500, 5000)),
        ("cn_garden_city_2016", [(2000, 300), (5000, 500)]),
        ("cn_garden_city_2022", [(400, 300), (5000, 500)]),
        ("cn_gb55014_2021", (500, 0)),
        ("cn_tdt1063_2021", (300, 400)),
        ("bj_500m", (500, 0)),
        ("chaoyang_1000m2_500m", (500, 1000)),
    ],
)
def test_a_preset_fills_what_its_rule_states(preset, stated):
    resolved = park_service_coverage.resolve({"preset": preset})
    assert resolved["denominator"] == "residential_land"
    if isinstance(stated, list):
        tiers = [(tier.min_area_m2, tier.distance_m) for tier in resolved["tiers"]]
        assert tiers == stated
        assert park_service_coverage.margin_m(resolved) == 500
    else:
        assert (resolved["distance_m"], resolved["min_area_m2"]) == stated
        assert park_service_coverage.margin_m(resolved) == stated[0]


def test_every_preset_was_looked_at():
    assert len(table("park_service")) == 8


def test_a_preset_that_was_not_checked_says_so():
    notes = coverage(PARK, preset="cn_garden_city_2022").notes
    assert any("not checked" in note.en for note in notes)
    notes = coverage(PARK, preset="chaoyang_1000m2_500m").notes
    assert not any("not checked" in note.en for note in notes)


def test_the_title_says_what_the_share_is_of():
    resolved = park_service_coverage.resolve({"denominator": "population"})
    title = park_service_coverage.titled(resolved)
    assert title.en == "Residents within 500 m of a park of at least 1000 m²"
    assert title.zh == "1000平方米以上公园绿地500米服务半径覆盖率（常住人口）"
    every = park_service_coverage.titled({**resolved, "min_area_m2": 0.0})
    assert every.en == "Residents within 500 m of a park"
    assert every.zh == "公园绿地500米服务半径覆盖率（常住人口）"


def test_a_radius_beside_the_tiers_of_a_preset_is_refused():
    with pytest.raises(PlanError, match="tiers and distance_m exclude each other"):
        coverage(PARK, preset="cn_garden_city_2022", distance_m=400.0)


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


def large(parks, min_area_m2):
    return [p for p in connected(parks.geometry) if p.area >= min_area_m2]


def share_of_land(area, parks, land, radius, min_area_m2):
    # where two boxes share an edge only, the intersection is no land
    cut = [shape.intersection(area.boundary) for shape in land.geometry]
    whole = unary_union([shape for shape in cut if shape.area])
    served = unary_union(
        [p.buffer(radius, quad_segs=32) for p in large(parks, min_area_m2)]
    )
    return 100 * whole.intersection(served).area / whole.area if whole.area else None


def share_of_people(area, parks, cells, radius, min_area_m2):
    served = unary_union(
        [p.buffer(radius, quad_segs=32) for p in large(parks, min_area_m2)]
    )
    whole = part = 0.0
    for cell, people in zip(cells.geometry, cells["people"], strict=True):
        inside = cell.intersection(area.boundary)
        whole += people * inside.area / cell.area
        part += people * inside.intersection(served).area / cell.area
    return 100 * part / whole if whole else None


def share_of_buildings(area, parks, homes, radius, min_area_m2):
    counted = [
        home
        for home in homes.geometry
        if home.representative_point().intersects(area.boundary)
    ]
    served = [
        home
        for home in counted
        if any(home.distance(p) <= radius for p in large(parks, min_area_m2))
    ]
    return 100 * len(served) / len(counted) if counted else None


PARKS = frames(boxes(largest=3), most=5)
RADII = st.integers(0, 12).map(lambda n: 40.0 * n + 7)
# no whole number of cells has this size, so that rounding decides nothing
SIZES = st.sampled_from([0.0, 2600.0, 5100.0, 12_600.0])


@given(PARKS, frames(), RADII, SIZES)
def test_land_agrees_with_the_oracle(parks, land, radius, size):
    found = coverage(parks, land, TOWN, distance_m=radius, min_area_m2=size)
    expected = share_of_land(TOWN, parks, land, radius, size)
    assert found.value == same(expected)


@given(PARKS, frames(columns={"people": st.integers(0, 90)}), RADII, SIZES)
@settings(max_examples=25)
def test_people_agree_with_the_oracle(parks, cells, radius, size):
    found = park_service_coverage(
        TOWN,
        parks,
        population=cells,
        denominator="population",
        distance_m=radius,
        min_area_m2=size,
    )
    expected = share_of_people(TOWN, parks, cells, radius, size)
    assert found.value == same(expected)


@given(PARKS, frames(boxes(largest=1)), RADII, SIZES)
@settings(max_examples=25)
def test_buildings_agree_with_the_oracle(parks, homes, radius, size):
    found = park_service_coverage(
        TOWN,
        parks,
        buildings=homes,
        denominator="buildings",
        distance_m=radius,
        min_area_m2=size,
    )
    expected = share_of_buildings(TOWN, parks, homes, radius, size)
    assert found.value == same(expected)


# --- laws -------------------------------------------------------------------------


@st.composite
def cases(draw, denominator=None):
    name = denominator or draw(
        st.sampled_from(["residential_land", "population", "buildings"])
    )
    layer = draw(frames(columns={"people": st.integers(0, 90)}))
    return Case(
        park_service_coverage,
        TOWN,
        {"parks": draw(PARKS), name: layer},
        {"denominator": name, "distance_m": draw(RADII), "min_area_m2": draw(SIZES)},
    )


@st.composite
def homes_and_people(draw):
    return Case(
        park_service_coverage,
        TOWN,
        {
            "parks": draw(PARKS),
            "population": draw(frames(columns={"people": st.integers(0, 90)})),
            "buildings": draw(frames(boxes(largest=2))),
        },
        {
            "denominator": "population",
            "people_on": "buildings",
            "distance_m": draw(RADII),
            "min_area_m2": draw(SIZES),
        },
    )


ZONES = frames(boxes(largest=16), {"name": st.sampled_from("abc")}, least=1, most=4)


@given(cases(), ZONES)
@settings(max_examples=20)
def test_rows_add_up(case, zones):
    rows_add_up(case, zones.drop_duplicates("name"))


@given(homes_and_people(), PARKS, ZONES, st.integers(0, 99))
@settings(max_examples=20)
def test_people_in_their_homes_keep_the_laws(case, more, zones, seed):
    rows_add_up(case, zones.drop_duplicates("name"))
    order_is_nothing(case, seed)
    inputs_stay(case)
    can_be_drawn(park_service_coverage, case.result)
    added = case.with_layers(parks=together(case.layers["parks"], more))
    fewer, found = case.value, added.value
    assert found is None if fewer is None else found >= fewer - 1e-9


@given(cases(), st.integers(0, 99), st.floats(0, 360))
@settings(max_examples=12)
def test_order_and_place_are_nothing(case, seed, degrees):
    order_is_nothing(case, seed)
    if case.parameters["denominator"] != "buildings":
        place_is_nothing(case, degrees, rel=4e-4)


@given(cases("residential_land"), PARKS)
@settings(max_examples=15)
def test_more_parks_never_serve_less(case, more):
    added = case.with_layers(parks=together(case.layers["parks"], more))
    fewer, found = case.value, added.value
    assert found is None if fewer is None else found >= fewer - 1e-9


@given(cases("residential_land"))
@settings(max_examples=12)
def test_served_and_blind_are_the_whole_and_nothing_counts_twice(case):
    result = case.result
    blind = result.drawn["blind_zones"]["area_m2"].sum()
    assert result.numerator + blind == pytest.approx(result.denominator, abs=1e-3)
    twice_is_once(case, "parks", "residential_land")
    inputs_stay(case)
    can_be_drawn(park_service_coverage, result)


@given(cases(), st.floats(0.5, 400), st.floats(5, 400))
@settings(max_examples=12)
def test_nothing_beyond_the_margin_matters(case, gap, wide):
    margin = park_service_coverage.margin_m(
        park_service_coverage.resolve(case.parameters)
    )
    if any(
        shape.distance(TOWN.boundary) > 0 for shape in case.layers["parks"].geometry
    ):
        return
    start = 1000 + margin + gap
    beyond = frame(square(start, -500, start + wide, 1500))
    parks = together(case.layers["parks"], beyond)
    assert case.with_layers(parks=parks).value == same(case.value)


def test_geodesic_and_plane_agree_within_the_projection():
    sphere = StudyArea("city", CITY.boundary, CRS)
    assert coverage(PARK, area=sphere).value == pytest.approx(
        coverage(PARK).value, rel=1e-5
    )


def test_buildings_can_be_drawn():
    found = park_service_coverage(
        CITY, PARK, buildings=frame(square(0, 0, 9, 9)), denominator="buildings"
    )
    can_be_drawn(park_service_coverage, found)
