"""Which part of a large polygon matters to a small shape?"""

from contextlib import suppress
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Shapes = NDArray[Any]
Positions = NDArray[np.int64]
# an overlay with so many vertices costs little more than one with ten
_FEW_VERTICES = 192
# no round number: GEOS clips wrongly where a vertex lies on the window's very edge
_MARGIN_M = 1.0 + 1 / np.pi
_AREAL = (3, 6)


def windows(polygons: Shapes, by: Positions, shapes: Shapes) -> Shapes:
    """
    Return, for each pair, the part of its polygon in a window that holds the shape.

    To the shape it is the same as the whole polygon, and has fewer vertices.

    Parameters
    ----------
    polygons
        Polygons of any size, in a CRS in metres.
    by
        The position of each pair's polygon, ascending.
    shapes
        The shape of each pair.
    """
    parts = polygons[by]
    boxes = shapely.bounds(shapes)
    large = np.flatnonzero(shapely.get_num_coordinates(polygons) > _FEW_VERTICES)
    starts = np.searchsorted(by, large, side="left")
    ends = np.searchsorted(by, large, side="right")
    waiting = [
        (polygons[at], np.arange(start, end))
        for at, start, end in zip(large, starts, ends, strict=True)
        if end > start
    ]
    while waiting:
        polygon, pairs = waiting.pop()
        part = _clip(polygon, boxes[pairs])
        if len(pairs) == 1 or shapely.get_num_coordinates(part) <= _FEW_VERTICES:
            parts[pairs] = part
        else:
            waiting += [(part, few) for few in _quarters(pairs, boxes[pairs])]
    return parts


def _quarters(pairs: Positions, boxes: NDArray[np.float64]) -> list[Positions]:
    """Divide pairs from west to east, then each half from south to north."""
    east, north = (boxes[:, :2] + boxes[:, 2:]).T
    quarters = []
    for half in np.array_split(np.argsort(east, kind="stable"), 2):
        upward = half[np.argsort(north[half], kind="stable")]
        quarters += [pairs[quarter] for quarter in np.array_split(upward, 2)]
    return [quarter for quarter in quarters if len(quarter)]


def _clip(polygon: BaseGeometry, boxes: NDArray[np.float64]) -> BaseGeometry:
    west, south = boxes[:, :2].min(axis=0) - _MARGIN_M
    east, north = boxes[:, 2:].max(axis=0) + _MARGIN_M
    left, bottom, right, top = polygon.bounds
    if west <= left and south <= bottom and east >= right and north >= top:
        return polygon
    with suppress(shapely.GEOSException):
        part: BaseGeometry = shapely.clip_by_rect(polygon, west, south, east, north)
        if shapely.get_type_id(part) in _AREAL:
            return part
    # the sure way, many times slower
    sure: BaseGeometry = shapely.intersection(
        polygon, shapely.box(west, south, east, north)
    )
    return sure
