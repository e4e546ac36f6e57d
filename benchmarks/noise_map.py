"""
Road noise at the façades of towns: receivers a second, memory, growth, processes.

Lorient and Geneva are read from the folder that ``ECOGIS_DATA`` names, by default
``shared/data`` beside the project, and left out where they are not in it; the synthetic
town is a piece of the district.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from synthetic import District
from timing import AGREED, Answer, Cost, Goal, Method, compare

import ecogis
from ecogis.acoustics import cnossos
from ecogis.acoustics.absorption import absorption_db_km
from ecogis.acoustics.bands import A_WEIGHTS, as_db, as_energy
from ecogis.acoustics.cnossos import Cnossos
from ecogis.acoustics.engine import Reach
from ecogis.acoustics.kept import KEPT
from ecogis.acoustics.roads import traffic_of
from ecogis.acoustics.tiles import tiled
from ecogis.acoustics.ways import attenuations_db, ways_between
from ecogis.spatial.mirrors import mirrors_of
from ecogis.spatial.noise_scene import noise_scene, receivers_before
from ecogis.spatial.pieces import OpenRoads, lines_of
from ecogis.spatial.receivers import Receivers

__all__ = ["AGREED", "GOALS", "TITLE", "Work"]
TITLE = "Road noise at façades"
ALONE = "path by path"
GOALS = (Goal((ALONE,), 20.0),)
REACH_M = 250.0
# m: how far reflections are followed by default
_REFLECTED_M = 100.0
_SIDE_M = 2_000.0
# neighbours that lie together, from all over a town
_CLUSTER = 128
# receivers asked; those by walls take longer
_FEW, _SOME, _MANY, _BY_WALLS = 64, 512, 5_120, 256
DATA = Path(os.environ.get("ECOGIS_DATA", Path(__file__).parents[2] / "shared/data"))


@dataclass(frozen=True, eq=False)
class Town:
    """Layers in metres, as they are read."""

    name: str
    roads: GeoDataFrame
    buildings: GeoDataFrame
    ground: GeoDataFrame | None = None

    @cached_property
    def walls(self) -> Receivers:
        """Return a receiver at most each 5 m of façade."""
        every = np.arange(len(self.buildings))
        where = {"spacing_m": 5.0, "height_m": 4.0, "reflecting": True}
        return receivers_before(self.buildings, every, **where)[0]

    def engine(self, *, reflections: bool) -> Cnossos:
        """Return what computes levels here."""
        scene = noise_scene(
            self.buildings, None, self.ground, default_g=0.0, reflecting=reflections
        )
        reach = Reach(REACH_M, reflections=reflections)
        return Cnossos(scene.around, self.roads, traffic_of(self.roads)[0], reach)

    def some(self, count: int) -> Receivers:
        """Return so many receivers, clusters of neighbours from all over."""
        tiles = tiled(self.walls.places, min(_CLUSTER, count))
        picked = np.linspace(0, len(tiles) - 2, -(-count // len(tiles[0]))).astype(int)
        rows = np.concatenate([tiles[tile] for tile in np.unique(picked)])
        return self.walls.rows(rows[:count])


class Work:
    """The towns, and each method's answer for a few receivers."""

    def __init__(self, district: District) -> None:
        self.towns = [_synthetic(district), *_real()]
        self._town = self.towns[0]
        self._few = self._town.some(_FEW)

    def ecogis(self) -> Answer:
        """Compute all pairs of receivers and pieces of road together."""
        return _levels(self._town, self._few, reflections=True)

    def alone(self) -> Answer:
        """Compute each path alone, as for one source and one receiver."""
        engine = self._town.engine(reflections=True)
        around, mirrors = engine.around, mirrors_of(engine.around)
        lines = lines_of(np.asarray(engine.roads.geometry.values))
        roads = OpenRoads(lines, around.footprints, around.terrain)
        pieces = roads.heard(self._few.places, REACH_M, engine.reach.fineness)
        power = as_energy(engine.power_db[:, 0] + np.array(A_WEIGHTS))
        often = engine.reach.favourable_share[0]
        energy = np.zeros(len(self._few))
        for n, ear in enumerate(pieces.receiver.tolist()):
            ends = pieces.places[n], self._few.places[ear]
            near = bool(np.hypot(*(ends[0] - ends[1])[:2]) <= _REFLECTED_M)
            ways = ways_between(
                around,
                mirrors.near(ends[1][:2], _REFLECTED_M),
                *ends,
                gs=0.0,
                lateral=False,
                reflections=int(near),
            )
            lost = attenuations_db(list(ways), absorption_db_km())
            shares = [(10 ** (-one / 10)).sum(axis=0) for one in lost]
            arrived = (1 - often) * shares[0] + often * shares[1]
            road = roads.road[pieces.part[n]]
            energy[ear] += pieces.length_m[n] * (arrived * power[road]).sum()
        return {"day_db": as_db(energy)}

    def methods(self, _server: Any) -> list[Method]:
        """Return everybody's method, ours last."""
        return [Method(ALONE, self.alone), Method("ecogis", self.ecogis)]

    def more(self) -> Iterator[str]:
        """Yield the lines of a table: towns, receivers, processes, reflections."""
        yield (
            "| town | receivers | reflections | processes | seconds | receivers/s | "
            "extra MB |"
        )
        yield "|---|---:|---|---:|---:|---:|---:|"
        for town in self.towns:
            costs = [_cost(town, count) for count in (_SOME, _MANY)]
            costs += [
                _cost(town, _MANY, processes=2),
                _cost(town, _BY_WALLS, reflections=True),
            ]
            ways = ("no", "no", "no", "by one wall")
            many = (_SOME, _MANY, _MANY, _BY_WALLS)
            for cost, way, count, processes in zip(
                costs, ways, many, (1, 1, 2, 1), strict=True
            ):
                yield (
                    f"| {town.name} | {count} | {way} | {processes} | "
                    f"{cost.seconds:.1f} | {count / cost.seconds:.0f} | "
                    f"{cost.extra_mb:.0f} |"
                )
            one, ten, two, _ = (cost.seconds for cost in costs)
            yield (
                f"| {town.name}: ten times the receivers take {ten / one:.1f} times "
                f"as long; two processes are {ten / two:.1f} times as fast |||||||"
            )


