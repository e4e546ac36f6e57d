"""
Cutting features by polygons, exactly and fast.

A prepared ``covers`` answers for most features; only those that the border crosses are
cut, by the part of the border's polygon that lies around them.
"""

from collections.abc import Callable, Iterable, Sized
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from ecogis.spatial.threads import threaded
from ecogis.spatial.window import windows

Shapes = NDArray[Any]
Positions = NDArray[np.int64]
_POLYGON = 2
# crumbs along a border, in m² or m: below any coordinate's own precision
_CRUMB = 1e-6
# so many shapes are united in groups, of a grid so many across
_MANY, _ACROSS = 256, 4
_MAKERS: tuple[Callable[..., Any], ...] = (
    shapely.multipoints,
    shapely.multilinestrings,
    shapely.multipolygons,
)


def dissolve(shapes: Iterable[BaseGeometry]) -> Shapes:
    """Return the union of polygons as its separate polygons."""
    # an array as it is: one geometry at a time takes as long as uniting them
    given = np.asarray(shapes if isinstance(shapes, Sized) else list(shapes), object)
    # what is missing or empty has no box
    known = given[shapely.get_num_coordinates(given) > 0]
    if not len(known):
        return known
    # neighbours first, a group a thread; then what groups share
    united = shapely.get_parts(threaded(_unions, _groups(known), worth=1))
    union = shapely.disjoint_subset_union_all(united)
    return _of_dimension(np.array([union]), _POLYGON)[0]


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
    inner, outer = _cut(frame, cover, shapely.intersection, shapely.difference)
    return inner, outer


def cut(frame: GeoDataFrame, cover: Shapes | BaseGeometry) -> GeoDataFrame:
    """Return the parts of the features inside ``cover``; see :func:`split`."""
    if isinstance(cover, BaseGeometry):
        cover = shapely.get_parts(cover)
    return _cut(frame, cover, shapely.intersection)[0]


def without(frame: GeoDataFrame, cover: Shapes) -> GeoDataFrame:
    """Return the parts of the features outside ``cover``; see :func:`split`."""
    return _cut(frame, cover, shapely.difference)[0]


def flat(frame: GeoDataFrame) -> GeoDataFrame:
    """Return the frame's polygons united: no ground is counted twice."""
    return GeoDataFrame(geometry=dissolve(frame.geometry.values), crs=frame.crs)


def _groups(shapes: Shapes) -> Shapes:
    """Return arrays of neighbours: how many depends on the shapes alone."""
    across = _ACROSS if len(shapes) >= _MANY else 1
    west, south, east, north = shapely.bounds(shapes).T
    columns = np.array_split(np.argsort(west + east, kind="stable"), across)
    groups = np.empty(across**2, dtype=object)
    groups[:] = [
        shapes[rows]
        for column in columns
        for rows in np.array_split(
            column[np.argsort((south + north)[column], kind="stable")], across
        )
    ]
    return groups


def _unions(groups: Shapes) -> Shapes:
    return np.array([shapely.disjoint_subset_union_all(one) for one in groups])


def held_or_crossed(
    shapes: Shapes, cover: Shapes
) -> tuple[NDArray[np.bool_], Positions, Positions]:
    """
    Return which shapes lie in one polygon of the cover, and whose border it crosses.

    Returns
    -------
    tuple
        A mask of the shapes held; then the pairs (polygon, shape) of the other shapes
        and all that they meet, by ascending polygon.
    """
    which, by = shapely.STRtree(cover).query(shapes)
    order = np.argsort(by, kind="stable")
    which, by = which[order], by[order]
    shapely.prepare(cover)
    meet = shapely.intersects(cover[by], shapes[which])
    which, by = which[meet], by[meet]
    held = np.zeros(len(shapes), dtype=bool)
    held[which[shapely.covers(cover[by], shapes[which])]] = True
    crossed = ~held[which]
    return held, by[crossed], which[crossed]


def _cut(
    frame: GeoDataFrame, cover: Shapes, *ways: Callable[..., Shapes]
) -> list[GeoDataFrame]:
    """Cut the frame in each of the ways: what the cover holds, what it does not."""
    shapes = np.asarray(frame.geometry.values)
    inside = [way is shapely.intersection for way in ways]
    if not len(cover) or not len(shapes):
        return [frame.iloc[:0] if within else frame for within in inside]
    held, by, which = held_or_crossed(shapes, np.asarray(cover, dtype=object))
    crossed, around = _around(shapes, np.asarray(cover, dtype=object), by, which)
    cuts = []
    for way, within in zip(ways, inside, strict=True):
        kept = shapes.copy()
        kept[held != within] = None
        kept[crossed] = _clean(
            threaded(way, shapes[crossed], around),
            shapely.get_dimensions(shapes[crossed]),
        )
        cuts.append(_with_shapes(frame, kept))
    return cuts


def _around(
    shapes: Shapes, cover: Shapes, by: Positions, which: Positions
) -> tuple[Positions, Shapes]:
    """Return the shapes that the border crosses, and the cover around each."""
    parts = windows(cover, by, shapes[which])
    order = np.argsort(which, kind="stable")
    crossed, starts, many = np.unique(
        which[order], return_index=True, return_counts=True
    )
    parts = parts[order]
    around = parts[starts]
    # one cut each: polygon by polygon takes minutes where a shape meets thousands
    for at in np.flatnonzero(many > 1):
        several = parts[starts[at] : starts[at] + many[at]]
        around[at] = shapely.disjoint_subset_union_all(several)
    return crossed, around


def _clean(shapes: Shapes, dimension: NDArray[Any]) -> Shapes:
    """Keep only parts of the feature's own dimension, and no crumbs."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    # an intersection may hold a collection inside
    parts, again = shapely.get_parts(parts, return_index=True)
    of = dimension[owner[again]]
    size = np.where(of == _POLYGON, shapely.area(parts), shapely.length(parts))
    keep = (shapely.get_dimensions(parts) == of) & ((size > _CRUMB) | (of == 0))
    parts, owner = parts[keep], owner[again][keep]
    kept = np.full(len(shapes), None, dtype=object)
    present, starts, many = np.unique(owner, return_index=True, return_counts=True)
    kept[present] = parts[starts]
    for size_of, make in enumerate(_MAKERS):
        several = present[(many > 1) & (dimension[present] == size_of)]
        if len(several):
            chosen = np.isin(owner, several)
            places = np.searchsorted(several, owner[chosen])
            kept[several] = make(parts[chosen], indices=places)
    return kept


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
