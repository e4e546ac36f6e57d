"""What was propagated already, so that it is not propagated again?"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import numpy as np
import shapely
from numpy.typing import NDArray

from ecogis.acoustics.heard import Heard

Lines = NDArray[np.object_]
Rows = NDArray[np.intp]

# bytes: what is kept at most
_MOST = 2**30


@dataclass(frozen=True, eq=False)
class _Roads:
    """What is heard of roads, and the roads (well-known binary) in their order."""

    drawn: tuple[bytes, ...]
    heard: Heard


class Kept:
    """
    Scenes that were propagated last, within a bound of memory.

    Parameters
    ----------
    most
        Bytes that are kept at most; the scene that was asked longest ago goes first.
    """

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._scenes: OrderedDict[str, _Roads] = OrderedDict()
        self._lock = Lock()

    def heard(
        self, key: str, lines: Lines, propagate: Callable[[Lines], Heard]
    ) -> Heard:
        """
        Return what is heard of roads; only those that are new are propagated.

        Parameters
        ----------
        key
            Tells the scene: all but the roads.
        lines
            The roads.
        propagate
            Returns what is heard of some of them.
        """
        drawn = tuple(shapely.to_wkb(lines).tolist())
        with self._lock:
            known = self._scenes.get(key)
        if known is None or known.drawn != drawn:
            known = _Roads(drawn, _completed(known, drawn, lines, propagate))
        with self._lock:
            self._scenes[key] = known
            self._scenes.move_to_end(key)
            while sum(scene.heard.size for scene in self._scenes.values()) > self._most:
                self._scenes.popitem(last=False)
        return known.heard

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._scenes.clear()


def _completed(
    known: _Roads | None,
    drawn: tuple[bytes, ...],
    lines: Lines,
    propagate: Callable[[Lines], Heard],
) -> Heard:
    """Return what is heard of roads, of what is known and of what is new."""
    at = {} if known is None else {road: n for n, road in enumerate(known.drawn)}
    number = np.array([at.get(road, -1) for road in drawn], dtype=np.intp)
    held, new = np.flatnonzero(number >= 0), np.flatnonzero(number < 0)
    parts = []
    if known is not None:
        parts.append(_picked(known.heard, number[held], held))
    if len(new):
        found = propagate(lines[new])
        road = new[found.road]
        parts.append(Heard(found.receiver, road, found.arrived))
    return Heard.joined(parts)


def _picked(heard: Heard, number: Rows, wanted: Rows) -> Heard:
    """Return the rows of some roads, with the numbers that they are wanted under."""
    order = np.argsort(heard.road, kind="stable")
    first = np.searchsorted(heard.road[order], number)
    count = np.searchsorted(heard.road[order], number, side="right") - first
    start = np.repeat(first - (np.cumsum(count) - count), count)
    rows = order[start + np.arange(count.sum())]
    return Heard(heard.receiver[rows], np.repeat(wanted, count), heard.arrived[rows])


KEPT = Kept()
