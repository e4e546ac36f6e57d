"""Which land or homes are newly within reach, and which no longer?"""

from collections.abc import Mapping

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.scorecard import Score

SERVED = "served_change"
# what is drawn beside it, as it is after
_PARKS, _SPOTS = "parks_counted", "new_park_spots"
_WITHIN = (True, "on_foot")


def served_change(before: Score, after: Score) -> dict[str, GeoDataFrame]:
    """
    Return what is gained and lost of ground or homes that a row draws as served.

    Returns
    -------
    dict
        ``served_change``: polygons with ``change`` (``gained``, ``lost``);
        ``parks_counted`` as after, ``new_park_spots`` a point of each that is new.
        Empty where either side draws nothing of the kind.
    """
    one, other = before.result, after.result
    if one is None or other is None or before.goal.indicator != after.goal.indicator:
        return {}
    for name, frame in other.drawn.items():
        held = one.drawn.get(name)
        if held is None or "served" not in frame or held.crs != frame.crs:
            continue
        changed = _changed(held, frame)
        if changed is None:
            continue
        return {SERVED: changed, **_parks(one.drawn, other.drawn)}
    return {}


def _parks(
    before: Mapping[str, GeoDataFrame], after: Mapping[str, GeoDataFrame]
) -> dict[str, GeoDataFrame]:
    """Return the parks after, and a point of each new one: many are small."""
    if _PARKS not in before or _PARKS not in after:
        return {}
    parks = after[_PARKS]
    old = set(before[_PARKS].geometry.to_wkb())
    new = parks[~parks.geometry.to_wkb().isin(old)]
    points = shapely.point_on_surface(np.asarray(new.geometry.values))
    spots = new.set_geometry(points, crs=parks.crs)
    return {_PARKS: parks, **({_SPOTS: spots} if len(spots) else {})}


def _changed(before: GeoDataFrame, after: GeoDataFrame) -> GeoDataFrame | None:
    """Return the ground served on one side only; None where it is no ground."""
    sides = [_ground(frame) for frame in (before, after)]
    if any((shapely.get_dimensions(side) < 2).any() for side in sides):  # noqa: PLR2004
        return None
    # what is drawn alike on both sides need not be cut
    known = [set(shapely.to_wkb(side).tolist()) for side in sides]
    whole = [
        shapely.union_all([one for one in side if one.wkb not in other])
        for side, other in zip(sides, known[::-1], strict=True)
    ]
    change = {"gained": whole[1] - whole[0], "lost": whole[0] - whole[1]}
    found = [(key, part) for key, side in change.items() for part in _polygons(side)]
    return GeoDataFrame(
        {"change": [key for key, _ in found]},
        geometry=np.array([part for _, part in found], dtype=object),
        crs=after.crs,
    )


def _ground(frame: GeoDataFrame) -> NDArray[np.object_]:
    shapes = frame.geometry.to_numpy()
    return np.asarray(shapes[frame["served"].isin(_WITHIN).to_numpy()], dtype=object)


def _polygons(whole: shapely.Geometry) -> list[shapely.Geometry]:
    return [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
