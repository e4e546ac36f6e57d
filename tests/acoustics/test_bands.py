"""Levels add up as energies, and the day has its weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogis.acoustics.bands import (
    A_WEIGHTS,
    NOMINAL_HZ,
    a_weighted,
    day_night_db,
    energy_sum,
    lden_db,
)

levels = st.lists(st.floats(-50, 150), min_size=1, max_size=8)
SILENT = -np.inf


def test_the_bands_are_octaves_and_their_weights_those_of_iec_61672():
    assert NOMINAL_HZ == (63, 125, 250, 500, 1000, 2000, 4000, 8000)
    assert A_WEIGHTS == (-26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1)


def test_two_equal_sounds_are_three_db_louder_and_ten_are_ten():
    assert energy_sum([60.0, 60.0]) == pytest.approx(63.0103, abs=1e-4)
    assert energy_sum([60.0] * 10) == pytest.approx(70.0)


def test_no_sound_adds_nothing_and_the_unknown_stays_unknown():
    assert energy_sum([60.0, SILENT]) == pytest.approx(60.0)
    assert energy_sum([SILENT, SILENT]) == SILENT
    assert np.isnan(energy_sum([60.0, np.nan]))


def test_one_octave_alone_has_its_a_weight():
    for octave, weight in enumerate(A_WEIGHTS):
        only = np.full(8, SILENT)
        only[octave] = 80.0
        assert a_weighted(only) == pytest.approx(80.0 + weight)


def test_the_day_of_gb_3096_is_twelve_hours_of_day_and_four_of_evening():
    # a silent evening leaves 12 of 16 hours: 10 lg 0.75 = -1.2494
    assert day_night_db([60, SILENT, 50]) == pytest.approx([58.7506, 50], abs=1e-4)
    assert day_night_db([60, 60, SILENT]) == pytest.approx([60, SILENT])
    assert day_night_db(np.full((4, 2, 3), 55.0)).shape == (4, 2, 2)


def test_lden_of_a_road_that_never_rests_is_6_4_db_above_it():
    # 10 lg ((12 + 4 * 10^0.5 + 8 * 10) / 24) = 6.3952
    assert lden_db([60, 60, 60]) == pytest.approx(66.3952, abs=1e-4)
    # night alone: 8 of 24 hours and 10 dB
    assert lden_db([SILENT, SILENT, 60]) == pytest.approx(65.2288, abs=1e-4)


@given(levels, st.randoms())
def test_a_sum_is_the_same_in_any_order_and_no_less_than_its_loudest(found, chance):
    mixed = found.copy()
    chance.shuffle(mixed)
    assert energy_sum(mixed) == pytest.approx(float(energy_sum(found)))
    assert energy_sum(found) >= max(found) - 1e-9
