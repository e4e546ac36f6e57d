"""
The walk from each building to the nearest park, along 60 000 streets.

Everybody is given the same places: buildings and entrances of parks at their place on
their street, with the leg to it. networkx and ecogis answer the same to a millionth.

- networkx: every place a node that cuts its street, the legs edges, and one
  ``multi_source_dijkstra_path_length`` from all entrances.
- networkx, tuned: streets alone, a source whose edges are the legs to their ends, and
  the two ends of each building's street put together in arrays, as ecogis does it.
- ecogis: ``walk_m``, from the streets' arrays.
- pandana: the build of its hierarchy, then ``nearest_pois``. It knows nodes only, so
  that entrances and buildings stand at the nearest end of their street: another answer,
  told beside. Its licence (AGPL) keeps it out of ecogis; it is measured here alone.
"""

import importlib
import importlib.util
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from synthetic import District
from timing import AGREED, TOLD, Answer, Database, Goal, Method

from ecogis.spatial.entrances import Doors, find_entrances
from ecogis.spatial.snap import Snapped, snap
from ecogis.spatial.streets import join_streets
from ecogis.spatial.walk import walk_m

__all__ = ["AGREED", "GOALS", "TITLE", "Work"]
TITLE = "Walk to the nearest park for 100 000 buildings along 60 000 streets"
GOALS = (Goal(("networkx",), 20.0), Goal(("pandana",), 1.0))
# pandana looks no farther for the nearest park; its hierarchy takes most of its time
FAR_M, LIMIT_M, LEAST_M2 = 30_000.0, 500.0, 1000.0
Floats, Ints = NDArray[np.float64], NDArray[np.int64]
_SOURCE = "source"


