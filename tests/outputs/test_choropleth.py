"""Classes at round numbers, found by hand and held to their laws."""

import itertools
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from district import zones
from district_card import scorecard
from hypothesis import given
from hypothesis import strategies as st

from ecogis.outputs.choropleth import STEPS, classes, round_breaks, shades
from ecogis.style import Styles
from ecogis.workspace import Workspace

STYLES = Styles.read(Workspace.above(Path(__file__)))


@pytest.mark.parametrize(
    ("low", "high", "breaks"),
    [
        (0, 100, [0, 20, 40, 60, 80, 100]),
        (37.7, 97.7, [20, 40, 60, 80, 100]),
        (93.0, 100.0, [92, 94, 96, 98, 100]),
        (10, 20, [10, 12, 14, 16, 18, 20]),
        (1, 14.9, [0, 2.5, 5, 7.5, 10, 12.5, 15]),
        (-3, 4, [-4, -2, 0, 2, 4]),
        (0, 0, [0, 0.1]),
    ],
)
def test_breaks_are_round_numbers(low, high, breaks):
    assert round_breaks(low, high) == pytest.approx(breaks)


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_at_most_six_classes_hold_every_value(low, spread):
    high = low + spread
    breaks = round_breaks(low, high)
    step = breaks[1] - breaks[0]
    assert 1 <= len(breaks) - 1 <= len(STEPS)
    assert breaks[0] <= low + 1e-6 * step
    assert high <= breaks[-1] + 1e-6 * step
    # no class at either end is empty of the range
    assert low < breaks[1] + 1e-6 * step
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert min(abs(mantissa - m) for m in (1, 2, 2.5, 5)) < 1e-6


def test_classes_are_half_open_but_for_the_last():
    breaks = np.array([0.0, 10.0, 20.0])
    values = np.array([0, 9.99, 10, 19.99, 20, np.nan])
    assert classes(values, breaks).tolist() == [0, 0, 1, 1, 1, 2]


def test_a_break_that_is_no_binary_number_is_hit():
    breaks = round_breaks(0, 0.6)
    assert classes(np.array([0.3, 0.6]), breaks).tolist() == [3, 5]


def test_each_zone_has_its_class_whatever_the_order_of_the_rows():
    card = scorecard()
    score = card["YH-01"]
    turned = replace(score, zones=score.zones.iloc[::-1])
    found, other = (shades(s, zones(), STYLES) for s in (score, turned))
    assert found == other
    # 94.8, 73.1, 37.7, 97.7, 97.0, 71.8 per cent, and a zone without a house
    assert found["classes"] == [3, 2, 0, 3, 3, 2, 4]
    labels = [rule["label"].en for rule in found["rules"]]
    assert labels == ["20 – 40%", "40 – 60%", "60 – 80%", "80 – 100%", "no data"]
    assert [str(value) for value in found["values"]][:2] == ["94.8%", "73.1%"]
    assert found["values"][-1] == ""


def test_no_data_is_hatched_and_every_step_has_its_own_colour():
    found = shades(scorecard()["YH-01"], zones(), STYLES)
    fills = [rule["fill"] for rule in found["rules"]]
    assert len(set(fills)) == len(fills)
    assert [rule["hatch"] for rule in found["rules"]] == [False] * 4 + [True]


@pytest.mark.parametrize("count", range(1, 7))
def test_few_classes_are_told_apart(count):
    score = scorecard()["YH-01"]
    low = 100 - 1.0 * count
    values = np.linspace(low, 100, len(score.zones))
    found = shades(
        replace(score, zones=score.zones.assign(value=values)), zones(), STYLES
    )
    fills = [rule["fill"] for rule in found["rules"]]
    assert len(set(fills)) == len(fills)
    lightness = [sum(int(f[i : i + 2], 16) for i in (1, 3, 5)) for f in fills[:-1]]
    assert all(light > dark for light, dark in itertools.pairwise(lightness))


def test_nothing_to_shade():
    card = scorecard()
    empty = card["YH-01"].zones.assign(value=np.nan)
    assert shades(card["YH-06"], zones(), STYLES) is None
    assert shades(card["YH-01"], None, STYLES) is None
    assert shades(replace(card["YH-01"], zones=empty), zones(), STYLES) is None
