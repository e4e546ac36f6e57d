"""Triangles between points, none of which crosses a break line."""

from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay, QhullError
from shapely import LineString, STRtree
from shapely.geometry.base import BaseGeometry

from ecogis.errors import LayerError

Floats: TypeAlias = NDArray[np.float64]

# how often a break line that the triangles cut is halved, and the shortest piece
_HALVINGS, _SHORTEST_M = 12, 0.05
# stations that are looked at for being beyond the rim
_BEYOND = 33
# m: stations that are one, and how far from straight is still straight
_APART_M, STRAIGHT_M = 1e-6, 1e-7
# of an edge's length: how far past its end still is on it
_ON_EDGE, _HALF = 1e-9, 0.5


class Tin:
    """
    Triangles between points, along break lines; beyond them the rim goes on.

    Parameters
    ----------
    points
        Rows (x, y, z).
    lines
        Rows (first, second) of points that an edge must join.
    """

    def __init__(self, points: Floats, lines: NDArray[np.intp]) -> None:
        self._origin = points[:, :2].mean(axis=0)
        points = points - [*self._origin, 0.0]
        self._points, self._mesh = _conforming(points, lines)
        corners = self._mesh.simplices
        edges = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]])
        self._edges = np.unique(np.sort(edges, axis=1), axis=0)
        self._tree = STRtree(shapely.linestrings(self._points[self._edges][:, :, :2]))
        self._rim: BaseGeometry = shapely.MultiPoint(self._points[:, :2]).convex_hull

    def heights(self, places: Floats) -> Floats:
        """Return the altitude at each row (x, y)."""
        at = places - self._origin
        found = self._mesh.find_simplex(at)
        outside = found < 0
        if outside.any():
            at[outside] = _drawn_in(self._rim, at[outside])
            found[outside] = self._mesh.find_simplex(at[outside], tol=1e-6)
        known = self._mesh.transform[found]
        part = np.einsum("nij,nj->ni", known[:, :2], at - known[:, 2])
        weights = np.column_stack([part, 1 - part.sum(axis=1)])
        z = (weights * self._points[self._mesh.simplices[found], 2]).sum(axis=1)
        # slivers on the rim have no plane
        lost = (found < 0) | np.isnan(z)
        z[lost] = [self._nearest_up(place) for place in at[lost]]
        return np.asarray(z)

    def _nearest_up(self, place: Floats) -> float:
        gaps = np.hypot(*(self._points[:, :2] - place).T)
        return float(self._points[np.argmin(gaps), 2])

    def section(self, start: Floats, end: Floats) -> tuple[Floats, Floats]:
        """Return stations at every edge that the way crosses, and altitudes."""
        a, way = start - self._origin, end - start
        hit = self._tree.query(LineString([a, a + way]))
        first, second = self._points[self._edges[hit]].transpose(1, 0, 2)
        across = second[:, :2] - first[:, :2]
        cross = way[0] * across[:, 1] - way[1] * across[:, 0]
        # along an edge its ends are found as ends of other edges
        met = np.abs(cross) > 1e-12 * np.hypot(*across.T) * max(np.hypot(*way), 1e-9)
        first, second, across, cross = (v[met] for v in (first, second, across, cross))
        gap = first[:, :2] - a
        at = (gap[:, 0] * across[:, 1] - gap[:, 1] * across[:, 0]) / cross
        on = (gap[:, 0] * way[1] - gap[:, 1] * way[0]) / cross
        inside = (at > 0) & (at < 1) & (np.abs(on - _HALF) <= _HALF + _ON_EDGE)
        z = first[:, 2] + np.clip(on, 0, 1) * (second[:, 2] - first[:, 2])
        # both ends, and what lies beyond the rim
        rest = np.linspace(0, 1, _BEYOND)
        beyond = self._mesh.find_simplex(a + rest[:, None] * way) < 0
        beyond[[0, -1]] = True
        ends = self.heights(start + rest[beyond, None] * way)
        stations = np.concatenate([at[inside], rest[beyond]])
        up = np.concatenate([z[inside], ends])
        return distinct(stations, up, float(np.hypot(*way)))


def _conforming(points: Floats, lines: NDArray[np.intp]) -> tuple[Floats, Delaunay]:
    """Return points and their triangles, with lines halved until none is cut."""
    try:
        mesh = Delaunay(points[:, :2])
        for _ in range(_HALVINGS):
            first, second = points[lines].transpose(1, 0, 2)
            long = np.hypot(*(second - first)[:, :2].T) > 2 * _SHORTEST_M
            cut = long & ~_are_edges(mesh, lines, len(points))
            if not cut.any():
                break
            middle = (first[cut] + second[cut]) / 2
            new = np.arange(len(points), len(points) + len(middle))
            halves = [np.column_stack([lines[cut, 0], new])]
            halves.append(np.column_stack([new, lines[cut, 1]]))
            lines = np.vstack([lines[~cut], *halves])
            points = np.vstack([points, middle])
            mesh = Delaunay(points[:, :2])
    except QhullError:
        msg = (
            f"terrain: {len(points)} points span no triangle; expected at least three "
            "that are not on one line"
        )
        raise LayerError(msg) from None
    return points, mesh


def _are_edges(
    mesh: Delaunay, lines: NDArray[np.intp], count: int
) -> NDArray[np.bool_]:
    corners = np.sort(mesh.simplices, axis=1)
    drawn = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    asked = np.sort(lines, axis=1)
    return np.isin(asked @ [count, 1], drawn.astype(np.int64) @ [count, 1])


def _drawn_in(rim: BaseGeometry, places: Floats) -> Floats:
    """Return the places of the rim that are nearest, a hair inside."""
    at = shapely.points(places)
    lines = shapely.get_coordinates(shapely.shortest_line(rim, at))
    nearest = lines.reshape(-1, 2, 2)[:, 0]
    middle = shapely.get_coordinates(rim.centroid)[0]
    return np.asarray(nearest + 1e-9 * (middle - nearest))


def distinct(stations: Floats, up: Floats, length_m: float) -> tuple[Floats, Floats]:
    """Return sorted stations, without repetitions and points of a straight slope."""
    order = np.argsort(stations, kind="stable")
    stations, up = stations[order], up[order]
    apart = np.diff(stations, prepend=-1.0) * max(length_m, 1e-9) > _APART_M
    # both ends themselves stay
    apart[[0, -1]] = True
    near_end = (1 - stations) * length_m <= _APART_M
    near_end[[0, -1]] = False
    stations, up = stations[apart & ~near_end], up[apart & ~near_end]
    while len(stations) > 2:  # noqa: PLR2004
        share = (stations[1:-1] - stations[:-2]) / (stations[2:] - stations[:-2])
        straight = up[:-2] + share * (up[2:] - up[:-2])
        dull = np.abs(up[1:-1] - straight) < STRAIGHT_M
        # never two neighbours at once
        dull[1:] &= ~dull[:-1]
        if not dull.any():
            break
        kept = np.concatenate([[True], ~dull, [True]])
        stations, up = stations[kept], up[kept]
    return stations, up