class Work:
    """The streets and the places on them, and each method's answer: metres, or -1."""

    def __init__(self, district: District) -> None:
        shapes = np.asarray(district.buildings().geometry.values)
        parks = district.parks()
        large = parks[parks.area >= LEAST_M2].reset_index(drop=True)
        self.streets = join_streets(district.roads())
        points = shapely.get_coordinates(shapely.centroid(shapes))
        self.homes = snap(points, self.streets)
        self.gates = find_entrances(large, self.streets, Doors()).at

    def networkx(self) -> Answer:
        """Build a graph of streets and places, and search it."""
        streets, graph = self.streets, nx.Graph()
        stops = {}
        for kind, places in (("gate", self.gates), ("home", self.homes)):
            numbers = range(len(places.edge))
            told = places.edge.tolist(), places.along_m.tolist(), places.leg_m.tolist()
            for number, edge, along_m, leg_m in zip(numbers, *told, strict=True):
                stops.setdefault(edge, []).append((along_m, (kind, number, "foot")))
                graph.add_edge((kind, number), (kind, number, "foot"), weight=leg_m)
        ends = streets.start.tolist(), streets.end.tolist(), streets.length_m.tolist()
        for edge, (start, end, length_m) in enumerate(zip(*ends, strict=True)):
            chain = [(0.0, start), *sorted(stops.get(edge, ())), (length_m, end)]
            for (a_m, one), (b_m, other) in pairwise(chain):
                _shorter(graph, one, other, max(b_m - a_m, 0.0))
        gates = [("gate", number) for number in range(len(self.gates.edge))]
        reached = nx.multi_source_dijkstra_path_length(graph, gates)
        homes = range(len(self.homes.edge))
        return _answer(np.array([reached.get(("home", n), np.inf) for n in homes]))

    def networkx_tuned(self) -> Answer:
        """Build a graph of streets, and search it."""
        streets, graph = self.streets, nx.Graph()
        ends = streets.start.tolist(), streets.end.tolist()
        for start, end, metres in zip(*ends, streets.length_m.tolist(), strict=True):
            _shorter(graph, start, end, metres)
        edge, along_m = self.gates.edge, self.gates.along_m
        rest_m = streets.length_m[edge] - along_m
        for node, leg in (
            (streets.start[edge], self.gates.leg_m + along_m),
            (streets.end[edge], self.gates.leg_m + rest_m),
        ):
            for end, metres in zip(node.tolist(), leg.tolist(), strict=True):
                _shorter(graph, _SOURCE, end, metres)
        reached = nx.single_source_dijkstra_path_length(graph, _SOURCE)
        node_m = np.full(len(streets.nodes), np.inf)
        known = [node for node in reached if node != _SOURCE]
        node_m[known] = [reached[node] for node in known]
        return self._from_ends(node_m)

    def pandana(self) -> Answer:
        """Build a hierarchy, and ask for the nearest entrance of every node."""
        pandana = importlib.import_module("pandana")
        streets = self.streets
        x, y = (pd.Series(side) for side in streets.nodes.T)
        network = pandana.Network(
            x,
            y,
            pd.Series(streets.start),
            pd.Series(streets.end),
            pd.DataFrame({"metres": streets.length_m}),
        )
        at = streets.nodes[self._nearer_end(self.gates)]
        network.set_pois("park", FAR_M, 1, pd.Series(at[:, 0]), pd.Series(at[:, 1]))
        node_m = network.nearest_pois(FAR_M, "park", num_pois=1)[1].to_numpy()
        home_m = node_m[self._nearer_end(self.homes)] + self.homes.leg_m
        near = int((home_m <= LIMIT_M).sum())
        return {TOLD: f"{near} buildings within {LIMIT_M:g} m, by nodes"}

    def ecogis(self) -> Answer:
        """Search once, from all entrances."""
        metres = walk_m(self.streets, self.gates, self.homes, limit_m=np.inf)
        return _answer(metres)

    def methods(self, _server: Database | None) -> list[Method]:
        """Return everybody's method, ours last."""
        methods = [
            Method("networkx", self.networkx),
            Method("networkx, tuned", self.networkx_tuned),
        ]
        if importlib.util.find_spec("pandana") is not None:
            methods.append(Method("pandana", self.pandana))
        return [*methods, Method("ecogis", self.ecogis)]

    def _nearer_end(self, places: Snapped) -> Ints:
        edge, length_m = places.edge, self.streets.length_m
        first = places.along_m <= length_m[edge] / 2
        return np.where(first, self.streets.start[edge], self.streets.end[edge])

    def _from_ends(self, node_m: Floats) -> Answer:
        """Return each building's walk by the ends of its street, or along it."""
        streets, homes, gates = self.streets, self.homes, self.gates
        rest_m = streets.length_m[homes.edge] - homes.along_m
        metres = homes.leg_m + np.minimum(
            node_m[streets.start[homes.edge]] + homes.along_m,
            node_m[streets.end[homes.edge]] + rest_m,
        )
        beside = pd.DataFrame({"edge": homes.edge, "home": range(len(metres))}).merge(
            pd.DataFrame({"edge": gates.edge, "gate": range(len(gates.edge))}),
            on="edge",
        )
        home, gate = beside["home"].to_numpy(), beside["gate"].to_numpy()
        along_m = np.abs(homes.along_m[home] - gates.along_m[gate])
        straight = homes.leg_m[home] + along_m + gates.leg_m[gate]
        np.minimum.at(metres, home, straight)
        return _answer(metres)


def _shorter(graph: nx.Graph, one: Any, other: Any, metres: float) -> None:
    """Of two streets between the same ends the shorter one is walked."""
    known = graph.get_edge_data(one, other)
    if known is None or known["weight"] > metres:
        graph.add_edge(one, other, weight=metres)


def _answer(metres: Floats) -> Answer:
    near = np.isfinite(metres)
    return {
        "metres": np.where(near, metres, -1.0),
        TOLD: f"{int((metres <= LIMIT_M).sum())} buildings within {LIMIT_M:g} m",
    }
