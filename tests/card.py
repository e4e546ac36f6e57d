"""
A scorecard made by hand: a square of 1 km, drawn land, roads and stops.

The square is two zones, west and east. Three of its four plots are 500 m by 500 m:
served, not served, unknown; the fourth is served and has two pieces of 1 ha. Four roads
lie on and beside the class breaks of 55 and 60 dB, a fifth has no level. Three stops
are of three kinds.
"""

from pathlib import Path

import pandas as pd
from geopandas import GeoDataFrame
from shapely import LineString, MultiPolygon, Point, box
from shapely.geometry.base import BaseGeometry

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.indicator import Result
from ecogis.plan import Plan
from ecogis.scorecard import Provenance, Score, Scorecard
from ecogis.source import Stamp
from ecogis.style import Style, Styles, read_palette

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000
PALETTE = {
    "served": "#2a9d8f",
    "blind": "#e76f51",
    "unknown": "#b9bdb8",
    "quiet": "#d0d8e8",
    "loud": "#2268a5",
    "ink": "#1f2a24",
    "river": "#4a90c2",
}
# the page's own colours
DELIVERED = Path(__file__).parents[1] / "styles" / "palette.toml"
SHA = "0f" * 32
PARKS = Stamp("parks", "layers/公园绿地.shp", SHA, "2023-05-01", 812, CRS)
LAND = Stamp("residential_land", "layers/land.gpkg", SHA[::-1], "2022", 4, CRS)
RIVERS = Stamp("rivers", "layers/rivers.geojson", "ab" * 32, None, 1, CRS)
SERVED = [True, False, None, True]
LEVELS_DB = [54.9, 55.0, 59.99, 60.0, float("nan")]
KINDS = ["bus", "subway", "tram"]


def square(x: float, y: float, wide: float, high: float) -> BaseGeometry:
    """Return a rectangle whose lower left corner is (x, y) of the square."""
    return box(X + x, Y + y, X + x + wide, Y + y + high)


AREA = StudyArea("甲区", square(0, 0, 1000, 1000), CRS, area_method="plane")
ZONES = GeoDataFrame(
    {"name": ["西街道", "东街道"]},
    geometry=[square(0, 0, 500, 1000), square(500, 0, 500, 1000)],
    crs=CRS,
)


def plots() -> GeoDataFrame:
    """Return the four plots, one of two pieces."""
    pieces = [square(600, 600, 100, 100), square(800, 800, 100, 100)]
    shapes = [square(0, 0, 500, 500), square(500, 0, 500, 500)]
    shapes += [square(0, 500, 500, 500), MultiPolygon(pieces)]
    served = pd.Series(SERVED, dtype="boolean")
    return GeoDataFrame(
        {"served": served, "名称": ["一", "二", None, "四"]}, geometry=shapes, crs=CRS
    )


def roads() -> GeoDataFrame:
    """Return the five roads with their levels in dB."""
    ys = range(100, 600, 100)
    shapes = [LineString([(X, Y + y), (X + 1000, Y + y)]) for y in ys]
    return GeoDataFrame({"level_db": LEVELS_DB}, geometry=shapes, crs=CRS)


def stops() -> GeoDataFrame:
    """Return the three stops."""
    shapes = [Point(X + x, Y + 900) for x in (100, 200, 300)]
    return GeoDataFrame({"kind": KINDS}, geometry=shapes, crs=CRS)


STYLES = {
    "land_served": {
        "title": {"en": "Land by park service", "zh": "公园服务情况"},
        "theme": "green",
        "geometry": "Polygon",
        "field": "served",
        "rule": [
            {"equals": True, "label": {"en": "within reach", "zh": "已覆盖"}},
            {"equals": False, "label": {"en": "beyond reach", "zh": "未覆盖"}},
            {"label": {"en": "no data", "zh": "无数据"}},
        ],
        "popup": {"名称": {"en": "name", "zh": "名称"}},
    },
    "road_levels": {
        "order": 40,
        "title": {"en": "Noise of roads", "zh": "道路噪声"},
        "theme": "noise",
        "geometry": "Line",
        "field": "level_db",
        "rule": [
            {"below": 55, "label": {"en": "below 55", "zh": "55 以下"}},
            {"at_least": 55, "below": 60, "label": {"en": "55 to 60", "zh": "55–60"}},
            {"at_least": 60, "label": {"en": "60 and more", "zh": "60 及以上"}},
            {"missing": True, "label": {"en": "no data", "zh": "无数据"}},
        ],
    },
    "stops": {
        "order": 60,
        "title": {"en": "Stops", "zh": "站点"},
        "theme": "mobility",
        "geometry": "Point",
        "field": "kind",
        "rule": [
            {"any_of": ["subway", "tram"], "label": {"en": "rail", "zh": "轨道"}},
            {"label": {"en": "other", "zh": "其他"}},
        ],
    },
    "boundary": {
        "order": 80,
        "title": {"en": "Study area", "zh": "研究范围"},
        "theme": "boundary",
        "geometry": "Polygon",
        "rule": [{"line": "ink", "width": 2, "label": "范围"}],
    },
    "zones": {
        "order": 50,
        "title": {"en": "Zones", "zh": "分区"},
        "theme": "boundary",
        "geometry": "Polygon",
        "rule": [{"line": "unknown", "label": "分区"}],
    },
    "rivers": {
        "order": 15,
        "title": {"en": "Rivers", "zh": "河流"},
        "theme": "water",
        "geometry": "Line",
        "rule": [{"line": "river", "width": 2, "label": "河流"}],
    },
}
LOOKS = {
    "land_served": [
        {"fill": "served", "opacity": 0.5},
        {"fill": "blind", "line": "ink", "width": 2, "dash": [6, 3]},
        {"fill": "unknown", "line": "ink"},
    ],
    "road_levels": [
        {"line": "quiet", "width": 3},
        {"line": "served", "width": 4},
        {"line": "loud", "width": 5, "dash": [8, 4]},
        {"line": "unknown"},
    ],
    "stops": [{"fill": "loud", "line": "ink", "radius": 6}, {"fill": "blind"}],
}


