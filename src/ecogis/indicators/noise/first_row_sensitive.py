"""Which noise-sensitive buildings stand in the first row along a road?"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from pydantic import Field as Bounds

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import Metres, indicator
from ecogis.result import Result
from ecogis.spatial.roadside import LINES, RoadClass, TrackKind, traffic_lines
from ecogis.spatial.sensitive import (
    KINDS,
    Kind,
    floor_area,
    of_kinds,
    of_years,
    standing,
)
from ecogis.spatial.sight import Facades, bodies, facades, lines_in_sight
from ecogis.table import table

SampleMetres = Annotated[float, Bounds(ge=0.5, le=50, strict=True)]
Year = Annotated[int, Bounds(ge=1900, le=2200, strict=True)]
_PRESETS = "first_row"
# how far a building that counts may reach over the boundary
_BEYOND_M = 100.0
_COLUMNS = (
    *("name", "kind", "road_class", "road", "distance_m", "side", "facade_m"),
    *("gfa_m2", "year"),
)
_SEVERAL = Text(en="noise-sensitive buildings", zh="噪声敏感建筑物")
_COUNTED = Text(
    en="{first} of {all} buildings stand in the first row; {no_gfa} of these do not "
    "state a floor area, the others have {gfa_m2:.6g} m²",
    zh="{all} 栋建筑中 {first} 栋位于首排；其中 {no_gfa} 栋建筑面积不详，"
    "其余合计 {gfa_m2:.6g} 平方米",
)
_NEAREST = Text(en="nearest to {road}: {count}", zh="最近道路为{road}：{count} 栋")
_ALONE = Text(
    en="no layer of buildings: only noise-sensitive buildings stand in the way",
    zh="缺少建筑物图层，仅计噪声敏感建筑物之间的遮挡",
)


def _kinds_said(parameters: Mapping[str, Any]) -> Text:
    first, *others = parameters["kinds"]
    named = _SEVERAL if others else KINDS[first]
    year = parameters["since_year"]
    if year is not None:
        zh = f"{year}年以来新建{named.zh}"
        named = Text(en=f"{named.en} of {year} or later", zh=zh)
    if parameters["counted"] == "floor_area":
        return Text(en=f"Floor area of {named.en}", zh=f"{named.zh}建筑面积")
    return Text(en=named.en[0].upper() + named.en[1:], zh=named.zh)


def _lines_said(parameters: Mapping[str, Any]) -> Text:
    names = [LINES[name] for name in (*parameters["classes"], *parameters["tracks"])]
    return Text(
        en=", ".join(name.en for name in names), zh="、".join(name.zh for name in names)
    )


def _margin(*, max_dist_m: float, **_others: object) -> float:
    return max_dist_m + _BEYOND_M


@indicator(
    title={
        "en": "{kinds} in the first row along {classes}",
        "zh": "临{classes}首排{kinds}",
    },
    unit="buildings",
    units={"counted": {"floor_area": "m²"}},
    better="lower",
    margin=_margin,
    presets=_PRESETS,
    standard="line of sight from façade to road; Noise Pollution Prevention Law, 88",
    confidence="medium",
    words={"kinds": _kinds_said, "classes": _lines_said},
    draws=("first_row_buildings", "facades_in_view"),
)
def first_row_sensitive(
    area: StudyArea,
    sensitive_buildings: GeoDataFrame,
    roads: GeoDataFrame,
    buildings: GeoDataFrame | None = None,
    railways: GeoDataFrame | None = None,
    *,
    preset: str | None = None,
    classes: tuple[RoadClass, ...] = ("motorway", "trunk", "primary", "secondary"),
    tracks: tuple[TrackKind, ...] = (),
    kinds: Annotated[tuple[Kind, ...], Bounds(min_length=1)] = (
        *("residential", "school"),
        *("hospital", "care"),
    ),
    since_year: Year | None = None,
    max_dist_m: Metres = 200.0,
    sample_m: SampleMetres = 5.0,
    counted: Literal["buildings", "floor_area"] = "buildings",
) -> Result:
    """
    Noise-sensitive buildings that see a road with no other building in between.

    The outer walls are cut into pieces of ``sample_m`` at most. From the middle of each
    a ray goes to the nearest point of every road within ``max_dist_m``; a building
    stands in the first row if any ray meets no building, itself included. A wall sees
    only what it faces, not what lies along it; between buildings that touch there is no
    gap. Heights do not matter, and a gap narrower than a sample may be missed.

    Parameters
    ----------
    area
        Buildings whose inner point lies in it count; of their walls, what lies up to
        100 m beyond it.
    sensitive_buildings
        Polygons, optionally with ``name``, ``kind``, ``gfa_m2``, ``floors``, ``year``.
    roads
        Lines with ``class``, optionally ``name`` and ``tunnel``. Sections of one class
        and name are one road; sections without a name, if they touch.
    buildings
        Polygons that stand in the way, or None.
    railways
        Lines with ``kind``, or None.
    preset
        A row of the table ``first_row``: ``fengtai``, ``chaoyang``, ``cn_gb3096``.
    classes, tracks
        Classes of roads and kinds of railways that count.
    kinds
        Kinds of buildings that count; one that states none counts too.
    since_year
        Only buildings of that year or later count; None counts them all.
    max_dist_m
        Longest ray, from the wall to the line of the road, in metres.
    sample_m
        Longest piece of a wall that one ray stands for, in metres (0.5 to 50).
    counted
        ``"buildings"``, or ``"floor_area"``: as stated, else footprint times floors.

    Returns
    -------
    Result
        Buildings, or m² of floor area. The table lists them by class and distance:
        ``name``, ``kind``, the nearest road in sight (``road_class``, ``road``), its
        ``distance_m`` from the wall, the ``side`` that the wall faces, ``facade_m`` in
        sight of any road, ``gfa_m2``, ``year``. Draws ``first_row_buildings`` (field
        ``kind``) and ``facades_in_view`` (field ``road_class``).

    Raises
    ------
    LayerError
        ``since_year`` is asked of buildings without the field ``year``.

    Source
    ------
    Noise Pollution Prevention Law of China (2022, article 88): noise-sensitive are
    buildings for living, research, health, education, offices and welfare. Plans of
    Fengtai and Chaoyang (14th five-year period, 2022): no new homes, in Fengtai no new
    sensitive buildings, in the first row along main roads. Neither defines the first
    row: line of sight within 200 m is the convention here.
    """
    chosen, left = of_kinds(area.inside(sensitive_buildings), kinds)
    chosen, undated = of_years(chosen, since_year)
    chosen = _described(area, chosen)
    lines, lost = traffic_lines(roads, railways, classes=classes, tracks=tracks)
    walls = _walls(area, chosen, lines, max_dist_m, sample_m)
    seen = lines_in_sight(
        walls,
        lines.geometry.to_numpy(),
        lines["road"].to_numpy(),
        bodies(standing(sensitive_buildings, buildings)),
        max_dist_m=max_dist_m,
    )
    nearest = _nearest(seen, walls, lines)
    first = _first_row(chosen, nearest)
    notes = (_told(first, len(chosen)), *_by_class(first), *left, *undated, *lost)
    caveats = table(_PRESETS)[preset].caveats if preset else ()
    return Result.total(
        _parts(first, counted),
        notes=(*notes, *([_ALONE] if buildings is None else []), *caveats),
        table=_table(first),
        first_row_buildings=first[[*_COLUMNS, "geometry"]],
        facades_in_view=_views(nearest, walls, area),
    )


def _described(area: StudyArea, buildings: GeoDataFrame) -> GeoDataFrame:
    """Return the buildings with the columns of the table, and those alone."""
    none = np.full(len(buildings), None)
    years = np.full(len(buildings), np.nan)
    if "year" in buildings:
        years = buildings["year"].to_numpy(dtype=float, na_value=np.nan)
    return GeoDataFrame(
        {
            "name": np.asarray(buildings.get("name", none), dtype=object),
            "kind": np.asarray(buildings.get("kind", none), dtype=object),
            "gfa_m2": floor_area(area, buildings),
            "year": np.where(years > 0, years, np.nan),
        },
        geometry=buildings.geometry.to_numpy(),
        crs=buildings.crs,
    )


def _walls(
    area: StudyArea,
    buildings: GeoDataFrame,
    lines: GeoDataFrame,
    max_dist_m: float,
    sample_m: float,
) -> Facades:
    """Return the façades of the buildings within reach of a road."""
    shapes = buildings.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    near = tree.query(
        lines.geometry.to_numpy(), predicate="dwithin", distance=max_dist_m
    )[1]
    rows = np.unique(near)
    walls = facades(shapes[rows], sample_m)
    walls = Facades(rows[walls.owner], walls.start, walls.end)
    # what lies further out could see roads that are not read
    eyes = shapely.points(walls.middle)
    return walls.take(np.asarray(shapely.dwithin(area.boundary, eyes, _BEYOND_M)))


def _nearest(seen: pd.DataFrame, walls: Facades, lines: GeoDataFrame) -> pd.DataFrame:
    """Return the nearest road that each façade piece sees, with its name and class."""
    roads = lines.drop_duplicates("road").set_index("road")
    pieces = seen.sort_values(["piece", "distance_m", "line"]).drop_duplicates("piece")
    return pd.DataFrame(
        {
            "piece": pieces["piece"].to_numpy(),
            "building": walls.owner[pieces["piece"].to_numpy()],
            "road_class": roads["class"].reindex(pieces["line"]).to_numpy(object),
            "road": roads["name"].reindex(pieces["line"]).to_numpy(object),
            "distance_m": pieces["distance_m"].to_numpy(float),
            "side": walls.sides[pieces["piece"].to_numpy()],
            "facade_m": walls.length_m[pieces["piece"].to_numpy()],
        }
    )


def _first_row(buildings: GeoDataFrame, nearest: pd.DataFrame) -> GeoDataFrame:
    """Return the buildings with a façade piece in sight, and what it sees nearest."""
    best = nearest.sort_values(["building", "distance_m", "piece"], kind="stable")
    best = best.drop_duplicates("building").set_index("building")
    best["facade_m"] = nearest.groupby("building")["facade_m"].sum()
    return buildings.iloc[best.index].join(best.drop(columns="piece"))


def _parts(first: GeoDataFrame, counted: str) -> GeoDataFrame:
    """Return a point a building: a zone's border never cuts one in two."""
    amount = np.ones(len(first))
    if counted == "floor_area":
        amount = np.nan_to_num(first["gfa_m2"].to_numpy(float))
    points = shapely.point_on_surface(first.geometry.to_numpy())
    return GeoDataFrame({"numerator": amount}, geometry=points, crs=first.crs)


def _table(first: GeoDataFrame) -> pd.DataFrame:
    order = {name: place for place, name in enumerate(LINES)}
    rows = pd.DataFrame(first[list(_COLUMNS)])
    rows["year"] = rows["year"].astype("Int64")
    by_class = rows["road_class"].map(order)
    return rows.iloc[np.lexsort((rows["distance_m"], by_class))].reset_index(drop=True)


def _views(nearest: pd.DataFrame, walls: Facades, area: StudyArea) -> GeoDataFrame:
    pieces = walls.take(nearest["piece"].to_numpy())
    columns = nearest[["road_class", "road", "distance_m", "side"]]
    return GeoDataFrame(columns, geometry=pieces.lines, crs=area.crs)


def _told(first: GeoDataFrame, buildings: int) -> Text:
    return _COUNTED.format(
        first=len(first),
        all=buildings,
        no_gfa=int(first["gfa_m2"].isna().sum()),
        gfa_m2=float(first["gfa_m2"].sum()),
    )


def _by_class(first: GeoDataFrame) -> Iterator[Text]:
    counts = first["road_class"].value_counts()
    for name, line in LINES.items():
        if name in counts:
            yield _NEAREST.format(road=line, count=counts[name])
