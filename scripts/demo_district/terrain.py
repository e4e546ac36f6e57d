"""What lay there before the town: boundary, hills and water; and what cuts it."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon

from demo_district import bones, sheet

# streets and neighbours are drawn this far beyond the boundary
BEYOND_M = 650.0
RAIL_HALF_M, MOTORWAY_HALF_M, METRO_HALF_M = 19.0, 24.0, 8.0


@dataclass(frozen=True)
class Watercourse:
    """A centre line downstream, its water surface and its corridor with both banks."""

    name: str
    line: LineString
    water: Polygon
    corridor: Polygon


@dataclass(frozen=True)
class Terrain:
    """Everything that streets and blocks have to respect."""

    outline: Polygon
    hills: Polygon
    watercourses: tuple[Watercourse, ...]
    country_park: Polygon
    ring: LineString
    railway: LineString
    motorway: LineString
    metro: LineString

    @property
    def frame(self) -> Polygon:
        """The sheet's edge."""
        return self.outline.buffer(BEYOND_M, quad_segs=4)

    @property
    def inside_ring(self) -> Polygon:
        """What the ring road encloses."""
        return Polygon(self.ring.coords)

    @property
    def corridors(self) -> Polygon | MultiPolygon:
        """The banks of every watercourse, united."""
        return shapely.union_all([course.corridor for course in self.watercourses])

    @property
    def tracks(self) -> Polygon | MultiPolygon:
        """Land of the railway and of the motorway."""
        return shapely.union_all(
            [
                self.railway.buffer(RAIL_HALF_M, cap_style="flat"),
                self.motorway.buffer(MOTORWAY_HALF_M, cap_style="flat"),
            ]
        )


def survey() -> Terrain:
    """Bend the hand-drawn shapes onto the sheet."""
    hills = [*sheet.smooth(bones.HILL_FOOT), (-7000, 6500)]
    return Terrain(
        outline=_outline(),
        hills=sheet.ground(hills),
        watercourses=tuple(
            _watercourse(name, *drawn) for name, drawn in bones.WATERCOURSES.items()
        ),
        country_park=sheet.ground(bones.COUNTRY_PARK, rounded=True),
        ring=_ring(),
        railway=sheet.curve(bones.RAILWAY),
        motorway=sheet.curve(bones.MOTORWAY),
        metro=sheet.street(bones.METRO),
    )


def _outline() -> Polygon:
    """Draw the boundary as surveyors do: from stone to stone, never quite smooth."""
    rng = np.random.default_rng(1)
    turns = sheet.smooth(np.asarray(bones.BOUNDARY) * 0.976, closed=True, step=6)
    return Polygon(sheet.world(turns + rng.normal(0, 11, turns.shape)))


def _watercourse(
    name: str, points: sheet.Points, half_m: float, bank_m: float
) -> Watercourse:
    line = sheet.curve(points)
    swing = 0.16 * half_m
    return Watercourse(
        name,
        line,
        ribbon(line, half_m, swing),
        ribbon(line, bank_m, 2 * swing),
    )


def ribbon(line: LineString, half_m: float, swing_m: float) -> Polygon:
    """Draw a band along a line whose half width swings about ``half_m``."""
    at = np.arange(0.0, line.length, max(1.2 * half_m, 25.0))
    width = half_m + swing_m * (np.sin(at / 310) + 0.7 * np.sin(at / 127 + 1))
    spots = shapely.line_interpolate_point(line, at)
    discs = shapely.buffer(spots, width, quad_segs=8)
    hulls = shapely.convex_hull(
        shapely.multipolygons(np.column_stack([discs[:-1], discs[1:]]))
    )
    return Polygon(shapely.union_all(hulls).exterior).simplify(0.8)


def _ring() -> LineString:
    u, v, r = bones.RING_HALF_U, bones.RING_HALF_V, bones.RING_CORNER
    box = Polygon([(-u, -v), (u, -v), (u, v), (-u, v)])
    rounded = box.buffer(-r, join_style="mitre").buffer(r, quad_segs=10)
    points = shapely.get_coordinates(shapely.segmentize(rounded.exterior, 90.0))
    return LineString(sheet.world(points))


def offset_points(
    line: LineString, at_m: NDArray[np.float64], side_m: float
) -> NDArray[np.float64]:
    """Return points beside a line: ``at_m`` along it, ``side_m`` to its left."""
    here = shapely.get_coordinates(shapely.line_interpolate_point(line, at_m))
    ahead = shapely.get_coordinates(shapely.line_interpolate_point(line, at_m + 2))
    back = shapely.get_coordinates(
        shapely.line_interpolate_point(line, np.maximum(at_m - 2, 0))
    )
    along = ahead - back
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    return here + side_m * np.column_stack([-along[:, 1], along[:, 0]])
