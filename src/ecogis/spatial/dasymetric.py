"""Where do people live: in which buildings?"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.spatial.homes import column_or, homes_of, told_of
from ecogis.spatial.overlay import cut
from ecogis.spatial.people import count_people, spread, stated_people
from ecogis.spatial.threads import threaded
from ecogis.spatial.window import windows

# what people stand on: evenly on the land of their polygon, or in residential buildings
PeopleOn = Literal["land", "buildings"]
# below this a building only touches a cell
_CRUMB_M2 = 1e-6

_UNKNOWN = Text(
    en="{count} population polygons without a number of people count as 0",
    zh="{count} 个人口面缺少人数，按 0 计",
)
_UNKNOWN_HOMES = Text(
    en="{count} buildings without a number of people count as 0",
    zh="{count} 栋建筑缺少人数，按 0 计",
)
_NO_HOME = Text(
    en="{cells} population polygons without a home keep their {people:,.0f} people "
    "evenly on their land",
    zh="{cells} 个人口面内无住宅，其 {people:,.0f} 人仍按土地均匀分布",
)
_CUT = Text(
    en="{cells} population polygons reach further than {margin_m:g} m beyond the area; "
    "the people of what lies beyond are taken off by land",
    zh="{cells} 个人口面超出研究范围 {margin_m:g} 米以上，其外部分按土地面积扣除人口",
)


@dataclass(frozen=True)
class Allocation:
    """
    Who lives where: one row for each part of a home in a cell.

    Attributes
    ----------
    cell, home
        Positions of the cell and of the home.
    people
        How many of the cell's people live in that part; a cell's rows add up to its
        people.
    homeless
        A mask of the cells that hold no home at all.
    """

    cell: NDArray[np.int64]
    home: NDArray[np.int64]
    people: NDArray[np.float64]
    homeless: NDArray[np.bool_]


def people_at_home(
    area: StudyArea,
    population: GeoDataFrame | None,
    buildings: GeoDataFrame | None = None,
    *,
    people_on: PeopleOn | None = None,
    margin_m: float = np.inf,
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """
    Return the residents of the area where they live, and what had to be assumed.

    The people of each population polygon are spread over its residential buildings in
    proportion to floor area (footprint times floors); the part of a building in a
    polygon counts for that polygon, so that a building across a border has people of
    both. A polygon across the area's boundary is spread over all its homes first; of
    these, the ones whose inner point lies in the area are kept. A polygon that holds no
    home keeps its people evenly on its land. Polygons that overlap each carry their own
    people.

    Parameters
    ----------
    area
        Whose residents.
    population
        Polygons with ``people`` (at least 0); None where ``buildings`` state theirs.
    buildings
        Polygons, optionally with ``use``, ``floors`` and ``height_m``; whatever is not
        known to be used otherwise is a home. ``people`` is used without ``population``.
    people_on
        ``"land"``: buildings are not looked at; ``"buildings"``: they are required;
        None: they are used where they are given.
    margin_m
        How far beyond the area polygons and buildings are known; of a polygon that
        reaches further, the people beyond are taken off in proportion to land.

    Returns
    -------
    tuple
        Homes, whole, and pieces of land with ``people`` (above 0 for homes), ``home``
        (True, False), ``name``, ``use`` and ``floors``; and notes.

    Raises
    ------
    LayerError
        Nothing says how many people there are, a negative number does, or buildings
        are required and absent.
    """
    if people_on == "land":
        buildings = None
    elif people_on == "buildings" and buildings is None:
        raise _no_buildings()
    if population is None:
        return _of_register(area, buildings)
    if buildings is None:
        cells, notes = spread(area, population)
        return on_land(count_people(cells)), notes
    cells, notes = _known_cells(area, population, margin_m)
    homes = homes_of(buildings)
    found = allocate(cells, homes)
    homes["people"] = np.bincount(found.home, found.people, minlength=len(homes))
    inside = area.inside(homes[homes["people"] > 0])
    left = cells[found.homeless & (cells["people"] > 0)]
    land = count_people(spread(area, left)[0])
    notes += told_of(inside)
    if len(left):
        notes += (_NO_HOME.format(cells=len(left), people=left["people"].sum()),)
    return together(inside, on_land(land)), notes


def allocate(cells: GeoDataFrame, homes: GeoDataFrame) -> Allocation:
    """
    Spread the people of each cell over the homes in it, by floor area.

    Parameters
    ----------
    cells
        Polygons with ``people``, which may overlap.
    homes
        Polygons with ``floors``; the part of a home in a cell weighs by its area.
    """
    cell, home, inside_m2 = _shared_m2(
        np.asarray(cells.geometry.values), np.asarray(homes.geometry.values)
    )
    weight = inside_m2 * homes["floors"].to_numpy(float)[home]
    whole = np.bincount(cell, weight, minlength=len(cells))
    people = cells["people"].to_numpy(float)[cell] * (weight / whole[cell])
    return Allocation(cell, home, people, whole == 0)


def _known_cells(
    area: StudyArea, population: GeoDataFrame, margin_m: float
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """Return the cells that meet the area, with the people within the margin."""
    people, unknown = stated_people(population, "population")
    cells = GeoDataFrame(
        {"people": people},
        geometry=np.asarray(population.geometry.values),
        crs=population.crs,
    )
    notes = tuple([_UNKNOWN.format(count=unknown)] if unknown else ())
    cells = cells[shapely.intersects(area.boundary, cells.geometry.values)]
    if not np.isfinite(margin_m):
        return cells, notes
    before = shapely.area(np.asarray(cells.geometry.values))
    near = cut(cells.assign(before=before), area.boundary.buffer(margin_m, 32))
    share = np.minimum(near.area / np.maximum(near["before"], 1e-9), 1.0)
    beyond = int((share < 1 - 1e-9).sum())
    # at the very border nothing is known beyond, nor asked for
    if beyond and margin_m > 0:
        notes += (_CUT.format(cells=beyond, margin_m=margin_m),)
    return near.assign(people=near["people"] * share)[["people", "geometry"]], notes


def _of_register(
    area: StudyArea, buildings: GeoDataFrame | None
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """Return the people that buildings state themselves."""
    if buildings is None or "people" not in buildings:
        msg = (
            "the number of residents needs the layer 'population', or the layer "
            "'buildings' with a field 'people'; give one of them"
        )
        zh = "缺少人口：请提供人口图层 population，或含人数字段 people 的建筑图层"
        raise LayerError(msg, zh)
    people, unknown = stated_people(buildings, "buildings")
    columns = {name: column_or(buildings, name, None) for name in ("name", "use")}
    homes = GeoDataFrame(
        {
            **columns,
            "floors": column_or(buildings, "floors", np.nan).astype(float),
            "people": people,
            "home": np.ones(len(people), dtype=bool),
        },
        geometry=np.asarray(buildings.geometry.values),
        crs=buildings.crs,
    )
    notes = (_UNKNOWN_HOMES.format(count=unknown),) if unknown else ()
    return area.inside(homes[people > 0]).reset_index(drop=True), notes


def _shared_m2(
    cells: NDArray[Any], homes: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return (cell, home, m²) for each home that has area in a cell."""
    shapely.prepare(cells)
    cell, home = shapely.STRtree(homes).query(cells, predicate="intersects")
    order = np.argsort(cell, kind="stable")
    cell, home = cell[order], home[order]
    shared = shapely.area(homes)[home]
    crossed = np.flatnonzero(~shapely.covers(cells[cell], homes[home]))
    cut_by = windows(cells, cell[crossed], homes[home[crossed]])
    pieces = threaded(shapely.intersection, homes[home[crossed]], cut_by)
    shared[crossed] = shapely.area(pieces)
    real = shared > _CRUMB_M2
    return cell[real], home[real], shared[real]


