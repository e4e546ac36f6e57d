"""One question to many geometries, asked by as many threads as there are cores."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Shapes = NDArray[Any]
_WORTH = 32
# chunks a thread: a heavy one does not keep the others waiting
_CHUNKS = 8


def threaded(
    function: Callable[..., Any], *arrays: Shapes, worth: int = _WORTH
) -> Shapes:
    """
    Return ``function(*arrays)``, chunk by chunk; GEOS lets go of Python's lock.

    Parameters
    ----------
    function
        Answers element by element, so that chunks change nothing, and prepares nothing:
        prepared geometries are not made for threads.
    *arrays
        Of one length.
    worth
        Fewer elements than this a thread costs more than it saves.
    """
    many = len(arrays[0])
    threads = min(os.cpu_count() or 1, many // worth)
    if threads < 2:  # noqa: PLR2004
        return np.asarray(function(*arrays))
    steps = np.linspace(0, many, min(threads * _CHUNKS, many) + 1).astype(int)
    chunks = [[array[start:end] for array in arrays] for start, end in pairwise(steps)]
    with ThreadPoolExecutor(threads) as pool:
        return np.concatenate(list(pool.map(lambda chunk: function(*chunk), chunks)))
