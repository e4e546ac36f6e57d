"""Which streets can be walked, and where does one lead into another?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ecogis.spatial.crossings import with_crossings
from ecogis.spatial.ragged import counted

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
# coordinates that agree to a millimetre are the same place
_PER_M = 1000.0
# columns of ways that are split already: their nodes, and may one step onto them?
SPLIT = ("start_node", "end_node", "open")


@dataclass(frozen=True)
class Streets:
    """
    Streets between one crossing and the next.

    Attributes
    ----------
    nodes
        x and y of every crossing and every end, in metres.
    start, end
        Node numbers of each street.
    length_m
        Of each street.
    lines
        From start to end.
    way
        The row of the frame of ways that each street is a part of.
    island
        Of each node: which connected bit of the network it lies in; 0 is the longest.
    open
        Of each street: may one step onto it along the way? Bridges and tunnels are
        entered at their ends only.
    vertices, street
        x and y of the vertices of all lines, and the street of each.
    """

    nodes: Floats
    start: Positions
    end: Positions
    length_m: Floats
    lines: NDArray[Any]
    way: Positions
    island: Positions
    open: NDArray[np.bool_]
    vertices: Floats
    street: Positions

    def frame(self, ways: GeoDataFrame) -> GeoDataFrame:
        """Return one row a street, which :func:`join_streets` takes as it is."""
        streets = ways.iloc[self.way].reset_index(drop=True)
        numbers = (self.start, self.end, self.open)
        columns = dict(zip(SPLIT, numbers, strict=True))
        return streets.assign(**columns).set_geometry(self.lines, crs=ways.crs)


def join_streets(ways: GeoDataFrame) -> Streets:
    """
    Split walkable ways at real crossings.

    Ways meet in a vertex that they share (to a millimetre), if one of them ends there
    or both are on the same level; and where they cross or touch without one, if they
    are on the same level and neither is a bridge or in a tunnel. A bridge so joins what
    it leads to, and not what it passes over. Without ``level`` a bridge is on 1, a
    tunnel on -1 and everything else on 0.

    Parameters
    ----------
    ways
        Lines; optionally ``class``, ``foot`` and ``access``, which close motorways and
        private ways, ``bridge``, ``tunnel`` and ``level``. What :meth:`Streets.frame`
        gave is split already.
    """
    if set(SPLIT) <= set(ways.columns):
        return _as_split(ways)
    rows = np.flatnonzero(is_walkable(ways))
    lines, of = shapely.get_parts(
        np.asarray(ways.geometry.values)[rows], return_index=True
    )
    drawn = shapely.get_num_coordinates(lines) > 0
    lines, way = lines[drawn], rows[of[drawn]]
    level, raised = _levels(ways)
    level, raised = level[way], raised[way]
    xy, line = shapely.get_coordinates(lines, return_index=True)
    xy, line = with_crossings(xy, line, np.where(raised, -1, level))
    place, xy, line = _places(xy, line, level)
    return _between(place, xy, line, way, ~raised)


def is_walkable(ways: GeoDataFrame) -> NDArray[np.bool_]:
    """Return a mask: neither a motorway nor private, or open to walkers by ``foot``."""
    foot, access = _text(ways, "foot"), _text(ways, "access")
    closed = (_text(ways, "class") == "motorway") | (access == "no")
    return np.asarray((foot == "yes") | (~closed & (foot != "no")), dtype=bool)


def _text(ways: GeoDataFrame, column: str) -> NDArray[Any]:
    if column not in ways:
        return np.full(len(ways), "", dtype=object)
    return ways[column].fillna("").astype(str).to_numpy(object)


def _levels(ways: GeoDataFrame) -> tuple[Positions, NDArray[np.bool_]]:
    """Return the rank of each way's level, and which are bridges or in tunnels."""
    none = ("", "no")
    bridge = ~np.isin(_text(ways, "bridge").astype(str), none)
    tunnel = ~np.isin(_text(ways, "tunnel").astype(str), none)
    level = bridge.astype(float) - tunnel
    if "level" in ways:
        stated = pd.to_numeric(ways["level"]).to_numpy(float, na_value=np.nan)
        level = np.where(np.isnan(stated), level, stated)
    _, rank = np.unique(level, return_inverse=True)
    return rank.astype(np.int64), bridge | tunnel


