"""Which sites may become a park? A layer says so, or else a grid where parks lack."""

from copy import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.close.asked import POCKET_M2, Wish, rule_of
from ecogis.document import Text
from ecogis.errors import EcogisError, LayerError, PlanError, SourceError, nearest
from ecogis.reader import Reader
from ecogis.scorecard import Score
from ecogis.source import VECTOR, FileSource
from ecogis.spatial.siting_sites import Rule, grid_sites, judged
from ecogis.table import table

LAYER = "candidate_sites"
# a grid's cell is a fifth of the smallest radius: finer ones change little
_CELLS_PER_RADIUS = 5
# between a road's boundary lines, where neither the data nor its class say it
_ROAD_M, _RAILWAY_M, _RIVER_M = 12.0, 20.0, 10.0
_AREAS = ("buildings", "water_bodies", "parks")
_LINES = ("roads", "rivers", "railways")
_GRID = Text(
    en="{count} candidates of {size_m2:.10g} m², one in each cell of {cell_m:g} m at "
    "most, where nothing is built: clear of {layers}",
    zh="{count} 处候选地块，每处 {size_m2:.10g} 平方米，"
    "每个 {cell_m:g} 米网格至多一处，避开{layers}",
)
_LISTED = Text(en="{count} candidates of {path}", zh="{count} 处候选地块，取自 {path}")


@dataclass(frozen=True)
class Pool:
    """
    The candidates.

    Attributes
    ----------
    sites
        ``name``, ``kind``, ``cost``, ``area_m2``, ``distance_m``; what a site costs is
        NaN where it is not stated.
    forced, forbidden
        Which of them must, and must not, be chosen.
    notes
        Where they come from, and what was left out.
    """

    sites: GeoDataFrame
    forced: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    forbidden: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    notes: tuple[Text, ...] = ()


def candidates(reader: Reader, before: Score, wish: Wish) -> Pool:
    """
    Return the sites that may be chosen.

    Raises
    ------
    PlanError
        A name to force or forbid is not there, a size below the row's own, or a
        candidate without a cost where costs decide.
    LayerError, SourceError
        The layer is wrong, or no candidate is left.
    """
    rule = rule_of(before.goal.resolved)
    if wish.candidates is not None or reader.has_data(LAYER):
        pool = _listed(reader, before, wish, rule)
    else:
        pool = _gridded(reader, before, wish, rule)
    if pool.sites.empty:
        said = "; ".join(note.en for note in pool.notes)
        zh = "；".join(note.zh for note in pool.notes)
        msg = f"no candidate is left: {said}"
        raise LayerError(msg, f"没有可用的候选地块：{zh}")
    return _flagged(pool, wish)


def _listed(reader: Reader, before: Score, wish: Wish, rule: Rule) -> Pool:
    layer, reader = _layer(reader, wish)
    margin_m = before.goal.margin_m
    read = reader.read(layer, margin_m)
    parks = reader.read("parks", margin_m).frame
    sites, notes = judged(_area(reader), read.frame, parks, rule)
    if "cost" not in sites:
        sites["cost"] = np.nan
    told = _LISTED.format(count=len(sites), path=Path(read.stamp.path).name)
    return Pool(sites, notes=(told, *notes, *read.notes))


def _layer(reader: Reader, wish: Wish) -> tuple[str, Reader]:
    """Return the layer to read, and a reader that knows where a file lies."""
    stated = wish.candidates
    if stated is None:
        return LAYER, reader
    if stated in reader.catalogue:
        return stated, reader
    path = Path(stated)
    if path.suffix.lower() not in VECTOR and not path.exists():
        near = nearest(stated, reader.catalogue)
        msg = f"--candidates: {stated!r} is neither a file nor a known layer{near}"
        raise PlanError(msg)
    source = FileSource(path=str(path.resolve()))
    sources = {**reader.plan.sources, LAYER: source}
    other = copy(reader)
    other.plan = reader.plan.model_copy(update={"sources": sources})
    return LAYER, other


