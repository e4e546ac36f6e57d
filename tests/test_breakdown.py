"""Zones and groups of zones: rows add up, ranks point at what is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box
from town import CRS, frame, square

from ecogis.area import StudyArea
from ecogis.breakdown import break_down, weigh
from ecogis.indicator import Result
from ecogis.spatial.zonal import OUTSIDE
from ecogis.target import Balance

TOWN = StudyArea("town", square(0, 0, 400, 100), CRS, area_method="plane")
ZONES = frame(
    square(0, 0, 100, 100),
    square(100, 0, 200, 100),
    name=["西街道", "东地区"],
)


def served(*widths):
    """Cover the first metres of each 100 m block; the rest is blind."""
    part = frame(*(square(100 * i, 0, w, 100) for i, w in enumerate(widths)))
    rest = frame(*(square(100 * i + w, 0, 100 - w, 100) for i, w in enumerate(widths)))
    return Result.share(TOWN, part=part, rest=rest)


def test_rows_by_hand():
    rows = break_down(served(90, 50, 20, 40), ZONES, "higher")
    assert list(rows["zone"]) == ["西街道", "东地区", OUTSIDE]
    assert list(rows["numerator"]) == pytest.approx([9000, 7000, 4000])
    assert list(rows["value"]) == pytest.approx([90, 35, 40])
    # most ground is missing in the east: 13 000 against 6 000 and 1 000 m²
    # 6 000 m² lie in no zone, which is none to rank
    assert rows["rank"].fillna(0).tolist() == [2, 1, 0]


def test_what_a_result_counts_beside_is_summed_too():
    homes = frame(
        square(10, 10, 10, 10), square(50, 10, 10, 10), square(310, 10, 10, 10)
    )
    found = Result.total(
        homes.assign(numerator=[1.0, 2.0, 4.0], loud=[8.0, 16.0, 32.0]),
        counts=("loud",),
    )
    rows = break_down(found, ZONES, "lower")
    assert rows["loud"].tolist() == [24, 0, 32]
    assert rows["numerator"].tolist() == [3, 0, 4]
    assert "loud" not in break_down(Result.total(found.parts), ZONES, "lower")


def test_where_lower_is_better_the_largest_part_ranks_first():
    rows = break_down(served(90, 50, 20, 40), ZONES, "lower")
    assert rows["rank"].fillna(0).tolist() == [1, 2, 0]


def test_zones_that_differ_by_noise_share_a_rank():
    found = served(40, 70, 70 - 1e-9, 50)
    assert break_down(found, ZONES, "higher")["rank"].fillna(0).tolist() == [1, 1, 0]
    found = served(40, 70, 70 + 1e-3, 50)
    assert break_down(found, ZONES, "higher")["rank"].fillna(0).tolist() == [1, 2, 0]


def test_a_zone_with_nothing_in_it_has_no_value():
    part = frame(square(0, 0, 50, 100))
    rows = break_down(
        Result.share(TOWN, part=part, rest=part.iloc[:0]), ZONES, "higher"
    )
    assert rows["value"].isna().tolist() == [False, True]


def test_a_scalar_has_no_rows():
    with pytest.raises(ValueError, match="no parts"):
        break_down(Result.scalar(3), ZONES, "higher")


def test_groups_take_names_without_their_ending():
    result = served(90, 50, 20, 40)
    rows = break_down(result, ZONES, "higher")
    balance = Balance(between=(("西",), ("东", "无名")))
    table, notes = weigh(rows, result, balance)
    assert list(table["value"]) == pytest.approx([90, 35])
    assert list(table["ratio"]) == pytest.approx([1, 35 / 90])
    assert [note.en for note in notes] == ["balance: no zone is called '无名'"]


@given(st.lists(st.integers(1, 99), min_size=4, max_size=4), st.integers(1, 399))
def test_rows_add_up_wherever_the_border_runs(widths, border):
    result = served(*widths)
    x, y, far, top = TOWN.boundary.bounds
    zones = frame(
        box(x, y, x + border, top), box(x + border, y, far, top), name=["a", "b"]
    )
    rows = break_down(result, zones, "higher")
    assert rows["numerator"].sum() == pytest.approx(result.numerator, rel=1e-12)
    assert rows["denominator"].sum() == pytest.approx(result.denominator, rel=1e-12)
