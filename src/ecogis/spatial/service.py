"""How much land, how many people, how many buildings lie within reach of something?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.result import Result
from ecogis.spatial.access import Reach as Reach
from ecogis.spatial.access import at_inner_points, split_people
from ecogis.spatial.dasymetric import PeopleOn, people_at_home
from ecogis.spatial.ground import ground
from ecogis.spatial.people import count_people, spread

# what a share of service may be a share of: a layer's name, or the study area itself
Denominator = Literal[
    "residential_land", "population", "buildings", "built_up_area", "area"
]
DENOMINATORS: dict[str, Text] = {
    "residential_land": Text(en="Residential land", zh="居住用地"),
    "population": Text(en="Residents", zh="常住人口"),
    "buildings": Text(en="Buildings", zh="建筑"),
    "built_up_area": Text(en="Built-up area", zh="建成区"),
    "area": Text(en="Land", zh="全域"),
}


@dataclass(frozen=True)
class Living:
    """
    What residents live on: see :func:`ecogis.spatial.dasymetric.people_at_home`.

    Parameters
    ----------
    on
        ``"land"``, ``"buildings"``, or None: buildings where they are given.
    margin_m
        How far beyond the area the layers are known.
    """

    on: PeopleOn | None = "land"
    margin_m: float = np.inf


ON_LAND = Living()


@dataclass(frozen=True)
class Service:
    """
    What is within reach and what is not.

    Attributes
    ----------
    inside, outside
        Frames that together are the whole and do not overlap.
    by
        How they are summed: what :meth:`ecogis.indicator.Result.share` takes.
    notes
        What a reader of the number has to know.
    """

    inside: GeoDataFrame
    outside: GeoDataFrame
    by: Literal["area", "people", "count"]
    notes: tuple[Text, ...] = ()

    @property
    def of_buildings(self) -> bool:
        """Whether buildings are counted, or the people in them."""
        return self.by == "count" or "home" in self.inside

    @property
    def drawn(self) -> GeoDataFrame:
        """Both frames in one, with the column ``served`` (True or False)."""
        both = [self.inside.assign(served=True), self.outside.assign(served=False)]
        # an empty frame would turn the other's column into objects
        known = [frame for frame in both if len(frame)] or both[:1]
        joined = pd.concat(known, ignore_index=True)
        return GeoDataFrame(joined, geometry="geometry", crs=self.inside.crs)

    @property
    def whole(self) -> GeoDataFrame:
        """Both frames in one: what is within reach and what is not."""
        return self.drawn.drop(columns="served")

    def share(self, area: StudyArea, **more: Any) -> Result:
        """
        Return what is within reach in percent of the whole.

        What is counted one by one stands where its inner point is, so that a zone's
        border never cuts a building in two. ``more`` is what ``Result.share`` takes.
        """
        part, rest = self.inside, self.outside
        if self.of_buildings:
            part, rest = at_inner_points(part), at_inner_points(rest)
        notes = (*self.notes, *more.pop("notes", ()))
        return Result.share(area, part=part, rest=rest, by=self.by, notes=notes, **more)


def serve(
    area: StudyArea,
    denominator: Denominator,
    layers: Mapping[str, GeoDataFrame | None],
    within: Reach,
    living: Living = ON_LAND,
) -> Service:
    """
    Split the denominator by what lies within reach.

    Land is united (ground mapped twice counts once), cut to the area and split by the
    targets' reach. Population polygons are cut in the same way and carry their people
    in proportion to their land; or their people live in buildings. A building counts as
    one, or with its people, by its exact distance, any part of it; those whose inner
    point lies outside the area do not count.

    Parameters
    ----------
    area
        Nothing outside it counts.
    denominator
        Which of ``layers`` is the whole, or ``"area"`` for the study area.
    layers
        Frames by name; only the one that ``denominator`` names is looked at, and
        ``buildings`` where people live in them.
    within
        What serves, and how far.
    living
        What residents live on.

    Raises
    ------
    LayerError
        The layer that ``denominator`` names is absent.
    """
    if denominator == "area":
        whole = GeoDataFrame(geometry=[area.boundary], crs=area.crs)
        return Service(*within.split(whole), "area")
    layer = layers.get(denominator)
    if denominator == "population" and living.on != "land":
        return _people_at_home(area, layers, within, living)
    if layer is None:
        raise absent(denominator)
    if denominator == "buildings":
        counted = area.inside(layer)
        near = within.near(counted)
        return Service(counted[near], counted[~near], "count")
    if denominator == "population":
        return _people(area, layer, within)
    land = ground(area, layer, DENOMINATORS[denominator])
    return Service(*within.split(land.united), "area", land.notes)


def _people(area: StudyArea, cells: GeoDataFrame, within: Reach) -> Service:
    people, notes = spread(area, cells)
    inside, outside = within.split(people)
    return Service(count_people(inside), count_people(outside), "people", notes)


def _people_at_home(
    area: StudyArea,
    layers: Mapping[str, GeoDataFrame | None],
    within: Reach,
    living: Living,
) -> Service:
    """Split homes by their exact distance; what has no home is split as land."""
    people, notes = people_at_home(
        area,
        layers.get("population"),
        layers.get("buildings"),
        people_on=living.on,
        margin_m=living.margin_m,
    )
    return Service(*split_people(people, within), "people", notes)


def absent(name: str) -> LayerError:
    """Return the error for a denominator whose layer is absent."""
    return LayerError(
        f"denominator = {name!r} needs the layer {name!r}, which is absent; "
        "give the layer, or name another denominator",
        f"分母 {name!r} 所需图层缺失；请提供该图层或改用其他分母",
    )
