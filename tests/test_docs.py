"""The docs name what there is: every indicator, preset, source key, verdict, verb."""

from pathlib import Path

import pytest
from typer.main import get_command

from ecogis import cli
from ecogis.indicators import INDICATORS
from ecogis.scorecard import VERDICTS
from ecogis.table import table
from ecogis.target import BOUNDS, TRENDS

ROOT = Path(__file__).parents[1]
INDICATOR_PAGE = (ROOT / "docs" / "indicators.md").read_text(encoding="utf-8")
PLAN_PAGE = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", INDICATORS)
def test_every_indicator_is_explained(name):
    assert f"`{name}`" in INDICATOR_PAGE


def test_every_preset_of_park_service_is_listed():
    for preset in table("park_service"):
        assert f"`{preset}`" in INDICATOR_PAGE


def test_every_comparator_and_verdict_is_explained():
    for kind in (*BOUNDS, *TRENDS):
        assert f"`{kind}`" in PLAN_PAGE
    for said in VERDICTS.values():
        assert said.en in PLAN_PAGE
        assert said.zh in PLAN_PAGE


def test_every_verb_is_in_the_readme_or_the_plan_page():
    for verb in get_command(cli.app).commands:
        assert f"ecogis {verb}" in README + PLAN_PAGE


def test_links_and_pictures_exist():
    for target in (
        "docs/plan.md",
        "docs/compare.md",
        "docs/las_palmas.png",
        "DECISIONS.md",
        "NOTICE",
    ):
        assert target in README
        assert (ROOT / target).is_file()
