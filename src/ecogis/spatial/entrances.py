"""Where does one walk into a park?"""

from dataclasses import dataclass, replace
from typing import TypeGuard

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.spatial.distance import near_pairs
from ecogis.spatial.ragged import counted
from ecogis.spatial.snap import Snapped, snap
from ecogis.spatial.streets import Streets

Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Doors:
    """
    How entrances are found.

    Parameters
    ----------
    step_m
        A point every so many metres of a park's outline.
    reach_m
        How far an entrance may be from a walkable way, and one of a layer from the
        park.
    open_m
        Parks without a fence: every point of the outline that is so near to a way, and
        no layer; None for parks with gates.
    """

    step_m: float = 20.0
    reach_m: float = 30.0
    open_m: float | None = None

    @property
    def leg_m(self) -> float:
        """How far the way may be from an entrance."""
        return self.reach_m if self.open_m is None else self.open_m

    def of_layer(self, mapped: GeoDataFrame | None) -> TypeGuard[GeoDataFrame]:
        """Tell whether a layer says where the entrances are."""
        return mapped is not None and self.open_m is None


@dataclass(frozen=True)
class Entrances:
    """
    Entrances of parks at their places on the streets.

    Attributes
    ----------
    frame
        Points; ``name`` where the layer states it.
    park
        The position of each one's park in the frame that was asked.
    at
        Their places on the streets; the leg goes on to the park's outline.
    """

    frame: GeoDataFrame
    park: Positions
    at: Snapped

    def take(self, rows: NDArray[np.bool_]) -> "Entrances":
        """Return some of them."""
        return Entrances(self.frame[rows], self.park[rows], self.at.take(rows))


def find_entrances(
    parks: GeoDataFrame,
    streets: Streets,
    doors: Doors,
    mapped: GeoDataFrame | None = None,
) -> Entrances:
    """
    Return where parks are entered from a walkable way.

    A layer of entrances speaks for every park: each entrance leads into all parks that
    it is near enough to, and a park without one has none. Without a layer there is a
    point every ``step_m`` of each outline, holes too, as far as a way comes near; each
    feature keeps its own outline, so that another park beside it closes no entrance.

    Parameters
    ----------
    parks
        Polygons in a CRS in metres.
    streets
        Split at crossings.
    doors
        How entrances are found.
    mapped
        Points, optionally with ``name``; None without a layer.
    """
    if not doors.of_layer(mapped):
        points, park = _outline(parks, doors.step_m)
        frame = GeoDataFrame(geometry=points, crs=parks.crs)
        beyond_m = np.zeros(len(park))
    else:
        row, park = near_pairs(mapped, parks, doors.reach_m)
        columns = [name for name in ("name", "geometry") if name in mapped]
        frame = mapped.iloc[row][columns].reset_index(drop=True)
        shapes = np.asarray(parks.geometry.values)[park]
        beyond_m = shapely.distance(np.asarray(frame.geometry.values), shapes)
    at = snap(shapely.get_coordinates(frame.geometry.values), streets, doors.leg_m)
    found = Entrances(frame, park, replace(at, leg_m=at.leg_m + beyond_m))
    return found.take(at.edge >= 0)


def _outline(
    parks: GeoDataFrame, step_m: float
) -> tuple[NDArray[np.object_], Positions]:
    """Return points along the rings of each park, and which park each is of."""
    # where a ring starts shall not depend on who drew it
    shapes = shapely.normalize(np.asarray(parks.geometry.values))
    rings, park = shapely.get_parts(shapely.boundary(shapes), return_index=True)
    many = np.maximum(np.ceil(shapely.length(rings) / step_m).astype(np.int64), 1)
    ring, number = counted(many)
    points = shapely.line_interpolate_point(rings[ring], number * step_m)
    return np.asarray(points, dtype=object), park[ring]
