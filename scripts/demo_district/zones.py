"""Who governs what: districts, sub-districts, control zones, acoustic zones."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from demo_district import bones, sheet
from demo_district.faces import URBAN, merged
from demo_district.land import Ground

DISTRICT, NEIGHBOUR = "清禾区", "望岭区"
ECOLOGICAL, BUILT, RESTRICTED = "生态控制区", "集中建设区", "限制建设区"
# acoustic class of each block between the town's main streets, north to south
TOWN_CLASSES = [
    [1, 1, 1, 2],
    [1, 2, 2, 1],
    [1, 2, 2, 2],
    [2, 2, 3, 3],
]
TOWN_US = [-2450, -1200, 0, 1250, 2450]
TOWN_VS = [2150, 1150, 0, -1100, -2150]
GROUND_CLASSES = {
    "hills": 1, "country_park": 1, "fields": 1, "wedge": 2, "campus": 1, "suburb": 2,
    "works": 3, "old": 2, "town": 2, "new_town": 2, "corridor": 1, "park": 1,
    "track": 2,
}  # fmt: skip
BELT_NEAR_M, BELT_FAR_M = 26.0, 620.0


def districts(ground: Ground) -> GeoDataFrame:
    """Draw the district and the neighbour that lies around its east."""
    around = ground.district.buffer(2600, quad_segs=6).simplify(20)
    east = sheet.ground([(900, -9000), (9500, -9000), (9500, 9000), (900, 9000)])
    neighbour = sheet.snapped(around.intersection(east))
    neighbour = neighbour.difference(ground.district)
    largest = max(shapely.get_parts(neighbour), key=shapely.area)
    return gpd.GeoDataFrame(
        {"name": [DISTRICT, NEIGHBOUR]},
        geometry=[ground.district, largest],
        crs=sheet.CRS,
    )


def subdistricts(ground: Ground) -> GeoDataFrame:
    """Unite the faces of each sub-district: ``name``."""
    names = [*bones.INSIDE_THE_RING, *bones.OUTSIDE_THE_RING]
    wards = _united(ground, ground.faces["subdistrict"].to_numpy(), names, "name")
    shapes = wards.geometry.to_numpy()
    # a crumb between two of them goes to the one it shares more border with
    crumbs = ground.district.difference(shapely.union_all(shapes))
    for crumb in shapely.get_parts(crumbs):
        longest = shapely.length(shapely.intersection(shapes, crumb)).argmax()
        shapes[longest] = shapes[longest].union(crumb)
    return wards.set_geometry(shapes, crs=sheet.CRS)


def control_zones(ground: Ground) -> GeoDataFrame:
    """
    Divide the district into the three control zones: ``zone``.

    They share their borders, but for one planted fault: a strip of some hundred square
    metres that two of them claim.
    """
    ground_of = ground.faces["ground"].to_numpy()
    place = ground.faces["subdistrict"].to_numpy()
    wild = np.isin(ground_of, ["hills", "country_park", "corridor", "wedge"])
    wild |= (ground_of == "fields") & np.isin(place, ["北坡镇", "芦湾镇"])
    town = np.isin(ground_of, [*URBAN, "park"])
    town |= (ground_of == "track") & (np.abs(ground.faces["v"]) < 2150).to_numpy()
    zone = np.select([wild, town], [ECOLOGICAL, BUILT], RESTRICTED)
    zones = _united(ground, zone, [ECOLOGICAL, BUILT, RESTRICTED], "zone")
    shapes = zones.geometry.to_numpy().copy()
    shapes[2] = sheet.snapped(shapes[2].union(_fault(shapes[1], shapes[2])))
    return zones.set_geometry(shapes, crs=zones.crs).explode(ignore_index=True)


def _fault(one: shapely.Geometry, other: shapely.Geometry) -> shapely.Polygon:
    """Return a strip that reaches six metres across a long straight border."""
    border = shapely.get_parts(shapely.line_merge(one.intersection(other)))
    longest = max(border, key=shapely.length)
    middle = longest.interpolate(0.5, normalized=True)
    piece = longest.intersection(middle.buffer(24))
    return piece.buffer(6, cap_style="flat").intersection(one)


def built_up_area(ground: Ground) -> GeoDataFrame:
    """Unite the town's ground, rivers and tracks within it included."""
    kind = ground.faces["ground"].to_numpy()
    spots = ground.faces.representative_point()
    inside_ring = spots.intersects(ground.terrain.inside_ring).to_numpy()
    town = np.isin(kind, [*URBAN, "park"])
    town |= inside_ring & np.isin(kind, ["corridor", "track"])
    town &= ground.faces["inside"].to_numpy()
    shape = merged(ground.faces.geometry[town].to_numpy())
    parts = shapely.get_parts(shape)
    return gpd.GeoDataFrame(geometry=parts[shapely.area(parts) > 5000], crs=sheet.CRS)


