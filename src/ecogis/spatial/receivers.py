"""Where is sound heard: before façades, on a grid, at given points?"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from rasterio import Affine
from shapely import STRtree

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.spatial.terrain import terrain_of
from ecogis.spatial.walls import before_walls

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]
Shapes: TypeAlias = NDArray[np.object_]

# m above the ground
HEIGHT_M = 4.0
# circles are drawn with corners, the middles of which lie nearer
_A_HAIR_MORE = 1.001
_IN_BUILDINGS = Text(
    en="{count} of {all} receivers would lie inside a building and are left out",
    zh="{all} 个接收点中 {count} 个位于建筑物内，不计",
)
_OUTSIDE = Text(
    en="{count} of {all} receivers lie outside the area and are left out",
    zh="{all} 个接收点中 {count} 个位于区域外，不计",
)
_MOVED = Text(
    en="{count} of {all} receivers lay inside a building and were moved before its "
    "nearest wall",
    zh="{all} 个接收点中 {count} 个位于建筑物内，已移至最近外墙之外",
)


@dataclass(frozen=True, eq=False)
class Receivers:
    """
    Points that sound comes to.

    Parameters
    ----------
    places
        Rows (x, y, z), z as an altitude.
    building
        Row of the building that each hangs on; -1: none.
    origin
        What each was made for: the row of a building or of a point, or the cell of a
        grid, counted row by row.
    notes
        How many were left out or moved.
    """

    places: Floats
    building: Rows
    origin: Rows
    notes: tuple[Text, ...] = ()

    def __len__(self) -> int:
        """Count the receivers."""
        return len(self.places)

    def rows(self, rows: Rows) -> "Receivers":
        """Return some of the receivers."""
        return Receivers(self.places[rows], self.building[rows], self.origin[rows])


@dataclass(frozen=True, eq=False)
class Lattice:
    """
    The cells of a grid of receivers.

    Parameters
    ----------
    shape
        Rows and columns.
    transform
        From (column, row) of a cell's corner to its place.
    cell
        The cell of each receiver, counted row by row.
    """

    shape: tuple[int, int]
    transform: Affine
    cell: Rows

    def filled(self, values: Floats) -> Floats:
        """Return one value a receiver as rows and columns; NaN where none lies."""
        cells = np.full(self.shape[0] * self.shape[1], np.nan)
        cells[self.cell] = values
        return cells.reshape(self.shape)


def facade_receivers(
    buildings: GeoDataFrame,
    area: StudyArea | None = None,
    *,
    spacing_m: float = 5.0,
    height_m: float = HEIGHT_M,
    off_wall_m: float = 1.5,
    terrain: object = None,
) -> Receivers:
    """
    Return receivers before the outer walls of buildings.

    Each wall carries one in the middle of each of its equal parts, which are at most
    ``spacing_m`` long; walls shorter than a metre carry none, unless the building has
    no longer one. Points inside another building, or in a gap narrower than
    ``off_wall_m``, are left out and counted.

    Parameters
    ----------
    buildings
        Polygons.
    area
        Receivers outside it are left out; None: all stay.
    spacing_m
        Parts of walls are no longer than this.
    height_m
        Above the ground.
    off_wall_m
        Distance to the wall.
    terrain
        As :func:`~ecogis.spatial.surroundings.surroundings` takes it.
    """
    _positive(spacing_m=spacing_m, height_m=height_m, off_wall_m=off_wall_m)
    shapes = np.asarray(buildings.geometry.values)
    places, owner = before_walls(shapes, spacing_m, off_wall_m)
    open_air, notes = _in_the_open(places, shapes, area)
    return _standing(places[open_air], owner[open_air], height_m, terrain, notes)


def grid_receivers(
    area: StudyArea,
    *,
    spacing_m: float = 10.0,
    height_m: float = HEIGHT_M,
    buildings: GeoDataFrame | None = None,
    terrain: object = None,
) -> tuple[Receivers, Lattice]:
    """
    Return receivers in the middle of square cells, and the cells.

    Parameters
    ----------
    area
        Cells whose middle lies outside have no receiver.
    spacing_m
        Side of a cell; cells start at whole multiples of it.
    height_m
        Above the ground.
    buildings
        Cells whose middle lies inside one have no receiver.
    terrain
        As :func:`~ecogis.spatial.surroundings.surroundings` takes it.
    """
    _positive(spacing_m=spacing_m, height_m=height_m)
    box = np.array(area.boundary.bounds).reshape(2, 2) / spacing_m
    (west, south), (east, north) = np.floor(box[0]), np.ceil(box[1])
    shape = int(north - south), int(east - west)
    transform = Affine(spacing_m, 0, west * spacing_m, 0, -spacing_m, north * spacing_m)
    row, column = (index.ravel() for index in np.indices(shape))
    places = np.column_stack([west + column + 0.5, north - row - 0.5]) * spacing_m
    cell = np.flatnonzero(shapely.intersects_xy(area.boundary, places))
    kept, _ = _in_the_open(places[cell], _shapes(buildings), None)
    cell = cell[kept]
    none = np.full(len(cell), -1, dtype=np.intp)
    found = _standing(places[cell], none, height_m, terrain, (), origin=cell)
    return found, Lattice(shape, transform, cell)


def point_receivers(
    points: GeoDataFrame,
    area: StudyArea | None = None,
    *,
    height_m: float = HEIGHT_M,
    off_wall_m: float = 1.5,
    buildings: GeoDataFrame | None = None,
    terrain: object = None,
) -> Receivers:
    """
    Return receivers at points; ``origin`` says the row of each.

    A point inside a building is moved to the nearest place that is ``off_wall_m`` away
    from every building, and counted.

    Parameters
    ----------
    points
        Points; a field ``height_m`` says the height above the ground where it is not
        ``height_m``.
    area
        Receivers outside it are left out; None: all stay.
    height_m
        Above the ground.
    off_wall_m
        Distance to the wall that a point is moved before.
    buildings
        Polygons.
    terrain
        As :func:`~ecogis.spatial.surroundings.surroundings` takes it.
    """
    _positive(height_m=height_m, off_wall_m=off_wall_m)
    drawn = np.asarray(points.geometry.values)
    if (shapely.get_type_id(drawn) != 0).any():
        odd = int(np.flatnonzero(shapely.get_type_id(drawn) != 0)[0])
        found = getattr(drawn[odd], "geom_type", "nothing")
        msg = f"receiver {odd}: found a {found}; expected a Point"
        raise LayerError(msg)
    places, shapes = shapely.get_coordinates(drawn), _shapes(buildings)
    moved, places = _moved_out(places, shapes, off_wall_m)
    kept, notes = _in_the_open(places, shapes, area)
    if count := int((moved & kept).sum()):
        notes = (*notes, _MOVED.format(count=count, all=len(places)))
    heights = np.full(len(places), height_m)
    if "height_m" in points:
        said = points["height_m"].to_numpy(dtype=float, na_value=np.nan)
        heights = np.where(np.isnan(said), height_m, said)
    none = np.full(int(kept.sum()), -1, dtype=np.intp)
    rows = np.flatnonzero(kept)
    return _standing(places[kept], none, heights[kept], terrain, notes, origin=rows)


def _standing(
    places: Floats,
    building: Rows,
    height_m: float | Floats,
    terrain: object,
    notes: tuple[Text, ...],
    *,
    origin: Rows | None = None,
) -> Receivers:
    """Return receivers at places (x, y), so high above the ground."""
    z = terrain_of(terrain).heights(places) + height_m
    known = building if origin is None else origin
    return Receivers(np.column_stack([places, z]), building, known, notes)


def _in_the_open(
    places: Floats, shapes: Shapes, area: StudyArea | None
) -> tuple[NDArray[np.bool_], tuple[Text, ...]]:
    """Return which places are in the area and in no building, and what was left out."""
    inside = _over(places, shapes)[0]
    kept = np.ones(len(places), dtype=bool)
    notes = []
    if area is not None:
        kept = np.asarray(shapely.intersects_xy(area.boundary, places))
        if count := int((~kept).sum()):
            notes.append(_OUTSIDE.format(count=count, all=len(places)))
    built = np.zeros(len(places), dtype=bool)
    built[inside] = True
    if count := int((kept & built).sum()):
        notes.append(_IN_BUILDINGS.format(count=count, all=len(places)))
    return kept & ~built, tuple(notes)


def _over(places: Floats, shapes: Shapes) -> NDArray[np.intp]:
    """Return pairs (place, shape) of places inside shapes."""
    found = STRtree(shapes).query(shapely.points(places), predicate="within")
    return np.asarray(found, dtype=np.intp).reshape(2, -1)


def _moved_out(
    places: Floats, shapes: Shapes, off_wall_m: float
) -> tuple[NDArray[np.bool_], Floats]:
    """Return which places were inside a shape, and all places, those moved out."""
    at = np.unique(_over(places, shapes)[0])
    moved, places = np.zeros(len(places), dtype=bool), places.copy()
    moved[at] = True
    if not len(at):
        return moved, places
    # so far from every building: a party wall leads into the next one
    open_air = shapely.boundary(
        shapely.union_all(shapely.buffer(shapes, off_wall_m * _A_HAIR_MORE))
    )
    lines = shapely.shortest_line(open_air, shapely.points(places[at]))
    places[at] = shapely.get_coordinates(lines).reshape(-1, 2, 2)[:, 0]
    return moved, places


def _shapes(buildings: GeoDataFrame | None) -> Shapes:
    if buildings is None:
        return np.array([], dtype=object)
    return np.asarray(buildings.geometry.values)


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not value > 0:
            msg = f"{name} is {value:g}; expected more than 0 metres"
            raise LayerError(msg)
