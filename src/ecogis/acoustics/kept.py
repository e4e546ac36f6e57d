"""What was propagated already, so that it is not propagated again?"""

from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from threading import Lock

import numpy as np
import shapely
from numpy.typing import NDArray

from ecogis.acoustics.heard import Heard

Lines = NDArray[np.object_]
Rows = NDArray[np.intp]

# bytes: what is kept at most in memory, and in files beside
_MOST, _MOST_IN_FILES = 2**30, 2**32
# files that are open at once
_FILES = 200


@dataclass(frozen=True, eq=False)
class _Roads:
    """What is heard of roads, and the roads (well-known binary) in their order."""

    drawn: tuple[bytes, ...]
    heard: Heard


class _Filed:
    """The same in a file without a name, which is gone with the process."""

    def __init__(self, roads: _Roads) -> None:
        self.drawn = roads.drawn
        self._file = TemporaryFile(prefix="ecogis-")  # noqa: SIM115
        try:
            for array in (roads.heard.receiver, roads.heard.road, roads.heard.arrived):
                np.save(self._file, array, allow_pickle=False)
        except OSError:
            self._file.close()
            raise
        self.size = self._file.tell()

    def read(self) -> _Roads:
        """Return what was filed."""
        self._file.seek(0)
        return _Roads(self.drawn, Heard(*(np.load(self._file) for _ in range(3))))

    def close(self) -> None:
        """Throw the file away."""
        self._file.close()


class Kept:
    """
    Scenes that were propagated last, within bounds of memory and of files.

    Parameters
    ----------
    most, most_in_files
        Bytes that are kept at most; the scene that was asked longest ago goes first,
        from memory to a file, and from there for good.
    """

    def __init__(self, most: int = _MOST, most_in_files: int = _MOST_IN_FILES) -> None:
        self._most, self._most_in_files = most, most_in_files
        self._scenes: OrderedDict[str, _Roads] = OrderedDict()
        self._files: OrderedDict[str, _Filed] = OrderedDict()
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
            known = self._known(key)
        if known is None or known.drawn != drawn:
            known = _Roads(drawn, _completed(known, drawn, lines, propagate))
        with self._lock:
            self._keep(key, known)
        return known.heard

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._scenes.clear()
            for filed in self._files.values():
                filed.close()
            self._files.clear()

    def _known(self, key: str) -> _Roads | None:
        if key in self._scenes or key not in self._files:
            return self._scenes.get(key)
        return self._files[key].read()

    def _keep(self, key: str, roads: _Roads) -> None:
        if key in self._files and self._files[key].drawn != roads.drawn:
            self._files.pop(key).close()
        self._scenes[key] = roads
        self._scenes.move_to_end(key)
        while sum(scene.heard.size for scene in self._scenes.values()) > self._most:
            self._file(*self._scenes.popitem(last=False))

    def _file(self, key: str, roads: _Roads) -> None:
        """Put a scene into a file; where there is no room for it, it is forgotten."""
        if key not in self._files and roads.heard.size <= self._most_in_files:
            with suppress(OSError):
                self._files[key] = _Filed(roads)
        if key in self._files:
            self._files.move_to_end(key)
        while (
            sum(filed.size for filed in self._files.values()) > self._most_in_files
            or len(self._files) > _FILES
        ):
            self._files.popitem(last=False)[1].close()


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
