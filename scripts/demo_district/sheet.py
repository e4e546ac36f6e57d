"""
The sheet that the district is drawn on: a straight grid, gently bent.

Streets are laid out on a plain grid in metres (u to the east, v to the north, 0 in the
town's centre) and then bent, so that they run as streets do: parallel, never straight
for long. Every shape enters EPSG:4548 through this module.
"""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, Polygon

CRS = "EPSG:4548"
# in a plain south of Beijing; nothing on the ground is meant
EAST_M, NORTH_M = 455_000.0, 4_352_000.0
TILT = np.deg2rad(-5.0)
# coordinates are kept to the centimetre
GRID_M = 0.01

Points = list[tuple[float, float]] | NDArray[np.float64]


def chance(seed: int, theme: str) -> np.random.Generator:
    """Return a theme's own random numbers: a change in one leaves the others alone."""
    return np.random.default_rng([seed, *theme.encode()])


def world(points: Points) -> NDArray[np.float64]:
    """Bend points of the grid into EPSG:4548."""
    u, v = np.asarray(points, float).T
    x = u + 85 * np.sin(v / 1900 + 0.6) + 18 * np.sin((u + v) / 900)
    y = v + 95 * np.sin(u / 2300 + 1.1) + 16 * np.sin((v - u) / 800)
    cos, sin = np.cos(TILT), np.sin(TILT)
    return np.column_stack([EAST_M + cos * x - sin * y, NORTH_M + sin * x + cos * y])


def flat(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Find the points of the grid that :func:`world` bends to these."""
    target = np.asarray(points, float)
    cos, sin = np.cos(TILT), np.sin(TILT)
    x, y = target[:, 0] - EAST_M, target[:, 1] - NORTH_M
    found = np.column_stack([cos * x + sin * y, cos * y - sin * x])
    for _ in range(6):
        missed = target - world(found)
        found += np.column_stack(
            [
                cos * missed[:, 0] + sin * missed[:, 1],
                cos * missed[:, 1] - sin * missed[:, 0],
            ]
        )
    return found


def bearing(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the direction of the east-west streets at points, in radians."""
    uv = flat(points)
    ahead = np.array([10.0, 0.0])
    step = world(uv + ahead) - world(uv - ahead)
    return np.arctan2(step[:, 1], step[:, 0])


def street(points: Points, step_m: float = 70.0) -> LineString:
    """Bend a straight or angled line."""
    legs = np.asarray(points, float)
    dense = shapely.segmentize(LineString(legs), step_m)
    return LineString(world(shapely.get_coordinates(dense))).simplify(0.25)


def smooth(points: Points, *, closed: bool = False, step: int = 8) -> Points:
    """Lead a Catmull-Rom curve through the points."""
    p = np.asarray(points, float)
    p = np.vstack([p[-1], p, p[:2]]) if closed else np.vstack([p[0], p, p[-1]])
    t = np.linspace(0, 1, step, endpoint=False)[None, :, None]
    a, b, c, d = (p[k : len(p) - 3 + k, None, :] for k in range(4))
    curve = 0.5 * (
        2 * b
        + (c - a) * t
        + (2 * a - 5 * b + 4 * c - d) * t**2
        + (3 * b - a - 3 * c + d) * t**3
    )
    found = curve.reshape(-1, 2)
    return found if closed else np.vstack([found, p[-2]])


def curve(points: Points, step: int = 8) -> LineString:
    """Bend a smooth line through the points."""
    return LineString(world(smooth(points, step=step))).simplify(0.4)


def ground(points: Points, *, rounded: bool = False) -> Polygon:
    """Bend a polygon, with smooth or with straight sides."""
    if rounded:
        ring = world(smooth(points, closed=True))
    else:
        ring = world(shapely.get_coordinates(shapely.segmentize(Polygon(points), 90.0)))
    return Polygon(ring).simplify(0.4)


def blob(
    rng: np.random.Generator,
    centre: NDArray[np.float64],
    radius_m: float,
    rough: float = 0.16,
    vertices: int = 28,
) -> Polygon:
    """Draw an irregular round shape around a point of EPSG:4548."""
    t = np.linspace(0, 2 * np.pi, vertices, endpoint=False)
    k = np.arange(2, 6)
    waves = np.cos(np.outer(k, t) + rng.uniform(0, 6.28, len(k))[:, None])
    r = 1 + (rough * rng.normal(size=len(k)) / k**0.5) @ waves
    stretch = np.exp(rng.normal(0, 0.18))
    turn = rng.uniform(0, np.pi)
    x, y = r * np.cos(t) * stretch, r * np.sin(t) / stretch
    cos, sin = np.cos(turn), np.sin(turn)
    xy = radius_m * np.column_stack([cos * x - sin * y, sin * x + cos * y])
    return shapely.make_valid(Polygon(np.asarray(centre) + xy))


def snapped(shape: Any) -> Any:
    """Round a shape, or an array of them, to the centimetre, still valid."""
    return shapely.set_precision(shape, GRID_M)
