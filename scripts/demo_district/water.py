"""Rivers by reach, lakes and ponds."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from geopandas import GeoDataFrame
from shapely.ops import substring

from demo_district import bones, sheet
from demo_district.terrain import Terrain

PONDS = 34


@dataclass(frozen=True)
class Water:
    """
    Lines and surfaces.

    ``rivers`` has ``name`` and ``has_water``; ``surfaces`` has ``name`` and ``code``,
    the land use (GB/T 21010-2017), with dry beds among them.
    """

    rivers: GeoDataFrame
    surfaces: GeoDataFrame

    @property
    def bodies(self) -> GeoDataFrame:
        """The surfaces that carry water."""
        return self.surfaces[self.surfaces["code"] != "1106"].reset_index(drop=True)


def water(rng: np.random.Generator, terrain: Terrain) -> Water:
    """Draw what flows and what stands."""
    rivers = _rivers(terrain)
    lakes = [sheet.ground(shore, rounded=True) for *_, shore in bones.LAKES]
    still = shapely.union_all(lakes)
    beds = [shape.difference(still) for shape in _beds(terrain, rivers)]
    ponds = _ponds(rng, terrain)
    codes = np.where(rivers["has_water"], "1101", "1106").tolist()
    surfaces = gpd.GeoDataFrame(
        {
            "name": [*rivers["name"], *(name for name, *_ in bones.LAKES)]
            + [None] * len(ponds),
            "code": codes
            + [code for _, code, _ in bones.LAKES]
            + ["1104"] * len(ponds),
        },
        geometry=[*beds, *lakes, *ponds],
        crs=sheet.CRS,
    )
    return Water(rivers, surfaces)


def _rivers(terrain: Terrain) -> GeoDataFrame:
    lines = {course.name: course.line for course in terrain.watercourses}
    rows = []
    for river, name, upper, lower, has_water in bones.REACHES:
        reach = substring(lines[river], upper, lower, normalized=True)
        rows.append((name, has_water, reach.intersection(terrain.frame)))
    names, wet, shapes = zip(*rows, strict=True)
    columns = {"name": list(names), "has_water": list(wet)}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=sheet.CRS)


def _beds(terrain: Terrain, rivers: GeoDataFrame) -> list[shapely.Geometry]:
    """Cut each river's surface into its reaches; a side stream ends at the river."""
    found = []
    for (river, *_), line in zip(bones.REACHES, rivers.geometry, strict=True):
        course = next(c for c in terrain.watercourses if c.name == river)
        bed = course.water.intersection(line.buffer(60, cap_style="flat"))
        if course is not terrain.watercourses[0]:
            bed = bed.difference(terrain.watercourses[0].water)
        found.append(bed)
    return found


def _ponds(rng: np.random.Generator, terrain: Terrain) -> list[shapely.Geometry]:
    """Scatter ponds over the fields around the town."""
    wild = terrain.outline.buffer(-80) - terrain.inside_ring.buffer(180)
    wild = wild - shapely.union_all(
        [terrain.hills.buffer(60), terrain.corridors.buffer(70), terrain.tracks]
    )
    wild = wild - terrain.country_park.buffer(40)
    found: list[shapely.Geometry] = []
    while len(found) < PONDS:
        spot = sheet.world(rng.uniform([-4500, -3900], [4300, 3900], (1, 2)))[0]
        u, v = sheet.flat(spot[None])[0]
        rural = v > 2250 or v < -2450 or u < -3100
        pond = sheet.blob(rng, spot, rng.uniform(18, 55), 0.14, 16)
        if rural and wild.contains(pond) and all(p.distance(pond) > 60 for p in found):
            found.append(pond)
    return found
