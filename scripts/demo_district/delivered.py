"""The layers as an office would deliver them: in its own words, in several files."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from demo_district import nature, parcels, people, sheet, traffic, uses, zones
from demo_district.buildings import buildings
from demo_district.faces import merged
from demo_district.land import Ground, lay_out
from demo_district.sheet import chance

NAMES = {
    "0102": "水浇地", "0103": "旱地", "0201": "果园", "0301": "乔木林地",
    "0305": "灌木林地", "0307": "其他林地", "0404": "其他草地", "0501": "零售商业用地",
    "0504": "旅馆用地", "0505": "商务金融用地", "0507": "其他商服用地",
    "0508": "物流仓储用地", "0601": "工业用地", "0701": "城镇住宅用地",
    "0702": "农村宅基地", "0801": "机关团体用地", "0803": "教育用地",
    "0804": "科研用地", "0805": "医疗卫生用地", "0806": "社会福利用地",
    "0807": "文化设施用地", "0808": "体育用地", "0809": "公用设施用地",
    "0810": "公园与绿地", "0810A": "广场用地", "1001": "铁路用地", "1003": "公路用地",
    "1004": "城镇村道路用地", "1006": "农村道路", "1101": "河流水面",
    "1102": "湖泊水面", "1103": "水库水面", "1104": "坑塘水面", "1106": "内陆滩涂",
    "1201": "空闲地", "1202": "设施农用地", "1206": "裸土地", "1207": "裸岩石砾地",
}  # fmt: skip
# codes that stand in no standard, as they turn up in real files
STRAY_CODES = ["1299", "2105", "9999", "1299"]
KINDS = {
    "school": "学校", "campus": "学校", "hospital": "医院", "care": "养老院",
    "research": "科研", "admin": "机关", "residential": "住宅", "village": "住宅",
}  # fmt: skip
# homes count as sensitive in the file where they lie this close to a main source
NEAR_M = 130.0
GREEN = {"green": "附属绿地", "belt": "防护绿地", "bank": "防护绿地"}


@dataclass(frozen=True)
class Delivery:
    """Every layer by the name that the catalogue gives it."""

    layers: dict[str, GeoDataFrame]
    awaited: dict[str, GeoDataFrame]


def deliver(seed: int) -> Delivery:
    """Make the whole district; the same seed gives the same layers."""
    ground = lay_out(seed)
    houses = buildings(chance(seed, "buildings"), ground)
    houses["people"] = people.residents(houses)
    blocks = people.blocks(ground, houses)
    hills = nature.stands(chance(seed, "hills"), ground)
    layers = {
        **_governed(ground, blocks),
        **_green(seed, ground, hills),
        "land_use": _land_use(chance(seed, "codes"), ground, hills),
        "residential_land": _residential(ground),
        "rivers": _rivers(ground),
        "water_bodies": _renamed(
            ground.water.bodies[["name", "geometry"]], name="名称"
        ),
        "roads": _roads(chance(seed, "roads"), ground),
        "railways": _renamed(traffic.railways(ground), name="线路名称", kind="类型"),
        "transit_stops": _stops(chance(seed, "stops"), ground),
        "buildings": _buildings(houses),
        "sensitive_buildings": _sensitive(ground, houses),
        "population": _renamed(blocks[["people", "geometry"]], people="常住人口"),
    }
    layers = {name: _exact(frame) for name, frame in layers.items()}
    belts = _renamed(zones.green_belts(ground), name="绿隔名称")
    return Delivery(layers, {"green_belts": _exact(belts)})


def _governed(ground: Ground, blocks: GeoDataFrame) -> dict[str, GeoDataFrame]:
    wards = zones.subdistricts(ground)
    wards["常住人口"] = wards["name"].map(blocks.groupby("subdistrict")["people"].sum())
    return {
        "districts": _renamed(zones.districts(ground), name="名称"),
        "subdistricts": _renamed(wards, name="街道名称"),
        "built_up_area": zones.built_up_area(ground).assign(年份=2023),
        "control_zones": _renamed(zones.control_zones(ground), zone="分区名称"),
        "noise_zones": _renamed(zones.noise_zones(ground), **{"class": "功能区类别"}),
    }


def _green(seed: int, ground: Ground, hills: GeoDataFrame) -> dict[str, GeoDataFrame]:
    land = ground.land
    parks = _parks(ground)
    green = land[land["use"].isin(list(GREEN))]
    green = green.assign(category=green["use"].map(GREEN))
    green = pd.concat([parks.assign(category="公园绿地"), green])
    lines = nature.red_lines(chance(seed, "red lines"), ground)
    columns = ["name", "category", "geometry"]
    woods = nature.forest(chance(seed, "forest"), ground, hills)
    return {
        "parks": _renamed(parks[columns], name="名称", category="类别"),
        "green_space": _renamed(green[columns], name="名称", category="绿地类别"),
        "forest": _renamed(woods, kind="林地类型", canopy="郁闭度"),
        "red_lines_baseline": _renamed(lines.baseline, name="红线名称"),
        "red_lines": _renamed(lines.current, name="红线名称"),
    }


def _parks(ground: Ground) -> GeoDataFrame:
    """Return parks as features; a large park is one, with the water that it holds."""
    land = ground.land
    parks = land.loc[land["use"] == "park", ["name", "category", "geometry"]]
    large = parks["category"].isin(["综合公园", "郊野公园"])
    water = ground.water.surfaces.geometry.to_numpy()
    cells = parks[large].dissolve("name", as_index=False, sort=True)
    shapes = [
        shapely.union_all([shape, *water]).intersection(shape.convex_hull)
        for shape in cells.geometry
    ]
    # closes the hairlines between parcel and shore
    shapes = shapely.buffer(shapes, 3, join_style="mitre")
    shapes = shapely.buffer(shapes, -3, join_style="mitre")
    whole = [max(shapely.get_parts(shape), key=shapely.area) for shape in shapes]
    cells = cells.set_geometry(shapely.simplify(whole, 0.5), crs=parks.crs)
    found = pd.concat([parks[~large], cells], ignore_index=True)
    return gpd.GeoDataFrame(found, geometry="geometry", crs=sheet.CRS)


def _residential(ground: Ground) -> GeoDataFrame:
    """Homes' land, in the neighbour's streets too, as the file came."""
    land = ground.land
    homes = land[land["use"].isin(["residential", "village"])]
    kind = np.where(homes["use"] == "village", "农村宅基地", "城镇住宅用地")
    return gpd.GeoDataFrame(
        {"用地性质": kind}, geometry=list(homes.geometry), crs=sheet.CRS
    )


def _rivers(ground: Ground) -> GeoDataFrame:
    rivers = ground.water.rivers
    wet = np.where(rivers["has_water"], "是", "否")
    columns = {"河流名称": rivers["name"], "是否有水": wet}
    return gpd.GeoDataFrame(columns, geometry=list(rivers.geometry), crs=sheet.CRS)


def _roads(rng: np.random.Generator, ground: Ground) -> GeoDataFrame:
    names = {"name": "路名", "class": "等级", "width_m": "宽度"}
    return _renamed(traffic.roads(rng, ground), **names)


def _stops(rng: np.random.Generator, ground: Ground) -> GeoDataFrame:
    return _renamed(traffic.stops(rng, ground), name="站名", kind="类型")


def _buildings(houses: GeoDataFrame) -> GeoDataFrame:
    columns = {
        "用途": houses["use"],
        "层数": houses["floors"].astype("int32"),
        "高度": houses["height_m"],
        "居住人口": houses["people"].astype("int32"),
    }
    return gpd.GeoDataFrame(columns, geometry=list(houses.geometry), crs=sheet.CRS)


def _sensitive(ground: Ground, houses: GeoDataFrame) -> GeoDataFrame:
    """Pick what noise disturbs: schools, hospitals, care, and homes by main sources."""
    use = ground.land["use"].to_numpy()[houses["parcel"].to_numpy()]
    loud = ground.streets[ground.streets["class"].isin(["motorway", "trunk"])]
    loud = shapely.union_all([*loud.geometry, ground.terrain.railway])
    near = shapely.dwithin(houses.geometry.to_numpy(), loud, NEAR_M)
    homes = np.isin(use, ["residential", "village"])
    chosen = (np.isin(use, list(KINDS)) & ~homes) | (homes & near)
    columns = {
        "名称": ground.land["name"].to_numpy()[houses["parcel"].to_numpy()[chosen]],
        "类型": [KINDS[u] for u in use[chosen]],
        "层数": houses["floors"].to_numpy()[chosen].astype("int32"),
    }
    shapes = list(houses.geometry[chosen])
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=sheet.CRS)


def _land_use(
    rng: np.random.Generator, ground: Ground, hills: GeoDataFrame
) -> GeoDataFrame:
    """Cover the district once: parcels, stands of the hills, water, and the roads."""
    land = ground.land[ground.land["ground"] != "hills"]
    frames = [
        _coded(land.geometry.to_numpy(), uses.codes(rng, land["use"].to_numpy())),
        _coded(hills.geometry.to_numpy(), hills["code"].to_numpy()),
        _coded(
            ground.water.surfaces.geometry.to_numpy(),
            ground.water.surfaces["code"].to_numpy(),
        ),
    ]
    found = pd.concat(frames, ignore_index=True)
    found = found.set_geometry(
        shapely.intersection(
            found.geometry.to_numpy(), ground.district, grid_size=sheet.GRID_M
        )
    )
    found = pd.concat([found, _road_land(ground, found)])
    # twice: a collection may hold polygons of several parts
    found = found.explode(ignore_index=True).explode(ignore_index=True)
    found = found[(found.geom_type == "Polygon") & (found.area > 1)]
    found = found.reset_index(drop=True)
    stray = rng.choice(np.flatnonzero(found["DLBM"] == "1201"), 3, replace=False)
    found.loc[[*stray, int(np.flatnonzero(found["DLBM"] == "1206")[0])], "DLBM"] = (
        STRAY_CODES
    )
    return found.assign(DLMC=found["DLBM"].map(NAMES))


def _coded(shapes: parcels.Shapes, codes: parcels.Shapes) -> GeoDataFrame:
    return gpd.GeoDataFrame({"DLBM": codes}, geometry=list(shapes), crs=sheet.CRS)


def _road_land(ground: Ground, others: GeoDataFrame) -> GeoDataFrame:
    """Return what no parcel holds: streets in the town, lanes beyond it."""
    town = merged(zones.built_up_area(ground).geometry.to_numpy())
    left = ground.district.difference(shapely.union_all(others.geometry.to_numpy()))
    wards = zones.subdistricts(ground).geometry.to_numpy()
    streets = shapely.intersection(wards, left.intersection(town))
    lanes = shapely.intersection(wards, left.difference(town))
    shapes = sheet.snapped(np.concatenate([streets, lanes]))
    return _coded(shapes, np.repeat(np.asarray(["1004", "1006"], object), len(wards)))


def _renamed(frame: GeoDataFrame, **names: str) -> GeoDataFrame:
    return frame.rename(columns=names).reset_index(drop=True)


def _exact(frame: GeoDataFrame) -> GeoDataFrame:
    """Put the geometry last, to the centimetre, in one CRS."""
    frame = frame.set_geometry(sheet.snapped(frame.geometry.to_numpy()))
    columns = [column for column in frame if column != frame.geometry.name]
    ordered = frame[[*columns, frame.geometry.name]]
    return ordered.set_crs(sheet.CRS, allow_override=True).reset_index(drop=True)
