"""Which ground along main roads and railways is acoustic class 4?"""

from collections.abc import Iterator
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pydantic import Field as Bounds

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import Metres, QuadSegs, indicator
from ecogis.result import Result
from ecogis.spatial.acoustic import ground_by_class
from ecogis.spatial.overlay import without
from ecogis.spatial.strips import metres_from_boundary, strips
from ecogis.spatial.traffic import main_lines

AcousticClass = Literal["0", "1", "2", "3"]
ExtraMetres = Annotated[float, Bounds(ge=-5, le=5, strict=True)]
_SENSITIVE_USES = ("residential", "school", "hospital", "care")
# the widest strip, and half of the widest road that a city has
_WIDEST_M, _HALF_ROAD_M = 50.0, 60.0
_COLUMNS = ("name", "kind", "class", "distance_m")
_SIZES = Text(
    en="4a {size_4a:.4g} km², 4b {size_4b:.4g} km²; the roads and tracks themselves "
    "are part of it",
    zh="4a类 {size_4a:.4g} 平方公里，4b类 {size_4b:.4g} 平方公里；含道路和铁路用地本身",
)
_NOT_APPLIED = Text(
    en="not applied: a first row of buildings of three storeys or more as the limit of "
    "4a; waterways",
    zh="未采用：临街三层及以上建筑以其面向道路一侧为界的规定；内河航道未计",
)
_INSIDE = Text(
    en="{inside} of {all} {what} lie in class 4, at least in part",
    zh="{all} 栋{what}中 {inside} 栋全部或部分位于4类区内",
)
_NO_BUILDINGS = Text(
    en="no noise-sensitive buildings are known: none are counted",
    zh="无噪声敏感建筑物数据，未统计",
)
_BUILDINGS = Text(en="buildings", zh="建筑")
_SENSITIVE = Text(en="noise-sensitive buildings", zh="噪声敏感建筑物")


def _margin(*, extra_m: float, track_half_width_m: float, **_others: object) -> float:
    return _WIDEST_M + extra_m + max(_HALF_ROAD_M, track_half_width_m)


@indicator(
    title={
        "en": "Ground of acoustic class 4 along main roads and railways",
        "zh": "交通干线两侧4类声环境功能区面积",
    },
    unit="km²",
    better="lower",
    margin=_margin,
    standard="GB/T 15190-2014 8.3; GB 3096-2008",
    confidence="medium",
    draws=("noise_zone_4", "sensitive_in_4"),
)
def noise_zones_4a(
    area: StudyArea,
    roads: GeoDataFrame,
    noise_zones: GeoDataFrame | None = None,
    railways: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    sensitive_buildings: GeoDataFrame | None = None,
    *,
    default_class: AcousticClass = "2",
    extra_m: ExtraMetres = 0.0,
    track_half_width_m: Metres = 4.0,
    quad_segs: QuadSegs = 32,
) -> Result:
    """
    Ground of class 4a beside main roads and urban rail, 4b beside main line railways.

    The class that the ground itself has decides how wide the strip is there: 50 m in
    class 1, 35 m in class 2, 20 m in class 3, from the boundary line of the road or
    track. The road or track itself is part of the strip; where 4a and 4b meet, it is
    4b. Where zones overlap, the quieter class holds. Ground in no zone, or in a zone
    that is class 4 already, is taken as ``default_class``; class 0 as class 1.

    Parameters
    ----------
    area
        Only ground inside it counts.
    roads
        Lines with ``class``; ``motorway``, ``trunk``, ``primary`` and ``secondary``
        count, with their slip roads. ``width_m`` lies between the boundary lines; where
        it is missing or 0, the table ``road_width`` gives one by class.
    noise_zones
        Polygons with ``class`` (``0`` to ``3``; ``4``, ``4a``, ``4b``), or None.
    railways
        Lines with ``kind``: ``rail`` and ``high_speed`` make 4b, ``subway``,
        ``light_rail`` and ``tram`` 4a, without ``kind`` 4b.
    buildings
        Polygons, counted; those whose ``use`` is residential, school, hospital or care
        are the sensitive ones where ``sensitive_buildings`` is absent.
    sensitive_buildings
        Polygons, optionally with ``name`` and ``kind``.
    default_class
        Class of the ground whose class is unknown.
    extra_m
        What a city adds to each strip, -5 to 5 m: Zibo takes 55, 40 and 25 m.
    track_half_width_m
        From the line of a track to its boundary, in metres.
    quad_segs
        Segments for a quarter of a circle; 32 miss 0.04 % of it. Buildings need none.

    Returns
    -------
    Result
        Square kilometres of 4a and 4b. A building counts where any part of it lies in a
        strip, exactly, as wide as at its inner point. The table lists sensitive
        buildings in class 4 (``name``, ``kind``, ``class``, ``distance_m`` from the
        boundary line). Draws ``noise_zone_4`` and ``sensitive_in_4`` (both ``class``).

    Source
    ------
    GB/T 15190-2014 (8.3): strips of 50, 35, 20 m, each ± 5 m, beside classes 1, 2, 3;
    GB 3096-2008: 4a along motorways, first and second class highways, expressways,
    arterial and sub-arterial roads, urban rail on the surface and inland waterways, 4b
    along main line railways. Zibo (2023) fixes 55, 40, 25 m and 4b over 4a. Half a
    track: half of the 7.5 to 8.1 m of a single track's formation. Uncertain: the
    standards' texts were not at hand; the rule that buildings of three storeys or more
    limit 4a to their front is not applied.
    """
    lines, assumed = main_lines(roads, railways, track_half_width_m=track_half_width_m)
    land, told = ground_by_class(
        area, noise_zones, default_class=default_class, extra_m=extra_m
    )
    zones = _zones(lines, land, quad_segs)
    zones["numerator"] = area.measure(zones)
    counted = _classed(area, buildings, lines, land)
    sensitive = _classed(area, sensitive_buildings, lines, land)
    if sensitive is None:
        sensitive = _of_sensitive_use(counted)
    drawn = {} if sensitive is None else {"sensitive_in_4": _listed(sensitive)}
    return Result.total(
        zones,
        scale=1e-6,
        table=None if sensitive is None else _table(_listed(sensitive)),
        notes=(
            _size(zones),
            *assumed,
            *told,
            *_counts(counted, sensitive),
            _NOT_APPLIED,
        ),
        noise_zone_4=zones[["class", "geometry"]],
        **drawn,
    )


