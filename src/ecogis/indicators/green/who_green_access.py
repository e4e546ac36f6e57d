"""How many people live close to public green of a useful size?"""

from collections.abc import Mapping
from typing import Any

from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import Metres, QuadSegs, Result, SquareMetres, indicator
from ecogis.spatial.access import Reach, marked, share_of_people
from ecogis.spatial.dasymetric import PeopleOn, people_at_home
from ecogis.spatial.parks import AreaPer, sized
from ecogis.table import table

_PRESETS = "green_access"
_COUNTED = Text(
    en="{counted} of {parks} green spaces reach the size that counts",
    zh="{parks} 处公共绿地中 {counted} 处达到规模要求",
)


def _hectares(parameters: Mapping[str, Any]) -> Text:
    """Return how a title says the least size."""
    size_ha = f"{parameters['min_area_m2'] / 1e4:.10g}"
    return Text(en=f"{size_ha} ha", zh=f"{size_ha}公顷")


@indicator(
    title={
        "en": "Residents within {distance_m:g} m of public green of at least {size}",
        "zh": "{size}以上公共绿地{distance_m:g}米范围内人口比例（世卫组织）",
    },
    unit="%",
    better="higher",
    margin="distance_m",
    standard="WHO Regional Office for Europe 2016",
    confidence="high",
    presets=_PRESETS,
    words={"size": _hectares},
    draws=("people_served", "parks_counted"),
)
def who_green_access(
    area: StudyArea,
    parks: GeoDataFrame,
    population: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    *,
    preset: str = "who_europe_2016",
    distance_m: Metres = 300.0,
    min_area_m2: SquareMetres = 5000.0,
    area_per: AreaPer = "patch",
    people_on: PeopleOn | None = None,
    quad_segs: QuadSegs = 32,
) -> Result:
    """
    Share of residents close to public green space, in a straight line.

    The distance runs from the edge of the green space to the nearest part of the home,
    exactly, or to the land on which people live. Green space beyond the boundary counts
    and is measured whole.

    Parameters
    ----------
    area
        Whose residents are counted.
    parks
        Polygons of green space open to the public; ``name`` is shown.
    population
        Polygons with ``people`` (at least 0).
    buildings
        Polygons, in whose floor area the people live: ``use``, ``floors``,
        ``height_m``; with ``people`` they need no ``population``.
    preset
        A row of the table ``green_access``, which fills distance and size.
    distance_m
        Longest straight line to the green space, in metres.
    min_area_m2
        Smallest green space that counts, in m².
    area_per
        What is held against the size: a ``"patch"`` of touching parks, or each
        ``"feature"`` as it is drawn.
    people_on
        What residents stand on: ``"land"``, ``"buildings"``, or buildings where they
        are given.
    quad_segs
        Segments for a quarter of a circle about land; homes need none.

    Returns
    -------
    Result
        Percent of the residents; None where nobody lives. Draws ``people_served``
        (``served``, ``people``) and ``parks_counted`` (``counted``, ``area_ha``).

    Raises
    ------
    LayerError
        Nothing says how many people there are, or a negative number does.

    Source
    ------
    WHO Regional Office for Europe (2016), Urban green spaces and health: a review of
    evidence: the share of the population within 300 m, in a straight line, of public
    green space of at least 0.5 ha; a second indicator asks for 1 ha. Uncertain: the
    report's text was not at hand; two published implementations agree on the numbers.
    """
    known = sized(area, parks, area_per)
    known["counted"] = known["area_m2"] >= min_area_m2
    large = known[known["counted"]]
    homes, notes = people_at_home(
        area, population, buildings, people_on=people_on, margin_m=distance_m
    )
    people = marked(homes, {"served": Reach(large, distance_m, quad_segs)})
    told = _COUNTED.format(
        counted=large["park"].nunique(), parks=known["park"].nunique()
    )
    return share_of_people(
        area,
        people,
        people["served"].to_numpy(bool),
        notes=(told, *table(_PRESETS)[preset].caveats, *notes),
        people_served=people,
        parks_counted=known.assign(distance_m=distance_m),
    )