def _cost(
    town: Town, count: int, *, processes: int = 1, reflections: bool = False
) -> Cost:
    """Return what the levels at so many receivers cost."""
    ears = town.some(count)

    def run() -> Answer:
        cnossos.workers_for = lambda _count: processes
        return _levels(town, ears, reflections=reflections)

    return compare([Method(f"{town.name}, {count}", run)], repeats=1)[0]


def _levels(town: Town, ears: Receivers, *, reflections: bool) -> Answer:
    KEPT.clear()
    return {"day_db": town.engine(reflections=reflections).at(ears).periods_db[:, 0]}


def _synthetic(district: District) -> Town:
    """Return the middle of the district, where it is built up."""
    low, high = district.centre - _SIDE_M / 2, district.centre + _SIDE_M / 2
    frame = shapely.box(*low, *high)
    layers = [district.roads(), district.buildings()]
    roads, built = (
        layer[layer.intersects(frame)].reset_index(drop=True) for layer in layers
    )
    return Town("synthetic", roads, built)


def _real() -> Iterator[Town]:
    folder = DATA / "lorient"
    if folder.exists():
        roads, built, ground = (
            ecogis.read_layer(layer, folder / f"{file}.shp").to_crs(2154)
            for layer, file in (
                ("roads", "ROADS2"),
                ("buildings", "buildings"),
                ("ground_absorption", "ground_type"),
            )
        )
        yield Town("Lorient", roads, built, ground)
    file = DATA / "geneva" / "geneva.osm.pbf"
    if file.exists():
        roads, built = (
            ecogis.read_layer(layer, file).to_crs(2056)
            for layer in ("roads", "buildings")
        )
        yield Town("Geneva", roads, built)
