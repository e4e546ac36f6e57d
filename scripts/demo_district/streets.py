"""Streets: those drawn by hand, and in every cell between them some of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely import LineString

from demo_district import bones, sheet
from demo_district.names import pairs
from demo_district.terrain import Terrain

# name, class, line
Row = tuple[str | None, str, LineString]
# between the kerbs' property lines, in metres
WIDTH_M = {
    "motorway": 33.0, "trunk": 52.0, "primary": 40.0, "secondary": 28.0,
    "tertiary": 18.0, "residential": 12.0, "unclassified": 6.0,
}  # fmt: skip
SMALL = ("tertiary", "residential", "unclassified")
# how a cell of each character is divided: columns, rows
DIVISIONS = {
    "town": [(2, 2), (2, 2), (2, 3), (3, 2), (2, 1), (3, 3)],
    "old": [(4, 4), (4, 3), (3, 4)],
    "new_town": [(2, 2), (2, 1), (1, 2), (2, 2)],
    "campus": [(2, 1), (2, 2)],
    "suburb": [(2, 2), (2, 3)],
    "works": [(2, 1), (1, 1), (2, 2)],
    "fields": [(2, 3), (3, 2), (2, 2), (3, 3)],
    "wedge": [(1, 1), (1, 2)],
}
# the town grew from these cells
OLD_TOWN = {(0, -560), (-610, -560), (0, 0), (-610, -1100)}


@dataclass(frozen=True)
class Cell:
    """The ground between four main streets, on the grid."""

    character: str
    west: float
    south: float
    east: float
    north: float


def cells() -> Iterator[Cell]:
    """Yield every cell of every quarter that is not a park as a whole."""
    parks = {box[:2] for _, box in bones.PARK_CELLS}
    for character, us, vs in bones.QUARTERS:
        for west, east in pairwise(us):
            for south, north in pairwise(vs):
                old = character == "town" and (west, south) in OLD_TOWN
                if (west, south) not in parks:
                    kind = "old" if old else character
                    yield Cell(kind, west, south, east, north)


def streets(rng: np.random.Generator, terrain: Terrain) -> GeoDataFrame:
    """Draw every street as one line: ``name``, ``class``, geometry."""
    names = pairs(rng)
    rows = _by_hand(terrain)
    for cell in cells():
        rows += [
            (_called(next(names), line, kind), kind, line)
            for kind, line in _inside(rng, cell)
        ]
    name, kind, shapes = zip(*rows, strict=True)
    columns = {"name": list(name), "class": list(kind)}
    drawn = gpd.GeoDataFrame(columns, geometry=list(shapes), crs=sheet.CRS)
    return _cleared(drawn, terrain)


def _called(name: str, line: LineString, kind: str) -> str | None:
    if kind == "unclassified":
        return None
    (x0, y0), *_, (x1, y1) = line.coords
    upright = abs(y1 - y0) > abs(x1 - x0)
    return name + {("tertiary", True): "路", ("tertiary", False): "街"}.get(
        (kind, upright), "胡同" if upright else "巷"
    )


def _by_hand(terrain: Terrain) -> list[Row]:
    rows: list[Row] = [
        ("清禾环路", "trunk", terrain.ring),
        ("清岭高速", "motorway", terrain.motorway),
    ]
    rows += [
        (name, kind, sheet.street([(u, low), (u, high)]))
        for name, kind, u, low, high in bones.NORTH_SOUTH
    ]
    rows += [
        (name, kind, sheet.street([(west, v), (east, v)]))
        for name, kind, v, west, east in bones.EAST_WEST
    ]
    rows += [(name, kind, sheet.curve(points)) for name, kind, points in bones.RADIALS]
    return rows


def _inside(rng: np.random.Generator, cell: Cell) -> Iterator[tuple[str, LineString]]:
    """Divide a cell: lines one way run through, those across may be staggered."""
    choices = DIVISIONS[cell.character]
    columns, rows = choices[rng.integers(len(choices))]
    rural = cell.character in {"fields", "wedge"}
    first, second = ("unclassified",) * 2 if rural else ("tertiary", "residential")
    us = _breaks(rng, cell.west, cell.east, columns)
    # between fields a track may also run where no main street bounds the cell
    edge = [cell.west + 45] if cell.character == "fields" else []
    for u in [*edge, *us[1:-1]]:
        # a metre longer, so that it meets the bent streets at both ends
        ends = [(u, cell.south - 1), (u + rng.normal(0, 9), cell.north + 1)]
        yield first, sheet.street(ends)
    shared = _breaks(rng, cell.south, cell.north, rows)
    if edge:
        ends = [(cell.west - 10, cell.south + 40), (cell.east + 60, cell.south + 52)]
        yield second, sheet.street(ends)
    for west, east in pairwise(us):
        straight = rng.random() < 0.55
        vs = shared if straight else _breaks(rng, cell.south, cell.north, rows)
        for v in vs[1:-1]:
            ends = [(west - 12, v), (east + 12, v + rng.normal(0, 6))]
            yield second, sheet.street(ends)


def _breaks(
    rng: np.random.Generator, low: float, high: float, parts: int
) -> NDArray[np.float64]:
    even = np.linspace(low, high, parts + 1)
    even[1:-1] += rng.uniform(-0.13, 0.13, parts - 1) * (high - low) / parts
    return even


def _cleared(drawn: GeoDataFrame, terrain: Terrain) -> GeoDataFrame:
    """Take small streets off the water, the tracks, the parks and the hills."""
    kind = drawn["class"].to_numpy()
    shapes = np.asarray(drawn.geometry.values).copy()
    small = np.isin(kind, SMALL)
    scenic = (drawn["name"] == "北坡山道").to_numpy()
    closed = shapely.union_all([terrain.corridors, terrain.tracks])
    shapes[small] = shapely.difference(shapes[small], closed)
    local = ~np.isin(kind, ["motorway", "trunk"]) & ~scenic
    shapes[local] = shapely.difference(
        shapes[local], shapely.union_all([terrain.hills, terrain.country_park])
    )
    # a town street ends at the ring road
    inner = np.asarray([_is_town(shape, terrain) for shape in drawn.geometry]) & small
    shapes[inner] = shapely.intersection(shapes[inner], terrain.inside_ring.buffer(0.5))
    shapes = shapely.intersection(shapes, terrain.frame)
    found = drawn.set_geometry(shapes, crs=drawn.crs).explode(ignore_index=True)
    return found[found.length > 55].reset_index(drop=True)


def _is_town(shape: LineString, terrain: Terrain) -> bool:
    middle = shapely.line_interpolate_point(shape, 0.5, normalized=True)
    u, v = sheet.flat(shapely.get_coordinates(middle))[0]
    inside = abs(u) < bones.RING_HALF_U and abs(v) < bones.RING_HALF_V
    return inside and shape.intersects(terrain.inside_ring)
