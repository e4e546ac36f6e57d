"""What does an indicator give?"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.raster import Raster

Kind = Literal["share", "ratio", "total", "scalar"]


@dataclass(frozen=True)
class Result:
    """
    What an indicator gives: one number, and everything that stands behind it.

    Attributes
    ----------
    value
        The number in the indicator's unit, or None where there is nothing to measure.
    numerator, denominator
        The sums behind the value; None where the value does not add up.
    parts
        Features with ``numerator`` and ``denominator`` columns whose sums are those
        above, so that any break-down adds up; None for a scalar.
    scale
        value = scale * numerator / denominator (or scale * numerator for a total).
    kind
        Which of the four constructors made it.
    drawn
        Frames to draw, by the name of their style.
    rasters
        Grids of cells, by name; each becomes a GeoTIFF.
    table
        A further table of the indicator's own, or None.
    tables
        More of them, by name; each becomes a CSV.
    counts
        Further columns of ``parts`` that add up; the table by zone has them too.
    notes
        What a reader of the number has to know, in both languages.
    """

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    parts: GeoDataFrame | None = None
    scale: float = 1.0
    kind: Kind = "scalar"
    drawn: Mapping[str, GeoDataFrame] = field(default_factory=dict)
    rasters: Mapping[str, Raster] = field(default_factory=dict)
    table: pd.DataFrame | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    counts: tuple[str, ...] = ()
    notes: tuple[Text, ...] = ()

    @classmethod
    def share(
        cls,
        area: StudyArea,
        *,
        part: GeoDataFrame,
        rest: GeoDataFrame,
        by: str = "area",
        **more: Any,
    ) -> "Result":
        """
        Return what percentage of the whole ``part`` is; ``rest`` is the remainder.

        Parameters
        ----------
        area
            How area and length are measured.
        part, rest
            Frames that together are the whole and do not overlap.
        by
            ``"area"`` (m²), ``"length"`` (m), ``"count"``, or a column's name.
        **more
            ``notes``, ``table``, ``tables``, ``counts``, ``rasters``, drawn frames.
        """
        sizes = [_size(area, frame, by) for frame in (part, rest)]
        pieces = pd.concat(
            [
                _part(part, numerator=sizes[0], denominator=sizes[0]),
                _part(rest, numerator=0.0 * sizes[1], denominator=sizes[1]),
            ],
            ignore_index=True,
        )
        frame = GeoDataFrame(pieces, geometry="geometry", crs=part.crs)
        return replace(cls.ratio(frame, scale=100, **more), kind="share")

    @classmethod
    def ratio(cls, parts: GeoDataFrame, *, scale: float = 1.0, **more: Any) -> "Result":
        """Return scale * (sum of numerators) / (sum of denominators), or None."""
        top, bottom = _sum(parts["numerator"]), _sum(parts["denominator"])
        value = scaled(scale, top, bottom) if bottom > 0 else None
        return cls(value, top, bottom, parts, scale, "ratio", **_split(more))

    @classmethod
    def total(cls, parts: GeoDataFrame, *, scale: float = 1.0, **more: Any) -> "Result":
        """Return scale * the sum of numerators: an amount, with its zones."""
        top = _sum(parts["numerator"])
        return cls(scaled(scale, top), top, None, parts, scale, "total", **_split(more))

    @classmethod
    def scalar(cls, value: float | None, **more: Any) -> "Result":
        """Return a value that does not add up: a median, an index."""
        known = value is not None and np.isfinite(value)
        return cls(
            float(value) if known and value is not None else None, **_split(more)
        )


def scaled(scale: float, top: float, bottom: float = 1.0) -> float:
    """
    Return scale * top / bottom, rounded once.

    938 of 1000 is exactly 93.8 percent, and the whole is exactly 100: a number that
    reaches its target must not fall short of it by a last digit.
    """
    exact = (
        Fraction(repr(float(scale))) * Fraction(float(top)) / Fraction(float(bottom))
    )
    return float(exact)


def _size(area: StudyArea, frame: GeoDataFrame, by: str) -> np.ndarray:
    if by == "count":
        return np.ones(len(frame))
    if by in {"area", "length"}:
        return area.measure(frame)
    return frame[by].to_numpy(float)


def _part(frame: GeoDataFrame, **columns: Any) -> GeoDataFrame:
    named = GeoDataFrame(geometry=np.asarray(frame.geometry.values), crs=frame.crs)
    return named.assign(**columns)


def _sum(column: pd.Series) -> float:
    # exact summation: the order of features must not show in the last digit
    total = math.fsum(column.to_numpy(float))
    if not math.isfinite(total):
        msg = f"a part's {column.name} is {total}; every part needs a number"
        raise ValueError(msg)
    return total


def _split(more: dict[str, Any]) -> dict[str, Any]:
    """Tell notes, tables and rasters from drawn frames."""
    found: dict[str, Any] = {"notes": tuple(more.pop("notes", ()))}
    for name in ("table", "tables", "counts", "rasters"):
        if name in more:
            found[name] = more.pop(name)
    return {**found, "drawn": more}
