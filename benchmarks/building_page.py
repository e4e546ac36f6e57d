"""
A page of 100 000 buildings, coloured by whether a park serves them.

- folium: ``GeoJson`` with a style function; scripts come from the network.
- ecogis: ``draw``, one file that opens offline, with panel, zones and legend.

Both write to memory; what is measured is the making of the page, not the indicator.
"""

import folium
import pyproj
from synthetic import CRS, District
from timing import AGREED, TOLD, Answer, Database, Goal, Method

import ecogis
from ecogis.indicators.green import park_service_coverage

__all__ = ["AGREED", "GOALS", "TITLE", "Work"]
TITLE = "A page of 100 000 buildings"
GOALS = (Goal(("folium",), 1.0),)
LIMIT_MB = 10.0
_COLOURS = {True: "#2a9d8f", False: "#e76f51"}


class Work:
    """The result to draw; each method tells how large its page is."""

    def __init__(self, district: District) -> None:
        crs = pyproj.CRS(CRS)
        self.area = ecogis.StudyArea("district", district.boundary, crs, "plane")
        self.zones = district.zones()
        self.result = park_service_coverage(
            self.area,
            district.parks(),
            buildings=district.buildings(),
            denominator="buildings",
        )

    def folium(self) -> Answer:
        """Draw with what folium has."""
        homes = self.result.drawn["homes_served"].to_crs(4326)
        west, south, east, north = homes.total_bounds
        page = folium.Map(
            [(south + north) / 2, (west + east) / 2], zoom_start=11, prefer_canvas=True
        )
        folium.GeoJson(homes, style_function=_style).add_to(page)
        return _told(page.get_root().render(), len(homes))

    def ecogis(self) -> Answer:
        """Draw the packed page."""
        drawn = ecogis.draw(
            self.area, self.result, title="Buildings", zones=self.zones
        ).page()
        if len(drawn) > LIMIT_MB * 1e6:
            msg = f"the page has {len(drawn)} characters, more than {LIMIT_MB:g} MB"
            raise RuntimeError(msg)
        return _told(drawn, len(self.result.drawn["homes_served"]))

    def methods(self, _: Database | None) -> list[Method]:
        """Return both methods, ours last."""
        return [Method("folium", self.folium), Method("ecogis", self.ecogis)]


def _style(feature: dict) -> dict:
    return {"color": _COLOURS[feature["properties"]["served"]], "weight": 1}


def _told(page: str, buildings: int) -> Answer:
    megabytes = len(page.encode()) / 1e6
    return {"buildings": [buildings], TOLD: f"a page of {megabytes:.1f} MB"}
