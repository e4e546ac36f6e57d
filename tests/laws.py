"""What is true of every indicator, whatever it measures."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from geopandas import GeoDataFrame
from shapely import affinity

from ecogis.area import StudyArea
from ecogis.indicator import Indicator, Result
from ecogis.spatial.zonal import by_zone
from ecogis.style import Styles
from ecogis.workspace import Workspace

_DIMENSION = {"Point": 0, "Line": 1, "Polygon": 2}


@dataclass(frozen=True)
class Case:
    """An indicator with everything that it is asked about."""

    measure: Indicator
    area: StudyArea
    layers: Mapping[str, GeoDataFrame]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def result(self) -> Result:
        """Ask the indicator."""
        return self.measure(self.area, **self.layers, **self.parameters)

    @property
    def value(self) -> float | None:
        """The number alone."""
        return self.result.value

    def with_layers(self, **layers: GeoDataFrame) -> "Case":
        """Return the case with some of its layers replaced."""
        return replace(self, layers={**self.layers, **layers})

    def moved(self, by_m: tuple[float, float], degrees: float = 0.0) -> "Case":
        """Return the case somewhere else, turned about the middle of its area."""
        middle = self.area.boundary.centroid

        def move(shape):
            turned = affinity.rotate(shape, degrees, origin=middle)
            return affinity.translate(turned, *by_m)

        return replace(
            self,
            area=replace(self.area, boundary=move(self.area.boundary)),
            layers={
                name: features.set_geometry(
                    [move(shape) for shape in features.geometry]
                )
                for name, features in self.layers.items()
            },
        )


def same(value: float | None, rel: float = 1e-9) -> Any:
    """Return what a value compares equal to, within rounding."""
    return value if value is None else pytest.approx(value, rel=rel, abs=1e-9)


def rows_add_up(case: Case, zones: GeoDataFrame) -> None:
    """Whatever the zones, their rows are the whole."""
    result = case.result
    rows = by_zone(result.parts, zones)
    whole = 0.0 if result.denominator is None else result.denominator
    assert rows["numerator"].sum() == same(result.numerator)
    assert np.nansum(rows["denominator"]) == same(whole)


def order_is_nothing(case: Case, seed: int) -> None:
    """Neither the order of features nor what they are labelled matters."""
    shuffled = {}
    for name, features in case.layers.items():
        rows = np.random.default_rng(seed).permutation(len(features))
        labels = [f"label {row % 2}" for row in rows]
        shuffled[name] = features.iloc[rows].set_index(np.array(labels, dtype=object))
    assert case.with_layers(**shuffled).value == same(case.value)


def place_is_nothing(case: Case, degrees: float, rel: float = 1e-9) -> None:
    """Neither where a place lies nor how it is turned matters."""
    assert case.moved((12_345.0, -6_789.0)).value == same(case.value)
    assert case.moved((0.0, 0.0), degrees).value == same(case.value, rel)


def twice_is_once(case: Case, *names: str) -> None:
    """Ground that is mapped twice counts once."""
    twice = {
        name: case.layers[name].iloc[[*range(len(case.layers[name]))] * 2]
        for name in names
    }
    assert case.with_layers(**twice).value == same(case.value)


def inputs_stay(case: Case) -> None:
    """Leave what goes in untouched."""
    before = {name: features.copy() for name, features in case.layers.items()}
    assert case.result is not None
    for name, features in case.layers.items():
        assert features.equals(before[name])
        assert list(features.columns) == list(before[name].columns)


@cache
def styles() -> Styles:
    """Return the styles as delivered."""
    return Styles.read(Workspace.above(Path(__file__).parent))


def can_be_drawn(measure: Indicator, result: Result) -> None:
    """Everything drawn was declared, has a style, and the field that it asks for."""
    assert set(result.drawn) <= set(measure.draws)
    for name, features in result.drawn.items():
        style = styles()[name]
        if style.field is not None:
            assert style.field in features
            assert (style.classes(features) >= 0).all()
        dimensions = shapely.get_dimensions(features.geometry.to_numpy())
        assert set(dimensions) <= {_DIMENSION[style.geometry]}
