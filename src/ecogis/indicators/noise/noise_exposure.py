"""Who lives with how much road noise, and for whom is it more than the limit?"""

from typing import Annotated, Any, Literal

import numpy as np
import shapely
from geopandas import GeoDataFrame
from pydantic import Field as Bounds

from ecogis.acoustics.engine import Reach
from ecogis.acoustics.exposed import drawn_buildings, told_of, worst_roads
from ecogis.acoustics.exposure import PeopleAt
from ecogis.acoustics.facades import Facades
from ecogis.acoustics.noise_map import EngineName, engine_of, noise_grids
from ecogis.acoustics.roads import must_be_known, traffic_of
from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.indicator import Share, Step, indicator
from ecogis.raster import Raster
from ecogis.result import Result
from ecogis.spatial.contours import level_areas
from ecogis.spatial.levels import PERIODS, Period
from ecogis.spatial.noise_scene import noise_scene, receivers_before
from ecogis.spatial.residents import residents, zoned

Counted = Literal["people", "people_percent", "dwellings", "buildings"]
AcousticClass = Literal["0", "1", "2", "3"]
Reached = Annotated[float, Bounds(ge=10, le=5000, strict=True)]
# how far a building that counts may reach over the boundary
_BEYOND_M = 100.0
_CONTOURS_DB = tuple(float(edge) for edge in range(45, 80, 5))
_HJ24 = "GB 3096-2008 table 1; HJ 2.4-2021 appendix B.2, not checked against the text"
_COUNTED = {
    "people": Text(en="People", zh="人口数"),
    "people_percent": Text(en="Share of people", zh="人口比例"),
    "dwellings": Text(en="Dwellings", zh="住宅套数"),
    "buildings": Text(en="Buildings", zh="建筑栋数"),
}
_NO_DWELLINGS = Text(
    en="buildings: field 'dwellings' is missing; state it in the plan as fields = "
    '{ dwellings = "THEIR_NAME" }, or count people or buildings',
    zh="建筑物：缺少住宅套数字段 'dwellings'；请在规划文件中写明 fields = "
    '{ dwellings = "字段名" }，或改按人口、建筑统计',
)
_NO_PEOPLE = Text(
    en="nothing says how many people live in the buildings; only these are counted",
    zh="缺少人口数据，仅统计建筑",
)


def _margin(*, max_distance_m: float, **_others: object) -> float:
    return max_distance_m + _BEYOND_M


