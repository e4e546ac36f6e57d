"""From where do people set out?"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.spatial.access import at_inner_points
from ecogis.spatial.dasymetric import PeopleOn, people_at_home, together
from ecogis.spatial.ground import ground
from ecogis.spatial.inhabited import evenly, in_squares, stand_of
from ecogis.spatial.people import count_people, spread
from ecogis.spatial.service import absent
from ecogis.spatial.tiles import tiles

# what a share on foot may be a share of
Walkers = Literal["buildings", "population", "residential_land"]
WALKERS: dict[str, Text] = {
    "buildings": Text(en="Buildings", zh="建筑"),
    "population": Text(en="Residents", zh="常住人口"),
    "residential_land": Text(en="Residential land", zh="居住用地"),
}


@dataclass(frozen=True)
class Places:
    """
    Where somebody sets out, and how much that counts.

    Attributes
    ----------
    frame
        Buildings, homes with ``people``, or pieces of land.
    by
        How they are summed: what :meth:`ecogis.indicator.Result.share` takes.
    notes
        What a reader of the number has to know.
    """

    frame: GeoDataFrame
    by: Literal["area", "people", "count"]
    notes: tuple[Text, ...] = ()

    @property
    def points(self) -> NDArray[np.float64]:
        """Return x and y of an inner point of each."""
        return stand_of(self.frame)

    @property
    def one_by_one(self) -> bool:
        """Whether they are buildings, or squares of land."""
        return self.by == "count" or "home" in self.frame

    @property
    def counted(self) -> GeoDataFrame:
        """Return what zones share: buildings as points, so that no border cuts them."""
        return at_inner_points(self.frame) if self.one_by_one else self.frame

    def sizes(self, area: StudyArea) -> NDArray[np.float64]:
        """Return how much each of them counts."""
        if self.by == "count":
            return np.ones(len(self.frame))
        if self.by == "people":
            return self.frame["people"].to_numpy(float)
        return area.measure(self.frame)


@dataclass(frozen=True)
class Asked:
    """
    Whose walks are asked for.

    Parameters
    ----------
    walkers
        Which layer.
    people_on
        What residents live on.
    cell_m
        Side of the squares that land is walked from, in metres.
    margin_m
        How far beyond the area the layers are known.
    """

    walkers: Walkers
    people_on: PeopleOn = "land"
    cell_m: float = 50.0
    margin_m: float = np.inf


def places(
    area: StudyArea, asked: Asked, layers: Mapping[str, GeoDataFrame | None]
) -> Places:
    """
    Return where people set out inside the area.

    A building is one place, its inner point. Land is cut into squares, each walked from
    its own inner point. Residents live on the land of their polygon, or in its homes.

    Parameters
    ----------
    area
        Nothing outside it counts.
    asked
        Whose walks are asked for.
    layers
        Frames by name: ``buildings``, ``population``, ``residential_land``.

    Raises
    ------
    LayerError
        The layer that is asked for is absent.
    """
    layer = layers.get(asked.walkers)
    if asked.walkers == "population" and asked.people_on == "buildings":
        return _at_home(area, asked, layers)
    if layer is None:
        raise absent(asked.walkers)
    if asked.walkers == "buildings":
        inside = area.inside(layer)
        return Places(inside.reset_index(drop=True), "count")
    if asked.walkers == "population":
        people, notes = spread(area, layer)
        return Places(count_people(tiles(people, asked.cell_m)), "people", notes)
    land = ground(area, layer, WALKERS[asked.walkers])
    return Places(tiles(land.united, asked.cell_m), "area", land.notes)


def _at_home(
    area: StudyArea, asked: Asked, layers: Mapping[str, GeoDataFrame | None]
) -> Places:
    """Return homes whole, and in squares the land of people without a home."""
    people, notes = people_at_home(
        area,
        layers.get("population"),
        layers.get("buildings"),
        people_on="buildings",
        margin_m=asked.margin_m,
    )
    at_home = people["home"].to_numpy(bool)
    land = people[~at_home]
    if not len(land):
        return Places(people, "people", notes)
    squares = in_squares(evenly(land), asked.cell_m)
    return Places(together(people[at_home], squares), "people", notes)
