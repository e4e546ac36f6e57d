"""Of which acoustic class is the ground, and how wide are the strips on it?"""

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import ArrayLike, NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.spatial.overlay import Shapes, dissolve, split
from ecogis.table import table

_WORTH_TELLING_M2 = 1.0
_NO_ZONE = Text(
    en="{percent:.3g} % of the area lies in no zone of class 0 to 3 and is taken as "
    "class {default_class}",
    zh="区域的 {percent:.3g}% 不在0—3类声环境功能区内，按{default_class}类计",
)


def ground_by_class(
    area: StudyArea,
    noise_zones: GeoDataFrame | None,
    *,
    default_class: str,
    extra_m: float = 0.0,
) -> tuple[GeoDataFrame, list[Text]]:
    """
    Return the ground of the area by acoustic class, and how much had to be assumed.

    Where zones overlap, the quieter class holds. Ground in no zone, or in one that is
    class 4 already, is of the default class.

    Parameters
    ----------
    area
        Nothing outside it counts.
    noise_zones
        Polygons with ``class``, or None.
    default_class
        Class of the ground whose class is unknown: ``"0"`` to ``"3"``.
    extra_m
        Metres to add to every strip of the table ``noise_strips``.

    Returns
    -------
    tuple
        Polygons without overlaps that make up the area, with ``class`` and
        ``distance_m``, the width of a strip there; and notes.
    """
    rest = GeoDataFrame(geometry=[area.boundary], crs=area.crs)
    rows = table("noise_strips")
    widths = {name: rows[name].columns["distance_m"] for name in sorted(rows)}
    pieces = []
    # sorted: the quieter class first
    for name in widths:
        held, rest = split(rest, _zone(noise_zones, name))
        pieces.append(held.assign(**{"class": name}))
    unknown_m2 = float(np.sum(area.measure(rest)))
    pieces.append(rest.assign(**{"class": default_class}))
    known = [piece for piece in pieces if len(piece)]
    land = pd.concat(known, ignore_index=True).explode(ignore_index=True)
    land["distance_m"] = [widths[name] + extra_m for name in land["class"]]
    told = _NO_ZONE.format(
        percent=100 * unknown_m2 / area.size_m2, default_class=default_class
    )
    return land, [told] if unknown_m2 > _WORTH_TELLING_M2 else []


def _zone(noise_zones: GeoDataFrame | None, name: str) -> Shapes:
    """Return the ground that zones of this class hold."""
    if noise_zones is None:
        return dissolve([])
    # numbers arrive as 2 or 2.0
    classes = noise_zones["class"].astype(str).str.removesuffix(".0")
    return dissolve(noise_zones.geometry.to_numpy()[(classes == name).to_numpy(bool)])


def class_names(classes: ArrayLike) -> NDArray[Any]:
    """
    Return acoustic classes as GB 3096 writes them, ``0`` to ``4b``; None for others.

    Numbers arrive as 2 or 2.0; class 4 without a letter is taken as 4a.
    """
    known = {**{name: name for name in table("noise_limits")}, "4": "4a"}
    texts = [str(name).removesuffix(".0") for name in np.asarray(classes, object)]
    return np.array([known.get(text) for text in texts], dtype=object)


def class_at(points: NDArray[Any], noise_zones: GeoDataFrame) -> NDArray[Any]:
    """
    Return the acoustic class of the zone that holds each point; None in no zone.

    Where zones overlap or meet, the quieter class holds.
    """
    names = class_names(noise_zones["class"])
    shapes = np.asarray(noise_zones.geometry.values)
    found = np.full(len(points), None, dtype=object)
    # from the loudest: the quieter overwrites it
    for name in sorted(table("noise_limits"), reverse=True):
        zones = shapes[names == name]
        found[shapely.STRtree(points).query(zones, predicate="intersects")[1]] = name
    return found
