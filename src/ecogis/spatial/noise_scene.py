"""What do the layers of a plan put in the way of sound, and what is assumed of it?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.document import Text
from ecogis.raster import Raster
from ecogis.spatial.elevation import lie_of
from ecogis.spatial.heights import heights_m
from ecogis.spatial.receivers import Receivers, facade_receivers
from ecogis.spatial.surroundings import Surroundings, surroundings
from ecogis.spatial.terrain import Terrain
from ecogis.table import table

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Box = tuple[float, float, float, float]
# metres: before the wall, and so near that its own reflection is left out
_OFF_WALL_M, _HANGING_M = 1.5, 0.1
_REFLECTS = Text(
    en="walls of buildings swallow {alpha:g} of the sound (table facade_absorption, "
    "confidence low)",
    zh="建筑外墙吸声系数取 {alpha:g}（facade_absorption 表，可信度较低）",
)
_NO_BARRIER_HEIGHT = Text(
    en="{count} of {all} noise barriers state no height and are left out",
    zh="{all} 道声屏障中 {count} 道无高度，未计入",
)
_BARRIERS = Text(
    en="{count} noise barriers stand in the way of sound",
    zh="计入声屏障 {count} 道",
)
_NO_GROUND = Text(
    en="no layer of ground absorption: the ground factor is {default_g:g} everywhere",
    zh="缺少地面吸声特性图层，地面因子一律取 {default_g:g}",
)


@dataclass(frozen=True, eq=False)
class NoiseScene:
    """What sound runs through, and what had to be assumed of it."""

    around: Surroundings
    notes: tuple[Text, ...]


def noise_scene(
    buildings: GeoDataFrame,
    barriers: GeoDataFrame | None,
    ground: GeoDataFrame | None,
    elevation: Raster | None = None,
    *,
    default_g: float,
    reflecting: bool = False,
    window: Box | None = None,
) -> NoiseScene:
    """
    Return the surroundings that the layers describe.

    Parameters
    ----------
    buildings
        Polygons, optionally with ``height_m`` and ``floors``; without them the table
        ``building_height`` says how high they are.
    barriers
        Lines with ``height_m``, optionally ``alpha``; those without a height are left
        out.
    ground
        Polygons with ``g``.
    elevation
        Altitude of the ground; None: it is level.
    default_g
        Ground factor elsewhere.
    reflecting
        Walls of buildings reflect, as the table ``facade_absorption`` says.
    window
        West, south, east, north: what the elevation does not hold of it is told, and
        what it holds beyond it does not count.

    Raises
    ------
    LayerError
        The elevation is in another CRS than the buildings, or lies elsewhere.
    """
    tall_m, notes = heights_m(buildings)
    alpha = float(table("facade_absorption")["usual"].columns["alpha"])
    roofs = GeoDataFrame(
        {"height": tall_m, "alpha": alpha if reflecting else np.nan},
        geometry=np.asarray(buildings.geometry.values),
        crs=buildings.crs,
    )
    lie, said = lie_of(elevation, buildings.crs, window)
    screens, told = _screens(barriers)
    factors = None
    if ground is None:
        told.append(_NO_GROUND.format(default_g=default_g))
    else:
        # of ground whose factor is not stated, the default is the best guess
        factors = ground[["g", ground.geometry.name]].dropna(subset=["g"])
    around = surroundings(
        buildings=roofs,
        barriers=screens,
        ground=factors,
        terrain=lie,
        default_g=float(default_g),
    )
    told += said
    if reflecting:
        told.append(_REFLECTS.format(alpha=alpha))
    return NoiseScene(around, (*notes, *told))


def receivers_before(
    buildings: GeoDataFrame,
    rows: Rows,
    *,
    spacing_m: float,
    height_m: float,
    reflecting: bool = False,
    terrain: Terrain | None = None,
) -> tuple[Receivers, Rows]:
    """
    Return the receivers before some buildings, and the place of each among these.

    Parameters
    ----------
    buildings
        Polygons.
    rows
        Of the buildings that are asked for, rising.
    spacing_m, height_m
        As :func:`~ecogis.spatial.receivers.facade_receivers` takes them.
    reflecting
        Walls reflect: receivers hang on theirs, whose sound is then not counted.
    terrain
        What they stand on; None: level ground at 0.
    """
    every = facade_receivers(
        buildings,
        spacing_m=spacing_m,
        height_m=height_m,
        off_wall_m=_HANGING_M if reflecting else _OFF_WALL_M,
        terrain=terrain,
    )
    kept = np.flatnonzero(np.isin(every.building, rows))
    building = every.building[kept]
    walls = Receivers(every.places[kept], building, every.origin[kept], every.notes)
    return walls, np.searchsorted(rows, building)


def _screens(barriers: GeoDataFrame | None) -> tuple[GeoDataFrame | None, list[Text]]:
    if barriers is None or barriers.empty:
        return None, []
    tall_m = _numbers(barriers, "height_m")
    known = tall_m > 0
    screens = GeoDataFrame(
        {"height": tall_m[known], "alpha": _numbers(barriers, "alpha")[known]},
        geometry=np.asarray(barriers.geometry.values)[known],
        crs=barriers.crs,
    )
    notes = [_BARRIERS.format(count=int(known.sum()))]
    if (~known).any():
        count = int((~known).sum())
        notes.append(_NO_BARRIER_HEIGHT.format(count=count, all=len(barriers)))
    return screens, notes


def _numbers(frame: GeoDataFrame, name: str) -> Floats:
    """Return a field as numbers; what is not stated is NaN."""
    if name not in frame:
        return np.full(len(frame), np.nan)
    return np.asarray(pd.to_numeric(frame[name]), dtype=float)
