"""What of roads is heard at receivers, whatever engine computed it?"""

from dataclasses import dataclass
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Heard:
    """
    What of roads is heard at receivers, a row for each pair of them.

    Parameters
    ----------
    receiver, road
        Which hears which.
    arrived
        What its engine needs to know of each pair: (pairs, ...), single precision.
    """

    receiver: Rows
    road: Rows
    arrived: NDArray[np.float32]

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.receiver)

    @property
    def size(self) -> int:
        """Count the bytes."""
        return self.receiver.nbytes + self.road.nbytes + self.arrived.nbytes

    @classmethod
    def joined(cls, parts: list[Self]) -> "Heard":
        """Return parts as one, sorted by receiver and road."""
        some = [part for part in parts if len(part)]
        if not some:
            none = np.zeros(0, dtype=np.intp)
            return cls(none, none, np.zeros(0, np.float32))
        receiver, road, arrived = (
            np.concatenate([getattr(part, name) for part in some])
            for name in ("receiver", "road", "arrived")
        )
        order = np.lexsort((road, receiver))
        return cls(receiver[order], road[order], arrived[order])


class Hearing(Protocol):
    """Roads and what lies about them, prepared for many receivers."""

    def heard(self, places: NDArray[np.float64]) -> Heard:
        """Return what is heard at rows (x, y, z), a row of ``receiver`` each."""
