"""Who gets there on foot, and who only as the crow flies?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import LayerError
from ecogis.result import Result
from ecogis.spatial.distance import nearest_m
from ecogis.spatial.entrances import Entrances
from ecogis.spatial.overlay import flat
from ecogis.spatial.places import Places
from ecogis.spatial.reached import reached_parts
from ecogis.spatial.snap import Snapped, snap
from ecogis.spatial.streets import Streets
from ecogis.spatial.walk import TOLERANCE_M, walk_m

Floats = NDArray[np.float64]
# what becomes of a place
ON_FOOT, STRAIGHT_ONLY, OUT_OF_REACH = SERVED = "on_foot", "straight_only", "beyond"
_STRAIGHT = Text(
    en="{straight:.1f} % lie within the same distance in a straight line, {gap:.1f} "
    "points more than on foot",
    zh="按直线距离为 {straight:.1f} %，比步行高 {gap:.1f} 个百分点",
)
_DETOUR = Text(
    en="the walk is {ratio:.2f} times as long as the straight line (median of those "
    "who get there)",
    zh="步行距离为直线距离的 {ratio:.2f} 倍（可达者的中位数）",
)
_ISLANDS = Text(
    en="{bits} bits of street ({km:.1f} km) are not connected with the main network; "
    "{places} of {all} starting points lie at them",
    zh="有 {bits} 段路网（{km:.1f} 公里）与主路网不连通；"
    "{all} 个起点中 {places} 个位于其上",
)
_NO_STREET = Text(
    en="{places} of {all} starting points have no walkable way within {metres:g} m and "
    "count as out of reach",
    zh="{all} 个起点中 {places} 个在 {metres:g} 米内没有步行道路，计为不可达",
)


@dataclass(frozen=True)
class Serving:
    """
    What serves within one distance.

    Attributes
    ----------
    targets
        Parks, stops: where a straight line ends.
    at
        Where a walk ends.
    distance_m
        How far both may be.
    """

    targets: NDArray[Any]
    at: Snapped
    distance_m: float


@dataclass(frozen=True)
class Walks:
    """
    How far the places are from what serves them.

    Attributes
    ----------
    places
        Where people set out.
    starts
        Their places on the streets.
    walk_m, line_m
        To the nearest on foot and in a straight line; inf where that is too far.
    """

    places: Places
    starts: Snapped
    walk_m: Floats
    line_m: Floats

    @property
    def served(self) -> NDArray[np.object_]:
        """Return what becomes of each place: one of :data:`SERVED`."""
        cases = [np.isfinite(self.walk_m), np.isfinite(self.line_m)]
        return np.select(cases, [ON_FOOT, STRAIGHT_ONLY], OUT_OF_REACH).astype(object)

    @property
    def drawn(self) -> GeoDataFrame:
        """
        Return the places with ``served``.

        Buildings also have ``walk_m`` and ``line_m``; squares of land become areas.
        """
        frame, served = self.places.frame, self.served
        if self.places.one_by_one:
            known = {"walk_m": _known(self.walk_m), "line_m": _known(self.line_m)}
            return frame.assign(served=served, **known)
        areas = [flat(frame[served == case]).assign(served=case) for case in SERVED]
        known_areas = [area for area in areas if len(area)] or areas[:1]
        joined = pd.concat(known_areas, ignore_index=True)
        return GeoDataFrame(joined, geometry="geometry", crs=frame.crs)


def by_distance(targets: GeoDataFrame, entrances: Entrances) -> list[Serving]:
    """
    Return what serves, one for each ``distance_m`` of the targets.

    Parameters
    ----------
    targets
        Parks with ``distance_m``.
    entrances
        Theirs.
    """
    metres = targets["distance_m"].to_numpy(float)
    shapes = np.asarray(targets.geometry.values)
    return [
        Serving(
            shapes[metres == distance_m],
            entrances.at.take(metres[entrances.park] == distance_m),
            float(distance_m),
        )
        for distance_m in np.unique(metres)
    ]


def walks(places: Places, streets: Streets, serving: Sequence[Serving]) -> Walks:
    """
    Return the walks and the straight lines from places to what serves them.

    Parameters
    ----------
    places
        Where people set out.
    streets
        Split at crossings.
    serving
        One for each distance; a place is served by any of them.

    Raises
    ------
    LayerError
        There is no walkable way at all.
    """
    if not len(streets.lines):
        raise _no_way()
    points = places.points
    farthest_m = max((one.distance_m for one in serving), default=0.0)
    starts = snap(points, streets, farthest_m)
    walk, line = (np.full(len(points), np.inf) for _ in range(2))
    for one in serving:
        reached = walk_m(streets, one.at, starts, limit_m=one.distance_m)
        walk = np.minimum(walk, reached)
        away = nearest_m(np.asarray(shapely.points(points)), one.targets)
        # twice: no walk shall be shorter than its straight line
        near = away <= one.distance_m + 2 * TOLERANCE_M
        line = np.minimum(line, np.where(near, away, np.inf))
    return Walks(places, starts, walk, line)


def share_on_foot(
    area: StudyArea, found: Walks, streets: Streets, **more: Any
) -> Result:
    """
    Return the percentage that gets there on foot, with all that a reader has to know.

    Parameters
    ----------
    area
        How area is measured.
    found, streets
        The walks and what was walked.
    **more
        What ``Result.share`` takes.
    """
    on_foot = np.isfinite(found.walk_m)
    counted, size = found.places.counted, found.places.sizes(area)
    notes = (*_told(found, streets, size), *found.places.notes, *more.pop("notes", ()))
    return Result.share(
        area,
        part=counted[on_foot],
        rest=counted[~on_foot],
        by=found.places.by,
        notes=notes,
        table=_table(found.served, size),
        **more,
    )


def reachable(
    area: StudyArea, streets: Streets, serving: Sequence[Serving]
) -> GeoDataFrame:
    """Return the parts of streets in the area within a walk, once for each distance."""
    frames = []
    for one in serving:
        _, lines = reached_parts(streets, one.at, limit_m=one.distance_m)
        near = lines[shapely.intersects(area.boundary, lines)]
        metres = np.full(len(near), one.distance_m)
        frames.append(pd.DataFrame({"distance_m": metres, "geometry": near}))
    columns = {"distance_m": np.zeros(0), "geometry": np.zeros(0, dtype=object)}
    rows = pd.concat(frames) if frames else pd.DataFrame(columns)
    return GeoDataFrame(rows.reset_index(drop=True), geometry="geometry", crs=area.crs)


def _told(found: Walks, streets: Streets, size: Floats) -> list[Text]:
    total, many = size.sum(), len(size)
    notes = []
    on_foot, near = np.isfinite(found.walk_m), np.isfinite(found.line_m)
    if total > 0:
        straight = 100 * size[near].sum() / total
        gap = straight - 100 * size[on_foot].sum() / total
        notes.append(_STRAIGHT.format(straight=straight, gap=max(gap, 0.0)))
    ratio = detour(found, size)
    if ratio is not None:
        notes.append(_DETOUR.format(ratio=ratio))
    if bits := int(streets.island.max(initial=0)):
        apart = streets.island[streets.start] > 0
        at = found.starts.edge
        lost = int(apart[at[at >= 0]].sum())
        km = float(streets.length_m[apart].sum()) / 1000
        told = {"bits": bits, "km": km, "places": lost, "all": many}
        notes.append(_ISLANDS.format(**told))
    return notes


def no_street(found: Walks, metres: float) -> list[Text]:
    """Return how many places have no street within reach, where there are any."""
    lost = int((found.starts.edge < 0).sum())
    told = {"places": lost, "all": len(found.starts.edge), "metres": metres}
    return [_NO_STREET.format(**told)] if lost else []


def detour(found: Walks, size: Floats) -> float | None:
    """Return the median walk over the straight line of those who get there on foot."""
    with_line = np.isfinite(found.walk_m) & (found.line_m > TOLERANCE_M)
    if not size[with_line].sum() > 0:
        return None
    ratio = found.walk_m[with_line] / found.line_m[with_line]
    order = np.argsort(ratio, kind="stable")
    half = np.cumsum(size[with_line][order])
    return float(ratio[order][np.searchsorted(half, half[-1] / 2)])


def _table(served: NDArray[np.object_], size: Floats) -> pd.DataFrame:
    """Sum what becomes of the places."""
    total = size.sum()
    rows = []
    for case in SERVED:
        mine = served == case
        percent = 100 * size[mine].sum() / total if total > 0 else np.nan
        rows.append((case, int(mine.sum()), float(size[mine].sum()), percent))
    return pd.DataFrame(rows, columns=["served", "places", "amount", "percent"])


def _known(metres: Floats) -> Floats:
    return np.where(np.isfinite(metres), metres, np.nan)


def _no_way() -> LayerError:
    return LayerError(
        "walkable_ways: no walkable way in the area and its margin; give a layer of "
        "streets that covers the area, and look at its fields class, foot and access",
        "walkable_ways：研究范围及其外扩范围内没有步行道路；请提供覆盖该范围的道路图层，"
        "并检查 class、foot、access 字段",
    )
