"""Which woodland counts: thresholds from both sides, judged whole, cut afterwards."""

import numpy as np
import pytest
from shapely import MultiPolygon
from strategies import CRS, frame, square

from ecogis.area import StudyArea
from ecogis.spatial.forest import MU_M2, Rule, cover, judge, margin_m

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")
FOREST = ("arbor", "bamboo", "special_shrub", "farmland_net", "four_sides")
RULE = Rule(FOREST, canopy_min=0.2, min_area_m2=MU_M2, min_width_m=10.0)
STAND = square(100, 100, 200, 200)


def reasons(*shapes, rule=RULE, **columns):
    judged, _ = judge(TOWN, frame(*shapes, **columns), rule)
    return judged["reason"].tolist()


@pytest.mark.parametrize(
    ("canopy", "reason"),
    [(0.19, "canopy"), (0.2, "kept"), (0.21, "kept"), (np.nan, "kept"), (0, "canopy")],
)
def test_arbor_forest_has_a_canopy_of_one_fifth(canopy, reason):
    assert reasons(STAND, kind=["arbor"], canopy=[canopy]) == [reason]
    # without a kind it is arbor forest
    assert reasons(STAND, canopy=[canopy]) == [reason]


@pytest.mark.parametrize("kind", FOREST[1:])
def test_canopy_is_asked_of_arbor_forest_only(kind):
    assert reasons(STAND, kind=[kind], canopy=[0.05]) == ["kept"]


@pytest.mark.parametrize("kind", ["shrub", "orchard"])
def test_a_kind_that_is_not_named_does_not_count(kind):
    assert reasons(STAND, kind=[kind], canopy=[0.9]) == ["kind"]


@pytest.mark.parametrize(
    ("size_m2", "reason"),
    [(666, "area"), (666.66, "area"), (666.67, "kept"), (667, "kept")],
)
def test_a_patch_holds_one_mu(size_m2, reason):
    assert reasons(square(0, 0, 25, size_m2 / 25)) == [reason]


def test_the_smallest_patch_counts_itself():
    exact = Rule(FOREST, 0.2, min_area_m2=600.0, min_width_m=10.0)
    assert reasons(square(0, 0, 20, 30), rule=exact) == ["kept"]


@pytest.mark.parametrize(
    ("wide", "reason"), [(9.8, "width"), (10, "kept"), (10.2, "kept")]
)
def test_a_patch_is_ten_metres_wide(wide, reason):
    assert reasons(square(0, 0, wide, 200)) == [reason]
    anything = Rule(FOREST, 0.2, MU_M2, min_width_m=0.0)
    assert reasons(square(0, 0, wide, 200), rule=anything) == ["kept"]


def test_touching_stands_of_any_kind_are_one_patch():
    halves = square(0, 0, 15, 30), square(15, 0, 30, 30)
    assert reasons(*halves, kind=["arbor", "bamboo"]) == ["kept", "kept"]
    apart = square(0, 0, 15, 30), square(15.1, 0, 30, 30)
    assert reasons(*apart, kind=["arbor", "bamboo"]) == ["area", "area"]
    # what does not count makes no patch larger
    assert reasons(*halves, kind=["arbor", "shrub"]) == ["area", "kind"]
    assert reasons(*halves, canopy=[0.5, 0.1]) == ["area", "canopy"]


def test_stands_side_by_side_are_as_wide_as_both():
    strips = square(0, 0, 6, 200), square(6, 0, 12, 200)
    assert reasons(*strips) == ["kept", "kept"]
    assert reasons(strips[0]) == ["width"]


def test_a_small_part_that_lies_apart_is_a_patch_of_its_own():
    parts = MultiPolygon([STAND, square(500, 500, 510, 510)])
    assert sorted(reasons(parts)) == ["area", "kept"]


@pytest.mark.parametrize("kind", ["farmland_net", "four_sides"])
def test_rows_of_trees_need_neither_size_nor_width(kind):
    assert reasons(square(0, 0, 3, 40), kind=[kind]) == ["kept"]
    # and they make no patch of a stand that they touch
    small = square(3, 0, 15, 40)
    both = reasons(square(0, 0, 9, 100), small, kind=[kind, "arbor"])
    assert both == ["kept", "area"]


def test_a_patch_across_the_border_is_judged_whole():
    across = cover(TOWN, frame(square(-500, 0, 10, 50)), RULE)
    assert across.numerator == pytest.approx(500)


def test_what_was_not_stated_is_told():
    stands = frame(
        STAND,
        square(300, 0, 400, 100),
        square(500, 0, 600, 100),
        kind=["arbor", None, "bamboo"],
        canopy=[np.nan, 0.5, np.nan],
    )
    _, notes = judge(TOWN, stands, RULE)
    assert [note.en[:1] for note in notes] == ["1", "1"]
    assert "without a kind" in notes[0].en
    assert "without canopy cover" in notes[1].en
    assert judge(TOWN, stands.iloc[:0], RULE)[1] == ()


def test_the_margin_holds_a_strip_that_counts():
    margin = margin_m(min_area_m2=MU_M2, min_width_m=10.0)
    assert margin == pytest.approx(66.67, abs=0.01)
    # cut off at the margin, the strip is one mu all the same
    assert reasons(square(-margin, 0, 0, 10.001)) == ["kept"]
    assert margin_m(min_area_m2=MU_M2, min_width_m=0.0) == pytest.approx(MU_M2)


def test_judged_pieces_carry_kind_and_size():
    judged, _ = judge(TOWN, frame(STAND, canopy=[0.4]), RULE)
    assert judged["kind"].tolist() == ["arbor"]
    assert judged["area_ha"].tolist() == pytest.approx([1])
    assert judged["kept"].tolist() == [True]
