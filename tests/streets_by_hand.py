"""Streets drawn by hand, and how far they are by a slow way of its own."""

from itertools import pairwise

import networkx as nx
import numpy as np
from geopandas import GeoDataFrame
from shapely import LineString, Point

from ecogis.spatial.snap import Snapped
from ecogis.spatial.streets import Streets

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000


def way(*places):
    """Return a line through places, in metres from the corner of the town."""
    return LineString([(X + x, Y + y) for x, y in places])


def ways(*lines, **columns):
    """Return ways as a layer holds them."""
    return GeoDataFrame(columns, geometry=list(lines), crs=CRS)


def at(*places):
    """Return points as arrays take them."""
    return np.array([(X + x, Y + y) for x, y in places], dtype=float).reshape(-1, 2)


def slow_walks(streets: Streets, origins: Snapped, demand: Snapped):
    """
    Return every walk by networkx: each place is a node, and cuts its street in two.

    Nothing of the fast way is used.
    """
    graph = nx.Graph()
    chains = [
        [(0.0, ("node", start)), (length_m, ("node", end))]
        for start, end, length_m in zip(
            streets.start.tolist(), streets.end.tolist(), streets.length_m, strict=True
        )
    ]
    for kind, places in (("from", origins), ("to", demand)):
        for number, edge in enumerate(places.edge):
            graph.add_node((kind, number))
            if edge >= 0:
                chains[edge].insert(
                    -1, (places.along_m[number], (kind, number, "foot"))
                )
                leg_m = places.leg_m[number]
                _join(graph, (kind, number), (kind, number, "foot"), leg_m)
    for first, *inner, last in chains:
        stops = [first, *sorted(inner), last]
        for (a_m, one), (b_m, other) in pairwise(stops):
            _join(graph, one, other, max(b_m - a_m, 0.0))
    table = np.full((len(origins.edge), len(demand.edge)), np.inf)
    for row in range(len(origins.edge)):
        reached = nx.single_source_dijkstra_path_length(graph, ("from", row))
        for column in range(len(demand.edge)):
            table[row, column] = reached.get(("to", column), np.inf)
    return table


def _join(graph: nx.Graph, one, other, metres):
    """Join two nodes; of two ways between them the shorter one is walked."""
    known = graph.get_edge_data(one, other, {"weight": np.inf})["weight"]
    graph.add_edge(one, other, weight=min(known, metres))


def slow_snap(points, streets: Streets):
    """Return the distance to the nearest open street, asking each one."""
    lines = streets.lines[streets.open]
    asked = ([line.distance(Point(point)) for line in lines] for point in points)
    return np.array([min(found, default=np.inf) for found in asked])
