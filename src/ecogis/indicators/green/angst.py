"""How many people have green space of every size at its proper distance?"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import PlanError
from ecogis.indicator import QuadSegs, Result, indicator
from ecogis.spatial.access import Reach, marked, share_of_people
from ecogis.spatial.dasymetric import PeopleOn, people_at_home
from ecogis.spatial.parks import AreaPer, sized
from ecogis.table import table

Edition = Literal["angst_2010", "angst_2023"]
Tier = Literal["doorstep", "local", "neighbourhood", "wider", "district", "subregional"]
_TIERS = {
    "doorstep": Text(en="doorstep", zh="门前"),
    "local": Text(en="local", zh="邻近"),
    "neighbourhood": Text(en="neighbourhood", zh="社区"),
    "wider": Text(en="wider neighbourhood", zh="片区"),
    "district": Text(en="district", zh="区级"),
    "subregional": Text(en="sub-regional", zh="区域级"),
}
_ASKED = Text(
    en="{tiers} tiers are asked of everybody: {list}",
    zh="每位居民须满足 {tiers} 级要求：{list}",
)


def _asked(edition: Edition, tier: Tier | None) -> list[dict[str, Any]]:
    """Return the tiers of an edition, or the one that is asked for."""
    tiers: list[dict[str, Any]] = table("angst")[edition].columns["tiers"]
    chosen = [one for one in tiers if tier in {None, one["tier"]}]
    if not chosen:
        has = ", ".join(str(one["tier"]) for one in tiers)
        msg = f"angst: {edition} has no tier {tier!r}; it has {has}"
        raise PlanError(msg)
    return chosen


def _margin(*, edition: Edition, tier: Tier | None, **_others: object) -> float:
    return float(max(one["distance_m"] for one in _asked(edition, tier)))


def _which(parameters: Mapping[str, Any]) -> Text:
    """Return how a title names what is asked."""
    tier = parameters["tier"]
    if tier is None:
        return Text(en="of every tier", zh="各级")
    return Text(en=f"of the {_TIERS[tier].en} tier", zh=_TIERS[tier].zh)


@indicator(
    title={
        "en": "Residents with accessible natural green {which}",
        "zh": "可达自然绿地（{which}）达标人口比例（英格兰自然署）",
    },
    unit="%",
    better="higher",
    margin=_margin,
    standard="Natural England, accessible natural greenspace standard (ANGSt)",
    confidence="high",
    words={"which": _which},
    draws=("people_served", "parks_counted"),
)
def angst(
    area: StudyArea,
    parks: GeoDataFrame,
    population: GeoDataFrame | None = None,
    buildings: GeoDataFrame | None = None,
    *,
    edition: Edition = "angst_2010",
    tier: Tier | None = None,
    area_per: AreaPer = "patch",
    people_on: PeopleOn | None = None,
    quad_segs: QuadSegs = 32,
) -> Result:
    """
    Share of residents who have green space of every size at its proper distance.

    Distances are straight lines from the edge of the green space to the nearest part
    of the home, exactly, or to the land on which people live. A large site counts for
    every smaller tier whose distance it keeps. Sites beyond the boundary count.

    Parameters
    ----------
    area
        Whose residents are counted.
    parks
        Polygons of natural green space open to the public; ``name`` is shown.
    population
        Polygons with ``people`` (at least 0).
    buildings
        Polygons, in whose floor area the people live: ``use``, ``floors``,
        ``height_m``; with ``people`` they need no ``population``.
    edition
        A row of the table ``angst``: the tiers' sizes and distances.
    tier
        One of the edition's tiers alone; None asks for all of them.
    area_per
        What is held against the sizes: a ``"patch"`` of touching parks, or each
        ``"feature"`` as it is drawn.
    people_on
        What residents stand on: ``"land"``, ``"buildings"``, or buildings where they
        are given.
    quad_segs
        Segments for a quarter of a circle about land; homes need none.

    Returns
    -------
    Result
        Percent of the residents who meet every tier that is asked; None where nobody
        lives. The table has a row a tier. Draws ``people_served`` (``served``,
        ``people``, ``met``: how many tiers) and ``parks_counted`` (``counted``,
        ``area_ha``, ``distance_m``: the longest that it serves).

    Raises
    ------
    PlanError
        The edition has no such tier.
    LayerError
        Nothing says how many people there are, or a negative number does.

    Source
    ------
    Natural England (2010), Nature Nearby: accessible natural greenspace of at least
    2 ha no more than 300 m from home, a site of 20 ha within 2 km, of 100 ha within
    5 km, of 500 ha within 10 km (the numbers of English Nature, 1996). The 2023
    standards of the Green Infrastructure Framework add a doorstep (0.5 ha, 200 m) and a
    neighbourhood (10 ha, 1 km). Uncertain: how the 2023 tiers combine. How natural
    a site is and its quality are not judged.
    """
    asked = _asked(edition, tier)
    known = sized(area, parks, area_per)
    withins = {
        str(one["tier"]): Reach(
            known[known["area_m2"] >= one["min_area_m2"]], one["distance_m"], quad_segs
        )
        for one in asked
    }
    homes, notes = people_at_home(
        area,
        population,
        buildings,
        people_on=people_on,
        margin_m=_margin(edition=edition, tier=tier),
    )
    people = marked(homes, withins)
    met = people[list(withins)].to_numpy(bool)
    served = np.asarray(met.all(axis=1), dtype=bool)
    row = table("angst")[edition]
    drawn = people.drop(columns=list(withins))
    return share_of_people(
        area,
        people,
        served,
        notes=(_told(asked), *row.caveats, *notes),
        table=_table(asked, people["people"].to_numpy(float), met),
        people_served=drawn.assign(served=served, met=met.sum(axis=1)),
        parks_counted=_serving(known, asked),
    )


def _told(asked: list[dict[str, Any]]) -> Text:
    sizes = [(one["min_area_m2"] / 1e4, one["distance_m"]) for one in asked]
    return _ASKED.format(
        tiers=len(asked), list=", ".join(f"{ha:g} ha / {m:g} m" for ha, m in sizes)
    )


def _table(
    asked: list[dict[str, Any]], people: np.ndarray, met: np.ndarray
) -> pd.DataFrame:
    """Return how many people meet each tier."""
    count = people @ met
    whole = people.sum()
    return pd.DataFrame(
        {
            "tier": [one["tier"] for one in asked],
            "min_area_ha": [one["min_area_m2"] / 1e4 for one in asked],
            "distance_m": [one["distance_m"] for one in asked],
            "people": count,
            "percent": 100 * count / whole if whole > 0 else np.nan,
        }
    )


def _serving(parks: GeoDataFrame, asked: list[dict[str, Any]]) -> GeoDataFrame:
    """Return the parks with the longest distance that each serves."""
    radius_m = np.full(len(parks), np.nan)
    for one in asked:
        large = parks["area_m2"].to_numpy(float) >= one["min_area_m2"]
        radius_m[large] = np.fmax(radius_m[large], one["distance_m"])
    return parks.assign(distance_m=radius_m, counted=~np.isnan(radius_m))
