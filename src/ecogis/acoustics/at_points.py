"""How loud is it at points, as a table with a row each?"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ecogis.acoustics.cnossos import Cnossos
from ecogis.acoustics.engine import Engine
from ecogis.acoustics.octaves import NOMINAL_HZ
from ecogis.acoustics.sound import LEVELS
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.spatial.receivers import Receivers

# day, evening and night of the END: "day" alone is that of GB 3096, 06 to 22
_HOURS = ("06_18", "18_22", "22_06")


def levels_at_points(
    engine: Engine, receivers: Receivers, points: int, *, octaves: bool = False
) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """
    Return the levels at points, NaN where they are unknown, and what was left out.

    Parameters
    ----------
    engine
        What computes them.
    receivers
        Those that stand for points; ``origin`` says for which.
    points
        How many points there are.
    octaves
        Levels by octave too, not A-weighted.

    Returns
    -------
    tuple
        A row a point, in their order: ``point`` (from 0), ``x_m``, ``y_m``, ``z_m`` of
        its receiver; in dB(A) ``lden_db``, ``day_db`` (06 to 22) and ``night_db`` of
        GB 3096, ``l_06_18_db``, ``l_18_22_db`` and ``l_22_06_db``; then
        ``l_06_18_63_hz_db`` and so on.

    Raises
    ------
    LayerError
        Octaves are asked of HJ 2.4-2021, which knows none.
    """
    sound = engine.at(receivers)
    columns = {
        **dict(zip(("x_m", "y_m", "z_m"), receivers.places.T, strict=True)),
        **{f"{level}_db": sound.level_db(level) for level in LEVELS},
        **{f"l_{hours}_db": sound.periods_db[:, n] for n, hours in enumerate(_HOURS)},
    }
    if octaves:
        if not isinstance(engine, Cnossos):
            msg = "octaves: HJ 2.4-2021 knows none; take the engine cnossos"
            raise LayerError(msg, "HJ 2.4-2021 不分倍频带；请改用 cnossos")
        levels = engine.octaves_db(receivers)
        for n, hours in enumerate(_HOURS):
            for band, hz in enumerate(NOMINAL_HZ):
                columns[f"l_{hours}_{hz:.0f}_hz_db"] = levels[:, n, band]
    rows = {"point": np.arange(points)}
    spread = {name: _spread(v, receivers, points) for name, v in columns.items()}
    return pd.DataFrame(rows | spread), sound.notes


def _spread(
    values: NDArray[np.float64], receivers: Receivers, points: int
) -> NDArray[np.float64]:
    """Return values in the rows of their points; what is not heard is NaN."""
    found = np.full(points, np.nan)
    found[receivers.origin] = np.where(np.isfinite(values), values, np.nan)
    return found
