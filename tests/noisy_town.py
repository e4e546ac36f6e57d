"""Small towns at random, for what is computed twice: for all, and one by one."""

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import affinity

SIZE = 200


@dataclass
class Town:
    """What ``surroundings`` takes, roads, and places in the open."""

    given: dict
    roads: list
    places: np.ndarray


def random_town(seed: int, *, aligned: bool, hilly: bool) -> Town:
    """Return a town; an aligned one has many ways that touch corners and walls."""
    rng = np.random.default_rng(seed)
    buildings = [(_house(rng, aligned), rng.uniform(2, 20)) for _ in range(5)]
    barriers = [(_line(rng, aligned), rng.uniform(1, 6)) for _ in range(2)]
    ground = [(_patch(rng, aligned), rng.uniform(0, 1)) for _ in range(4)]
    roads = [_line(rng, aligned) for _ in range(2)]
    built = shapely.union_all([house for house, _ in buildings])
    places = _places(rng, aligned, 6)
    places = places[~shapely.intersects_xy(built, places)][:2]
    terrain = None
    if hilly:
        at = rng.uniform(-50, SIZE + 50, (12, 2))
        terrain = list(shapely.points(np.column_stack([at, rng.uniform(0, 8, 12)])))
    given = {
        "buildings": buildings,
        "barriers": barriers,
        "ground": ground,
        "terrain": terrain,
        "default_g": float(rng.choice([0, 0.5, 0.8, 1])),
    }
    return Town(
        given, roads, np.column_stack([places, rng.uniform(1, 12, len(places))])
    )


def _places(rng, aligned, count):
    at = rng.uniform(0, SIZE, (count, 2))
    return np.round(at, -1) if aligned else at


def _house(rng, aligned):
    corner = _places(rng, aligned, 1)[0]
    size = rng.integers(1, 4, 2) * 10.0 if aligned else rng.uniform(5, 40, 2)
    house = shapely.box(*corner, *(corner + size))
    if aligned:
        return house
    turned = affinity.rotate(house, rng.uniform(0, 90))
    yard = turned.buffer(-3)
    return turned.difference(yard) if rng.random() < 0.3 else turned


def _line(rng, aligned):
    at = np.unique(_places(rng, aligned, 3), axis=0)
    return shapely.LineString(rng.permutation(at))


def _patch(rng, aligned):
    corner = _places(rng, aligned, 1)[0]
    if aligned:
        return shapely.box(*corner, *(corner + rng.integers(1, 6, 2) * 10.0))
    return shapely.Point(*corner).buffer(rng.uniform(5, 60), quad_segs=3)
