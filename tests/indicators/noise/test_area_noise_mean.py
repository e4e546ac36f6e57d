"""Grid points: means done in the head, grades from both sides, laws."""

import numpy as np
import pytest
from geopandas import GeoDataFrame
from hypothesis import given, settings
from hypothesis import strategies as st
from laws import Case, can_be_drawn, inputs_stay, order_is_nothing, place_is_nothing
from laws import rows_add_up as zones_add_up
from shapely import Point
from strategies import CRS, X, Y, frame, square

from ecogis.area import StudyArea
from ecogis.errors import LayerError
from ecogis.indicators.noise import area_noise_mean

TOWN = StudyArea("town", square(0, 0, 1000, 1000), CRS, area_method="plane")


def points(*levels, spots=None, **more):
    spots = spots or [(10 + n % 90, 10 + n // 90) for n in range(len(levels))]
    shapes = [Point(X + x, Y + y) for x, y in spots]
    column = np.array(levels, dtype=float)
    return GeoDataFrame({"ld_db": column, **more}, geometry=shapes, crs=CRS)


def told(found):
    return " | ".join(note.en for note in found.notes)


def test_the_mean_is_of_the_decibels():
    assert area_noise_mean(TOWN, points(50, 60)).value == 55.0
    # Fengtai's 52.8 from points that only together make it
    assert area_noise_mean(TOWN, points(50, 52, 56.4)).value == 52.8


@pytest.mark.parametrize(
    ("level", "grade"),
    [
        (50.0, "first"),
        (50.1, "second"),
        (55.0, "second"),
        (55.1, "third"),
        (60.0, "third"),
        (60.1, "fourth"),
        (65.0, "fourth"),
        (65.1, "fifth"),
    ],
)
@pytest.mark.parametrize("period", ["day", "night"])
def test_grades(level, grade, period):
    if period == "night":
        level = round(level - 10, 1)
    some = points(30.0, ln_db=[level]) if period == "night" else points(level)
    found = area_noise_mean(TOWN, some, period=period)
    assert f"{level} dB by {period}: {grade} grade" in told(found)
    assert "not checked against the text itself" in told(found)


def test_points_outside_do_not_count():
    some = points(50, 60, 99, spots=[(0, 0), (1000, 500), (1000.1, 500)])
    assert area_noise_mean(TOWN, some).value == 55


def test_points_without_a_level_are_left_out():
    found = area_noise_mean(TOWN, points(50, np.nan, 60))
    assert found.value == 55
    assert "1 grid points without a level are left out" in told(found)


@pytest.mark.parametrize(("many", "few"), [(99, True), (100, False)])
def test_a_city_wants_a_hundred_points(many, few):
    found = area_noise_mean(TOWN, points(*([52.0] * many)))
    assert ("asks for at least 100" in told(found)) == few


def test_the_table_counts_by_grade():
    found = area_noise_mean(TOWN, points(50, 50.1, 55, 70))
    assert found.table.to_dict("list") == {
        "grade": ["1", "2", "5"],
        "count": [1, 2, 1],
        "percent": [25, 50, 25],
    }


@pytest.mark.parametrize("levels", [(), (np.nan,)])
def test_nothing_measured_is_unknown_not_zero(levels):
    found = area_noise_mean(TOWN, points(*levels))
    assert found.value is None
    assert found.table.empty


def test_a_period_without_its_field_is_refused():
    with pytest.raises(LayerError, match="noise_grid: field 'ln_db' is missing"):
        area_noise_mean(TOWN, points(50), period="night")


rows = st.lists(
    st.tuples(st.integers(-1, 11), st.integers(-1, 11), st.integers(300, 900)),
    min_size=1,
    max_size=12,
)


@given(rows, st.integers(0, 99), st.floats(0, 360))
@settings(max_examples=25)
def test_laws(some, seed, degrees):
    spots = [(100 * x + 1, 100 * y + 1) for x, y, _ in some]
    grid = points(*(level / 10 for *_, level in some), spots=spots)
    levels = [
        level / 10
        for (x, y), (*_, level) in zip(spots, some, strict=True)
        if 0 <= x <= 1000 and 0 <= y <= 1000
    ]
    case = Case(area_noise_mean, TOWN, {"noise_grid": grid})
    wanted = sum(levels) / len(levels) if levels else None
    assert case.value == (wanted if wanted is None else pytest.approx(wanted))
    zones = frame(square(0, 0, 333, 1000), square(300, 0, 700, 1000), name=["a", "b"])
    zones_add_up(case, zones)
    order_is_nothing(case, seed)
    place_is_nothing(case, degrees)
    inputs_stay(case)
    can_be_drawn(area_noise_mean, case.result)
