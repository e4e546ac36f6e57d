"""
Which of 100 000 buildings lie, at least in part, in the strips of the main roads.

A strip is 35 m beside the road's boundary, as in acoustic class 2.

- geopandas: buffer, dissolve, join: the strips as one polygon, which asks (the
  buildings asking the strips takes minutes).
- geopandas, by distance: a join on ``dwithin`` for each class of road.
- PostGIS: the union of the strips, and who intersects it.
- PostGIS, by distance: ``st_dwithin`` on the index.
- ecogis: ``near_pairs``, the kernel of the noise zones: no polygon, no circle.

Strips of polygons miss 0.04 % of a circle: their answers may differ by a few buildings.
"""

import geopandas as gpd
import numpy as np
from geopandas import GeoDataFrame
from synthetic import District
from timing import Answer, Database, Goal, Method

from ecogis.spatial.distance import near_pairs

TITLE = "Buildings in the strips of main roads"
# against the union; whoever joins by distance needs about as long as we do
GOALS = (Goal(("geopandas",), 5.0), Goal(("PostGIS",), 5.0))
# buildings by which polygons and distances may differ
AGREED = 1e-3
QUAD_SEGS = 32
_STRIP_M = 35.0
_HALF_WIDTH_M = {"trunk": 25.0, "primary": 20.0, "secondary": 15.0}
_UNION = f"""
with strips as materialized (
    select st_union(st_buffer(geom, metres, 'quad_segs={QUAD_SEGS}')) geom from roads
)
select count(*) from buildings b join strips s on st_intersects(s.geom, b.geom)"""
_DISTANCE = """
select count(distinct b.id)
from roads r join buildings b on st_dwithin(r.geom, b.geom, r.metres)"""


class Work:
    """The layers, and each method's answer: how many buildings lie in strips."""

    def __init__(self, district: District) -> None:
        self.buildings = district.buildings()[["geometry"]]
        roads = district.roads()
        main = roads[roads["class"].isin(list(_HALF_WIDTH_M))]
        self.roads = main.assign(metres=main["class"].map(_HALF_WIDTH_M) + _STRIP_M)

    def geopandas(self) -> Answer:
        """Make one polygon of the strips and join."""
        circles = self.roads.buffer(self.roads["metres"], quad_segs=QUAD_SEGS)
        strips = GeoDataFrame(geometry=circles, crs=self.roads.crs).dissolve()
        return {"buildings": [len(gpd.sjoin(strips, self.buildings))]}

    def geopandas_by_distance(self) -> Answer:
        """Join by distance, a class of road at a time."""
        found = np.zeros(len(self.buildings), dtype=bool)
        for metres, roads in self.roads.groupby("metres"):
            pairs = gpd.sjoin(
                self.buildings, roads, predicate="dwithin", distance=float(metres)
            )
            found[pairs.index] = True
        return {"buildings": [found.sum()]}

    def ecogis(self) -> Answer:
        """Ask for pairs by distance."""
        metres = self.roads["metres"].to_numpy(float)
        building, _ = near_pairs(self.buildings, self.roads, metres)
        return {"buildings": [len(np.unique(building))]}

    def methods(self, server: Database | None) -> list[Method]:
        """Return everybody's method, ours last."""
        methods = [
            Method("geopandas", self.geopandas),
            Method("geopandas, by distance", self.geopandas_by_distance),
        ]
        if server is not None:
            server.load("buildings", self.buildings)
            server.load("roads", self.roads, "metres")
            for name, question in (
                ("PostGIS", _UNION),
                ("PostGIS, by distance", _DISTANCE),
            ):
                methods += [
                    server.method(name, [question], lambda rows: {"buildings": rows[0]})
                ]
        return [*methods, Method("ecogis", self.ecogis)]
