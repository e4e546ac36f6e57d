"""How much of the land do trees and shrubs cover?"""

from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.indicator import Metres, Result, Share, SquareMetres, indicator
from ecogis.spatial.forest import MU_M2, Rule, cover, margin_m

_KINDS = ("arbor", "bamboo", "special_shrub", "shrub", "farmland_net", "four_sides")


@indicator(
    title={"en": "Tree and shrub cover", "zh": "林木绿化率"},
    unit="%",
    better="higher",
    margin=margin_m,
    standard="GB/T 26424-2010",
    confidence="high",
    draws=("forest_kept",),
)
def tree_green_rate(
    area: StudyArea,
    forest: GeoDataFrame,
    *,
    canopy_min: Share = 0.2,
    min_area_m2: SquareMetres = MU_M2,
    min_width_m: Metres = 10.0,
) -> Result:
    """
    Share of the land under stands, all shrub, tree nets and tree rows.

    It differs from the forest cover in one thing: every shrub counts, not only the
    specially designated. So it is never the smaller of the two. Patches are judged as
    there: whole, beyond the boundary too, and kept or dropped whole.

    Parameters
    ----------
    area
        Its size is the denominator.
    forest
        Polygons with ``kind`` (arbor, bamboo, special_shrub, shrub, farmland_net,
        four_sides; without one arbor) and ``canopy`` (0 to 1; without one it counts,
        and the notes say how often). Canopy is asked of arbor forest only.
    canopy_min
        Least canopy cover of arbor forest, 0 to 1, inclusive.
    min_area_m2
        Smallest patch in m², inclusive; the default is one mu.
    min_width_m
        Least width at a patch's widest, in metres, inclusive; 0 for no such rule.

    Returns
    -------
    Result
        Percent: m² of trees and shrubs inside the area over m² of the area. Draws
        ``forest_kept`` (field ``reason``: kept, or what a piece fails by: kind, canopy,
        area, width).

    Source
    ------
    GB/T 26424-2010 (2011), forest inventory for planning and design: stands, shrub and
    trees on the four sides over the land area. Uncertain: the standard's text was not
    at hand; a least cover of shrub, which the layer does not state, is not asked.
    """
    rule = Rule(_KINDS, canopy_min, min_area_m2, min_width_m)
    return cover(area, forest, rule)
