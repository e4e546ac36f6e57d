"""What ground do polygons hold inside the study area?"""

from dataclasses import dataclass

from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.spatial.overlay import cut, flat

_WORTH_TELLING_M2 = 1.0
_OVERLAP = Text(
    en="{title}: {overlap_ha:.4g} ha held by several features are counted once",
    zh="{title}：{overlap_ha:.4g} 公顷重叠范围只计一次",
)


@dataclass(frozen=True)
class Ground:
    """
    Polygons inside the study area.

    Attributes
    ----------
    features
        The parts of the features inside, with their columns; they may overlap.
    united
        The same ground without overlaps, as separate polygons.
    notes
        How much overlapped, where that is worth telling.
    """

    features: GeoDataFrame
    united: GeoDataFrame
    notes: tuple[Text, ...] = ()


def ground(area: StudyArea, polygons: GeoDataFrame, title: Text) -> Ground:
    """
    Return the ground that polygons hold inside the area.

    Parameters
    ----------
    area
        Nothing outside it counts.
    polygons
        Polygons, which may overlap.
    title
        What they are, as the note calls them.
    """
    features = cut(polygons, area.boundary)
    united = flat(features)
    # in the plane: on the ellipsoid a new vertex in a long border changes its size
    overlap_m2 = float(features.area.sum() - united.area.sum())
    if overlap_m2 < _WORTH_TELLING_M2:
        return Ground(features, united)
    note = _OVERLAP.format(title=title, overlap_ha=overlap_m2 / 1e4)
    return Ground(features, united, (note,))
