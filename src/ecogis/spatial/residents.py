"""How many people live in each building, and of which acoustic class is its ground?"""

from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.spatial.acoustic import class_at
from ecogis.spatial.dasymetric import people_at_home
from ecogis.spatial.homes import column_or

_ON_LAND = Text(
    en="{people:,.0f} people live on land without a home: no façade, no level; they "
    "are not counted",
    zh="{people:,.0f} 人所在地块内无住宅建筑，无法得到立面声级，未计入",
)
_NO_CLASS = Text(
    en="{count} of {all} buildings lie in no zone of a known class and are taken as "
    "class {name}",
    zh="{all} 栋建筑中 {count} 栋不在已知类别的声环境功能区内，按{name}类计",
)


@dataclass(frozen=True, eq=False)
class Residents:
    """People of each building, NaN where nothing says how many; and notes."""

    people: NDArray[np.float64]
    notes: tuple[Text, ...] = ()

    @property
    def known(self) -> bool:
        """Whether anything says how many people there are."""
        return not np.isnan(self.people).all()


def residents(
    area: StudyArea,
    buildings: GeoDataFrame,
    population: GeoDataFrame | None,
    *,
    margin_m: float,
    required: bool,
) -> Residents:
    """
    Return the people in each building: of the population, else what buildings state.

    Parameters
    ----------
    area
        People outside it are 0.
    buildings
        Polygons, optionally with ``people``, ``use``, ``floors``, ``height_m``.
    population
        Polygons with ``people``, or None.
    margin_m
        How far beyond the area the layers are known.
    required
        Whether a missing number of people is an error.

    Raises
    ------
    LayerError
        Nothing says how many people there are, and they are required.
    """
    if population is None and "people" not in buildings and not required:
        return Residents(np.full(len(buildings), np.nan))
    found, notes = people_at_home(
        area, population, buildings, people_on="buildings", margin_m=margin_m
    )
    at_home = found["home"].to_numpy(bool)
    homes, land = found[at_home], found[~at_home]
    people = np.zeros(len(buildings))
    # homes are the buildings' own shapes; one that is drawn twice is filled in turn
    rows: dict[bytes, list[int]] = {}
    for row, shape in enumerate(shapely.to_wkb(buildings.geometry.to_numpy())):
        rows.setdefault(shape, []).append(row)
    for shape, many in zip(
        shapely.to_wkb(homes.geometry.to_numpy()), homes["people"], strict=True
    ):
        same = rows[shape]
        people[same.pop(0) if len(same) > 1 else same[0]] += many
    if len(land) and land["people"].sum() > 0:
        notes = (*notes, _ON_LAND.format(people=float(land["people"].sum())))
    return Residents(people, notes)


def zoned(
    area: StudyArea,
    buildings: GeoDataFrame,
    noise_zones: GeoDataFrame | None,
    *,
    default_class: str,
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """
    Return the buildings of the area with the acoustic class of their ground.

    Parameters
    ----------
    area
        Buildings whose inner point lies in it.
    buildings
        Polygons, optionally with ``name``, ``use``, ``people``, ``dwellings``.
    noise_zones
        Polygons with ``class``, or None.
    default_class
        Class where no zone of a known class lies.

    Returns
    -------
    tuple
        Buildings with ``name``, ``use``, ``people``, ``dwellings``, ``class``, labelled
        by their rows; and how many had no class.
    """
    held = area.inside(buildings.set_axis(range(len(buildings)), axis=0))
    shapes = held.geometry.to_numpy()
    found = np.full(len(held), None, dtype=object)
    if noise_zones is not None:
        found = class_at(shapely.point_on_surface(shapes), noise_zones)
    unknown = np.array([name is None for name in found], dtype=bool)
    columns = {name: column_or(held, name, None) for name in ("name", "use")}
    numbers = {
        name: column_or(held, name, np.nan).astype(float)
        for name in ("people", "dwellings")
    }
    homes = GeoDataFrame(
        {**columns, **numbers, "class": np.where(unknown, default_class, found)},
        geometry=shapes,
        crs=buildings.crs,
        index=held.index,
    )
    if not unknown.any():
        return homes, ()
    words = {"count": int(unknown.sum()), "all": len(homes), "name": default_class}
    return homes, (_NO_CLASS.format(**words),)
