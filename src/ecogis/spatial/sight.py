"""
Which façades see a line without a building in between?

Façades are cut into pieces of one length at most; the middle of each asks for the
nearest point of every line. Arrays throughout: geometries only where rays meet bodies.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from ecogis.spatial.overlay import dissolve

Shapes = NDArray[Any]
Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
SIDES = (
    *("north", "northeast", "east", "southeast"),
    *("south", "southwest", "west", "northwest"),
)
# so many pieces at a time: each meets some hundred segments of roads
_CHUNK = 4_000
# cracks between buildings that touch, and corners that a ray grazes, in metres
_CRACK_M = 0.01
# a wall does not face what it sees less steeply than this (sine: 0.6 degrees)
_ALONG = 1e-2
_TINY_M = 1e-6


@dataclass(frozen=True)
class Facades:
    """
    Pieces of the outer walls of buildings, seen from outside: the building on the left.

    Attributes
    ----------
    owner
        The position of each piece's building.
    start, end
        Its ends, n by 2, in metres.
    """

    owner: Positions
    start: Floats
    end: Floats

    @property
    def middle(self) -> Floats:
        """The point of each piece that looks out."""
        return (self.start + self.end) / 2

    @property
    def length_m(self) -> Floats:
        """The length of each piece."""
        return np.asarray(np.hypot(*(self.end - self.start).T))

    @property
    def outward(self) -> Floats:
        """The direction that each piece faces, of length 1."""
        along = (self.end - self.start) / self.length_m[:, None]
        return np.column_stack([along[:, 1], -along[:, 0]])

    @property
    def sides(self) -> Shapes:
        """What each piece faces: ``north``, ``northeast``, ... of the map's grid."""
        east, north = self.outward.T
        eighths = np.round(np.degrees(np.arctan2(east, north)) / 45).astype(int) % 8
        return np.asarray(np.array(SIDES, dtype=object)[eighths])

    @property
    def lines(self) -> Shapes:
        """The pieces as lines."""
        return _straight(self.start, self.end)

    def take(self, chosen: Positions | NDArray[np.bool_]) -> "Facades":
        """Return some of the pieces."""
        return Facades(self.owner[chosen], self.start[chosen], self.end[chosen])


def facades(shapes: Shapes, sample_m: float) -> Facades:
    """
    Return the outer walls of buildings in pieces of ``sample_m`` at most.

    Every wall has at least one piece; those of one wall are of one length. Courtyards
    are left out: the building itself stands between them and everything outside.
    """
    parts, owner = shapely.get_parts(shapes, return_index=True)
    rings = shapely.get_exterior_ring(shapely.orient_polygons(parts))
    start, end, ring = _segments(rings)
    wall_m = np.hypot(*(end - start).T)
    count = np.maximum(np.ceil(wall_m / sample_m - _TINY_M).astype(int), 1)
    wall = np.repeat(np.arange(len(count)), count)
    nth = np.arange(len(wall)) - np.repeat(np.cumsum(count) - count, count)
    step = ((end - start) / count[:, None])[wall]
    first = start[wall] + step * nth[:, None]
    return Facades(owner[ring[wall]], first, first + step)


def bodies(shapes: Shapes) -> Shapes:
    """
    Return what stands in the way: buildings that touch are one, without cracks.

    A hair thinner than they are, so that a wall does not stop its own rays.
    """
    wide = shapely.buffer(shapes, _CRACK_M, join_style="mitre")
    thin = shapely.buffer(dissolve(wide), -2 * _CRACK_M, join_style="mitre")
    return np.asarray(thin[~shapely.is_empty(thin)])


