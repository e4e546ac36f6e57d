"""How far is the walk?"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from ecogis.spatial.ragged import counted
from ecogis.spatial.snap import Snapped
from ecogis.spatial.streets import Streets

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
# what lies at the very limit counts, whatever the last digits say
TOLERANCE_M = 1e-6
# a sparse graph takes a street without length for no street
_TINY_M = 1e-12
# distances that are held at one time
_AT_ONCE = 8_000_000


def walk_m(
    streets: Streets, origins: Snapped, demand: Snapped, *, limit_m: float
) -> Floats:
    """
    Return the walk from each place to the nearest origin, both legs included.

    Parameters
    ----------
    streets
        Split at crossings; walked both ways.
    origins, demand
        Where they stand on the streets; those without a street reach nothing.
    limit_m
        Walks beyond it are inf; the very limit counts.
    """
    far = limit_m + TOLERANCE_M
    reached = node_walks_m(streets, origins, limit_m=limit_m)
    asked = np.flatnonzero(demand.edge >= 0)
    found = np.full(len(demand.edge), np.inf)
    access = _accesses(streets, demand, asked)
    through = [reached[node] + leg_m for node, leg_m in access]
    found[asked] = np.minimum(*through)
    found[asked] = np.minimum(found[asked], _on_one_street(origins, demand)[asked])
    return np.where(found <= far, np.minimum(found, limit_m), np.inf)


def node_walks_m(streets: Streets, origins: Snapped, *, limit_m: float) -> Floats:
    """
    Return the walk from each node of the streets to the nearest origin, leg included.

    One search from a source of its own, whose arcs are the legs: it stops at the limit.
    """
    arcs = _Arcs.of(streets)
    known = np.flatnonzero(origins.edge >= 0)
    source = np.full(len(known), arcs.many)
    graph = arcs.with_sources(1, source, _accesses(streets, origins, known))
    reached = dijkstra(graph, indices=arcs.many, limit=limit_m + TOLERANCE_M)
    nodes: Floats = reached[: arcs.many]
    return nodes


def walk_table(
    streets: Streets, origins: Snapped, demand: Snapped, *, limit_m: float
) -> csr_array:
    """
    Return every walk from an origin to a place that is within the limit, in metres.

    Few origins at a time, so that the memory depends on the walks that are found.

    Parameters
    ----------
    streets, origins, demand, limit_m
        As :func:`walk_m` takes them.

    Returns
    -------
    csr_array
        One row an origin, one column a place, both legs included. Where there is
        nothing to walk, a tiny positive number stands, for 0 means beyond the limit.
    """
    far = limit_m + TOLERANCE_M
    arcs, waiting = _Arcs.of(streets), _Waiting.of(streets, demand)
    shape = len(origins.edge), len(demand.edge)
    rows, columns, metres = [*_next_to(origins, demand)]
    found = [(rows, columns, metres)]
    for chosen, reached in _distances(arcs, streets, origins, far):
        which, node = np.nonzero(np.isfinite(reached))
        pair, column, leg_m = waiting.at(node)
        total_m = reached[which, node][pair] + leg_m
        near = total_m <= far
        found.append((chosen[which[pair[near]]], column[near], total_m[near]))
    row, column, metres = (np.concatenate(part) for part in zip(*found, strict=True))
    near = metres <= far
    row, column, metres = _least(row[near], column[near], metres[near])
    told = np.clip(metres, _TINY_M, limit_m)
    return csr_array((told, (row, column)), shape=shape)


@dataclass(frozen=True)
class _Arcs:
    """The streets as arcs both ways, by the node that they leave."""

    begin: Positions
    end: Positions
    metres: Floats

    @classmethod
    def of(cls, streets: Streets) -> "_Arcs":
        one, other = streets.start, streets.end
        start, end = np.r_[one, other], np.r_[other, one]
        order = np.argsort(start, kind="stable")
        many = np.bincount(start, minlength=len(streets.nodes))
        length_m = np.maximum(streets.length_m, _TINY_M)
        edge = np.where(order < len(one), order, order - len(one))
        return cls(np.r_[0, np.cumsum(many)], end[order], length_m[edge])

    @property
    def many(self) -> int:
        """How many nodes there are."""
        return len(self.begin) - 1

    def with_sources(
        self,
        many: int,
        source: Positions,
        accesses: tuple[tuple[Positions, Floats], ...],
    ) -> csr_array:
        """
        Return the graph with so many more nodes, from which the accesses lead.

        Of several streets between two nodes each is an arc of its own, and the search
        takes the shortest: the arrays are handed over as they are, for a sparse matrix
        made of pairs would add them up.
        """
        node, metres = (np.concatenate(side) for side in zip(*accesses, strict=True))
        source = np.tile(source, len(accesses))
        order = np.argsort(source, kind="stable")
        more = np.cumsum(np.bincount(source - self.many, minlength=many))
        length_m = np.r_[self.metres, np.maximum(metres[order], _TINY_M)]
        end = np.r_[self.end, node[order]]
        begin = np.r_[self.begin, self.begin[-1] + more]
        size = self.many + many
        return csr_array((length_m, end, begin), shape=(size, size))


def _accesses(
    streets: Streets, places: Snapped, rows: Positions
) -> tuple[tuple[Positions, Floats], tuple[Positions, Floats]]:
    """Return the walks from places to the two ends of their streets."""
    edge = places.edge[rows]
    along_m, leg_m = places.along_m[rows], places.leg_m[rows]
    rest_m = np.maximum(streets.length_m[edge] - along_m, 0.0)
    return (streets.start[edge], leg_m + along_m), (streets.end[edge], leg_m + rest_m)


def _least(
    row: Positions, column: Positions, metres: Floats
) -> tuple[Positions, Positions, Floats]:
    """Return each pair once, with the least of its values."""
    order = np.lexsort((metres, column, row))
    row, column, metres = row[order], column[order], metres[order]
    new = np.r_[True, (row[1:] != row[:-1]) | (column[1:] != column[:-1])][: len(row)]
    return row[new], column[new], metres[new]


def _on_one_street(origins: Snapped, demand: Snapped) -> Floats:
    """Return the walk to the nearest origin along one and the same street, else inf."""
    found = np.full(len(demand.edge), np.inf)
    own = np.flatnonzero(origins.edge >= 0)
    if not len(own):
        return found
    with_origin = np.zeros(origins.edge.max() + 1, dtype=bool)
    with_origin[origins.edge[own]] = True
    asked = np.flatnonzero((demand.edge >= 0) & (demand.edge < len(with_origin)))
    asked = asked[with_origin[demand.edge[asked]]]
    events = pd.DataFrame(
        {
            "edge": np.r_[origins.edge[own], demand.edge[asked]],
            "along": np.r_[origins.along_m[own], demand.along_m[asked]],
            "leg": np.r_[origins.leg_m[own], np.full(len(asked), np.inf)],
        }
    ).sort_values(["edge", "along"], kind="stable")
    least = np.full(len(events), np.inf)
    for sign, walked in ((-1.0, events), (1.0, events[::-1])):
        base = walked["leg"] + sign * walked["along"]
        nearest = base.groupby(walked["edge"], sort=False).cummin()
        walk = nearest - sign * walked["along"]
        rows = walk.index.to_numpy()
        least[rows] = np.minimum(least[rows], walk.to_numpy())
    found[asked] = least[len(own) :] + demand.leg_m[asked]
    return found


def _next_to(origins: Snapped, demand: Snapped) -> tuple[Positions, Positions, Floats]:
    """Return every pair that stands on one street, and the walk along it."""
    order = np.argsort(demand.edge, kind="stable")
    edges = demand.edge[order]
    begin = np.searchsorted(edges, origins.edge, side="left")
    many = np.searchsorted(edges, origins.edge, side="right") - begin
    many[origins.edge < 0] = 0
    row, step = counted(many)
    column = order[begin[row] + step]
    along_m = np.abs(origins.along_m[row] - demand.along_m[column])
    return row, column, origins.leg_m[row] + along_m + demand.leg_m[column]


@dataclass(frozen=True)
class _Waiting:
    """Which places each node leads to, and how far they are from it."""

    begin: Positions
    place: Positions
    metres: Floats

    @classmethod
    def of(cls, streets: Streets, demand: Snapped) -> "_Waiting":
        rows = np.flatnonzero(demand.edge >= 0)
        accesses = _accesses(streets, demand, rows)
        node, metres = (np.concatenate(side) for side in zip(*accesses, strict=True))
        order = np.argsort(node, kind="stable")
        many = np.bincount(node, minlength=len(streets.nodes))
        begin = np.r_[0, np.cumsum(many)]
        return cls(begin, np.tile(rows, 2)[order], metres[order])

    def at(self, node: Positions) -> tuple[Positions, Positions, Floats]:
        """Return, for nodes, which of them leads to which place, and how far."""
        pair, step = counted(self.begin[node + 1] - self.begin[node])
        at = self.begin[node[pair]] + step
        return pair, self.place[at], self.metres[at]


def _distances(
    arcs: _Arcs, streets: Streets, origins: Snapped, far: float
) -> Iterator[tuple[Positions, Floats]]:
    """Yield some origins at a time, and how far each node is from each of them."""
    known = np.flatnonzero(origins.edge >= 0)
    together = max(1, _AT_ONCE // (arcs.many + 1))
    for first in range(0, len(known), together):
        chosen = known[first : first + together]
        source = arcs.many + np.arange(len(chosen))
        graph = arcs.with_sources(
            len(chosen), source, _accesses(streets, origins, chosen)
        )
        yield chosen, dijkstra(graph, indices=source, limit=far)[:, : arcs.many]
