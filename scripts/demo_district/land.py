"""The whole ground of the district, parcel by parcel."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from demo_district import greens, parcels, sheet, uses
from demo_district.faces import faces, merged
from demo_district.names import pairs
from demo_district.sheet import chance
from demo_district.streets import streets
from demo_district.terrain import Terrain, survey
from demo_district.water import Water, water

# parcels larger than this are two estates
LARGEST_M2 = 52_000.0
SANATORIUM = (-2420.0, 2560.0)
PARK_BEYOND = (4560.0, -280.0)


@dataclass(frozen=True)
class Ground:
    """
    What everything else is derived from.

    ``land`` has ``use``, ``name``, ``category``, ``ground``, ``inside``,
    ``subdistrict``, ``u`` and ``v``; its parcels do not overlap.
    """

    terrain: Terrain
    streets: GeoDataFrame
    faces: GeoDataFrame
    district: shapely.Polygon
    water: Water
    land: GeoDataFrame


def lay_out(seed: int) -> Ground:
    """Draw streets, cut the ground between them, and put it to use."""
    terrain = survey()
    roads = streets(chance(seed, "streets"), terrain)
    net = faces(roads, terrain)
    net = net[net.representative_point().intersects(terrain.frame)]
    district = merged(net.geometry[net["inside"]].to_numpy())
    waters = water(chance(seed, "water"), terrain)
    ways = parcels.roadways(roads)
    fixed = _fixed(chance(seed, "villages"), terrain, waters, ways)
    covers = [ways, fixed.geometry.to_numpy(), waters.surfaces.geometry.to_numpy()]
    cut = parcels.parcels(net.reset_index(drop=True), covers)
    cut = parcels.split_long(chance(seed, "estates"), cut, LARGEST_M2)
    cut = cut.assign(name=None, use=uses.assign(chance(seed, "uses"), cut))
    land = _greened(chance(seed, "parks"), _placed(cut), terrain, district)
    land = pd.concat([land, _labelled(fixed, net, district)], ignore_index=True)
    found = gpd.GeoDataFrame(land, geometry="geometry", crs=sheet.CRS)
    return Ground(terrain, roads, net, district, waters, parcels.disjoint(found))


def _fixed(
    rng: np.random.Generator, terrain: Terrain, waters: Water, ways: parcels.Shapes
) -> GeoDataFrame:
    """Belts and villages: drawn first, cut only by roads, tracks and water."""
    strips = parcels.belts(terrain)
    places = parcels.villages(rng)
    corridors = shapely.get_parts(
        shapely.union_all([terrain.corridors, terrain.tracks])
    )
    closed = [ways, corridors, waters.surfaces.geometry.to_numpy()]
    strip_shapes = np.asarray(strips.geometry.values)
    # where the railway meets the ring road, the first belt keeps the ground
    strip_shapes = [
        shape.difference(shapely.union_all(strip_shapes[:at]))
        for at, shape in enumerate(strip_shapes)
    ]
    strips = strips.set_geometry(strip_shapes, crs=strips.crs).assign(use="belt")
    belts = shapely.union_all(strip_shapes)
    places = places.set_geometry(places.difference(belts)).assign(use="village")
    both = pd.concat([strips, places], ignore_index=True)
    shapes = parcels.without(both.geometry.to_numpy(), np.concatenate(closed))
    found = gpd.GeoDataFrame(
        both.drop(columns="geometry"), geometry=shapes, crs=sheet.CRS
    )
    return parcels.opened(found.clip(terrain.frame).explode(ignore_index=True))


def _placed(land: GeoDataFrame) -> GeoDataFrame:
    """Put a few things where the story of the district wants them."""
    spots = shapely.points(sheet.world([SANATORIUM, PARK_BEYOND]))
    shapes = np.asarray(land.geometry.values)
    retreat, beyond = (shapely.distance(shapes, spot).argmin() for spot in spots)
    use, name = land["use"].to_numpy().copy(), land["name"].to_numpy().copy()
    use[retreat], name[retreat] = "care", "北坡康复疗养院"
    use[beyond], name[beyond] = "park", None
    motorway = (land["ground"] == "track").to_numpy() & (np.abs(land["u"] - 2880) < 480)
    use[motorway & (land["v"] > -1600)] = "motorway"
    use[motorway & (land["v"] < -2000)] = "motorway"
    return land.assign(use=use, name=name)


def _greened(
    rng: np.random.Generator,
    land: GeoDataFrame,
    terrain: Terrain,
    district: shapely.Polygon,
) -> GeoDataFrame:
    """Turn banks, parcels and corners into parks, and name them."""
    use = land["use"].to_numpy().copy()
    use[greens.riverside(rng, land, terrain)] = "park"
    land = land.assign(use=use)
    use[greens.community(rng, land)] = "park"
    land = land.assign(use=use)
    small = greens.pockets(rng, land)
    border = greens.across_the_border(district)
    host = land.iloc[[land.distance(border.geometry.iloc[1].centroid).argmin()] * 2]
    extra = host.drop(columns=["geometry", "name", "inside"]).assign(use="park")
    border = gpd.GeoDataFrame(
        extra.reset_index(drop=True).join(border[["name", "inside"]]),
        geometry=border.geometry.to_numpy(),
        crs=land.crs,
    )
    small = small[~small.intersects(border.union_all())]
    added = gpd.GeoDataFrame(pd.concat([small, border]), crs=land.crs)
    land = greens.cut_off(land, added)
    name, category = greens.named(land, pairs(rng), terrain)
    return land.assign(name=name, category=category)


def _labelled(
    fixed: GeoDataFrame, net: GeoDataFrame, district: shapely.Polygon
) -> GeoDataFrame:
    """Give belts and villages the columns that parcels have from their faces."""
    spots = shapely.point_on_surface(np.asarray(fixed.geometry.values))
    uv = sheet.flat(shapely.get_coordinates(spots))
    at, holder = shapely.STRtree(net.geometry.to_numpy()).query(
        spots, predicate="intersects"
    )
    subdistrict = np.full(len(fixed), None, dtype=object)
    subdistrict[at] = net["subdistrict"].to_numpy()[holder]
    return fixed.assign(
        inside=shapely.intersects(district, spots),
        subdistrict=subdistrict,
        ground=fixed["use"],
        category=None,
        u=uv[:, 0],
        v=uv[:, 1],
    )
