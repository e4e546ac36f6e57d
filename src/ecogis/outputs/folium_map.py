"""
One file that shows a scorecard on a map, opens without a network, asks for nothing.

folium makes the map and the frame of the page; everything that it would fetch is put
into the file, the features are packed, and the page's own scripts draw them.
"""

from html import escape
from pathlib import Path
from typing import Any

import folium
from branca.element import MacroElement
from geopandas import GeoDataFrame
from jinja2 import Template

from ecogis.area import StudyArea
from ecogis.breakdown import break_down
from ecogis.document import Language, Text
from ecogis.layer import Catalogue
from ecogis.outputs.inline import inlined, numbered
from ecogis.outputs.page_data import PageData, page_data
from ecogis.outputs.page_file import BARE, bound
from ecogis.outputs.whole import write_text
from ecogis.plan import Area, Goal, Plan
from ecogis.result import Result
from ecogis.scorecard import Score, Scorecard
from ecogis.style import Styles
from ecogis.workspace import Workspace

_MAX_ZOOM = 19
_FRAME_HEIGHT_PX = 640
# stands for the row and the year where there is no plan
_ROW, _NO_YEAR = "result", 0


class _Handle(MacroElement):
    """Hands folium's map to the page's own scripts."""

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "window.ecogis_map = {{ this._parent.get_name() }};"
        "{% endmacro %}"
    )


class OfflineMap(folium.Map):
    """
    A folium map whose page is one file that opens without a network.

    What is added to it as to any folium map is drawn too, as long as its scripts are
    among those that can be put into the page.
    """

    def __init__(self, data: PageData) -> None:
        west, south, east, north = data.facts["bounds"]
        super().__init__(
            location=((south + north) / 2, (west + east) / 2),
            tiles=None,
            max_zoom=_MAX_ZOOM,
            zoom_control=False,
            zoom_snap=0.25,
            wheel_px_per_zoom_level=90,
        )
        self._held = data
        self.add_child(_Handle())  # type: ignore[no-untyped-call]

    def page(self) -> str:
        """Return the whole page; the same data give the same bytes."""
        return bound(inlined(numbered(self.get_root().render())), self._held)

    def save(self, outfile: str | Path) -> Path:  # type: ignore[override]
        """Write the page, whole or not at all, and return where it is."""
        return write_text(Path(outfile), self.page())

    def _repr_html_(self, **_: Any) -> str:
        """Show the page in a notebook."""
        return (
            f'<iframe srcdoc="{escape(self.page())}" width="100%" '
            f'height="{_FRAME_HEIGHT_PX}" style="border:0"></iframe>'
        )


def page(
    card: Scorecard,
    styles: Styles,
    language: Language = "zh",
    catalogue: Catalogue | None = None,
) -> str:
    """
    Return the page of a scorecard: panel and map, or the panel alone without an area.

    Parameters
    ----------
    card
        Results held against targets.
    styles
        A style for every drawn layer, for ``boundary`` and ``zones``.
    language
        The language that the page opens in; a button switches to the other.
    catalogue
        Where the layers' titles are; the workspace's around the plan without it.

    Raises
    ------
    StyleError
        A layer without a style.
    """
    known = catalogue or Catalogue.read(Workspace.above(card.plan.folder))
    titles = {name: layer.title for name, layer in known.items()}
    data = page_data(card, styles, language, titles)
    return OfflineMap(data).page() if data.mapped else bound(BARE, data)


def draw(  # noqa: PLR0913
    area: StudyArea,
    result: Result,
    *,
    title: Text | str,
    unit: str | None = None,
    zones: GeoDataFrame | None = None,
    language: Language = "zh",
) -> OfflineMap:
    """
    Draw one result without a plan, for a script or a notebook.

    It looks as the styles of the workspace around the working directory say.

    Parameters
    ----------
    area
        Where it was measured.
    result
        What an indicator gave.
    title
        What the page is called.
    unit
        The value's unit; ``%`` for a share without it.
    zones
        Polygons with ``name`` to break the result down by.
    language
        The language that the page opens in.

    Raises
    ------
    StyleError
        A layer without a style.
    """
    said = Text.model_validate(title) if isinstance(title, str) else title
    measured = unit or ("%" if result.kind == "share" else "")
    goal = Goal(row=_ROW, title=said, unit=measured)
    broken = None
    if zones is not None and result.parts is not None:
        broken = break_down(result, zones, "higher")
    plan = Plan(title=said, year=_NO_YEAR, area=Area(layer=_ROW), goal=(goal,))
    score = Score(goal, _NO_YEAR, result, zones=broken)
    card = Scorecard(plan=plan, scores=(score,), area=area, zones=zones)
    styles = Styles.read(Workspace.above(Path.cwd()))
    return OfflineMap(page_data(card, styles, language, {}, single=True))
