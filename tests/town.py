"""
A hand-drawn town on disk: 2 km square, two halves, one park, answers known by hand.

The park is 100 m by 100 m in the middle of the square; all the land is residential, so
500 m coverage is the closed form of a rounded square; the halves share it equally.
"""

import math
from pathlib import Path
from textwrap import dedent

import numpy as np
import rasterio
from geopandas import GeoDataFrame
from shapely import Point, box
from shapely.geometry.base import BaseGeometry

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000
# 32 segments a quadrant make a 128-gon of each rounded corner
COVERED_M2 = 100**2 + 4 * 100 * 500 + 64 * 500**2 * math.sin(2 * math.pi / 128)
COVERAGE = 100 * COVERED_M2 / 2000**2

PLAN = """
title = { en = "Test town", zh = "测试城" }
year = 2023
crs = "EPSG:4548"
area = { layer = "districts", name = "甲区" }
area_method = "plane"
zones = "subdistricts"

[[goal]]
row = "P1"
indicator = "park_service_coverage"
parameters = { distance_m = 500, min_area_m2 = 1000 }
baseline = { value = 20.0, year = 2020 }
target = { at_least = 30.0, year = 2025 }

[[goal]]
row = "R1"
title = { en = "PM2.5", zh = "细颗粒物" }
unit = "µg/m³"
baseline = { value = 39, year = 2020 }
reported = { value = 34, year = 2023, source = "bulletin" }
target = { at_most = 35, year = 2025 }
"""

NOISE_GOAL = """
[[goal]]
row = "N1"
indicator = "noise_exposure"
parameters = { counted = "buildings" }
target = { at_most = 0, year = 2025 }
"""
# the side of the town
SIDE_M = 2000


def square(x: float, y: float, wide: float, high: float) -> BaseGeometry:
    """Return a rectangle whose lower left corner is (x, y) of the town."""
    return box(X + x, Y + y, X + x + wide, Y + y + high)


def frame(*shapes: BaseGeometry, **columns: list) -> GeoDataFrame:
    """Return a frame in the town's CRS."""
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


def point(x: float, y: float) -> Point:
    """Return a point of the town."""
    return Point(X + x, Y + y)


LAYERS = {
    "districts": frame(
        square(0, 0, 2000, 2000), square(2000, 0, 500, 2000), name=["甲区", "乙区"]
    ),
    "subdistricts": frame(
        square(0, 0, 1000, 2000),
        square(1000, 0, 1000, 2000),
        square(2000, 0, 500, 2000),
        name=["西街道", "东街道", "外街道"],
    ),
    "parks": frame(square(950, 950, 100, 100), name=["中央公园"]),
    "residential_land": frame(square(0, 0, 2000, 2000)),
}


def write_dem(path: Path, reach_m: float, *, cell_m: float = 50) -> Path:
    """Write level ground as cells, so far beyond the town; less than 0: elsewhere."""
    count = int((SIDE_M + 2 * abs(reach_m)) / cell_m)
    west = X - reach_m if reach_m >= 0 else X - 20 * SIDE_M
    at = rasterio.Affine(cell_m, 0, west, 0, -cell_m, Y + SIDE_M + abs(reach_m))
    size = {"width": count, "height": count, "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", "GTiff", crs=CRS, transform=at, **size) as data:
        data.write(np.full((count, count), 40, np.float32), 1)
    return path


def build(folder: Path, plan: str = PLAN, **layers: GeoDataFrame | None) -> Path:
    """Write the town into ``folder``; a layer given as None is left out."""
    data = folder / "layers"
    data.mkdir(parents=True, exist_ok=True)
    for name, features in {**LAYERS, **layers}.items():
        if features is not None:
            features.to_file(data / f"{name}.gpkg", layer=name)
    path = folder / "plan.toml"
    path.write_text(dedent(plan), encoding="utf-8")
    return path
