"""How many people live on a piece of land?"""

import numpy as np
import shapely
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
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
    people = cells["people"].to_numpy(float)
    unknown = np.isnan(people)
    # people per square metre travels with each piece through the cuts
    density = np.where(unknown, 0, people) / np.maximum(shapely.area(shapes), 1e-9)
    spread_out = GeoDataFrame({"density": density}, geometry=shapes, crs=cells.crs)
    count = int(unknown.sum())
    notes = (_UNKNOWN.format(count=count),) if count else ()
    return cut(spread_out, area.boundary), notes


def count_people(pieces: GeoDataFrame) -> GeoDataFrame:
    """Return pieces of what :func:`spread` gave, with the ``people`` on each."""
    size = shapely.area(np.asarray(pieces.geometry.values))
    return pieces.assign(people=pieces["density"] * size)[["people", "geometry"]]
