"""What is the study area, and how is area measured in it?"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from shapely import MultiPolygon, Polygon, from_wkt
from shapely.geometry.base import BaseGeometry

from ecogis.errors import PlanError

AreaMethod = Literal["geodesic", "plane"]
Features = GeoDataFrame | GeoSeries | NDArray[Any]

_LINE, _POLYGON = 1, 2
# areas may be off by this much where a projection is used; web maps are by 70 %
_STRETCH = 0.02
# roughly where CGCS2000 is surveyed in (lon, lat): it only decides what is proposed
_CHINA = from_wkt(
    "POLYGON((73 39, 80 45.5, 87 49.6, 97 43, 105 42, 111 44, 116 47, 117 50,"
    "120 53.9, 126 53.2, 131 48.2, 135 48.6, 131 42.5, 124 39.8, 123 30, 120 23,"
    "112 17.5, 108.4 17.9, 107.9 21.4, 106.6 21.9, 105.3 23, 103.9 22.4, 102.2 22.3,"
    "101.8 20.9, 100 21.3, 97.4 23.8, 98.4 26, 97 27.8, 88 27.2, 81 30, 78.5 31, 73 39"
    "))"
)


@dataclass(frozen=True)
class StudyArea:
    """
    A boundary in metres, and the way to measure area in it.

    Parameters
    ----------
    name
        What the area is called, as the plan writes it.
    boundary
        Polygon or multipolygon in ``crs``.
    crs
        A projected CRS in metres.
    area_method
        ``"geodesic"``: on the ellipsoid of the CRS, as China's land surveys do;
        ``"plane"``: in the projection (Gauss-Krüger is 4e-5 to 1e-4 too large at
        Beijing's distance from its meridian).

    Raises
    ------
    PlanError
        A geographic CRS, one that is not in metres or stretches them at this place,
        or an empty boundary.
    """

    name: str
    boundary: Polygon | MultiPolygon
    crs: CRS
    area_method: AreaMethod = "geodesic"

    def __post_init__(self) -> None:
        """Refuse what cannot be measured."""
        object.__setattr__(self, "crs", metric_crs(self.crs))
        if self.boundary.is_empty or self.boundary.area == 0:
            msg = f"area {self.name!r}: the boundary is empty; state a polygon layer"
            raise PlanError(msg)
        self._refuse_a_stretched_map()
        shapely.prepare(self.boundary)

    def _refuse_a_stretched_map(self) -> None:
        """Refuse metres that are not metres here, such as those of web maps."""
        true_m2 = float(self._on_the_ellipsoid(np.array([self.boundary]))[0])
        stretch = self.boundary.area / true_m2 - 1 if true_m2 > 0 else np.inf
        # false for nan too: a place where the projection is not defined
        if not abs(stretch) <= _STRETCH:
            msg = (
                f"area {self.name!r}: {self.crs.to_string()} ({self.crs.name}) makes "
                f"areas {stretch:+.0%} wrong here; take a CRS made for the place, or "
                "leave crs out to have one chosen"
            )
            raise PlanError(msg)

    @cached_property
    def _to_degrees(self) -> Callable[[NDArray[Any]], NDArray[Any]]:
        geographic = self.crs.geodetic_crs
        change = Transformer.from_crs(self.crs, geographic, always_xy=True)
        return lambda xy: np.column_stack(change.transform(xy[:, 0], xy[:, 1]))

    @cached_property
    def _geod(self) -> Geod:
        geod = self.crs.get_geod()
        return geod if geod is not None else Geod(ellps="GRS80")

    @property
    def size_m2(self) -> float:
        """The area's size in m², by its ``area_method``."""
        return float(self.measure(np.array([self.boundary]))[0])

    def window(self, margin_m: float = 0.0) -> tuple[float, float, float, float]:
        """Return the boundary's box, ``margin_m`` wider on each side, in ``crs``."""
        west, south, east, north = self.boundary.bounds
        return west - margin_m, south - margin_m, east + margin_m, north + margin_m

    def inside(self, features: GeoDataFrame) -> GeoDataFrame:
        """
        Return the features whose inner point lies in the area or on its border.

        Nothing is cut: a building on the border counts once, for the side that holds
        its inner point.
        """
        shapes = np.asarray(features.geometry.values)
        inside = shapely.covers(self.boundary, shapes)
        # inner points are dear: only what the border may cross needs one
        rest = np.flatnonzero(~inside)
        points = shapely.point_on_surface(shapes[rest])
        inside[rest] = shapely.intersects(self.boundary, points)
        return features[inside]

    def measure(self, features: Features) -> NDArray[np.float64]:
        """
        Measure each feature: m² for polygons, m for lines, 0 for points.

        Parameters
        ----------
        features
            A frame, a series or an array of geometries in ``crs``.
        """
        shapes = _shapes(features)
        if self.area_method == "plane":
            return _plane(shapes)
        return self._on_the_ellipsoid(shapes)

    def _on_the_ellipsoid(self, shapes: NDArray[Any]) -> NDArray[np.float64]:
        return _geodesic(shapely.transform(shapes, self._to_degrees), self._geod)


def metric_crs(stated: Any) -> CRS:
    """
    Return a CRS in metres.

    Raises
    ------
    PlanError
        Not a CRS, geographic, or in another unit.
    """
    try:
        crs = CRS.from_user_input(stated)
    except Exception as found:
        msg = f"crs: {stated!r} is no CRS that PROJ knows; write one as 'EPSG:4548'"
        raise PlanError(msg) from found
    if crs.is_geographic or not crs.is_projected:
        msg = (
            f"crs: {crs.to_string()} ({crs.name}) is not in metres; distances need a "
            "projected CRS such as 'EPSG:4548', or leave crs out to have one chosen"
        )
        raise PlanError(msg)
    units = {axis.unit_name for axis in crs.axis_info[:2]}
    if units != {"metre"}:
        msg = f"crs: {crs.to_string()} is in {', '.join(sorted(units))}, not in metres"
        raise PlanError(msg)
    return crs


def choose_crs(boundary: BaseGeometry) -> CRS:
    """
    Propose a CRS in metres for a boundary in degrees (WGS 84 or CGCS2000).

    Inside China the CGCS2000 three-degree Gauss-Krüger zone (EPSG:4534 for 75°E to
    EPSG:4554 for 135°E, without zone prefix), elsewhere the UTM zone.
    """
    centre = boundary.representative_point()
    if _CHINA.contains(centre):
        meridian = min(135, max(75, round(centre.x / 3) * 3))
        return CRS.from_epsg(4534 + (meridian - 75) // 3)
    return GeoSeries([boundary], crs="EPSG:4326").estimate_utm_crs()


def _shapes(features: Features) -> NDArray[Any]:
    if isinstance(features, GeoDataFrame | GeoSeries):
        return np.asarray(features.geometry.values)
    return np.asarray(features)


def _plane(shapes: NDArray[Any]) -> NDArray[np.float64]:
    flat = shapely.get_dimensions(shapes) == _POLYGON
    sizes = np.where(flat, shapely.area(shapes), shapely.length(shapes))
    return np.where(shapely.is_missing(shapes), 0.0, sizes)


def _geodesic(shapes: NDArray[Any], geod: Geod) -> NDArray[np.float64]:
    """Measure geometries in degrees on the ellipsoid; holes count against."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    # a collection may hold a multipolygon
    parts, again = shapely.get_parts(parts, return_index=True)
    owner = owner[again]
    total = np.zeros(len(shapes))
    flat = shapely.get_dimensions(parts) == _POLYGON
    rings, of_part = shapely.get_rings(parts[flat], return_index=True)
    if len(rings):
        hole = np.r_[False, of_part[1:] == of_part[:-1]]
        signed = np.where(hole, -1.0, 1.0) * _ring_areas(rings, geod)
        np.add.at(total, owner[flat][of_part], signed)
    lines = shapely.get_dimensions(parts) == _LINE
    np.add.at(total, owner[lines], _line_lengths(parts[lines], geod))
    return total


def _ring_areas(rings: NDArray[Any], geod: Geod) -> NDArray[np.float64]:
    xy, of_ring = shapely.get_coordinates(rings, return_index=True)
    ends = np.cumsum(np.bincount(of_ring, minlength=len(rings)))
    starts = np.r_[0, ends[:-1]]
    lon, lat = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
    # the last vertex repeats the first
    spans = zip(starts, ends - 1, strict=True)
    areas = (geod.polygon_area_perimeter(lon[a:b], lat[a:b])[0] for a, b in spans)
    return np.abs(np.fromiter(areas, np.float64, len(rings)))


def _line_lengths(lines: NDArray[Any], geod: Geod) -> NDArray[np.float64]:
    xy, of_line = shapely.get_coordinates(lines, return_index=True)
    if not len(xy):
        return np.zeros(len(lines))
    step = of_line[1:] == of_line[:-1]
    start, end = xy[:-1][step], xy[1:][step]
    lengths = geod.inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])[2]
    sums = np.bincount(of_line[1:][step], lengths, minlength=len(lines))
    return sums.astype(np.float64)
