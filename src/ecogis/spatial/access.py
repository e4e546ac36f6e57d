"""Who lives within reach of something?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.result import Result
from ecogis.spatial.coverage import reach
from ecogis.spatial.dasymetric import together
from ecogis.spatial.distance import near
from ecogis.spatial.overlay import split


@dataclass(frozen=True)
class Reach:
    """
    How far things serve.

    Parameters
    ----------
    targets
        Parks, stops: any geometry; those beyond the study area serve it too.
    metres
        One distance, or one per target.
    quad_segs
        Segments that stand for a quarter of a circle; buildings need none.
    """

    targets: GeoDataFrame
    metres: float | NDArray[np.float64]
    quad_segs: int = 32

    def split(self, frame: GeoDataFrame) -> tuple[GeoDataFrame, GeoDataFrame]:
        """Cut polygons into what lies within reach and what does not."""
        return split(frame, reach(self.targets, self.metres, quad_segs=self.quad_segs))

    def near(self, features: GeoDataFrame) -> NDArray[np.bool_]:
        """Return a mask: does any part of the feature lie within reach? Exact."""
        return near(features, self.targets, self.metres)


def split_people(
    people: GeoDataFrame, within: Reach
) -> tuple[GeoDataFrame, GeoDataFrame]:
    """
    Return who lives within reach, and who does not.

    A home is within reach with all its people if any part of it is, exactly; people
    without a home go with the land that they live on.

    Parameters
    ----------
    people
        What :func:`ecogis.spatial.dasymetric.people_at_home` gives, and any columns.
    within
        What serves, and how far.
    """
    at_home = people["home"].to_numpy(bool)
    homes, land = people[at_home], people[~at_home]
    served = within.near(homes)
    sides = []
    for side in within.split(land.assign(before=land.area)):
        share = side.area / side["before"]
        cut = side.assign(people=side["people"] * share)
        sides.append(cut[people.columns])
    inside, outside = sides
    return together(homes[served], inside), together(homes[~served], outside)


def marked(people: GeoDataFrame, withins: Mapping[str, Reach]) -> GeoDataFrame:
    """Return the people with a column (True, False) for each name: within its reach."""
    for name, within in withins.items():
        inside, outside = split_people(people, within)
        people = together(
            inside.assign(**{name: np.ones(len(inside), dtype=bool)}),
            outside.assign(**{name: np.zeros(len(outside), dtype=bool)}),
        )
    return people


def share_of_people(
    area: StudyArea, people: GeoDataFrame, served: NDArray[np.bool_], **more: object
) -> Result:
    """
    Return the percentage of the people that is served.

    Parameters
    ----------
    area
        The study area.
    people
        Homes and pieces of land with ``people`` and ``home``.
    served
        Which of them are.
    **more
        What ``Result.share`` takes.
    """
    stand = at_inner_points(people)
    return Result.share(
        area, part=stand[served], rest=stand[~served], by="people", **more
    )


def at_inner_points(frame: GeoDataFrame) -> GeoDataFrame:
    """Return each building's inner point; land on which people live stays whole."""
    shapes = np.asarray(frame.geometry.values).copy()
    whole = frame["home"].to_numpy(bool) if "home" in frame else slice(None)
    shapes[whole] = shapely.point_on_surface(shapes[whole])
    return frame.set_geometry(shapes, crs=frame.crs)
