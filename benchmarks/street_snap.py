"""
The nearest street for each building, and how far it is.

- geopandas: ``sjoin_nearest``, the usual way; of equally near streets the first.
- shapely: a tree of the street edges, ``query_nearest``.
- ecogis: ``snap``, a grid of straight pieces; it also says where on the street.
"""

import geopandas as gpd
import numpy as np
import shapely
from synthetic import District
from timing import AGREED, Answer, Database, Goal, Method

from ecogis.spatial.snap import snap
from ecogis.spatial.streets import join_streets

__all__ = ["AGREED", "GOALS", "TITLE", "Work"]
TITLE = "Nearest of 60 000 street edges for 100 000 buildings"
GOALS = (Goal(("geopandas",), 8.0),)


class Work:
    """The layers, and each method's answer: metres to the nearest street."""

    def __init__(self, district: District) -> None:
        shapes = np.asarray(district.buildings().geometry.values)
        self.streets = join_streets(district.roads())
        self.roads = gpd.GeoDataFrame(geometry=self.streets.lines)
        self.homes = gpd.GeoDataFrame(geometry=shapely.centroid(shapes))
        self.points = shapely.get_coordinates(self.homes.geometry.values)

    def geopandas(self) -> Answer:
        """Join each building with its nearest street."""
        joined = gpd.sjoin_nearest(self.homes, self.roads, distance_col="metres")
        first = joined[~joined.index.duplicated()].sort_index()
        return {"metres": first["metres"].to_numpy()}

    def shapely(self) -> Answer:
        """Ask a tree of the streets."""
        tree = shapely.STRtree(self.streets.lines)
        _, metres = tree.query_nearest(
            np.asarray(self.homes.geometry.values),
            all_matches=False,
            return_distance=True,
        )
        return {"metres": metres}

    def ecogis(self) -> Answer:
        """Look in a grid."""
        return {"metres": snap(self.points, self.streets).leg_m}

    def methods(self, _server: Database | None) -> list[Method]:
        """Return everybody's method, ours last."""
        return [
            Method("geopandas", self.geopandas),
            Method("shapely", self.shapely),
            Method("ecogis", self.ecogis),
        ]
