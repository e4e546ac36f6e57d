"""Roads between their junctions, railways, and the stops along them."""

from collections import Counter

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from demo_district import sheet
from demo_district.land import Ground
from demo_district.streets import WIDTH_M
from demo_district.terrain import offset_points

CLASSES = {
    "motorway": "高速公路", "trunk": "快速路", "primary": "主干路",
    "secondary": "次干路", "tertiary": "支路", "residential": "街坊路",
    "unclassified": "乡村道路",
}  # fmt: skip
# ends of streets that stick out beyond a junction
STUB_M = 16.0
# one street in so many has no width in the records
WIDTH_MISSING = 9
# metres between bus stops, and the share of places that have one
STOPS = {
    "primary": (640.0, 0.82),
    "secondary": (700.0, 0.42),
}
# stations of the two underground lines, on the grid
STATIONS = [
    ("西岗站", -3050, 0), ("柳堤站", -1820, 0), ("望岭路站", -1200, 0),
    ("清禾站", 0, 0), ("东塘站", 1250, 0), ("新河站", 3050, 0), ("迎曦站", 3650, 0),
    ("书院站", 0, 1660), ("学府站", 0, 2680), ("鼓台站", 0, 590), ("石鼓站", 0, -560),
    ("南浦站", 0, -1500), ("麦店站", 0, 3200),
]  # fmt: skip


def roads(rng: np.random.Generator, ground: Ground) -> GeoDataFrame:
    """Cut the streets at their junctions: ``name``, ``class``, ``width_m``."""
    streets = ground.streets
    shapes = streets.geometry.to_numpy()
    net = shapely.union_all(shapes, grid_size=sheet.GRID_M)
    pieces = shapely.get_parts(shapely.node(net))
    pieces = _without_stubs(pieces)
    middles = shapely.line_interpolate_point(pieces, 0.5, normalized=True)
    owner = shapely.STRtree(shapes).nearest(middles)
    width = streets["class"].map(WIDTH_M).to_numpy(float).copy()
    width += np.where(width > 15, rng.integers(-2, 3, len(width)), 0)
    width[rng.integers(0, WIDTH_MISSING, len(width)) == 0] = np.nan
    columns = {
        "name": streets["name"].to_numpy()[owner],
        "class": streets["class"].map(CLASSES).to_numpy()[owner],
        "width_m": width[owner],
    }
    return gpd.GeoDataFrame(columns, geometry=list(pieces), crs=sheet.CRS)


def _without_stubs(pieces: NDArray[np.object_]) -> NDArray[np.object_]:
    ends = [(shape.coords[0], shape.coords[-1]) for shape in pieces.tolist()]
    uses = Counter(end for pair in ends for end in pair)
    loose = np.asarray([uses[first] == 1 or uses[last] == 1 for first, last in ends])
    return pieces[~(loose & (shapely.length(pieces) < STUB_M))]


def railways(ground: Ground) -> GeoDataFrame:
    """Return the railway, and the metro where it runs above ground."""
    terrain = ground.terrain
    lines = [terrain.railway, terrain.metro]
    shapes = [sheet.snapped(line.intersection(terrain.frame)) for line in lines]
    names = ["禾岭铁路", "轨道交通一号线（地面段）"]
    columns = {"name": names, "kind": ["铁路", "地铁"]}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=sheet.CRS)


def stops(rng: np.random.Generator, ground: Ground) -> GeoDataFrame:
    """Set bus stops in pairs along the main streets, and the stations: ``name``."""
    frames = [_stations()]
    for kind, (every_m, share) in STOPS.items():
        chosen = ground.streets[ground.streets["class"] == kind]
        for name, line in zip(chosen["name"], chosen.geometry, strict=True):
            frames.append(_along(rng, name, line, every_m, share))
    found = pd.concat(frames, ignore_index=True)
    near = found.dwithin(ground.district, 500)
    return gpd.GeoDataFrame(found[near], crs=sheet.CRS).reset_index(drop=True)


def _along(
    rng: np.random.Generator,
    street: str,
    line: shapely.LineString,
    every_m: float,
    share: float,
) -> GeoDataFrame:
    at = np.arange(0.45 * every_m, line.length - 60, every_m)
    at = np.clip(at + rng.uniform(-60, 60, len(at)), 30, line.length - 30)
    at = at[rng.random(len(at)) < share]
    # the platforms of one stop lie on both sides, a little apart
    sides = [
        offset_points(line, at + shift, side) for shift, side in ((22, 11), (-22, -11))
    ]
    names = [f"{street}{_ordinal(k)}站" for k in range(len(at))] * 2
    points = shapely.points(np.vstack(sides).reshape(-1, 2).round(2))
    columns = {"name": names, "kind": ["公交站"] * len(names)}
    return gpd.GeoDataFrame(columns, geometry=list(points), crs=sheet.CRS)


def _ordinal(number: int) -> str:
    digits = "一二三四五六七八九十"
    return digits[number] if number < len(digits) else f"{number + 1}"


def _stations() -> GeoDataFrame:
    names, us, vs = zip(*STATIONS, strict=True)
    places = sheet.world(np.column_stack([us, vs]).astype(float) + 25).round(2)
    columns = {"name": list(names), "kind": ["地铁站"] * len(names)}
    points = list(shapely.points(places))
    return gpd.GeoDataFrame(columns, geometry=points, crs=sheet.CRS)
