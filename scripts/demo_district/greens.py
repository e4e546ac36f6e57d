"""Parks of every size, where the town left room for them."""

from collections.abc import Iterator

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from demo_district import bones, sheet
from demo_district.parcels import opened, turned
from demo_district.terrain import Terrain

# metres between community parks: close in the north, far apart in the south and east
APART_NORTH_M, APART_SOUTH_M = 640.0, 1500.0
SMALLEST_COMMUNITY_M2, LARGEST_COMMUNITY_M2 = 7_000.0, 42_000.0
POCKETS = 60
SMALLEST_POCKET_M2 = 180.0
# what parcels of public use are called
CALLED = {
    "school": "学校", "campus": "学院", "hospital": "医院", "care": "养老院",
    "research": "研究所", "admin": "政务中心", "culture": "文化馆",
}  # fmt: skip


def riverside(
    rng: np.random.Generator, land: GeoDataFrame, terrain: Terrain
) -> NDArray[np.bool_]:
    """Say which banks are parks: most in the town, none along the fields."""
    bank = (land["use"] == "bank").to_numpy()
    shapes = np.asarray(land.geometry.values)
    river, ditch = terrain.watercourses[0].line, terrain.watercourses[3].line
    town = shapely.intersects(terrain.inside_ring, shapes)
    by_river = shapely.dwithin(shapes, river, 45) & town
    by_ditch = shapely.dwithin(shapes, ditch, 12) & town
    luck = rng.random(len(land))
    large = land.area.to_numpy() > 2500
    in_park = shapely.intersects(terrain.country_park, shapely.point_on_surface(shapes))
    chosen = (by_river & (luck < 0.72)) | (by_ditch & (luck < 0.35))
    return bank & ((chosen & large) | in_park)


def community(rng: np.random.Generator, land: GeoDataFrame) -> NDArray[np.int64]:
    """Choose parcels for community parks: far enough apart, closer in the north."""
    shapes = np.asarray(land.geometry.values)
    area = shapely.area(shapes)
    taken = list(shapes[(land["use"] == "park").to_numpy() & (area > 6000)])
    fit = land["use"].isin(["residential", "vacant", "commercial"]).to_numpy()
    fit = fit & (area > SMALLEST_COMMUNITY_M2) & (area < LARGEST_COMMUNITY_M2)
    served = (land["v"] > -400) & ((land["u"] < 2500) | (land["v"] > 300))
    apart = np.where(served, APART_NORTH_M, APART_SOUTH_M)
    chosen = []
    for at in rng.permutation(np.flatnonzero(fit)):
        if not shapely.dwithin(taken, shapes[at], apart[at] - 300).any():
            chosen.append(at)
            taken.append(shapes[at])
    return np.sort(np.asarray(chosen, int))


def pockets(rng: np.random.Generator, land: GeoDataFrame) -> GeoDataFrame:
    """Cut pocket parks off the corners of parcels; a third are too small to count."""
    inside = land["inside"].to_numpy() & land["use"].isin(
        ["residential", "commercial", "office"]
    )
    urban = inside & land["ground"].isin(["town", "old", "new_town", "suburb"])
    hosts = rng.choice(
        np.flatnonzero(urban & (land.area > 9000)), POCKETS, replace=False
    )
    shapes = []
    for number, host in enumerate(hosts):
        tiny = number % 3 == 0
        sides = rng.uniform(14, 30, 2) if tiny else rng.uniform(33, 62, 2)
        shapes.append(_corner(land.geometry.iloc[host], sides, rng.integers(4)))
    columns = land.iloc[hosts].drop(columns="geometry").assign(use="park")
    cut = gpd.GeoDataFrame(columns, geometry=shapes, crs=land.crs)
    # a corner may miss a parcel that is no rectangle
    return cut[(cut.geom_type == "Polygon") & (cut.area > SMALLEST_POCKET_M2)]


def _corner(
    shape: shapely.Polygon, sides: NDArray[np.float64], which: int
) -> shapely.Geometry:
    angle = sheet.bearing(shapely.get_coordinates(shape.centroid))[0]
    level = turned(shape, shape.centroid, -angle)
    west, south, east, north = level.bounds
    x = west if which % 2 else east - sides[0]
    y = south if which < 2 else north - sides[1]
    piece = level.intersection(shapely.box(x, y, x + sides[0], y + sides[1]))
    return sheet.snapped(turned(piece, shape.centroid, angle))


def cut_off(land: GeoDataFrame, pieces: GeoDataFrame) -> GeoDataFrame:
    """Take the pieces off the parcels they were cut from, and add them."""
    hit = shapely.STRtree(np.asarray(pieces.geometry.values)).query(
        np.asarray(land.geometry.values), predicate="intersects"
    )[0]
    hit = np.unique(hit)
    rest = land.iloc[hit].copy()
    rest = rest.set_geometry(rest.geometry.difference(pieces.union_all()), crs=land.crs)
    kept = land.drop(index=land.index[hit])
    joined = pd.concat([kept, opened(rest.explode(ignore_index=True)), pieces])
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=land.crs).reset_index(
        drop=True
    )


def across_the_border(district: shapely.Polygon) -> GeoDataFrame:
    """
    Draw a park in two touching pieces, one on each side of the boundary.

    Each is below 1000 m², both together are above.
    """
    wanted = sheet.world([(215.0, 3558.0)])[0]
    along = district.exterior.project(shapely.Point(wanted))
    spot = district.exterior.interpolate(along)
    angle = sheet.bearing(shapely.get_coordinates(spot))[0]
    box = shapely.box(spot.x - 24, spot.y - 18, spot.x + 24, spot.y + 18)
    whole = turned(box, spot, angle)
    rows = [("界畔游园（北）", False), ("界畔游园（南）", True)]
    shapes = [whole.difference(district), whole.intersection(district)]
    return gpd.GeoDataFrame(
        {"name": [n for n, _ in rows], "inside": [i for _, i in rows]},
        geometry=shapes,
        crs=sheet.CRS,
    )


def named(
    land: GeoDataFrame, names: Iterator[str], terrain: Terrain
) -> tuple[list[str | None], list[str | None]]:
    """Name parks and public parcels, and give each park its category."""
    found: list[tuple[str | None, str | None]] = []
    for row in land.itertuples():
        if row.use == "park":
            found.append(_park(row, names, terrain))
        elif row.use in CALLED and not isinstance(row.name, str):
            found.append((next(names) + CALLED[row.use], None))
        else:
            found.append((row.name, None))
    return [name for name, _ in found], [category for _, category in found]


def _park(row: tuple, names: Iterator[str], terrain: Terrain) -> tuple[str, str]:
    spot = row.geometry.point_on_surface()
    if terrain.country_park.intersects(spot):
        return "芦湾郊野公园", "郊野公园"
    if row.ground == "park":
        return _whole_cell(row), "综合公园"
    if row.ground == "corridor":
        return f"{next(names)}滨水公园", "带状公园"
    if isinstance(row.name, str):
        return row.name, "游园"
    area = row.geometry.area
    if area < 1000:
        return f"{next(names)}口袋公园", "口袋公园"
    kind = "社区公园" if area > 6000 else "游园"
    return f"{next(names)}{'公园' if kind == '社区公园' else kind}", kind


def _whole_cell(row: tuple) -> str:
    for name, (west, south, east, north) in bones.PARK_CELLS:
        if west < row.u < east and south < row.v < north:
            return name
    return "街心公园"
