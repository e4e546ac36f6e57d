"""Trees, canopy and green: each part from both sides, and unknown where it is."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Case, can_be_drawn, inputs_stay, order_is_nothing, rows_add_up, same
from shapely import Point
from strategies import CRS, X, Y, boxes, frame, frames, square, together

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.indicators.green import rule_3_30_300

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
# a home of 10 m in the middle of the town, with 8 people
HOME = frame(square(495, 495, 505, 505), people=[8])


def trees(*spots):
    return frame(*(Point(X + x, Y + y) for x, y in spots))


# three trees 25 m east of the home; canopy everywhere; a hectare 300 m east
THREE = trees((530, 500), (530, 501), (530, 502))
SHADE = frame(square(-1000, -1000, 2000, 2000))
GREEN = frame(square(805, 0, 815, 1000))
ALL = {"buildings": HOME, "trees": THREE, "tree_canopy": SHADE, "parks": GREEN}


def found(how=None, **layers):
    given_layers = {**ALL, **layers}
    parks = given_layers.pop("parks")
    return rule_3_30_300(TOWN, parks, **given_layers, **(how or {}))


def parts(result):
    table = result.table.set_index("part")["percent"]
    return [table[part] for part in ("trees", "canopy", "green", "all")]


def test_all_three_at_their_very_limits():
    result = found()
    assert result.value == 100
    assert parts(result) == [100, 100, 100, 100]
    assert result.drawn["people_served"]["met"].tolist() == [3]
    can_be_drawn(rule_3_30_300, result)


@pytest.mark.parametrize("east", [530.01, 529.99])
def test_trees_stand_for_trees_in_sight(east):
    result = found(trees=trees((530, 500), (530, 501), (east, 502)))
    near = 100 * (east < 530)
    assert parts(result) == [near, 100, 100, near]


def test_a_tree_that_is_mapped_twice_is_one_tree():
    assert parts(found(trees=trees((530, 500), (530, 501), (530, 501))))[0] == 0
    assert parts(found({"min_trees": 2}, trees=trees((530, 500), (530, 501))))[0] == 100


@pytest.mark.parametrize(("more", "met"), [(-0.5, 0), (0.5, 100)])
def test_the_canopy_of_the_circle_reaches_30_percent(more, met):
    # a disc around the home that holds 30 % of the circle, a little smaller or larger
    middle = Point(X + 500, Y + 500)
    radius = 250 * math.sqrt(0.30) + more
    shade = frame(middle.buffer(radius, quad_segs=64))
    assert parts(found(tree_canopy=shade))[1] == met
    # mapped twice it is no more
    assert parts(found(tree_canopy=together(shade, shade)))[1] == met


@pytest.mark.parametrize(("high", "met"), [(299.9, 0), (300, 100)])
def test_the_canopy_of_the_sub_district_may_count_instead(high, met):
    zones = frame(square(0, 0, 1000, 1000), name=["z"])
    how = {"neighbourhood": "subdistricts"}
    shade = frame(square(0, 0, 1000, high))
    result = found(how, tree_canopy=shade, subdistricts=zones)
    assert parts(result)[1] == met
    with pytest.raises(LayerError, match="needs the layer 'subdistricts'"):
        found(how)
    ask = rule_3_30_300
    assert "subdistricts" not in ask.needs(ask.resolve({}))
    assert "subdistricts" in ask.needs(ask.resolve(how))


def test_a_home_in_no_sub_district_has_no_canopy():
    zones = frame(square(0, 0, 100, 100), name=["z"])
    result = found({"neighbourhood": "subdistricts"}, subdistricts=zones)
    assert parts(result)[1] == 0


@pytest.mark.parametrize(("west", "met"), [(805, 100), (805.01, 0)])
def test_green_lies_within_300_m(west, met):
    assert parts(found(parks=frame(square(west, 0, west + 10, 1000))))[2] == met


def test_green_has_a_hectare_or_half_of_it():
    small = frame(square(805, 0, 810, 1000))
    assert parts(found(parks=small)) == [100, 100, 0, 0]
    assert found({"preset": "half_hectare"}, parks=small).value == 100


def test_everybody_needs_all_three():
    # the second home has green and shade, the third has no tree and no green
    homes = frame(
        square(495, 495, 505, 505),
        square(700, 0, 710, 10),
        square(100, 0, 110, 10),
        people=[5, 3, 2],
    )
    result = found(buildings=homes)
    assert parts(result) == [50, 100, 80, 50]
    assert result.value == 50
    assert result.drawn["people_served"]["met"].tolist() == [3, 2, 1]
    one_by_one = found({"denominator": "buildings"}, buildings=homes)
    assert one_by_one.value == pytest.approx(100 / 3)
    assert one_by_one.denominator == 3


def test_shops_are_no_homes_when_homes_are_counted():
    homes = frame(square(495, 495, 505, 505), square(0, 0, 9, 9), use=[None, "public"])
    assert found({"denominator": "buildings"}, buildings=homes).denominator == 1
    with pytest.raises(LayerError, match="needs the layer 'buildings'"):
        found({"denominator": "buildings"}, buildings=None)


@pytest.mark.parametrize(("layer", "part"), [("trees", 0), ("tree_canopy", 1)])
def test_a_missing_layer_leaves_its_part_and_the_whole_unknown(layer, part):
    result = found(**{layer: None})
    assert result.value is None
    told = parts(result)
    assert [math.isnan(one) for one in told] == [n in {part, 3} for n in range(4)]
    assert f"{layer.removeprefix('tree_')}: no data" in result.notes[0].en
    assert "people_served" not in result.drawn
    can_be_drawn(rule_3_30_300, result)


def test_woodland_stands_for_canopy_and_is_told():
    how = {"canopy_from": "forest"}
    result = found(how, tree_canopy=None, forest=SHADE)
    assert result.value == 100
    assert any("a lower bound" in note.en for note in result.notes)
    # unasked it does not: a lower bound is no number
    assert found(tree_canopy=None, forest=SHADE).value is None
    ask = rule_3_30_300
    assert "forest" not in ask.needs(ask.resolve({}))
    assert "tree_canopy" not in ask.needs(ask.resolve(how))


def test_people_on_land_stand_in_the_middle_of_squares():
    # of four squares of 50 m in a row the middle of one is near three trees
    cells = frame(square(0, 0, 200, 50), people=[40])
    near = trees((80, 25), (81, 25), (82, 25))
    result = found(
        {"min_area_m2": 1000.0},
        population=cells,
        buildings=None,
        trees=near,
        parks=frame(square(0, 100, 200, 110)),
    )
    assert parts(result) == pytest.approx([25, 100, 100, 25])


def test_without_people_there_is_nothing_to_measure():
    assert found(buildings=HOME.iloc[:0]).value is None


def test_the_title_says_all_three_numbers():
    title = rule_3_30_300.titled(rule_3_30_300.resolve({}))
    assert title.en.startswith("Residents with 3-30-300: 3 trees, 30 % canopy, green w")
    assert rule_3_30_300.margin_m(rule_3_30_300.resolve({})) == 300


# --- a slow oracle and laws -------------------------------------------------------

SPOTS = st.tuples(st.integers(-4, 40), st.integers(-4, 40)).map(
    lambda at: Point(X + 25 * at[0], Y + 25 * at[1])
)
HOMES = frames(boxes(largest=2), {"people": st.integers(0, 9)}, most=5)
LAYERS = st.fixed_dictionaries(
    {
        "parks": frames(boxes(largest=3), most=3),
        "buildings": HOMES,
        "trees": frames(SPOTS, most=12),
        "tree_canopy": frames(boxes(largest=16), most=3),
    }
)
HOW = {"tree_distance_m": 61.0, "min_area_m2": 5100.0, "area_per": "feature"}


def oracle(layers):
    """Ask every home for everything."""
    whole = part = 0
    spots = {(p.x, p.y) for p in layers["trees"].geometry}
    shade = shapely.unary_union(layers["tree_canopy"].geometry.tolist())
    large = [p for p in layers["parks"].geometry if p.area >= 5100]
    homes = layers["buildings"]
    for home, people in zip(homes.geometry, homes["people"], strict=True):
        inner = home.representative_point()
        if not inner.intersects(TOWN.boundary):
            continue
        circle = inner.buffer(250, quad_segs=16)
        whole += people
        part += people * (
            sum(home.distance(Point(spot)) <= 61 for spot in spots) >= 3
            and circle.intersection(shade).area / circle.area >= 0.3
            and any(home.distance(park) <= 300 for park in large)
        )
    return 100 * part / whole if whole else None


@given(LAYERS)
@settings(max_examples=30)
def test_it_agrees_with_the_oracle(layers):
    asked = {**layers, "parks": layers["parks"]}
    assert found(HOW, **asked).value == same(oracle(layers))


@given(LAYERS, st.integers(0, 99), frames(SPOTS, most=5))
@settings(max_examples=10)
def test_the_laws(layers, seed, more):
    case = Case(rule_3_30_300, TOWN, layers, HOW)
    zones = frame(square(0, 0, 400, 1000), square(400, 0, 1000, 900), name=["a", "b"])
    rows_add_up(case, zones)
    order_is_nothing(case, seed)
    inputs_stay(case)
    can_be_drawn(rule_3_30_300, case.result)
    if case.value is not None:
        assert case.value <= np.min(parts(case.result)) + 1e-9
        added = case.with_layers(trees=together(layers["trees"], more)).value
        assert added >= case.value
