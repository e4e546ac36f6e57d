"""
Pack the features of a drawn layer for a page: small, quick, the same every time.

A layer is two blocks, so that two layers of the same shapes hold them once. A block is
gzipped without a time stamp: four bytes with the length of the header (little endian),
the header (JSON in UTF-8, with ``sections``: name -> offset behind it, length), and::

    shapes      header: ``n``, ``kind``, ``origin``, ``bounds`` (millionths of a degree)
      rings     varint per feature: how many rings, lines or points it has
      vertices  varint per ring
      x, y      zigzag varints: each vertex less the one before it, from the origin
    attributes  header: ``columns`` (name, type, the texts of a text column)
      class     byte per feature: the number of its rule, 255 for none
      0, 1 ...  the columns: float32 or float64 (NaN for missing), flags as bytes (255
                for missing), texts as varints (0 for missing, else 1 + their place)

Features are sorted along a Hilbert curve: neighbours follow each other, so differences
are small and a canvas draws them in compact batches. Rings leave out the vertex that
repeats the first; shells run anticlockwise, holes clockwise.
"""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray

Kind = Literal["Polygon", "Line", "Point"]
Whole = NDArray[np.int64]

# a millionth of a degree is a tenth of a metre
_PER_DEGREE = 1e6
_DIMENSION: dict[Kind, int] = {"Point": 0, "Line": 1, "Polygon": 2}
_NONE = 255
# up to here float32 shows whole numbers to the last digit
_FLOAT32_WHOLE = 2.0**24
_NUMERIC = {"integer", "floating", "mixed-integer-float", "decimal"}
_SEVEN_BITS = np.uint64(7)


@dataclass(frozen=True)
class Packed:
    """
    A layer as a page carries it: two blocks.

    ``bounds`` is west, south, east, north in degrees, or None for no feature;
    ``counts`` says how many features each rule draws.
    """

    shapes: bytes
    attributes: bytes
    n: int
    bounds: tuple[float, float, float, float] | None
    counts: dict[int, int]


def pack(
    features: GeoDataFrame, kind: Kind, classes: Whole, columns: Iterable[str] = ()
) -> Packed:
    """
    Pack features; those without a geometry of the kind are left out.

    Parameters
    ----------
    features
        Any geometries; reprojected to longitude and latitude.
    kind
        Which geometries are drawn; others (a line left over by a cut) are not.
    classes
        For each feature the number of the rule that draws it, -1 for none.
    columns
        What a popup shows; a column that the features lack is left out.
    """
    degrees = features.to_crs("EPSG:4326") if features.crs else features
    shapes = np.asarray(degrees.geometry.values)
    pieces, owner = shapely.get_parts(shapes, return_index=True)
    fits = shapely.get_dimensions(pieces) == _DIMENSION[kind]
    fits &= ~shapely.is_empty(pieces)
    chosen = _along_hilbert(degrees, np.unique(owner[fits]))
    place = np.full(len(shapes), -1)
    place[chosen] = np.arange(len(chosen))
    order = np.argsort(place[owner[fits]], kind="stable")
    header, sections = _geometry(
        pieces[fits][order], place[owner[fits]][order], len(chosen), kind
    )
    drawn = classes[chosen]
    numbers, counts = np.unique(drawn[drawn >= 0], return_counts=True)
    return Packed(
        shapes=block(header, sections),
        attributes=_attributes(degrees.iloc[chosen], drawn, columns),
        n=len(chosen),
        bounds=_bounds(header["bounds"]),
        counts=dict(zip(numbers.tolist(), counts.tolist(), strict=True)),
    )


def _along_hilbert(features: GeoDataFrame, chosen: Whole) -> Whole:
    """Return the chosen positions in the order of a Hilbert curve."""
    if not len(chosen):
        return chosen
    along = GeoSeries(features.geometry.iloc[chosen]).hilbert_distance().to_numpy()
    return chosen[np.argsort(along, kind="stable")]


