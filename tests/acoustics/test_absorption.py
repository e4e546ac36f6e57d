"""The air's absorption: the printed tables, and the equations once more."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slow_sound import alpha_db_km

from ecogis.acoustics.absorption import absorption_db_km
from ecogis.acoustics.octaves import EXACT_HZ

# ISO 9613-2:1996, table 2 (dB/km): (celsius, percent) -> 63 Hz to 8 kHz
PRINTED = {
    (10, 70): (0.1, 0.4, 1.0, 1.9, 3.7, 9.7, 32.8, 117),
    (20, 70): (0.1, 0.3, 1.1, 2.8, 5.0, 9.0, 22.9, 76.6),
    (30, 70): (0.1, 0.3, 1.0, 3.1, 7.4, 12.7, 23.1, 59.3),
    (15, 20): (0.3, 0.6, 1.2, 2.7, 8.2, 28.2, 88.8, 202),
    (15, 50): (0.1, 0.5, 1.2, 2.2, 4.2, 10.8, 36.2, 129),
    (15, 80): (0.1, 0.3, 1.1, 2.4, 4.1, 8.3, 23.7, 82.8),
}


def test_ten_degrees_and_seventy_percent():
    expected = (0.12, 0.41, 1.04, 1.93, 3.66, 9.66, 32.77, 116.88)
    np.testing.assert_allclose(absorption_db_km(10, 70), expected, atol=0.005)


@pytest.mark.parametrize(("air", "expected"), PRINTED.items())
def test_the_printed_table(air, expected):
    found = absorption_db_km(*air)
    digits = np.where(np.array(expected) >= 100, 0.51, 0.055)
    assert (np.abs(found - expected) <= digits).all()


@given(st.floats(-20, 40), st.floats(5, 100))
def test_the_equations_once_more(celsius, percent):
    found = absorption_db_km(celsius, percent)
    again = [alpha_db_km(hz, celsius, percent) for hz in EXACT_HZ]
    np.testing.assert_allclose(found, again, rtol=1e-9)
    # the higher, the more
    assert (np.diff(found) > 0).all()
