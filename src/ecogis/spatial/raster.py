"""A raster as polygons."""

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from rasterio.features import shapes as outlines

from ecogis.raster import Raster as Raster


def polygons(raster: Raster, *, merge: bool) -> GeoDataFrame:
    """
    Return polygons with a column ``value``, from the top row down.

    Parameters
    ----------
    raster
        Cells without data give nothing.
    merge
        Unite equal cells that share an edge (codes), instead of one polygon a cell
        (amounts, which add up).
    """
    return _merged(raster) if merge else _cells(raster)


def _cells(raster: Raster) -> GeoDataFrame:
    rows, columns = np.nonzero(raster.known)
    # around the cell, counter-clockwise where rows go south
    corners = ((0, 0), (0, 1), (1, 1), (1, 0), (0, 0))
    along = np.stack([columns + right for right, _ in corners], axis=1)
    down = np.stack([rows + below for _, below in corners], axis=1)
    a, b, c, d, e, f = raster.transform[:6]
    places = np.stack([a * along + b * down + c, d * along + e * down + f], axis=2)
    values = raster.values[rows, columns]
    return GeoDataFrame(
        {"value": values}, geometry=shapely.polygons(places), crs=raster.crs
    )


def _merged(raster: Raster) -> GeoDataFrame:
    values = _codes(raster)
    known = raster.known
    drawn = outlines(values, mask=known, connectivity=4, transform=raster.transform)
    found = list(drawn) if known.any() else []
    shapes = [
        shapely.Polygon(outline["coordinates"][0], outline["coordinates"][1:])
        for outline, _ in found
    ]
    return GeoDataFrame(
        {"value": np.array([value for _, value in found], dtype=np.float64)},
        geometry=np.array(shapes, dtype=object),
        crs=raster.crs,
    )


def _codes(raster: Raster) -> NDArray[np.generic]:
    """Return the values in a type that outlines can be drawn of."""
    values = raster.values
    if values.dtype in (np.uint8, np.int16, np.uint16, np.int32, np.float32):
        return values
    whole = np.where(raster.known, values, 0)
    if (whole == np.round(whole)).all() and (np.abs(whole) < 2**31).all():
        return whole.astype(np.int32)
    return whole.astype(np.float32)
