"""Which parts of the streets lie within a walk?"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely.ops import substring

from ecogis.spatial.snap import Snapped
from ecogis.spatial.streets import Streets
from ecogis.spatial.walk import TOLERANCE_M, node_walks_m

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]


def reached_parts(
    streets: Streets, origins: Snapped, *, limit_m: float
) -> tuple[Positions, NDArray[Any]]:
    """
    Return the parts of streets within a walk of the nearest origin.

    Parameters
    ----------
    streets
        Split at crossings.
    origins
        Where the walk ends.
    limit_m
        How long it may be, its last leg included.

    Returns
    -------
    tuple
        Which street each part is of, ascending, and the line.
    """
    edge, low, high = _spans(streets, origins, limit_m)
    edge, low, high = _united(edge, low, high)
    lines = streets.lines[edge].copy()
    length_m = streets.length_m[edge]
    part = (low > TOLERANCE_M) | (high < length_m - TOLERANCE_M)
    for row in np.flatnonzero(part):
        lines[row] = substring(lines[row], low[row], high[row])
    return edge, lines


def _spans(
    streets: Streets, origins: Snapped, limit_m: float
) -> tuple[Positions, Floats, Floats]:
    """Return from where to where each street is reached, from each side by itself."""
    reached = node_walks_m(streets, origins, limit_m=limit_m)
    every, length_m = np.arange(len(streets.start)), streets.length_m
    from_start = limit_m - reached[streets.start]
    from_end = limit_m - reached[streets.end]
    own = origins.edge >= 0
    here, along_m = origins.edge[own], origins.along_m[own]
    left_m = limit_m - origins.leg_m[own]
    edge = np.r_[every, every, here]
    low = np.r_[np.zeros(len(every)), length_m - from_end, along_m - left_m]
    high = np.r_[from_start, length_m, along_m + left_m]
    low, high = np.maximum(low, 0.0), np.minimum(high, length_m[edge])
    some = high > low
    return edge[some], low[some], high[some]


def _united(
    edge: Positions, low: Floats, high: Floats
) -> tuple[Positions, Floats, Floats]:
    """Unite the spans of each street that meet."""
    order = np.lexsort((low, edge))
    spans: list[tuple[int, float, float]] = []
    for row in order:
        street, start, end = int(edge[row]), float(low[row]), float(high[row])
        if spans and spans[-1][0] == street and start <= spans[-1][2] + TOLERANCE_M:
            spans[-1] = street, spans[-1][1], max(spans[-1][2], end)
        else:
            spans.append((street, start, end))
    parts = np.array(spans, dtype=np.float64).reshape(-1, 3)
    return parts[:, 0].astype(np.int64), parts[:, 1], parts[:, 2]
