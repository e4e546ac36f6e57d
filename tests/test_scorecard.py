"""Every verdict from both sides of its threshold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogis.errors import SourceError
from ecogis.indicator import Result
from ecogis.plan import Area, Goal, Plan
from ecogis.scorecard import VERDICTS, Score, Scorecard
from ecogis.target import Reported, Target

PLAN_YEAR = 2024


def goal(target=None, *, baseline=None, reported=None, unit="%", row="A-1"):
    facts = {"target": target, "baseline": baseline, "reported": reported}
    stated = {name: fact for name, fact in facts.items() if fact is not None}
    return Goal.model_validate({"row": row, "title": "t", "unit": unit, **stated})


def computed(value, target, *, year=PLAN_YEAR, **facts):
    return Score(goal(target, **facts), year, result=Result.scalar(value))


def reported(value, target, year, **facts):
    number = {"value": value, "year": year, "source": "bulletin"}
    return Score(goal(target, reported=number, **facts), PLAN_YEAR)


@pytest.mark.parametrize(
    ("comparator", "bound", "met", "missed"),
    [
        ("at_least", 93.8, [93.8, 93.81, 100], [93.79, 93.8 - 1e-12, 0]),
        ("above", 95, [95.01, 95 + 1e-12], [95, 94.99]),
        ("at_most", 70, [70, 69.9, 0], [70.1, 70 + 1e-12]),
        ("below", 70, [69.9, 70 - 1e-12], [70, 70.1]),
        ("eliminate", True, [0, 0.0], [1e-12, 6.1]),
        ("no_loss", True, [0, 3.2, -1e-6], [-1.1e-6, -1]),
    ],
)
def test_every_comparator_from_both_sides(comparator, bound, met, missed):
    target = {comparator: bound, "year": 2025}
    for value in met:
        assert computed(value, target, unit="km²").verdict == "met"
    for value in missed:
        assert computed(value, target, unit="km²").verdict == "behind"


@pytest.mark.parametrize(
    ("comparator", "met", "missed"),
    [("rise", [75.2], [75.1, 75.0]), ("fall", [75.0], [75.1, 75.2])],
)
def test_a_trend_is_held_against_its_baseline(comparator, met, missed):
    baseline = {"value": 75.1, "year": 2020}
    target = {comparator: True, "year": 2025}
    for value in met:
        assert computed(value, target, baseline=baseline).verdict == "met"
    for value in missed:
        assert computed(value, target, baseline=baseline).verdict == "behind"


def test_a_trend_without_a_baseline_cannot_be_judged():
    for comparator in ("rise", "fall"):
        score = computed(75.1, {comparator: True})
        assert (score.verdict, score.reason.en) == (
            "not_evaluable",
            "no baseline to compare with",
        )


@pytest.mark.parametrize(
    ("unit", "tolerated", "lost"),
    [
        ("km²", -1e-6, -1.01e-6),
        ("ha", -1e-4, -1.01e-4),
        ("m²", -1.0, -1.01),
        ("%", 0.0, -1e-9),
    ],
)
def test_a_loss_of_one_square_metre_is_none(unit, tolerated, lost):
    target = {"no_loss": True, "year": 2025}
    assert computed(tolerated, target, unit=unit).verdict == "met"
    assert computed(lost, target, unit=unit).verdict == "behind"


def test_no_loss_is_held_against_the_baseline_where_there_is_one():
    target, baseline = {"no_loss": True}, {"at_least": 3.3, "year": 2020}
    for value, verdict in ((3.3, "met"), (3.299999, "met"), (3.2999, "behind")):
        score = computed(value, target, baseline=baseline, unit="km²")
        assert score.verdict == verdict


@pytest.mark.parametrize("comparator", ["municipal", "narrative"])
def test_a_target_without_a_number_cannot_be_judged(comparator):
    score = computed(35.0, {comparator: True, "year": 2025})
    assert score.verdict == "not_evaluable"
    assert score.gap is None


def test_a_target_without_a_number_says_what_the_plan_says():
    note = {"en": "about 35", "zh": "35 左右（达到市级要求）"}
    score = computed(34.0, {"municipal": True, "note": note})
    assert score.reason.zh == "35 左右（达到市级要求）"
    assert "市级要求" in computed(34.0, {"municipal": True}).reason.zh


def test_without_a_target_there_is_no_verdict():
    score = computed(34.0, None)
    assert (score.verdict, score.reason.zh) == ("not_evaluable", "规划未设目标")


# 90 in 2020, 100 in 2025: the line passes 98 in 2024
UP = {"at_least": 100, "year": 2025}
DOWN = {"at_most": 0, "year": 2025}


@pytest.mark.parametrize(
    ("target", "baseline", "on", "off"),
    [
        (UP, {"value": 90, "year": 2020}, 98, 98 - 1e-9),
        (UP, {"above": 90, "year": 2020}, 98, 98 - 1e-9),
        (UP, {"at_least": 90, "year": 2020}, 98, 98 - 1e-9),
        (DOWN, {"value": 10, "year": 2020}, 2, 2 + 1e-9),
        (DOWN, {"at_most": 10, "year": 2020}, 2, 2 + 1e-9),
        ({"eliminate": True, "year": 2025}, {"value": 10, "year": 2020}, 2, 2.001),
        ({"below": 0, "year": 2025}, {"value": 10, "year": 2020}, 2, 2.001),
        ({"above": 100, "year": 2025}, {"value": 90, "year": 2020}, 98, 97.999),
    ],
)
def test_on_track_is_at_or_beyond_the_line(target, baseline, on, off):
    assert computed(on, target, baseline=baseline).verdict == "on_track"
    assert computed(off, target, baseline=baseline).verdict == "behind"


def test_the_bound_itself_of_a_strict_target_is_on_the_line():
    # 95 is short of "above 95", and at no year behind the way to it
    baseline = {"above": 90, "year": 2020}
    target = {"above": 95, "year": 2025}
    assert computed(95, target, baseline=baseline).verdict == "on_track"
    late = computed(95, target, baseline=baseline, year=2025)
    assert late.verdict == "behind"


@pytest.mark.parametrize("year", [2025, 2026])
def test_from_the_target_year_on_there_is_no_line(year):
    baseline = {"value": 90, "year": 2020}
    score = computed(99.9, UP, baseline=baseline, year=year)
    assert score.verdict == "behind"


@pytest.mark.parametrize(
    ("target", "baseline"),
    [
        (UP, None),
        (UP, {"value": 90}),
        ({"at_least": 100}, {"value": 90, "year": 2020}),
    ],
)
def test_without_both_years_there_is_no_line(target, baseline):
    assert computed(99.9, target, baseline=baseline).verdict == "behind"


cents = st.integers(0, 10_000).map(lambda n: Decimal(n) / 100)


@given(cents, cents, st.integers(1, 4))
def test_a_number_on_the_line_is_on_track_to_the_last_digit(start, end, passed):
    line = start + (end - start) * passed / 5
    up, year = end > start, 2020 + passed
    target = {"at_least" if up else "at_most": float(end), "year": 2025}
    baseline = {"value": float(start), "year": 2020}
    if start == end:
        return
    on = reported(float(line), target, year, baseline=baseline)
    off = float(line + (Decimal("-0.001") if up else Decimal("0.001")))
    assert on.verdict == "on_track"
    assert reported(off, target, year, baseline=baseline).verdict == "behind"


def test_an_unmet_number_no_newer_than_the_baseline_says_nothing():
    baseline = {"value": 23.65, "year": 2019}
    for year, verdict in ((2018, "not_evaluable"), (2019, "not_evaluable")):
        score = reported(23.65, {"at_least": 24.8}, year, baseline=baseline)
        assert score.verdict == verdict
        assert score.reason.en == "nothing newer than the baseline"
    score = reported(23.65, {"at_least": 24.8}, 2020, baseline=baseline)
    assert score.verdict == "behind"


def test_a_met_number_may_be_as_old_as_the_baseline():
    baseline = {"value": 100, "year": 2020}
    assert reported(100, {"at_least": 100}, 2020, baseline=baseline).verdict == "met"


def test_a_baseline_without_a_year_makes_nothing_stale():
    score = reported(20, {"at_least": 24.8}, 2000, baseline={"value": 23.65})
    assert score.verdict == "behind"


def test_a_missing_layer_is_unknown_with_its_reason():
    error = SourceError("parks: no such file", "公园：文件不存在")
    for target in (UP, {"municipal": True}, None):
        score = Score(goal(target), PLAN_YEAR, error=error)
        assert (score.verdict, score.reason.zh) == ("unknown", "公园：文件不存在")
        assert (score.origin, score.value, score.gap) == ("none", None, None)


def test_nothing_to_measure_is_unknown():
    score = computed(None, UP)
    assert (score.verdict, score.reason.zh) == ("unknown", "区域内没有可测量的对象")


def test_no_number_at_all_is_not_evaluable():
    score = Score(goal(UP), PLAN_YEAR)
    assert (score.verdict, score.reason.en) == ("not_evaluable", "no number yet")


def test_a_reported_number_stands_in_for_a_missing_layer():
    number = {"value": 101, "year": 2023, "source": "bulletin"}
    error = SourceError("parks: no such file")
    score = Score(goal(UP, reported=number), PLAN_YEAR, error=error)
    assert (score.origin, score.value_year, score.verdict) == ("reported", 2023, "met")


def test_a_computed_number_goes_before_a_reported_one():
    number = {"value": 101, "year": 2023, "source": "bulletin"}
    score = Score(goal(UP, reported=number), 2024, result=Result.scalar(50.0))
    assert (score.origin, score.value, score.value_year) == ("computed", 50, 2024)
    assert score.verdict == "behind"


@pytest.mark.parametrize(
    ("value", "target", "gap"),
    [
        (93.7, {"at_least": 93.8}, -0.1),
        (93.9, {"above": 93.8}, 0.1),
        (70.1, {"at_most": 70}, -0.1),
        (69.8, {"below": 70}, 0.2),
        (6.1, {"eliminate": True}, -6.1),
        (0, {"eliminate": True}, 0.0),
        (-0.5, {"no_loss": True}, -0.5),
    ],
)
def test_the_gap_is_negative_where_the_number_falls_short(value, target, gap):
    # compared as printed: 93.7 - 93.8 is -0.1, not -0.09999999999999432
    assert computed(value, target).gap == gap


def test_the_gap_of_a_trend_is_the_way_from_its_baseline():
    baseline = {"value": 1582.1, "year": 2019}
    assert computed(1500.0, {"fall": True}, baseline=baseline).gap == 82.1
    assert computed(1500.0, {"rise": True}, baseline=baseline).gap == -82.1
    assert computed(1500.0, {"fall": True}).gap is None


def test_reaches_asks_about_any_number():
    score = computed(50.0, UP)
    assert score.reaches(100)
    assert not score.reaches(99.999)
    assert not Score(goal(), PLAN_YEAR).reaches(100)


def card(*scores):
    plan = Plan(
        title="t",
        year=2024,
        area=Area(layer="districts"),
        goal=tuple(score.goal for score in scores),
    )
    return Scorecard(plan, scores)


def test_a_scorecard_finds_its_rows():
    one, two = computed(1, UP, row="A-1"), computed(2, UP, row="A-2")
    assert card(one, two)["A-2"] is two
    with pytest.raises(KeyError, match="A-3"):
        card(one, two)["A-3"]


def test_behind_and_unknown_are_missed():
    met = computed(100, UP, row="A-1")
    open_ = computed(1, {"municipal": True}, row="A-2")
    assert not card(met, open_).missed
    assert card(met, computed(1, UP, row="A-3")).missed
    assert card(met, computed(None, UP, row="A-3")).missed


def test_every_verdict_has_both_languages():
    assert set(VERDICTS) == {"met", "on_track", "behind", "unknown", "not_evaluable"}
    assert all(text.en and text.zh for text in VERDICTS.values())


def test_a_reported_number_does_not_hide_a_failed_measurement():
    measured = Goal(
        row="x",
        indicator="redline_area",
        reported=Reported(value=4, year=2023, source="bulletin"),
        target=Target(at_least=3, year=2025),
    )
    plan = Plan(title="t", year=2023, area=Area(layer="districts"), goal=(measured,))
    failed = Score(measured, 2023, error=SourceError("no file"))
    assert failed.verdict == "met"
    assert Scorecard(plan, (failed,)).missed
    assert not Scorecard(plan, (Score(measured, 2023),)).missed
