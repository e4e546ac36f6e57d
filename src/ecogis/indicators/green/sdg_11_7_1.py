"""How much of the built-up area is open to all, and who can walk to it?"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.indicator import Metres, Result, Step, indicator
from ecogis.spatial.access import share_of_people
from ecogis.spatial.dasymetric import PeopleOn, people_at_home
from ecogis.spatial.entrances import Doors, find_entrances
from ecogis.spatial.ground import ground
from ecogis.spatial.inhabited import inhabited, stand_of
from ecogis.spatial.overlay import dissolve, split
from ecogis.spatial.snap import snap
from ecogis.spatial.street_ground import street_ground
from ecogis.spatial.streets import join_streets
from ecogis.spatial.walk import walk_m

Measure = Literal["share", "access"]
Extent = Literal["built_up_area", "area"]
# the widest half of a street: what lies farther out takes no ground inside
_WIDEST_M = 50.0
_SAID = {
    "share": Text(
        en="Built-up area that is open space for public use or street",
        zh="建成区中公共开放空间与道路用地占比",
    ),
    "area": Text(
        en="Land that is open space for public use or street",
        zh="全域中公共开放空间与道路用地占比",
    ),
    "access": Text(
        en="Residents with public open space within a walk",
        zh="步行可达公共开放空间的人口比例",
    ),
}
_BUILT = Text(en="Built-up area", zh="建成区")


def _said(parameters: Mapping[str, Any]) -> Text:
    """Return what a title says is measured."""
    measure, of = parameters["measure"], parameters["denominator"]
    return _SAID["area" if measure == "share" and of == "area" else measure]


def _margin(*, measure: Measure, distance_m: float, **_others: object) -> float:
    return 2 * distance_m if measure == "access" else _WIDEST_M


@indicator(
    title={"en": "{measure} (SDG 11.7.1)", "zh": "{measure}（SDG 11.7.1）"},
    unit="%",
    better="higher",
    margin=_margin,
    standard="SDG indicator 11.7.1, UN-Habitat metadata",
    confidence="high",
    words={"measure": _said},
    only_if={
        "built_up_area": ("measure", "share"),
        "roads": ("measure", "share"),
        "population": ("measure", "access"),
        "buildings": ("measure", "access"),
        "walkable_ways": ("measure", "access"),
    },
    draws=("public_space", "people_served"),
)
def sdg_11_7_1(
    area: StudyArea,
    open_space: GeoDataFrame,
    built_up_area: GeoDataFrame | None = None,
    roads: GeoDataFrame | None = None,
    population: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    walkable_ways: GeoDataFrame | None = None,
    *,
    measure: Measure = "share",
    denominator: Extent = "built_up_area",
    distance_m: Metres = 400.0,
    people_on: PeopleOn | None = None,
    cell_m: Step = 50.0,
) -> Result:
    """
    Share of the built-up area that is public open space or street; or who walks there.

    Ground counts once: what is open space and street is open space. Streets are lines
    widened by their width, or that of their class. For access the walk leads from the
    home's inner point along streets to the outline of an open space, entered wherever a
    way comes within 30 m of it; people without a home set out from the inner points of
    squares of their land.

    Parameters
    ----------
    area
        Nothing outside it counts; open space beyond it may be walked to.
    open_space
        Polygons open to everybody, without streets.
    built_up_area
        Polygons: the urban extent; read for the share, where ``denominator`` names it.
    roads
        Lines with ``class``, optionally ``width_m`` and ``tunnel``; read for the share.
    population
        Polygons with ``people`` (at least 0); read for access.
    buildings
        Polygons, in whose floor area the people live, or with their ``people``; read
        for access.
    walkable_ways
        Lines; read for access.
    measure
        ``"share"``: the indicator itself; ``"access"``: its second part, residents
        within a walk of open space.
    denominator
        What the share is of; ``"area"`` is the study area itself.
    distance_m
        Longest walk in metres, along streets.
    people_on
        What residents stand on: ``"land"``, ``"buildings"``, or buildings where they
        are given.
    cell_m
        Side of the squares that stand for land on which people live.

    Returns
    -------
    Result
        Percent of m², or of residents; None where there are none. The table of the
        share has open space and streets apart. Draws ``public_space`` (``kind``:
        ``open_space``, ``street``), and for access ``people_served`` (``served``).

    Raises
    ------
    LayerError
        A layer that the measure needs is absent.

    Source
    ------
    UN-Habitat (2018), SDG indicator 11.7.1, training module 6, Public space: (open
    public space + land allocated to streets) / built-up area of the city, in percent;
    and the share of people within 400 m of walking, along the network, of open public
    space. Uncertain: the text was not at hand, but national statistical offices that
    apply it (Spain, Poland, USA) agree; widths of streets by class.
    """
    if measure == "share":
        return _share(area, open_space, _built(area, denominator, built_up_area), roads)
    ways = _given(walkable_ways, "walkable_ways", measure)
    wide, notes = people_at_home(
        area, population, buildings, people_on=people_on, margin_m=2 * distance_m
    )
    people = inhabited(wide, area.boundary, cell_m).drop(columns="inside")
    streets = join_streets(ways)
    entrances = find_entrances(open_space.reset_index(drop=True), streets, Doors())
    starts = snap(stand_of(people), streets, distance_m)
    walk = walk_m(streets, entrances.at, starts, limit_m=distance_m)
    served = np.isfinite(walk)
    inside = ground(area, open_space, _BUILT).united.assign(kind="open_space")
    return share_of_people(
        area,
        people,
        served,
        notes=notes,
        people_served=people.assign(served=served),
        public_space=inside,
    )


def _built(
    area: StudyArea, denominator: Extent, built_up_area: GeoDataFrame | None
) -> GeoDataFrame:
    if denominator == "area":
        return GeoDataFrame(geometry=[area.boundary], crs=area.crs)
    return _given(built_up_area, "built_up_area", "share")


def _share(
    area: StudyArea,
    open_space: GeoDataFrame,
    built: GeoDataFrame,
    roads: GeoDataFrame | None,
) -> Result:
    extent = ground(area, built, _BUILT)
    streets, notes = street_ground(_given(roads, "roads", "share"))
    space, left = split(extent.united, dissolve(open_space.geometry.to_numpy()))
    street, rest = split(left, streets)
    kinds = {"open_space": space, "street": street}
    known = [frame.assign(kind=kind) for kind, frame in kinds.items()]
    both = [frame for frame in known if len(frame)] or known[:1]
    public = GeoDataFrame(pd.concat(both, ignore_index=True), crs=area.crs)
    return Result.share(
        area,
        part=public,
        rest=rest,
        notes=(*extent.notes, *notes),
        table=_table(area, {**kinds, "rest": rest}),
        public_space=public,
    )


def _table(area: StudyArea, kinds: dict[str, GeoDataFrame]) -> pd.DataFrame:
    sizes = np.array([area.measure(frame).sum() for frame in kinds.values()])
    whole = sizes.sum()
    percent = 100 * sizes / whole if whole > 0 else np.full(len(sizes), np.nan)
    return pd.DataFrame(
        {"kind": list(kinds), "area_ha": sizes / 1e4, "percent": percent}
    )


def _given(layer: GeoDataFrame | None, name: str, measure: Measure) -> GeoDataFrame:
    if layer is None:
        msg = (
            f"sdg_11_7_1: measure = {measure!r} needs the layer {name!r}, which is "
            "absent; give the layer, or take another measure"
        )
        zh = f"sdg_11_7_1：measure 为 {measure} 时需要图层 {name}，请提供该图层"
        raise LayerError(msg, zh)
    return layer
