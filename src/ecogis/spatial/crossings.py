"""Where do lines meet that share no vertex?"""

import numpy as np
import shapely
from numpy.typing import NDArray

from ecogis.spatial.patches import TOUCH_M

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
# a break lies between its segment's ends, however near to one of them
_HAIR = 1e-9


def with_crossings(
    xy: Floats, line: Positions, group: Positions
) -> tuple[Floats, Positions]:
    """
    Return lines' vertices with one more wherever two lines of a group meet.

    Lines meet where they cross, and where a vertex of one lies on the other, which
    :data:`~ecogis.spatial.patches.TOUCH_M` apart counts as: a change of CRS moves it
    off the line by that much. Both then have the very same vertex there.

    Parameters
    ----------
    xy, line
        Vertices in metres, and which line each belongs to, ascending.
    group
        Of each line; those of a negative group meet nothing.
    """
    first = np.flatnonzero((line[1:] == line[:-1]) & (group[line[1:]] >= 0))
    if not len(first):
        return xy, line
    one, other = _neighbours(xy, first, group[line[first]])
    breaks = _touches(xy, first[one], first[other])
    breaks += _crosses(xy, first[one], first[other], ~_any(breaks, len(one)))
    at = np.concatenate([segment + share for _, segment, share, _ in breaks])
    where = np.concatenate([point for *_, point in breaks])
    of = line[np.floor(at).astype(np.int64)]
    order = np.argsort(np.r_[np.arange(float(len(xy))), at], kind="stable")
    return np.concatenate([xy, where])[order], np.r_[line, of][order]


# which pairs, on which segment, how far along it (0 to 1), and the point itself
_Break = tuple[Positions, Positions, Floats, Floats]


def _neighbours(
    xy: Floats, first: Positions, group: Positions
) -> tuple[Positions, Positions]:
    """Return the pairs of segments of one group whose boxes come near each other."""
    ends = np.stack([xy[first], xy[first + 1]], axis=1)
    (west, south), (east, north) = ends.min(axis=1).T, ends.max(axis=1).T
    wide = shapely.box(west - TOUCH_M, south - TOUCH_M, east + TOUCH_M, north + TOUCH_M)
    one, other = shapely.STRtree(np.asarray(shapely.linestrings(ends))).query(wide)
    apart = (one < other) & (group[one] == group[other])
    return one[apart], other[apart]


def _touches(xy: Floats, one: Positions, other: Positions) -> list[_Break]:
    """Return where an end of one segment lies on the other."""
    found = []
    for base, guest in ((one, other), (other, one)):
        for vertex in (guest, guest + 1):
            start, along = xy[base], xy[base + 1] - xy[base]
            off = xy[vertex] - start
            size = np.maximum((along**2).sum(axis=1), _HAIR)
            share = np.clip((off * along).sum(axis=1) / size, 0.0, 1.0)
            away = np.hypot(*(off - share[:, None] * along).T)
            # what the two have in common needs no further vertex
            shared = (xy[vertex] == start).all(axis=1)
            shared |= (xy[vertex] == xy[base + 1]).all(axis=1)
            hit = np.flatnonzero((away <= TOUCH_M) & ~shared)
            inner = np.clip(share[hit], _HAIR, 1 - _HAIR)
            found.append((hit, base[hit], inner, xy[vertex[hit]]))
    return found


def _crosses(
    xy: Floats, one: Positions, other: Positions, free: NDArray[np.bool_]
) -> list[_Break]:
    """Return where the inner parts of two segments cross."""
    along, across = xy[one + 1] - xy[one], xy[other + 1] - xy[other]
    off = xy[other] - xy[one]
    turn = _cross(along, across)
    bent = turn != 0
    safe = np.where(bent, turn, 1.0)
    share, others = _cross(off, across) / safe, _cross(off, along) / safe
    hit = bent & free & (share > 0) & (share < 1) & (others > 0) & (others < 1)
    rows = np.flatnonzero(hit)
    point = xy[one[rows]] + share[rows, None] * along[rows]
    return [
        (rows, segment[rows], np.clip(shares[rows], _HAIR, 1 - _HAIR), point)
        for segment, shares in ((one, share), (other, others))
    ]


def _cross(one: Floats, other: Floats) -> Floats:
    return np.asarray(one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0])


def _any(breaks: list[_Break], many: int) -> NDArray[np.bool_]:
    met = np.zeros(many, dtype=bool)
    for pairs, *_ in breaks:
        met[pairs] = True
    return met
