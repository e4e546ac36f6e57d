"""What is not served yet, which sites would serve it, and what does each bring?"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ecogis.area import StudyArea
from ecogis.result import Result
from ecogis.spatial.coverage import reach
from ecogis.spatial.distance import near_pairs
from ecogis.spatial.entrances import Doors, Entrances, find_entrances
from ecogis.spatial.on_foot import ON_FOOT
from ecogis.spatial.overlay import split
from ecogis.spatial.people import count_people
from ecogis.spatial.snap import Snapped, snap
from ecogis.spatial.streets import Streets, join_streets
from ecogis.spatial.tiles import tiles
from ecogis.spatial.walk import walk_table

Floats = NDArray[np.float64]
# land is weighed on squares of this share of a radius, no smaller than this
_CELLS, _SMALLEST_M, _LARGEST_COUNT = 20, 10.0, 40_000


class Demand(Protocol):
    """What is not served, as the indicator counts it."""

    @property
    def frame(self) -> GeoDataFrame:
        """The features, or the squares of land."""

    @property
    def weights(self) -> Floats:
        """How much each of them counts."""

    def cover(self, sites: GeoDataFrame) -> csr_array:
        """Return which sites (rows) would serve which demand (columns)."""

    def newly(self, sites: GeoDataFrame) -> GeoDataFrame:
        """Return what sites serve: ``site`` (the first, from 1) and ``amount``."""


@dataclass(frozen=True)
class Buildings:
    """Buildings, or homes with their people: exactly as the indicator counts them."""

    frame: GeoDataFrame
    weights: Floats

    def cover(self, sites: GeoDataFrame) -> csr_array:
        """Return which buildings any part of which lies within a site's distance."""
        metres = sites["distance_m"].to_numpy(float)
        demand, site = near_pairs(self.frame, sites, metres)
        return _table(site, demand, len(sites), len(self.frame))

    def newly(self, sites: GeoDataFrame) -> GeoDataFrame:
        """Return the buildings served, each by the first site that does."""
        return _first(self.frame, self.weights, self.cover(sites))


@dataclass(frozen=True)
class Land:
    """
    Land, or the people on it.

    Sites are weighed on squares, each by its inner point; what the chosen ones bring is
    cut exactly.

    Attributes
    ----------
    ground
        What is not served, as polygons, with ``density`` where people are counted.
    """

    area: StudyArea
    ground: GeoDataFrame
    frame: GeoDataFrame
    weights: Floats
    quad_segs: int

    def cover(self, sites: GeoDataFrame) -> csr_array:
        """Return which squares' inner points lie within a site's distance."""
        metres = sites["distance_m"].to_numpy(float)
        points = shapely.point_on_surface(np.asarray(self.frame.geometry.values))
        inner = GeoDataFrame(geometry=points, crs=self.frame.crs)
        demand, site = near_pairs(inner, sites, metres)
        return _table(site, demand, len(sites), len(self.frame))

    def newly(self, sites: GeoDataFrame) -> GeoDataFrame:
        """Return the land served, cut by each site's reach in turn."""
        found, rest = [], self.ground
        for number in range(len(sites)):
            one = sites.iloc[[number]]
            metres = float(one["distance_m"].iloc[0])
            inside, rest = split(rest, reach(one, metres, quad_segs=self.quad_segs))
            found.append(inside.assign(site=number + 1))
        known = [frame for frame in found if len(frame)]
        columns = {"site": np.zeros(0, dtype=int)}
        if not known:
            return GeoDataFrame(
                {**columns, "amount": np.zeros(0)}, geometry=[], crs=self.frame.crs
            )
        joined = GeoDataFrame(pd.concat(known, ignore_index=True), crs=self.frame.crs)
        amount = _amounts(self.area, joined)
        return joined.assign(amount=amount)[["site", "amount", "geometry"]]


