"""Which layers does the page draw, in what look, and what do they weigh?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import shapely
from geopandas import GeoDataFrame, GeoSeries

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import StyleError
from ecogis.outputs.packed import Packed, pack
from ecogis.outputs.words import joined
from ecogis.scorecard import Scorecard
from ecogis.style import Style, Styles

Role = Literal["boundary", "zones"]
# the names of the styles that draw the study area and its zones
BOUNDARY: Role = "boundary"
ZONES: Role = "zones"
# what orders the shades of the zones: above areas, below lines
SHADES_ORDER = 30
# the column that tells which zone a feature is
_PLACE = "place"


@dataclass(frozen=True)
class Drawn:
    """One frame to draw; ``row`` is the goal that it belongs to."""

    style: Style
    frame: GeoDataFrame
    row: str | None = None
    role: Role | None = None

    @property
    def key(self) -> str:
        """What names the layer in the page: one style may draw several goals."""
        return self.style.name if self.row is None else f"{self.row}/{self.style.name}"

    def title(self, *, alone: bool) -> Text:
        """Return the layer's title, with the goal's row where it is not alone."""
        return joined(self.style.title, "" if alone else self.row or "", by=" · ")

    @property
    def columns(self) -> tuple[str, ...]:
        """What is packed beside the shapes."""
        extra = (_PLACE,) if self.role == ZONES else ()
        return (*self.style.popup, *extra)

    def packed(self) -> Packed:
        """Return the features as a page carries them."""
        classes = self.style.classes(self.frame)
        return pack(self.frame, self.style.geometry, classes, self.columns)


def drawn(card: Scorecard, styles: Styles) -> list[Drawn]:
    """
    Return what a scorecard's map draws: the ground, then each goal's results.

    Raises
    ------
    StyleError
        A frame that no style draws.
    """
    ground = [
        Drawn(_style(styles, name, "the map's ground"), frame)
        for name, frame in card.context.items()
    ]
    if card.zones is not None:
        placed = card.zones.assign(**{_PLACE: range(len(card.zones))})
        ground.append(Drawn(_style(styles, ZONES, "the zones"), placed, role=ZONES))
    if card.area is not None:
        whole = _outline(card.area)
        ground.append(Drawn(_style(styles, BOUNDARY, "the area"), whole, role=BOUNDARY))
    return [*ground, *_results(card, styles)]


def told(layer: Drawn, packed: Packed, styles: Styles) -> dict[str, Any]:
    """Return what the page is told of a layer."""
    style = layer.style
    return {
        "key": layer.key,
        "row": layer.row,
        "role": layer.role,
        "theme": style.theme,
        "kind": style.geometry,
        "order": style.order,
        "on": layer.row is None,
        "n": packed.n,
        "popup": style.popup,
        "rules": rules(style, styles, packed.counts),
    }


def rules(style: Style, styles: Styles, counts: dict[int, int]) -> list[dict[str, Any]]:
    """Return the look of each class, and how many features it has."""
    where = f"styles/{style.name}.toml"
    return [
        {
            "label": rule.label,
            "fill": styles.colour(rule.fill, where),
            "line": styles.colour(rule.line, where),
            "width": rule.width,
            "dash": rule.dash,
            "opacity": rule.opacity,
            "radius": rule.radius,
            "n": counts.get(number, 0),
        }
        for number, rule in enumerate(style.rule)
    ]


def extent(packs: list[Packed]) -> tuple[float, float, float, float] | None:
    """Return the box around packed layers, in degrees; None for no feature."""
    boxes = np.array([packed.bounds for packed in packs if packed.bounds])
    if not len(boxes):
        return None
    west, south = boxes[:, :2].min(axis=0)
    east, north = boxes[:, 2:].max(axis=0)
    return float(west), float(south), float(east), float(north)


def label_places(zones: GeoDataFrame) -> list[tuple[float, float] | None]:
    """Return for each zone where its name stands: the middle of its widest part."""
    shapes = np.asarray(zones.geometry.values)
    circles = shapely.maximum_inscribed_circle(_largest(shapes))
    middles = GeoSeries(shapely.get_point(circles, 0), crs=zones.crs)
    degrees = np.asarray(middles.to_crs("EPSG:4326").values)
    x, y = shapely.get_x(degrees), shapely.get_y(degrees)
    return [
        (float(lon), float(lat)) if np.isfinite(lon) else None
        for lon, lat in zip(x, y, strict=True)
    ]


def _results(card: Scorecard, styles: Styles) -> Iterator[Drawn]:
    for score in card.scores:
        if score.result is None:
            continue
        for name, frame in score.result.drawn.items():
            style = _style(styles, name, f"row {score.goal.row}")
            yield Drawn(style, frame, row=score.goal.row)


def _style(styles: Styles, name: str, whose: str) -> Style:
    try:
        return styles[name]
    except StyleError as found:
        msg = f"{whose}: {found}; add styles/{name}.toml"
        raise StyleError(msg) from None


def _outline(area: StudyArea) -> GeoDataFrame:
    return GeoDataFrame({"name": [area.name]}, geometry=[area.boundary], crs=area.crs)


def _largest(shapes: np.ndarray) -> np.ndarray:
    """Return the largest part of each shape: a name stands on one of them."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    found = np.full(len(shapes), None, dtype=object)
    order = np.argsort(shapely.area(parts), kind="stable")
    found[owner[order]] = parts[order]
    return found
