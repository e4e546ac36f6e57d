"""
How many m² of each building lie inside the ecological red line.

- geopandas: ``overlay``, the usual way; its answer holds the shapes inside too.
- geopandas, joined: a spatial join, then the intersection of each pair.
- PostGIS: a join on ``st_intersects`` and the area of each intersection.
- PostGIS, covers first: what a red line covers is not cut.
- PostGIS, tuned: the red lines subdivided into an indexed table before.
- ecogis: ``area_inside``, which gives an area for every building.
"""

from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from synthetic import District
from timing import AGREED, Answer, Database, Goal, Method

from ecogis.spatial.shares import area_inside

__all__ = ["AGREED", "GOALS", "TITLE", "Work"]
TITLE = "Area of 100 000 buildings inside 60 red lines"
GOALS = (
    Goal(("geopandas",), 10.0),
    Goal(("PostGIS", "PostGIS, covers first", "PostGIS, tuned"), 5.0),
)
_AREA = """select b.id, sum({area})
from buildings b join {lines} r on st_intersects(b.geom, r.geom)
group by b.id"""
_CUT = "st_area(st_intersection(b.geom, r.geom))"
_COVERED = f"case when st_covers(r.geom, b.geom) then st_area(b.geom) else {_CUT} end"
_TILES = (
    "create temp table tiles as select st_subdivide(geom, 64) geom from red_lines",
    "create index on tiles using gist (geom)",
    "analyze tiles",
)


class Work:
    """The layers, and each method's answer: m² inside by building."""

    def __init__(self, district: District) -> None:
        self.buildings = district.buildings()
        self.red_lines = district.red_lines()

    def geopandas(self) -> Answer:
        """Overlay, and add up what each building has inside."""
        numbered = self.buildings[["geometry"]].assign(id=range(len(self.buildings)))
        inside = gpd.overlay(numbered, self.red_lines[["geometry"]])
        return self._answer(inside["id"], inside.area)

    def geopandas_joined(self) -> Answer:
        """Join, then cut each pair."""
        lines = self.red_lines.geometry
        pairs = gpd.sjoin(self.buildings[["geometry"]], self.red_lines[["geometry"]])
        others = lines.loc[pairs["index_right"]].set_axis(pairs.index)
        return self._answer(pairs.index, pairs.intersection(others, align=False).area)

    def ecogis(self) -> Answer:
        """Measure without cutting what lies inside as a whole."""
        cover = np.asarray(self.red_lines.geometry.values)
        return {"inside_m2": area_inside(self.buildings, cover)}

    def methods(self, server: Database | None) -> list[Method]:
        """Return everybody's method, ours last."""
        methods = [
            Method("geopandas", self.geopandas),
            Method("geopandas, joined", self.geopandas_joined),
        ]
        if server is not None:
            server.load("buildings", self.buildings)
            server.load("red_lines", self.red_lines)
            for name, before, area, lines in (
                ("PostGIS", (), _CUT, "red_lines"),
                ("PostGIS, covers first", (), _COVERED, "red_lines"),
                ("PostGIS, tuned", _TILES, _COVERED, "tiles"),
            ):
                question = _AREA.format(area=area, lines=lines)
                methods += [server.method(name, [*before, question], self._rows)]
        return [*methods, Method("ecogis", self.ecogis)]

    def _rows(self, rows: NDArray[np.float64]) -> Answer:
        return self._answer(rows[:, 0].astype(int), rows[:, 1])

    def _answer(self, building: Any, inside_m2: Any) -> Answer:
        many = len(self.buildings)
        return {"inside_m2": np.bincount(building, inside_m2, minlength=many)}
