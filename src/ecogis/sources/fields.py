"""Their columns and values to ours, and land-use codes to classes."""

import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from ecogis.document import Text
from ecogis.errors import LayerError, SourceError, nearest
from ecogis.layer import Codes, Field, Layer, column_of
from ecogis.source import OsmPbfSource, OverpassSource, Source
from ecogis.table import table

# "12", "12.5", "12,5", "12 m"
_MEASURE = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*(?:m|米)?", re.IGNORECASE)
_SHOWN = 5


def renamed(
    frame: GeoDataFrame, layer: Layer, source: Source, where: str
) -> GeoDataFrame:
    """
    Return the frame with the plan's ``fields`` and ``values`` applied.

    A source of OpenStreetMap has its fields from tags already.

    Raises
    ------
    LayerError
        An entry for a field that the layer does not have, or of a column that the file
        does not have.
    """
    fields, mapped = source.model_dump(include={"fields", "values"}).values()
    for name in (*fields, *mapped):
        if name not in layer.fields:
            near = nearest(name, layer.fields)
            msg = f"{where}: layer {layer.name!r} has no field {name!r}{near}"
            raise LayerError(msg)
    columns = {str(column).casefold(): str(column) for column in frame.columns}
    taken: dict[str, pd.Series] = {}
    from_tags = isinstance(source, OsmPbfSource | OverpassSource)
    for ours, theirs in () if from_tags else fields.items():
        if theirs.casefold() not in columns:
            has = ", ".join(c for c in frame.columns if c != frame.geometry.name)
            msg = f"{where}: no field {theirs!r}; the file has: {has or 'none'}"
            raise LayerError(msg, f"{where}：没有字段 {theirs!r}；文件中有：{has}")
        exact = theirs if theirs in frame else columns[theirs.casefold()]
        taken[ours] = frame[exact]
    frame = frame.assign(**taken)
    for ours, mapping in mapped.items():
        column = column_of(frame, ours, layer.fields[ours])
        if column is not None:
            frame[column] = frame[column].map(lambda v, to=mapping: _mapped(v, to))
    return frame


def with_readable_numbers(
    frame: GeoDataFrame, layer: Layer
) -> tuple[GeoDataFrame, list[Text]]:
    """Return the frame with numbers out of volunteers' texts; others are counted."""
    notes = []
    for name, field in layer.fields.items():
        if field.type not in {"number", "integer"} or name not in frame:
            continue
        numbers = frame[name].map(lambda v, of=field: _measure(v, of)).astype(float)
        unread = int((numbers.isna() & frame[name].notna()).sum())
        frame = frame.assign(**{name: numbers})
        if unread:
            notes.append(
                Text(
                    en=f"{layer.name}: values of {name} that are no number, taken as "
                    f"not stated: {unread}",
                    zh=f"{layer.title.zh}：{unread} 个 {name} 值不是数字，按未填处理",
                )
            )
    return frame, notes


def translated(
    frame: GeoDataFrame, layer: Layer, codes: Codes, system: str | None, where: str
) -> tuple[GeoDataFrame, list[Text]]:
    """
    Return the frame with codes translated by the table's longest prefix.

    Raises
    ------
    SourceError
        The code system is not stated, or the table does not have it.
    """
    rows = table(codes.table)
    known = ", ".join(rows)
    if system is None:
        say = f'codes = "{next(iter(rows))}"'
        msg = (
            f"{where}: the source does not state its code system; write for example "
            f"{say} in the plan's [sources]; known: {known}"
        )
        zh = (
            f"{where}：未写明地类编码所用的标准，请在规划文件的 [sources] 中写明，"
            f"例如 {say}；可选：{known}"
        )
        raise SourceError(msg, zh)
    if system not in rows:
        msg = f"{where}: unknown code system {system!r}{nearest(system, rows)}"
        zh = f"{where}：未知的编码标准 {system!r}；可选：{known}"
        raise SourceError(msg, zh)
    classes: dict[str, str] = rows[system].columns["classes"]
    found = frame[codes.field].map(lambda code: _by_prefix(code, classes))
    unknown = Counter(frame[codes.field][found.isna()].fillna("-"))
    frame = frame.assign(**{codes.to: found.astype(object).where(found.notna(), None)})
    return frame, [_unmapped(layer, unknown, system)] if unknown else []


def _unmapped(layer: Layer, unknown: Counter[str], system: str) -> Text:
    total = sum(unknown.values())
    listed = ", ".join(f"{c} ({n})" for c, n in sorted(unknown.items()))
    return Text(
        en=f"{layer.name}: {system} does not map the codes of {total} features: "
        f"{listed}",
        zh=f"{layer.title.zh}：{total} 个要素的编码在 {system} 中没有对应：{listed}",
    )


def _by_prefix(code: Any, classes: dict[str, str]) -> str | None:
    if pd.isna(code):
        return None
    text = str(code).strip().upper()
    if text.isdigit() and len(text) % 2:
        # a number has lost its leading zero: 301 is 0301
        text = f"0{text}"
    lengths = range(len(text), 0, -1)
    return next((classes[text[:n]] for n in lengths if text[:n] in classes), None)


def _mapped(value: Any, mapping: dict[str, str]) -> Any:
    if pd.isna(value):
        return value
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    return mapping.get(str(value).strip(), value)


def _measure(value: Any, field: Field) -> float | None:
    if pd.isna(value):
        return None
    found = _MEASURE.fullmatch(str(value).strip())
    if found is None:
        return None
    number = float(found[1].replace(",", "."))
    low = -np.inf if field.min is None else field.min
    high = np.inf if field.max is None else field.max
    return number if low <= number <= high else None
