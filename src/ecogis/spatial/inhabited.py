"""Where do people live, inside an area and around it, each place by itself?"""

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from ecogis.spatial.dasymetric import on_land, together
from ecogis.spatial.overlay import cut, without
from ecogis.spatial.people import count_people
from ecogis.spatial.tiles import tiles


def inhabited(
    people: GeoDataFrame, boundary: BaseGeometry, cell_m: float
) -> GeoDataFrame:
    """
    Return homes, and land in squares small enough to stand for a place.

    Parameters
    ----------
    people
        What :func:`ecogis.spatial.dasymetric.people_at_home` gives, in a wider area.
    boundary
        A home is inside by its inner point; land is cut.
    cell_m
        Side of the squares.

    Returns
    -------
    GeoDataFrame
        The columns of ``people`` and ``inside`` (True, False); sums stay as they are.
    """
    at_home = people["home"].to_numpy(bool)
    homes, land = people[at_home], people[~at_home]
    points = shapely.point_on_surface(np.asarray(homes.geometry.values))
    found = homes.assign(inside=shapely.intersects(boundary, points))
    dense = evenly(land)
    beyond = without(dense, shapely.get_parts(boundary))
    for side, inside in ((cut(dense, boundary), True), (beyond, False)):
        squares = in_squares(side, cell_m)
        found = together(found, squares.assign(inside=np.full(len(squares), inside)))
    return found


def evenly(land: GeoDataFrame) -> GeoDataFrame:
    """Return land whose ``people`` live evenly on it: with ``density``, people a m²."""
    return land[["geometry"]].assign(density=land["people"] / land.area)


def in_squares(dense: GeoDataFrame, cell_m: float) -> GeoDataFrame:
    """Return land with ``density`` in squares, with the columns that homes have."""
    return on_land(count_people(tiles(dense, cell_m)))


def stand_of(places: GeoDataFrame) -> NDArray[np.float64]:
    """Return x and y of where the people of each place stand: its inner point."""
    points = shapely.point_on_surface(np.asarray(places.geometry.values))
    return np.asarray(shapely.get_coordinates(points), dtype=np.float64)
