"""Measured road sections: the plan's own example, grades from both sides, laws."""

import math

import numpy as np
import pytest
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Case, can_be_drawn, inputs_stay, order_is_nothing, place_is_nothing
from laws import rows_add_up as zones_add_up
from shapely import LineString
from strategies import CRS, X, Y, frame, square

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.indicators.noise import road_noise_mean

TOWN = StudyArea("town", square(0, 0, 5000, 5000), CRS, area_method="plane")


def line(*spots):
    return LineString([(X + x, Y + y) for x, y in spots])


def sections(*rows, **more):
    """Return lines from west to east, one above the other: (metres, level)."""
    lines = [line((0, 10 + n), (m, 10 + n)) for n, (m, _) in enumerate(rows)]
    levels = np.array([level for _, level in rows], dtype=float)
    return GeoDataFrame({"ld_db": levels, **more}, geometry=lines, crs=CRS)


def mean(*rows):
    return road_noise_mean(TOWN, sections(*rows)).value


def told(found):
    return " | ".join(note.en for note in found.notes)


def test_one_kilometre_at_68_and_three_at_72_average_71():
    assert mean((1000, 68), (3000, 72)) == 71.0
    # the mean of the energies would be another
    energy = 10 * math.log10((10**6.8 + 3 * 10**7.2) / 4)
    assert energy == pytest.approx(71.3, abs=0.05)


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=9), st.integers(600, 800))
def test_no_limit_is_missed_by_a_last_digit(metres, level):
    assert mean(*((m, level / 10) for m in metres)) == level / 10


def test_longer_sections_weigh_more():
    assert mean((1000, 60), (1000, 80)) == 70
    assert mean((3000, 60), (1000, 80)) == 65


@pytest.mark.parametrize(
    ("level", "grade", "shown"),
    [
        (60, "first", "60.0"),
        (68.0, "first", "68.0"),
        # above 68 on the raw value: a digit more is shown, or it would not say so
        (68.04, "second", "68.04"),
        (68.1, "second", "68.1"),
        (70.0, "second", "70.0"),
        (70.1, "third", "70.1"),
        (72.0, "third", "72.0"),
        (72.1, "fourth", "72.1"),
        (74.0, "fourth", "74.0"),
        (74.1, "fifth", "74.1"),
        # halves go to the even digit
        (71.25, "third", "71.2"),
        (71.35, "third", "71.4"),
    ],
)
def test_grades_by_day(level, grade, shown):
    found = road_noise_mean(TOWN, sections((1000, level)))
    assert found.value == level
    assert found.notes[0].en.startswith(f"{shown} dB by day: {grade} grade")
    ranks = ["first", "second", "third", "fourth", "fifth"]
    assert found.drawn["road_noise_levels"]["grade"].tolist() == [
        str(1 + ranks.index(grade))
    ]


@pytest.mark.parametrize(
    ("level", "grade"),
    [(58.0, "first"), (58.1, "second"), (64.0, "fourth"), (64.1, "fifth")],
)
def test_by_night_grades_are_ten_lower(level, grade):
    some = sections((1000, 80), ln_db=[level])
    found = road_noise_mean(TOWN, some, period="night")
    assert found.value == level
    assert f"{level} dB by night: {grade} grade" in told(found)


def test_a_section_counts_with_its_length_inside():
    across = GeoDataFrame(
        {"ld_db": [80.0, 60.0]},
        geometry=[line((-9000, 10), (1000, 10)), line((0, 20), (1000, 20))],
        crs=CRS,
    )
    found = road_noise_mean(TOWN, across)
    assert found.value == 70
    assert found.denominator == pytest.approx(2000)


def test_sections_without_a_level_are_left_out_and_told():
    found = road_noise_mean(TOWN, sections((1000, 68), (2500, np.nan)))
    assert found.value == 68
    assert "1 sections (2.5 km) without a level are left out" in told(found)
    assert "0 of 1 km measured are above the 70 dB" in told(found)


@pytest.mark.parametrize(("level", "loud"), [(70.0, "0"), (70.01, "1")])
def test_how_much_is_above_the_limit(level, loud):
    found = road_noise_mean(TOWN, sections((1000, level), (1000, 60)))
    assert f"{loud} of 2 km measured are above the 70 dB of class 4a" in told(found)


def test_the_table_lists_the_loudest_first():
    found = road_noise_mean(
        TOWN, sections((1000, 68), (500, 72), (700, 72), name=["a", "b", "c"])
    )
    assert found.table["name"].tolist() == ["c", "b", "a"]
    assert found.table["length_m"].tolist() == pytest.approx([700, 500, 1000])


@pytest.mark.parametrize("rows", [(), ((1000, np.nan),)])
def test_nothing_measured_is_unknown_not_zero(rows):
    assert mean(*rows) is None


def test_a_period_without_its_field_is_refused():
    with pytest.raises(LayerError, match="road_noise: field 'ln_db' is missing"):
        road_noise_mean(TOWN, sections((1000, 68)), period="night")


def test_titles_say_the_period():
    title = road_noise_mean.titled(road_noise_mean.resolve({"period": "night"}))
    assert title.en == "Noise along roads by night, mean weighted by length"
    assert title.zh == "道路交通噪声平均值（夜间）"


spots = st.tuples(st.integers(-20, 120), st.integers(-20, 120))
networks = st.lists(
    st.tuples(spots, spots, st.integers(300, 900)), min_size=1, max_size=6
).map(lambda rows: [row for row in rows if row[0] != row[1]])


def drawn(network):
    lines = [
        line((50 * a[0], 50 * a[1]), (50 * b[0], 50 * b[1])) for a, b, _ in network
    ]
    levels = [level / 10 for *_, level in network]
    return GeoDataFrame({"ld_db": np.array(levels, float)}, geometry=lines, crs=CRS)


@given(networks)
def test_agrees_with_dots_along_the_lines(network):
    top = bottom = 0.0
    for a, b, level in network:
        x, y = (50 * np.linspace(a[n], b[n], 4001) for n in (0, 1))
        inside = ((x >= 0) & (x <= 5000) & (y >= 0) & (y <= 5000)).mean()
        metres = 50 * math.dist(a, b) * inside
        top, bottom = top + metres * level / 10, bottom + metres
    found = road_noise_mean(TOWN, drawn(network))
    if bottom > 200:
        assert found.value == pytest.approx(top / bottom, abs=0.5)
    levels = [level / 10 for *_, level in network]
    if found.value is not None:
        assert min(levels) - 1e-9 <= found.value <= max(levels) + 1e-9


@given(networks, st.integers(0, 99), st.floats(0, 360))
@settings(max_examples=15)
def test_laws(network, seed, degrees):
    case = Case(road_noise_mean, TOWN, {"road_noise": drawn(network)})
    zones = frame(
        square(0, 0, 2300, 5000), square(2000, 0, 4000, 5000), name=["a", "b"]
    )
    zones_add_up(case, zones)
    order_is_nothing(case, seed)
    place_is_nothing(case, degrees, rel=1e-7)
    inputs_stay(case)
    can_be_drawn(road_noise_mean, case.result)
