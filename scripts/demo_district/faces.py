"""
One net of lines, and the faces between them: what every partition is made of.

Sub-districts, control zones and the district itself are unions of the same faces, so
they share their borders to the last digit.
"""

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely import LineString

from demo_district import bones, sheet
from demo_district.streets import cells
from demo_district.terrain import Terrain

CRUMB_M2 = 1.0
URBAN = frozenset({"town", "old", "new_town", "campus", "suburb", "works"})


def faces(streets: GeoDataFrame, terrain: Terrain) -> GeoDataFrame:
    """
    Cut the sheet along every line, and say what each face is.

    Returns
    -------
    GeoDataFrame
        ``inside`` the district, ``ground`` (what it stands on), ``subdistrict``, and
        ``u``, ``v`` of an inner point.
    """
    coarse = _coarse_lines(streets, terrain)
    fine = [
        *streets.geometry,
        *coarse,
        terrain.country_park.exterior,
        *shapely.get_rings(terrain.corridors),
        *shapely.get_rings(terrain.tracks),
    ]
    shapes = _polygonized(fine)
    shapes = shapes[shapely.area(shapes) > 1.0]
    spots = shapely.point_on_surface(shapes)
    uv = sheet.flat(shapely.get_coordinates(spots))
    columns = {
        "inside": shapely.intersects(terrain.outline, spots),
        "ground": _ground(spots, uv, terrain),
        "subdistrict": _subdistricts(spots, _polygonized(coarse), terrain),
        "u": uv[:, 0],
        "v": uv[:, 1],
    }
    found = gpd.GeoDataFrame(columns, geometry=shapes, crs=sheet.CRS)
    order = np.lexsort([found["v"], found["u"]])
    return found.iloc[order].reset_index(drop=True)


def merged(shapes: NDArray[np.object_]) -> shapely.Geometry:
    """Unite faces of one net: no border moves, and no crumb of a face stays a hole."""
    united = shapely.coverage_union_all(np.asarray(shapes))
    whole = [_without_crumbs(part) for part in shapely.get_parts(united)]
    return whole[0] if len(whole) == 1 else shapely.multipolygons(whole)


def _without_crumbs(shape: shapely.Polygon) -> shapely.Polygon:
    rings = shapely.get_rings(shape)
    holes = [r for r in rings[1:] if shapely.Polygon(r).area > CRUMB_M2]
    return shapely.Polygon(rings[0], holes)


def _polygonized(lines: list[LineString]) -> NDArray[np.object_]:
    net = shapely.union_all(np.asarray(lines, object), grid_size=sheet.GRID_M)
    return shapely.get_parts(shapely.polygonize([net]))


def _coarse_lines(streets: GeoDataFrame, terrain: Terrain) -> list[LineString]:
    main = streets[streets["class"].isin(["primary", "trunk"])]
    river = terrain.watercourses[0].line
    return [
        *main.geometry,
        river,
        terrain.outline.exterior,
        terrain.frame.exterior,
        terrain.hills.exterior,
    ]


def _ground(
    spots: NDArray[np.object_], uv: NDArray[np.float64], terrain: Terrain
) -> NDArray[np.object_]:
    found = np.full(len(spots), "fields", dtype=object)
    for cell in cells():
        within = (uv[:, 0] > cell.west) & (uv[:, 0] < cell.east)
        within &= (uv[:, 1] > cell.south) & (uv[:, 1] < cell.north)
        found[within] = cell.character
    for _, (west, south, east, north) in bones.PARK_CELLS:
        within = (uv[:, 0] > west) & (uv[:, 0] < east)
        found[within & (uv[:, 1] > south) & (uv[:, 1] < north)] = "park"
    for name, shape in [
        ("hills", terrain.hills),
        ("country_park", terrain.country_park),
        ("track", terrain.tracks),
        ("corridor", terrain.corridors),
    ]:
        found[shapely.intersects(shape, spots)] = name
    return found


def _subdistricts(
    spots: NDArray[np.object_], coarse: NDArray[np.object_], terrain: Terrain
) -> NDArray[np.object_]:
    """Give each coarse face to the nearest seed on its side of the ring road."""
    middles = shapely.point_on_surface(coarse)
    uv = sheet.flat(shapely.get_coordinates(shapely.centroid(coarse)))
    inner = shapely.intersects(terrain.inside_ring, middles)
    names = np.where(
        inner,
        _nearest(uv, bones.INSIDE_THE_RING),
        _nearest(uv, bones.OUTSIDE_THE_RING),
    )
    face, holder = shapely.STRtree(coarse).query(spots, predicate="intersects")
    found = np.full(len(spots), None, dtype=object)
    found[face] = names[holder]
    return found


def _nearest(
    uv: NDArray[np.float64], seeds: dict[str, tuple[int, int]]
) -> NDArray[np.object_]:
    places = np.asarray(list(seeds.values()), float)
    far = np.linalg.norm(uv[:, None, :] - places[None], axis=2)
    return np.asarray(list(seeds), object)[far.argmin(axis=1)]
