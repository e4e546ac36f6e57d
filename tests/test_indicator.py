"""An indicator's signature is its specification: what it needs, takes and is called."""

from typing import Literal

import pytest
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import PlanError
from ecogis.indicator import Metres, Result, SquareMetres, Tiers, indicator

HOMES = Text(en="homes", zh="住宅")
LAND = Text(en="land", zh="用地")


def size(parameters):
    stated = parameters["min_area_m2"] > 0
    return Text(en="", zh="") if stated else Text(en=", any", zh="，不限")


@indicator(
    title={
        "en": "{denominator} within {distance_m:g} m{size}",
        "zh": "{distance_m:g} 米内{denominator}{size}",
    },
    title_tiers={"en": "{denominator} by size", "zh": "分级{denominator}"},
    unit="%",
    better="higher",
    standard="none",
    confidence="low",
    margin="distance_m",
    words={"denominator": {"homes": HOMES, "land": LAND}, "size": size},
    instead={"people": "census"},
    draws=("homes_served",),
)
def access(
    area: StudyArea,
    parks: GeoDataFrame,
    homes: GeoDataFrame | None = None,
    land: GeoDataFrame | None = None,
    census: GeoDataFrame | None = None,
    streets: GeoDataFrame | None = None,
    *,
    denominator: Literal["homes", "land"] = "homes",
    distance_m: Metres = 500.0,
    min_area_m2: SquareMetres = 1000.0,
    tiers: Tiers | None = None,
    people: float | None = None,
) -> Result:
    """Give a number that the tests do not ask for."""
    del area, parks, homes, land, census, streets
    del denominator, distance_m, min_area_m2, tiers, people
    return Result.scalar(1.0)


SMALL = {"min_area_m2": 400, "distance_m": 300}
LARGE = {"min_area_m2": 5000, "distance_m": 500}


def test_of_the_denominators_only_the_one_named_is_read():
    assert access.needs(access.resolve({})) == {
        "parks": True,
        "homes": True,
        "census": True,
        "streets": False,
    }
    assert "homes" not in access.needs(access.resolve({"denominator": "land"}))


def test_a_stated_number_stands_for_its_layer():
    assert "census" not in access.needs(access.resolve({"people": 7.0}))


def test_a_title_says_the_words_of_a_parameter():
    said = access.titled(access.resolve({"denominator": "land"}))
    assert said == Text(en="land within 500 m", zh="500 米内用地")
    said = access.titled(access.resolve({"min_area_m2": 0}))
    assert said == Text(en="homes within 500 m, any", zh="500 米内住宅，不限")


def test_tiers_take_the_second_title():
    said = access.titled(access.resolve({"tiers": [SMALL, LARGE]}))
    assert said == Text(en="homes by size", zh="分级住宅")


def test_tiers_stand_from_small_to_large():
    tiers = access.resolve({"tiers": [LARGE, SMALL]})["tiers"]
    assert [tier.distance_m for tier in tiers] == [300, 500]


@pytest.mark.parametrize("stated", [{"distance_m": 400.0}, {"min_area_m2": 1.0}])
def test_tiers_exclude_a_radius_and_a_size(stated):
    with pytest.raises(PlanError, match=f"tiers and {next(iter(stated))} exclude"):
        access.resolve({"tiers": [SMALL, LARGE], **stated})


def test_what_was_resolved_resolves_to_itself():
    # a run hands every parameter back, also those that tiers stand in for
    resolved = access.resolve({"tiers": [SMALL, LARGE]})
    assert access.resolve(resolved) == resolved


@pytest.mark.parametrize(
    ("tiers", "found"),
    [
        ([], "at least 1 item"),
        ([SMALL, {**LARGE, "distance_m": 299}], "the larger with at least the radius"),
        ([SMALL, {**SMALL, "distance_m": 500}], "different sizes"),
        ([SMALL, {**LARGE, "distance_m": -1}], "greater than or equal to 0"),
        ([SMALL, {**LARGE, "area": 3}], "tiers.1.area"),
    ],
)
def test_tiers_that_make_no_sense_are_refused(tiers, found):
    with pytest.raises(PlanError, match=found):
        access.resolve({"tiers": tiers})


def test_an_unknown_parameter_names_the_nearest():
    with pytest.raises(PlanError, match="did you mean 'distance_m'"):
        access.resolve({"distance": 400})


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), "500", True, None])
def test_a_distance_is_a_number_of_metres(value):
    with pytest.raises(PlanError, match="access: parameter distance_m: found"):
        access.resolve({"distance_m": value})


def test_the_margin_is_the_distance():
    assert access.margin_m(access.resolve({"distance_m": 300})) == 300
