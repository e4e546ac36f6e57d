"""What of buildings is drawn, listed and told once their levels are known?"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from ecogis.document import Text
from ecogis.spatial.levels import PERIODS, Period

_LEVELS = ("lden_db", "day_db", "night_db", "level_db")
# roads that the notes name
_WORST = 3
_ABOVE = Text(
    en="{above} of {all} buildings lie above the limit by {period}",
    zh="{period}：{all} 栋建筑中 {above} 栋超过限值",
)
_NO_RECEIVER = Text(
    en="{count} of {all} buildings have no free wall: their level is unknown, and they "
    "are not counted",
    zh="{all} 栋建筑中 {count} 栋无临空外墙，声级未知，未计入",
)
_WORST_ROAD = Text(
    en="{name}: the loudest road before {buildings} buildings above the limit with "
    "{people} people above it",
    zh="{name}：{buildings} 栋超标建筑（超标人口 {people}）的主要噪声来源",
)


def drawn_buildings(homes: GeoDataFrame) -> dict[str, GeoDataFrame]:
    """Return the buildings that are drawn; what is not heard is absent."""
    people_above = homes["people"] * homes["share_above"]
    found = homes.assign(people_above=people_above).drop(columns="share_above")
    levels = found[list(_LEVELS)]
    found[list(_LEVELS)] = levels.where(np.isfinite(levels))
    masks = {"facade_levels": "level_db", "people_above_limits": "over_db"}
    return {
        name: found[found[column].notna()].reset_index(drop=True)
        for name, column in masks.items()
    }


def worst_roads(loudest: GeoDataFrame) -> pd.DataFrame:
    """
    Return a table of roads, most people above the limit first, then most buildings.

    Parameters
    ----------
    loudest
        As :meth:`~ecogis.acoustics.facades.Facades.loudest_roads` gives them. Sections
        of one name are one road, of the class before most of these buildings; each
        section without a name is a road by itself.

    Returns
    -------
    DataFrame
        ``rank``, ``name``, ``class``, ``buildings`` and ``people`` (NaN: unknown)
        above the limit whose loudest road it is, ``over_db``: the most that is heard
        above a limit there; ``x_m``, ``y_m``: the middle of its first section.
    """
    sections = pd.DataFrame(loudest.drop(columns=loudest.geometry.name))
    middle = loudest.geometry.interpolate(0.5, normalized=True)
    sections = sections.assign(x_m=middle.x.round(1), y_m=middle.y.round(1))
    sections = sections.sort_values("buildings", ascending=False, kind="stable")
    named = sections["name"].notna()
    key = sections["name"].where(named, pd.Series(sections.index, sections.index))
    found = sections.groupby([named, key], sort=False).agg(
        name=("name", "first"),
        **{"class": ("class", "first")},
        buildings=("buildings", "sum"),
        people=("people", lambda people: people.sum(min_count=1)),
        over_db=("over_db", "max"),
        x_m=("x_m", "first"),
        y_m=("y_m", "first"),
    )
    order = ["people", "buildings", "over_db"]
    found = found.sort_values(order, ascending=False, kind="stable")
    words = found[["name", "class"]].astype(object)
    found[["name", "class"]] = words.where(words.notna(), None)
    found.insert(0, "rank", np.arange(1, len(found) + 1))
    return found.reset_index(drop=True)


def told_of(homes: GeoDataFrame, worst: pd.DataFrame, period: Period) -> Iterator[Text]:
    """Yield what is above the limit, by which roads, and what is not known."""
    count = {"all": len(homes)}
    unknown = homes["level_db"].isna()
    above = int(homes["over_db"].notna().sum())
    yield _ABOVE.format(above=above, period=PERIODS[period], **count)
    for _, road in worst[worst["name"].notna()].head(_WORST).iterrows():
        people = road["people"]
        yield _WORST_ROAD.format(
            name=road["name"],
            buildings=road["buildings"],
            people="?" if np.isnan(people) else f"{people:,.0f}",
        )
    if unknown.any():
        yield _NO_RECEIVER.format(count=int(unknown.sum()), **count)
