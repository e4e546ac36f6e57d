"""How many get to the entrance of a large enough park on foot?"""

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import (
    Metres,
    Result,
    SquareMetres,
    Step,
    Tier,
    Tiers,
    indicator,
)
from ecogis.spatial.dasymetric import PeopleOn
from ecogis.spatial.entrances import Doors, Entrances, find_entrances
from ecogis.spatial.on_foot import (
    by_distance,
    no_street,
    reachable,
    share_on_foot,
    walks,
)
from ecogis.spatial.parks import AreaPer, radii, size_words, sized
from ecogis.spatial.places import WALKERS, Asked, Walkers, places
from ecogis.spatial.streets import join_streets

# parks without an entrance that a note names
_SHOWN = 5
_COUNTED = Text(
    en="{counted} of {parks} parks reach the size that counts; {entrances} entrances "
    "lead into {entered} of them",
    zh="{parks} 处公园绿地中 {counted} 处达到规模要求，其中 {entered} 处共有 "
    "{entrances} 个出入口",
)
_SURVEYED = Text(
    en="entrances come from the layer park_entrances",
    zh="出入口取自图层 park_entrances",
)
_OUTLINE = Text(
    en="no layer of entrances: a point every {step_m:g} m of a park's outline counts, "
    "where a walkable way is within {reach_m:g} m",
    zh="无出入口图层：公园轮廓每 {step_m:g} 米取一点，"
    "{reach_m:g} 米内有步行道路者计为出入口",
)
_OPEN = Text(
    en="parks without a fence: a point every {step_m:g} m of a park's outline counts",
    zh="公园不设围栏：公园轮廓每 {step_m:g} 米取一点，均计为出入口",
)
_CLOSED = Text(
    en="{count} parks that count have no entrance: {names}",
    zh="{count} 处达到规模要求的公园没有出入口：{names}",
)


def _margin(
    *,
    distance_m: float,
    tiers: Tiers | None,
    entrance_reach_m: float,
    open_parks: bool,
    **_others: object,
) -> float:
    """Return how far a walk, and the way to its nearest street, may lead outside."""
    farthest_m = max(t.distance_m for t in tiers) if tiers else distance_m
    return farthest_m + (farthest_m if open_parks else entrance_reach_m)


