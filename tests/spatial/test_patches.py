"""Which shapes are one patch, and how wide is it?"""

import numpy as np
import pytest
from hypothesis import given, settings
from shapely import MultiPolygon, Point, affinity, box
from strategies import boxes, frame, frames, square

from ecogis.spatial.patches import is_wide, patch_numbers, patches, pieces


def numbers(*shapes, gap_m=0.0):
    return patch_numbers(np.array(shapes, dtype=object), gap_m).tolist()


def test_a_chain_of_touching_shapes_is_one_patch():
    chain = [box(n, 0, n + 1, 1) for n in (0, 2, 1)]
    assert numbers(*chain) == [0, 0, 0]
    assert numbers(*chain[:2]) == [0, 1]


def test_a_shared_corner_is_a_touch():
    assert numbers(box(0, 0, 1, 1), box(1, 1, 2, 2)) == [0, 0]


@pytest.mark.parametrize(("gap", "one"), [(1.99, True), (2.0, True), (2.01, False)])
def test_a_gap_that_is_asked_for_connects(gap, one):
    found = numbers(box(0, 0, 1, 1), box(1 + gap, 0, 9, 1), gap_m=2.0)
    assert (found[0] == found[1]) is one


def test_nothing_has_no_patch():
    found, united = patches(np.array([], dtype=object))
    assert (len(found), len(united)) == (0, 0)


def test_a_hair_between_borders_is_a_touch():
    near = np.array([box(0, 0, 1, 1), box(1.009, 0, 2, 1)], dtype=object)
    far = np.array([box(0, 0, 1, 1), box(1.011, 0, 2, 1)], dtype=object)
    assert len(patches(near)[1]) == 1
    assert len(patches(far)[1]) == 2


def test_shared_ground_is_in_a_patch_once():
    over = np.array([box(5, 5, 6, 6), box(0, 0, 2, 1), box(1, 0, 3, 1)], dtype=object)
    found, united = patches(over)
    assert [united[number].area for number in found] == [1, 3, 3]


def test_parts_that_lie_apart_are_pieces_of_their_own():
    parts = MultiPolygon([square(0, 0, 1, 1), square(5, 0, 6, 1)])
    found = pieces(frame(parts, square(9, 9, 10, 10), name=["a", "b"]))
    assert found["name"].tolist() == ["a", "a", "b"]
    assert found.area.tolist() == [1, 1, 1]


@given(frames(most=8))
@settings(max_examples=30)
def test_patches_agree_with_asking_every_pair(found):
    shapes = found.geometry.to_numpy()
    reached, _ = patches(shapes)
    linked = np.array([[a.distance(b) == 0 for b in shapes] for a in shapes])
    for _ in shapes:
        linked = linked.reshape(len(shapes), -1) @ linked.reshape(len(shapes), -1) > 0
    same = reached[:, None] == reached[None, :]
    assert (same == linked.reshape(same.shape)).all()


@pytest.mark.parametrize(("wide", "enough"), [(9.9, False), (10, True), (10.1, True)])
@pytest.mark.parametrize("degrees", [0, 33])
def test_a_strip_is_as_wide_as_it_is(wide, enough, degrees):
    strip = affinity.rotate(square(0, 0, wide, 300), degrees)
    assert is_wide(np.array([strip]), 10.0).tolist() == [enough]


def test_the_widest_spot_decides():
    lollipop = square(0, 0, 2, 100).union(Point(447_001, 4_418_100).buffer(6))
    assert is_wide(np.array([lollipop]), 10.0).tolist() == [True]
    assert is_wide(np.array([lollipop]), 12.5).tolist() == [False]


def test_a_hair_within_a_patch_does_not_narrow_it():
    halves = np.array([square(0, 0, 6, 200), square(6.005, 0, 12, 200)], dtype=object)
    _, united = patches(halves)
    assert is_wide(united, 11.0).tolist() == [True]


@given(boxes())
@settings(max_examples=20)
def test_a_box_is_as_wide_as_its_shorter_side(found):
    west, south, east, north = found.bounds
    side = min(east - west, north - south)
    shapes = np.array([found, found])
    assert is_wide(shapes[:1], side).all()
    assert not is_wide(shapes[1:], side * 1.01).any()
