"""Lists of different lengths, one after the other in flat arrays."""

import numpy as np
from numpy.typing import NDArray

Positions = NDArray[np.int64]


def counted(many: Positions) -> tuple[Positions, Positions]:
    """
    Return whose element each is, and its number in that list.

    Lists of 2, 0 and 3 elements give 0, 0, 2, 2, 2 and 0, 1, 0, 1, 2.
    """
    owner = np.repeat(np.arange(len(many)), many)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(many) - many, many)
