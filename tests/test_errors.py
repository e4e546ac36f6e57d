"""Errors say everything in one line, in two languages, in every process."""

import pickle

import pytest

from ecogis.errors import (
    EcogisError,
    LayerError,
    PlanError,
    SourceError,
    StyleError,
    TableError,
    nearest,
)

CHILDREN = [PlanError, LayerError, SourceError, StyleError, TableError]


@pytest.mark.parametrize("kind", CHILDREN)
def test_every_child_is_an_ecogis_error(kind):
    error = kind("parks.shp: no CRS", "parks.shp：缺少坐标系")
    assert isinstance(error, EcogisError)
    assert (str(error), error.zh) == ("parks.shp: no CRS", "parks.shp：缺少坐标系")


def test_english_stands_in_for_missing_chinese():
    assert LayerError("no CRS").zh == "no CRS"


@pytest.mark.parametrize("kind", [EcogisError, *CHILDREN])
def test_an_error_survives_the_way_between_processes(kind):
    error = pickle.loads(pickle.dumps(kind("one", "一")))  # noqa: S301
    assert (type(error), str(error), error.zh) == (kind, "one", "一")


def test_all_problems_survive_the_way_between_processes():
    error = PlanError.of(["first", "second", "third"])
    error = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert error.problems == ("first", "second", "third")


def test_one_problem_is_its_own_message():
    error = PlanError.of(["plan.toml: goal 1: no row"])
    assert str(error) == "plan.toml: goal 1: no row"
    assert error.problems == ("plan.toml: goal 1: no row",)


def test_of_several_problems_the_first_is_the_message():
    error = PlanError.of(["first", "second", "third"])
    assert str(error) == "first (and 2 more: see 'ecogis check')"
    assert error.problems == ("first", "second", "third")


def test_a_plain_plan_error_has_itself_as_its_only_problem():
    assert PlanError("wrong").problems == ("wrong",)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("parsk", "; did you mean 'parks'?"),
        ("rivrs", "; did you mean 'rivers'?"),
        ("xyz", "; known: parks, rivers"),
    ],
)
def test_the_nearest_name_or_the_names_that_exist(name, hint):
    assert nearest(name, ["rivers", "parks"]) == hint


def test_nothing_is_near_to_nothing():
    assert nearest("parks", []) == ""
