"""Has the ecological red line lost ground since the baseline?"""

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import SquareMetres, indicator
from ecogis.result import Result
from ecogis.spatial.ground import ground
from ecogis.spatial.overlay import split, without

_SUMS = Text(
    en="lost {lost:.6g} km², gained {gained:.6g} km², kept {kept:.6g} km²",
    zh="减少 {lost:.6g} 平方公里，增加 {gained:.6g} 平方公里，保持 {kept:.6g} 平方公里",
)
_SLIVERS = Text(
    en="{count} slivers below {min_area_m2:g} m² ({sum_m2:.3g} m² in all) count in the "
    "net change but are not listed",
    zh="{count} 个小于 {min_area_m2:g} 平方米的碎片（合计 {sum_m2:.3g} 平方米）"
    "计入净变化，但不列出",
)


@indicator(
    title={
        "en": "Net change of the ecological red line since the baseline",
        "zh": "生态保护红线面积净变化（较基期）",
    },
    unit="km²",
    better="higher",
    standard="生态保护红线“面积不减少”（环办生态〔2017〕48号）",
    confidence="plan",
    draws=("redline_change",),
)
def redline_no_net_loss(
    area: StudyArea,
    red_lines: GeoDataFrame,
    red_lines_baseline: GeoDataFrame,
    *,
    min_area_m2: SquareMetres = 1.0,
) -> Result:
    """
    Ground that the red line gained less the ground it lost since the baseline.

    A loss made good elsewhere is still listed: the number is the net, the table and the
    map show every loss.

    Parameters
    ----------
    area
        Only ground inside it counts.
    red_lines
        Polygons of the red line as it stands, optionally with ``name``.
    red_lines_baseline
        Polygons of the red line at the baseline, optionally with ``name``.
    min_area_m2
        Smallest piece to list and to draw, in square metres; smaller ones are the
        noise of digitising, which the net includes all the same.

    Returns
    -------
    Result
        Square kilometres, negative for a net loss. The table lists lost and gained
        pieces (``change``, ``area_m2``, ``name``), the largest first. Draws
        ``redline_change`` (field ``change``: ``lost``, ``gained``, ``kept``).

    Source
    ------
    Fengtai and Chaoyang Districts, ecological and environmental protection plans of the
    14th five-year period (2021): 生态保护红线面积不减少. That net change decides, and
    that compensated losses are shown beside it, is our reading of that sentence.
    """
    now = ground(area, red_lines, Text(en="Red lines", zh="生态保护红线"))
    then = ground(area, red_lines_baseline, Text(en="Baseline", zh="基期生态保护红线"))
    kept, gained = split(now.united, then.united.geometry.to_numpy())
    lost = without(then.united, now.united.geometry.to_numpy())
    frames = {"lost": lost, "gained": gained, "kept": kept}
    change = _pieces(area, frames)
    listed = change[change["area_m2"] >= min_area_m2]
    moved = change[change["change"] != "kept"]
    sign = np.where(moved["change"] == "lost", -1.0, 1.0)
    return Result.total(
        moved.assign(numerator=sign * moved["area_m2"]),
        scale=1e-6,
        redline_change=listed,
        table=_table(listed, now.features, then.features),
        notes=(
            *now.notes,
            *then.notes,
            *_notes(change, min_area_m2),
        ),
    )


def _pieces(area: StudyArea, frames: dict[str, GeoDataFrame]) -> GeoDataFrame:
    """Return connected pieces with ``change`` and ``area_m2``."""
    named = [
        frame[[frame.geometry.name]].assign(change=change)
        for change, frame in frames.items()
    ]
    pieces = pd.concat(named, ignore_index=True).explode(ignore_index=True)
    return pieces.assign(area_m2=area.measure(pieces))


def _table(listed: GeoDataFrame, now: GeoDataFrame, then: GeoDataFrame) -> pd.DataFrame:
    """List lost and gained pieces with the red lines that hold, or held, them."""
    rows = []
    for change, holders in (("lost", then), ("gained", now)):
        pieces = listed[listed["change"] == change]
        rows.append(pieces.assign(name=_names(pieces, holders)))
    table = pd.DataFrame(pd.concat(rows)[["change", "name", "area_m2"]])
    order = ["area_m2", "change", "name"]
    return table.sort_values(order, ascending=[False, True, True], ignore_index=True)


def _names(pieces: GeoDataFrame, holders: GeoDataFrame) -> list[str]:
    if "name" not in holders:
        return [""] * len(pieces)
    spots = shapely.point_on_surface(pieces.geometry.to_numpy())
    shapes = holders.geometry.to_numpy()
    spot, holder = shapely.STRtree(shapes).query(spots, predicate="intersects")
    names = holders["name"].fillna("").astype(str).to_numpy()
    found: list[set[str]] = [set() for _ in spots]
    for at, name in zip(spot, names[holder], strict=True):
        found[at].add(name)
    return ["、".join(sorted(held - {""})) for held in found]


def _notes(change: GeoDataFrame, min_area_m2: float) -> tuple[Text, ...]:
    sums = change.groupby("change")["area_m2"].sum() / 1e6
    known = {kind: sums.get(kind, 0.0) for kind in ("lost", "gained", "kept")}
    small = change["area_m2"].to_numpy()
    small = small[(small < min_area_m2) & (change["change"] != "kept").to_numpy()]
    told = _SLIVERS.format(
        count=len(small), min_area_m2=min_area_m2, sum_m2=float(np.sum(small))
    )
    return (_SUMS.format(**known), *([told] if len(small) else []))
