"""Buildings, in rows along the streets of their parcel."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from demo_district import sheet
from demo_district.land import Ground
from demo_district.parcels import turned

BUILDINGS = 8_000
# metres between a parcel's edge and the first wall
SETBACK_M = 6.0


@dataclass(frozen=True)
class Pattern:
    """How a parcel is built up: house sizes and gaps in metres, floors, share built."""

    long_m: tuple[float, float]
    deep_m: tuple[float, float]
    gap_m: float
    row_m: float
    floors: tuple[int, int]
    floor_m: float
    kept: float
    use: str


PATTERNS = {
    "courtyards": Pattern((11, 19), (8, 11), 3, 6, (1, 2), 3.3, 0.80, "住宅"),
    "slabs": Pattern((28, 48), (11, 13), 8, 15, (5, 6), 2.9, 0.94, "住宅"),
    "mid_rise": Pattern((24, 40), (13, 15), 13, 23, (9, 12), 2.9, 0.92, "住宅"),
    "towers": Pattern((22, 30), (17, 20), 24, 35, (16, 28), 2.9, 0.88, "住宅"),
    "cottages": Pattern((10, 14), (7, 9), 4, 9, (1, 3), 3.2, 0.74, "住宅"),
    "commercial": Pattern((28, 62), (22, 38), 15, 18, (2, 6), 4.5, 0.74, "商业"),
    "office": Pattern((26, 44), (20, 30), 18, 22, (8, 26), 3.9, 0.74, "商务办公"),
    "school": Pattern((36, 58), (13, 16), 15, 19, (3, 5), 3.7, 0.58, "学校"),
    "campus": Pattern((46, 78), (15, 20), 22, 32, (4, 7), 3.8, 0.62, "学校"),
    "research": Pattern((42, 66), (17, 24), 22, 28, (4, 9), 3.9, 0.64, "公共"),
    "hospital": Pattern((38, 62), (17, 22), 16, 20, (4, 14), 3.9, 0.70, "医院"),
    "care": Pattern((32, 48), (13, 16), 20, 26, (3, 5), 3.3, 0.50, "养老院"),
    "public": Pattern((32, 58), (20, 30), 18, 22, (2, 6), 4.2, 0.66, "公共"),
    "industrial": Pattern((44, 96), (26, 44), 15, 17, (1, 2), 6.5, 0.78, "厂房"),
    "warehouse": Pattern((70, 110), (30, 42), 20, 22, (1, 1), 9.0, 0.82, "仓储"),
    "greenhouse": Pattern((58, 82), (8, 9), 7, 8, (1, 1), 3.0, 0.74, "其他"),
}
PATTERN_OF = {
    "commercial": "commercial", "office": "office", "school": "school",
    "campus": "campus", "research": "research", "hospital": "hospital", "care": "care",
    "culture": "public", "sport": "public", "admin": "public", "utility": "public",
    "industrial": "industrial", "warehouse": "warehouse", "village": "cottages",
    "greenhouse": "greenhouse",
}  # fmt: skip
# residential parcels by ground: pattern and weight
HOMES = {
    "old": {"courtyards": 80, "slabs": 20},
    "town": {"slabs": 70, "mid_rise": 18, "towers": 12},
    "new_town": {"mid_rise": 42, "towers": 58},
    "suburb": {"courtyards": 30, "slabs": 44, "mid_rise": 26},
    "campus": {"slabs": 70, "mid_rise": 30},
    "works": {"slabs": 100},
}  # fmt: skip


def buildings(rng: np.random.Generator, ground: Ground) -> GeoDataFrame:
    """
    Build up the district's parcels with :data:`BUILDINGS` buildings.

    Returns
    -------
    GeoDataFrame
        ``use`` (Chinese), ``floors``, ``height_m``, ``parcel`` (position in the land).
    """
    land = ground.land
    patterns = _patterns(rng, land)
    shapes = land.geometry.to_numpy()
    drawn = [
        (at, name, *_row_by_row(rng, shapes[at], PATTERNS[name]))
        for at, name in sorted(patterns.items())
    ]
    parcel, pattern, houses, floors, heights = zip(*drawn, strict=True)
    counts = [len(group) for group in houses]
    columns = {
        "use": np.repeat([PATTERNS[name].use for name in pattern], counts),
        "floors": np.concatenate(floors),
        "height_m": np.concatenate(heights).round(1),
        "parcel": np.repeat(parcel, counts),
        "pattern": np.repeat(pattern, counts),
    }
    built = sheet.snapped(np.concatenate(houses))
    found = gpd.GeoDataFrame(columns, geometry=list(built), crs=sheet.CRS)
    found = found[found.within(ground.district)].reset_index(drop=True)
    return _thinned(rng, found)


def _patterns(rng: np.random.Generator, land: GeoDataFrame) -> dict[int, str]:
    found: dict[int, str] = {}
    for at, (use, kind, inside) in enumerate(
        zip(land["use"], land["ground"], land["inside"], strict=True)
    ):
        if not inside:
            continue
        if use == "residential" and kind in HOMES:
            weights = np.asarray(list(HOMES[kind].values()), float)
            found[at] = str(rng.choice(list(HOMES[kind]), p=weights / weights.sum()))
        elif use in PATTERN_OF:
            found[at] = PATTERN_OF[use]
    return found


def _row_by_row(
    rng: np.random.Generator, parcel: shapely.Polygon, pattern: Pattern
) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.float64]]:
    """
    Lay out rows that look south, keep what fits, leave a green in large estates.

    Returns houses, floors and heights in metres.
    """
    centre = parcel.centroid
    angle = float(sheet.bearing(shapely.get_coordinates(centre))[0])
    level = turned(parcel, centre, -angle).buffer(-SETBACK_M, join_style="mitre")
    houses = _candidates(rng, level, pattern)
    shapely.prepare(level)
    houses = houses[shapely.contains_properly(level, houses)]
    keep = rng.random(len(houses)) < pattern.kept
    if pattern.use == "住宅" and parcel.area > 26_000:
        green = level.centroid.buffer(0.13 * parcel.area**0.5)
        keep &= ~shapely.intersects(houses, green)
    houses = houses[keep]
    floors = rng.integers(pattern.floors[0], pattern.floors[1] + 1, len(houses))
    height = floors * pattern.floor_m + rng.uniform(0.3, 1.5, len(houses))
    return turned(houses, centre, angle), floors, height


def _candidates(
    rng: np.random.Generator, level: shapely.Polygon, pattern: Pattern
) -> NDArray[np.object_]:
    if level.is_empty:
        return np.array([], dtype=object)
    west, south, east, north = level.bounds
    rows = _spread(rng, south, north, pattern.deep_m, pattern.row_m)
    boxes = [
        (x0, y0, x1, y1)
        for y0, y1 in rows
        for x0, x1 in _spread(rng, west, east, pattern.long_m, pattern.gap_m)
    ]
    corners = np.asarray(boxes).reshape(-1, 4).T
    houses = shapely.box(*corners)
    winged = rng.random(len(houses)) < (0.3 if pattern.use != "住宅" else 0.0)
    bites = shapely.box(
        corners[0] + 0.45 * (corners[2] - corners[0]),
        corners[1] + 0.5 * (corners[3] - corners[1]),
        corners[2] + 1,
        corners[3] + 1,
    )
    houses[winged] = shapely.difference(houses[winged], bites[winged])
    return houses


def _spread(
    rng: np.random.Generator,
    low: float,
    high: float,
    size_m: tuple[float, float],
    gap_m: float,
) -> NDArray[np.float64]:
    """Set lengths of random size with even gaps between two ends, in the middle."""
    most = int((high - low) / (size_m[0] + gap_m)) + 1
    sizes = rng.uniform(*size_m, max(most, 1))
    ends = np.cumsum(sizes + gap_m) - gap_m
    fit = max(int((ends <= high - low).sum()), 1)
    slack = max(high - low - ends[fit - 1], 0.0) / (fit + 1)
    starts = low + ends[:fit] - sizes[:fit] + slack * np.arange(1, fit + 1)
    return np.column_stack([starts, starts + sizes[:fit]])


def _thinned(rng: np.random.Generator, found: GeoDataFrame) -> GeoDataFrame:
    """Leave out as many as there are too many, the small ones first by chance."""
    surplus = len(found) - BUILDINGS
    if surplus < 0:
        msg = f"only {len(found)} buildings fit, {BUILDINGS} are wanted"
        raise ValueError(msg)
    small = found["pattern"].isin(["cottages", "courtyards"]).to_numpy()
    weight = np.where(small, 6.0, 1.0)
    weight[~found["use"].isin(["住宅", "其他"]).to_numpy()] = 0.0
    gone = rng.choice(len(found), surplus, replace=False, p=weight / weight.sum())
    return found.drop(index=gone).reset_index(drop=True)
