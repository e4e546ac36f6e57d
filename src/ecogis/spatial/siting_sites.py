"""Which sites could become a park, and how far would each serve?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import Tiers
from ecogis.spatial.overlay import dissolve, without
from ecogis.spatial.parks import AreaPer, radii

Shapes = NDArray[Any]
# less than this of a site is lost to a border drawn a little differently
_CLIPPED_M2 = 1.0
# so much may a stated area differ from the drawn one without a word
_DIFFERS = 0.1
# a square keeps this far from what is there: it shall touch nothing
_APART_M = 1.0
# places tried in each cell of the grid, along a side
_TRIES = 5
# a hair more, so that a square written in degrees and read again is not too small
_HAIR = 1e-6
_GONE = Text(
    en="candidates in existing parks, left out: {count}",
    zh="{count} 处候选地块位于现有公园内，不计入",
)
_CLIPPED = Text(
    en="candidates that overlap existing parks, cut to what is free: {count}",
    zh="{count} 处候选地块与现有公园重叠，仅计其余部分",
)
_SMALL = Text(
    en="candidates smaller than the {size_m2:.10g} m² from which a park counts, left "
    "out: {count}",
    zh="{count} 处候选地块小于 {size_m2:.10g} 平方米的计入规模，不计入",
)
_STATED = Text(
    en="candidates that state another area than is drawn (what is drawn counts): "
    "{count}",
    zh="{count} 处候选地块的标注面积与图形不符，以图形面积为准",
)


@dataclass(frozen=True)
class Rule:
    """How a park is judged: its classes of size, and what is held against them."""

    classes: Tiers
    area_per: AreaPer = "patch"

    @property
    def least_m2(self) -> float:
        """The smallest park that counts."""
        return min(tier.min_area_m2 for tier in self.classes)

    @property
    def nearest_m(self) -> float:
        """The smallest distance that a park serves."""
        return min(tier.distance_m for tier in self.classes)

    @property
    def farthest_m(self) -> float:
        """The largest distance that a park serves."""
        return max(tier.distance_m for tier in self.classes)


def judged(
    area: StudyArea, stated: GeoDataFrame, parks: GeoDataFrame, rule: Rule
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """
    Return the sites that would count as a park, and what was left out.

    Parameters
    ----------
    area
        How area is measured.
    stated
        Polygons, optionally with ``name``, ``kind``, ``cost`` and ``area_m2``.
    parks
        What is there: of a site only what lies outside counts. Where touching parks are
        one, a site's parts that lie apart are not: the largest is the site.
    rule
        From which size a park counts, and how far it serves by its size.

    Returns
    -------
    tuple
        ``name``, ``kind``, ``cost``, ``area_m2``, ``distance_m``; then notes.
    """
    sites = stated.reset_index(drop=True)
    sites["name"] = _names(sites)
    before_m2 = shapely.area(np.asarray(sites.geometry.values))
    free = without(sites, dissolve(parks.geometry.values))
    lost_m2 = before_m2[free.index] - free.area.to_numpy()
    if rule.area_per == "patch":
        free = free.set_geometry(_largest(np.asarray(free.geometry.values)))
    free = free.assign(drawn_m2=area.measure(free))
    free["distance_m"] = radii(free["drawn_m2"].to_numpy(float), rule.classes)
    large = free["distance_m"].notna().to_numpy()
    told = (
        (_GONE, {"count": len(sites) - len(free)}),
        (_CLIPPED, {"count": int((lost_m2 > _CLIPPED_M2).sum())}),
        (_SMALL, {"count": int((~large).sum()), "size_m2": rule.least_m2}),
        (_STATED, {"count": _differing(free)}),
    )
    notes = tuple(text.format(**said) for text, said in told if said["count"])
    kept = free[large].reset_index(drop=True)
    kept["area_m2"] = kept["drawn_m2"]
    known = [name for name in ("name", "kind", "cost") if name in kept]
    return kept[[*known, "area_m2", "distance_m", "geometry"]], notes


def grid_sites(
    area: StudyArea,
    near: tuple[Shapes, float],
    taken: Sequence[Shapes],
    *,
    size_m2: float,
    spacing_m: float,
) -> GeoDataFrame:
    """
    Return squares of land that may become green, one in each cell of a grid at most.

    A square stands in the middle of its cell, or else at the nearest of 25 places of
    the cell where it touches nothing that is taken.

    Parameters
    ----------
    area
        Squares lie inside it.
    near
        Shapes, and how far from one of them a square may be, in metres.
    taken
        What is there: buildings, roads as wide as they are, water, parks.
    size_m2
        Of each square, at least, as the area measures it.
    spacing_m
        Side of a cell, in metres.

    Returns
    -------
    GeoDataFrame
        ``name``, from the cell's column and row.
    """
    middles, cells = _lattice(area, near, spacing_m)
    obstacles = np.concatenate([*taken, np.zeros(0, dtype=object)])
    tree = shapely.STRtree(obstacles)
    half_m = _side_m(area, middles, size_m2) / 2
    shapely.prepare(area.boundary)
    found = np.full(len(middles), None, dtype=object)
    for step in _steps(spacing_m, 2 * half_m):
        open_ = np.flatnonzero(shapely.is_missing(found))
        x, y = (middles[open_] + step).T
        squares = shapely.box(x - half_m, y - half_m, x + half_m, y + half_m)
        fits = np.asarray(shapely.covers(area.boundary, squares))
        hit = tree.query(squares[fits], predicate="dwithin", distance=_APART_M)[0]
        free = np.flatnonzero(fits)
        free = np.delete(free, np.unique(hit))
        found[open_[free]] = squares[free]
    placed = ~shapely.is_missing(found)
    names = [f"{column}-{row}" for column, row in cells[placed]]
    return GeoDataFrame({"name": names}, geometry=found[placed], crs=area.crs)


def _lattice(
    area: StudyArea, near: tuple[Shapes, float], spacing_m: float
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the middles of the cells near something, and their columns and rows."""
    shapes, within_m = near
    west, south, east, north = shapely.bounds(area.boundary)
    columns = np.arange(np.floor(west / spacing_m), np.ceil(east / spacing_m))
    rows = np.arange(np.floor(south / spacing_m), np.ceil(north / spacing_m))
    cells = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    middles = (cells + 1 / 2) * spacing_m
    points = shapely.points(middles)
    tree = shapely.STRtree(shapes)
    hits = tree.query(points, predicate="dwithin", distance=within_m + spacing_m)[0]
    kept = np.unique(hits)
    numbers = (cells - cells.min(axis=0) + 1).astype(np.int64)
    return middles[kept], numbers[kept]