@indicator(
    title={
        "en": "{counted} above the noise limit of their zone by {period}",
        "zh": "{period}噪声超过功能区限值的{counted}",
    },
    unit="people",
    units={
        "counted": {
            "people_percent": "%",
            "dwellings": "dwellings",
            "buildings": "buildings",
        }
    },
    better="lower",
    margin=_margin,
    standard="GB 3096-2008 table 1; CNOSSOS-EU (Directive 2015/996, 2021/1226)",
    confidence="high",
    # formulas unchecked, and how they apply to maps is our own
    rules={"engine": {"hj24": (_HJ24, "medium")}},
    words={"counted": _COUNTED, "period": PERIODS},
    only_if={
        "noise_barriers": ("with_barriers", True),
        "reflections": ("engine", "cnossos"),
        "lateral": ("engine", "cnossos"),
        "favourable_share": ("engine", "cnossos"),
    },
    draws=("facade_levels", "people_above_limits", "noise_contours", "loudest_roads"),
)
def noise_exposure(
    area: StudyArea,
    roads: GeoDataFrame,
    buildings: GeoDataFrame,
    population: GeoDataFrame | None = None,
    noise_zones: GeoDataFrame | None = None,
    noise_barriers: GeoDataFrame | None = None,
    ground_absorption: GeoDataFrame | None = None,
    elevation: Raster | None = None,
    *,
    engine: EngineName = "cnossos",
    period: Period = "day",
    counted: Counted = "people",
    people_at: PeopleAt = "most_exposed",
    default_class: AcousticClass = "2",
    with_barriers: bool = True,
    max_distance_m: Reached = 500.0,
    facade_step_m: Step = 5.0,
    grid_m: Step | None = None,
    height_m: Step = 4.0,
    default_g: Share = 0.0,
    reflections: bool = False,
    lateral: bool = False,
    favourable_share: tuple[Share, Share, Share] = (0.5, 0.75, 1.0),
    traffic_counted: Literal["hour", "period"] = "hour",
) -> Result:
    """
    People whose façade hears more road noise than their acoustic zone allows.

    Before every wall of every building stands a receiver at most each ``facade_step_m``
    metres. Levels are those of the incident sound, the wall itself does not reflect.
    Two goals that differ in the traffic of roads only propagate once.

    Parameters
    ----------
    area
        Buildings whose inner point lies in it count.
    roads
        Lines with the fields of the layer; what they do not state of their traffic is
        taken by class, and counted in the notes.
    buildings
        Polygons, optionally with ``height_m``, ``floors``, ``use``, ``people`` and
        ``dwellings``. All of them stand in the way, and have façades.
    population
        Polygons with ``people``, who live in the homes, by floor area; None where
        buildings state their people.
    noise_zones
        Polygons with ``class``, at the inner point of a building.
    noise_barriers
        Lines with ``height_m``, optionally ``alpha``.
    ground_absorption
        Polygons with ``g``, 0 (hard) to 1 (porous).
    elevation
        Altitude of the ground in metres: all stands on it; None: the ground is level.
    engine
        What computes levels: ``"cnossos"`` (CNOSSOS-EU) or ``"hj24"`` (HJ 2.4-2021).
    period
        ``"day"``: 06 to 22, energy mean of the END's day and evening; ``"night"``.
    counted
        What the value counts: ``"people"``, ``"people_percent"`` of those whose level
        is known, ``"dwellings"``, ``"buildings"``.
    people_at
        ``"most_exposed"``: at the loudest façade of their building; ``"upper_half"``:
        evenly at the louder half of its receivers; ``"floor_area"``: evenly at all.
    default_class
        Class where no zone of a known class lies.
    with_barriers
        False: noise barriers do not stand, for comparison.
    max_distance_m
        Roads farther away are not heard.
    facade_step_m
        Longest piece of wall that one receiver stands for.
    grid_m
        Side of the cells of the noise map; None: no map.
    height_m
        Of receivers above the ground.
    default_g
        Ground factor outside ``ground_absorption``.
    reflections
        Sound also comes by way of one wall within 100 m; a few times slower. With
        CNOSSOS-EU alone.
    lateral
        Sound also goes round obstacles within 100 m; very much slower, for a few
        buildings. With CNOSSOS-EU alone.
    favourable_share
        Share of the time with rays that bend down, by day, evening and night. With
        CNOSSOS-EU alone.
    traffic_counted
        Whether flows are vehicles an hour or of the whole period.

    Returns
    -------
    Result
        People (dwellings, buildings, or %). The table has people by where they live,
        dwellings and buildings in bands of 5 dB of Lden, day and night; ``tables`` has
        ``worst_roads``, ``counts`` what is above the limit by zone. Draws
        ``facade_levels`` (field ``level_db``), ``people_above_limits`` (``over_db``),
        ``loudest_roads`` (``buildings``) and, with ``grid_m``, ``noise_contours``
        (``from_db``); the grids are ``noise_lden``, ``noise_day``, ``noise_night``.

    Raises
    ------
    LayerError
        Nothing says how many people or dwellings there are, where they are counted, or
        how loud a road is; the elevation is of another place or CRS.

    Source
    ------
    GB 3096-2008, table 1: limits. Directive 2002/49/EC, annex VI: most exposed façade,
    bands; Directive (EU) 2015/996 as amended by 2021/1226: CNOSSOS-EU, and people at
    the louder half of the receivers. Shares of favourable rays: WG-AEN, version 2
    (2007), toolkit 17; not checked against the text.
    """
    living = residents(
        *(area, buildings, population),
        margin_m=max_distance_m,
        required=counted.startswith("people"),
    )
    housed = buildings.assign(people=living.people)
    homes, unzoned = zoned(area, housed, noise_zones, default_class=default_class)
    _must_be_known(homes, counted)
    barriers = noise_barriers if with_barriers else None
    scene = noise_scene(
        *(buildings, barriers, ground_absorption, elevation),
        default_g=default_g,
        reflecting=reflections,
        window=area.window(_margin(max_distance_m=max_distance_m)),
    )
    traffic, assumed = traffic_of(roads, counted=traffic_counted)
    must_be_known(traffic, roads)
    reach = Reach(max_distance_m, favourable_share, reflections, lateral)
    noise = engine_of(engine, scene.around, roads, traffic, reach)
    where: dict[str, Any] = {"spacing_m": facade_step_m, "height_m": height_m}
    where |= {"reflecting": reflections, "terrain": scene.around.terrain}
    walls, building = receivers_before(buildings, homes.index.to_numpy(), **where)
    facades = Facades(noise.at(walls), building)
    homes = facades.held_against_limits(homes, period, people_at)
    loudest = facades.loudest_roads(homes, roads, period)
    drawn = {**drawn_buildings(homes), "loudest_roads": loudest}
    grids = noise_grids(noise, area, buildings, step_m=grid_m, height_m=height_m)
    if grids:
        shown = grids[f"noise_{period}"]
        drawn["noise_contours"] = level_areas(shown, _CONTOURS_DB)
    worst = worst_roads(loudest)
    people = living.notes if living.known else (_NO_PEOPLE,)
    told = (
        *(*told_of(homes, worst, period), *unzoned, *people, *noise.notes),
        *(*scene.notes, *assumed, *walls.notes, *facades.sound.notes),
    )
    tables = {"table": facades.table(homes), "tables": {"worst_roads": worst}}
    return _result(homes, counted, rasters=grids, notes=told, **tables, **drawn)


def _must_be_known(homes: GeoDataFrame, counted: Counted) -> None:
    if counted == "dwellings" and homes["dwellings"].isna().all():
        raise LayerError(_NO_DWELLINGS.en, _NO_DWELLINGS.zh)


def _result(homes: GeoDataFrame, counted: Counted, **more: Any) -> Result:
    """Return the result, a point a building: a zone's border cuts none in two."""
    known = homes[homes["level_db"].notna()]
    if known.empty:
        return Result.scalar(None, **more)
    points = shapely.point_on_surface(known.geometry.to_numpy())
    share = known["share_above"].to_numpy(float)
    amounts = {
        name: known[name].to_numpy(float, na_value=np.nan)
        for name in ("people", "dwellings")
    }
    counts = {
        f"{name}_above": np.nan_to_num(amount) * share
        for name, amount in amounts.items()
        if not np.isnan(amount).all()
    }
    counts["buildings_above"] = known["over_db"].notna().to_numpy(float)
    parts = GeoDataFrame(counts, geometry=points, crs=known.crs)
    # also of those that hear nothing, which are not drawn
    parts["building"] = known.geometry.to_numpy()
    more["counts"] = tuple(counts)
    if counted == "people_percent":
        amount = np.nan_to_num(amounts["people"])
        both = parts.assign(numerator=parts["people_above"], denominator=amount)
        return Result.ratio(both, scale=100, **more)
    return Result.total(parts.assign(numerator=parts[f"{counted}_above"]), **more)
