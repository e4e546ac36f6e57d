"""A scorecard of the fictional district: every verdict, every kind of layer."""

from dataclasses import replace

import numpy as np
import pandas as pd
from district import (
    AREA,
    CRS,
    NAMES,
    SCRIPT,
    frame,
    homes,
    parks,
    red_lines,
    rivers,
    roads,
    stops,
    zones,
)

from ecogis.document import Text
from ecogis.equality import Equality, Extreme
from ecogis.errors import LayerError
from ecogis.plan import Area, Balance, Baseline, Goal, Plan, Reported, Target
from ecogis.result import Result
from ecogis.scorecard import Provenance, Score, Scorecard
from ecogis.source import Stamp
from ecogis.spatial.zonal import OUTSIDE

STAMPS = (
    Stamp("parks", "layers/公园绿地.shp", "0f3a" * 16, "2024-06", 27, CRS),
    Stamp("buildings", "layers/yuhe.osm.pbf", "77ab" * 16, "2024-11-02", 4061, CRS),
    Stamp("subdistricts", "layers/subdistricts.gpkg", "c0de" * 16, None, 7, CRS),
)
# by zone, in the order of NAMES: the last has nothing to measure
TOPS = [512000.0, 301200.5, 98100.0, 210000.0, 777000.0, 431000.0, 0.0]
BOTTOMS = [540000.0, 412000.0, 260000.0, 215000.0, 801000.0, 600000.0, 0.0]
AMOUNTS = [0.4, 0.9, 0.05, 0.6, 0.12, 0.66, 0.0]


def text(en, zh):
    return Text(en=en, zh=zh)


def provenance(**parameters):
    return Provenance(
        rule="GB/T 51346-2019 4.2",
        confidence="medium",
        parameters=parameters,
        layers=STAMPS[:2],
        crs="EPSG:4548",
        area_method="plane",
        version="0.1.0",
    )


def shares_by_zone():
    """Return the break-down of a share; what no zone holds is the last row."""
    rows = zones().rename(columns={"name": "zone"})
    rows = rows.assign(numerator=TOPS, denominator=BOTTOMS)
    rows.loc[len(rows)] = {"zone": OUTSIDE, "numerator": 10.0, "denominator": 20.0}
    some = rows["denominator"].where(rows["denominator"] > 0)
    missing = rows["denominator"] - rows["numerator"]
    rank = missing.rank(method="min", ascending=False).astype("Int64")
    return rows.assign(value=100 * rows["numerator"] / some, rank=rank)


def amounts_by_zone():
    """Return the break-down of a total: it has no denominator."""
    rows = zones().rename(columns={"name": "zone"})
    rank = pd.Series(AMOUNTS).rank(method="min").astype("Int64")
    return rows.assign(
        numerator=AMOUNTS, denominator=np.nan, value=AMOUNTS, rank=rank.to_numpy()
    )


def groups():
    return pd.DataFrame(
        {
            "group": ["北部 / north", "南部 / south"],
            "zones": [3, 3],
            "numerator": [1201000.0, 911300.5],
            "denominator": [1276000.0, 1212000.0],
            "value": [94.12, 75.19],
            "ratio": [1.0, 0.7989],
        }
    )


def unequal():
    """Return half the homes with a quarter of the parks: a Gini coefficient of 1/4."""
    return Equality(
        weighted_by="denominator",
        zones=2,
        left_out=1,
        highest=Extreme((NAMES[0],), 90.0),
        lowest=Extreme((NAMES[1],), 30.0),
        gini=0.25,
        variation=0.5,
        lorenz=((0.0, 0.0), (0.5, 0.25), (1.0, 1.0)),
        groups=0.7989,
    )


def park_score(goal, built):
    result = Result(
        value=33.8,
        numerator=2_301_300.5,
        denominator=6_808_000.0,
        scale=100.0,
        kind="share",
        drawn={"homes_served": built, "parks_counted": parks()},
        notes=(text("3 parks lie across the border", "3 处公园位于界外"),),
    )
    stated = provenance(distance_m=500.0, min_area_m2=1000.0, tiers=None)
    return Score(goal, 2024, result, zones=shares_by_zone(), provenance=stated)


