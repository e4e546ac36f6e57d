"""
Residential land within 500 m of a park, by zone, with the polygons that are not.

Everybody takes parks of 1000 m² or more and the same circles. What each computes:

- geopandas: covered and blind polygons by zone, one multipolygon a zone; land mapped
  twice counts once, since it is dissolved first.
- geopandas, zones first: the same, in the order that costs least; it trusts that no two
  plots overlap.
- PostGIS: covered and blind areas by zone; it keeps no polygon.
- PostGIS, tuned: covered areas by zone and a table of blind polygons by zone; it trusts
  that no two plots overlap, and takes the covered area as what is not blind.
- ecogis: the indicator with all that it draws (covered land, blind polygons and their
  connected zones, ranked), and its break-down; land mapped twice counts once.
"""

import geopandas as gpd
import numpy as np
import pyproj
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from synthetic import CRS, District
from timing import AGREED, TOLD, Answer, Database, Goal, Method

from ecogis.area import StudyArea
from ecogis.breakdown import break_down
from ecogis.indicators.green import park_service_coverage

__all__ = ["AGREED", "GOALS", "TITLE", "Work"]
TITLE = "Park coverage by zone, with blind polygons"
GOALS = (
    Goal(("geopandas",), 3.5),
    Goal(("PostGIS", "PostGIS, tuned", "PostGIS, tuned, parallel"), 1.0),
)
_COLUMNS = ("covered_m2", "blind_m2")
RADIUS_M, FLOOR_M2, QUAD_SEGS = 500.0, 1000.0, 32

_BUFFERS = (
    f"select st_buffer(geom, {RADIUS_M}, 'quad_segs={QUAD_SEGS}') geom "
    f"from parks where st_area(geom) >= {FLOOR_M2}"
)
_NAIVE = f"""
with service as (select st_union(geom) geom from ({_BUFFERS}) buffers),
homes as (select st_union(geom) geom from residential_land),
pieces as materialized (
    select z.id, st_intersection(z.geom, h.geom) geom from zones z, homes h
)
select st_area(st_intersection(p.geom, s.geom)), st_area(st_difference(p.geom, s.geom))
from pieces p, service s order by p.id
"""
# each step found the fastest of several tried; tiles of 64 vertices too
_TUNED = (
    f"create {{kind}} table buffers as {_BUFFERS}",
    "create {kind} table service as select (st_dump(st_union(geom))).geom from buffers",
    "create {kind} table tiles as select st_subdivide(geom, 64) geom from service",
    "analyze tiles",
    """create {kind} table pieces as
    select z.id * 1000000 + r.id id, z.id zone, case when st_covers(z.geom, r.geom)
        then r.geom else st_intersection(r.geom, z.geom) end geom
    from zones z join residential_land r on st_intersects(z.geom, r.geom)""",
    "create index on pieces using gist (geom)",
    "analyze pieces",
    """create {kind} table met as
    select p.id, t.geom tile, st_covers(t.geom, p.geom) held
    from tiles t join pieces p on st_intersects(t.geom, p.geom)""",
    "analyze met",
    "create {kind} table held as select distinct id from met where held",
    "analyze held",
    """create {kind} table around as
    select id, case when count(*) = 1 then (array_agg(tile))[1]
        else st_union(tile) end geom
    from met m where not exists (select from held h where h.id = m.id) group by id""",
    "analyze around",
    """create {kind} table blind as
    select p.zone, st_area(p.geom) whole, case when h.id is not null then null
        when a.geom is null then p.geom else st_difference(p.geom, a.geom) end geom
    from pieces p left join held h using (id) left join around a using (id)""",
    """select sum(whole) - sum(coalesce(st_area(geom), 0)),
        sum(coalesce(st_area(geom), 0))
    from blind group by zone order by zone""",
)
_TABLES = "buffers, service, tiles, pieces, met, held, around, blind"
# temporary tables are closed to parallel workers, unlogged ones are not
_PARALLEL = (
    f"drop table if exists {_TABLES}",
    "set min_parallel_table_scan_size = 0",
    "set min_parallel_index_scan_size = 0",
    "set parallel_setup_cost = 0",
    "set parallel_tuple_cost = 0",
    *(step.format(kind="unlogged") for step in _TUNED),
)


class Work:
    """The layers, and each method's answer: m² covered and blind by zone."""

    def __init__(self, district: District) -> None:
        self.area = StudyArea("district", district.boundary, pyproj.CRS(CRS), "plane")
        self.parks = district.parks()
        self.homes = district.residential_land()
        self.zones = district.zones()

    def geopandas(self) -> Answer:
        """Dissolve the land and the buffers, overlay three times."""
        service = self._service()
        homes = gpd.overlay(self.zones, self.homes[["geometry"]].dissolve())
        return self._areas(
            gpd.overlay(homes, service), gpd.overlay(homes, service, how="difference")
        )

    def geopandas_zones_first(self) -> Answer:
        """Cut zones by the service, then plots by both: small polygons meet small."""
        service, homes = self._service(), self.homes[["geometry"]]
        served = gpd.overlay(self.zones, service)
        blind = gpd.overlay(self.zones, service, how="difference")
        return self._areas(gpd.overlay(homes, served), gpd.overlay(homes, blind))

    def ecogis(self) -> Answer:
        """Ask the indicator and break its result down, as a plan's run does."""
        result = park_service_coverage(
            self.area,
            self.parks,
            self.homes,
            distance_m=RADIUS_M,
            min_area_m2=FLOOR_M2,
            area_per="feature",
            quad_segs=QUAD_SEGS,
        )
        rows = break_down(result, self.zones, "higher").iloc[: len(self.zones)]
        covered = rows["numerator"].to_numpy(float)
        return {
            "covered_m2": covered,
            "blind_m2": rows["denominator"].to_numpy(float) - covered,
            TOLD: f"{len(result.drawn['blind_zones'])} connected blind zones, ranked",
        }

    def methods(self, server: Database | None) -> list[Method]:
        """Return everybody's method, ours last."""
        methods = [
            Method("geopandas", self.geopandas),
            Method("geopandas, zones first", self.geopandas_zones_first),
        ]
        if server is not None:
            server.load("parks", self.parks)
            server.load("residential_land", self.homes)
            server.load("zones", self.zones)
            tuned = [step.format(kind="temp") for step in _TUNED]
            methods += [
                server.method("PostGIS", [_NAIVE], _rows),
                server.method("PostGIS, tuned", tuned, _rows),
                server.method("PostGIS, tuned, parallel", _PARALLEL, _rows),
            ]
        return [*methods, Method("ecogis", self.ecogis)]

    def _service(self) -> GeoDataFrame:
        large = self.parks[self.parks.area >= FLOOR_M2]
        circles = large.buffer(RADIUS_M, quad_segs=QUAD_SEGS)
        return GeoDataFrame(geometry=circles, crs=CRS).dissolve()

    def _areas(self, covered: GeoDataFrame, blind: GeoDataFrame) -> Answer:
        names = self.zones["name"]
        sums = [
            part.area.groupby(part["name"]).sum().reindex(names, fill_value=0.0)
            for part in (covered, blind)
        ]
        return dict(zip(_COLUMNS, map(np.asarray, sums), strict=True))


def _rows(rows: NDArray[np.float64]) -> Answer:
    return dict(zip(_COLUMNS, rows.T, strict=True))
