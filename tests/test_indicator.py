"""An indicator's signature is its specification: what it needs, takes and is called."""

from typing import Literal

import pytest
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import PlanError
from ecogis.indicator import Metres, Result, SquareMetres, Tiers, indicator
from ecogis.indicators import INDICATORS
from ecogis.table import table

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


@pytest.mark.parametrize(
    ("stated", "needed"),
    [
        ({}, {"residential_land": True}),
        ({"people_on": "buildings"}, {"residential_land": True}),
        ({"denominator": "population"}, {"population": True}),
        (
            {"denominator": "population", "people_on": "buildings"},
            {"population": False, "buildings": True},
        ),
        ({"denominator": "buildings", "people_on": "land"}, {"buildings": True}),
    ],
)
def test_people_in_buildings_need_buildings_and_may_need_no_population(stated, needed):
    coverage = INDICATORS["park_service_coverage"]
    assert coverage.needs(coverage.resolve(stated)) == {"parks": True, **needed}


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


def test_the_layers_are_the_positional_arguments():
    assert access.layers == {
        "parks": True,
        "homes": False,
        "land": False,
        "census": False,
        "streets": False,
    }
    assert list(access.defaults)[:2] == ["denominator", "distance_m"]
    assert access.denominators == ("homes", "land")


def test_a_call_takes_layers_and_checks_parameters():
    assert access(None, None, homes=None, distance_m=300).value == 1
    with pytest.raises(PlanError, match="parameter distance_m: found '300'"):
        access(None, None, distance_m="300")
    assert "distance_m" in repr(access)
    assert access.__doc__ == "Give a number that the tests do not ask for."


@indicator(
    title={"en": "parks by {preset}", "zh": "{preset}公园"},
    unit="%",
    better="higher",
    standard="none",
    confidence="low",
    margin=lambda *, distance_m, **_: 2 * distance_m,
    presets="park_service",
)
def with_presets(
    area: StudyArea, *, preset: str | None = None, distance_m: Metres = 100.0
) -> Result:
    """Give the distance that is in force."""
    del area, preset
    return Result.scalar(distance_m)


def test_a_preset_lies_over_the_defaults_and_under_what_is_stated():
    rows = {name: row.columns for name, row in table("park_service").items()}
    name, row = next((n, r) for n, r in rows.items() if "distance_m" in r)
    wanted = row["distance_m"]
    assert wanted != 100
    assert with_presets.resolve({})["distance_m"] == 100
    assert with_presets.resolve({"preset": name})["distance_m"] == wanted
    stated = with_presets.resolve({"preset": name, "distance_m": 7})
    assert stated["distance_m"] == 7
    assert with_presets(None, preset=name).value == wanted


def test_an_unknown_preset_names_the_nearest():
    with pytest.raises(PlanError, match="with_presets has no preset 'cn_gbt5134'"):
        with_presets.resolve({"preset": "cn_gbt5134"})


def test_a_margin_may_follow_from_the_parameters():
    assert with_presets.margin_m(with_presets.resolve({"distance_m": 300})) == 600


def test_a_plans_own_title_takes_the_same_words():
    own = Text(en="{denominator}: {distance_m:g}", zh="{denominator}：{distance_m:g}")
    said = access.titled(access.resolve({"denominator": "land"}), own)
    assert said == Text(en="land: 500", zh="用地：500")


def test_a_preset_brings_its_own_rule_and_the_weaker_confidence():
    measure = INDICATORS["park_service_coverage"]
    assert measure.rule(measure.resolve({})) == (measure.standard, measure.confidence)
    medium = measure.resolve({"preset": "cn_gbt51346_2019"})
    rule, confidence = measure.rule(medium)
    assert rule.startswith("GB/T 51346-2019")
    assert "cn_gbt51346_2019" in rule
    assert confidence == "medium"


def test_tiers_leave_no_other_size_to_tell():
    measure = INDICATORS["park_service_coverage"]
    tiered = measure.told(measure.resolve({"preset": "cn_garden_city_2022"}))
    assert "tiers" in tiered
    assert not {"min_area_m2", "distance_m"} & set(tiered)
    assert measure.told(measure.resolve({}))["min_area_m2"] == 1000
