"""Do the control zones make up the district, without gap or overlap?"""

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from shapely.geometry.base import BaseGeometry

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.indicator import SquareMetres, indicator
from ecogis.result import Result
from ecogis.spatial.overlay import Shapes, cut, dissolve, without

ECOLOGICAL = "ecological_control"
ZONES = (ECOLOGICAL, "concentrated_construction", "restricted_construction")
FAULTS = ("gap", "overlap", "red_line_outside")
_UNTOLD = Text(
    en="no red line was given: whether it lies in the ecological control zone is open",
    zh="未提供生态保护红线，未核查其是否位于生态控制区内",
)
_NO_ECOLOGICAL = Text(
    en="no zone is an ecological control zone: the whole red line lies outside it",
    zh="分区中没有生态控制区，红线全部视为区外",
)
_OTHER = Text(
    en="zones other than the three: {names}; they count as zones of their own",
    zh="三区以外的分区：{names}；按独立分区计",
)
_UNNAMED = Text(
    en="{count} polygons name no zone and count as no zone",
    zh="{count} 个图斑未注明分区，按无分区计",
)
_SMALL = Text(
    en="{count} faults below {tolerance_m2:g} m² ({sum_m2:.3g} m² in all) left out",
    zh="{count} 处小于 {tolerance_m2:g} 平方米的问题（合计 {sum_m2:.3g} 平方米）未计入",
)


@indicator(
    title={
        "en": "Two lines, three zones: ground at fault",
        "zh": "两线三区划定问题图斑面积",
    },
    unit="m²",
    better="lower",
    standard="北京城市总体规划（2016年—2035年）两线三区",
    confidence="medium",
    draws=("partition_faults",),
)
def zone_partition_check(
    area: StudyArea,
    control_zones: GeoDataFrame,
    red_lines: GeoDataFrame | None = None,
    *,
    tolerance_m2: SquareMetres = 1.0,
) -> Result:
    """
    Ground where the control zones leave a gap, overlap, or miss the red line.

    Polygons of one zone are united first, so that only ground claimed by two different
    zones is an overlap. Ground with two faults counts for each of them. Zones that
    reach beyond the area are no fault.

    Parameters
    ----------
    area
        What the zones have to make up.
    control_zones
        Polygons with ``zone``: ``ecological_control``, ``concentrated_construction``,
        ``restricted_construction``.
    red_lines
        Polygons that have to lie within the ecological control zone; None leaves that
        question open.
    tolerance_m2
        Largest connected piece that is still no fault, in square metres.

    Returns
    -------
    Result
        Square metres at fault, 0 for a clean partition. The table sums them by kind.
        Draws ``partition_faults`` (field ``fault``: ``gap``, ``overlap``,
        ``red_line_outside``).

    Source
    ------
    Beijing city master plan 2016-2035, adopted by Fengtai's ecological plan (2021,
    section 5.1): 生态控制线 and 城市开发边界 divide the city into 生态控制区,
    集中建设区 and 限制建设区. That the three leave no gap and that the red line lies
    within the ecological control zone is our reading (not checked against the text).
    """
    zones = _by_zone(control_zones)
    covered = dissolve([shape for shapes in zones.values() for shape in shapes])
    whole = GeoDataFrame(geometry=[area.boundary], crs=area.crs)
    found = [_faults("gap", without(whole, covered)), _overlaps(area, zones)]
    if red_lines is not None:
        inside = cut(red_lines, area.boundary)
        united = GeoDataFrame(geometry=dissolve(inside.geometry), crs=area.crs)
        ecological = zones.get(ECOLOGICAL, dissolve([]))
        found.append(_faults("red_line_outside", without(united, ecological)))
    pieces = pd.concat(found, ignore_index=True).explode(ignore_index=True)
    pieces = pieces.assign(area_m2=area.measure(pieces))
    faulty = pieces[pieces["area_m2"] > tolerance_m2]
    return Result.total(
        faulty.assign(numerator=faulty["area_m2"]),
        partition_faults=faulty,
        table=_table(faulty, red_lines),
        notes=(
            *_zone_notes(control_zones, red_lines),
            *_small(pieces, tolerance_m2),
        ),
    )


def _by_zone(control_zones: GeoDataFrame) -> dict[str, Shapes]:
    """Return the ground of each zone, by name and in its order."""
    named = control_zones[control_zones["zone"].notna()]
    return {
        str(zone): dissolve(group.geometry.to_numpy())
        for zone, group in named.groupby("zone", sort=True)
    }


def _overlaps(area: StudyArea, zones: dict[str, Shapes]) -> GeoDataFrame:
    """Return the ground that two or more zones claim, once."""
    earlier = dissolve([])
    shared: list[BaseGeometry] = []
    for shapes in zones.values():
        claimed = GeoDataFrame(geometry=shapes, crs=area.crs)
        shared += list(cut(claimed, earlier).geometry)
        earlier = dissolve([*earlier, *shapes])
    twice = GeoDataFrame(geometry=dissolve(shared), crs=area.crs)
    return _faults("overlap", cut(twice, area.boundary))


def _faults(fault: str, pieces: GeoDataFrame) -> GeoDataFrame:
    return pieces[[pieces.geometry.name]].assign(fault=fault)


def _table(faulty: GeoDataFrame, red_lines: GeoDataFrame | None) -> pd.DataFrame:
    """Sum what is at fault by kind; a kind that was not asked has no row."""
    asked = FAULTS if red_lines is not None else FAULTS[:2]
    groups = faulty.groupby("fault")["area_m2"]
    count, size = groups.size(), groups.sum()
    rows = [(fault, int(count.get(fault, 0)), size.get(fault, 0.0)) for fault in asked]
    return pd.DataFrame(rows, columns=["fault", "pieces", "area_m2"])


def _zone_notes(
    control_zones: GeoDataFrame, red_lines: GeoDataFrame | None
) -> list[Text]:
    known = control_zones["zone"].dropna().astype(str)
    others = sorted(set(known) - set(ZONES))
    notes = [_OTHER.format(names=", ".join(others))] if others else []
    if unnamed := len(control_zones) - len(known):
        notes.append(_UNNAMED.format(count=unnamed))
    if red_lines is None:
        notes.append(_UNTOLD)
    elif ECOLOGICAL not in set(known):
        notes.append(_NO_ECOLOGICAL)
    return notes


def _small(pieces: GeoDataFrame, tolerance_m2: float) -> list[Text]:
    sizes = pieces["area_m2"].to_numpy()
    sizes = sizes[sizes <= tolerance_m2]
    if not len(sizes):
        return []
    told = {"count": len(sizes), "sum_m2": float(np.sum(sizes))}
    return [_SMALL.format(tolerance_m2=tolerance_m2, **told)]
