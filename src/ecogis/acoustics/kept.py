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
# a file that was not asked for while all scenes were, so many times over
_STALE = 2


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
        Bytes that are kept at most. Of scenes in memory the one that was asked longest
        ago goes to a file. Where files are full, it is forgotten, unless a file was not
        asked for in a long time: batches of a city that come round in turns would
        otherwise drive each other out, and none would ever be found.
    """

    def __init__(self, most: int = _MOST, most_in_files: int = _MOST_IN_FILES) -> None:
        self._most, self._most_in_files = most, most_in_files
        self._scenes: OrderedDict[str, _Roads] = OrderedDict()
        self._files: dict[str, _Filed] = {}
        # when each scene was asked for last, in a count of all that was asked
        self._asked: dict[str, int] = {}
        self._now = 0
        self._drawn: tuple[bytes, ...] = ()
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
            # scenes of a city hold the same roads: one copy is enough
            self._drawn = drawn = self._drawn if drawn == self._drawn else drawn
            self._asked[key] = self._now = self._now + 1
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
            self._asked.clear()

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
        if key in self._files:
            return
        if not self._has_room(roads.heard.size):
            self._forget()
        if self._has_room(roads.heard.size):
            with suppress(OSError):
                self._files[key] = _Filed(roads)

    def _forget(self) -> None:
        """Throw away what was not asked for in a long time."""
        since = self._now - _STALE * len(self._asked)
        self._asked = {key: at for key, at in self._asked.items() if at >= since}
        for key in self._files.keys() - self._asked.keys():
            self._files.pop(key).close()

    def _has_room(self, size: int) -> bool:
        held = sum(filed.size for filed in self._files.values())
        return held + size <= self._most_in_files and len(self._files) < _FILES


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