@dataclass(frozen=True)
class Walkers:
    """People, buildings or squares of land on foot, as the indicator walks them."""

    frame: GeoDataFrame
    weights: Floats
    starts: Snapped
    streets: Streets
    doors: Doors

    def entrances(self, sites: GeoDataFrame) -> Entrances:
        """Return the points of the sites' outlines that a walkable way comes near."""
        return find_entrances(sites, self.streets, self.doors)

    def cover(self, sites: GeoDataFrame) -> csr_array:
        """Return which places are within a walk of a point of a site's outline."""
        entrances = self.entrances(sites)
        metres = sites["distance_m"].to_numpy(float)
        site, demand = [np.zeros(0, dtype=int)], [np.zeros(0, dtype=int)]
        for distance_m in np.unique(metres):
            near = entrances.take(metres[entrances.park] == distance_m)
            walks = walk_table(
                self.streets, near.at, self.starts, limit_m=float(distance_m)
            )
            entrance, place = walks.nonzero()
            site.append(near.park[entrance])
            demand.append(place)
        at = np.concatenate(site), np.concatenate(demand)
        return _table(*at, len(sites), len(self.frame))

    def newly(self, sites: GeoDataFrame) -> GeoDataFrame:
        """Return the places served, each by the first site that does."""
        return _first(self.frame, self.weights, self.cover(sites))


def on_foot(
    result: Result, ways: GeoDataFrame, *, doors: Doors, farthest_m: float
) -> Walkers:
    """
    Return what nobody reaches a park from on foot.

    Parameters
    ----------
    result
        What the indicator gave.
    ways
        Walkable ways.
    doors
        How entrances are found, as the indicator did; a layer of them knows no new one.
    farthest_m
        The longest walk.
    """
    parts = result.parts
    if parts is None:
        msg = "a share has parts"
        raise ValueError(msg)
    missed = parts[parts["numerator"].to_numpy(float) == 0]
    drawn = result.drawn["homes_on_foot"]
    shown = missed[["geometry"]]
    # buildings are counted at a point and drawn whole, in the same order
    if "walk_m" in drawn:
        shown = drawn[drawn["served"] != ON_FOOT][["geometry"]]
    points = shapely.point_on_surface(np.asarray(missed.geometry.values))
    streets = join_streets(ways)
    starts = snap(shapely.get_coordinates(points), streets, farthest_m)
    weights = missed["denominator"].to_numpy(float)
    return Walkers(shown.reset_index(drop=True), weights, starts, streets, doors)


def straight(
    area: StudyArea, result: Result, *, radius_m: float, quad_segs: int, people: bool
) -> Buildings | Land:
    """
    Return what a straight-line coverage does not serve.

    Parameters
    ----------
    area
        How area is measured.
    result
        What the indicator gave: its drawn frames are what it counted.
    radius_m
        The smallest radius, which decides how fine land is weighed.
    quad_segs
        Segments for a quarter of a circle, as the indicator took them.
    people
        Whether people are counted.
    """
    drawn = result.drawn
    if "homes_served" in drawn:
        homes = _missed(drawn["homes_served"])
        many = homes["people"].to_numpy(float) if people else np.ones(len(homes))
        return Buildings(homes, many)
    ground = _missed(drawn["land_served"])
    if people:
        size = np.maximum(ground.area, 1e-9)
        ground = ground.assign(density=ground["people"] / size)
    kept = ["density", "geometry"] if people else ["geometry"]
    cell_m = max(radius_m / _CELLS, _SMALLEST_M)
    while float(ground.area.sum()) > _LARGEST_COUNT * cell_m**2:
        cell_m *= 2
    squares = tiles(ground[kept], cell_m) if len(ground) else ground[kept]
    return Land(area, ground[kept], squares, _amounts(area, squares), quad_segs)


def _amounts(area: StudyArea, pieces: GeoDataFrame) -> Floats:
    """Return what each piece of land counts: its people, or its size."""
    if "density" in pieces:
        return count_people(pieces)["people"].to_numpy(float)
    return area.measure(pieces)


def _missed(drawn: GeoDataFrame) -> GeoDataFrame:
    served = drawn["served"].to_numpy(bool)
    missed: GeoDataFrame = drawn[~served].drop(columns="served")
    return missed.reset_index(drop=True)


def _table(
    site: NDArray[np.int64], demand: NDArray[np.int64], sites: int, many: int
) -> csr_array:
    ones = np.ones(len(site), dtype=bool)
    return csr_array((ones, (site, demand)), shape=(sites, many))


def _first(frame: GeoDataFrame, weights: Floats, cover: csr_array) -> GeoDataFrame:
    """Return what any site serves, with the first of them."""
    by_demand = csr_array(cover.T)
    by_demand.sort_indices()
    served = np.flatnonzero(np.diff(by_demand.indptr) > 0)
    site = by_demand.indices[by_demand.indptr[served]] + 1
    found: GeoDataFrame = frame.iloc[served].reset_index(drop=True)
    return found.assign(site=site, amount=weights[served])
