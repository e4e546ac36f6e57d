"""Every indicator keeps the promises that its readers rely on."""

import re
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import pytest
from annotated_types import Ge, Le

from ecogis.indicator import Tier
from ecogis.indicators import INDICATORS, THEMES
from ecogis.layer import Catalogue
from ecogis.style import Styles
from ecogis.table import table
from ecogis.workspace import Workspace

ROOT = Path(__file__).parents[1]
WORKSPACE = Workspace.above(ROOT)
CATALOGUE, STYLES = Catalogue.read(WORKSPACE), Styles.read(WORKSPACE)
UNITS = ("_m", "_m2", "_ha", "_km", "_db", "_percent", "_h", "_kmh", "_years", "_year")
# numbers of something, which have no unit
COUNTS = {"quad_segs", "people", "min_floors", "floors_min"}
COUNTS |= {"min_buildings", "min_trees"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")

each = pytest.mark.parametrize("measure", INDICATORS.values(), ids=list(INDICATORS))


def source_file(measure) -> Path:
    return ROOT / "src/ecogis/indicators" / measure.theme / f"{measure.name}.py"


def section(measure, name: str) -> str:
    """Return the text of a section of the docstring."""
    lines = (measure.__doc__ or "").splitlines()
    heads = [n for n, line in enumerate(lines) if set(line.strip()) == {"-"}]
    for number, head in enumerate(heads):
        if lines[head - 1].strip() == name:
            end = heads[number + 1] - 1 if number + 1 < len(heads) else len(lines)
            return "\n".join(lines[head + 1 : end])
    return ""


def documented(measure) -> set[str]:
    """Return the arguments that stand at the margin of ``Parameters``."""
    text = section(measure, "Parameters")
    depth = min(len(ln) - len(ln.lstrip()) for ln in text.splitlines() if ln.strip())
    heads = (ln for ln in text.splitlines() if len(ln) - len(ln.lstrip()) == depth)
    return {name.strip() for head in heads for name in head.split(",") if name.strip()}


def bare(annotation: Any) -> list[Any]:
    """Return the plain types in an annotation, each with what is said about it."""
    origin = get_origin(annotation)
    if origin in {Union, UnionType}:
        return [found for inner in get_args(annotation) for found in bare(inner)]
    return [annotation]


def is_number(annotation: Any) -> bool:
    """Tell a number from texts, tables and flags; a share of 0 to 1 has no unit."""
    if get_origin(annotation) is not Annotated:
        return annotation in {int, float}
    kind, *said = get_args(annotation)
    bounds = [m for what in said for m in getattr(what, "metadata", [what])]
    share = Ge(0) in bounds and Le(1) in bounds
    return kind in {int, float} and not share


def test_every_theme_lists_its_indicators_once():
    listed = [measure.name for theme in THEMES for measure in theme.INDICATORS]
    assert sorted(listed) == sorted(INDICATORS)


@each
def test_it_has_its_own_file_and_its_own_test(measure):
    assert source_file(measure).is_file()
    tests = ROOT / "tests/indicators" / measure.theme / f"test_{measure.name}.py"
    assert tests.is_file()
    # what is drawn at run time is held against what was declared
    assert "drawn" in tests.read_text(encoding="utf-8")


@each
def test_its_annotations_are_read_at_run_time(measure):
    assert "from __future__" not in source_file(measure).read_text(encoding="utf-8")


@each
def test_its_docstring_says_what_goes_in_what_comes_out_and_whose_rule_it_is(measure):
    assert section(measure, "Returns").strip()
    assert re.search(r"\b(19|20)\d\d\b", section(measure, "Source"))
    assert documented(measure) == set(measure.__signature__.parameters)


@each
def test_its_layers_stand_in_the_catalogue(measure):
    for layer in measure.layers:
        assert layer in CATALOGUE
    # a denominator is a layer of its own, or the area itself
    assert set(measure.denominators) - {"area"} <= set(measure.layers)
    assert set(measure.instead) <= set(measure.defaults)
    assert set(measure.instead.values()) <= set(measure.layers)
    assert set(measure.only_if) <= {*measure.layers, *measure.defaults}
    assert {name for name, _ in measure.only_if.values()} <= set(measure.defaults)


@each
def test_a_number_s_name_ends_in_its_unit(measure):
    for name, parameter in measure.__signature__.parameters.items():
        if name in measure.defaults and name not in COUNTS:
            numbers = any(is_number(kind) for kind in bare(parameter.annotation))
            assert not numbers or name.endswith(UNITS), name


@each
def test_its_titles_can_be_said_in_both_languages(measure):
    presets = table(measure.presets) if measure.presets else {}
    asked = [{}, *({"preset": preset} for preset in presets)]
    asked += [{"denominator": name} for name in measure.denominators]
    if "tiers" in measure.defaults:
        asked.append({"tiers": [Tier(min_area_m2=400, distance_m=300)]})
    for stated in asked:
        title = measure.titled(measure.resolve(stated))
        assert CHINESE.search(title.zh)
        assert not CHINESE.search(title.en)
        for text in (title.en, title.zh):
            assert not set("{}_[]") & set(text), text


@each
def test_it_states_its_unit_its_standard_and_how_sure_it_is(measure):
    assert measure.unit
    assert measure.standard
    assert measure.better in {"higher", "lower"}
    assert measure.confidence in {"plan", "verified", "high", "medium", "low"}


@each
def test_its_margin_is_a_distance(measure):
    assert measure.margin_m(measure.resolve({})) >= 0


@each
def test_everything_that_it_draws_has_a_style_and_is_documented(measure):
    assert measure.draws
    for name in measure.draws:
        assert name in STYLES
        assert f"``{name}``" in section(measure, "Returns")


@pytest.mark.parametrize(
    ("measure", "preset"),
    [
        pytest.param(measure, preset, id=f"{measure.name}-{preset}")
        for measure in INDICATORS.values()
        if measure.presets
        for preset in table(measure.presets)
    ],
)
def test_a_preset_stays_within_bounds(measure, preset):
    row = table(measure.presets)[preset]
    assert set(row.columns) <= set(measure.defaults)
    resolved = measure.resolve({"preset": preset})
    classes = resolved.get("tiers") or ()
    distances = [tier.distance_m for tier in classes]
    sizes = [tier.min_area_m2 for tier in classes]
    distances += [row.columns["distance_m"]] if "distance_m" in row.columns else []
    sizes += [row.columns["min_area_m2"]] if "min_area_m2" in row.columns else []
    # from a doorstep to a day's walk, from nothing to a square kilometre
    assert all(50 <= metres <= 10_000 for metres in distances)
    assert all(0 <= m2 <= 1_000_000 for m2 in sizes)
    if "denominator" in resolved:
        assert resolved["denominator"] in measure.denominators