def styles() -> Styles:
    """Return the styles of everything that is drawn."""
    found = {}
    for name, stated in STYLES.items():
        looks = LOOKS.get(name, [{}])
        rules = [rule | look for rule, look in zip(stated["rule"], looks, strict=True)]
        found[name] = Style.model_validate({**stated, "name": name, "rule": rules})
    return Styles(found, read_palette(DELIVERED) | PALETTE)


PLAN = {
    "title": {"en": "Plan of the square", "zh": "方城“十四五”规划"},
    "year": 2023,
    "area": {"layer": "districts", "name": "甲区"},
    "path": Path("maps/fangcheng/plan.toml"),
    "goal": [
        {
            "row": "A-1",
            "title": {"en": "Land near a park", "zh": "公园服务覆盖率"},
            "unit": "%",
            "attribute": "binding",
            "baseline": {"value": 20, "year": 2019},
            "target": {"at_least": 93.8, "year": 2025},
        },
        {
            "row": "A-2",
            "title": {"en": "Road noise", "zh": "道路交通噪声"},
            "unit": "dB",
            "baseline": {"above": 71.4, "year": 2019},
            "target": {"below": 70, "year": 2025},
        },
        {
            "row": "A-3",
            "title": {"en": "Stops", "zh": "站点数"},
            "unit": "",
            "target": {"no_loss": True},
        },
        {
            "row": "R-1",
            "title": {"en": "=SUM(A1)", "zh": "@碳排放总量"},
            "unit": "万吨",
            "reported": {"value": 1582.1, "year": 2022, "source": "统计公报"},
            "target": {"narrative": True, "note": "稳定达标"},
        },
        {
            "row": "E-1",
            "title": {"en": "Red line", "zh": "红线"},
            "unit": "km²",
            "target": {"at_least": 3.3, "year": 2025},
            "note": {"en": "as the plan prints it", "zh": "按规划原文"},
        },
    ],
}


def provenance(*layers: Stamp) -> Provenance:
    """Return where a number of the card comes from."""
    return Provenance(
        rule="GB/T 51346-2019",
        confidence="high",
        parameters={"min_area_m2": 1000.0, "distance_m": 500.0, "preset": None},
        layers=layers,
        crs=CRS,
        area_method="plane",
        version="0.1.0",
    )


def card(plan: dict | None = None) -> Scorecard:
    """Return the scorecard: 270 of 770 thousand m² are known to be served."""
    read = Plan.model_validate(plan or PLAN)
    goals = {goal.row: goal for goal in read.goal}
    land = plots()
    served = land["served"].fillna(value=False).to_numpy(bool)
    share = Result.share(
        AREA,
        part=land[served],
        rest=land[~served],
        land_served=land,
        notes=(Text(en="one plot is unknown", zh="一块未知"),),
    )
    by_zone = GeoDataFrame(
        {
            "zone": ["西街道", "东街道"],
            "numerator": [250_000.0, 20_000.0],
            "denominator": [500_000.0, 270_000.0],
            "value": [50.0, 100 * 2 / 27],
            "rank": pd.array([1, 1], dtype="Int64"),
        },
        geometry=list(ZONES.geometry),
        crs=CRS,
    )
    balance = pd.DataFrame({"group": ["西"], "zones": [1], "value": [50.0]})
    scores = (
        Score(
            goals["A-1"],
            2023,
            share,
            zones=by_zone,
            balance=balance,
            provenance=provenance(PARKS, LAND),
        ),
        Score(goals["A-2"], 2023, Result.scalar(69.96, road_levels=roads())),
        Score(goals["A-3"], 2023, Result.scalar(3.0, stops=stops())),
        Score(goals["R-1"], 2023),
        Score(goals["E-1"], 2023, error=LayerError("no red lines", "没有红线")),
    )
    river = GeoDataFrame(geometry=[LineString([(X, Y), (X + 1000, Y + 1000)])], crs=CRS)
    return Scorecard(
        plan=read,
        scores=scores,
        area=AREA,
        zones=ZONES,
        context={"rivers": river},
        stamps=(PARKS, LAND, RIVERS),
        notes=(Text(en="a note", zh="一条说明"),),
        version="0.1.0",
    )
