"""Which woodland counts, and how much of the area does it cover?"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.result import Result
from ecogis.spatial.ground import ground
from ecogis.spatial.overlay import cut
from ecogis.spatial.parts import parts
from ecogis.spatial.patches import is_wide, patches, pieces

# one mu: the smallest patch of woodland that the forest survey maps, in m²
MU_M2 = 2000 / 3
# kinds that form stands; tree rows and nets are counted as they are
_STANDS = ("arbor", "bamboo", "special_shrub", "shrub")
_WOODLAND = Text(en="Woodland", zh="林地")
_NOTES: Mapping[str, Text] = {
    "kind": Text(
        en="{count} pieces of woodland without a kind count as arbor forest",
        zh="{count} 个图斑未注明林地类型，按乔木林计",
    ),
    "canopy": Text(
        en="{count} pieces of arbor forest without canopy cover are taken to reach "
        "the least that counts",
        zh="{count} 个乔木林图斑未注明郁闭度，视为达到要求",
    ),
}


@dataclass(frozen=True)
class Rule:
    """
    What counts as woodland.

    Parameters
    ----------
    kinds
        Values of ``kind`` that count; woodland without one is arbor forest.
    canopy_min
        Least canopy cover of arbor forest, 0 to 1, inclusive.
    min_area_m2
        Smallest patch of touching stands, in m², inclusive.
    min_width_m
        Least width of a patch at its widest, in metres, inclusive.
    """

    kinds: tuple[str, ...]
    canopy_min: float
    min_area_m2: float
    min_width_m: float


def margin_m(*, min_area_m2: float, min_width_m: float, **_others: object) -> float:
    """Return how far a patch that counts may reach before it is large enough."""
    return min_area_m2 / max(min_width_m, 1.0)


def cover(area: StudyArea, forest: GeoDataFrame, rule: Rule) -> Result:
    """
    Return the share of the area under woodland that counts, in percent.

    Patches are judged whole and cut to the area afterwards. What overlaps counts once.

    Parameters
    ----------
    area
        Its size is the denominator.
    forest
        Polygons; ``kind`` and ``canopy`` are optional.
    rule
        What counts.
    """
    judged, notes = judge(area, forest, rule)
    kept = ground(area, judged[judged["kept"]], _WOODLAND)
    top = kept.united.assign(amount=area.measure(kept.united))
    bottom = GeoDataFrame(
        {"amount": [area.size_m2]}, geometry=[area.boundary], crs=area.crs
    )
    return Result.ratio(
        parts(top, bottom),
        scale=100,
        notes=(*notes, *kept.notes),
        forest_kept=cut(judged, area.boundary),
    )


def judge(
    area: StudyArea, forest: GeoDataFrame, rule: Rule
) -> tuple[GeoDataFrame, tuple[Text, ...]]:
    """
    Return woodland piece by piece, whether it counts, and what was assumed.

    Returns
    -------
    tuple
        ``kind``, ``canopy``, ``area_ha``, ``kept`` (boolean) and ``reason``: ``kept``,
        or what it fails by, ``kind``, ``canopy``, ``area`` or ``width``; and notes on
        what was not stated.
    """
    woods = _described(forest)
    unstated = woods["kind"].isna()
    kind = woods["kind"].where(~unstated, "arbor")
    arbor = kind == "arbor"
    reason = np.full(len(woods), "kept", dtype=object)
    reason[arbor & (woods["canopy"] < rule.canopy_min)] = "canopy"
    reason[~kind.isin(rule.kinds)] = "kind"
    standing = np.flatnonzero((reason == "kept") & kind.isin(_STANDS))
    reason[standing] = _patch_reasons(area, woods.iloc[standing], rule)
    counts = {
        "kind": int(unstated.sum()),
        "canopy": int((arbor & woods["canopy"].isna()).sum()),
    }
    notes = tuple(_NOTES[k].format(count=n) for k, n in counts.items() if n)
    judged = woods.assign(kind=kind, reason=reason, kept=reason == "kept")
    return judged.assign(area_ha=area.measure(judged) / 1e4), notes


def _described(forest: GeoDataFrame) -> GeoDataFrame:
    """Return the pieces with ``kind`` and ``canopy``, missing where not stated."""
    shapes = forest.geometry.to_numpy()
    blank = np.full(len(forest), None, dtype=object)
    kind = forest["kind"].to_numpy(object) if "kind" in forest else blank
    canopy = forest["canopy"].to_numpy(float) if "canopy" in forest else np.nan
    named = {"kind": kind, "canopy": canopy}
    return pieces(GeoDataFrame(named, geometry=shapes, crs=forest.crs))


def _patch_reasons(
    area: StudyArea, stands: GeoDataFrame, rule: Rule
) -> NDArray[np.object_]:
    """Return for each stand why its patch does not count, or ``kept``."""
    numbers, united = patches(stands.geometry.to_numpy())
    reason = np.full(len(united), "kept", dtype=object)
    reason[area.measure(united) < rule.min_area_m2] = "area"
    large = np.flatnonzero(reason == "kept")
    narrow = ~is_wide(united[large], rule.min_width_m)
    reason[large[narrow]] = "width"
    return reason[numbers]
