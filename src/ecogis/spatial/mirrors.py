"""Which walls send sound on from a source to a receiver?"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray

from ecogis.spatial.obstacles import BANDS, chain_numbers
from ecogis.spatial.surroundings import Surroundings

Floats: TypeAlias = NDArray[np.float64]

# m: smaller walls reflect nothing (Directive 2015/996, 2.5.6), and what is one place
_SMALLEST_M, TOUCH_M = 0.5, 1e-6
# m: a receiver this near to a wall hangs on it, and hears the incident sound only
OWN_FACADE_M = 0.1
# of a wall
_MIDDLE = 0.5


@dataclass(frozen=True, eq=False)
class Mirrors:
    """
    Upright walls that reflect, one row each.

    Parameters
    ----------
    starts, ends
        (x, y); a building's wall has the open on its right.
    start_tops_m, end_tops_m
        Altitudes of the top at both ends.
    alphas
        Absorption, per octave in the last axis.
    one_sided
        Walls of buildings reflect on their right only.
    """

    starts: Floats
    ends: Floats
    start_tops_m: Floats
    end_tops_m: Floats
    alphas: Floats
    one_sided: NDArray[np.bool_]

    def __len__(self) -> int:
        """Count the walls."""
        return len(self.one_sided)

    def within(self, place: Floats, reach_m: float) -> NDArray[np.intp]:
        """Return the numbers of walls that come within a distance of (x, y)."""
        along = self.ends - self.starts
        share = ((place - self.starts) * along).sum(axis=1) / (along**2).sum(axis=1)
        nearest = self.starts + np.clip(share, 0, 1)[:, None] * along
        return np.flatnonzero(np.hypot(*(nearest - place).T) <= reach_m)

    def near(self, place: Floats, reach_m: float) -> "Mirrors":
        """Return the walls that come within a distance of (x, y)."""
        near = self.within(place, reach_m)
        return Mirrors(*(getattr(self, field.name)[near] for field in fields(self)))


@dataclass(frozen=True, eq=False)
class Bounce:
    """
    A way by way of walls.

    Parameters
    ----------
    way
        Rows (x, y) from source to receiver, a wall at each between.
    tops_m
        Altitude of each wall's top there.
    alphas
        Absorption of each wall, per octave.
    """

    way: Floats
    tops_m: tuple[float, ...]
    alphas: tuple[Floats, ...]


def mirrors_of(around: Surroundings) -> Mirrors:
    """Return the walls of all obstacles whose absorption is known."""
    rows, alphas = [], [np.empty((0, BANDS))]
    for obstacle in around.obstacles:
        if obstacle.alpha is None or (obstacle.alpha >= 1).all():
            continue
        # shells run counter-clockwise, so that the open is on the right
        shape = shapely.orient_polygons(obstacle.shape)
        path, ring = shapely.get_coordinates(shape), chain_numbers(shape)
        size = np.hypot(*np.diff(path, axis=0).T)
        walls = np.flatnonzero((ring[:-1] == ring[1:]) & (size >= _SMALLEST_M))
        sided = np.full((len(walls), 1), obstacle.is_building)
        tops = np.column_stack([obstacle.tops_m[walls], obstacle.tops_m[walls + 1]])
        rows.append(np.hstack([path[walls], path[walls + 1], tops, sided]))
        alphas.append(np.tile(obstacle.alpha, (len(walls), 1)))
    table = np.vstack([np.empty((0, 7)), *rows])
    return Mirrors(
        table[:, 0:2],
        table[:, 2:4],
        table[:, 4],
        table[:, 5],
        np.vstack(alphas),
        table[:, 6] > 0,
    )


def bounces(
    mirrors: Mirrors, source: Floats, receiver: Floats, order: int
) -> Iterator[Bounce]:
    """
    Yield the ways from source to receiver by way of up to ``order`` walls.

    Parameters
    ----------
    mirrors
        The walls.
    source, receiver
        (x, y).
    order
        Walls of a way at most.
    """
    # what the image of the source is, after the walls so far
    images: list[tuple[Floats, tuple[int, ...]]] = [(source, ())]
    for step in range(1, order + 1 if len(mirrors) else 0):
        ahead = []
        for image, walls in images:
            facing = _facing(mirrors, image, walls)
            mirrored = _mirrored(mirrors, facing, image)
            seen = _seen(mirrors, facing, mirrored, receiver)
            for wall in facing[seen].tolist():
                found = _traced(mirrors, source, receiver, (*walls, wall))
                if found is not None:
                    yield found
            if step < order:
                taken = ((*walls, wall) for wall in facing.tolist())
                ahead += list(zip(mirrored, taken, strict=True))
        images = ahead


def _seen(
    mirrors: Mirrors, walls: NDArray[np.intp], images: Floats, receiver: Floats
) -> NDArray[np.bool_]:
    """Tell whether a receiver sees its image in each wall, in or near the wall."""
    start, along = mirrors.starts[walls], (mirrors.ends - mirrors.starts)[walls]
    way, gap = receiver - images, start - images
    cross = way[:, 0] * along[:, 1] - way[:, 1] * along[:, 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        on = (gap[:, 0] * way[:, 1] - gap[:, 1] * way[:, 0]) / cross
    return np.asarray(np.abs(on - _MIDDLE) <= _MIDDLE + TOUCH_M)


def _facing(
    mirrors: Mirrors, image: Floats, walls: tuple[int, ...]
) -> NDArray[np.intp]:
    """Return the walls that an image sees the reflecting side of."""
    way, gap = mirrors.ends - mirrors.starts, image - mirrors.starts
    left = way[:, 0] * gap[:, 1] - way[:, 1] * gap[:, 0]
    before = np.where(mirrors.one_sided, -left, np.abs(left))
    facing = before > TOUCH_M * np.hypot(*way.T)
    if walls:
        facing[walls[-1]] = False
    return np.flatnonzero(facing)


def _mirrored(mirrors: Mirrors, walls: NDArray[np.intp], image: Floats) -> Floats:
    """Return the image of a point in each of some walls."""
    along = mirrors.ends[walls] - mirrors.starts[walls]
    normal = np.column_stack([-along[:, 1], along[:, 0]])
    normal = normal / np.hypot(*along.T)[:, None]
    depth = ((image - mirrors.starts[walls]) * normal).sum(axis=1)
    return np.asarray(image - 2 * depth[:, None] * normal)


def _traced(
    mirrors: Mirrors, source: Floats, receiver: Floats, walls: tuple[int, ...]
) -> Bounce | None:
    """Return the way by these walls; None where one is missed."""
    if _gap_m(mirrors, walls[-1], receiver) <= OWN_FACADE_M + TOUCH_M:
        return None
    images = [source]
    for wall in walls:
        images.append(_mirrored(mirrors, np.array([wall]), images[-1])[0])
    way, tops, end = [receiver], [], receiver
    for wall, image in zip(walls[::-1], images[:0:-1], strict=True):
        on = _met(mirrors, wall, image, end)
        if on is None:
            return None
        start, stop = mirrors.start_tops_m[wall], mirrors.end_tops_m[wall]
        tops.append(float(start + on * (stop - start)))
        along = mirrors.ends[wall] - mirrors.starts[wall]
        end = mirrors.starts[wall] + on * along
        way.append(end)
    alphas = tuple(mirrors.alphas[wall] for wall in walls)
    return Bounce(np.array([*way, source][::-1]), tuple(tops[::-1]), alphas)


def _met(mirrors: Mirrors, wall: int, image: Floats, end: Floats) -> float | None:
    """Return where on a wall (0 to 1) the line from an image to a point meets it."""
    start, along = mirrors.starts[wall], mirrors.ends[wall] - mirrors.starts[wall]
    way = end - image
    cross = way[0] * along[1] - way[1] * along[0]
    size = float(np.hypot(*along))
    if abs(cross) < TOUCH_M * size:
        return None
    gap = start - image
    at = (gap[0] * along[1] - gap[1] * along[0]) / cross
    on = (gap[0] * way[1] - gap[1] * way[0]) / cross
    # an end belongs to one of two walls that go on in a line
    if not (0 < at < 1 and 0 <= on < 1):
        return None
    # the point itself has to lie on the reflecting side
    beside = along[0] * (end - start)[1] - along[1] * (end - start)[0]
    if mirrors.one_sided[wall] and beside > -TOUCH_M * size:
        return None
    return float(on)


def _gap_m(mirrors: Mirrors, wall: int, place: Floats) -> float:
    """Return how far a place is from the line of a wall."""
    along = mirrors.ends[wall] - mirrors.starts[wall]
    past = place - mirrors.starts[wall]
    return float(abs(along[0] * past[1] - along[1] * past[0]) / np.hypot(*along))
