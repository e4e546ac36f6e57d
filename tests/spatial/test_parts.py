"""Numerators and denominators that lie on different ground break down by zone."""

import pytest
from strategies import frame, square

from ecogis.indicator import Result
from ecogis.spatial.parts import parts
from ecogis.spatial.zonal import by_zone

PARKS = frame(square(0, 0, 10, 10), square(90, 0, 100, 30), amount=[100.0, 300.0])
PEOPLE = frame(square(0, 0, 100, 100), amount=[40.0])


def test_a_ratio_of_what_lies_apart():
    found = Result.ratio(parts(PARKS, PEOPLE))
    assert (found.numerator, found.denominator, found.value) == (400, 40, 10)


def test_each_half_has_its_own_ratio():
    halves = frame(square(0, 0, 50, 100), square(50, 0, 100, 100), name=["w", "e"])
    rows = by_zone(parts(PARKS, PEOPLE), halves)
    assert rows["numerator"].tolist() == pytest.approx([100, 300])
    assert rows["denominator"].tolist() == pytest.approx([20, 20])


@pytest.mark.parametrize("people", [PEOPLE, PEOPLE.iloc[:0]])
def test_an_empty_side_adds_nothing(people):
    found = Result.ratio(parts(PARKS.iloc[:0], people))
    assert found.numerator == 0
    assert found.value == (0 if len(people) else None)
