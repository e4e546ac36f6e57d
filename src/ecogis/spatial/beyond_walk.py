"""What ground lies beyond a walk of everything that serves?"""

from dataclasses import dataclass

import numpy as np
from geopandas import GeoDataFrame

from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.spatial.entrances import Doors, find_entrances
from ecogis.spatial.on_foot import by_distance, no_street, walks
from ecogis.spatial.places import Places
from ecogis.spatial.streets import join_streets
from ecogis.spatial.tiles import tiles

_WALKED = Text(
    en="on foot: land is walked in squares of {cell_m:g} m from their inner points, to "
    "{entrances} entrances of parks",
    zh="步行：用地按 {cell_m:g} 米方格从内点起算，公园出入口 {entrances} 个",
)


@dataclass(frozen=True)
class Paths:
    """
    What there is to walk on.

    Parameters
    ----------
    ways
        Walkable ways; None where the layer is absent.
    doors
        How entrances are found.
    entrances
        Points, or None without a layer.
    cell_m
        Side of the squares that land is walked from, in metres.
    """

    ways: GeoDataFrame | None
    doors: Doors
    entrances: GeoDataFrame | None = None
    cell_m: float = 50.0


def beyond_walk(
    ground: GeoDataFrame, parks: GeoDataFrame, paths: Paths
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """
    Return the squares of ground from which no park is within its walk, and notes.

    Parameters
    ----------
    ground
        Polygons; their columns go with each square.
    parks
        Polygons that serve, with ``distance_m``.
    paths
        What there is to walk on.

    Raises
    ------
    LayerError
        The layer of walkable ways is absent, or has no way at all.
    """
    if paths.ways is None:
        raise _absent()
    streets = join_streets(paths.ways)
    entrances = find_entrances(parks, streets, paths.doors, paths.entrances)
    squares = tiles(ground, paths.cell_m)
    found = walks(Places(squares, "area"), streets, by_distance(parks, entrances))
    farthest_m = float(parks["distance_m"].max()) if len(parks) else 0.0
    told = _WALKED.format(cell_m=paths.cell_m, entrances=len(entrances.park))
    beyond = squares[~np.isfinite(found.walk_m)]
    return beyond, (told, *no_street(found, farthest_m))


def _absent() -> LayerError:
    return LayerError(
        "on_foot needs the layer 'walkable_ways', which is absent; give the layer, or "
        "leave on_foot out",
        "on_foot 所需图层 walkable_ways 缺失；请提供该图层或不用 on_foot",
    )
