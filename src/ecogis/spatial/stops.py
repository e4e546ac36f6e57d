"""Which stops of public transport count?"""

from typing import Literal

from geopandas import GeoDataFrame

from ecogis.document import Text
from ecogis.errors import LayerError

StopKind = Literal["bus", "subway", "tram"]
_NO_KIND = Text(
    en="{count} stops do not say of which kind they are and are left out",
    zh="{count} 个站点未注明类型，未计入",
)


def of_kinds(
    stops: GeoDataFrame, kinds: tuple[StopKind, ...] | None
) -> tuple[GeoDataFrame, list[Text]]:
    """
    Return the stops of these kinds, and how many do not say theirs.

    Parameters
    ----------
    stops
        Points, with ``kind`` where kinds are asked for.
    kinds
        None counts them all.

    Raises
    ------
    LayerError
        Kinds are asked of stops without the field.
    """
    if kinds is None:
        return stops, []
    if "kind" not in stops:
        msg = (
            f"transit_stops: field 'kind' is missing, which kinds = {list(kinds)} asks "
            "for; state it in the plan's [sources], or leave kinds out"
        )
        raise LayerError(msg, "transit_stops：缺少字段 'kind'，无法按 kinds 筛选")
    unknown = int(stops["kind"].isna().sum())
    notes = [_NO_KIND.format(count=unknown)] if unknown else []
    return stops[stops["kind"].isin(kinds)], notes
