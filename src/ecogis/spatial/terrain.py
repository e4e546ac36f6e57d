"""How high is the ground, and where does it break?"""

from collections.abc import Iterable
from typing import Any, Protocol, TypeAlias

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from shapely.geometry.base import BaseGeometry

from ecogis.errors import LayerError
from ecogis.spatial.raster import Raster
from ecogis.spatial.triangles import Tin, distinct

Floats: TypeAlias = NDArray[np.float64]

# dimensions of a polygon
_AREA = 2


class Terrain(Protocol):
    """The ground's altitude: at places, and along straight ways."""

    def heights(self, places: Floats) -> Floats:
        """Return the altitude at each row (x, y), in metres."""

    def section(self, start: Floats, end: Floats) -> tuple[Floats, Floats]:
        """Return stations (0 to 1) from start to end, and the altitude at each."""


class Flat:
    """Level ground at altitude 0."""

    def heights(self, places: Floats) -> Floats:
        """Return 0 for each place."""
        return np.zeros(len(places))

    def section(self, start: Floats, end: Floats) -> tuple[Floats, Floats]:  # noqa: ARG002
        """Return a level line."""
        return np.array([0.0, 1.0]), np.zeros(2)


class Grid:
    """
    The cells of a DEM, between whose middles the ground is straight.

    Parameters
    ----------
    raster
        Altitudes in metres; cells without data take the nearest that has.

    Attributes
    ----------
    cell_m
        The shorter side of a cell.
    filled, cells
        How many cells had to borrow their altitude, and how many there are.
    """

    def __init__(self, raster: Raster) -> None:
        known = raster.known
        if not known.any():
            msg = "terrain: no cell of the DEM holds data; expected altitudes in metres"
            raise LayerError(msg)
        nearest = distance_transform_edt(
            ~known, return_distances=False, return_indices=True
        )
        self._values = raster.values.astype(np.float64)[tuple(nearest)]
        self._back = tuple(~raster.transform)[:6]
        self.cell_m = raster.cell_m
        self.filled, self.cells = int((~known).sum()), known.size

    def heights(self, places: Floats) -> Floats:
        """Return the altitude at each row (x, y), bilinear between cell middles."""
        a, b, c, d, e, f = self._back
        x, y = places.T
        column = np.clip(a * x + b * y + c - 0.5, 0, self._values.shape[1] - 1)
        row = np.clip(d * x + e * y + f - 0.5, 0, self._values.shape[0] - 1)
        left, top = np.floor(column).astype(int), np.floor(row).astype(int)
        right = np.minimum(left + 1, self._values.shape[1] - 1)
        low = np.minimum(top + 1, self._values.shape[0] - 1)
        u, v = column - left, row - top
        upper = (1 - u) * self._values[top, left] + u * self._values[top, right]
        lower = (1 - u) * self._values[low, left] + u * self._values[low, right]
        return np.asarray((1 - v) * upper + v * lower)

    def stations(self, length_m: Floats) -> NDArray[np.intp]:
        """Return how many stations ways have that are at most a cell apart."""
        steps = np.ceil(length_m / self.cell_m).astype(np.intp)
        return np.asarray(np.maximum(steps, 1) + 1)

    def section(self, start: Floats, end: Floats) -> tuple[Floats, Floats]:
        """Return stations at most a cell apart, and altitudes; straight parts once."""
        length = float(np.hypot(*(end - start)))
        stations = np.linspace(0, 1, int(self.stations(np.array(length))))
        up = self.heights(start + stations[:, None] * (end - start))
        return distinct(stations, up, length)


def terrain_of(given: object) -> Terrain:
    """
    Return the terrain of what a user has.

    Parameters
    ----------
    given
        None (level at 0), a :class:`Raster`, or points, lines and polygons with z: a
        frame, a series or a list. Lines and the outlines of polygons (a TIN's
        triangles too) are break lines: no triangle crosses them.
    """
    if given is None:
        return Flat()
    if isinstance(given, Flat | Tin | Grid):
        return given
    if isinstance(given, Raster):
        in_metres(given, "terrain")
        return Grid(given)
    shapes = np.array(list(_shapes(given)), dtype=object)
    flat = ~shapely.has_z(shapes)
    if len(shapes) == 0 or flat.any():
        found = f"shape {int(np.argmax(flat))} has none" if len(shapes) else "no shape"
        msg = f"terrain: {found}; expected points, lines or polygons with z in metres"
        raise LayerError(msg)
    return _tin(shapes)


def in_metres(drawn: GeoDataFrame | GeoSeries | Raster, kind: str) -> None:
    """
    Let nothing pass whose coordinates are degrees.

    Raises
    ------
    LayerError
        It says that they are.
    """
    if drawn.crs is not None and drawn.crs.is_geographic:
        msg = f"{kind}: {drawn.crs.to_string()} is in degrees; expected metres"
        raise LayerError(msg)


def _shapes(given: Any) -> Iterable[BaseGeometry]:
    if isinstance(given, GeoDataFrame | GeoSeries):
        in_metres(given, "terrain")
        return shapely.get_parts(given.geometry.to_numpy())
    listed = [given] if isinstance(given, BaseGeometry) else list(given)
    drawn = [_shape(one) for one in listed]
    if any(not isinstance(shape, BaseGeometry) for shape in drawn):
        kind = type(given).__name__
        msg = f"terrain: found {kind}; expected a Raster, or shapes with z in metres"
        raise LayerError(msg)
    return shapely.get_parts(np.array(drawn, dtype=object))


def _shape(one: Any) -> Any:
    """Return a point of (x, y, z), a line of such rows; shapes stay as they are."""
    if isinstance(one, BaseGeometry):
        return one
    try:
        rows = np.asarray(one, dtype=np.float64)
    except (TypeError, ValueError):
        return one
    return shapely.Point(rows) if rows.ndim == 1 else shapely.LineString(rows)


def _tin(shapes: NDArray[np.object_]) -> Tin:
    points = shapes[shapely.get_type_id(shapes) == 0]
    drawn = shapes[shapely.get_type_id(shapes) != 0]
    # noded: where lines cross, they share a point
    lines = shapely.get_parts(shapely.union_all(_outlines(drawn)))
    rows = [shapely.get_coordinates(points, include_z=True)]
    joined, count = [], len(rows[0])
    for line in lines:
        path = shapely.get_coordinates(line, include_z=True)
        at = np.arange(count, count + len(path))
        rows.append(path)
        joined.append(np.column_stack([at[:-1], at[1:]]))
        count += len(path)
    every = np.vstack(rows)
    _, kept, place = np.unique(
        np.round(every[:, :2], 6), axis=0, return_index=True, return_inverse=True
    )
    ends = np.vstack(joined) if joined else np.empty((0, 2), dtype=np.intp)
    return Tin(every[kept], place.reshape(-1)[ends])


def _outlines(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    areas = shapely.get_dimensions(shapes) == _AREA
    rings = shapely.get_rings(shapes[areas])
    return np.concatenate([shapes[~areas], rings])
