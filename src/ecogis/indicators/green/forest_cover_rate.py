"""How much of the land is forest, as the law defines it?"""

from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.indicator import Metres, Result, Share, SquareMetres, indicator
from ecogis.spatial.forest import MU_M2, Rule, cover, margin_m

_KINDS = ("arbor", "bamboo", "special_shrub", "farmland_net", "four_sides")


@indicator(
    title={"en": "Forest cover", "zh": "森林覆盖率"},
    unit="%",
    better="higher",
    margin=margin_m,
    standard="Regulations for the Implementation of the Forest Law (2000), art. 24",
    confidence="verified",
    draws=("forest_kept",),
)
def forest_cover_rate(
    area: StudyArea,
    forest: GeoDataFrame,
    *,
    canopy_min: Share = 0.2,
    min_area_m2: SquareMetres = MU_M2,
    min_width_m: Metres = 10.0,
) -> Result:
    """
    Share of the land under forest: stands, special shrub, tree nets and tree rows.

    Shrub other than the specially designated does not count. A patch of touching stands
    is judged whole, beyond the boundary too, and kept or dropped whole: narrow arms of
    a kept patch stay. Nets on farmland and trees on the four sides (of villages, roads,
    waters and houses) need neither size nor width: they are rows by nature.

    Parameters
    ----------
    area
        Its size is the denominator.
    forest
        Polygons with ``kind`` (arbor, bamboo, special_shrub, shrub, farmland_net,
        four_sides; without one arbor) and ``canopy`` (0 to 1; without one it counts,
        and the notes say how often).
    canopy_min
        Least canopy cover of arbor forest, 0 to 1, inclusive.
    min_area_m2
        Smallest patch in m², inclusive; the default is one mu.
    min_width_m
        Least width at a patch's widest, in metres, inclusive; 0 for no such rule.

    Returns
    -------
    Result
        Percent: m² of forest inside the area over m² of the area. Draws
        ``forest_kept`` (field ``reason``: kept, or what a piece fails by: kind, canopy,
        area, width).

    Source
    ------
    Regulations for the Implementation of the Forest Law (2000), article 24: arbor
    forest with a canopy cover of at least 0.20, bamboo, specially designated shrub,
    farmland shelter nets and trees on the four sides, over the land area. Patch size
    and width follow GB/T 26424-2010 (2011). Uncertain: those two were not checked
    against the standard's text, and mapped stands may follow them already.
    """
    rule = Rule(_KINDS, canopy_min, min_area_m2, min_width_m)
    return cover(area, forest, rule)
