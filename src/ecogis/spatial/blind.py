"""Where does nothing reach, and where is most missing?"""

import numpy as np
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.spatial.overlay import flat


def blind_zones(area: StudyArea, blind: GeoDataFrame) -> GeoDataFrame:
    """
    Return what is out of reach as connected zones, the largest first.

    Parameters
    ----------
    area
        How area is measured.
    blind
        Polygons; those that share a border become one zone.

    Returns
    -------
    GeoDataFrame
        ``rank`` (1 is the largest), ``area_m2``; zones of one size stand from west to
        east.
    """
    zones = flat(blind)
    zones["area_m2"] = area.measure(zones)
    zones["west"] = zones.bounds["minx"]
    ordered = zones.sort_values(["area_m2", "west"], ascending=[False, True])
    ordered["rank"] = np.arange(1, len(ordered) + 1)
    return ordered[["rank", "area_m2", "geometry"]].reset_index(drop=True)
