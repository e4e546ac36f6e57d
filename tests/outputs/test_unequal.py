"""What an open row says of equality: numbers, ends, and what could not be compared."""

from dataclasses import replace

import pytest
from district_card import scorecard

from ecogis.equality import Extreme
from ecogis.outputs.unequal import equality_of

CARD = scorecard()
SCORE = CARD["YH-01"]


def chinese(line):
    return line.zh


def told(**changed):
    """Return the facts in Chinese and English by their Chinese title."""
    found = replace(SCORE.equality, **changed)
    facts = equality_of(replace(SCORE, equality=found))["facts"]
    return {
        title.zh: tuple(" | ".join(map(say, lines)) for say in (chinese, str))
        for title, lines in facts
    }


def test_without_a_comparison_there_is_nothing():
    assert equality_of(CARD["YH-02"]) is None


def test_the_numbers_stand_with_their_zones():
    facts = told()
    assert facts["基尼系数"] == ("0.250", "0.250")
    assert facts["变异系数"] == ("0.500", "0.500")
    assert facts["最低组与最高组之比"] == ("80%", "80%")
    name = SCORE.equality.highest.zones[0]
    assert facts["最高"] == (f"90.0% | {name}",) * 2
    assert facts["参与比较的分区"][1] == "2 (1 without a denominator left out)"


def test_what_is_unknown_is_said_and_what_does_not_apply_left_out():
    facts = told(gini=None, variation=None, groups=None, left_out=0)
    assert facts["基尼系数"][1].startswith("unknown")
    assert not {"变异系数", "最低组与最高组之比"} & set(facts)
    assert facts["参与比较的分区"] == ("2", "2")


@pytest.mark.parametrize(
    ("count", "zh", "en"),
    [
        (1, "a", "a"),
        (3, "a、b、c", "a, b, c"),
        (5, "a、b、c 等，另有 2 个", "a, b, c and 2 more"),
    ],
)
def test_many_zones_at_one_end_are_counted(count, zh, en):
    facts = told(lowest=Extreme(tuple("abcde"[:count]), 0.0))
    assert facts["最低"] == (f"0.0% | {zh}", f"0.0% | {en}")


def test_a_total_is_said_per_km2_and_little_is_not_nothing():
    facts = told(weighted_by="area", highest=Extreme(("a",), 0.004))
    assert facts["最高"] == (
        "每平方公里土地 0.004% | a",
        "0.004% per km² of ground | a",
    )
