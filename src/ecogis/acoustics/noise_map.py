"""By which engine is road noise computed, and how loud is it on a grid?"""

from typing import Final, Literal

import numpy as np
from geopandas import GeoDataFrame

from ecogis.acoustics.cnossos import Cnossos
from ecogis.acoustics.engine import Engine, Reach
from ecogis.acoustics.hj24_map import Hj24
from ecogis.acoustics.sound import LEVELS
from ecogis.acoustics.traffic import Traffic
from ecogis.area import StudyArea
from ecogis.raster import Raster
from ecogis.spatial.receivers import grid_receivers
from ecogis.spatial.surroundings import Surroundings

EngineName = Literal["cnossos", "hj24"]


_ENGINES: Final[dict[EngineName, type[Engine]]] = {"cnossos": Cnossos, "hj24": Hj24}


def engine_of(
    name: EngineName,
    around: Surroundings,
    roads: GeoDataFrame,
    traffic: Traffic,
    reach: Reach,
) -> Engine:
    """
    Return the engine of a name.

    Parameters
    ----------
    name
        ``"cnossos"``: CNOSSOS-EU; ``"hj24"``: HJ 2.4-2021.
    around
        What sound runs through.
    roads, traffic
        Lines, and what drives on each.
    reach
        How far and how sound is followed.
    """
    return _ENGINES[name](around, roads, traffic, reach)


def noise_grids(
    engine: Engine,
    area: StudyArea,
    buildings: GeoDataFrame,
    *,
    step_m: float | None,
    height_m: float,
) -> dict[str, Raster]:
    """
    Return a grid of each level by its name, or none at all for cells of no size.

    ``noise_lden``, ``noise_day``, ``noise_night``; cells are NaN in buildings and where
    nothing is heard.
    """
    if step_m is None:
        return {}
    receivers, lattice = grid_receivers(
        area,
        spacing_m=step_m,
        height_m=height_m,
        buildings=buildings,
        terrain=engine.around.terrain,
    )
    sound = engine.at(receivers)
    found: dict[str, Raster] = {}
    for level in LEVELS:
        levels = sound.level_db(level)
        cells = lattice.filled(np.where(np.isneginf(levels), np.nan, levels))
        found[f"noise_{level}"] = Raster(cells, lattice.transform, area.crs)
    return found
