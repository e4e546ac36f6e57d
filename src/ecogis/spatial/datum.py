"""
Chinese web-map coordinates: GCJ-02 and BD-09 to WGS 84 and back.

GCJ-02 (Gaode, Tencent, DataV) lies 100 to 700 m off WGS 84 by a smooth offset that
depends on the place; BD-09 (Baidu) shifts GCJ-02 once more. The forward formulas are
the ones in public use; the way back iterates until nothing moves, so that a round trip
is exact to less than a micrometre. CGCS2000 equals WGS 84 for these purposes.
"""

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod
from shapely.geometry.base import BaseGeometry

Degrees = NDArray[np.float64]
LonLat = tuple[Degrees, Degrees]
Conversion = Callable[[ArrayLike, ArrayLike], LonLat]

# Krasovsky 1940: semi-major axis in metres and squared eccentricity
_AXIS_M, _ECCENTRICITY2 = 6378245.0, 0.00669342162296594323
# the box outside which nothing is shifted: west, south, east, north
_BOX = (72.004, 0.8293, 137.8347, 55.8271)
_BAIDU = np.pi * 3000 / 180
# degrees; 1e-13 is 1e-8 m
_STILL, _MOST_TURNS = 1e-13, 50
# how many times smaller the difference has to become to be told
_SEVERAL = 3.0
_LEAST_SHARE = 1e-3


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """Return GCJ-02 longitudes and latitudes; outside China nothing changes."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    west, south, east, north = _BOX
    inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)
    east_m, north_m = _offset_m(x - 105, y - 35)
    phi = np.radians(y)
    magic = 1 - _ECCENTRICITY2 * np.sin(phi) ** 2
    meridian_m = _AXIS_M * (1 - _ECCENTRICITY2) / magic**1.5
    parallel_m = _AXIS_M / np.sqrt(magic) * np.cos(phi)
    return (
        np.where(inside, x + np.degrees(east_m / parallel_m), x),
        np.where(inside, y + np.degrees(north_m / meridian_m), y),
    )


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """Return WGS 84 longitudes and latitudes; outside China nothing changes."""
    return _inverse(wgs84_to_gcj02, lon, lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """Return BD-09 longitudes and latitudes."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    radius = np.hypot(x, y) + 2e-5 * np.sin(y * _BAIDU)
    angle = np.arctan2(y, x) + 3e-6 * np.cos(x * _BAIDU)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """Return GCJ-02 longitudes and latitudes."""
    return _inverse(gcj02_to_bd09, lon, lat)


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """Return BD-09 longitudes and latitudes."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> LonLat:
    """Return WGS 84 longitudes and latitudes."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def gcj02_shift(
    suspect: BaseGeometry, reference: BaseGeometry
) -> tuple[float, float] | None:
    """
    Tell whether a boundary is the reference's, shifted by GCJ-02.

    Its difference from the reference shrinks several times when it is taken for GCJ-02
    and converted back. Where it does not, nothing is said: the boundary may be true, or
    of another place.

    Parameters
    ----------
    suspect, reference
        Polygons in degrees; the reference in WGS 84 or CGCS2000.

    Returns
    -------
    tuple or None
        The symmetric difference in km² before and after, or None.
    """
    restored = shapely.transform(
        suspect, lambda xy: np.column_stack(gcj02_to_wgs84(xy[:, 0], xy[:, 1]))
    )
    before, after = (_difference_km2(one, reference) for one in (suspect, restored))
    if before < _LEAST_SHARE * _size_km2(reference) or before < _SEVERAL * after:
        return None
    return before, after


def _offset_m(x: Degrees, y: Degrees) -> LonLat:
    """Return the offset east and north, of degrees from 105°E 35°N."""
    root = np.sqrt(np.abs(x))
    shared = (20 * np.sin(6 * x * np.pi) + 20 * np.sin(2 * x * np.pi)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared
    east += _waves(x, (20, 1), (40, 1 / 3), (150, 1 / 12), (300, 1 / 30))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared
    north += _waves(y, (20, 1), (40, 1 / 3), (160, 1 / 12), (320, 1 / 30))
    return east, north


def _waves(along: Degrees, *waves: tuple[float, float]) -> Degrees:
    total = np.zeros_like(along)
    for height, rate in waves:
        total += height * np.sin(rate * along * np.pi) * 2 / 3
    return total


def _inverse(forward: Conversion, lon: ArrayLike, lat: ArrayLike) -> LonLat:
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    found_x, found_y = x, y
    for _ in range(_MOST_TURNS):
        there_x, there_y = forward(found_x, found_y)
        off_x, off_y = there_x - x, there_y - y
        found_x, found_y = found_x - off_x, found_y - off_y
        worst = max(np.abs(off_x).max(initial=0), np.abs(off_y).max(initial=0))
        if not worst > _STILL:
            break
    return found_x, found_y


def _difference_km2(one: BaseGeometry, other: BaseGeometry) -> float:
    first, second = shapely.make_valid(one), shapely.make_valid(other)
    return _size_km2(shapely.symmetric_difference(first, second))


def _size_km2(shape: BaseGeometry) -> float:
    geod = Geod(ellps="WGS84")
    parts = (part for part in shapely.get_parts(shape) if part.area > 0)
    oriented = (shapely.geometry.polygon.orient(part) for part in parts)
    return sum(geod.geometry_area_perimeter(part)[0] for part in oriented) / 1e6
