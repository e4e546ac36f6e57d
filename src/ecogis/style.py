"""How is a layer drawn? An ordered list of rules, and one palette."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal, Self

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from ecogis.document import (
    Document,
    Number,
    Text,
    Theme,
    Whole,
    read_document,
    read_toml,
)
from ecogis.errors import StyleError, nearest
from ecogis.workspace import Workspace

Scalar = str | bool | int | float
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


class Rule(Document):
    """
    One class of a legend: a test on the style's field, a label and how it looks.

    At most one kind of test: ``equals``; ``any_of``; ``at_least`` and ``below`` (half
    open); ``missing``. No test matches everything. The first rule that matches wins.
    """

    equals: Scalar | None = None
    any_of: tuple[Scalar, ...] | None = None
    at_least: Number | None = None
    below: Number | None = None
    missing: bool = False
    label: Text
    fill: str | None = None
    line: str | None = None
    width: float = Field(default=1.0, ge=0)
    dash: tuple[float, ...] | None = None
    opacity: float = Field(default=1.0, ge=0, le=1)
    radius: float = Field(default=4.0, gt=0)

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        tests = [self.equals is not None, self.any_of is not None, self.missing]
        tests.append(self.at_least is not None or self.below is not None)
        if sum(tests) > 1:
            msg = "a rule takes one of equals, any_of, at_least/below, missing"
            raise ValueError(msg)
        low, high = self.at_least, self.below
        if low is not None and high is not None and low >= high:
            msg = f"no number is at least {low:g} and below {high:g}"
            raise ValueError(msg)
        if self.fill is None and self.line is None:
            msg = "a rule needs a fill or a line"
            raise ValueError(msg)
        return self

    @property
    def tests(self) -> bool:
        """Whether the rule tests anything; one that does not matches the rest."""
        stated = (self.equals, self.any_of, self.at_least, self.below)
        return self.missing or any(test is not None for test in stated)

    def mask(self, column: pd.Series) -> NDArray[np.bool_]:
        """Return which values of the column the rule's own test matches."""
        if not self.tests:
            return np.ones(len(column), dtype=bool)
        if self.missing:
            return column.isna().to_numpy()
        if self.equals is not None:
            return (column == self.equals).fillna(value=False).to_numpy(bool)
        if self.any_of is not None:
            return column.isin(list(self.any_of)).to_numpy()
        numbers = pd.to_numeric(column, errors="coerce").astype(float)
        matches = numbers.notna()
        if self.at_least is not None:
            matches &= numbers >= self.at_least
        if self.below is not None:
            matches &= numbers < self.below
        return matches.to_numpy(bool)


class Style(Document):
    """How one drawn layer looks: a ``styles/<name>.toml``."""

    name: SkipJsonSchema[str]
    title: Text
    theme: Theme
    geometry: Literal["Polygon", "Line", "Point"]
    field: str | None = None
    # drawn first to last: land 10, area results 20, lines 40, points 60
    order: Whole = 20
    rule: tuple[Rule, ...] = Field(min_length=1)
    # what a popup shows: column to title
    popup: dict[str, Text] = {}

    def classes(self, frame: GeoDataFrame) -> NDArray[np.int64]:
        """Return for each feature the number of the rule that draws it, -1 for none."""
        blank = pd.Series([None] * len(frame), index=frame.index, dtype=object)
        column = blank
        if self.field is not None and self.field in frame:
            column = frame[self.field]
        found = np.full(len(frame), -1)
        for number, rule in enumerate(self.rule):
            found[(found == -1) & rule.mask(column)] = number
        return found


class Styles(Mapping[str, Style]):
    """Every style of a workspace by name, and the palette they draw from."""

    def __init__(self, styles: Mapping[str, Style], palette: Mapping[str, str]) -> None:
        self._styles = dict(styles)
        self.palette = dict(palette)

    @classmethod
    def read(cls, workspace: Workspace) -> "Styles":
        """
        Read ``styles/*.toml`` and ``styles/palette.toml``.

        Raises
        ------
        StyleError
            A key, rule or colour that is wrong, with the file and the nearest name.
        """
        paths = {path.stem: path for path in workspace.files("styles")}
        where = paths.pop("palette", None)
        palette = read_palette(where) if where else {}
        styles = cls({name: read_style(path) for name, path in paths.items()}, palette)
        for style in styles.values():
            for rule in style.rule:
                for name in (rule.fill, rule.line):
                    styles.colour(name, f"styles/{style.name}.toml")
        return styles

    def colour(self, name: str | None, where: str = "palette.toml") -> str | None:
        """Return the hex code of a palette name; None stays None."""
        if name is None:
            return None
        if name not in self.palette:
            near = nearest(name, self.palette)
            msg = f"{where}: no colour {name!r} in palette.toml{near}"
            raise StyleError(msg)
        return self.palette[name]

    def __getitem__(self, name: str) -> Style:
        """Return a style; an unknown one is a StyleError that names the nearest."""
        if name not in self._styles:
            msg = f"no style {name!r} in styles/{nearest(name, self._styles)}"
            raise StyleError(msg)
        return self._styles[name]

    def __contains__(self, name: object) -> bool:
        """Tell whether there is such a style."""
        return name in self._styles

    def __iter__(self) -> Iterator[str]:
        """Iterate over the styles' names."""
        return iter(self._styles)

    def __len__(self) -> int:
        """Count the styles."""
        return len(self._styles)


def read_palette(path: Path) -> dict[str, str]:
    """Read ``styles/palette.toml``: names to hex codes; else a StyleError."""
    palette = read_toml(path, StyleError)
    for name, code in palette.items():
        if not (isinstance(code, str) and _HEX.fullmatch(code)):
            msg = f"palette.toml: {name}: found {code!r}, expected a code as '#2a9d8f'"
            raise StyleError(msg)
    return palette


def read_style(path: Path) -> Style:
    """Read one ``styles/<name>.toml``; anything wrong in it is a StyleError."""
    where = f"styles/{path.name}"
    return read_document(path, Style, StyleError, where, name=path.stem)
