"""Which parks are one, and how large is each?"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import Tiers
from ecogis.spatial.patches import patches, pieces

# what is held against a size: touching parks together, or each feature as it is drawn
AreaPer = Literal["patch", "feature"]


def sized(area: StudyArea, parks: GeoDataFrame, per: AreaPer) -> GeoDataFrame:
    """
    Return the parks, numbered, with the size that decides on each of them.

    Parameters
    ----------
    area
        How area is measured.
    parks
        Polygons, optionally with ``name``.
    per
        ``"patch"``: touching parks are one, parts of a feature that lie apart are
        several; ``"feature"``: as they are drawn.

    Returns
    -------
    GeoDataFrame
        ``name`` where there is one, ``park`` (the number), ``area_m2``, ``area_ha``.
    """
    columns = [column for column in ("name", "geometry") if column in parks]
    parts = parks[columns].reset_index(drop=True)
    if per == "feature":
        number, size_m2 = np.arange(len(parts)), area.measure(parts)
    else:
        parts = pieces(parts)
        number, united = patches(np.asarray(parts.geometry.values))
        size_m2 = area.measure(united)[number]
    return parts.assign(park=number, area_m2=size_m2, area_ha=size_m2 / 1e4)


def radii(sizes_m2: NDArray[np.float64], classes: Tiers) -> NDArray[np.float64]:
    """Return each park's radius; NaN for one that reaches no class."""
    radius_m = np.full(len(sizes_m2), np.nan)
    for tier in sorted(classes, key=lambda tier: tier.min_area_m2):
        radius_m[sizes_m2 >= tier.min_area_m2] = tier.distance_m
    return radius_m


def size_words(parameters: Mapping[str, Any]) -> Text:
    """Return how a title names the size of the parks that count; nothing for any."""
    size_m2 = f"{parameters['min_area_m2']:.10g}"
    if size_m2 == "0":
        return Text(en="", zh="")
    return Text(en=f" of at least {size_m2} m²", zh=f"{size_m2}平方米以上")
