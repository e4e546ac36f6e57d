"""How much lies within reach of a public transport stop?"""

import numpy as np
import shapely
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import Metres, QuadSegs, indicator
from ecogis.result import Result
from ecogis.spatial.dasymetric import PeopleOn
from ecogis.spatial.patches import patch_numbers
from ecogis.spatial.service import DENOMINATORS, Denominator, Living, Reach, serve
from ecogis.spatial.stops import StopKind, of_kinds

# the platforms of one stop, on both sides of a street
_TWINS_M = 100.0
_COUNTED = Text(
    en="{stops} stops inside the area; {places} places, when stops of one name within "
    "{twins_m:g} m are one",
    zh="区内站点 {stops} 个；{twins_m:g} 米内同名站点合并后为 {places} 处",
)


@indicator(
    title={
        "en": "{denominator} within {distance_m:g} m of a public transport stop",
        "zh": "公共交通站点{distance_m:g}米覆盖率（{denominator}）",
    },
    unit="%",
    better="higher",
    margin="distance_m",
    standard="GB/T 51328-2018; GB 50220-95 3.3.2",
    confidence="medium",
    words={"denominator": DENOMINATORS},
    draws=("stops_served", "stops_counted"),
)
def stop_coverage(
    area: StudyArea,
    transit_stops: GeoDataFrame,
    built_up_area: GeoDataFrame | None = None,
    residential_land: GeoDataFrame | None = None,
    population: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    *,
    denominator: Denominator = "built_up_area",
    distance_m: Metres = 500.0,
    kinds: tuple[StopKind, ...] | None = None,
    people_on: PeopleOn = "land",
    quad_segs: QuadSegs = 32,
) -> Result:
    """
    Share of built-up land, residents or buildings near a public transport stop.

    The distance is a straight line. Stops that far beyond the boundary serve too. Land
    that is mapped twice counts once. A building counts as served if any part of it lies
    within the distance, exactly; it belongs to the area that holds its inner point. The
    two platforms of a stop change no coverage; the note counts them once.

    Parameters
    ----------
    area
        Only what lies inside it is counted.
    transit_stops
        Points, with ``kind`` where ``kinds`` is stated, optionally with ``name``.
    built_up_area, residential_land
        Polygons; read where ``denominator`` names them.
    population
        Polygons with ``people`` (at least 0); read where ``denominator`` names it.
    buildings
        Polygons, each counted as one; also the homes of the residents, where
        ``people_on`` says so (``use``, ``floors``, ``height_m``, or ``people`` itself).
    denominator
        What the share is of; ``"area"`` is the study area itself.
    distance_m
        Longest straight line to a stop, in metres.
    kinds
        Kinds of stops that count, such as ``("bus",)``; None counts them all.
    people_on
        What residents stand on: ``"land"`` of their polygon, or its ``"buildings"``,
        by floor area.
    quad_segs
        Segments for a quarter of a circle; 32 miss 0.04 % of it. Buildings need none.

    Returns
    -------
    Result
        Percent of m², people or buildings; None where there are none. Draws
        ``stops_served`` (field ``served``) and ``stops_counted``.

    Raises
    ------
    LayerError
        The layer that ``denominator`` names is absent, or ``kinds`` are asked of stops
        without the field ``kind``.

    Source
    ------
    GB 50220-95 (3.3.2): the ground that stops serve with a radius of 500 m is at least
    90 % of urban land, with 300 m at least half; GB/T 51328-2018 (chapter 9) keeps the
    rule. Chaoyang's ecological plan of the 14th five-year period (2021): 90 % of the
    built-up area within 500 m of a bus stop in 2025. Uncertain: the standards' texts
    were not at hand.
    """
    chosen, notes = of_kinds(transit_stops, kinds)
    points = np.asarray(chosen.geometry.values)
    stops = chosen[shapely.dwithin(area.boundary, points, distance_m)]
    layers = {
        "built_up_area": built_up_area,
        "residential_land": residential_land,
        "population": population,
        "buildings": buildings,
    }
    within = Reach(stops, distance_m, quad_segs)
    found = serve(area, denominator, layers, within, Living(people_on, distance_m))
    return found.share(
        area,
        notes=(_counted(area.inside(stops)), *notes),
        stops_served=found.drawn,
        stops_counted=stops.assign(kind=stops.get("kind")),
    )


def _counted(stops: GeoDataFrame) -> Text:
    points = np.asarray(stops.geometry.values)
    places = len(stops)
    if "name" in stops:
        # a stop without a name is a place of its own
        for rows in stops.groupby("name").indices.values():
            places -= len(rows) - 1 - int(patch_numbers(points[rows], _TWINS_M).max())
    return _COUNTED.format(stops=len(stops), places=places, twins_m=_TWINS_M)
