"""Do planned roads keep their distance from where noise-sensitive buildings stand?"""

from typing import Annotated

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pydantic import Field as Bounds

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import Metres, QuadSegs, indicator
from ecogis.result import Result
from ecogis.spatial.clusters import clusters
from ecogis.spatial.overlay import cut, dissolve, split
from ecogis.spatial.sensitive import Kind, of_kinds
from ecogis.table import table

Several = Annotated[int, Bounds(ge=1, le=10_000, strict=True)]
# half of the widest road that a city has
_HALF_ROAD_M = 60.0
_COLUMNS = (*("road", "road_class", "buildings", "through_m", "near_m", "distance_m"),)
_SUMS = Text(
    en="{through_km:.4g} km of planned roads run through clusters of noise-sensitive "
    "buildings, {near_km:.4g} km more within the setback; {all_km:.4g} km in all",
    zh="规划新建线路共 {all_km:.4g} 公里，其中穿越噪声敏感建筑物集中区域 "
    "{through_km:.4g} 公里，另有 {near_km:.4g} 公里位于防护距离内",
)
_NO_WIDTH = Text(
    en="{count} planned lines state no width; that of their class is taken (table "
    "road_width, confidence low), or none",
    zh="{count} 条规划线路无宽度，按道路等级取值（road_width 表，可信度较低），"
    "无对应等级的按零宽度计",
)


def _margin(*, setback_m: float, merge_m: float, **_others: object) -> float:
    return setback_m + merge_m + _HALF_ROAD_M


@indicator(
    title={
        "en": "Planned roads through clusters of noise-sensitive buildings, or within "
        "{setback_m:g} m",
        "zh": "规划道路穿越噪声敏感建筑物集中区域及{setback_m:g}米防护距离内的长度",
    },
    unit="m",
    better="lower",
    margin=_margin,
    standard="plans of Fengtai and Chaoyang, chapter 6; setback: GB/T 15190-2014 8.3",
    confidence="low",
    draws=("planned_roads_checked", "sensitive_clusters"),
)
def road_crosses_sensitive(
    area: StudyArea,
    planned_roads: GeoDataFrame,
    sensitive_buildings: GeoDataFrame,
    *,
    setback_m: Metres = 50.0,
    merge_m: Metres = 50.0,
    min_buildings: Several = 1,
    kinds: Annotated[tuple[Kind, ...], Bounds(min_length=1)] = (
        *("residential", "school"),
        *("hospital", "care"),
    ),
    quad_segs: QuadSegs = 32,
) -> Result:
    """
    Length of planned roads that run through sensitive clusters, or too near to them.

    Buildings at most ``merge_m`` apart are one cluster, with the ground between them.
    The setback runs from the boundary of the road, half its width from its line. A
    stretch near several clusters counts once.

    Parameters
    ----------
    area
        Planned roads are cut to it; buildings beyond it count.
    planned_roads
        Lines, optionally with ``name``, ``class`` and ``width_m``; a missing width is
        taken by class from the table ``road_width``, else as none.
    sensitive_buildings
        Polygons, optionally with ``kind``.
    setback_m
        Distance to keep from the boundary of the road, in metres.
    merge_m
        Widest gap between the buildings of one cluster, in metres.
    min_buildings
        Fewest buildings that make a cluster.
    kinds
        Kinds of buildings that count; one that states none counts too.
    quad_segs
        Segments for a quarter of a circle; 32 miss 0.04 % of it.

    Returns
    -------
    Result
        Metres of road line. The table lists each road with each cluster that it is too
        near to: ``road``, ``road_class``, ``buildings`` of the cluster, ``through_m``,
        ``near_m`` (within the setback, those through included), ``distance_m`` from the
        road's boundary. Draws ``planned_roads_checked`` (field ``where``: ``through``,
        ``near``, ``clear``) and ``sensitive_clusters``.

    Source
    ------
    Plans of Fengtai and Chaoyang (14th five-year period, 2022): new roads, surface
    urban rail and railways are to keep a setback from sensitive buildings around them
    and to avoid existing clusters of them. Neither states metres: 50 m is the widest
    strip of class 4a (GB/T 15190-2014, 8.3), and the gap that unites a cluster is a
    convention.
    """
    chosen, left = of_kinds(sensitive_buildings, kinds)
    places = clusters(chosen, merge_m, quad_segs)
    places = places[places["buildings"] >= min_buildings].reset_index(drop=True)
    roads, notes = _roads(area, planned_roads)
    reach_m = setback_m + roads["half_m"].to_numpy(float)
    pairs = _pairs(roads, places, reach_m, quad_segs)
    checked = _checked(area, roads, pairs)
    counted = checked[checked["where"] != "clear"]
    return Result.total(
        counted[["geometry"]].assign(numerator=counted["length_m"]),
        notes=(_sums(checked), *notes, *left),
        table=_table(area, roads, pairs),
        planned_roads_checked=checked,
        sensitive_clusters=places.iloc[np.unique(pairs["place"])],
    )