def park_scores(built):
    """Return two goals that draw the same styles; the first one weighs groups."""
    title = text(
        "Homes within 500 m of a park of at least 1000 m²",
        "公园绿地500米服务半径覆盖率（1000平方米以上，居住建筑）",
    )
    near = Goal(
        row="YH-01",
        title=title,
        unit="%",
        attribute="binding",
        baseline=Baseline(value=80.0, year=2019),
        target=Target(at_least=93.8, year=2025),
        balance=Balance(between=(NAMES[:3], NAMES[3:6])),
    )
    far = Goal(
        row="YH-02",
        title=text("Homes within 800 m of a park", "公园绿地800米服务半径覆盖率"),
        unit="%",
        target=Target(at_least=30, year=2025),
    )
    return (
        replace(park_score(near, built), balance=groups(), equality=unequal()),
        park_score(far, built.assign(served=True)),
    )


def computed_scores():
    """Return a total with its own table; points; a layer without features."""
    red = red_lines()
    kept = red.assign(change="kept", area_m2=red.area.round())
    area = Goal(
        row="YH-03",
        title=text("Ecological red line", "生态保护红线面积"),
        unit="km²",
        baseline=Baseline(at_least=2.7, year=2020),
        target=Target(no_loss=True, year=2025),
    )
    total = Result(
        value=2.73,
        numerator=2.73,
        kind="total",
        drawn={"red_lines_inside": red, "redline_change": kept},
        table=pd.DataFrame({"name": ["榆河", SCRIPT], "area_ha": [167.25, 105.5]}),
    )
    near = Goal(
        row="YH-04",
        title=text("Stops within 500 m", "公交站点500米覆盖率"),
        unit="%",
        baseline=Baseline(value=80, year=2020),
        target=Target(at_least=90, year=2025),
    )
    blind = Goal(
        row="YH-05",
        title=text("Red line lost", "生态保护红线减少面积"),
        unit="ha",
        target=Target(below=50, year=2025),
    )
    nothing = frame([], change=[], area_m2=[])
    return (
        Score(area, 2024, total, zones=amounts_by_zone(), provenance=provenance()),
        Score(near, 2023, Result(value=88.5, drawn={"stops_counted": stops()})),
        Score(blind, 2024, Result(value=0.0, drawn={"redline_change": nothing})),
    )


def reported(row, title, unit, value, **goal):
    stated = Reported(value=value, year=2024, source="2024 年环境状况公报")
    return Score(Goal(row=row, title=title, unit=unit, reported=stated, **goal), 2024)


def other_scores():
    """Return what is reported, unknown, and targets that are not a number."""
    noise = Goal(
        row="YH-07",
        title=text("Traffic noise", "道路交通噪声"),
        unit="dB",
        target=Target(below=70, year=2025),
    )
    missing = LayerError(
        "layer 'roads' has no source: put roads.gpkg into yuhe/layers/",
        "图层“道路”（roads）没有数据来源：请将 roads.gpkg 放入 yuhe/layers/",
    )
    dust = text("PM2.5, annual mean", "细颗粒物（PM2.5）年均浓度")
    carbon = text("Total carbon emission", "碳排放总量")
    days = text("Days of heavy pollution", "重度及以上污染天数比例")
    almost = Target(narrative=True, note=text("almost none", "基本消除"), year=2025)
    start = Baseline(value=39, year=2020)
    most = Target(at_most=33, year=2025)
    city = Target(municipal=True, year=2025)
    return (
        reported("YH-06", dust, "µg/m³", 34.2, baseline=start, target=most),
        Score(noise, 2024, error=missing),
        reported("YH-08", carbon, "万吨", 1582.1, target=city),
        reported("YH-09", days, "%", 2.5, target=almost),
    )


def scorecard(step=300, **changes):
    """Return the district's scorecard; ``step`` is the houses' spacing in metres."""
    found = (*park_scores(homes(step)), *computed_scores(), *other_scores())
    plan = Plan(
        title=text("Yuhe ecological plan", "榆河区“十四五”时期生态环境保护规划"),
        year=2024,
        area=Area(layer="districts", name="榆河区"),
        zones="subdistricts",
        goal=tuple(score.goal for score in found),
        fictional=True,
    )
    card = Scorecard(
        plan=plan,
        scores=found,
        area=AREA,
        zones=zones(),
        context={"roads": roads(), "rivers": rivers()},
        stamps=STAMPS,
        notes=(text("parks: 2 features were repaired", "公园绿地：修复 2 个要素"),),
        version="0.1.0",
    )
    return replace(card, **changes)
