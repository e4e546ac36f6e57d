"""Woodland stand by stand, and the ecological red line as it was and as it is."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from demo_district import sheet
from demo_district.land import Ground

STANDS, STAND_SEEDS = 54, 620
# kind, weight, mean and spread of canopy, code of the land use
STAND_KINDS = [
    ("乔木林", 58, 0.52, 0.15, "0301"), ("其他灌木林", 14, 0.38, 0.08, "0305"),
    ("国家特别规定灌木林", 13, 0.42, 0.08, "0305"), ("草地", 11, 0.05, 0.02, "0404"),
    ("裸岩", 2, 0.0, 0.0, "1207"),
]  # fmt: skip
# on the grid: what the red line lost at the foot of the hills
LOST_AT = (-3110.0, 1850.0)


@dataclass(frozen=True)
class RedLines:
    """The ecological red line in two versions: ``name``."""

    baseline: GeoDataFrame
    current: GeoDataFrame


def stands(rng: np.random.Generator, ground: Ground) -> GeoDataFrame:
    """
    Divide the hills into stands: ``kind``, ``canopy``, ``code``.

    Cells around many random points join to the nearest of a few, which gives borders
    as ragged as those of a forest map.
    """
    hills = shapely.union_all(
        ground.land.geometry[ground.land["ground"] == "hills"].to_numpy()
    )
    box = np.asarray(hills.bounds).reshape(2, 2)
    seeds = shapely.points(rng.uniform(box[0], box[1], (STAND_SEEDS, 2)))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds)))
    middles = shapely.get_coordinates(shapely.centroid(cells))
    heads = middles[rng.choice(len(middles), STANDS, replace=False)]
    owner = np.linalg.norm(middles[:, None] - heads[None], axis=2).argmin(axis=1)
    shapes = [shapely.union_all(cells[owner == k]) for k in range(STANDS)]
    shapes = shapely.intersection(np.asarray(shapes), hills, grid_size=sheet.GRID_M)
    weights = np.asarray([weight for _, weight, *_ in STAND_KINDS], float)
    kinds = rng.choice(len(STAND_KINDS), STANDS, p=weights / weights.sum())
    frame = _wooded(rng, shapes, kinds)
    frame["code"] = [STAND_KINDS[k][4] for k in kinds]
    frame = frame[frame.area > 1].explode(ignore_index=True)
    return frame[frame.geom_type == "Polygon"].reset_index(drop=True)


def _wooded(
    rng: np.random.Generator, shapes: NDArray[np.object_], kinds: NDArray[np.int64]
) -> GeoDataFrame:
    mean = np.asarray([STAND_KINDS[k][2] for k in kinds])
    spread = np.asarray([STAND_KINDS[k][3] for k in kinds])
    canopy = np.clip(rng.normal(mean, spread), 0.0, 0.92).round(2)
    names = [STAND_KINDS[k][0] for k in kinds]
    return gpd.GeoDataFrame(
        {"kind": names, "canopy": canopy}, geometry=list(shapes), crs=sheet.CRS
    )


def forest(
    rng: np.random.Generator, ground: Ground, hills: GeoDataFrame
) -> GeoDataFrame:
    """List everything wooded: ``kind``, ``canopy``."""
    land = ground.land
    woods = land.geometry[land["use"] == "wood"].to_numpy()
    belts = land.geometry[(land["use"] == "belt") & (land.area > 4000)].to_numpy()
    frames = [
        hills[hills["kind"].isin(["乔木林", "其他灌木林", "国家特别规定灌木林"])],
        _trees(rng, woods, "乔木林", 0.45, 0.16),
        _trees(rng, belts[rng.random(len(belts)) < 0.55], "乔木林", 0.38, 0.12),
        _trees(rng, _groves(rng, ground), "乔木林", 0.5, 0.12),
        _trees(rng, _shelterbelts(rng, ground), "农田林网", 0.4, 0.08),
        _trees(rng, _village_trees(rng, ground), "四旁树", 0.5, 0.1),
    ]
    found = pd.concat([frame[["kind", "canopy", "geometry"]] for frame in frames])
    found = gpd.GeoDataFrame(found, geometry="geometry", crs=sheet.CRS)
    shapes = shapely.simplify(found.geometry.to_numpy(), 0.8)
    found = found.set_geometry(sheet.snapped(shapes))
    found = found.set_crs(sheet.CRS).explode(ignore_index=True)
    return found[found.geom_type == "Polygon"].reset_index(drop=True)


def _trees(
    rng: np.random.Generator,
    shapes: NDArray[np.object_],
    kind: str,
    mean: float,
    spread: float,
) -> GeoDataFrame:
    canopy = np.clip(rng.normal(mean, spread, len(shapes)), 0.08, 0.9).round(2)
    columns = {"kind": [kind] * len(shapes), "canopy": canopy}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=sheet.CRS)


def _groves(rng: np.random.Generator, ground: Ground) -> NDArray[np.object_]:
    """Plant groves in the large parks, clear of the lakes."""
    land = ground.land
    large = land[(land["use"] == "park") & (land.area > 60_000)]
    lakes = ground.water.bodies.union_all().buffer(25)
    found = []
    for shape in large.geometry:
        west, south, east, north = shape.bounds
        for spot in rng.uniform([west, south], [east, north], (16, 2)):
            grove = sheet.blob(rng, spot, rng.uniform(40, 120), 0.15, 18)
            found.append(grove.intersection(shape.buffer(-12)).difference(lakes))
    united = shapely.get_parts(shapely.union_all(found))
    return united[shapely.area(united) > 300]


def _shelterbelts(rng: np.random.Generator, ground: Ground) -> NDArray[np.object_]:
    """Plant rows of trees along a part of the field tracks."""
    roads, land = ground.streets, ground.land
    tracks = roads[(roads["class"] == "unclassified") & (roads.length > 150)]
    tracks = tracks[rng.random(len(tracks)) < 0.34].geometry
    rows = tracks.buffer(14, cap_style="flat").difference(
        tracks.buffer(3.2, cap_style="flat")
    )
    fields = land.geometry[land["use"].isin(["cropland", "orchard"])]
    rows = shapely.union_all(rows.to_numpy())
    found = shapely.get_parts(rows.intersection(shapely.union_all(fields.to_numpy())))
    return found[shapely.area(found) > 350]


def _village_trees(rng: np.random.Generator, ground: Ground) -> NDArray[np.object_]:
    land = ground.land
    villages = land[(land["use"] == "village") & (land.area > 2500)]
    found = []
    for shape in villages.geometry:
        edge = rng.uniform(0, shape.exterior.length, 2)
        for at in edge:
            spot = shapely.get_coordinates(shape.exterior.interpolate(at))[0]
            found.append(sheet.blob(rng, spot, rng.uniform(9, 24), 0.12, 12))
    inside = shapely.union_all(villages.geometry.to_numpy())
    return shapely.get_parts(shapely.union_all(found).intersection(inside))


def red_lines(rng: np.random.Generator, ground: Ground) -> RedLines:
    """Draw both versions: a corner lost, a wetland gained, the rest as it was."""
    terrain = ground.terrain
    core = (
        terrain.hills.buffer(-300).buffer(60).simplify(12).intersection(terrain.frame)
    )
    notch = sheet.blob(rng, sheet.world([LOST_AT])[0], 215, 0.12)
    lake = next(
        shape
        for name, shape in zip(
            ground.water.surfaces["name"], ground.water.surfaces.geometry, strict=True
        )
        if name == "芦湾湖"
    )
    # a little inside the corridor, so that rounding puts nothing outside its zone
    banks = terrain.watercourses[0].corridor.buffer(-2).intersection(terrain.frame)
    lower = banks.intersection(_east_of(2560))
    upper = banks.intersection(_west_of(-2600))
    upper = upper.difference(core)
    rows = [
        ("北坡水源涵养红线", core, core.difference(notch)),
        ("清禾河上段河岸红线", upper, upper),
        ("清禾河下段河岸红线", lower, lower.intersection(_east_of(2700))),
        ("芦湾湿地红线", lake.buffer(35), lake.buffer(78).intersection(
            terrain.country_park)),
    ]  # fmt: skip
    names = [name for name, *_ in rows]
    then, now = ([row[k] for row in rows] for k in (1, 2))
    return RedLines(_lines(names, then), _lines(names, now))


def _lines(names: list[str], shapes: list[shapely.Geometry]) -> GeoDataFrame:
    snapped = [sheet.snapped(shape) for shape in shapes]
    return gpd.GeoDataFrame({"name": names}, geometry=snapped, crs=sheet.CRS)


def _east_of(u: float) -> shapely.Polygon:
    return sheet.ground([(u, -6500), (u + 5000, -6500), (u + 5000, 6500), (u, 6500)])


def _west_of(u: float) -> shapely.Polygon:
    return sheet.ground([(u - 5000, -6500), (u, -6500), (u, 6500), (u - 5000, 6500)])