def noise_zones(ground: Ground) -> GeoDataFrame:
    """Unite faces of one acoustic class: ``class`` from 0 to 3, and 4b on the rails."""
    kind = ground.faces["ground"].to_numpy()
    uv = ground.faces[["u", "v"]].to_numpy()
    found = np.asarray([GROUND_CLASSES[k] for k in kind], object)
    column = np.searchsorted(TOWN_US, uv[:, 0]) - 1
    row = np.searchsorted([-v for v in TOWN_VS], -uv[:, 1]) - 1
    in_town = (np.abs(uv[:, 0]) < 2450) & (np.abs(uv[:, 1]) < 2150)
    for at in np.flatnonzero(in_town):
        found[at] = TOWN_CLASSES[row[at]][column[at]]
    new_town = kind == "new_town"
    found[new_town] = np.where(np.abs(uv[new_town, 1]) < 600, 2, 1)
    found[_of_use(ground, "care", "北坡康复疗养院")] = 0
    spots = shapely.point_on_surface(ground.faces.geometry.to_numpy())
    rails = (kind == "track") & shapely.dwithin(spots, ground.terrain.railway, 19)
    labels = np.where(rails, "4b类", np.char.add(found.astype(str), "类"))
    names = ["0类", "1类", "2类", "3类", "4b类"]
    return _united(ground, labels, names, "class").explode(ignore_index=True)


def _of_use(ground: Ground, use: str, name: str) -> NDArray[np.int64]:
    """Return the positions of the faces that hold a named parcel."""
    land = ground.land
    wanted = land[(land["use"] == use) & (land["name"] == name)]
    spots = shapely.point_on_surface(wanted.geometry.to_numpy())
    shapes = ground.faces.geometry.to_numpy()
    return np.unique(shapely.STRtree(shapes).query(spots, predicate="intersects")[1])


def green_belts(ground: Ground) -> GeoDataFrame:
    """Delimit the green belt outside the ring road, in four sections: ``name``."""
    ring = ground.terrain.inside_ring
    band = ring.buffer(BELT_FAR_M).difference(ring.buffer(BELT_NEAR_M))
    band = band.intersection(ground.district)
    corner = [(7000, 6200), (7000, -6200), (-7000, -6200), (-7000, 6200)]
    rows = []
    for k, side in enumerate(["东", "南", "西", "北"]):
        sector = sheet.ground([(0, 0), corner[k], corner[(k + 1) % 4]])
        shape = sheet.snapped(band.intersection(sector))
        rows.append((f"清禾环路绿化隔离地区（{side}段）", shape))
    names, shapes = zip(*rows, strict=True)
    return gpd.GeoDataFrame({"name": list(names)}, geometry=list(shapes), crs=sheet.CRS)


def _united(
    ground: Ground, labels: NDArray[np.object_], order: list[str], column: str
) -> GeoDataFrame:
    inside = ground.faces["inside"].to_numpy()
    shapes = ground.faces.geometry.to_numpy()
    rows = [
        (label, merged(shapes[inside & (labels == label)]))
        for label in order
        if (inside & (labels == label)).any()
    ]
    frame = pd.DataFrame(rows, columns=[column, "geometry"])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=sheet.CRS)
