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
    Tier,
    Tiers,
    indicator,
)
from ecogis.spatial.blind import mostly_in, people_of, ranked, why_blind
from ecogis.spatial.parks import AreaPer, radii, sized
from ecogis.spatial.people import settle, spread
from ecogis.spatial.service import DENOMINATORS, Reach, Service, serve
from ecogis.table import table

Ground = Literal["residential_land", "population", "built_up_area", "area"]
_PRESETS = "park_service"
_M2_PER_HA = 1e4
# half a person: below it a rounded number would be none
_WORTH_TELLING = 0.5
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


def _size(parameters: Mapping[str, Any]) -> Text:
    """Return how a title names the size of the parks that count."""
    size_m2 = f"{parameters['min_area_m2']:.10g}"
    if size_m2 == "0":
        return Text(en="", zh="")
    return Text(en=f" of at least {size_m2} m²", zh=f"{size_m2}平方米以上")


def _margin(*, distance_m: float, tiers: Tiers | None, **_others: object) -> float:
    return max(tier.distance_m for tier in tiers) if tiers else distance_m


@indicator(
    title={
        "en": "{denominator} farther than {distance_m:g} m from a park{size}",
        "zh": "{size}公园绿地{distance_m:g}米服务半径盲区（{denominator}）",
    },
    title_tiers={
        "en": "{denominator} beyond the service radius of parks, by their size",
        "zh": "公园绿地分级服务半径盲区（{denominator}）",
    },
    unit="ha",
    units={"denominator": {"population": "people"}},
    better="lower",
    margin=_margin,
    standard="GB/T 51346-2019",
    confidence="medium",
    presets=_PRESETS,
    words={"denominator": DENOMINATORS, "size": _size},
    beside=("population",),
    draws=("blind_zones_why", "parks_counted"),
)
def park_blind_zones(
    area: StudyArea,
    parks: GeoDataFrame,
    residential_land: GeoDataFrame | None = None,
    population: GeoDataFrame | None = None,
    built_up_area: GeoDataFrame | None = None,
    subdistricts: GeoDataFrame | None = None,
    *,
    denominator: Ground = "residential_land",
    distance_m: Metres = 500.0,
    min_area_m2: SquareMetres = 1000.0,
    tiers: Tiers | None = None,
    preset: str | None = None,
    area_per: AreaPer = "patch",
    min_blind_m2: SquareMetres = 400.0,
    quad_segs: QuadSegs = 32,
) -> Result:
    """
    Land, or residents, that no large enough park serves, zone by zone, and why.

    What ``park_service_coverage`` leaves over with the same parameters: covered and
    blind are the whole. A blind zone is connected ground with one reason: ``no_park``,
    no park of any size lies within the radius of the largest class; ``too_small``, one
    does, and is too small to serve that far. Zones rank by their people where a
    population is known, else by their area. On land, the people of a population polygon
    live evenly on what it holds of that land.

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
        The layer that ``denominator`` names is absent.

    Source
    ------
    The complement of GB/T 51346-2019 (4.3.4), see ``park_service_coverage``. That
    reasons are told apart by the park's size, and that zones below 400 m² are left
    unlisted, are this indicator's own conventions.
    """
    classes = tiers or (Tier(min_area_m2=min_area_m2, distance_m=distance_m),)
    known = sized(area, parks, area_per)
    known["distance_m"] = radii(known["area_m2"].to_numpy(float), classes)
    known["counted"] = known["distance_m"].notna()
    large = known[known["counted"]]
    layers = {
        "residential_land": residential_land,
        "population": population,
        "built_up_area": built_up_area,
    }
    within = Reach(large, large["distance_m"].to_numpy(float), quad_segs)
    found = serve(area, denominator, layers, within)
    any_size = Reach(known, max(tier.distance_m for tier in classes), quad_segs)
    zones = why_blind(area, found.outside, any_size)
    zones = zones.assign(area_ha=zones["area_m2"] / _M2_PER_HA)
    amounts, notes = zones.assign(numerator=zones["area_ha"]), found.notes
    if population is not None:
        who, told = _residents(area, population, found)
        live = people_of(zones, who)
        zones["people"] = np.bincount(live["zone"], live["people"], len(zones))
        notes = (*dict.fromkeys((*notes, *told)),)
        if denominator == "population":
            amounts = live.assign(numerator=live["people"])
        else:
            notes = (*notes, _PEOPLE.format(people=zones["people"].sum()))
    if subdistricts is not None:
        zones["zone"] = mostly_in(zones, subdistricts)
    listed, slivers = _listed(zones, min_blind_m2)
    caveats = table(_PRESETS)[preset].caveats if preset else ()
    total = Result.total(
        amounts[["numerator", "geometry"]],
        table=listed.drop(columns="geometry"),
        notes=(slivers, *notes, *caveats),
        blind_zones_why=listed,
        parks_counted=known,
    )
    nothing = found.inside.empty and found.outside.empty
    return replace(total, value=None) if nothing else total


def _residents(
    area: StudyArea, population: GeoDataFrame, found: Service
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """Return where people live: on the land that is looked at, or on their polygons."""
    cells, notes = spread(area, population)
    if found.by == "people":
        return cells, notes
    settled, left = settle(cells, found.whole)
    if left < _WORTH_TELLING:
        return settled, notes
    return settled, (*notes, _NOWHERE.format(people=left))


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