@indicator(
    title={
        "en": "{denominator} within {distance_m:g} m on foot of a park{size}",
        "zh": "步行{distance_m:g}米可达{size}公园绿地的比例（{denominator}）",
    },
    title_tiers={
        "en": "{denominator} within reach of parks on foot, by their size",
        "zh": "公园绿地分级步行可达比例（{denominator}）",
    },
    unit="%",
    better="higher",
    margin=_margin,
    standard="network distance; radii of GB/T 51346-2019",
    confidence="medium",
    words={"denominator": WALKERS, "size": size_words},
    draws=(
        "homes_on_foot",
        "reachable_streets",
        "parks_counted",
        "park_entrances_used",
    ),
)
def park_access_on_foot(
    area: StudyArea,
    parks: GeoDataFrame,
    walkable_ways: GeoDataFrame,
    residential_land: GeoDataFrame | None = None,
    population: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    park_entrances: GeoDataFrame | None = None,
    *,
    denominator: Walkers = "residential_land",
    distance_m: Metres = 500.0,
    min_area_m2: SquareMetres = 1000.0,
    tiers: Tiers | None = None,
    area_per: AreaPer = "patch",
    people_on: PeopleOn = "land",
    entrance_step_m: Step = 20.0,
    entrance_reach_m: Metres = 30.0,
    open_parks: bool = False,
    cell_m: Step = 50.0,
) -> Result:
    """
    Share of people, buildings or land within a walk of a park's entrance.

    The walk leads from a place straight to the nearest street, along streets, and from
    there straight to the entrance; all three count, and the very limit does. Places and
    entrances stand at their true place on the street, not at a crossing. What lies on
    ground that cannot be left on foot is out of reach, however near the park is. The
    same parks in a straight line from the same places stand beside it.

    Parameters
    ----------
    area
        Only what lies inside it is counted; parks and streets beyond it serve too.
    parks
        Polygons open to the public; ``name`` is shown.
    walkable_ways
        Lines, with ``class``, ``foot``, ``access``, ``bridge``, ``tunnel`` and
        ``level`` where they are known: see the layer.
    residential_land
        Polygons; read where ``denominator`` names them.
    population
        Polygons with ``people`` (at least 0); read where ``denominator`` names it.
    buildings
        Polygons, each counted as one, by its inner point; also the homes of the
        residents, where ``people_on`` says so.
    park_entrances
        Points, at most ``entrance_reach_m`` from their park and from a way; they speak
        for every park. Without the layer the outlines are entered.
    denominator
        What the share is of.
    distance_m
        Longest walk in metres.
    min_area_m2
        Smallest park that serves, in m².
    tiers
        Size classes with a walk each, instead of the two above.
    area_per
        What is held against the sizes: a ``"patch"`` of touching parks, or each
        ``"feature"``.
    people_on
        What residents stand on: ``"land"`` of their polygon, or its ``"buildings"``.
    entrance_step_m
        Without a layer of entrances: a point every so many metres of the outline.
    entrance_reach_m
        How far an entrance may be from a walkable way, in metres.
    open_parks
        Parks without a fence: every point of the outline counts, however far the way.
    cell_m
        Side of the squares that land is walked from, each from its inner point; a
        square counts whole, so that the rim is off by up to half of it.

    Returns
    -------
    Result
        Percent of people, buildings or m²; None where there are none. The table sums
        who gets there on foot, in a straight line only, or not at all. Draws
        ``homes_on_foot`` (``served``: ``on_foot``, ``straight_only``, ``beyond``),
        ``reachable_streets`` (``distance_m``), ``parks_counted`` (with ``entrances``)
        and ``park_entrances_used``.

    Raises
    ------
    LayerError
        No walkable way at all, or the layer that ``denominator`` names is absent.

    Source
    ------
    Radii and sizes as in GB/T 51346-2019; on foot instead of straight, as TD/T 1062
    (2021) asks of the fifteen-minute circle of life. The way of snapping decides over
    several points of the result, see Boeing and others (2022), Lancet Global Health 10,
    for networks of the same kind. Uncertain: the standards' texts were not at hand.
    """
    classes = tiers or (Tier(min_area_m2=min_area_m2, distance_m=distance_m),)
    farthest_m = max(tier.distance_m for tier in classes)
    doors = Doors(entrance_step_m, entrance_reach_m, farthest_m if open_parks else None)
    streets = join_streets(walkable_ways)
    known = _known(area, parks, area_per, classes)
    large = known[known["counted"]].reset_index(drop=True)
    entrances = find_entrances(large, streets, doors, park_entrances)
    asked = Asked(denominator, people_on, cell_m, farthest_m + doors.leg_m)
    layers = {
        "residential_land": residential_land,
        "population": population,
        "buildings": buildings,
    }
    serving = by_distance(large, entrances)
    found = walks(places(area, asked, layers), streets, serving)
    many = np.bincount(entrances.park, minlength=len(large))
    large["entrances"] = np.bincount(large["park"], many)[large["park"]].astype(int)
    told = (
        *no_street(found, farthest_m),
        _counted(known, large, entrances),
        _SURVEYED if doors.of_layer(park_entrances) else _outlined(doors),
        *_closed(large, area.window(farthest_m)),
    )
    return share_on_foot(
        area,
        found,
        streets,
        notes=told,
        homes_on_foot=found.drawn,
        reachable_streets=reachable(area, streets, serving),
        parks_counted=_all(known, large),
        park_entrances_used=entrances.frame.assign(
            park=large.get("name", large["park"]).to_numpy()[entrances.park]
        ),
    )


def _known(
    area: StudyArea, parks: GeoDataFrame, area_per: AreaPer, classes: Tiers
) -> GeoDataFrame:
    """Return the parks with the walk to each, and whether it counts."""
    known = sized(area, parks, area_per)
    known["distance_m"] = radii(known["area_m2"].to_numpy(float), classes)
    return known.assign(counted=known["distance_m"].notna())


def _all(known: GeoDataFrame, large: GeoDataFrame) -> GeoDataFrame:
    """Return all parks, those that count with their entrances."""
    entrances = np.full(len(known), np.nan)
    entrances[known["counted"].to_numpy(bool)] = large["entrances"]
    return known.assign(entrances=entrances)


def _counted(known: GeoDataFrame, large: GeoDataFrame, entrances: Entrances) -> Text:
    entered = large["park"][large["entrances"] > 0].nunique()
    return _COUNTED.format(
        counted=large["park"].nunique(),
        parks=known["park"].nunique(),
        entrances=len(entrances.park),
        entered=entered,
    )


def _outlined(doors: Doors) -> Text:
    if doors.open_m is not None:
        return _OPEN.format(step_m=doors.step_m)
    return _OUTLINE.format(step_m=doors.step_m, reach_m=doors.reach_m)


def _closed(
    large: GeoDataFrame, window: tuple[float, float, float, float]
) -> list[Text]:
    """Return which parks have no entrance, of those that are known on all sides."""
    inside = shapely.covers(shapely.box(*window), large.geometry.values)
    whole = large.assign(inside=inside).groupby("park")["inside"].transform("all")
    closed = large[whole & (large["entrances"] == 0)].drop_duplicates("park")
    if closed.empty:
        return []
    names = closed.get("name", pd.Series(None, closed.index, dtype=object)).dropna()
    shown = [str(name) for name in sorted(names, key=str)[:_SHOWN]]
    if left := len(closed) - len(shown):
        en, zh = [*shown, f"{left} more"], [*shown, f"另有 {left} 处"]
    else:
        en = zh = shown
    return [
        Text(
            en=_CLOSED.en.format(count=len(closed), names=", ".join(en)),
            zh=_CLOSED.zh.format(count=len(closed), names="、".join(zh)),
        )
    ]