def lines_in_sight(
    walls: Facades, lines: Shapes, of: Positions, stand: Shapes, *, max_dist_m: float
) -> pd.DataFrame:
    """
    Return which façade pieces see which lines at their nearest point.

    Parameters
    ----------
    walls
        Pieces of façades.
    lines
        Lines, or parts of lines.
    of
        Which line each is a part of: one ray a piece and line.
    stand
        What stands in the way, as :func:`bodies` gives it, the buildings' own included.
    max_dist_m
        Longest ray, in metres.

    Returns
    -------
    DataFrame
        ``piece``, ``line`` (a number of ``of``) and ``distance_m``.
    """
    start, end, part = _segments(lines)
    shapely.prepare(stand)
    known = shapely.STRtree(_straight(start, end))
    tree = shapely.STRtree(stand)
    found = [
        _open(walls, rays, stand, tree)
        for chosen in _chunks(len(walls.owner))
        if len(rays := _rays(walls, chosen, (known, start, end, of[part]), max_dist_m))
    ]
    none = pd.DataFrame({"piece": [], "line": [], "distance_m": []})
    seen = pd.concat(found, ignore_index=True) if found else none
    kinds = {"piece": np.int64, "line": np.int64, "distance_m": np.float64}
    return seen[list(kinds)].astype(kinds).drop_duplicates(["piece", "line"])


def _segments(lines: Shapes) -> tuple[Floats, Floats, Positions]:
    """Return the straight pieces of lines: their ends, and whose they are."""
    parts, owner = shapely.get_parts(lines, return_index=True)
    xy, of = shapely.get_coordinates(parts, return_index=True)
    inner = np.flatnonzero((of[1:] == of[:-1]) & (xy[1:] != xy[:-1]).any(axis=1))
    return xy[inner], xy[inner + 1], owner[of[inner]]


def _straight(start: Floats, end: Floats) -> Shapes:
    return np.asarray(shapely.linestrings(np.stack([start, end], axis=1)))


def _chunks(many: int) -> Iterator[Positions]:
    for first in range(0, many, _CHUNK):
        yield np.arange(first, min(first + _CHUNK, many))


def _rays(
    walls: Facades,
    chosen: Positions,
    segments: tuple[shapely.STRtree, Floats, Floats, Positions],
    max_dist_m: float,
) -> pd.DataFrame:
    """Return a ray from each piece to the nearest point of each line within reach."""
    tree, start, end, line = segments
    eyes = walls.middle[chosen]
    around = np.column_stack([eyes - max_dist_m, eyes + max_dist_m])
    eye, hit = tree.query(shapely.box(*around.T))
    to = _nearest_points(eyes[eye], start[hit], end[hit])
    metres = np.hypot(*(to - eyes[eye]).T)
    within = np.flatnonzero(metres <= max_dist_m)
    pair = eye[within] * (line.max(initial=0) + 1) + line[hit[within]]
    # of points as near as each other, as at a bend, every one is looked at
    rays = within[_least(pair, metres[within])]
    return pd.DataFrame(
        {
            "piece": chosen[eye[rays]],
            "line": line[hit[rays]],
            "distance_m": metres[rays],
            "x": to[rays, 0],
            "y": to[rays, 1],
        }
    ).drop_duplicates()


def _nearest_points(eyes: Floats, start: Floats, end: Floats) -> Floats:
    """Return the point of each segment that is nearest to its eye."""
    span = end - start
    along = np.einsum("ij,ij->i", eyes - start, span)
    along /= np.einsum("ij,ij->i", span, span)
    return np.asarray(start + np.clip(along, 0, 1)[:, None] * span)


def _least(groups: Positions, values: Floats) -> Positions:
    """Return the positions of each group's least value, and of those equal to it."""
    if not len(groups):
        return np.zeros(0, dtype=np.int64)
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    least = np.minimum.reduceat(values[order], starts)
    many = np.diff(starts, append=len(order))
    return np.sort(order[values[order] <= np.repeat(least, many) + _TINY_M])


def _open(
    walls: Facades, rays: pd.DataFrame, stand: Shapes, tree: shapely.STRtree
) -> pd.DataFrame:
    """Return the rays that nothing stops."""
    piece = rays["piece"].to_numpy()
    eyes, to = walls.middle[piece], rays[["x", "y"]].to_numpy(float)
    metres = rays["distance_m"].to_numpy(float)
    outward = np.sum(walls.outward[piece] * (to - eyes), axis=1)
    # a wall sees what it faces; a ray into or along it needs no further question
    ahead = np.flatnonzero(outward >= _ALONG * metres)
    paths = _straight(eyes[ahead], to[ahead])
    ray, body = tree.query(paths)
    meets = shapely.intersects(stand[body], paths[ray])
    stopped = np.zeros(len(ahead), dtype=bool)
    stopped[ray[meets]] = True
    return rays.iloc[ahead[~stopped]]
