"""How many get to a public transport stop on foot?"""

import numpy as np
import shapely
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import Metres, Step, indicator
from ecogis.result import Result
from ecogis.spatial.dasymetric import PeopleOn
from ecogis.spatial.on_foot import Serving, no_street, reachable, share_on_foot, walks
from ecogis.spatial.places import WALKERS, Asked, Walkers, places
from ecogis.spatial.snap import snap
from ecogis.spatial.stops import StopKind, of_kinds
from ecogis.spatial.streets import join_streets

_COUNTED = Text(
    en="{entered} of {stops} stops are within {reach_m:g} m of a walkable way and "
    "count",
    zh="{stops} 个站点中 {entered} 个距步行道路不超过 {reach_m:g} 米，计入",
)


def _margin(*, distance_m: float, stop_reach_m: float, **_others: object) -> float:
    """Return how far a walk, and the way to its nearest street, may lead outside."""
    return distance_m + stop_reach_m


@indicator(
    title={
        "en": "{denominator} within {distance_m:g} m on foot of a public transport "
        "stop",
        "zh": "步行{distance_m:g}米可达公共交通站点的比例（{denominator}）",
    },
    unit="%",
    better="higher",
    margin=_margin,
    standard="network distance; radii of GB/T 51328-2018",
    confidence="medium",
    words={"denominator": WALKERS},
    draws=("stops_on_foot", "reachable_streets", "stops_counted"),
)
def stop_access_on_foot(
    area: StudyArea,
    transit_stops: GeoDataFrame,
    walkable_ways: GeoDataFrame,
    residential_land: GeoDataFrame | None = None,
    population: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    *,
    denominator: Walkers = "residential_land",
    distance_m: Metres = 500.0,
    kinds: tuple[StopKind, ...] | None = None,
    people_on: PeopleOn = "land",
    stop_reach_m: Metres = 100.0,
    cell_m: Step = 50.0,
) -> Result:
    """
    Share of people, buildings or land within a walk of a public transport stop.

    The walk leads from a place straight to the nearest street, along streets, and from
    there straight to the stop; all three count, and the very limit does. Places and
    stops stand at their true place on the street, not at a crossing. The same stops in
    a straight line from the same places stand beside it.

    Parameters
    ----------
    area
        Only what lies inside it is counted; stops and streets beyond it serve too.
    transit_stops
        Points, with ``kind`` where ``kinds`` is stated.
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
    denominator
        What the share is of.
    distance_m
        Longest walk in metres.
    kinds
        Kinds of stops that count, such as ``("bus",)``; None counts them all.
    people_on
        What residents stand on: ``"land"`` of their polygon, or its ``"buildings"``.
    stop_reach_m
        How far a stop may be from a walkable way, in metres; an underground station is
        a point somewhere beneath.
    cell_m
        Side of the squares that land is walked from, each from its inner point.

    Returns
    -------
    Result
        Percent of people, buildings or m²; None where there are none. The table sums
        who gets there on foot, in a straight line only, or not at all. Draws
        ``stops_on_foot`` (``served``: ``on_foot``, ``straight_only``, ``beyond``),
        ``reachable_streets`` (``distance_m``) and ``stops_counted``.

    Raises
    ------
    LayerError
        No walkable way at all, the layer that ``denominator`` names is absent, or
        ``kinds`` are asked of stops without the field ``kind``.

    Source
    ------
    Radii as in GB/T 51328-2018 (chapter 9) and GB 50220-95 (3.3.2), which mean straight
    lines; on foot as the international comparisons of cities measure it, see Boeing and
    others (2022), Lancet Global Health 10. Uncertain: the standards' texts were not at
    hand.
    """
    chosen, notes = of_kinds(transit_stops, kinds)
    points = np.asarray(chosen.geometry.values)
    stops = chosen[shapely.dwithin(area.boundary, points, distance_m)]
    streets = join_streets(walkable_ways)
    shapes = np.asarray(stops.geometry.values)
    at = snap(shapely.get_coordinates(shapes), streets, stop_reach_m)
    entered = at.edge >= 0
    asked = Asked(denominator, people_on, cell_m, distance_m + stop_reach_m)
    layers = {
        "residential_land": residential_land,
        "population": population,
        "buildings": buildings,
    }
    serving = [Serving(shapes, at, distance_m)]
    found = walks(places(area, asked, layers), streets, serving)
    told = _COUNTED.format(
        entered=int(entered.sum()), stops=len(stops), reach_m=stop_reach_m
    )
    return share_on_foot(
        area,
        found,
        streets,
        notes=(*no_street(found, distance_m), told, *notes),
        stops_on_foot=found.drawn,
        reachable_streets=reachable(area, streets, serving),
        stops_counted=stops[entered].assign(kind=stops.get("kind")),
    )
