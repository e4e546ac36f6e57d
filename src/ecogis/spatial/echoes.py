"""Which walls send the sound of many sources on to many receivers, one wall each?"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ecogis.spatial.mirrors import OWN_FACADE_M, TOUCH_M, Mirrors
from ecogis.spatial.pieces import Pieces

Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Echoes:
    """
    Ways by one wall, a row each, sorted by receiver.

    Parameters
    ----------
    piece
        The piece of road, among all, that the sound is of.
    wall
        Among all mirrors.
    places
        Rows (x, y): where on the wall.
    tops_m
        Altitude of the wall's top there.
    """

    piece: Rows
    wall: Rows
    places: Floats
    tops_m: Floats

    def __len__(self) -> int:
        """Count the ways."""
        return len(self.piece)

    def rows(self, rows: Rows | NDArray[np.bool_]) -> "Echoes":
        """Return some of the ways."""
        kept = (self.piece[rows], self.wall[rows], self.places[rows], self.tops_m[rows])
        return Echoes(*kept)


def echoes_of(
    mirrors: Mirrors, pieces: Pieces, receivers: Floats, reach_m: float
) -> Echoes:
    """
    Return the ways from pieces of roads to receivers by way of one wall.

    Each is what :func:`~ecogis.spatial.mirrors.bounces` of order 1 yields of that
    source and that receiver.

    Parameters
    ----------
    mirrors
        The walls.
    pieces
        Sorted by receiver.
    receivers
        Rows (x, y, z).
    reach_m
        How near to a receiver pieces, and walls, are.
    """
    bounds = np.searchsorted(pieces.receiver, np.arange(len(receivers) + 1))
    found = [np.zeros((0, 5))]
    for number, place in enumerate(receivers[:, :2]):
        rows = np.arange(bounds[number], bounds[number + 1])
        away = np.hypot(*(pieces.places[rows, :2] - place).T)
        rows = rows[away <= reach_m]
        walls = mirrors.within(place, reach_m)
        if len(rows) and len(walls):
            source, wall, on = _sent_on(mirrors, walls, pieces.places[rows, :2], place)
            start = mirrors.starts[wall]
            at = start + on[:, None] * (mirrors.ends[wall] - start)
            found.append(np.column_stack([rows[source], wall, at, on]))
    table = np.vstack(found)
    piece, wall = table[:, 0].astype(np.intp), table[:, 1].astype(np.intp)
    low, high = mirrors.start_tops_m[wall], mirrors.end_tops_m[wall]
    return Echoes(piece, wall, table[:, 2:4], low + table[:, 4] * (high - low))


def _sent_on(
    mirrors: Mirrors, walls: Rows, sources: Floats, receiver: Floats
) -> tuple[Rows, Rows, Floats]:
    """Return which source is heard by way of which wall, and where on it (0 to 1)."""
    start = mirrors.starts[walls]
    along = mirrors.ends[walls] - start
    size = np.hypot(*along.T)
    ear = _cross(along, receiver - start)
    two_sided = ~mirrors.one_sided[walls]
    # the receiver's side, right of a building's wall, and not hanging on it
    faced = np.abs(ear) > (OWN_FACADE_M + TOUCH_M) * size
    faced &= two_sided | (ear < 0)
    walls, start, along, ear, size = (
        v[faced] for v in (walls, start, along, ear, size)
    )
    past = sources[:, None] - start
    mouth = _cross(along, past)
    same = (mouth * ear > 0) & (np.abs(mouth) > TOUCH_M * size)
    # both as far from the wall as they are: where the way meets it
    share = np.abs(mouth) / (np.abs(mouth) + np.abs(ear))
    over = share * ((receiver - start) * along).sum(axis=1) / size**2
    on = over + (1 - share) * (past * along).sum(axis=2) / size**2
    source, wall = np.nonzero(same & (on >= 0) & (on < 1))
    return source, walls[wall], on[source, wall]


def _cross(a: Floats, b: Floats) -> Floats:
    return np.asarray(a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0])
