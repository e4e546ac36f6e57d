"""What do many straight ways cross, seen from the places where they end?"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from ecogis.spatial.surroundings import Surroundings
from ecogis.spatial.walls import corners_of

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]

_TURN = 2 * np.pi
# rad: what is seen over so much of half a turn is very near
_ON_IT = np.pi - 0.01
# m: a way that passes a corner or ends at a wall this near is left to exact means
_NEAR_M = 3e-5


@dataclass(frozen=True, eq=False)
class Crossings:
    """
    Where ways cross walls, one row a crossing.

    Parameters
    ----------
    way, owner
        Which way crosses the outline of which shape.
    at
        How far along the way, 0 at the end that is looked from, 1 at the other.
    top_m
        Altitude of a barrier there; NaN for others.
    """

    way: Rows
    owner: Rows
    at: Floats
    top_m: Floats


class Sights:
    """
    The outlines of obstacles, then of ground, as seen from many places.

    Parameters
    ----------
    around
        What there is.

    Attributes
    ----------
    shapes
        Obstacles, then covers.
    """

    def __init__(self, around: Surroundings) -> None:
        covers = [cover[0] for cover in around.covers]
        self.shapes = np.array([*around.shapes, *covers, None], dtype=object)[:-1]
        self._obstacles = len(around.obstacles)
        self._tree = STRtree(self.shapes)
        self._corners, self._owner, ring = corners_of(self.shapes)
        self._tops = np.full(len(self._owner), np.nan)
        for number, obstacle in enumerate(around.obstacles):
            if not obstacle.is_building:
                self._tops[self._owner == number] = obstacle.tops_m
        self._is_wall = np.append(ring[1:] == ring[:-1], False)
        self._box = shapely.bounds(self.shapes).reshape(-1, 4)

    def over(self, places: Floats) -> tuple[Rows, Rows]:
        """Return pairs (place, shape) of places (x, y) inside polygons."""
        points = shapely.points(places[:, :2])
        found = self._tree.query(points, predicate="within")
        place, shape = found[:, np.lexsort(found[::-1])]
        areas = shapely.get_dimensions(self.shapes[shape]) == 2  # noqa: PLR2004
        return place[areas], shape[areas]

    def crossed(self, eyes: Floats, seen: Floats, eye: Rows) -> tuple[Crossings, Flags]:
        """
        Return what ways cross, and which ways touch something.

        Parameters
        ----------
        eyes
            Rows (x, y): where the ways end.
        seen
            Rows (x, y): where each way starts.
        eye
            The row of ``eyes`` that each way ends at; never decreasing.
        """
        corners = self._near(eyes, seen)
        bounds = np.searchsorted(eye, np.arange(len(eyes) + 1)).tolist()
        rows, touches = [], np.zeros(len(seen), dtype=bool)
        for place, (first, last) in zip(eyes, pairwise(bounds), strict=True):
            if last > first:
                view = _View(self._corners[corners] - place, self._is_wall[corners])
                met = view.met(seen[first:last] - place)
                obstacle = self._owner[corners[met.corner]] < self._obstacles
                near = met.ends_near | (met.corner_near & obstacle)
                touches[met.way[near] + first] = True
                kept = met.crosses
                rows.append(
                    (
                        met.way[kept] + first,
                        corners[met.corner[kept]],
                        met.at[kept],
                        met.on[kept],
                    )
                )
        return self._crossings(rows), touches

    def crossed_bent(
        self, ends: tuple[Floats, Floats], bends: Floats, walls: Floats
    ) -> tuple[Crossings, Flags]:
        """
        Return what ways with one bend cross, and which ways touch something.

        Parameters
        ----------
        ends
            Rows (x, y): where each way starts, and where it ends.
        bends
            Rows (x, y): a place on a wall.
        walls
            Rows (x, y, x, y) of these walls' corners: they are not crossed.
        """
        ways = len(bends)
        # both legs seen from the bend: first those to the ends, then to the starts
        away = np.vstack([ends[1] - bends, ends[0] - bends])
        legs = shapely.linestrings(
            np.stack([np.tile(bends, (2, 1)), np.vstack(ends[::-1])], axis=1)
        )
        leg, wall = self._wall_tree.query(legs, predicate="intersects")
        corner = np.flatnonzero(self._is_wall)[wall]
        a, b = self._corners[corner], self._corners[corner + 1]
        own = walls[leg % ways]
        is_own = (np.hstack([a, b]) == own).all(axis=1)
        is_own |= (np.hstack([b, a]) == own).all(axis=1)
        leg, corner, a, b = (v[~is_own] for v in (leg, corner, a, b))
        origin = bends[leg % ways]
        met = _meeting(leg, corner, away[leg], a - origin, b - origin)
        obstacle = self._owner[corner] < self._obstacles
        touches = np.zeros(ways, dtype=bool)
        touches[leg[met.ends_near | (met.corner_near & obstacle)] % ways] = True
        size = np.hypot(*away.T).reshape(2, -1)
        whole = size.sum(axis=0)[leg % ways]
        # 0 at the end of the whole way, 1 at its start
        back = size[0][leg % ways]
        along = met.at * size.reshape(-1)[leg]
        at = np.where(leg < ways, back - along, back + along) / whole
        kept = met.crosses
        rows = [(leg[kept] % ways, corner[kept], at[kept], met.on[kept])]
        return self._crossings(rows), touches

    @cached_property
    def _wall_tree(self) -> STRtree:
        """Index over the walls, in the order of their corners."""
        first = np.flatnonzero(self._is_wall)
        ends = np.stack([self._corners[first], self._corners[first + 1]], axis=1)
        return STRtree(np.asarray(shapely.linestrings(ends)))

    def _near(self, *places: Floats) -> Rows:
        """Return the corners of shapes in the box around places."""
        every = np.vstack(places)
        low, high = every.min(axis=0) - _NEAR_M, every.max(axis=0) + _NEAR_M
        box = self._box
        met = (box[:, :2] <= high).all(axis=1) & (box[:, 2:] >= low).all(axis=1)
        return np.flatnonzero(met[self._owner])

    def _crossings(self, rows: list[tuple[Rows, Rows, Floats, Floats]]) -> Crossings:
        if not rows:
            none, empty = np.zeros(0, dtype=np.intp), np.zeros(0)
            return Crossings(none, none, empty, empty)
        way, corner, at, on = (np.concatenate(v) for v in zip(*rows, strict=True))
        top = self._tops[corner]
        rise = np.where(np.isnan(top), 0.0, self._tops[corner + 1] - top)
        return Crossings(way, self._owner[corner], at, top + on * rise)


@dataclass(frozen=True, eq=False)
class _Met:
    """Walls that ways come near, one row each."""

    way: Rows
    corner: Rows
    at: Floats
    on: Floats
    crosses: Flags
    ends_near: Flags
    corner_near: Flags


def _meeting(way: Rows, corner: Rows, end: Floats, start: Floats, stop: Floats) -> _Met:
    """Return how ways from (0, 0) to their ends meet walls from start to stop."""
    size = np.hypot(*end.T)
    # corners that two walls share lie on one side for both, whatever the rounding
    side_a = end[:, 0] * start[:, 1] - end[:, 1] * start[:, 0]
    side_b = end[:, 0] * stop[:, 1] - end[:, 1] * stop[:, 0]
    across = (side_a >= 0) != (side_b >= 0)
    on = side_a / np.where(across, side_a - side_b, 1.0)
    ahead_a, ahead_b = ((end * p).sum(axis=1) / size for p in (start, stop))
    ahead = ahead_a + on * (ahead_b - ahead_a)
    near = across & ((np.abs(ahead) < _NEAR_M) | (np.abs(ahead - size) < _NEAR_M))
    passed = np.zeros(len(way), dtype=bool)
    for side, along in ((side_a, ahead_a), (side_b, ahead_b)):
        between = (along > -_NEAR_M) & (along < size + _NEAR_M)
        passed |= (np.abs(side) < _NEAR_M * size) & between
    crosses = across & (ahead > 0) & (ahead < size)
    return _Met(way, corner, ahead / size, on, crosses, near, passed)


class _View:
    """
    Corners as one eye sees them.

    Parameters
    ----------
    corners
        Rows (x, y), from the eye.
    is_wall
        Which corners a wall leads from to the next.
    """

    def __init__(self, corners: Floats, is_wall: Flags) -> None:
        self._corners = corners
        self._wall = np.flatnonzero(is_wall)
        bearing = np.arctan2(corners[:, 1], corners[:, 0])
        blur = _NEAR_M / np.maximum(np.hypot(*corners.T), _NEAR_M) * 2
        a, b = bearing[self._wall], bearing[self._wall + 1]
        low, high = np.minimum(a, b), np.maximum(a, b)
        # a wall is seen over less than half a turn
        behind = high - low > np.pi
        low, high = np.where(behind, high, low), np.where(behind, low + _TURN, high)
        blur = np.maximum(blur[self._wall], blur[self._wall + 1])
        # an eye on a wall, or all but on it, sees it all round
        blur[(blur > 1) | (high - low > _ON_IT)] = np.pi
        self._low, self._high = low - blur, high + blur

    def met(self, ways: Floats) -> _Met:
        """Return the walls that ways from the eye to places (x, y) come near."""
        way, corner = self._candidates(np.arctan2(ways[:, 1], ways[:, 0]))
        wall = self._corners[corner], self._corners[corner + 1]
        return _meeting(way, corner, ways[way], *wall)

    def _candidates(self, bearing: Floats) -> tuple[Rows, Rows]:
        """Return pairs (way, corner) of ways in the angle over which a wall is seen."""
        order = np.argsort(bearing, kind="stable")
        turned = bearing[order]
        every = np.concatenate([turned - _TURN, turned, turned + _TURN])
        first = np.searchsorted(every, self._low, side="left")
        last = np.searchsorted(every, self._high, side="right")
        # a blur of more than a turn shows every way once
        count = np.minimum(last - first, len(bearing))
        wall = np.repeat(np.arange(len(count)), count)
        step = np.arange(len(wall)) - np.repeat(np.cumsum(count) - count, count)
        way = order[(first[wall] + step) % len(bearing)]
        return way, self._wall[wall]
