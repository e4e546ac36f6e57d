"""Who is beyond the service radius of parks, and why?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import (
    Metres,
    QuadSegs,
    Result,
    SquareMetres,
    Step,
    Tier,
    Tiers,
    indicator,
)
from ecogis.spatial.beyond_walk import Paths, beyond_walk
from ecogis.spatial.blind import mostly_in, people_of, ranked, why_blind
from ecogis.spatial.entrances import Doors
from ecogis.spatial.ground import ground
from ecogis.spatial.parks import AreaPer, radii, size_words, sized
from ecogis.spatial.people import settle, spread
from ecogis.spatial.service import DENOMINATORS, Reach, Service, serve
from ecogis.table import table

Ground = Literal["residential_land", "population", "built_up_area", "area"]
_PRESETS = "park_service"
_M2_PER_HA = 1e4
# half a person: below it a rounded number would be none
_WORTH_TELLING = 0.5
_NOTHING = Text(en="", zh="")
_LISTED = Text(
    en="{zones} blind zones of at least {least_m2:g} m²; {slivers} smaller ones, "
    "{sliver_ha:,.2f} ha together, count and are not listed",
    zh="盲区 {zones} 处（不小于 {least_m2:g} 平方米）；另有 {slivers} 处更小的，"
    "合计 {sliver_ha:,.2f} 公顷，计入总量但不列出",
)
_PEOPLE = Text(
    en="{people:,.0f} people live in blind zones",
    zh="盲区内常住人口 {people:,.0f} 人",
)
_NOWHERE = Text(
    en="{people:,.0f} people live in population polygons that hold none of this land; "
    "they stand in no zone",
    zh="{people:,.0f} 人所在的人口面内没有该类用地，未计入任何盲区",
)


def _on_foot(parameters: Mapping[str, Any]) -> Text:
    """Return how a title says that walks are measured."""
    return Text(en=" on foot", zh="步行") if parameters["on_foot"] else _NOTHING


def _margin(
    *,
    distance_m: float,
    tiers: Tiers | None,
    on_foot: bool,
    entrance_reach_m: float,
    open_parks: bool,
    **_others: object,
) -> float:
    """Return how far a park, or a walk and the way to its street, may lie outside."""
    farthest_m = max(tier.distance_m for tier in tiers) if tiers else distance_m
    beyond_m = farthest_m if open_parks else entrance_reach_m
    return farthest_m + (beyond_m if on_foot else 0.0)


@indicator(
    title={
        "en": "{denominator} farther than {distance_m:g} m{on_foot} from a park{size}",
        "zh": "{size}公园绿地{on_foot}{distance_m:g}米服务半径盲区（{denominator}）",
    },
    title_tiers={
        "en": "{denominator} beyond the radius of parks{on_foot}, by their size",
        "zh": "公园绿地{on_foot}分级服务半径盲区（{denominator}）",
    },
    unit="ha",
    units={"denominator": {"population": "people"}},
    better="lower",
    margin=_margin,
    standard="GB/T 51346-2019",
    confidence="medium",
    presets=_PRESETS,
    words={"denominator": DENOMINATORS, "size": size_words, "on_foot": _on_foot},
    beside=("population",),
    only_if={"walkable_ways": ("on_foot", True), "park_entrances": ("on_foot", True)},
    draws=("blind_zones_why", "parks_counted"),
)
def park_blind_zones(
    area: StudyArea,
    parks: GeoDataFrame,
    residential_land: GeoDataFrame | None = None,
    population: GeoDataFrame | None = None,
    built_up_area: GeoDataFrame | None = None,
    subdistricts: GeoDataFrame | None = None,
    walkable_ways: GeoDataFrame | None = None,
    park_entrances: GeoDataFrame | None = None,
    *,
    denominator: Ground = "residential_land",
    distance_m: Metres = 500.0,
    min_area_m2: SquareMetres = 1000.0,
    tiers: Tiers | None = None,
    preset: str | None = None,
    area_per: AreaPer = "patch",
    min_blind_m2: SquareMetres = 400.0,
    on_foot: bool = False,
    entrance_step_m: Step = 20.0,
    entrance_reach_m: Metres = 30.0,
    open_parks: bool = False,
    cell_m: Step = 50.0,
    quad_segs: QuadSegs = 32,
) -> Result:
    """
    Land, or residents, that no large enough park serves, zone by zone, and why.

    What ``park_service_coverage`` leaves over with the same parameters: covered and
    blind are the whole; with ``on_foot``, what ``park_access_on_foot`` leaves over. A
    blind zone is connected ground with one reason: ``no_park``, no park of any size
    lies within the radius of the largest class; ``too_small``, one does, and is too
    small to serve that far; ``too_far``, a park serves in a straight line, and not on
    foot. Zones rank by their people where a population is known, else by their area. On
    land, the people of a population polygon live evenly on what it holds of that land.

    Parameters
    ----------
    area
        Only what lies inside it is counted.
    parks
        Polygons open to the public, of any size; ``name`` is shown.
    residential_land, built_up_area
        Polygons; read where ``denominator`` names them.
    population
        Polygons with ``people`` (at least 0); beside land, it says who lives there.
    subdistricts
        Polygons with ``name``: each zone tells the one that holds most of it.
    walkable_ways, park_entrances
        Lines and points as ``park_access_on_foot`` takes them; read for ``on_foot``.
    denominator
        What is out of reach: land in ha, or the residents of ``population``.
    distance_m
        Service radius in metres, in a straight line from the park's edge.
    min_area_m2
        Smallest park that serves, in m².
    tiers
        Size classes with a radius each, instead of the two above.
    preset
        A row of the table ``park_service``, which fills the parameters above.
    area_per
        What is held against the sizes: a ``"patch"`` of touching parks, or each
        ``"feature"``.
    min_blind_m2
        Smaller zones count, and are neither listed nor drawn.
    on_foot
        Whether a park has to be within the distance on foot too.
    entrance_step_m, entrance_reach_m, open_parks, cell_m
        How walks are measured, as ``park_access_on_foot`` takes them.
    quad_segs
        Segments for a quarter of a circle; 32 miss 0.04 % of it.

    Returns
    -------
    Result
        Hectares of land out of reach, or people; None where there is neither land nor
        anybody. Table and ``blind_zones_why``: ``rank``, ``reason``, ``area_ha``,
        ``people`` and ``zone`` (the sub-district) where known; ``parks_counted``.

    Raises
    ------
    LayerError
        The layer that ``denominator`` names is absent, or ``walkable_ways`` for
        ``on_foot``.

    Source
    ------
    The complement of GB/T 51346-2019 (4.3.4), see ``park_service_coverage``. The
    reasons, and that zones below 400 m² are left unlisted, are this indicator's own
    conventions.
    """
    classes = tiers or (Tier(min_area_m2=min_area_m2, distance_m=distance_m),)
    farthest_m = max(tier.distance_m for tier in classes)
    known = _known(area, parks, area_per, classes)
    large = known[known["counted"]].reset_index(drop=True)
    layers = {
        "residential_land": residential_land,
        "population": population,
        "built_up_area": built_up_area,
    }
    within = Reach(large, large["distance_m"].to_numpy(float), quad_segs)
    found = serve(area, denominator, layers, within)
    who, told = _residents(area, population, found)
    blind = found.outside
    if on_foot:
        doors = Doors(
            entrance_step_m, entrance_reach_m, farthest_m if open_parks else None
        )
        paths = Paths(walkable_ways, doors, park_entrances, cell_m)
        whole = who if found.by == "people" else _land(area, denominator, layers)
        blind, walked = beyond_walk(whole, large, paths)
        who = blind if found.by == "people" else who
        told = (*walked, *told)
    zones = why_blind(area, blind, Reach(known, farthest_m, quad_segs), within)
    live = people_of(zones, who)
    zones = _described(zones, None if population is None else live, subdistricts)
    if "people" in zones:
        told = (_PEOPLE.format(people=zones["people"].sum()), *told)
    listed, slivers = _listed(zones, min_blind_m2)
    caveats = table(_PRESETS)[preset].caveats if preset else ()
    total = Result.total(
        live.rename(columns={"people": "numerator"})
        if found.by == "people"
        else zones.rename(columns={"area_ha": "numerator"}),
        table=listed.drop(columns="geometry"),
        notes=(slivers, *dict.fromkeys((*found.notes, *told)), *caveats),
        blind_zones_why=listed,
        parks_counted=known,
    )
    return total if len(found.whole) else replace(total, value=None)


def _known(
    area: StudyArea, parks: GeoDataFrame, area_per: AreaPer, classes: Tiers
) -> GeoDataFrame:
    """Return the parks with the radius of each, and whether it counts."""
    known = sized(area, parks, area_per)
    known["distance_m"] = radii(known["area_m2"].to_numpy(float), classes)
    return known.assign(counted=known["distance_m"].notna())


def _residents(
    area: StudyArea, population: GeoDataFrame | None, found: Service
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """Return where people live: on the land that is looked at, or on their polygons."""
    if population is None:
        return GeoDataFrame({"density": []}, geometry=[], crs=area.crs), ()
    cells, notes = spread(area, population)
    if found.by == "people":
        return cells, notes
    settled, left = settle(cells, found.whole)
    if left < _WORTH_TELLING:
        return settled, notes
    return settled, (*notes, _NOWHERE.format(people=left))


def _land(
    area: StudyArea, denominator: Ground, layers: Mapping[str, GeoDataFrame | None]
) -> GeoDataFrame:
    """Return the whole land, as no park has cut it."""
    layer = layers.get(denominator)
    if layer is None:
        return GeoDataFrame(geometry=[area.boundary], crs=area.crs)
    return ground(area, layer, DENOMINATORS[denominator]).united


def _described(
    zones: GeoDataFrame, live: GeoDataFrame | None, subdistricts: GeoDataFrame | None
) -> GeoDataFrame:
    """Return the zones with their hectares, and people and sub-district where known."""
    found = zones.assign(area_ha=zones["area_m2"] / _M2_PER_HA)
    if live is not None:
        found["people"] = np.bincount(live["zone"], live["people"], len(zones))
    if subdistricts is not None:
        found["zone"] = mostly_in(zones, subdistricts)
    return found


def _listed(zones: GeoDataFrame, least_m2: float) -> tuple[GeoDataFrame, Text]:
    """Return the zones that are listed, ranked, and what is told of them."""
    small = zones["area_m2"] < least_m2
    by = [column for column in ("people", "area_ha") if column in zones]
    order = ["rank", "reason", *by, "zone", "geometry"]
    listed = ranked(zones[~small], *by)
    if "people" in listed:
        listed["people"] = listed["people"].round(1)
    told = _LISTED.format(
        zones=len(listed),
        least_m2=least_m2,
        slivers=int(small.sum()),
        sliver_ha=zones.loc[small, "area_ha"].sum(),
    )
    return listed[[column for column in order if column in listed]], told
