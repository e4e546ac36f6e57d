"""
How does a page turn degrees into the metres of the study area's projection?

By two polynomials, fitted to the projection around the area: one there, one back. A
page needs no library for it, and the error is far below what a click can hit.
"""

from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import Transformer

from ecogis.area import StudyArea

Floats = NDArray[np.float64]
_WGS84 = "EPSG:4326"
_DEGREE = 5
# points a side that the polynomials are fitted to
_SIDE = 15
_DIGITS = 13


def plane_map(area: StudyArea, margin_m: float) -> dict[str, Any]:
    """
    Return the polynomials between WGS 84 and ``area.crs``.

    Parameters
    ----------
    area
        Its CRS and its box.
    margin_m
        How far around the box the fit holds.

    Returns
    -------
    dict
        ``metres`` and ``degrees``, each with ``origin`` and ``scale`` of what is put in
        (two numbers each) and ``x``, ``y``: coefficients by rising power of the first,
        then of the second coordinate. Metres are counted from ``zero`` in the CRS.
    """
    west, south, east, north = area.window(margin_m)
    zero = np.round([(west + east) / 2, (south + north) / 2])
    steps = np.sin(np.linspace(-np.pi / 2, np.pi / 2, _SIDE)) / 2 + 0.5
    grid = np.array(list(product(steps, steps)))
    xy = [west, south] + grid * [east - west, north - south]
    change = Transformer.from_crs(area.crs, _WGS84, always_xy=True)
    degrees = np.column_stack(change.transform(xy[:, 0], xy[:, 1]))
    return {
        "zero": zero.tolist(),
        "metres": _fitted(degrees, xy - zero),
        "degrees": _fitted(xy - zero, degrees),
    }


def evaluated(fit: dict[str, Any], points: Floats) -> Floats:
    """Return what one of the polynomials gives, as a page computes it."""
    terms = _terms((points - fit["origin"]) / fit["scale"])
    return np.column_stack([terms @ fit["x"], terms @ fit["y"]])


def _fitted(put_in: Floats, come_out: Floats) -> dict[str, Any]:
    low, high = put_in.min(axis=0), put_in.max(axis=0)
    origin, scale = (low + high) / 2, (high - low) / 2
    terms = _terms((put_in - origin) / scale)
    found, *_ = np.linalg.lstsq(terms, come_out, rcond=None)
    return {
        "origin": origin.tolist(),
        "scale": scale.tolist(),
        "x": _short(found[:, 0]),
        "y": _short(found[:, 1]),
    }


def _terms(unit: Floats) -> Floats:
    powers = [
        (first, second)
        for first, second in product(range(_DEGREE + 1), repeat=2)
        if first + second <= _DEGREE
    ]
    return np.column_stack([unit[:, 0] ** a * unit[:, 1] ** b for a, b in powers])


def _short(numbers: NDArray[Any]) -> list[float]:
    """Leave out the digits in which two machines might differ."""
    return [float(f"{number:.{_DIGITS}g}") for number in numbers]
