"""What lies around a source and a receiver, and what a way between them cuts."""

from collections.abc import Sequence
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
from ecogis.spatial.legs import Leg
from ecogis.spatial.obstacles import Obstacle, barriers_of, buildings_of, covers_of
from ecogis.spatial.profile import Profile, Spans, ground_pieces, relief
from ecogis.spatial.terrain import Terrain, terrain_of
from ecogis.spatial.triangles import distinct

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
    def outlines(self) -> NDArray[np.object_]:
        """The obstacles' edges on the map."""
        return np.asarray(shapely.boundary(self.shapes), dtype=object)

    @cached_property
    def roofed(self) -> NDArray[np.bool_]:
        """Which obstacles are buildings."""
        return np.array([o.is_building for o in self.obstacles], dtype=bool)

    @cached_property
    def tops_m(self) -> Floats:
        """Altitude of each obstacle's highest point."""
        return np.array([o.top_m for o in self.obstacles])

    @cached_property
    def footprints(self) -> NDArray[np.object_]:
        """The buildings' shapes."""
        return np.asarray(self.shapes[self.roofed], dtype=object)

    @cached_property
    def obstacle_tree(self) -> STRtree:
        """Index over the obstacles."""
        return STRtree(self.shapes)

    @cached_property
    def grounds(self) -> NDArray[np.object_]:
        """The polygons of the ground."""
        return np.array([shape for shape, _ in self.covers] or [], dtype=object)

    @cached_property
    def cover_tree(self) -> STRtree:
        """Index over the ground."""
        return STRtree(self.grounds)

    def near(self, way: LineString) -> NDArray[np.intp]:
        """Return the numbers of obstacles that meet a line, in their order."""
        return np.sort(self.obstacle_tree.query(way, predicate="intersects"))

    def met(
        self, leg: Leg
    ) -> tuple[list[tuple[int, float, float, float]], list[tuple[int, float, float]]]:
        """
        Return what a leg runs under and what it crosses.

        Returns
        -------
        tuple
            (number, from, to, altitude) of each roof, and (number, along, altitude) of
            each barrier.
        """
        if not self.obstacles:
            return [], []
        near = self.near(leg.line)
        houses = near[self.roofed[near]]
        owners, along = leg.roofs(self.shapes[houses], self.outlines[houses])
        numbers = houses[owners]
        table = (numbers.tolist(), *along.T.tolist(), self.tops_m[numbers].tolist())
        screens = [
            (int(number), *crossing)
            for number in near[~self.roofed[near]]
            for crossing in leg.crossings(self.obstacles[number])
        ]
        return list(zip(*table, strict=True)), screens

    def covered(self, leg: Leg) -> Spans:
        """Return (from, to, ground factor), the ones that count first."""
        near = np.sort(self.cover_tree.query(leg.line))
        owners, along, _ = leg.spans(self.grounds[near])
        factors = [self.covers[number][1] for number in near[owners]]
        return list(zip(*along.T.tolist(), factors, strict=True))

    def roof_over(self, place: Floats) -> float | None:
        """Return the altitude of the highest roof over (x, y); None in the open."""
        point = shapely.points(place)
        hit = self.obstacle_tree.query(point, predicate="within")
        over = [self.obstacles[n] for n in hit if self.obstacles[n].is_building]
        inside = [o for o in over if o.shape.boundary.distance(point) > _FACADE_M]
        return max((o.top_m for o in inside), default=None)

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
    return Surroundings(lie, obstacles, covers_of(ground), float(default_g))


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
    along, up = [], []
    screens: list[Sequence[float]] = []
    roofs: list[Sequence[float]] = []
    ground: list[Sequence[float]] = []
    start = 0.0
    for a, b in pairwise(way):
        length = float(np.hypot(*(b - a)))
        stations, heights = around.terrain.section(a, b)
        along.append(start + stations * length)
        up.append(heights)
        leg = Leg(a, b, max(length, _FACADE_M), start)
        houses, barriers = around.met(leg)
        roofs += [span for _, *span in houses]
        screens += [crossing for _, *crossing in barriers]
        if around.covers:
            ground += around.covered(leg)
        start += length
    xs, zs = np.concatenate(along), np.concatenate(up)
    if len(way) > 2 and start > 0:  # noqa: PLR2004
        # level ground does not break where the way turns
        share, zs = distinct(xs / start, zs, start)
        xs = share * start
    xs, zs = relief(xs, zs, roofs)
    bounds, factors = ground_pieces(start, ground, roofs, around.default_g)
    return Profile(xs, zs, np.array(screens).reshape(-1, 2), bounds, factors)
