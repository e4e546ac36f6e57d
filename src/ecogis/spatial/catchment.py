"""How much supply does each person have, where all in reach share it?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]
# how what is farther away counts for less
Kernel = Literal["gaussian", "stepped", "uniform", "linear", "epanechnikov"]
# thirds of the distance, and what each weighs (Luo and Qi 2009, slow decay)
_STEPS = (1.0, 0.68, 0.22)
# weighted people below this are the noise of weights at the limit
NOBODY = 1e-9


@dataclass(frozen=True)
class Pairs:
    """
    Supplies and places within reach of each other; each pair stands once.

    Attributes
    ----------
    supply, place
        Positions of both.
    metres
        How far they are apart.
    """

    supply: Positions
    place: Positions
    metres: Floats

    @classmethod
    def nearest(cls, supply: Positions, place: Positions, metres: Floats) -> "Pairs":
        """Return each pair once, with the least of its distances."""
        order = np.lexsort((metres, place, supply))
        supply, place, metres = supply[order], place[order], metres[order]
        again = (supply[1:] == supply[:-1]) & (place[1:] == place[:-1])
        first = np.r_[True, ~again][: len(supply)]
        return cls(supply[first], place[first], metres[first])


@dataclass(frozen=True)
class Catchment:
    """
    What floating catchments give.

    Attributes
    ----------
    per_person
        Of each place: how much supply one of its people has.
    of_supply
        Of each supply: how much of it one person in reach has, who lives next to it;
        NaN for a supply that nobody reaches.
    people
        Of each supply: how many people are in reach, near or far.
    """

    per_person: Floats
    of_supply: Floats
    people: Floats


def weigh(kernel: Kernel, metres: Floats, distance_m: float) -> Floats:
    """
    Return how much a distance counts: 1 at the door, nothing beyond ``distance_m``.

    ``gaussian``, ``linear`` and ``epanechnikov`` fall to 0 at the very distance,
    ``stepped`` and ``uniform`` count it.
    """
    share = metres / distance_m if distance_m > 0 else np.zeros(len(metres))
    if kernel == "gaussian":
        edge = np.exp(-0.5)
        weight = (np.exp(-0.5 * share**2) - edge) / (1 - edge)
    elif kernel == "stepped":
        third = np.ceil(np.clip(share * len(_STEPS) - 1e-9, 0, None)) - 1
        weight = np.array(_STEPS)[np.clip(third, 0, len(_STEPS) - 1).astype(int)]
    elif kernel == "linear":
        weight = 1 - share
    elif kernel == "epanechnikov":
        weight = 1 - share**2
    else:
        weight = np.ones(len(metres))
    return np.where(share <= 1, np.maximum(weight, 0.0), 0.0)


def share_supply(
    pairs: Pairs, amount: Floats, people: Floats, *, kernel: Kernel, distance_m: float
) -> Catchment:
    """
    Divide each supply among the people in reach, near ones with more weight.

    What all people have together is all that is supplied by whatever somebody reaches.

    Parameters
    ----------
    pairs
        Supplies and places within ``distance_m`` of each other.
    amount
        Of each supply.
    people
        Of each place.
    kernel, distance_m
        See :func:`weigh`.
    """
    weight = weigh(kernel, pairs.metres, distance_m)
    lives = people[pairs.place]
    demand = _sums(pairs.supply, lives * weight, len(amount))
    shared = np.full(len(amount), np.nan)
    known = demand > NOBODY
    shared[known] = amount[known] / demand[known]
    part = np.where(known[pairs.supply], shared[pairs.supply] * weight, 0.0)
    near = lives * (weight > 0)
    return Catchment(
        _sums(pairs.place, part, len(people)),
        shared,
        _sums(pairs.supply, near, len(amount)),
    )


def _sums(rows: Positions, values: Floats, many: int) -> Floats:
    return np.bincount(rows, values, minlength=many).astype(np.float64)