def _places(
    xy: Floats, line: Positions, level: Positions
) -> tuple[Positions, Floats, Positions]:
    """Return which place each vertex is, with the vertices that remain."""
    vertex = _vertices(xy)
    again = np.zeros(len(xy), dtype=bool)
    again[1:] = (vertex[1:] == vertex[:-1]) & (line[1:] == line[:-1])
    # a way without length keeps its two ends
    alone = np.bincount(line[~again], minlength=len(level)) == 1
    second = again & np.r_[False, ~again[:-1]] & alone[line]
    kept = ~again | second
    vertex, xy, line = vertex[kept], xy[kept], line[kept]
    ended = np.zeros(len(xy) and vertex.max() + 1, dtype=bool)
    ended[vertex[_ends(line)]] = True
    # where nothing ends, what passes above does not meet what passes below
    floor = np.where(ended[vertex], 0, 1 + level[line])
    _, place = np.unique(
        vertex * (floor.max(initial=0) + 1) + floor, return_inverse=True
    )
    return place.astype(np.int64), xy, line


def _vertices(xy: Floats) -> Positions:
    """Return equal numbers for coordinates that agree to a millimetre."""
    if not len(xy):
        return np.zeros(0, dtype=np.int64)
    grid = np.round(xy * _PER_M).astype(np.int64)
    grid -= grid.min(axis=0)
    _, number = np.unique(
        grid[:, 0] * (grid[:, 1].max() + 1) + grid[:, 1], return_inverse=True
    )
    return number.astype(np.int64)


def _ends(line: Positions) -> NDArray[np.bool_]:
    new = line[1:] != line[:-1]
    ends = np.r_[True, new] | np.r_[new, True] if len(line) else new
    return np.asarray(ends, dtype=bool)


def _between(
    place: Positions,
    xy: Floats,
    line: Positions,
    way: Positions,
    entered: NDArray[np.bool_],
) -> Streets:
    """Return the streets between places that several vertices, or ends, share."""
    stops = np.flatnonzero(_ends(line) | (np.bincount(place)[place] > 1))
    whole = line[stops[1:]] == line[stops[:-1]]
    first, last = stops[:-1][whole], stops[1:][whole]
    street, inner = counted(last - first + 1)
    drawn = xy[first[street] + inner]
    lines = shapely.linestrings(drawn, indices=street) if len(street) else drawn[:, 0]
    _, at, number = np.unique(place[stops], return_index=True, return_inverse=True)
    node = np.zeros(len(place), dtype=np.int64)
    node[stops] = number
    return _streets(
        xy[stops[at]],
        (node[first], node[last]),
        np.asarray(lines, dtype=object),
        way[line[first]],
        entered[line[first]],
    )


def _streets(
    nodes: Floats,
    ends: tuple[Positions, Positions],
    lines: NDArray[Any],
    way: Positions,
    entered: NDArray[np.bool_],
) -> Streets:
    length_m = shapely.length(lines)
    vertices, street = shapely.get_coordinates(lines, return_index=True)
    return Streets(
        nodes,
        *ends,
        length_m=length_m,
        lines=lines,
        way=way,
        island=_islands(len(nodes), *ends, length_m),
        open=entered,
        vertices=vertices,
        street=street,
    )


def _as_split(streets: GeoDataFrame) -> Streets:
    """Return the streets that were split before; a cut frame keeps its numbers."""
    start, end = (streets[name].to_numpy(np.int64) for name in SPLIT[:2])
    lines = np.asarray(streets.geometry.values)
    known, number = np.unique(np.r_[start, end], return_inverse=True)
    nodes = np.zeros((len(known), 2))
    start, end = number[: len(start)], number[len(start) :]
    for which, vertex in ((start, 0), (end, -1)):
        nodes[which] = shapely.get_coordinates(shapely.get_point(lines, vertex))
    entered = streets[SPLIT[2]].to_numpy(bool)
    return _streets(nodes, (start, end), lines, np.arange(len(lines)), entered)


def _islands(
    many: int, start: Positions, end: Positions, length_m: Floats
) -> Positions:
    """Return the connected bit of each node, counted from the longest."""
    ones = np.ones(len(start), dtype=bool)
    graph = coo_array((ones, (start, end)), shape=(many, many))
    found, bit = connected_components(graph, directed=False)
    long_m = np.bincount(bit[start], weights=length_m, minlength=found)
    rank = np.empty(found, dtype=np.int64)
    rank[np.argsort(-long_m, kind="stable")] = np.arange(found)
    numbers: Positions = rank[bit]
    return numbers
