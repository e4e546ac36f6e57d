"""What fits into a GeoPackage: names, types and geometries that every reader takes."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pandas.api import types

from ecogis.outputs.qml import Column, Kind
from ecogis.outputs.scorecard_json import plain

Geometry = Literal["Polygon", "Line", "Point"]
_DIMENSION: dict[Geometry, int] = {"Point": 0, "Line": 1, "Polygon": 2}
_MULTI: dict[Geometry, str] = {
    "Point": "MultiPoint",
    "Line": "MultiLineString",
    "Polygon": "MultiPolygon",
}
_JOINED: dict[Geometry, Callable[..., Any]] = {
    "Point": shapely.multipoints,
    "Line": shapely.multilinestrings,
    "Polygon": shapely.multipolygons,
}
# shapely's number of the first type that is made of others
_FIRST_MULTI = 4
# columns that GDAL makes itself
_OWN = ("fid", "geom", "rowid")
_BIGGEST = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Fitted:
    """A frame as it is written, and what its columns are called there."""

    frame: GeoDataFrame
    columns: dict[str, Column]
    geometry_type: str


def fitted(features: GeoDataFrame, kind: Geometry) -> Fitted:
    """
    Return features with names, types and geometries that a GeoPackage holds.

    Parameters
    ----------
    features
        Any columns, any geometries.
    kind
        Which geometries are kept; what a cut left over of a lower dimension is not.

    Returns
    -------
    Fitted
        One row a feature, in order; geometries are flat and of one type, or None:
        multi for lines and polygons, for points only where they are.
    """
    data: dict[str, pd.Series] = {}
    columns: dict[str, Column] = {}
    shape = features.geometry.name
    for place, name in enumerate(features.columns):
        column = features.iloc[:, place]
        if name == shape or str(column.dtype) == "geometry":
            continue
        called = unique(safe(str(name)) or "field", [*_OWN, *data])
        data[called], holds = _typed(column.reset_index(drop=True))
        columns.setdefault(str(name), Column(called, holds))
    shapes = _of_kind(np.asarray(features.geometry.values), kind)
    several = kind != "Point" or (shapely.get_num_geometries(shapes) > 1).any()
    if not several:
        shapes = shapely.get_geometry(shapes, 0)
    frame = GeoDataFrame(data, geometry=shapes, crs=features.crs)
    return Fitted(frame, columns, _MULTI[kind] if several else kind)


def safe(name: str) -> str:
    """Return a name of letters (Chinese too), digits, ``_`` and ``-``."""
    return re.sub(r"[^\w-]+", "_", name).strip("_")


def unique(name: str, taken: Iterable[str]) -> str:
    """Return the name, or with a number behind it: case alone tells no names apart."""
    used = {other.casefold() for other in taken}
    found, number = name, 1
    while found.casefold() in used:
        number += 1
        found = f"{name}_{number}"
    return found


def text(value: Any) -> str | None:
    """Return a value as a text that every reader takes; nothing stays nothing."""
    if isinstance(value, str):
        # a surrogate is no character, and a NUL ends a text too early
        return value.encode("utf-8", "backslashreplace").decode().replace("\0", "")
    known = plain(value)
    if known is None or isinstance(known, str):
        return known
    return json.dumps(known, ensure_ascii=False)


def _typed(column: pd.Series) -> tuple[pd.Series, Kind]:
    """Return a column of one type, and what it holds."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    if types.is_object_dtype(column.dtype):
        column = _guessed(column)
    if types.is_bool_dtype(column.dtype):
        return column, "boolean"
    if types.is_unsigned_integer_dtype(column.dtype):
        fits = bool((column.dropna() <= _BIGGEST).all())
        return column.astype("Int64" if fits else "float64"), "number"
    if types.is_complex_dtype(column.dtype):
        return column.astype(str).astype(object), "text"
    if types.is_numeric_dtype(column.dtype):
        return column, "number"
    if types.is_datetime64_any_dtype(column.dtype):
        return column, "other"
    texts = [text(value) for value in column.to_numpy(dtype=object)]
    return pd.Series(texts, dtype=object), "text"


def _guessed(column: pd.Series) -> pd.Series:
    """Return a column of Python objects with the type that all of them have."""
    holds = types.infer_dtype(column, skipna=True)
    if holds == "boolean":
        return column.astype("boolean")
    if holds == "integer":
        small = all(abs(int(value)) <= _BIGGEST for value in column.dropna())
        return column.astype("Int64" if small else "float64")
    if holds in {"floating", "mixed-integer-float", "decimal"}:
        return pd.to_numeric(column).astype("float64")
    return column


def _of_kind(shapes: NDArray[Any], kind: Geometry) -> NDArray[Any]:
    """Return flat multi-geometries of one kind; None where there is nothing of it."""
    flat = shapely.force_2d(shapes) if shapely.has_z(shapes).any() else shapes
    pieces, owner = shapely.get_parts(flat, return_index=True)
    # a collection may hold collections
    while (shapely.get_type_id(pieces) >= _FIRST_MULTI).any():
        pieces, of_piece = shapely.get_parts(pieces, return_index=True)
        owner = owner[of_piece]
    right = shapely.get_dimensions(pieces) == _DIMENSION[kind]
    right &= ~shapely.is_empty(pieces)
    found = np.full(len(shapes), None, dtype=object)
    if right.any():
        _JOINED[kind](pieces[right], indices=owner[right], out=found)
    return found
