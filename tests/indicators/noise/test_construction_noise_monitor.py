"""Sites of 1999 and 2000 m², with and without a monitor."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Case, can_be_drawn, inputs_stay, order_is_nothing, place_is_nothing
from laws import rows_add_up as zones_add_up
from strategies import CRS, frame, square

from ecogis.area import StudyArea
from ecogis.indicators.noise import construction_noise_monitor

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")


def sites(*rows, start=0, **more):
    shapes = [
        square(start + 50 * n, 0, start + 50 * n + 40, 40) for n in range(len(rows))
    ]
    sizes = np.array([size for size, _ in rows], dtype=float)
    monitored = pd.array([yes for _, yes in rows], dtype="boolean")
    return frame(*shapes, gfa_m2=sizes, monitored=monitored, **more)


def told(found):
    return " | ".join(note.en for note in found.notes)


@pytest.mark.parametrize(
    ("size", "percent"), [(1999.0, 100), (1999.99, 100), (2000.0, 50), (2001.0, 50)]
)
def test_sites_count_from_2000_square_metres(size, percent):
    found = construction_noise_monitor(TOWN, sites((5000, True), (size, False)))
    assert found.value == percent
    assert ("1 sites below 2000 m² are left out" in told(found)) == (size < 2000)


def test_the_size_is_a_parameter():
    some = sites((5000, True), (1999, False))
    assert construction_noise_monitor(TOWN, some, min_gfa_m2=1999.0).value == 50
    title = construction_noise_monitor.titled(construction_noise_monitor.resolve({}))
    assert title.zh == "开复工面积2000平方米以上工地噪声自动监测设备安装率"


def test_what_is_not_said_is_in_neither_number():
    some = sites((5000, True), (np.nan, True), (9000, None), (3000, False))
    found = construction_noise_monitor(TOWN, some)
    assert (found.numerator, found.denominator) == (1, 2)
    assert "1 sites do not state their floor area" in told(found)
    assert "1 large sites do not say whether they have a monitor" in told(found)
    assert found.drawn["sites_monitored"]["monitored"].isna().tolist() == [
        False,
        True,
        False,
    ]


def test_the_table_lists_those_without_the_largest_first():
    rows = (2000, False), (7000, False), (9000, True), (100, False)
    found = construction_noise_monitor(TOWN, sites(*rows, name=["a", "b", "c", "d"]))
    assert found.table["name"].tolist() == ["b", "a"]
    assert found.value == pytest.approx(100 / 3)


def test_a_site_belongs_to_the_area_of_its_middle():
    edge = frame(
        square(-30, 0, 20, 9),
        square(-10, 0, 30, 9),
        gfa_m2=[9e3, 9e3],
        monitored=[False, True],
    )
    assert construction_noise_monitor(TOWN, edge).value == 100


@pytest.mark.parametrize("rows", [(), ((1000, True),), ((5000, None),)])
def test_no_site_that_counts_is_unknown_not_zero(rows):
    assert construction_noise_monitor(TOWN, sites(*rows)).value is None


rows_ = st.lists(
    st.tuples(st.integers(1990, 2010), st.sampled_from([True, False, None])),
    min_size=1,
    max_size=8,
)


@given(rows_, st.integers(0, 99), st.floats(0, 360))
@settings(max_examples=25)
def test_laws(some, seed, degrees):
    case = Case(
        construction_noise_monitor,
        TOWN,
        {"construction_sites": sites(*some, start=-90)},
    )
    # the first two lie outside
    known = [yes for size, yes in some[2:] if size >= 2000 and yes is not None]
    wanted = 100 * sum(known) / len(known) if known else None
    assert case.value == (wanted if wanted is None else pytest.approx(wanted))
    zones = frame(square(0, 0, 75, 1000), square(60, 0, 200, 1000), name=["a", "b"])
    zones_add_up(case, zones)
    order_is_nothing(case, seed)
    place_is_nothing(case, degrees)
    inputs_stay(case)
    can_be_drawn(construction_noise_monitor, case.result)
