"""Rays over edges: by hand, beside slower ways, and under their laws."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slow_sound import OCTAVES, bent

from ecogis.acoustics.bending import (
    arc_m,
    chain_m,
    detour_m,
    diffraction_db,
    ray_radius_m,
    rubber_band,
)

STRAIGHT = np.inf


def at(*rows):
    return np.array(rows, dtype=float)


S, R = at(0, 0), at(100, 0)


def test_the_radius_is_a_kilometre_or_eight_distances():
    assert ray_radius_m(125) == 1000
    assert ray_radius_m(126) == 1008


def test_a_screen_of_three_four_five():
    # 3-4-5 on both sides: 5 + 5 - 8
    assert detour_m(at(0, 0), at(4, 3), at(8, 0), STRAIGHT) == pytest.approx(2)
    # as far below the ray: the same, negative
    assert detour_m(at(0, 0), at(4, -3), at(8, 0), STRAIGHT) == pytest.approx(-2)


def test_a_bent_ray_has_less_to_go_round():
    edge = at(50, 2)
    straight, curved = (detour_m(S, edge, R, radius) for radius in (STRAIGHT, 1000.0))
    # the arc rises 1.25 m in the middle
    assert 0 < curved < straight
    assert detour_m(S, at(50, 1.2), R, 1000.0) < 0 < detour_m(S, at(50, 1.3), R, 1000.0)


@given(st.floats(0.01, 99.99), st.floats(-30, 30), st.sampled_from([STRAIGHT, 1000.0]))
def test_a_detour_grows_with_its_edge_and_has_no_jump(along, up, radius):
    low, high = (detour_m(S, at(along, up + by), R, radius) for by in (0.0, 1e-6))
    assert low <= high + 1e-12
    assert high - low < 1e-5


def test_an_image_may_lie_behind_the_source():
    # case 14 of ISO/TR 17534-4, where 21.88 dB at 63 Hz are printed
    over = detour_m(at(0, 1), at(5.39, 10), at(-6.35, -2.48), STRAIGHT)
    assert diffraction_db(over, np.array(0.0), capped=False)[0] == pytest.approx(
        21.88, abs=0.02
    )


def test_the_band_takes_what_stands_out():
    edges = at((10, 1), (20, 9), (30, 5), (60, 8), (60, 8.5), (90, 1))
    touched = rubber_band(S, R, edges, STRAIGHT)
    np.testing.assert_array_equal(touched, [[20, 9], [60, 8.5]])


def test_the_band_over_a_wall_at_the_receiver_goes_down_it():
    # the foot of the wall stands at the receiver's station too
    touched = rubber_band(S, at(100, 2), at((100, 6), (100, 0)), STRAIGHT)
    np.testing.assert_array_equal(touched, [[100, 6]])


def test_no_edge_above_the_ray_is_no_band():
    assert len(rubber_band(at(0, 5), at(100, 5), at((50, 4.9)), STRAIGHT)) == 0
    # a bent ray clears what a straight one meets
    over = at((50, 6))
    assert len(rubber_band(at(0, 5), at(100, 5), over, STRAIGHT)) == 1
    assert len(rubber_band(at(0, 5), at(100, 5), over, 1000.0)) == 0


@given(
    st.lists(
        st.tuples(st.floats(1, 99), st.floats(-5, 25)), min_size=1, max_size=12
    ).map(sorted),
    st.sampled_from([STRAIGHT, 1000.0, 4000.0]),
)
def test_nothing_stands_above_the_band(rows, radius):
    edges = at(*rows)
    band = np.vstack([S, rubber_band(S, R, edges, radius), R])
    for a, b in pairwise(band):
        for edge in edges[(edges[:, 0] > a[0]) & (edges[:, 0] < b[0])]:
            assert detour_m(a, edge, b, radius) <= 1e-9
    # no shorter way goes over more of them
    whole = sum(arc_m(a, b, radius) for a, b in pairwise(band))
    assert whole >= arc_m(S, R, radius) - 1e-9


def test_several_edges_in_a_row():
    edges = at((3, 4), (13, 4))
    over, between = chain_m(at(0, 0), edges, at(16, 0), STRAIGHT)
    assert (over, between) == pytest.approx((5 + 10 + 5 - 16, 10))
    assert chain_m(at(0, 0), edges[:1], at(6, 0), STRAIGHT) == pytest.approx((4, 0))


def test_arcs_are_longer_than_chords():
    chord = math.hypot(300, 40)
    assert arc_m(at(0, 0), at(300, 40), STRAIGHT) == pytest.approx(chord)
    bow = 2 * 2400 * math.asin(chord / 4800)
    assert arc_m(at(0, 0), at(300, 40), 2400.0) == pytest.approx(bow)


@given(st.floats(-3, 60), st.sampled_from([0.0, 0.3, 0.30001, 5.0, 400.0]))
def test_the_attenuation_once_more(detour, between):
    found = diffraction_db(np.array(detour), np.array(between), capped=False)
    again = [bent(hz, detour, between) for hz in OCTAVES]
    np.testing.assert_allclose(found, again, rtol=1e-9, atol=1e-9)
    capped = diffraction_db(np.array(detour), np.array(between), capped=True)
    np.testing.assert_array_equal(capped, np.minimum(found, 25))


@pytest.mark.parametrize(
    ("in_waves", "expected"), [(-0.0501, 0), (-0.05, 0), (0, 4.771)]
)
def test_the_lowest_edge_that_counts(in_waves, expected):
    detour = np.array(in_waves * 340 / 1000)
    found = diffraction_db(detour, np.array(0.0), capped=False)[4]
    assert found == pytest.approx(expected, abs=0.001)
