"""What is known about a layer, and do the data keep that promise?"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pydantic.json_schema import SkipJsonSchema

from ecogis.document import Document, Number, Text, Theme, read_document
from ecogis.errors import LayerError, nearest
from ecogis.workspace import Workspace

Geometry = Literal["Polygon", "Line", "Point", "Raster"]
_DIMENSION = {"Point": 0, "Line": 1, "Polygon": 2}
# unknown values that a note lists
_SHOWN = 5
_MARKED_MISSING = {"", "-", "/", "null", "none", "nan"}
_TRUE, _FALSE = (
    {"true", "yes", "1", "是", "y", "t"},
    {"false", "no", "0", "否", "n", "f"},
)


class Field(Document):
    """
    One column: its type, unit, bounds, and the names that it goes by elsewhere.

    ``spellings`` maps each value that ecogis uses to the spellings met in data
    (``{ trunk = ["快速路"] }``); ``osm`` names the tag that fills the column, or
    several tags, of which the first that says something does.
    """

    type: Literal["text", "number", "integer", "boolean"]
    title: Text | None = None
    unit: str | None = None
    min: Number | None = None
    max: Number | None = None
    aliases: tuple[str, ...] = ()
    optional: bool = False
    osm: str | tuple[str, ...] | None = None
    spellings: dict[str, tuple[str, ...]] = {}


class Osm(Document):
    """
    How a layer is recognised in OpenStreetMap.

    A table is AND, the list is OR, ``exclude`` wins. A value is a text, a list of
    texts, or ``true`` for any value.
    """

    tags: tuple[dict[str, str | Literal[True] | tuple[str, ...]], ...]
    exclude: tuple[dict[str, str | Literal[True] | tuple[str, ...]], ...] = ()

    def matches(self, tags: Mapping[str, str]) -> bool:
        """Tell whether an object with these tags belongs to the layer."""
        if not any(_all_match(wanted, tags) for wanted in self.tags):
            return False
        return not any(_all_match(unwanted, tags) for unwanted in self.exclude)

    @property
    def keys(self) -> tuple[str, ...]:
        """The tag keys that a reader has to look at, sorted."""
        return tuple(sorted({key for wanted in self.tags for key in wanted}))


class Codes(Document):
    """A column of codes that a table translates, by the system the source states."""

    field: str
    to: str
    table: str


class Layer(Document):
    """What a layer means, wherever it comes from: one ``layers/<name>.toml``."""

    name: SkipJsonSchema[str]
    title: Text
    theme: Theme
    geometry: Geometry
    joined: bool = False
    network: bool = False
    fields: dict[str, Field] = {}
    osm: Osm | None = None
    codes: Codes | None = None
    note: Text | None = None

    def fit(
        self, frame: GeoDataFrame, where: str, *, strict: bool = True
    ) -> tuple[GeoDataFrame, list[Text]]:
        """
        Return the data with the layer's own column names and types, and what was done.

        Columns are found by name or alias, whatever their case; others are left out.
        Index labels are kept. Without ``strict`` features of another geometry are left
        out even where there are no others.

        Raises
        ------
        LayerError
            Wrong geometry type, a required field that is missing, or values that are
            not of the field's type or outside its bounds.
        """
        frame, notes = self.of_own_geometry(frame, where, strict=strict)
        columns: dict[str, Any] = {}
        for name, field in self.fields.items():
            found = column_of(frame, name, field)
            if found is not None:
                columns[name] = _typed(frame[found], field, f"{where}: field {found!r}")
                notes += self._strange(name, field, columns[name])
            elif not field.optional:
                raise self._missing(name, field, frame, where)
        fitted = GeoDataFrame(columns, geometry=frame.geometry, crs=frame.crs)
        return fitted, notes

    def of_own_geometry(
        self, frame: GeoDataFrame, where: str, *, strict: bool = True
    ) -> tuple[GeoDataFrame, list[Text]]:
        """
        Return the features of the layer's geometry, and how many were left out.

        Raises
        ------
        LayerError
            With ``strict``, where all that have a geometry have another.
        """
        shapes = np.asarray(frame.geometry.values)
        right = shapely.get_dimensions(shapes) == _DIMENSION[self.geometry]
        present = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        wrong = present & ~right
        if strict and wrong.any() and not (right & present).any():
            kinds = Counter(shape.geom_type for shape in shapes[wrong])
            found = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
            msg = (
                f"{where}: found {found}, expected {self.geometry} for layer "
                f"{self.name!r}; name another file or layer in the plan's [sources]"
            )
            raise LayerError(msg)
        notes = []
        if left_out := int(len(shapes) - (right & present).sum()):
            notes.append(
                Text(
                    en=f"{self.name}: {left_out} feature{'s' * (left_out > 1)} without "
                    f"{self.geometry} geometry left out",
                    zh=f"{self.title.zh}：{left_out} 个要素几何类型不符，未计入",
                )
            )
        return frame[right & present], notes

    def _strange(self, name: str, field: Field, column: pd.Series) -> list[Text]:
        """Tell the values of a closed list that ecogis does not know."""
        known = field.spellings
        strange = Counter(str(v) for v in column.dropna() if known and v not in known)
        if not strange:
            return []
        shown = ", ".join(f"{v} ({n})" for v, n in strange.most_common(_SHOWN))
        shown += ", ..." * (len(strange) > _SHOWN)
        en = (
            f"{self.name}: unknown values of {name}: {shown}; known: {', '.join(known)}"
        )
        zh = f"{self.title.zh}：{name} 有未知取值：{shown}；已知：{', '.join(known)}"
        return [Text(en=en, zh=zh)]

    def _missing(
        self, name: str, field: Field, frame: GeoDataFrame, where: str
    ) -> LayerError:
        has = ", ".join(str(c) for c in frame.columns if c != frame.geometry.name)
        also = f" (or {', '.join(field.aliases)})" if field.aliases else ""
        return LayerError(
            f"{where}: field {name!r}{also} is missing; the file has: {has or 'none'}; "
            f'state it in the plan as fields = {{ {name} = "THEIR_NAME" }}',
            f"{where}：缺少字段 {name!r}{also}；文件中有：{has or '无'}；"
            f'请在规划文件中写明 fields = {{ {name} = "字段名" }}',
        )


class Catalogue(Mapping[str, Layer]):
    """Every layer that a workspace knows, by name."""

    def __init__(self, layers: Mapping[str, Layer]) -> None:
        self._layers = dict(layers)

    @classmethod
    def read(cls, workspace: Workspace) -> "Catalogue":
        """Read ``layers/*.toml``."""
        paths = list(workspace.files("layers"))
        return cls({path.stem: read_layer(path) for path in paths})

    def __getitem__(self, name: str) -> Layer:
        """Return a layer; an unknown one is a LayerError that names the nearest."""
        if name not in self._layers:
            msg = f"no layer {name!r} in layers/{nearest(name, self._layers)}"
            raise LayerError(msg)
        return self._layers[name]

    def __contains__(self, name: object) -> bool:
        """Tell whether the layer is known."""
        return name in self._layers

    def __iter__(self) -> Iterator[str]:
        """Iterate over the layers' names."""
        return iter(self._layers)

    def __len__(self) -> int:
        """Count the layers."""
        return len(self._layers)


def read_layer(path: Path) -> Layer:
    """Read one ``layers/<name>.toml``; anything wrong in it is a LayerError."""
    where = f"layers/{path.name}"
    return read_document(path, Layer, LayerError, where, name=path.stem)


def _all_match(wanted: Mapping[str, Any], tags: Mapping[str, str]) -> bool:
    for key, value in wanted.items():
        found = tags.get(key)
        if found is None:
            return False
        allowed = (value,) if isinstance(value, str) else value
        if value is not True and found not in allowed:
            return False
    return True


def column_of(frame: GeoDataFrame, name: str, field: Field) -> str | None:
    """Find the column that is meant: the name first, then the aliases in order."""
    columns = [str(column) for column in frame.columns]
    by_case = {column.casefold(): column for column in reversed(columns)}
    # of NAME and name, the one that is spelled like the alias
    by_case |= {column: column for column in columns}
    found = (
        by_case.get(alias) or by_case.get(alias.casefold())
        for alias in (name, *field.aliases)
    )
    return next((column for column in found if column is not None), None)


def _typed(column: pd.Series, field: Field, where: str) -> pd.Series:
    if field.type == "text":
        return _text(column, field)
    if field.type == "boolean":
        return _boolean(column, where)
    return _number(column, field, where)


def _text(column: pd.Series, field: Field) -> pd.Series:
    spelled = {s: ours for ours, theirs in field.spellings.items() for s in theirs}

    def read(value: Any) -> str | None:
        if pd.isna(value):
            return None
        # codes such as 101 arrive as numbers from many files
        whole = isinstance(value, float | np.floating) and float(value).is_integer()
        text = str(int(value)) if whole else str(value).strip()
        return spelled.get(text, text) or None

    return pd.Series([read(value) for value in column], column.index, dtype=object)


def _boolean(column: pd.Series, where: str) -> pd.Series:
    def read(value: Any) -> bool | None:
        if pd.isna(value) or str(value).strip().casefold() in _MARKED_MISSING:
            return None
        word = str(value).strip().casefold().removesuffix(".0")
        if word not in _TRUE | _FALSE:
            msg = f"{where}: found {value!r}, expected yes or no"
            raise LayerError(msg)
        return word in _TRUE

    return column.map(read).astype("boolean")


def _number(column: pd.Series, field: Field, where: str) -> pd.Series:
    blank = column.astype(str).str.strip().str.casefold().isin(_MARKED_MISSING)
    numbers = pd.to_numeric(column.where(~blank), errors="coerce").astype(float)
    bad = numbers.isna() & column.notna() & ~blank
    if bad.any():
        first = column[bad].iloc[0]
        msg = f"{where}: found {first!r} ({int(bad.sum())} such), expected a number"
        raise LayerError(msg)
    low = -np.inf if field.min is None else field.min
    high = np.inf if field.max is None else field.max
    out = (numbers < low) | (numbers > high) | np.isinf(numbers)
    if out.any():
        found = f"{numbers[out].iloc[0]:g} ({int(out.sum())} such)"
        msg = f"{where}: found {found}, expected {low:g} to {high:g}"
        raise LayerError(msg)
    broken = numbers[numbers % 1 > 0]
    if field.type == "integer" and len(broken):
        found = f"{broken.iloc[0]:g} ({len(broken)} such)"
        msg = f"{where}: found {found}, expected a whole number"
        raise LayerError(msg)
    return numbers
