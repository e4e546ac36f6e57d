"""How is the sound at many receivers computed, a few at a time, on several cores?"""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import shapely
from geopandas import GeoSeries
from numpy.typing import NDArray

from ecogis.acoustics.heard import Heard, Hearing
from ecogis.acoustics.octaves import Floats

Rows = NDArray[np.intp]

# receivers of a tile
TILE = 128
# what the processes of a pool compute with: (scene, places)
_SHARED: dict[str, tuple[Hearing, Floats]] = {}


def heard_everywhere(scene: Hearing, places: Floats, workers: int) -> Heard:
    """
    Return what is heard at receivers, sorted by receiver and road.

    Parameters
    ----------
    scene
        What sound runs through.
    places
        Rows (x, y, z) of receivers.
    workers
        Processes that share the work; 1: this one alone. The answer is the same.
    """
    tiles = tiled(places)
    many = min(workers, len(tiles))
    if many > 1 and "fork" in multiprocessing.get_all_start_methods():
        answers = list(_shared_out(scene, places, tiles, many))
    else:
        answers = [_of_tile(scene, places, tile) for tile in tiles]
    return Heard.joined(answers)


def tiled(places: Floats, size: int | None = None) -> list[Rows]:
    """Return the rows of receivers that lie near each other, ``size`` at a time."""
    if not len(places):
        return []
    points = GeoSeries(shapely.points(places[:, :2]))
    order = np.argsort(points.hilbert_distance().to_numpy(), kind="stable")
    starts = range(0, len(order), size or TILE)
    return [np.sort(order[start : start + (size or TILE)]) for start in starts]


def _of_tile(scene: Hearing, places: Floats, tile: Rows) -> Heard:
    found = scene.heard(places[tile])
    return Heard(tile[found.receiver], found.road, found.arrived)


def _shared_out(
    scene: Hearing, places: Floats, tiles: list[Rows], workers: int
) -> Iterator[Heard]:
    """Yield each tile's answer; forked processes hold the scene already."""
    _SHARED["work"] = scene, places
    try:
        fork = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(workers, mp_context=fork) as pool:
            yield from pool.map(_in_a_fork, tiles)
    finally:
        del _SHARED["work"]


def _in_a_fork(tile: Rows) -> Heard:
    return _of_tile(*_SHARED["work"], tile)