def on_land(pieces: GeoDataFrame) -> GeoDataFrame:
    """Return pieces of land with the columns that homes have."""
    nothing = np.full(len(pieces), None, dtype=object)
    return GeoDataFrame(
        {
            "name": nothing,
            "use": nothing,
            "floors": np.full(len(pieces), np.nan),
            "people": pieces["people"].to_numpy(float),
            "home": np.zeros(len(pieces), dtype=bool),
        },
        geometry=np.asarray(pieces.geometry.values),
        crs=pieces.crs,
    )


def together(homes: GeoDataFrame, land: GeoDataFrame) -> GeoDataFrame:
    """Return homes and pieces of land, with the columns of the land, as one frame."""
    # column by column: a concat would guess the type of columns that hold nothing
    columns = {
        name: np.concatenate([homes[name].to_numpy(), land[name].to_numpy()])
        for name in land.columns
        if name != land.geometry.name
    }
    shapes = np.concatenate([homes.geometry.to_numpy(), land.geometry.to_numpy()])
    return GeoDataFrame(columns, geometry=shapes, crs=land.crs)


def _no_buildings() -> LayerError:
    return LayerError(
        "people_on = \"buildings\" needs the layer 'buildings', which is absent; give "
        'the layer, or take people_on = "land"',
        "people_on 为 buildings，但缺少建筑图层；请提供该图层，或改用 land",
    )
