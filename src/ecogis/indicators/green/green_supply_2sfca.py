"""How much park does each resident have, where all in reach share it?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.indicator import Metres, Result, SquareMetres, Step, indicator
from ecogis.spatial.access import at_inner_points
from ecogis.spatial.catchment import Catchment, Kernel, Pairs, share_supply
from ecogis.spatial.dasymetric import PeopleOn, people_at_home
from ecogis.spatial.distance import near_pairs
from ecogis.spatial.entrances import Doors, find_entrances
from ecogis.spatial.inhabited import inhabited, stand_of
from ecogis.spatial.parks import AreaPer, sized
from ecogis.spatial.snap import snap
from ecogis.spatial.streets import join_streets
from ecogis.spatial.walk import walk_table

Supply = Literal["area", "capacity"]
_KERNELS = {
    "gaussian": Text(en="Gaussian", zh="高斯"),
    "stepped": Text(en="stepped", zh="分级"),
    "uniform": Text(en="uniform", zh="均等"),
    "linear": Text(en="linear", zh="线性"),
    "epanechnikov": Text(en="Epanechnikov", zh="核密度"),
}
_REACHED = Text(
    en="{reached} of {parks} parks have somebody in reach and supply {supply_ha:,.4g} "
    "ha; {lonely} have nobody; {served:,.0f} of {people:,.0f} residents have a park",
    zh="{parks} 处公园中 {reached} 处有居民可达，供给 {supply_ha:,.4g} 公顷；"
    "{lonely} 处无人可达；{people:,.0f} 名居民中 {served:,.0f} 人可达公园",
)
_NO_CAPACITY = Text(
    en="{count} parks state no capacity and supply nothing",
    zh="{count} 处公园未注明可用面积，按 0 计",
)


def _margin(*, distance_m: float, **_others: object) -> float:
    # who shares a park that lies that far out lives that far again
    return 2 * distance_m


@indicator(
    title={
        "en": "Park per resident, shared by all within {distance_m:g} m",
        "zh": "{distance_m:g}米范围供需匹配人均公园面积（两步移动搜索，{kernel}）",
    },
    unit="m²/person",
    better="higher",
    margin=_margin,
    standard="Luo and Wang 2003; Luo and Qi 2009; Dai 2011",
    confidence="high",
    words={"kernel": _KERNELS},
    only_if={"walkable_ways": ("on_foot", True), "park_entrances": ("on_foot", True)},
    draws=("green_supply", "parks_counted"),
)
def green_supply_2sfca(
    area: StudyArea,
    parks: GeoDataFrame,
    population: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    walkable_ways: GeoDataFrame | None = None,
    park_entrances: GeoDataFrame | None = None,
    *,
    kernel: Kernel = "gaussian",
    distance_m: Metres = 1000.0,
    min_area_m2: SquareMetres = 1000.0,
    supply: Supply = "area",
    area_per: AreaPer = "patch",
    people_on: PeopleOn | None = None,
    on_foot: bool = False,
    cell_m: Step = 50.0,
) -> Result:
    """
    Square metres of park for a resident, when all within reach of a park share it.

    Two-step floating catchment areas, enhanced by a weight that falls with distance:
    first each park is divided among the people in reach, then each home adds up its
    shares of the parks in reach. The distance is a straight line from the park's edge
    to the nearest part of the home, or a walk from the home's inner point along streets
    to an entrance. People without a home stand at the inner points of squares of their
    land. Parks beyond the boundary supply too, and people
    there share them, as far as twice the distance beyond the boundary.

    Parameters
    ----------
    area
        Whose residents have the parks.
    parks
        Polygons open to the public; ``name`` is shown, ``capacity_m2`` where
        ``supply`` is ``"capacity"``.
    population
        Polygons with ``people`` (at least 0).
    buildings
        Polygons, in whose floor area the people live: ``use``, ``floors``,
        ``height_m``; with ``people`` they need no ``population``.
    walkable_ways, park_entrances
        Lines, and points where parks are entered; read where ``on_foot`` says so.
        Without entrances there is one every 20 m of an outline, at most 30 m from a
        way.
    kernel
        How much a park counts with distance: ``"gaussian"``, ``"linear"`` and
        ``"epanechnikov"`` fall from 1 to 0 at the distance, ``"stepped"`` weighs its
        thirds 1, 0.68 and 0.22, ``"uniform"`` all alike (the original method).
    distance_m
        Farthest that a park serves, in metres.
    min_area_m2
        Smallest park that counts, in m².
    supply
        ``"area"``: all of the park; ``"capacity"``: its ``capacity_m2``.
    area_per
        What one park is: a ``"patch"`` of touching parks, or each ``"feature"`` as it
        is drawn; a capacity is always a feature's.
    people_on
        What residents stand on: ``"land"``, ``"buildings"``, or buildings where they
        are given.
    on_foot
        Distances along streets instead of straight lines.
    cell_m
        Side of the squares that stand for land on which people live.

    Returns
    -------
    Result
        The residents' mean, m² a person: what they have of all parks over their
        number; None where nobody lives. The table has a row for each park that could
        serve the area: what it supplies, to how many people, and m² for each next to
        it. Draws ``green_supply`` (``m2_per_person``, ``people``) and
        ``parks_counted`` (``counted``, ``area_ha``).

    Raises
    ------
    LayerError
        Nothing says how many people there are, a negative number does, parks have no
        ``capacity_m2`` where it is asked for, or there are no ways to walk on.

    Source
    ------
    Luo and Wang (2003), Environment and Planning B 30: supply over the demand in reach
    of it, then the sum of these ratios in reach of the demand. Luo and Qi (2009),
    Health and Place 15: zones with weights, here 1, 0.68, 0.22. Dai (2011), Landscape
    and Urban Planning 102: Gaussian weight (e^(-(d/d0)²/2) - e^(-1/2)) / (1 - e^(-1/2))
    for green space. What people have in sum is what all reached parks supply.
    Uncertain: no standard says which distance and weight to take.
    """
    known, notes = _supplies(area, parks, supply, area_per)
    known["counted"] = known["area_m2"] >= min_area_m2
    wide = replace(area, boundary=area.boundary.buffer(2 * distance_m, 32))
    people, told = people_at_home(
        wide, population, buildings, people_on=people_on, margin_m=0.0
    )
    places = inhabited(people, area.boundary, cell_m)
    large = known[known["counted"]]
    near = shapely.dwithin(area.boundary, large.geometry.values, distance_m)
    serving = large[large["park"].isin(large["park"][near])]
    pairs = (
        _walked(serving, places, (walkable_ways, park_entrances), distance_m)
        if on_foot
        else _straight(serving, places, distance_m)
    )
    supplies = serving.drop_duplicates("park").sort_values("park")
    found = share_supply(
        pairs,
        supplies["supply_m2"].to_numpy(float),
        places["people"].to_numpy(float),
        kernel=kernel,
        distance_m=distance_m,
    )
    inside = places["inside"].to_numpy(bool)
    homes = places.assign(m2_per_person=found.per_person)[inside]
    return Result.ratio(
        _parts(homes),
        notes=(_told(supplies, found, homes), *notes, *told),
        table=_table(supplies, found),
        green_supply=homes.drop(columns="inside"),
        parks_counted=known.assign(distance_m=distance_m),
    )


def _supplies(
    area: StudyArea, parks: GeoDataFrame, supply: Supply, per: AreaPer
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """Return the parks with what each of them, as a whole, supplies."""
    if supply == "area":
        known = sized(area, parks, per)
        return known.assign(supply_m2=known["area_m2"]), ()
    if "capacity_m2" not in parks:
        msg = (
            "parks: field 'capacity_m2' is missing, which supply = \"capacity\" asks "
            'for; state it in the plan\'s [sources], or take supply = "area"'
        )
        raise LayerError(msg, "parks：缺少字段 capacity_m2，supply 为 capacity 时需要")
    stated = parks["capacity_m2"].to_numpy(float)
    missing = int(np.isnan(stated).sum())
    notes = tuple([_NO_CAPACITY.format(count=missing)] if missing else ())
    known = sized(area, parks, "feature")
    return known.assign(supply_m2=np.nan_to_num(stated)), notes


def _straight(parks: GeoDataFrame, places: GeoDataFrame, distance_m: float) -> Pairs:
    """Return which parks and places are in reach: from edge to home, or to its land."""
    stand = at_inner_points(places.assign(home=~places["home"].to_numpy(bool)))
    place, park = near_pairs(stand, parks, distance_m)
    metres = shapely.distance(
        stand.geometry.to_numpy()[place], parks.geometry.to_numpy()[park]
    )
    # what dwithin holds to be at the very distance
    number = np.unique(parks["park"], return_inverse=True)[1]
    return Pairs.nearest(number[park], place, np.minimum(metres, distance_m))


def _walked(
    parks: GeoDataFrame,
    places: GeoDataFrame,
    layers: tuple[GeoDataFrame | None, GeoDataFrame | None],
    distance_m: float,
) -> Pairs:
    """Return which parks and places are in reach along streets."""
    ways, mapped = layers
    if ways is None or ways.empty:
        raise _no_ways()
    streets = join_streets(ways)
    entrances = find_entrances(parks, streets, Doors(), mapped)
    starts = snap(stand_of(places), streets, distance_m)
    walks = walk_table(streets, entrances.at, starts, limit_m=distance_m).tocoo()
    number = np.unique(parks["park"], return_inverse=True)[1]
    park = number[entrances.park[walks.row]]
    return Pairs.nearest(park, walks.col.astype(np.int64), walks.data)


def _no_ways() -> LayerError:
    return LayerError(
        "on_foot = true needs the layer 'walkable_ways' with streets in the area; give "
        "the layer, or leave on_foot out for straight lines",
        "on_foot 需要步行道路图层 walkable_ways；请提供该图层，或改用直线距离",
    )


def _parts(homes: GeoDataFrame) -> GeoDataFrame:
    stand = at_inner_points(homes)
    people = homes["people"].to_numpy(float)
    return GeoDataFrame(
        {
            "numerator": people * homes["m2_per_person"].to_numpy(float),
            "denominator": people,
        },
        geometry=stand.geometry.to_numpy(),
        crs=homes.crs,
    )


def _told(supplies: GeoDataFrame, found: Catchment, homes: GeoDataFrame) -> Text:
    reached = ~np.isnan(found.of_supply)
    people = homes["people"].to_numpy(float)
    served = homes["m2_per_person"].to_numpy(float) > 0
    amount: Mapping[str, Any] = {
        "supply_ha": supplies["supply_m2"].to_numpy(float)[reached].sum() / 1e4,
        "served": people[served].sum(),
        "people": people.sum(),
    }
    return _REACHED.format(
        parks=len(supplies), reached=reached.sum(), lonely=(~reached).sum(), **amount
    )


def _table(supplies: GeoDataFrame, found: Catchment) -> pd.DataFrame:
    """Return the parks, the most crowded first, those that nobody reaches last."""
    rows = pd.DataFrame(
        {
            "name": supplies.get("name", pd.Series(None, supplies.index, object)),
            "supply_ha": supplies["supply_m2"].to_numpy(float) / 1e4,
            "people": found.people,
            "m2_per_person": found.of_supply,
        }
    )
    order = ["m2_per_person", "supply_ha", "people"]
    return rows.sort_values(order, na_position="last").reset_index(drop=True)