def _roads(
    area: StudyArea, planned_roads: GeoDataFrame
) -> tuple[GeoDataFrame, list[Text]]:
    """Return the planned lines inside with their half width, and what was assumed."""
    none = np.full(len(planned_roads), None)
    classes = np.asarray(planned_roads.get("class", none), dtype=object)
    widths = {name: row.columns["width_m"] for name, row in table("road_width").items()}
    by_class = np.array([widths.get(name, 0.0) for name in classes], dtype=float)
    stated = np.zeros(len(planned_roads))
    if "width_m" in planned_roads:
        stated = planned_roads["width_m"].to_numpy(dtype=float, na_value=np.nan)
    missing = int((~(stated > 0)).sum())
    lines = GeoDataFrame(
        {
            "road": np.asarray(planned_roads.get("name", none), dtype=object),
            "road_class": classes,
            "half_m": np.where(stated > 0, stated, by_class) / 2,
        },
        geometry=planned_roads.geometry.to_numpy(),
        crs=planned_roads.crs,
    )
    notes = [_NO_WIDTH.format(count=missing)] if missing else []
    return cut(lines, area.boundary).reset_index(drop=True), notes


def _pairs(
    roads: GeoDataFrame,
    places: GeoDataFrame,
    reach_m: NDArray[np.float64],
    quad_segs: int,
) -> GeoDataFrame:
    """Return each road with each place that it is too near to, and the ground there."""
    lines, grounds = roads.geometry.to_numpy(), places.geometry.to_numpy()
    road, place = shapely.STRtree(grounds).query(
        lines, predicate="dwithin", distance=reach_m
    )
    far = shapely.distance(lines[road], grounds[place])
    return GeoDataFrame(
        {
            "number": road,
            "place": place,
            "buildings": places["buildings"].to_numpy()[place],
            "distance_m": np.maximum(far - roads["half_m"].to_numpy(float)[road], 0),
            "through": grounds[place],
        },
        geometry=shapely.buffer(grounds[place], reach_m[road], quad_segs=quad_segs),
        crs=roads.crs,
    )


def _checked(area: StudyArea, roads: GeoDataFrame, pairs: GeoDataFrame) -> GeoDataFrame:
    """Return the roads in pieces that run through, near to or clear of the places."""
    found = []
    for number, near in pairs.groupby("number"):
        line = roads.iloc[[int(str(number))]]
        through, rest = split(line, dissolve(near["through"].to_numpy(object)))
        beside, rest = split(rest, dissolve(near.geometry.to_numpy()))
        found += [through.assign(where="through"), beside.assign(where="near")]
        found.append(rest.assign(where="clear"))
    untouched = np.setdiff1d(np.arange(len(roads)), pairs["number"])
    found.append(roads.iloc[untouched].assign(where="clear"))
    known = [pieces for pieces in found if len(pieces)] or found[-1:]
    checked = GeoDataFrame(pd.concat(known, ignore_index=True), crs=roads.crs)
    checked = checked.assign(length_m=area.measure(checked))
    return checked[["road", "road_class", "where", "length_m", "geometry"]]


def _table(area: StudyArea, roads: GeoDataFrame, pairs: GeoDataFrame) -> pd.DataFrame:
    lines = roads.geometry.to_numpy()[pairs["number"].to_numpy()]
    rows = pd.DataFrame(
        {
            "road": roads["road"].to_numpy(object)[pairs["number"]],
            "road_class": roads["road_class"].to_numpy(object)[pairs["number"]],
            "buildings": pairs["buildings"],
            "through_m": area.measure(
                shapely.intersection(lines, pairs["through"].to_numpy(object))
            ),
            "near_m": area.measure(
                shapely.intersection(lines, pairs.geometry.to_numpy())
            ),
            "distance_m": pairs["distance_m"],
        }
    )
    return rows[list(_COLUMNS)].sort_values(
        ["through_m", "near_m"], ascending=False, kind="stable", ignore_index=True
    )


def _sums(checked: GeoDataFrame) -> Text:
    sums = checked.groupby("where")["length_m"].sum() / 1e3
    return _SUMS.format(
        through_km=sums.get("through", 0.0),
        near_km=sums.get("near", 0.0),
        all_km=float(sums.sum()),
    )
