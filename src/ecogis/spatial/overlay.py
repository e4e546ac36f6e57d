"""
Cutting features by polygons, exactly and fast.

A prepared ``covers`` answers for most features; only those that the border crosses are
intersected, with the border's polygon subdivided into tiles of few vertices.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely import MultiLineString, MultiPoint, MultiPolygon
from shapely.geometry.base import BaseGeometry

Shapes = NDArray[Any]
_TILE_VERTICES = 256
_DEEPEST = 24
_POLYGON = 2
# crumbs along tile edges, in m² or m: below any coordinate's own precision
_CRUMB = 1e-6


def dissolve(shapes: Iterable[BaseGeometry]) -> Shapes:
    """Return the union of polygons as its separate polygons."""
    known = np.asarray([shape for shape in shapes if shape is not None], dtype=object)
    if not len(known):
        return known
    union = shapely.disjoint_subset_union_all(known)
    return _of_dimension(np.array([union]), 2)[0]


def subdivide(shapes: Shapes, vertices: int = _TILE_VERTICES) -> Shapes:
    """Cut polygons into pieces of at most ``vertices`` vertices each."""
    tiles: list[BaseGeometry] = []
    waiting = [(shape, 0) for shape in shapely.get_parts(shapes)]
    while waiting:
        shape, depth = waiting.pop()
        if shapely.get_num_coordinates(shape) <= vertices or depth > _DEEPEST:
            if not shape.is_empty:
                tiles.append(shape)
            continue
        waiting += [(half, depth + 1) for half in _halves(shape)]
    pieces, _ = _of_dimension(np.asarray(tiles, dtype=object), 2)
    return pieces


def split(frame: GeoDataFrame, cover: Shapes) -> tuple[GeoDataFrame, GeoDataFrame]:
    """
    Split features by what ``cover`` holds.

    Parameters
    ----------
    frame
        Points, lines or polygons; points on the border of ``cover`` are held.
    cover
        Polygons that do not overlap, as :func:`dissolve` gives them.

    Returns
    -------
    tuple
        The parts inside and the parts outside, each with the columns of its feature;
        index labels are kept.
    """
    shapes = np.asarray(frame.geometry.values)
    if not len(cover) or not len(shapes):
        return frame.iloc[:0], frame
    cover = np.asarray(cover, dtype=object)
    hit, held = _held(shapes, cover)
    crossed = np.flatnonzero(hit & ~held)
    inner, outer = shapes.copy(), shapes.copy()
    inner[~hit], outer[held] = None, None
    if len(crossed):
        inner[crossed], outer[crossed] = _cross(shapes[crossed], cover)
    return _with_shapes(frame, inner), _with_shapes(frame, outer)


def cut(frame: GeoDataFrame, cover: Shapes | BaseGeometry) -> GeoDataFrame:
    """Return the parts of the features inside ``cover``; see :func:`split`."""
    if isinstance(cover, BaseGeometry):
        cover = shapely.get_parts(cover)
    return split(frame, cover)[0]


def without(frame: GeoDataFrame, cover: Shapes) -> GeoDataFrame:
    """Return the parts of the features outside ``cover``; see :func:`split`."""
    return split(frame, cover)[1]


def flat(frame: GeoDataFrame) -> GeoDataFrame:
    """Return the frame's polygons united: no ground is counted twice."""
    return GeoDataFrame(geometry=dissolve(frame.geometry.values), crs=frame.crs)


def _held(shapes: Shapes, cover: Shapes) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return which shapes touch the cover, and which one of its polygons covers."""
    hit = np.zeros(len(shapes), dtype=bool)
    held = np.zeros(len(shapes), dtype=bool)
    shapely.prepare(cover)
    by, which = shapely.STRtree(shapes).query(cover, predicate="intersects")
    hit[which] = True
    held[which[shapely.covers(cover[by], shapes[which])]] = True
    return hit, held


def _cross(shapes: Shapes, cover: Shapes) -> tuple[Shapes, Shapes]:
    """Intersect and subtract shapes that the border of the cover crosses."""
    tiles = subdivide(cover)
    shapely.prepare(tiles)
    by, which = shapely.STRtree(shapes).query(tiles, predicate="intersects")
    order = np.argsort(which, kind="stable")
    by, which = by[order], which[order]
    pieces = shapely.intersection(shapes[which], tiles[by])
    dimension = shapely.get_dimensions(shapes)
    inner = np.full(len(shapes), None, dtype=object)
    held = np.full(len(shapes), None, dtype=object)
    present, starts = np.unique(which, return_index=True)
    groups = np.split(np.arange(len(which)), starts[1:])
    for at, group in zip(present, groups, strict=False):
        parts, _ = _of_dimension(pieces[group], int(dimension[at]))
        inner[at] = _one(parts) if len(parts) else None
        held[at] = _one(tiles[by[group]])
    # one difference each: tile by tile takes minutes where one shape meets thousands
    outer = shapes.copy()
    outer[present] = shapely.difference(shapes[present], held[present])
    return _clean(inner, dimension), _clean(outer, dimension)


def _one(shapes: Shapes) -> BaseGeometry:
    return shapes[0] if len(shapes) == 1 else shapely.union_all(shapes)


def _clean(shapes: Shapes, dimension: NDArray[Any]) -> Shapes:
    """Keep only parts of the feature's own dimension, and no crumbs."""
    mixed = np.flatnonzero(~shapely.is_missing(shapes))
    parts, owner = shapely.get_parts(shapes[mixed], return_index=True)
    # an intersection may hold a collection inside
    deep, again = shapely.get_parts(parts, return_index=True)
    parts, owner = deep, owner[again]
    of = dimension[mixed][owner]
    size = np.where(of == _POLYGON, shapely.area(parts), shapely.length(parts))
    keep = (shapely.get_dimensions(parts) == of) & ((size > _CRUMB) | (of == 0))
    kept = np.full(len(shapes), None, dtype=object)
    parts, owner = parts[keep], owner[keep]
    present, starts = np.unique(owner, return_index=True)
    for at, group in zip(present, np.split(parts, starts[1:]), strict=False):
        kept[mixed[at]] = group[0] if len(group) == 1 else _multi(group)
    return kept


def _multi(parts: Shapes) -> BaseGeometry:
    makers = (MultiPoint, MultiLineString, MultiPolygon)
    return makers[int(shapely.get_dimensions(parts[0]))](list(parts))


def _of_dimension(shapes: Shapes, dimension: int) -> tuple[Shapes, NDArray[np.int64]]:
    parts, owner = shapely.get_parts(shapes, return_index=True)
    parts, again = shapely.get_parts(parts, return_index=True)
    owner = owner[again]
    keep = (shapely.get_dimensions(parts) == dimension) & ~shapely.is_empty(parts)
    return parts[keep], owner[keep]


def _with_shapes(frame: GeoDataFrame, shapes: Shapes) -> GeoDataFrame:
    keep = ~shapely.is_missing(shapes)
    keep[keep] = ~shapely.is_empty(shapes[keep])
    return frame[keep].set_geometry(shapes[keep], crs=frame.crs)


def _halves(shape: BaseGeometry) -> list[BaseGeometry]:
    west, south, east, north = shape.bounds
    if east - west > north - south:
        middle = (west + east) / 2
        boxes = [(west - 1, south - 1, middle, north + 1)]
        boxes += [(middle, south - 1, east + 1, north + 1)]
    else:
        middle = (south + north) / 2
        boxes = [(west - 1, south - 1, east + 1, middle)]
        boxes += [(west - 1, middle, east + 1, north + 1)]
    return [shapely.clip_by_rect(shape, *box) for box in boxes]
