"""Which straight walls make up outlines?"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]

_AREA = 2
# m: walls shorter than this carry nothing where a shape has a longer one
_SHORT_WALL_M = 1.0


@dataclass(frozen=True, eq=False)
class Walls:
    """
    Straight parts of outlines and lines, one row each.

    Parameters
    ----------
    starts, ends
        (x, y); a polygon's inside is on the left, its outside on the right.
    owner
        The shape that each belongs to.
    first
        The number of each wall's start among all corners (:func:`corners_of`).
    """

    starts: Floats
    ends: Floats
    owner: Rows
    first: Rows

    def __len__(self) -> int:
        """Count the walls."""
        return len(self.owner)

    @property
    def lengths_m(self) -> Floats:
        """The length of each."""
        return np.asarray(np.hypot(*(self.ends - self.starts).T))


def walls_of(shapes: NDArray[np.object_]) -> Walls:
    """Return the walls of polygons (holes too) and lines, multi-part ones too."""
    places, owner, ring = corners_of(shapes)
    # a ring's last corner starts no wall
    first = np.flatnonzero(ring[1:] == ring[:-1])
    return Walls(places[first], places[first + 1], owner[first], first)


def corners_of(shapes: NDArray[np.object_]) -> tuple[Floats, Rows, Rows]:
    """Return corners (x, y), the shape that each belongs to, and its ring."""
    parts, owner = shapely.get_parts(np.asarray(shapes, object), return_index=True)
    areas = shapely.get_dimensions(parts) == _AREA
    # shells run counter-clockwise: the inside is on the left
    drawn = np.array(shapely.orient_polygons(parts), dtype=object, ndmin=1)
    rings, of_area = shapely.get_rings(drawn[areas], return_index=True)
    lines = np.concatenate([rings, drawn[~areas]])
    part = np.concatenate([np.flatnonzero(areas)[of_area], np.flatnonzero(~areas)])
    places, ring = shapely.get_coordinates(lines, return_index=True)
    return places, owner[part[ring]], ring


def before_walls(
    shapes: NDArray[np.object_], spacing_m: float, off_wall_m: float
) -> tuple[Floats, Rows]:
    """
    Return places (x, y) before all walls, and the shape that each belongs to.

    Parameters
    ----------
    shapes
        Polygons.
    spacing_m
        Each wall has a place before the middle of each of its equal parts, which are at
        most so long; a wall shorter than a metre has none, unless its shape has no
        longer one.
    off_wall_m
        Distance to the wall.
    """
    walls = walls_of(shapes)
    size = walls.lengths_m
    longest = np.zeros(len(shapes))
    np.maximum.at(longest, walls.owner, size)
    carries = size >= np.minimum(_SHORT_WALL_M, 0.999 * longest[walls.owner])
    starts, ends, size = walls.starts[carries], walls.ends[carries], size[carries]
    # a hair less, so that a wall of 10 m has two parts of 5 m whatever its rounding
    parts = np.maximum(np.ceil(size / spacing_m - 1e-9), 1).astype(np.intp)
    wall = np.repeat(np.arange(len(size)), parts)
    number = np.arange(len(wall)) - np.repeat(np.cumsum(parts) - parts, parts)
    share = (number + 0.5) / parts[wall]
    way = ends - starts
    outward = np.column_stack([way[:, 1], -way[:, 0]]) / size[:, None]
    places = starts[wall] + share[:, None] * way[wall] + off_wall_m * outward[wall]
    return places, walls.owner[carries][wall]
