"""How are zones coloured by a goal's value? Classes of equal width at round numbers."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.document import Text
from ecogis.outputs.words import measured, word
from ecogis.scorecard import Score
from ecogis.style import Styles
from ecogis.wording import shown_value

STEPS = ("step_1", "step_2", "step_3", "step_4", "step_5", "step_6")
NO_DATA = "unknown"
_EDGE = "zone_edge"
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0, 20.0)
# below this share of a step a number stands on the class break
_ON_BREAK = 1e-9
_DECIMALS = 12
# values that differ by less than this share of themselves are one
_SAME = 1e-6


def shades(
    score: Score, zones: GeoDataFrame | None, styles: Styles
) -> dict[str, Any] | None:
    """
    Return the class of each zone and the classes' looks; None without a value.

    Parameters
    ----------
    score
        With its break-down.
    zones
        The zones that the page draws, with ``name``.
    styles
        Where the palette is.

    Returns
    -------
    dict or None
        ``classes``: for each zone the number of its class, the last for no data;
        ``values``: what stands on the zone; ``rules``: the look of each class, from low
        to high.
    """
    if score.zones is None or zones is None:
        return None
    found = score.zones.drop_duplicates("zone").set_index("zone")["value"]
    values = found.reindex(zones["name"].astype(str)).to_numpy(float, na_value=np.nan)
    known = values[np.isfinite(values)]
    if not len(known):
        return None
    unit = score.goal.shown_unit
    breaks = round_breaks(float(known.min()), float(known.max()))
    number = classes(values, breaks)
    looks = [
        *zip(labels(breaks, unit), _fills(breaks), strict=True),
        (word("page", "no_data"), NO_DATA),
    ]
    return {
        "classes": number.tolist(),
        "values": [
            measured(shown_value(value, unit), unit) if math.isfinite(value) else ""
            for value in values
        ],
        "rules": ramp(looks, number, styles),
    }


def ramp(
    looks: Sequence[tuple[Text, str]], number: NDArray[np.int64], styles: Styles
) -> list[dict[str, Any]]:
    """Return a legend's rules: labels and colours, and how many zones have each."""
    return [
        {
            "label": label,
            "fill": styles.colour(fill),
            "hatch": fill == NO_DATA,
            "line": styles.colour(_EDGE),
            "width": 1.0,
            "dash": None,
            "opacity": 1.0,
            "radius": 1.0,
            # a ramp shows every step, also one that no zone is on
            "n": int((number == place).sum()) or int(fill != NO_DATA),
        }
        for place, (label, fill) in enumerate(looks)
    ]


def round_breaks(
    low: float, high: float, most: int = len(STEPS)
) -> NDArray[np.float64]:
    """Return class breaks at round numbers around the values: at most six classes."""
    spread = high - low
    if spread <= _SAME * abs(high):
        spread = abs(high) or 1.0
    finest = 10.0 ** math.floor(math.log10(spread / most))
    for factor in _ROUND:
        step = factor * finest
        first = math.floor(low / step + _ON_BREAK)
        count = max(1, math.ceil(high / step - first - _ON_BREAK))
        if count <= most:
            break
    return np.arange(first, first + count + 1) * np.float64(step)


def classes(
    values: NDArray[np.float64], breaks: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return each value's class, half open but for the last; no value has its own."""
    count = len(breaks) - 1
    nudge = _ON_BREAK * (breaks[1] - breaks[0])
    found = np.searchsorted(breaks, values + nudge, side="right") - 1
    return np.where(np.isfinite(values), np.clip(found, 0, count - 1), count)


def labels(breaks: NDArray[np.float64], unit: str) -> list[Text]:
    """Return what each class is called: from break to break, with the unit."""
    close = _ON_BREAK * (breaks[1] - breaks[0])
    exact = (np.abs(breaks.round(p) - breaks).max() <= close for p in range(_DECIMALS))
    places = next((p for p, holds in enumerate(exact) if holds), _DECIMALS)
    texts = [f"{number:,.{places}f}" for number in breaks]
    return [measured(f"{low} – {high}", unit) for low, high in pairwise(texts)]


def _fills(breaks: NDArray[np.float64]) -> list[str]:
    """Spread few classes over the whole ramp, so that they are told apart."""
    count = len(breaks) - 1
    places = np.linspace(1, len(STEPS) - 1, count) if count > 1 else np.array([3.0])
    if count == len(STEPS):
        places = np.arange(count, dtype=float)
    return [STEPS[round(place)] for place in places]
