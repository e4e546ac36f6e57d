"""Into which pieces is a road cut, so that each sounds like a point from afar?"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from ecogis.errors import LayerError
from ecogis.spatial.terrain import Terrain

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]
Shapes: TypeAlias = NDArray[np.object_]

# m above the road: where it sounds (Directive 2015/996, 2.2.1)
SOURCE_M = 0.05
# m: what is shorter is no part of a road
_SHORTEST_M = 1e-3
# m: what is nearer to a wall runs along it
_ALONG_M = 1e-5
_LINES = ("LineString", "MultiLineString")


@dataclass(frozen=True, eq=False)
class Pieces:
    """
    Pieces of roads as receivers hear them, sorted by receiver, part and place.

    Parameters
    ----------
    receiver
        Who hears it.
    part
        The part that it is of.
    length_m
        How long it is.
    places
        Rows (x, y, z): the source in its middle, z as an altitude.
    """

    receiver: Rows
    part: Rows
    length_m: Floats
    places: Floats

    def __len__(self) -> int:
        """Count the pairs of piece and receiver."""
        return len(self.receiver)


class OpenRoads:
    """
    What of roads lies in the open, in connected parts.

    Parameters
    ----------
    lines
        The roads.
    footprints
        Buildings: no sound comes from a road beneath one.
    terrain
        What the roads lie on.

    Attributes
    ----------
    road
        The road that each part belongs to.
    """

    def __init__(self, lines: Shapes, footprints: Shapes, terrain: Terrain) -> None:
        self._terrain = terrain
        opened = opened_lines(lines, footprints)
        parts, self.road = shapely.get_parts(opened, return_index=True)
        long = shapely.length(parts) > _SHORTEST_M
        self._parts, self.road = parts[long], self.road[long]
        self._size = shapely.length(self._parts)
        self._tree = STRtree(self._parts)
        # all parts laid end to end: one number says a place on one of them
        self._corners, part = shapely.get_coordinates(self._parts, return_index=True)
        steps = np.hypot(*np.diff(self._corners, axis=0, prepend=np.nan).T)
        steps[np.diff(part, prepend=-1) != 0] = 1.0
        self._along = np.cumsum(steps)
        first = np.searchsorted(part, np.arange(len(self._parts)))
        self._start = self._along[first]

    def heard(self, receivers: Floats, reach_m: float, fineness: float) -> Pieces:
        """
        Return the pieces within reach of receivers.

        A part is halved until each piece is at most ``fineness`` times as long as its
        middle is far from the receiver.

        Parameters
        ----------
        receivers
            Rows (x, y, z).
        reach_m
            Pieces whose middle is farther away on the map are left out.
        fineness
            0.5 or less.
        """
        points = shapely.points(receivers[:, :2])
        receiver, part = self._tree.query(points, predicate="dwithin", distance=reach_m)
        low, high = np.zeros(len(part)), self._size[part]
        found = []
        while len(part):
            places = self._places(part, (low + high) / 2)
            away = np.linalg.norm(places - receivers[receiver], axis=1)
            fine = high - low <= np.maximum(fineness * away, _SHORTEST_M)
            found.append(
                (receiver[fine], part[fine], low[fine], high[fine], places[fine])
            )
            receiver, part, low, high = (
                np.repeat(v[~fine], 2) for v in (receiver, part, low, high)
            )
            middle = (low[::2] + high[::2]) / 2
            high[::2], low[1::2] = middle, middle
        return _within(found, receivers, reach_m)

    def pairs(self, pieces: Pieces) -> tuple[Rows, Rows, Rows]:
        """Return receiver and road of each pair of them, and its first piece."""
        road = self.road[pieces.part]
        # pieces are sorted by receiver and part, and parts by road
        fresh = np.ones(len(pieces), dtype=bool)
        fresh[1:] = (np.diff(pieces.receiver) != 0) | (np.diff(road) != 0)
        starts = np.flatnonzero(fresh)
        return pieces.receiver[starts], road[starts], starts

    def _places(self, part: Rows, along: Floats) -> Floats:
        """Return the sources (x, y, z) so far along parts."""
        at = self._start[part] + along
        x, y = (np.interp(at, self._along, axis) for axis in self._corners.T)
        ground = self._terrain.heights(np.column_stack([x, y]))
        return np.column_stack([x, y, ground + SOURCE_M])


def lines_of(shapes: Shapes) -> Shapes:
    """Return roads as lines without z, once they are lines."""
    for number, shape in enumerate(shapes):
        if getattr(shape, "geom_type", None) not in _LINES or shape.is_empty:
            found = getattr(shape, "geom_type", type(shape).__name__)
            empty = "n empty" if getattr(shape, "is_empty", False) else ""
            msg = f"road {number}: found a{empty} {found}; expected a LineString"
            raise LayerError(msg)
    return np.asarray(shapely.force_2d(shapes), dtype=object)


def opened_lines(lines: Shapes, footprints: Shapes) -> Shapes:
    """Return lines without what lies inside buildings (polygons)."""
    opened = lines.copy()
    road, over = STRtree(footprints).query(lines, predicate="intersects")
    for number in np.unique(road):
        block = shapely.union_all(footprints[over[road == number]])
        # a road may run along a wall
        inside = shapely.buffer(block, -_ALONG_M, join_style="mitre")
        opened[number] = shapely.difference(lines[number], inside)
    return opened


def _within(
    found: list[tuple[Rows, Rows, Floats, Floats, Floats]],
    receivers: Floats,
    reach_m: float,
) -> Pieces:
    if not found:
        none = np.zeros(0, dtype=np.intp)
        return Pieces(none, none, np.zeros(0), np.zeros((0, 3)))
    receiver, part, low, high, places = (
        np.concatenate(v) for v in zip(*found, strict=True)
    )
    away = np.hypot(*(places - receivers[receiver])[:, :2].T)
    kept = np.flatnonzero(away <= reach_m)
    kept = kept[np.lexsort((low[kept], part[kept], receiver[kept]))]
    return Pieces(receiver[kept], part[kept], (high - low)[kept], places[kept])
