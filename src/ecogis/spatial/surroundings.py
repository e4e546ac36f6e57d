"""What lies around a source and a receiver, and what a way between them cuts."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LineString, STRtree
from shapely.geometry.base import BaseGeometry

from ecogis.errors import LayerError
from ecogis.spatial.legs import Leg, Spans
from ecogis.spatial.obstacles import Obstacle, barriers_of, buildings_of, covers_of
from ecogis.spatial.profile import Profile, ground_pieces, relief
from ecogis.spatial.terrain import Terrain, terrain_of

Floats: TypeAlias = NDArray[np.float64]

# m: what is nearer to a façade hangs on it
_FACADE_M = 1e-5


@dataclass(frozen=True, eq=False)
class Surroundings:
    """
    Terrain, obstacles and ground, prepared for many ways.

    Parameters
    ----------
    terrain
        Altitude of the ground.
    obstacles
        Buildings, then barriers.
    covers
        (polygon, ground factor), the ones that count first.
    default_g
        Ground factor where no polygon lies.
    """

    terrain: Terrain
    obstacles: list[Obstacle]
    covers: list[tuple[BaseGeometry, float]]
    default_g: float

    @cached_property
    def shapes(self) -> NDArray[np.object_]:
        """The obstacles' shapes."""
        return np.array([o.shape for o in self.obstacles] or [], dtype=object)

    @cached_property
    def obstacle_tree(self) -> STRtree:
        """Index over the obstacles."""
        return STRtree(self.shapes)

    @cached_property
    def cover_tree(self) -> STRtree:
        """Index over the ground."""
        return STRtree(np.array([c[0] for c in self.covers] or [], dtype=object))

    def near(self, way: LineString) -> list[int]:
        """Return the numbers of obstacles that meet a line, in their order."""
        if not self.obstacles:
            return []
        return sorted(self.obstacle_tree.query(way, predicate="intersects").tolist())

    def roof_over(self, place: Floats) -> float | None:
        """Return the altitude of the highest roof over (x, y); None in the open."""
        point = shapely.points(place)
        hit = self.obstacle_tree.query(point, predicate="within")
        over = [self.obstacles[n] for n in hit if self.obstacles[n].is_building]
        inside = [o for o in over if o.shape.boundary.distance(point) > _FACADE_M]
        return max((o.top_m for o in inside), default=None)

    def covers_near(self, way: LineString) -> list[tuple[BaseGeometry, float]]:
        """Return the ground that a line meets, the first that counts first."""
        return [self.covers[n] for n in sorted(self.cover_tree.query(way).tolist())]

    def ground_factor_at(self, place: Floats) -> float:
        """Return the ground factor at (x, y)."""
        point = shapely.points(place)
        hit = sorted(self.cover_tree.query(point, predicate="intersects").tolist())
        return self.covers[hit[0]][1] if hit else self.default_g


def surroundings(
    *,
    ground: object = None,
    terrain: object = None,
    buildings: object = None,
    barriers: object = None,
    default_g: float = 0.0,
) -> Surroundings:
    """Return the surroundings that inputs in any accepted form describe."""
    if not 0 <= default_g <= 1:
        msg = f"default_g is {default_g:g}; expected 0 (hard) to 1 (porous)"
        raise LayerError(msg)
    lie = terrain_of(terrain)
    obstacles = buildings_of(buildings, lie) + barriers_of(barriers, lie)
    return Surroundings(lie, obstacles, covers_of(ground), default_g)


def cut(around: Surroundings, way: Floats) -> Profile:
    """
    Return the profile along a way; what the way only touches is not in it.

    Parameters
    ----------
    around
        What it cuts.
    way
        Rows (x, y): its corners.
    """
    along, up, screens, roofs, covers = [], [], [], [], []
    start = 0.0
    for a, b in pairwise(way):
        length = float(np.hypot(*(b - a)))
        stations, heights = around.terrain.section(a, b)
        along.append(start + stations * length)
        up.append(heights)
        leg = Leg(a, b, length, start)
        for number in around.near(leg.line):
            obstacle = around.obstacles[number]
            if obstacle.is_building:
                roofs += leg.spans(obstacle.shape, obstacle.top_m)
            else:
                screens += leg.crossings(obstacle)
        covers.append(leg)
        start += length
    ground: Spans = []
    for leg in covers:
        ground += leg.covered(around.covers_near(leg.line))
    xs, zs = relief(np.concatenate(along), np.concatenate(up), roofs)
    bounds, factors = ground_pieces(start, ground, roofs, around.default_g)
    tops = np.array(screens or np.empty((0, 2)))
    return Profile(xs, zs, tops.reshape(-1, 2), bounds, factors)