def _geometry(
    pieces: NDArray[Any], owner: Whole, n: int, kind: Kind
) -> tuple[dict[str, Any], dict[str, bytes]]:
    rings, of_piece = pieces, np.arange(len(pieces))
    if kind == "Polygon":
        oriented = shapely.orient_polygons(pieces)
        rings, of_piece = shapely.get_rings(oriented, return_index=True)
    corners, of_ring = shapely.get_coordinates(rings, return_index=True)
    whole = np.rint(corners * _PER_DEGREE).astype(np.int64)
    keep = _needed(whole, of_ring, closed=kind == "Polygon")
    whole, of_ring = whole[keep], of_ring[keep]
    origin = whole.min(axis=0) if len(whole) else np.zeros(2, np.int64)
    end = whole.max(axis=0) if len(whole) else origin
    steps = np.diff(whole - origin, axis=0, prepend=np.zeros((1, 2), np.int64))
    sections = {
        "rings": varints(np.bincount(owner[of_piece], minlength=n)),
        "vertices": varints(np.bincount(of_ring, minlength=len(rings))),
        "x": varints(_zigzag(steps[:, 0])),
        "y": varints(_zigzag(steps[:, 1])),
    }
    header = {
        "n": n,
        "kind": kind,
        "origin": origin.tolist(),
        "bounds": [*origin.tolist(), *end.tolist()] if n else None,
    }
    return header, sections


def _needed(whole: Whole, of_ring: Whole, *, closed: bool) -> NDArray[np.bool_]:
    """Tell which vertices stay: neither the closing one nor one on its forerunner."""
    same_ring = of_ring[1:] == of_ring[:-1]
    repeats = same_ring & (whole[1:] == whole[:-1]).all(axis=1)
    keep = np.r_[True, ~repeats] if len(whole) else np.zeros(0, bool)
    if closed and len(whole):
        last = np.r_[~same_ring, True]
        first = np.r_[True, ~same_ring]
        keep &= ~last | first
    return keep


def _attributes(features: GeoDataFrame, drawn: Whole, names: Iterable[str]) -> bytes:
    classes = np.where(drawn < 0, _NONE, drawn).astype(np.uint8)
    sections = {"class": classes.tobytes()}
    facts: list[dict[str, Any]] = []
    for name in names:
        if name in features:
            described, section = _column(features[name])
            sections[str(len(facts))] = section
            facts.append({"name": name, **described})
    return block({"columns": facts}, sections)


def _column(column: pd.Series) -> tuple[dict[str, Any], bytes]:
    holds = pd.api.types.infer_dtype(column, skipna=True)
    if holds == "boolean":
        flags = column.astype("boolean").astype("Int64").fillna(_NONE)
        return {"type": "flag"}, flags.to_numpy(np.uint8).tobytes()
    if holds in _NUMERIC:
        numbers = pd.to_numeric(column).to_numpy(float, na_value=np.nan)
        wide = np.nanmax(np.abs(numbers), initial=0) > _FLOAT32_WHOLE
        kind = "f8" if wide else "f4"
        return {"type": kind}, numbers.astype(f"<{kind}").tobytes()
    texts = column.map(lambda value: None if pd.isna(value) else str(value))
    known = sorted({text for text in texts if isinstance(text, str)})
    place = {text: 1 + number for number, text in enumerate(known)}
    codes = [place[text] if isinstance(text, str) else 0 for text in texts]
    return {"type": "text", "texts": known}, varints(np.array(codes, np.int64))


def block(header: dict[str, Any], sections: dict[str, bytes]) -> bytes:
    """Return a header and its sections as one gzipped block."""
    ends = np.cumsum([len(section) for section in sections.values()])
    header["sections"] = {
        name: [int(end) - len(section), len(section)]
        for (name, section), end in zip(sections.items(), ends, strict=True)
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    whole = len(text).to_bytes(4, "little") + text + b"".join(sections.values())
    return gzip.compress(whole, compresslevel=9, mtime=0)


def _bounds(millionths: list[int] | None) -> tuple[float, float, float, float] | None:
    if millionths is None:
        return None
    west, south, east, north = (number / _PER_DEGREE for number in millionths)
    return west, south, east, north


def _zigzag(steps: Whole) -> NDArray[np.uint64]:
    """Give small negative numbers small codes: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return ((steps << 1) ^ (steps >> 63)).astype(np.uint64)


def varints(numbers: NDArray[Any]) -> bytes:
    """Return unsigned numbers in seven bits a byte, the lowest first."""
    left = np.asarray(numbers).astype(np.uint64)
    length = np.ones(len(left), np.int64)
    rest = left >> _SEVEN_BITS
    while rest.any():
        length += rest > 0
        rest >>= _SEVEN_BITS
    start = np.cumsum(length) - length
    packed = np.zeros(int(length.sum()), np.uint8)
    for byte in range(int(length.max(initial=0))):
        has = length > byte
        more = (length[has] - 1 > byte) * np.uint8(128)
        packed[start[has] + byte] = (left[has] & np.uint64(127)).astype(np.uint8) | more
        left = left >> _SEVEN_BITS
    return packed.tobytes()
