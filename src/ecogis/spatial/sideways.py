"""How does sound get round what stands between two points?"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from ecogis.spatial.legs import Leg
from ecogis.spatial.obstacles import Obstacle, chain_numbers
from ecogis.spatial.rays import ray_up_m
from ecogis.spatial.surroundings import Surroundings
from ecogis.spatial.terrain import Flat

Floats: TypeAlias = NDArray[np.float64]
Side: TypeAlias = Literal["left", "right"]

# m: less of a crossing is a touch, less beside the line is on it
_TOUCH_M = 1e-5


def ways_around(
    around: Surroundings,
    source: Floats,
    receiver: Floats,
    radii_m: Sequence[float],
) -> list[dict[Side, Floats]]:
    """
    Return the ways (rows x, y, z) round the obstacles that rays meet, on each side.

    Obstacles are cut by the plane that holds source and receiver and is level across;
    the way is the convex hull of the corners, on one side, of the pieces that the ray
    meets. What it meets after that is not gone round again; ground that rises above
    the way closes it.

    Parameters
    ----------
    around
        Holds the obstacles.
    source, receiver
        (x, y, z), z as an altitude.
    radii_m
        Of the rays from source to receiver, one answer each; infinite: straight.
    """
    length = float(np.hypot(*(receiver - source)[:2]))
    if length < _TOUCH_M or not around.obstacles:
        return [{} for _ in radii_m]
    leg = Leg(source[:2], receiver[:2], length)
    known: dict[tuple[int, ...], dict[Side, Floats]] = {}
    found = []
    for met in _met(around, leg, source[2], receiver[2], radii_m):
        if met not in known:
            known[met] = _ways(around, leg.line, source, receiver, met)
        found.append(known[met])
    return found


def _met(
    around: Surroundings,
    leg: Leg,
    source_m: float,
    receiver_m: float,
    radii_m: Sequence[float],
) -> list[tuple[int, ...]]:
    """Return the obstacles that reach above each ray where it crosses them."""
    # over a roof a ray is lowest at one of its edges
    houses, barriers = around.met(leg)
    over = [(n, at, top) for n, a, b, top in houses for at in (a, b)]
    table = np.array(over + barriers).reshape(-1, 3)
    start, end = np.array([0.0, source_m]), np.array([leg.length, receiver_m])
    numbers, stations, tops = table.T
    return [
        tuple(
            np.unique(
                numbers[ray_up_m(start, end, stations, radius) < tops].astype(int)
            ).tolist()
        )
        for radius in radii_m
    ]


def _ways(
    around: Surroundings,
    line: LineString,
    source: Floats,
    receiver: Floats,
    met: tuple[int, ...],
) -> dict[Side, Floats]:
    """Return the way round some obstacles on each side."""
    corners = [np.empty((0, 2))]
    for number in met:
        corners += _crossed(around.obstacles[number], source, receiver, line)
    places = np.vstack(corners)
    way, past = receiver[:2] - source[:2], places - source[:2]
    beside = (way[0] * past[:, 1] - way[1] * past[:, 0]) / np.hypot(*way)
    sides: dict[Side, Floats] = {}
    named: tuple[tuple[Side, int], ...] = (("left", 1), ("right", -1))
    for side, sign in named:
        chosen = places[sign * beside > _TOUCH_M]
        if len(chosen):
            chain = _hull(source[:2], receiver[:2], chosen)
            spread = np.column_stack([chain, _plane_up(source, receiver, chain)])
            if not _under_ground(around, spread):
                sides[side] = spread
    return sides


def _under_ground(around: Surroundings, way: Floats) -> bool:
    """Tell whether the bare ground rises above a way (rows x, y, z)."""
    if isinstance(around.terrain, Flat):
        return bool((way[:, 2] < 0).any())
    for a, b in pairwise(way):
        stations, up = around.terrain.section(a[:2], b[:2])
        if (up > a[2] + stations * (b[2] - a[2]) + _TOUCH_M).any():
            return True
    return False


def _crossed(
    obstacle: Obstacle, source: Floats, receiver: Floats, line: LineString
) -> list[Floats]:
    """Return the corners of the pieces in the plane that the line crosses."""
    if obstacle.is_building:
        pieces = _roofed(obstacle, source, receiver)
        cut = shapely.length(shapely.intersection(line, pieces)) > _TOUCH_M
    else:
        pieces = _screened(obstacle, source, receiver)
        cut = _joined(pieces, shapely.intersects(line, pieces))
    return [shapely.get_coordinates(piece) for piece in pieces[cut]]


def _plane_up(source: Floats, receiver: Floats, places: Floats) -> Floats:
    way = receiver[:2] - source[:2]
    share = (places - source[:2]) @ way / (way @ way)
    return np.asarray(source[2] + share * (receiver[2] - source[2]))


def _roofed(
    obstacle: Obstacle, source: Floats, receiver: Floats
) -> NDArray[np.object_]:
    """Return the pieces of a building that reach above the plane."""
    outline = shapely.get_coordinates(obstacle.shape)
    above = _plane_up(source, receiver, outline) < obstacle.top_m
    if above.all():
        return np.array([obstacle.shape], dtype=object)
    if not above.any():
        return np.array([], dtype=object)
    piece = shapely.intersection(
        obstacle.shape, _below(source, receiver, obstacle.top_m, outline)
    )
    parts = shapely.get_parts(piece)
    return np.asarray(parts[shapely.get_dimensions(parts) == 2])  # noqa: PLR2004


def _below(
    source: Floats, receiver: Floats, top_m: float, outline: Floats
) -> BaseGeometry:
    """Return the ground, around an outline, over which the plane is below a roof."""
    way = receiver[:2] - source[:2]
    length = float(np.hypot(*way))
    ahead = way / length
    aside = np.array([-ahead[1], ahead[0]])
    rise = (receiver[2] - source[2]) / length
    middle = source[:2] + ahead * (top_m - source[2]) / rise
    reach = 2 * float(np.abs(outline - middle).sum(axis=1).max()) + 1
    back = -reach * np.sign(rise) * ahead
    ring = [middle + reach * aside, middle - reach * aside]
    return shapely.Polygon([*ring, ring[1] + back, ring[0] + back])


def _screened(
    obstacle: Obstacle, source: Floats, receiver: Floats
) -> NDArray[np.object_]:
    """Return the pieces of a barrier that reach above the plane."""
    path = shapely.get_coordinates(obstacle.shape)
    chain = chain_numbers(obstacle.shape)
    over = obstacle.tops_m - _plane_up(source, receiver, path)
    runs: list[list[Floats]] = [[]]
    for n in range(len(path) - 1):
        a, b, at_a, at_b = path[n], path[n + 1], over[n], over[n + 1]
        if chain[n] != chain[n + 1] or max(at_a, at_b) <= 0:
            runs.append([])
            continue
        met = a + (b - a) * at_a / (at_a - at_b) if at_a * at_b < 0 else a
        if not runs[-1] or at_a <= 0:
            runs.append([met if at_a <= 0 else a])
        runs[-1].append(met if at_b < 0 else b)
    return np.array([LineString(run) for run in runs if len(run) > 1], dtype=object)


def _joined(
    pieces: NDArray[np.object_], chosen: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which pieces are chosen or hang together with those that are."""
    while True:
        grown = chosen | shapely.intersects(shapely.union_all(pieces[chosen]), pieces)
        if (grown == chosen).all():
            return grown
        chosen = grown


def _hull(source: Floats, receiver: Floats, corners: Floats) -> Floats:
    """Return the convex way from source to receiver past corners on one side."""
    points = np.vstack([source, corners, receiver])
    ring = shapely.get_coordinates(shapely.convex_hull(shapely.multipoints(points)))
    ring = ring[:-1]
    first = int(np.argmin(np.hypot(*(ring - source).T)))
    ring = np.roll(ring, -first, axis=0)
    if np.hypot(*(ring[1] - receiver)) < np.hypot(*(ring[-1] - receiver)):
        ring = np.vstack([ring[:1], ring[:0:-1]])
    return ring
