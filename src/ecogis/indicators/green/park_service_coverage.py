"""How much lies within the service radius of a large enough park?"""

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
from ecogis.spatial.blind import blind_zones
from ecogis.spatial.dasymetric import PeopleOn
from ecogis.spatial.parks import AreaPer, radii, size_words, sized
from ecogis.spatial.service import DENOMINATORS, Denominator, Living, Reach, serve
from ecogis.table import table

_PRESETS = "park_service"
_COUNTED = Text(
    en="{counted} of {parks} parks reach the size that counts",
    zh="{parks} 处公园绿地中 {counted} 处达到规模要求",
)


def _margin(*, distance_m: float, tiers: Tiers | None, **_others: object) -> float:
    return max(tier.distance_m for tier in tiers) if tiers else distance_m


@indicator(
    title={
        "en": "{denominator} within {distance_m:g} m of a park{size}",
        "zh": "{size}公园绿地{distance_m:g}米服务半径覆盖率（{denominator}）",
    },
    title_tiers={
        "en": "{denominator} within the service radius of parks, by their size",
        "zh": "公园绿地分级服务半径覆盖率（{denominator}）",
    },
    unit="%",
    better="higher",
    margin=_margin,
    standard="GB/T 51346-2019",
    confidence="medium",
    presets=_PRESETS,
    words={"denominator": DENOMINATORS, "size": size_words},
    draws=("land_served", "homes_served", "parks_counted", "blind_zones"),
)
def park_service_coverage(
    area: StudyArea,
    parks: GeoDataFrame,
    residential_land: GeoDataFrame | None = None,
    population: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    built_up_area: GeoDataFrame | None = None,
    *,
    denominator: Denominator = "residential_land",
    distance_m: Metres = 500.0,
    min_area_m2: SquareMetres = 1000.0,
    tiers: Tiers | None = None,
    preset: str | None = None,
    area_per: AreaPer = "patch",
    people_on: PeopleOn = "land",
    quad_segs: QuadSegs = 32,
) -> Result:
    """
    Share of land, residents or buildings within the service radius of parks.

    The radius is a straight line from the park's edge. Parks beyond the boundary serve
    and are measured whole. Land that is mapped twice counts once. A building counts as
    served if any part of it lies within the radius, by its exact distance; it belongs
    to the area that holds its inner point. Residents live evenly on their polygon, or
    in its homes, by floor area.

    Parameters
    ----------
    area
        Only what lies inside it is counted.
    parks
        Polygons open to the public; ``name`` is shown.
    residential_land, built_up_area
        Polygons; read where ``denominator`` names them.
    population
        Polygons with ``people`` (at least 0); read where ``denominator`` names it.
    buildings
        Polygons, each counted as one; give homes alone for the share of homes. Also
        the homes of the residents, where ``people_on`` says so, with ``use``,
        ``floors`` and ``height_m``; with ``people`` they need no ``population``.
    denominator
        What the share is of; ``"area"`` is the study area itself.
    distance_m
        Service radius in metres.
    min_area_m2
        Smallest park that serves, in m².
    tiers
        Size classes with a radius each, instead of the two above: a park has the radius
        of the largest class that it reaches.
    preset
        A row of the table ``park_service``, which fills the parameters above.
    area_per
        What is held against the sizes: a ``"patch"`` of touching parks (also in one
        point; parts of a feature that lie apart are patches of their own), or each
        ``"feature"`` as it is drawn.
    people_on
        What residents stand on: ``"land"`` of their polygon, or its ``"buildings"``.
    quad_segs
        Segments for a quarter of a circle; 32 miss 0.04 % of it. Buildings need none.

    Returns
    -------
    Result
        Percent of m², people or buildings; None where there are none. Draws
        ``land_served`` (field ``served``) and ``blind_zones`` (``rank``, ``area_m2``),
        or ``homes_served`` for buildings and people in them; ``parks_counted``
        (``counted``, ``area_ha`` of the patch or feature, ``distance_m``).

    Raises
    ------
    LayerError
        The layer that ``denominator`` names is absent.

    Source
    ------
    GB/T 51346-2019 (4.3.4): residential land within 500 m of park green space and
    plazas over all residential land; the national standards share this form and differ
    in sizes and radii, see the table ``park_service``. Chaoyang's plan (2022) counts
    parks from 1000 m² with 500 m, the defaults here. Uncertain: the standards' texts
    were not at hand; each row of the table says how sure it is.
    """
    classes = tiers or (Tier(min_area_m2=min_area_m2, distance_m=distance_m),)
    known = sized(area, parks, area_per)
    known["distance_m"] = radii(known["area_m2"].to_numpy(float), classes)
    known["counted"] = known["distance_m"].notna()
    large = known[known["counted"]]
    layers = {
        "residential_land": residential_land,
        "population": population,
        "buildings": buildings,
        "built_up_area": built_up_area,
    }
    within = Reach(large, large["distance_m"].to_numpy(float), quad_segs)
    living = Living(people_on, _margin(distance_m=distance_m, tiers=tiers))
    found = serve(area, denominator, layers, within, living)
    if found.of_buildings:
        drawn = {"homes_served": found.drawn}
    else:
        zones = blind_zones(area, found.outside)
        drawn = {"land_served": found.drawn, "blind_zones": zones}
    caveats = table(_PRESETS)[preset].caveats if preset else ()
    told = _COUNTED.format(
        counted=large["park"].nunique(), parks=known["park"].nunique()
    )
    return found.share(area, notes=(told, *caveats), parks_counted=known, **drawn)
