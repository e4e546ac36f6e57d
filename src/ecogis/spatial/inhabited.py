"""At which places do people live, when each has a distance of its own?"""

from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from ecogis.spatial.dasymetric import together
from ecogis.spatial.overlay import cut, without


def inhabited(
    people: GeoDataFrame, boundary: BaseGeometry, step_m: float
) -> GeoDataFrame:
    """
    Return homes, and land in pieces small enough to stand for a place.

    Parameters
    ----------
    people
        What :func:`ecogis.spatial.dasymetric.people_at_home` gives, in a wider area.
    boundary
        A home is inside by its inner point; land is cut.
    step_m
        Longest side of a piece of land.

    Returns
    -------
    GeoDataFrame
        The columns of ``people`` and ``inside`` (True, False); sums stay as they are.
    """
    at_home = people["home"].to_numpy(bool)
    homes, land = people[at_home], people[~at_home]
    points = shapely.point_on_surface(np.asarray(homes.geometry.values))
    homes = homes.assign(inside=shapely.intersects(boundary, points))
    for side, inside in ((cut(land, boundary), True), (_beyond(land, boundary), False)):
        pieces = _in_squares(_with_share(side, land), step_m)
        flag = np.full(len(pieces), inside)
        homes = together(homes, pieces.assign(inside=flag))
    return homes


def stand_of(places: GeoDataFrame) -> NDArray[np.float64]:
    """Return x and y of where the people of each place stand: its inner point."""
    points = shapely.point_on_surface(np.asarray(places.geometry.values))
    return np.asarray(shapely.get_coordinates(points), dtype=np.float64)


def _beyond(land: GeoDataFrame, boundary: BaseGeometry) -> GeoDataFrame:
    return without(land, shapely.get_parts(boundary))


def _with_share(side: GeoDataFrame, land: GeoDataFrame) -> GeoDataFrame:
    whole = land.geometry.area.loc[side.index]
    return side.assign(people=side["people"] * side.area / whole)


def _in_squares(land: GeoDataFrame, step_m: float) -> GeoDataFrame:
    """Cut each large piece of land by a grid of its own; people go by area."""
    bounds = land.bounds
    wide = np.maximum(bounds["maxx"] - bounds["minx"], bounds["maxy"] - bounds["miny"])
    large = np.asarray(wide > step_m * (1 + 1e-9))
    pieces = [land[~large]]
    for number in np.flatnonzero(large):
        piece = land.iloc[number]
        squares = GeoDataFrame(geometry=_grid(piece.geometry, step_m), crs=land.crs)
        cells = cut(squares, piece.geometry)
        size_m2 = cells.geometry.area.to_numpy()
        rows = land.iloc[np.full(len(cells), number)]
        rows = rows.set_geometry(cells.geometry.to_numpy(), crs=land.crs)
        pieces.append(rows.assign(people=piece["people"] * size_m2 / size_m2.sum()))
    return GeoDataFrame(pd.concat(pieces, ignore_index=True), crs=land.crs)


def _grid(shape: BaseGeometry, step_m: float) -> NDArray[Any]:
    """Return equal rectangles over a shape's box, no side longer than the step."""
    west, south, east, north = shape.bounds
    columns = max(int(np.ceil((east - west) / step_m - 1e-9)), 1)
    rows = max(int(np.ceil((north - south) / step_m - 1e-9)), 1)
    x, y = np.linspace(west, east, columns + 1), np.linspace(south, north, rows + 1)
    at_x, at_y = np.meshgrid(np.arange(columns), np.arange(rows))
    column, row = at_x.ravel(), at_y.ravel()
    return shapely.box(x[column], y[row], x[column + 1], y[row + 1])