def _gridded(reader: Reader, before: Score, wish: Wish, rule: Rule) -> Pool:
    size_m2 = max(POCKET_M2, rule.least_m2)
    if wish.min_area_m2 is not None:
        size_m2 = wish.min_area_m2
        if size_m2 < rule.least_m2:
            least = f"{rule.least_m2:.10g}"
            msg = (
                f"--min-area-m2: found {size_m2:.10g}, but row {before.goal.row} "
                f"counts parks from {least} m² on: take --min-area-m2 {least} or more"
            )
            raise PlanError(msg)
    taken = _taken(reader)
    cell_m = rule.nearest_m / _CELLS_PER_RADIUS
    area = _area(reader)
    squares = grid_sites(
        area,
        (_unserved(before), rule.farthest_m),
        list(taken.values()),
        size_m2=size_m2,
        spacing_m=cell_m,
    )
    parks = reader.read("parks", before.goal.margin_m).frame
    sites, notes = judged(area, squares, parks, rule)
    titles = [reader.catalogue[name].title for name in taken]
    layers = Text(
        en=", ".join(title.en.lower() for title in titles) or "nothing that is known",
        zh="、".join(title.zh for title in titles) or "（无可用图层）",
    )
    told = _GRID.format(count=len(sites), size_m2=size_m2, cell_m=cell_m, layers=layers)
    return Pool(sites.assign(cost=np.nan), notes=(told, *notes))


def _unserved(before: Score) -> NDArray[Any]:
    """Return what is not served, as the indicator counted it."""
    parts = before.result.parts if before.result else None
    if parts is None:
        return np.zeros(0, dtype=object)
    missed = parts[parts["numerator"].to_numpy(float) == 0]
    return shapely.get_parts(np.asarray(missed.geometry.values))


def _taken(reader: Reader) -> dict[str, NDArray[Any]]:
    """Return what no park may stand on, of the layers that are at hand."""
    found = {}
    for layer in (*_AREAS, *_LINES):
        if not reader.has_data(layer):
            continue
        try:
            frame = reader.read(layer, 0.0).frame
        except (LayerError, SourceError):
            continue
        shapes = np.asarray(frame.geometry.values)
        if layer in _LINES:
            shapes = shapely.buffer(shapes, _width_m(layer, frame) / 2, quad_segs=2)
        found[layer] = shapely.get_parts(shapes)
    return found


def _width_m(layer: str, frame: GeoDataFrame) -> NDArray[np.float64]:
    """Return how wide each line is on the ground."""
    if layer != "roads":
        return np.full(len(frame), _RAILWAY_M if layer == "railways" else _RIVER_M)
    known = {name: row.columns["width_m"] for name, row in table("road_width").items()}
    width_m = frame["class"].map(known).to_numpy(float)
    if "width_m" in frame:
        stated = frame["width_m"].to_numpy(float)
        width_m = np.where(np.isnan(stated), width_m, stated)
    return np.where(np.isnan(width_m), _ROAD_M, width_m)


def _flagged(pool: Pool, wish: Wish) -> Pool:
    names = pool.sites["name"]
    for option, stated in (("--force", wish.force), ("--forbid", wish.forbid)):
        for name in stated:
            if name not in set(names):
                near = nearest(name, names) if len(names) else ""
                known = near if "did you mean" in near else f"; {len(names)} are known"
                msg = f"{option}: no candidate {name!r}{known}"
                raise PlanError(msg)
    costs = pool.sites["cost"].to_numpy(float)
    if wish.by_cost and np.isnan(costs).any():
        option = "--cheapest" if wish.cheapest else "--budget"
        lacking = names[np.isnan(costs)]
        msg = (
            f"{option}: {len(lacking)} of {len(names)} candidates state no cost, "
            f"{lacking.iloc[0]!r} first; give a layer with a field 'cost' for each"
        )
        raise PlanError(msg)
    forced, forbidden = (
        names.isin(list(stated)).to_numpy(bool) for stated in (wish.force, wish.forbid)
    )
    return Pool(pool.sites, forced, forbidden, pool.notes)


def _area(reader: Reader) -> StudyArea:
    if isinstance(reader.area, EcogisError):
        raise reader.area
    return reader.area