def _steps(spacing_m: float, side_m: float) -> NDArray[np.float64]:
    """Return where in its cell a square is tried, the middle first."""
    room = max(spacing_m - side_m, 0.0) / 2
    one = np.linspace(-room, room, _TRIES)
    steps = np.stack(np.meshgrid(one, one), axis=-1).reshape(-1, 2)
    far = np.round(np.hypot(*steps.T), 6)
    return steps[np.lexsort((steps[:, 1], steps[:, 0], far))]


def _side_m(area: StudyArea, middles: NDArray[np.float64], size_m2: float) -> float:
    """Return the side of a square that is nowhere measured as less than its size."""
    side_m = float(np.sqrt(size_m2))
    if not len(middles):
        return side_m
    x, y = middles.T
    squares = shapely.box(x, y, x + side_m, y + side_m)
    least = float(area.measure(squares).min())
    return side_m * float(np.sqrt(size_m2 / least)) * (1 + _HAIR)


def _names(sites: GeoDataFrame) -> list[str]:
    """Return each site's name; one without is called by its place in the layer."""
    known = sites["name"] if "name" in sites else [None] * len(sites)
    return [
        str(name) if isinstance(name, str) and name else f"#{number}"
        for number, name in enumerate(known, start=1)
    ]


def _differing(free: GeoDataFrame) -> int:
    if "area_m2" not in free:
        return 0
    stated, drawn = free["area_m2"].to_numpy(float), free["drawn_m2"].to_numpy(float)
    with np.errstate(invalid="ignore"):
        return int((np.abs(stated - drawn) > _DIFFERS * drawn).sum())


def _largest(shapes: Shapes) -> Shapes:
    """Return the largest part of each polygon."""
    parts, owner = shapely.get_parts(shapes, return_index=True)
    order = np.argsort(shapely.area(parts), kind="stable")
    found = np.full(len(shapes), None, dtype=object)
    found[owner[order]] = parts[order]
    return found
