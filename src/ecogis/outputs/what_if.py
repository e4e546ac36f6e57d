"""
What would a new park bring? The page answers from a grid of who is out of reach.

Each cell holds the weight (m², people, buildings) that no park reaches yet, as whole
numbers of a unit that keeps the sum; the scripts lay discs over it. The grid comes from
the result's parts alone, so that it says what the indicator says.
"""

import base64
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.indicator import Result
from ecogis.outputs.drawn import Drawn
from ecogis.outputs.packed import block, varints
from ecogis.outputs.plane_map import plane_map
from ecogis.scorecard import Score, Scorecard
from ecogis.spatial.lattice import Lattice
from ecogis.wording import shown

INDICATOR = "park_service_coverage"
# what a page can hold and look through at every step of a drag
MOST_CELLS = 160_000
_SIDES_M = (10, 15, 20, 25, 30, 40, 50, 60, 75, 100, 150, 200, 300, 500, 1000)
# from the smallest pocket park to a park of a neighbourhood
_SIZES_M2 = (400.0, 1000.0, 2000.0, 5000.0, 10_000.0)
_LEAST_PARK_M2 = 50.0
# units that the whole is counted in: a cell is exact to a billionth of it
_UNITS = 2**30
_UPWARD = {"at_least", "above", "no_loss", "rise"}
_STRICT = {"above", "rise"}
# a park that is placed may stand outside the area and serve it
_AROUND_M = 5000.0
# where no new park can stand: parks and water, as far as they are drawn
_TAKEN = ("parks_counted", "water_bodies")


@dataclass(frozen=True)
class WhatIf:
    """What the page is told of the goals that may be tried: facts, and their grids."""

    plane: dict[str, Any] | None
    rows: dict[str, dict[str, Any]]
    blocks: dict[str, str]


def what_if(card: Scorecard, layers: list[Drawn]) -> WhatIf:
    """
    Return what the page needs to try new parks on each goal that counts them.

    Parameters
    ----------
    card
        Results held against targets.
    layers
        What the page draws: the ground that is out of reach, and what is taken.
    """
    rows: dict[str, dict[str, Any]] = {}
    blocks: dict[str, str] = {}
    for score in card.scores:
        result = score.result
        counts = score.goal.indicator == INDICATOR and card.area is not None
        if not counts or result is None or result.value is None:
            continue
        name = f"ecogis-grid-{len(blocks) + 1}"
        lattice, unit, packed = demand(result)
        blocks[name] = base64.b64encode(packed).decode()
        rows[score.goal.row] = {
            "block": name,
            "columns": lattice.columns,
            "rows": lattice.rows,
            "cell_m": lattice.cell_m,
            "corner": [lattice.west, lattice.south],
            "unit": unit,
            "whole": result.denominator,
            **_counted(score, result),
            **_judged(score),
            **_drawn(score.goal.row, layers),
        }
    if not rows or card.area is None:
        return WhatIf(None, {}, {})
    plane = plane_map(card.area, _AROUND_M)
    return WhatIf({**plane, "stretch": _stretch(card.area)}, rows, blocks)


def demand(result: Result) -> tuple[Lattice, float, bytes]:
    """
    Return the grid of what is out of reach, the unit of its numbers, and its block.

    Raises
    ------
    ValueError
        The result has no parts, or there is nothing to measure.
    """
    parts, whole = result.parts, result.denominator
    if parts is None or not whole:
        msg = "a result without parts has no grid; expected a share with a value"
        raise ValueError(msg)
    left = (parts["denominator"] - parts["numerator"]).to_numpy(float)
    shapes = np.asarray(parts.geometry.values)
    lattice = Lattice.over(tuple(shapely.total_bounds(shapes)), cell_m(shapes))
    out = left > 0
    held = lattice.spread(shapes[out], left[out])
    unit = whole / _UNITS
    # rounding the running sum, not the cells, keeps the sum
    steps = np.rint(np.cumsum(held.ravel()) / unit).astype(np.int64)
    cells = np.diff(steps, prepend=0)
    return lattice, unit, block({}, {"unserved": varints(cells)})


def cell_m(shapes: NDArray[Any]) -> float:
    """Return the smallest side of a cell of which the page can hold enough."""
    west, south, east, north = shapely.total_bounds(shapes)
    for side in _SIDES_M:
        if math.ceil((east - west) / side) * math.ceil((north - south) / side) <= (
            MOST_CELLS
        ):
            return float(side)
    return math.ceil(math.sqrt((east - west) * (north - south) / MOST_CELLS) + 1) * 1.0


def _counted(score: Score, result: Result) -> dict[str, Any]:
    """Return what is counted, how far parks of which size reach, which are offered."""
    stated = score.goal.resolved
    counted = stated["denominator"]
    tiers = [
        {"min_area_m2": tier.min_area_m2, "distance_m": tier.distance_m}
        for tier in stated["tiers"] or ()
    ] or [{key: stated[key] for key in ("min_area_m2", "distance_m")}]
    floors = {tier["min_area_m2"] for tier in tiers}
    sizes = {*_SIZES_M2, *(floor for floor in floors if floor >= _LEAST_PARK_M2)}
    return {
        "counted": counted if counted in {"population", "buildings"} else "land",
        "tiers": tiers,
        "sizes": sorted(sizes),
        "wider_m": _wider_m(result) if counted == "buildings" else 0.0,
    }


def _wider_m(result: Result) -> float:
    """Return how far a building reaches from its middle: any part of it counts."""
    homes = result.drawn["homes_served"]
    size_m2 = shapely.area(np.asarray(homes.geometry.values))
    return float(np.mean(np.sqrt(size_m2 / np.pi)))


def _judged(score: Score) -> dict[str, Any]:
    """Return the bound that the value is to reach, and how many decimals it shows."""
    target = score.goal.target
    upward = target is not None and target.kind in _UPWARD
    return {
        "bound": score.bound if upward else None,
        "strict": upward and target is not None and target.kind in _STRICT,
        "decimals": len(shown(score).partition(".")[2]),
    }


def _drawn(row: str, layers: list[Drawn]) -> dict[str, Any]:
    """Return the layer and the class of what is out of reach, and what is taken."""
    own = [one for one in layers if one.row in {row, None}]
    blind = [
        {"layer": one.key, "class": number}
        for one in own
        for number, rule in enumerate(one.style.rule)
        if one.row and one.style.field == "served" and rule.equals is False
    ]
    taken = [one.key for one in own if one.style.name in _TAKEN]
    return {"blind": blind[0] if blind else None, "taken": taken}


def _stretch(area: StudyArea) -> float:
    """Return how much larger the projection draws what the area's method measures."""
    return float(area.boundary.area / area.size_m2)
