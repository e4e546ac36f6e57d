"""Small towns at random, for what is computed twice: for all, and one by one."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import shapely
from pyproj import CRS
from rasterio import Affine
from shapely import affinity

from ecogis.raster import Raster

SIZE = 200
Lie = Literal["level", "points", "cells"]
LIES = get_args(Lie)


@dataclass
class Town:
    """What ``surroundings`` takes, roads, and places in the open."""

    given: dict
    roads: list
    places: np.ndarray


def random_town(seed: int, *, aligned: bool, lie: Lie = "level") -> Town:
    """Return a town; an aligned one has many ways that touch corners and walls."""
    rng = np.random.default_rng(seed)
    buildings = [(_house(rng, aligned), rng.uniform(2, 20)) for _ in range(5)]
    barriers = [(_line(rng, aligned), rng.uniform(1, 6)) for _ in range(2)]
    ground = [(_patch(rng, aligned), rng.uniform(0, 1)) for _ in range(4)]
    roads = [_line(rng, aligned) for _ in range(2)]
    built = shapely.union_all([house for house, _ in buildings])
    places = _places(rng, aligned, 6)
    places = places[~shapely.intersects_xy(built, places)][:2]
    given = {
        "buildings": buildings,
        "barriers": barriers,
        "ground": ground,
        "terrain": _terrain(rng, lie),
        "default_g": float(rng.choice([0, 0.5, 0.8, 1])),
    }
    return Town(
        given, roads, np.column_stack([places, rng.uniform(1, 12, len(places))])
    )


def _terrain(rng, lie):
    if lie == "level":
        return None
    if lie == "points":
        at = rng.uniform(-50, SIZE + 50, (12, 2))
        return list(shapely.points(np.column_stack([at, rng.uniform(0, 8, 12)])))
    cell = rng.uniform(6, 60)
    count = int(np.ceil((SIZE + 100) / cell))
    up = rng.uniform(0, 12, (count, count)) + 100
    # terraces and plains, some cells unknown, and rows that run askew
    if rng.random() < 0.5:
        up = np.round(up / 4) * 4
    up[rng.random(up.shape) < 0.1] = np.nan
    up[0, 0] = 100.0
    at = Affine.translation(-50, SIZE + 50) @ Affine.scale(cell, -cell)
    return Raster(up, at @ Affine.rotation(rng.choice([0.0, 7.0])), CRS(32650))


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
