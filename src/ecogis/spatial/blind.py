"""Where does nothing reach, why, and where is most missing?"""

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.spatial.overlay import cut, flat
from ecogis.spatial.patches import pieces
from ecogis.spatial.people import count_people
from ecogis.spatial.service import Reach

# why ground is out of reach, the most serious first
REASONS = ("no_park", "too_small", "too_far")


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
    return ranked(zones, "area_m2")[["rank", "area_m2", "geometry"]]


def ranked(zones: GeoDataFrame, *by: str) -> GeoDataFrame:
    """Return zones with ``rank``, the largest first; equal ones from west to east."""
    placed = zones.assign(west=zones.bounds["minx"], south=zones.bounds["miny"])
    order = [*by, "west", "south"]
    rising = [column in {"west", "south"} for column in order]
    ordered = placed.sort_values(order, ascending=rising, kind="stable")
    ordered["rank"] = np.arange(1, len(ordered) + 1)
    return ordered.drop(columns=["west", "south"]).reset_index(drop=True)


def why_blind(
    area: StudyArea, blind: GeoDataFrame, any_size: Reach, within: Reach
) -> GeoDataFrame:
    """
    Return what is out of reach as connected zones, each with one reason.

    Parameters
    ----------
    area
        How area is measured.
    blind
        Polygons out of reach; they may overlap.
    any_size
        All that would serve if size did not matter.
    within
        What serves in a straight line: what is blind there all the same is too far on
        foot.

    Returns
    -------
    GeoDataFrame
        ``reason`` (one of :data:`REASONS`) and ``area_m2``; zones do not overlap, and
        together they are the blind ground.
    """
    near, far = any_size.split(flat(blind))
    straight, small = within.split(near)
    parts = zip(REASONS, (far, small, straight), strict=True)
    zones = pd.concat(
        [flat(part).assign(reason=reason) for reason, part in parts],
        ignore_index=True,
    )
    found = GeoDataFrame(zones, geometry="geometry", crs=blind.crs)
    return found.assign(area_m2=area.measure(found))


def people_of(zones: GeoDataFrame, residents: GeoDataFrame) -> GeoDataFrame:
    """
    Return who lives in the zones, piece by piece.

    Parameters
    ----------
    zones
        What :func:`why_blind` gave.
    residents
        Polygons with ``density``, as :func:`ecogis.spatial.people.spread` gives them.

    Returns
    -------
    GeoDataFrame
        ``people`` and ``zone`` (its position), one row for each connected piece.
    """
    found = [
        _held(zones, np.flatnonzero(zones["reason"] == reason), residents)
        for reason in REASONS
    ]
    # an empty frame would turn the columns of the other into objects
    known = [live for live in found if len(live)] or found[:1]
    joined = pd.concat(known, ignore_index=True)
    return GeoDataFrame(joined, geometry="geometry", crs=zones.crs)


def _held(
    zones: GeoDataFrame, at: NDArray[np.int64], residents: GeoDataFrame
) -> GeoDataFrame:
    """Return who lives in zones that never touch: each piece lies in one of them."""
    shapes = np.asarray(zones.geometry.values)[at]
    inside = count_people(pieces(cut(residents, shapes)))
    points = shapely.point_on_surface(np.asarray(inside.geometry.values))
    nearest = shapely.STRtree(shapes).nearest(points) if len(inside) else []
    return inside.assign(zone=at[np.asarray(nearest, dtype=np.int64)])


def mostly_in(zones: GeoDataFrame, named: GeoDataFrame) -> NDArray[np.object_]:
    """Return the ``name`` of the polygon that holds most of each zone, or None."""
    shapes, others = (np.asarray(f.geometry.values) for f in (zones, named))
    zone, other = shapely.STRtree(others).query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[zone], others[other]))
    # the last of equal rows is what stays written: the largest
    order = np.argsort(shared, kind="stable")
    found = np.full(len(zones), None, dtype=object)
    known = order[shared[order] > 0]
    found[zone[known]] = named["name"].to_numpy(object)[other[known]]
    return found
