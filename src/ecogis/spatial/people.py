"""How many people live on a piece of land?"""

import math

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.spatial.overlay import cut

_UNKNOWN = Text(
    en="{count} population polygons without a number of people count as 0",
    zh="{count} 个人口面缺少人数，按 0 计",
)


def spread(
    area: StudyArea, cells: GeoDataFrame
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """
    Return the population inside the area as ``density``, and what was not stated.

    People live evenly on their polygon. Polygons that overlap each carry their own
    people: their land may be shared, a person is not.

    Parameters
    ----------
    area
        The polygons are cut to it.
    cells
        Polygons with ``people``.
    """
    shapes = np.asarray(cells.geometry.values)
    people, unknown = stated_people(cells, "population")
    # people per square metre travels with each piece through the cuts
    density = people / np.maximum(shapely.area(shapes), 1e-9)
    spread_out = GeoDataFrame({"density": density}, geometry=shapes, crs=cells.crs)
    notes = (_UNKNOWN.format(count=unknown),) if unknown else ()
    return cut(spread_out, area.boundary), notes


def stated_people(
    features: GeoDataFrame, layer: str
) -> tuple[NDArray[np.float64], int]:
    """
    Return each feature's ``people``, 0 where none are stated, and how many state none.

    Raises
    ------
    LayerError
        Less than 0 people, or infinitely many, on a feature of the ``layer``.
    """
    people = features["people"].to_numpy(float)
    unknown = np.isnan(people)
    wrong = ~unknown & ~((people >= 0) & np.isfinite(people))
    if wrong.any():
        found = f"{people[wrong][0]:g} ({int(wrong.sum())} such)"
        msg = (
            f"{layer}: people: found {found}, expected a number of at least 0; "
            "leave the number out where it is not known"
        )
        zh = f"{layer}：人数字段有 {found}，应为不小于 0 的数；未知时请留空"
        raise LayerError(msg, zh)
    return np.where(unknown, 0.0, people), int(unknown.sum())


def count_people(pieces: GeoDataFrame) -> GeoDataFrame:
    """Return pieces of what :func:`spread` gave, with the ``people`` on each."""
    size = shapely.area(np.asarray(pieces.geometry.values))
    return pieces.assign(people=pieces["density"] * size)[["people", "geometry"]]


def settle(cells: GeoDataFrame, land: GeoDataFrame) -> tuple[GeoDataFrame, float]:
    """
    Return the population moved onto land: evenly on what each polygon holds of it.

    Parameters
    ----------
    cells
        What :func:`spread` gave.
    land
        Polygons that do not overlap.

    Returns
    -------
    tuple
        The polygons cut to the land, with the ``density`` there; and how many people
        are left over, because their polygon holds no such land.
    """
    people = cells["density"].to_numpy(float) * shapely.area(
        np.asarray(cells.geometry.values)
    )
    on_land = cut(
        GeoDataFrame(
            {"density": people}, geometry=cells.geometry.values, crs=cells.crs
        ),
        np.asarray(land.geometry.values),
    )
    housed = on_land["density"].to_numpy(float)
    settled = on_land.assign(density=housed / on_land.area)
    return settled, math.fsum(people) - math.fsum(housed)
