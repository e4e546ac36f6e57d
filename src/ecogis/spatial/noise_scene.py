"""What do the layers of a plan put in the way of sound, and what is assumed of it?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.document import Text
from ecogis.spatial.heights import heights_m
from ecogis.spatial.receivers import Receivers, facade_receivers
from ecogis.spatial.surroundings import Surroundings, surroundings
from ecogis.table import table

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
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
    *,
    default_g: float,
    reflecting: bool = False,
) -> NoiseScene:
    """
    Return the surroundings that the layers describe, on level ground.

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
    default_g
        Ground factor elsewhere.
    reflecting
        Walls of buildings reflect, as the table ``facade_absorption`` says.
    """
    tall_m, notes = heights_m(buildings)
    alpha = float(table("facade_absorption")["usual"].columns["alpha"])
    roofs = GeoDataFrame(
        {"height": tall_m, "alpha": alpha if reflecting else np.nan},
        geometry=np.asarray(buildings.geometry.values),
        crs=buildings.crs,
    )
    screens, told = _screens(barriers)
    factors = None
    if ground is None:
        told.append(_NO_GROUND.format(default_g=default_g))
    else:
        # of ground whose factor is not stated, the default is the best guess
        factors = ground[["g", ground.geometry.name]].dropna(subset=["g"])
    around = surroundings(
        buildings=roofs, barriers=screens, ground=factors, default_g=float(default_g)
    )
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
    """
    off_wall_m = _HANGING_M if reflecting else _OFF_WALL_M
    every = facade_receivers(
        buildings, spacing_m=spacing_m, height_m=height_m, off_wall_m=off_wall_m
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
