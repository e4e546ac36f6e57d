"""What lies in each cell of a lattice? Polygons are split over cells by exact area."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_POLYGON = 2


@dataclass(frozen=True)
class Lattice:
    """
    Square cells over a box, row by row from the south-west corner.

    ``west`` and ``south`` are that corner in metres, ``cell_m`` is a cell's side.
    """

    west: float
    south: float
    cell_m: float
    columns: int
    rows: int

    @classmethod
    def over(cls, box: tuple[float, float, float, float], cell_m: float) -> "Lattice":
        """Return the cells that cover west, south, east, north."""
        west, south, east, north = (float(edge) for edge in box)
        columns = max(1, math.ceil((east - west) / cell_m))
        rows = max(1, math.ceil((north - south) / cell_m))
        return cls(west, south, cell_m, columns, rows)

    def places(self, xy: Floats) -> Floats:
        """Return coordinates in cells from the south-west corner."""
        return (xy - [self.west, self.south]) / self.cell_m

    def spread(self, shapes: NDArray[Any], weights: Floats) -> Floats:
        """
        Return how much weight each cell holds, as an array of rows and columns.

        A polygon's weight lies evenly on it; anything else lies in the cell that holds
        its centre, on a border in the next one to the north or east. Nothing is lost.

        Parameters
        ----------
        shapes
            Geometries inside the lattice's box.
        weights
            One number (at least 0) for each of them.
        """
        flat, owner = shapely.get_parts(shapes, return_index=True)
        flat, again = shapely.get_parts(flat, return_index=True)
        owner = owner[again]
        keep = shapely.get_dimensions(flat) == _POLYGON
        flat, owner = shapely.orient_polygons(flat[keep]), owner[keep]
        size = np.bincount(owner, shapely.area(flat), minlength=len(shapes))
        dense = np.divide(weights, size, out=np.zeros(len(shapes)), where=size > 0)
        held = self._areas(flat, dense[owner] * self.cell_m**2)
        self._add_points(held, shapes[size <= 0], weights[size <= 0])
        return held

    def _add_points(self, held: Floats, shapes: NDArray[Any], weights: Floats) -> None:
        centres = shapely.centroid(shapes)
        known = ~shapely.is_empty(centres) & ~shapely.is_missing(centres)
        at = np.floor(self.places(shapely.get_coordinates(centres[known]))).astype(int)
        column = np.clip(at[:, 0], 0, self.columns - 1)
        row = np.clip(at[:, 1], 0, self.rows - 1)
        np.add.at(held, (row, column), weights[known])

    def _areas(self, polygons: NDArray[Any], dense: Floats) -> Floats:
        """
        Sum density times area cell by cell.

        A piece of a ring that climbs by dy takes dy off every cell to its east in that
        row, and of its own cell what lies east of it; the running sum does the rest.
        """
        rings, of_polygon = shapely.get_rings(polygons, return_index=True)
        xy, of_ring = shapely.get_coordinates(rings, return_index=True)
        xy = self.places(xy)
        edge = np.flatnonzero(of_ring[1:] == of_ring[:-1])
        start, end = xy[edge], xy[edge + 1]
        climbs = start[:, 1] != end[:, 1]
        start, end = start[climbs], end[climbs]
        weight = dense[of_polygon[of_ring[edge[climbs]]]]
        ends, of_edge = _cut(start, end)
        piece = np.flatnonzero(of_edge[1:] == of_edge[:-1])
        low, high = ends[piece], ends[piece + 1]
        middle = (low + high) / 2
        column = np.clip(np.floor(middle[:, 0]).astype(int), 0, self.columns)
        row = np.clip(np.floor(middle[:, 1]).astype(int), 0, self.rows - 1)
        east = middle[:, 0] - column
        loss = -weight[of_edge[piece]] * (high[:, 1] - low[:, 1])
        width = self.columns + 2
        at, n = row * width + column, self.rows * width
        sums = np.bincount(at, loss * (1 - east), minlength=n)
        sums += np.bincount(at + 1, loss * east, minlength=n)
        held = np.cumsum(sums.reshape(self.rows, width), axis=1)[:, : self.columns]
        # what is left of sums that cancel is noise
        return np.maximum(held, 0.0)


def _cut(start: Floats, end: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Cut edges at whole coordinates; return the vertices, and whose they are."""
    n = len(start)
    share, whose = [np.zeros(n), np.ones(n)], [np.arange(n), np.arange(n)]
    for axis in (0, 1):
        low = np.minimum(start[:, axis], end[:, axis])
        high = np.maximum(start[:, axis], end[:, axis])
        first = np.floor(low) + 1
        count = np.maximum(0, np.ceil(high) - first).astype(int)
        of_edge = np.repeat(np.arange(n), count)
        nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        line = first[of_edge] + nth
        run = end[of_edge, axis] - start[of_edge, axis]
        share.append((line - start[of_edge, axis]) / run)
        whose.append(of_edge)
    along, of_edge = np.concatenate(share), np.concatenate(whose)
    order = np.lexsort((along, of_edge))
    along, of_edge = along[order, None], of_edge[order]
    return start[of_edge] * (1 - along) + end[of_edge] * along, of_edge
