"""Which buildings and barriers stand in the way, how high, and of what?"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from ecogis.errors import LayerError
from ecogis.spatial.terrain import Terrain, in_metres

Floats: TypeAlias = NDArray[np.float64]

# octaves of an absorption
BANDS = 8
_POLYGONS, _LINES = ("Polygon", "MultiPolygon"), ("LineString", "MultiLineString")


@dataclass(frozen=True, eq=False)
class Obstacle:
    """
    A building or a barrier.

    Parameters
    ----------
    shape
        Polygon or line on the map.
    tops_m
        Altitude of the top at each vertex; a building's roof is level.
    alpha
        Absorption of its faces, 0 to 1, per octave; None: reflects nothing.
    """

    shape: BaseGeometry
    tops_m: Floats
    alpha: Floats | None

    @property
    def is_building(self) -> bool:
        """Whether it has a roof."""
        return bool(shapely.get_dimensions(self.shape) == 2)  # noqa: PLR2004

    @property
    def top_m(self) -> float:
        """Altitude of its highest point."""
        return float(self.tops_m.max())


def buildings_of(given: object, terrain: Terrain) -> list[Obstacle]:
    """Return buildings of a frame or a list; a roof is level."""
    found = []
    for name, shape, said in _rows(given, "building", _POLYGONS):
        for part in _parts(shape):
            ring = shapely.get_coordinates(shapely.get_exterior_ring(part))
            base = float(terrain.heights(ring[:-1]).mean())
            top = _building_top(name, part, said, base)
            tops = np.full(shapely.get_num_coordinates(part), top)
            alpha = _alpha(name, said.get("alpha"))
            found.append(Obstacle(shapely.force_2d(part), tops, alpha))
    return found


def barriers_of(given: object, terrain: Terrain) -> list[Obstacle]:
    """
    Return barriers of a frame or a list; tops go straight from vertex to vertex.

    Lines of several parts, as of a T, are one barrier.
    """
    found = []
    for name, shape, said in _rows(given, "barrier", _LINES):
        tops = _barrier_tops(name, shape, said, terrain)
        alpha = _alpha(name, said.get("alpha"))
        found.append(Obstacle(shapely.force_2d(shape), tops, alpha))
    return found


def chain_numbers(shape: BaseGeometry) -> NDArray[np.intp]:
    """Return, for each coordinate, the number of its ring or line."""
    chains = shapely.get_parts(shape)
    if shapely.get_dimensions(shape) == 2:  # noqa: PLR2004
        chains = shapely.get_rings(shape)
    return np.repeat(np.arange(len(chains)), shapely.get_num_coordinates(chains))


def covers_of(given: object) -> list[tuple[BaseGeometry, float]]:
    """Return (polygon, ground factor), the smallest polygon first."""
    found = []
    for name, shape, said in _rows(given, "ground", _POLYGONS, value="g"):
        factor = _number(name, "g", said.get("g"))
        if not 0 <= factor <= 1:
            msg = f"{name}: g is {factor:g}; expected 0 (hard) to 1 (porous)"
            raise LayerError(msg)
        found.append((shapely.force_2d(shape), factor))
    return sorted(found, key=lambda cover: shapely.area(cover[0]))


def _rows(
    given: Any, kind: str, types: tuple[str, ...], value: str = "height"
) -> Iterator[tuple[str, BaseGeometry, Mapping[str, Any]]]:
    """Yield (name for messages, shape, what is said of it)."""
    if given is None:
        return
    if isinstance(given, GeoDataFrame):
        in_metres(given, kind)
        plain = given.drop(columns=given.geometry.name)
        rows: Iterable[Any] = zip(given.geometry, plain.to_dict("records"), strict=True)
    else:
        rows = (_row(row, kind, number, value) for number, row in enumerate(given))
    for number, (drawn, said) in enumerate(rows):
        name = f"{kind} {number}"
        shape = shaped(drawn, types[0])
        if getattr(shape, "geom_type", None) not in types:
            found = getattr(shape, "geom_type", type(shape).__name__)
            msg = f"{name}: found a {found}; expected a {types[0]}"
            raise LayerError(msg)
        if not shape.is_valid or shape.is_empty:
            why = shapely.is_valid_reason(shape) if not shape.is_empty else "empty"
            msg = f"{name}: not a sound shape ({why}); repair it first"
            raise LayerError(msg)
        yield name, shape, said


def _row(row: Any, kind: str, number: int, value: str) -> tuple[Any, Mapping[str, Any]]:
    if isinstance(row, BaseGeometry):
        return row, {}
    if isinstance(row, Mapping):
        return row.get("geometry"), row
    if isinstance(row, tuple | list) and 1 <= len(row) <= 3:  # noqa: PLR2004
        return row[0], dict(zip((value, "alpha"), row[1:], strict=False))
    msg = (
        f"{kind} {number}: found {type(row).__name__}; expected (shape, {value}), "
        f"or a mapping with 'geometry'"
    )
    raise LayerError(msg)


def shaped(drawn: Any, kind: str) -> Any:
    """Return a shape; rows of coordinates become one, else they stay as they are."""
    if isinstance(drawn, BaseGeometry):
        return drawn
    try:
        rows = np.asarray(drawn, dtype=np.float64)
        made = {"Polygon": shapely.Polygon, "LineString": shapely.LineString}[kind]
        return made(rows) if rows.ndim == 2 else drawn  # noqa: PLR2004
    except (TypeError, ValueError):
        return drawn


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    return list(shapely.get_parts(shape))


def _building_top(
    name: str, part: BaseGeometry, said: Mapping[str, Any], base_m: float
) -> float:
    if _known(said.get("top")):
        return _number(name, "top", said["top"])
    if _known(said.get("height")):
        return base_m + _positive(name, said["height"])
    z = shapely.get_coordinates(part, include_z=True)[:, 2]
    if np.isfinite(z).all():
        return float(z.max())
    msg = (
        f"{name}: no height; expected 'height' above the ground, 'top' as an altitude, "
        "or a polygon with z"
    )
    raise LayerError(msg)


def _barrier_tops(
    name: str, part: BaseGeometry, said: Mapping[str, Any], terrain: Terrain
) -> Floats:
    path = shapely.get_coordinates(part, include_z=True)
    if _known(said.get("top")):
        return np.full(len(path), _number(name, "top", said["top"]))
    if _known(said.get("height")):
        return terrain.heights(path[:, :2]) + _positive(name, said["height"])
    if np.isfinite(path[:, 2]).all():
        return path[:, 2]
    msg = (
        f"{name}: no height; expected 'height' above the ground, 'top' as an altitude, "
        "or a line with z along its top"
    )
    raise LayerError(msg)


def _known(value: Any) -> bool:
    return value is not None and value == value  # noqa: PLR0124 - NaN of a frame


def _number(name: str, key: str, value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        msg = f"{name}: {key} is {value!r}; expected a number"
        raise LayerError(msg)
    return number


def _positive(name: str, value: Any) -> float:
    height = _number(name, "height", value)
    if height < 0:
        msg = f"{name}: height is {height:g} m; expected at least 0"
        raise LayerError(msg)
    return height


def _alpha(name: str, value: Any) -> Floats | None:
    """Return the absorption per octave; None where nothing is known of it."""
    if value is None or (np.ndim(value) == 0 and not _known(value)):
        return None
    try:
        alpha = np.broadcast_to(np.asarray(value, dtype=np.float64), (BANDS,))
    except (TypeError, ValueError):
        alpha = np.array([np.nan])
    if not ((alpha >= 0) & (alpha <= 1)).all():
        msg = f"{name}: alpha is {value!r}; expected 0 to 1, once or for 8 octaves"
        raise LayerError(msg)
    return alpha
