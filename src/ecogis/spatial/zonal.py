"""How does a result break down by zone? The rows add up to the whole."""

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.spatial.threads import threaded
from ecogis.spatial.window import windows

OUTSIDE = "outside every zone / 未分区"
# the noise of cutting: shares of a feature below this, and crumbs in m² or m
_NOISE = 1e-9
_CRUMB = 1e-6
_LINE, _POLYGON = 1, 2
_SUMS = ("numerator", "denominator")


def by_zone(parts: GeoDataFrame, zones: GeoDataFrame, *further: str) -> GeoDataFrame:
    """
    Sum the parts' numerators and denominators, and further columns, by zone.

    Areas and lines are cut by the zones' borders, their sums in proportion; a point
    goes to the first zone that holds it; ground that zones share goes to the first.

    Parameters
    ----------
    parts
        Features with ``numerator`` and, for a ratio, ``denominator``.
    zones
        Polygons with ``name``, in order of precedence.
    *further
        Columns of the parts that add up too.

    Returns
    -------
    GeoDataFrame
        ``zone``, ``numerator``, ``denominator`` (NaN where parts have none), one row a
        zone and, where something lies in none, a last row :data:`OUTSIDE` without
        geometry. Rows add up to the parts' sums.
    """
    names = zones["name"].astype(str).to_numpy()
    piece, zone, share = _shares(np.asarray(parts.geometry.values), disjoint(zones))
    has_denominator = "denominator" in parts
    sums = pd.DataFrame(
        {
            "zone": [*names, OUTSIDE],
            **{
                column: np.bincount(
                    zone,
                    parts[column].to_numpy(float)[piece] * share,
                    minlength=len(names) + 1,
                )
                for column in (*_SUMS[: 1 + has_denominator], *further)
            },
        }
    )
    if not has_denominator:
        sums["denominator"] = np.nan
    shapes = [*np.asarray(zones.geometry.values), None]
    found = GeoDataFrame(sums, geometry=shapes, crs=zones.crs)
    nothing_outside = not (zone == len(names)).any()
    return found.iloc[: len(names)] if nothing_outside else found


def disjoint(zones: GeoDataFrame) -> NDArray[Any]:
    """Return the zones' shapes with shared ground left to the first of them."""
    shapes = np.asarray(zones.geometry.values).copy()
    shapely.prepare(shapes)
    first, later = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = first < later
    first, later = first[once], later[once]
    overlap = ~shapely.touches(shapes[first], shapes[later])
    first, later = first[overlap], later[overlap]
    original = shapes.copy()
    for one in np.unique(later):
        taken = shapely.union_all(original[first[later == one]])
        shapes[one] = shapely.difference(original[one], taken)
    return shapes


def _shares(
    shapes: NDArray[Any], zones: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return (piece, zone, share) rows whose shares add up to 1 for each piece."""
    shapely.prepare(zones)
    zone, piece = shapely.STRtree(shapes).query(zones, predicate="intersects")
    share = shapely.covers(zones[zone], shapes[piece]).astype(float)
    dimension = shapely.get_dimensions(shapes[piece])
    share[dimension == 0] = _first(piece[dimension == 0])
    # a polygon that only touches a zone shares a line with it, which is no area
    crossed = np.flatnonzero((share == 0) & (dimension == _POLYGON))
    cut = shapes[piece[crossed]]
    inner = threaded(shapely.intersection, cut, windows(zones, zone[crossed], cut))
    whole = shapely.area(cut)
    known = whole > 0
    share[crossed[known]] = shapely.area(inner)[known] / whole[known]
    several = np.bincount(piece, minlength=len(shapes))[piece] > 1
    line = np.flatnonzero((dimension == _LINE) & ((share == 0) | several))
    parts = windows(zones, zone[line], shapes[piece[line]])
    share[line] = _in_turn(shapes, piece[line], parts)
    return _completed(piece, zone, share, _noise(shapes), len(zones))


def _in_turn(
    lines: NDArray[Any], piece: NDArray[np.int64], zones: NDArray[Any]
) -> NDArray[np.float64]:
    """Give each zone what it holds of what is left: streets run along borders."""
    share = np.zeros(len(piece))
    left = lines.copy()
    # united with itself: a line that runs back over itself is cut as one line
    left[piece] = shapely.union(lines[piece], lines[piece])
    whole = shapely.length(left)
    order = np.argsort(piece, kind="stable")
    turn = np.empty(len(piece), dtype=np.int64)
    turn[order] = np.arange(len(piece)) - np.searchsorted(piece[order], piece[order])
    for number in range(turn.max(initial=-1) + 1):
        now = np.flatnonzero((turn == number) & (whole[piece] > 0))
        at = piece[now]
        share[now] = shapely.length(shapely.intersection(left[at], zones[now]))
        share[now] /= whole[at]
        left[at] = shapely.difference(left[at], zones[now])
    return share


def _first(piece: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give each point to its first zone: the query lists zones in their order."""
    _, index = np.unique(piece, return_index=True)
    mark = np.zeros(len(piece))
    mark[index] = 1.0
    return mark


def _completed(
    piece: NDArray[np.int64],
    zone: NDArray[np.int64],
    share: NDArray[np.float64],
    noise: NDArray[np.float64],
    zones: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Scale shares that exceed 1 by rounding, and send the rest outside."""
    sums = np.bincount(piece, share, minlength=len(noise))
    inside = sums > 1 - noise
    share = np.where(inside[piece], share / np.where(inside, sums, 1)[piece], share)
    rest = np.flatnonzero(~inside)
    keep = share > 0
    return (
        np.r_[piece[keep], rest],
        np.r_[zone[keep], np.full(len(rest), zones)],
        np.r_[share[keep], 1 - sums[rest]],
    )


def _noise(shapes: NDArray[Any]) -> NDArray[np.float64]:
    """Return the share of each piece that cutting may lose; a crumb of it is little."""
    flat = shapely.get_dimensions(shapes) == _POLYGON
    size = np.where(flat, shapely.area(shapes), shapely.length(shapes))
    known = np.where(size > _CRUMB, size, np.inf)
    return np.maximum(_NOISE, _CRUMB / known)
