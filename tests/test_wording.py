"""Rounding as GB/T 8170 has it, and never against the verdict."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecogis.document import Text
from ecogis.indicator import Result
from ecogis.plan import Baseline, Goal, Reported, Target
from ecogis.scorecard import Score
from ecogis.wording import (
    ATTRIBUTES,
    NOTHING,
    ORIGINS,
    shown,
    shown_baseline,
    shown_gap,
    shown_target,
    shown_value,
    with_unit,
)


def score(value=None, unit="%", year=2025, **goal):
    """Return the score of a row; ``reported`` in the goal stands in for the value."""
    row = Goal(row="A-1", title=Text(en="share", zh="比例"), unit=unit, **goal)
    result = None if value is None else Result.scalar(value)
    return Score(row, year, result)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (93.8, "%", "93.8"),
        (100.0, "%", "100.0"),
        # half to even, on the decimal that was meant: 0.15 is 0.1499999... in binary
        (0.25, "%", "0.2"),
        (0.35, "%", "0.4"),
        (0.15, "%", "0.2"),
        (0.05, "%", "0.0"),
        (69.96, "dB", "70.0"),
        (3.3, "km²", "3.30"),
        (-1e-7, "km²", "0.00"),
        (-0.0, "%", "0.0"),
        (-2.5, "%", "-2.5"),
        (12.0, "", "12"),
        (12.0, "个", "12"),
        (51.12, "index", "51.1"),
        (0.5, "m", "0"),
        (1.5, "m", "2"),
        (1e22, "%", "10000000000000000000000.0"),
        (None, "%", NOTHING),
        (math.nan, "%", NOTHING),
        (math.inf, "%", NOTHING),
    ],
)
def test_rounds_by_unit_and_half_to_even(value, unit, text):
    assert shown_value(value, unit) == text


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_a_shown_number_is_as_near_as_its_digits_allow(value, decimals):
    text = shown_value(value, "dB", decimals=decimals)
    places = len(text.partition(".")[2])
    assert places >= decimals
    off = abs(Fraction(text) - Fraction(repr(value)))
    assert off <= Fraction(1, 2) / 10**places
    assert not (text.startswith("-") and float(text) == 0)


@pytest.mark.parametrize(
    ("value", "target", "text", "verdict"),
    [
        (93.76, {"at_least": 93.8}, "93.76", "behind"),
        (93.7999, {"at_least": 93.8}, "93.7999", "behind"),
        (93.74, {"at_least": 93.8}, "93.7", "behind"),
        (93.8, {"at_least": 93.8}, "93.8", "met"),
        (93.84, {"at_least": 93.8}, "93.8", "met"),
        (70.04, {"at_most": 70}, "70.04", "behind"),
        (70.0, {"at_most": 70}, "70.0", "met"),
        (69.96, {"below": 70}, "69.96", "met"),
        (70.0, {"below": 70}, "70.0", "behind"),
        (95.04, {"above": 95}, "95.04", "met"),
        (0.03, {"eliminate": True}, "0.03", "behind"),
        (0.0, {"eliminate": True}, "0.0", "met"),
    ],
)
def test_the_display_never_contradicts_the_verdict(value, target, text, verdict):
    found = score(value, target=Target(**target))
    assert (shown(found), found.verdict) == (text, verdict)


@given(
    st.floats(0, 100),
    st.floats(0, 100).map(lambda v: round(v, 1)),
    st.sampled_from(["at_least", "above", "at_most", "below"]),
    st.floats(-1e-3, 1e-3),
)
def test_reading_the_display_gives_the_same_verdict(value, bound, kind, nudge):
    for near in (value, bound + nudge, bound):
        found = score(near, target=Target(**{kind: bound}))
        again = score(float(shown(found)), target=Target(**{kind: bound}))
        assert again.verdict == found.verdict


def test_two_decimals_where_the_plan_prints_two():
    base = Baseline(value=23.65, year=2019)
    assert shown(score(24.1234, baseline=base)) == "24.12"
    assert shown(score(24.1234, target=Target(at_least=24.85))) == "24.12"
    assert shown(score(24.1234, target=Target(at_least=24.8))) == "24.1"


def test_a_rise_that_is_smaller_than_the_digits_is_seen():
    base = Baseline(value=76.5, year=2020)
    found = score(76.51, baseline=base, target=Target(rise=True))
    assert (shown(found), found.verdict) == ("76.51", "met")


def test_a_loss_within_the_noise_of_geometry_is_none():
    kept = score(-5e-7, unit="km²", target=Target(no_loss=True))
    assert (shown(kept), kept.verdict, shown_gap(kept).en) == (
        "0.00",
        "met",
        "at the bound",
    )
    lost = score(-0.002, unit="km²", target=Target(no_loss=True))
    assert (shown(lost), shown_gap(lost).zh) == ("-0.002", "差 0.002")


def test_a_reported_number_is_shown_as_it_was_stated():
    for value, text in ((1582.1, "1582.1"), (100, "100"), (23.65, "23.65")):
        stated = Reported(value=value, year=2024, source="yearbook")
        assert shown(score(reported=stated, target=Target(rise=True))) == text
    assert shown(score()) == NOTHING


@pytest.mark.parametrize(
    ("target", "en", "zh"),
    [
        ({"at_least": 93.8}, "≥ 93.8", "≥ 93.8"),
        ({"above": 95}, "> 95", "> 95"),
        ({"at_most": 70}, "≤ 70", "≤ 70"),
        ({"below": 55.0}, "< 55", "< 55"),
        ({"no_loss": True}, "no loss", "面积不减少"),
        ({"rise": True}, "steady rise", "稳步提升"),
        ({"fall": True}, "steady fall", "稳中有降"),
        ({"eliminate": True}, "eliminate", "消除"),
        ({"municipal": True}, "set by the city", "达到市级要求"),
        ({"narrative": True}, "in words", "定性要求"),
        ({"narrative": True, "note": "基本消除"}, "基本消除", "基本消除"),
        (None, NOTHING, NOTHING),
    ],
)
def test_targets_in_both_languages(target, en, zh):
    found = shown_target(Target(**target) if target else None)
    assert (found.en, found.zh) == (en, zh)


@pytest.mark.parametrize(
    ("baseline", "text"),
    [
        ({"value": 92.8}, "92.8"),
        ({"above": 90}, "> 90"),
        ({"at_least": 3.3}, "≥ 3.3"),
        ({"at_most": 820}, "≤ 820"),
        ({"value": 0}, "0"),
    ],
)
def test_baselines_keep_their_comparator(baseline, text):
    assert shown_baseline(Baseline(**baseline)) == text


def test_no_baseline_is_a_dash():
    assert shown_baseline(None) == NOTHING


@pytest.mark.parametrize(
    ("value", "target", "en", "zh"),
    [
        (92.8, {"at_least": 93.8}, "short by 1.0", "差 1.0"),
        (94.2, {"at_least": 93.8}, "beyond by 0.4", "超出 0.4"),
        (93.76, {"at_least": 93.8}, "short by 0.04", "差 0.04"),
        (71.4, {"below": 70}, "short by 1.4", "差 1.4"),
        (68.0, {"below": 70}, "beyond by 2.0", "超出 2.0"),
        (93.8, {"at_least": 93.8}, "at the bound", "持平"),
        (93.8 - 1e-9, {"at_least": 93.8}, "short by < 0.000001", "差 < 0.000001"),
        (50.0, {"municipal": True}, NOTHING, NOTHING),
    ],
)
def test_gaps_in_both_languages(value, target, en, zh):
    found = shown_gap(score(value, target=Target(**target)))
    assert (found.en, found.zh) == (en, zh)


@given(st.floats(0, 100), st.floats(0, 100).map(lambda v: round(v, 1)))
def test_a_gap_is_never_shown_as_nothing(value, bound):
    found = score(value, target=Target(at_least=bound))
    assume(found.gap != 0)
    words = shown_gap(found).en
    assert words.startswith("beyond by" if value > bound else "short by")
    assert float(words.split()[-1]) > 0


def test_units():
    assert with_unit("93.8", "%") == "93.8%"
    assert with_unit("3.30", "km²") == "3.30 km²"
    assert with_unit("12", "") == "12"
    assert with_unit(NOTHING, "%") == NOTHING


def test_every_origin_and_attribute_has_its_words():
    assert {key: text.zh for key, text in ORIGINS.items()} == {
        "computed": "计算",
        "reported": "上报",
        "none": "无数据",
    }
    assert {key: text.zh for key, text in ATTRIBUTES.items()} == {
        "binding": "约束性",
        "anticipatory": "预期性",
        "text": "正文",
    }