def _zones(lines: GeoDataFrame, land: GeoDataFrame, quad_segs: int) -> GeoDataFrame:
    """Return the ground of 4b, and that of 4a which is not 4b."""
    four_b, four_a = (
        strips(lines[lines["class"] == name], land, quad_segs=quad_segs)
        for name in ("4b", "4a")
    )
    four_a = without(four_a, four_b.geometry.to_numpy())
    both = [four_a.assign(**{"class": "4a"}), four_b.assign(**{"class": "4b"})]
    known = [frame for frame in both if len(frame)] or both[:1]
    return pd.concat(known, ignore_index=True)


def _classed(
    area: StudyArea,
    buildings: GeoDataFrame | None,
    lines: GeoDataFrame,
    land: GeoDataFrame,
) -> GeoDataFrame | None:
    """Return the area's buildings with ``class`` and ``distance_m``, None for none."""
    if buildings is None:
        return None
    inside = area.inside(buildings).reset_index(drop=True)
    metres_a, metres_b = (
        metres_from_boundary(inside, lines[lines["class"] == name], land)
        for name in ("4a", "4b")
    )
    classes = pd.Series([None] * len(inside), dtype=object)
    classes[~np.isnan(metres_a)] = "4a"
    classes[~np.isnan(metres_b)] = "4b"
    metres = np.where(np.isnan(metres_b), metres_a, metres_b)
    inside["class"] = classes
    inside["distance_m"] = metres
    return inside


def _of_sensitive_use(buildings: GeoDataFrame | None) -> GeoDataFrame | None:
    if buildings is None or "use" not in buildings:
        return None
    used = buildings[buildings["use"].isin(_SENSITIVE_USES)]
    return used.assign(kind=used["use"])


def _listed(buildings: GeoDataFrame) -> GeoDataFrame:
    """Return the buildings in class 4 with the columns of the table."""
    inside = buildings[buildings["class"].notna()]
    return inside.assign(name=inside.get("name"), kind=inside.get("kind"))[
        [*_COLUMNS, "geometry"]
    ]


def _table(listed: GeoDataFrame) -> pd.DataFrame:
    rows = pd.DataFrame(listed[list(_COLUMNS)])
    return rows.sort_values(["distance_m", "name", "kind"], ignore_index=True)


def _size(zones: GeoDataFrame) -> Text:
    sizes = zones.groupby("class")["numerator"].sum() / 1e6
    return _SIZES.format(size_4a=sizes.get("4a", 0.0), size_4b=sizes.get("4b", 0.0))


def _counts(
    counted: GeoDataFrame | None, sensitive: GeoDataFrame | None
) -> Iterator[Text]:
    for what, buildings in ((_BUILDINGS, counted), (_SENSITIVE, sensitive)):
        if buildings is not None:
            told = {"all": len(buildings), "inside": int(buildings["class"].count())}
            yield _INSIDE.format(what=what, **told)
    if sensitive is None:
        yield _NO_BUILDINGS
