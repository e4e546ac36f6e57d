"""Parcels: what is left of each face between streets, belts, villages and water."""

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from demo_district import bones, sheet
from demo_district.faces import URBAN
from demo_district.streets import WIDTH_M
from demo_district.terrain import Terrain

Shapes = NDArray[np.object_]
# narrower than this is verge, not a parcel
NARROW_M = 11.0
SMALLEST_M2 = 500.0
# corners that no eye sees on a map
DETAIL_M = 0.5


def roadways(streets: GeoDataFrame) -> Shapes:
    """Return each street's ground between its property lines."""
    half = streets["class"].map(WIDTH_M).to_numpy(float) / 2
    shapes = np.asarray(streets.geometry.values)
    return shapely.buffer(shapes, half, quad_segs=4, cap_style="flat")


def belts(terrain: Terrain) -> GeoDataFrame:
    """Draw the protective green along ring road, motorway and railway: ``name``."""
    ring = terrain.inside_ring
    road = WIDTH_M["trunk"] / 2
    shapes = {
        "清禾环路外侧绿带": ring.buffer(road + 85) - ring.buffer(road),
        "清禾环路内侧绿带": ring.buffer(-road) - ring.buffer(-road - 32),
        "清岭高速绿带": _band(terrain.motorway, 24.0, 70.0),
        "禾岭铁路绿带": _band(terrain.railway, 19.0, 34.0),
    }
    return gpd.GeoDataFrame(
        {"name": list(shapes)}, geometry=list(shapes.values()), crs=sheet.CRS
    )


def villages(rng: np.random.Generator) -> GeoDataFrame:
    """Draw the villages: ``name``."""
    centres = sheet.world([place for _, place, _ in bones.VILLAGES])
    shapes = [
        sheet.blob(rng, centre, 1.12 * size, rough=0.1, vertices=20)
        for centre, (*_, size) in zip(centres, bones.VILLAGES, strict=True)
    ]
    names = [name for name, *_ in bones.VILLAGES]
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=sheet.CRS)


def parcels(faces: GeoDataFrame, taken: Sequence[Shapes]) -> GeoDataFrame:
    """
    Take streets and all else off the faces; what is wide and large enough stays.

    Parameters
    ----------
    faces
        As :func:`demo_district.faces.faces` gives them.
    taken
        Polygons of everything that no parcel may cover.
    """
    left = faces.set_geometry(
        without(np.asarray(faces.geometry.values), np.concatenate(taken)),
        crs=faces.crs,
    )
    pieces = left.explode(ignore_index=True)
    return opened(pieces)


def opened(pieces: GeoDataFrame) -> GeoDataFrame:
    """Drop tongues and slivers."""
    half = NARROW_M / 2
    shapes = np.asarray(pieces.geometry.values)
    shapes = shapely.buffer(shapes, -half, join_style="mitre")
    shapes = shapely.make_valid(
        shapely.buffer(shapes, half, join_style="mitre"), method="structure"
    )
    drawn = shapely.set_precision(np.asarray(pieces.geometry.values), sheet.GRID_M)
    shapes = shapely.intersection(shapes, drawn, grid_size=sheet.GRID_M)
    shapes = shapely.simplify(shapes, DETAIL_M)
    found = pieces.set_geometry(shapes, crs=pieces.crs).explode(ignore_index=True)
    polygons = found.geom_type == "Polygon"
    return found[polygons & (found.area > SMALLEST_M2)].reset_index(drop=True)


def without(shapes: Shapes, taken: Shapes) -> Shapes:
    """Cut ``taken`` off each shape."""
    tree = shapely.STRtree(taken)
    at, by = tree.query(shapes, predicate="intersects")
    found = shapes.copy()
    for one in np.unique(at):
        cut = shapely.union_all(taken[by[at == one]])
        found[one] = shapely.difference(shapes[one], cut)
    return found


def disjoint(land: GeoDataFrame) -> GeoDataFrame:
    """Leave ground that two parcels claim to the first of them."""
    shapes = np.asarray(land.geometry.values).copy()
    first, later = shapely.STRtree(shapes).query(shapes, predicate="overlaps")
    pairs = first < later
    for one in np.unique(later[pairs]):
        others = shapely.union_all(shapes[first[pairs & (later == one)]])
        rest = shapely.difference(shapes[one], others, grid_size=sheet.GRID_M)
        shapes[one] = max(shapely.get_parts(rest), key=shapely.area)
    return land.set_geometry(shapes, crs=land.crs)


def split_long(
    rng: np.random.Generator, land: GeoDataFrame, largest_m2: float
) -> GeoDataFrame:
    """Halve urban parcels larger than ``largest_m2`` across their longer side."""
    urban = land["ground"].isin(URBAN - {"campus", "works"}).to_numpy()
    large = urban & (land.area.to_numpy() > largest_m2)
    halves = [
        piece
        for shape in land.geometry[large]
        for piece in _halved(shape, rng.uniform(0.42, 0.58))
    ]
    owner = np.repeat(np.flatnonzero(large), 2)
    cut = land.iloc[owner].set_geometry(halves, crs=land.crs)
    return gpd.GeoDataFrame(
        pd.concat([land[~large], opened(cut)], ignore_index=True), crs=land.crs
    )


def _halved(
    shape: shapely.Polygon, part: float
) -> tuple[shapely.Geometry, shapely.Geometry]:
    angle = sheet.bearing(shapely.get_coordinates(shape.centroid))[0]
    level = turned(shape, shape.centroid, -angle)
    west, south, east, north = level.bounds
    if east - west > north - south:
        at = west + part * (east - west)
        box = shapely.box(west - 1, south - 1, at, north + 1)
    else:
        at = south + part * (north - south)
        box = shapely.box(west - 1, south - 1, east + 1, at)
    pieces = (level.intersection(box), level.difference(box))
    first, second = (turned(piece, shape.centroid, angle) for piece in pieces)
    return first, second


def turned(shape: Any, about: shapely.Point, radians: float) -> Any:
    """Turn a shape, or an array of them, about a point."""
    cos, sin = np.cos(radians), np.sin(radians)
    turn = np.array([[cos, sin], [-sin, cos]])
    centre = np.array([about.x, about.y])
    return shapely.transform(shape, lambda xy: (xy - centre) @ turn + centre)


def _band(line: shapely.LineString, near_m: float, far_m: float) -> shapely.Geometry:
    wide = line.buffer(far_m, cap_style="flat")
    return wide - line.buffer(near_m, cap_style="flat")
