"""
How unequal are the zones? Gini coefficient, Lorenz curve, spread and extremes.

A zone holds an amount ``a`` (its numerator) and a weight ``w``: its denominator, the
land or the people that the amount is for; where a total has none, its ground in km².
What may be unequal is the amount per weight, ``v = a / w``. Zones stand from the lowest
``v`` to the highest; with ``W`` and ``A`` the sums over all zones:

- Lorenz curve (Lorenz 1905): from (0, 0) to (1, 1) by the points ``(p, q)`` after each
  zone, the sum of ``w`` over ``W`` and the sum of ``a`` over ``A``.
- Gini coefficient (Gini 1912; for groups Brown 1994, Social Science & Medicine 38):
  ``1 - sum((p[k] - p[k-1]) * (q[k] + q[k-1]))``, which is the weighted mean difference
  ``sum(w[i] * w[j] * |v[i] - v[j]|) / (2 * W * A)``.
- Coefficient of variation: ``sqrt(sum(w * (v - m)**2) / W) / m`` with ``m = A / W``.

Zones are taken as whole: what differs inside a zone does not show.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.result import Result
from ecogis.spatial.zonal import OUTSIDE, disjoint

Weight = Literal["denominator", "area"]
Numbers = NDArray[np.float64]
_M2_PER_KM2 = 1e6
# a weight or a loss below this share of the whole is the noise of cutting
_NOISE = 1e-9
_FEWEST = 2


@dataclass(frozen=True)
class Extreme:
    """The zones at one end, and the value that they share."""

    zones: tuple[str, ...]
    value: float


@dataclass(frozen=True)
class Equality:
    """
    How a result is spread over zones.

    Attributes
    ----------
    weighted_by
        ``"denominator"``, or ``"area"``: a total by the zones' ground.
    zones, left_out
        How many zones are compared, and how many hold no denominator.
    highest, lowest
        Ends of the zones' values: in the result's unit, of a total per km².
    gini, variation
        0 where all zones are equal; None where the amounts add up to nothing or some
        are below zero, as net losses are.
    lorenz
        (share of the weight, share of the amount) from (0, 0) to (1, 1); empty where
        ``gini`` is None.
    groups
        The lowest of the plan's groups over the highest; None without groups.
    """

    weighted_by: Weight
    zones: int
    left_out: int
    highest: Extreme
    lowest: Extreme
    gini: float | None = None
    variation: float | None = None
    lorenz: tuple[tuple[float, float], ...] = ()
    groups: float | None = None


def equality(
    rows: GeoDataFrame,
    result: Result,
    area: StudyArea,
    balance: pd.DataFrame | None = None,
) -> Equality | None:
    """
    Compare the zones of a result; None for fewer than two.

    Parameters
    ----------
    rows
        What :func:`ecogis.breakdown.break_down` gave; what lies in no zone is left out.
    result
        The result behind the rows.
    area
        How ground is measured.
    balance
        The plan's groups as :func:`ecogis.breakdown.weigh` gave them, if it names any.
    """
    inside = rows[rows["zone"] != OUTSIDE]
    amounts = inside["numerator"].to_numpy(float)
    total = result.kind == "total"
    weights = (
        area.measure(disjoint(inside)) / _M2_PER_KM2
        if total
        else inside["denominator"].to_numpy(float)
    )
    counted = weights > _NOISE * np.nansum(weights)
    if counted.sum() < _FEWEST:
        return None
    names = inside["zone"].astype(str).to_numpy()[counted]
    amounts, weights = amounts[counted], weights[counted]
    values = result.scale * amounts / weights
    points = lorenz(amounts, weights)
    return Equality(
        weighted_by="area" if total else "denominator",
        zones=int(counted.sum()),
        left_out=int((~counted).sum()),
        highest=_extreme(names, values, float(values.max())),
        lowest=_extreme(names, values, float(values.min())),
        gini=gini(points),
        variation=variation(amounts, weights) if points else None,
        lorenz=points,
        groups=_groups(balance),
    )


def lorenz(amounts: Numbers, weights: Numbers) -> tuple[tuple[float, float], ...]:
    """
    Return the points of the Lorenz curve, from (0, 0) to (1, 1).

    Empty where the amounts add up to nothing, or one is below zero: then there is
    nothing that could be shared out.

    Parameters
    ----------
    amounts
        What each zone holds.
    weights
        What it is for: above zero.
    """
    whole = math.fsum(amounts)
    if whole <= 0 or amounts.min() < -_NOISE * whole:
        return ()
    held = np.maximum(amounts, 0.0)
    order = np.argsort(held / weights, kind="stable")
    across, along = np.cumsum(weights[order]), np.cumsum(held[order])
    rest = zip(across / across[-1], along / along[-1], strict=True)
    return ((0.0, 0.0), *((float(p), float(q)) for p, q in rest))


def gini(points: Sequence[tuple[float, float]]) -> float | None:
    """Return 1 less twice the area under a Lorenz curve; None for an empty one."""
    if not points:
        return None
    p, q = np.array(points).T
    under = math.fsum(np.diff(p) * (q[1:] + q[:-1]))
    return max(0.0, 1.0 - under)


def variation(amounts: Numbers, weights: Numbers) -> float:
    """Return the weighted coefficient of variation of amount over weight."""
    whole, weight = math.fsum(amounts), math.fsum(weights)
    # each zone's value over the mean
    relative = amounts / weights * (weight / whole)
    return math.sqrt(math.fsum(weights * (relative - 1.0) ** 2) / weight)


def _extreme(names: NDArray[Any], values: Numbers, end: float) -> Extreme:
    """Return the zones at an end: those that differ from it by noise alone."""
    same = np.abs(values - end) <= _NOISE * np.abs(values).max()
    return Extreme(tuple(str(name) for name in names[same]), end)


def _groups(balance: pd.DataFrame | None) -> float | None:
    if balance is None or "ratio" not in balance or balance["ratio"].isna().any():
        return None
    return float(balance["ratio"].min())
