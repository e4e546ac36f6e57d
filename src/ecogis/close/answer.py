"""What is answered: the new parks, what each brings, and the row before and after."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from ecogis.close.asked import Wish
from ecogis.close.search import Found
from ecogis.close.wording import notes_of
from ecogis.document import Text
from ecogis.reader import Reader
from ecogis.run import scorecard
from ecogis.scorecard import Score, Scorecard
from ecogis.spatial.siting import Siting

_BEFORE = Text(en="Today: {title}", zh="现状：{title}")
_AFTER = Text(
    en="With new parks ({count}): {title}", zh="新增公园（{count} 处）后：{title}"
)


@dataclass(frozen=True)
class Closing:
    """
    The answer.

    Attributes
    ----------
    before, after
        The row today, and with the new parks, both measured by the indicator.
    sites
        The new parks, that which adds most first: ``rank``, ``name``, ``kind``,
        ``area_m2``, ``distance_m``, ``cost``, ``adds``, ``coverage`` (in percent, with
        those before it).
    curve
        ``sites``, ``cost``, ``coverage``, and ``at_most``: what no such number of the
        candidates exceeds.
    card
        Both rows, with what a map draws.
    notes
        How sure it is, where the candidates come from, what was left out.
    """

    before: Score
    reader: Reader
    after: Score | None = None
    sites: GeoDataFrame | None = None
    curve: pd.DataFrame = field(default_factory=pd.DataFrame)
    siting: Siting | None = None
    entrances: GeoDataFrame | None = None
    reached: bool = True
    for_target: bool = True
    notes: tuple[Text, ...] = ()

    @property
    def met(self) -> bool:
        """Whether the target was met before, so that there is nothing to do."""
        return self.after is None

    @property
    def card(self) -> Scorecard:
        """The scorecard before and after, for the outputs."""
        both = (self.before, self.after)
        return scorecard(self.reader, [score for score in both if score is not None])


def answer(reader: Reader, before: Score, found: Found, wish: Wish) -> Closing:
    """Return the answer that the sites found amount to."""
    sites = _ranked(before, found)
    curve = _curve(before, found, wish)
    notes = notes_of(before, found, wish)
    return Closing(
        before=before.titled(f"{before.goal.row}-before", _BEFORE),
        reader=reader,
        after=_then(before, found, sites, _table(sites, curve), notes),
        sites=sites,
        curve=curve,
        siting=found.siting,
        entrances=found.entrances,
        reached=found.reached,
        for_target=wish.for_target,
        notes=notes,
    )


def _ranked(before: Score, found: Found) -> GeoDataFrame:
    """Return the sites with what each adds, as the indicator counts."""
    many = len(found.sites)
    site = found.newly["site"].to_numpy(int) - 1
    adds = np.bincount(site, found.newly["amount"].to_numpy(float), minlength=many)
    known = [name for name in ("name", "kind") if name in found.sites]
    columns = [*known, "area_m2", "distance_m", "cost"]
    told = found.sites[columns].assign(
        adds=adds, coverage=_percent(before, np.cumsum(adds))
    )
    told.insert(0, "rank", np.arange(1, many + 1))
    if told["cost"].isna().all():
        told = told.drop(columns="cost")
    return GeoDataFrame(told, geometry=found.sites.geometry.values, crs=_crs(found))


def _curve(before: Score, found: Found, wish: Wish) -> pd.DataFrame:
    """Return what the first sites reach, from none to all."""
    ranked = _ranked(before, found)
    sites = np.arange(len(ranked) + 1)
    adds = np.r_[0.0, np.cumsum(ranked["adds"].to_numpy(float))]
    curve = pd.DataFrame({"sites": sites, "coverage": _percent(before, adds)})
    costs = sites.astype(float)
    if "cost" in ranked:
        costs = np.r_[0.0, np.cumsum(ranked["cost"].to_numpy(float))]
        curve["cost"] = costs
    spent = costs if wish.by_cost else sites.astype(float)
    most = np.array([found.siting.most(cost) for cost in spent])
    # what the first sites of a choice serve, others may serve better: never less
    curve["at_most"] = np.maximum(_percent(before, most), curve["coverage"])
    return curve


def _table(sites: GeoDataFrame, curve: pd.DataFrame) -> pd.DataFrame:
    """Return the sites with the curve beside them, for the page."""
    most = curve["at_most"].to_numpy(float)[1:]
    return pd.DataFrame(sites.drop(columns="geometry")).assign(at_most=most)


def _then(
    before: Score,
    found: Found,
    sites: GeoDataFrame,
    table: pd.DataFrame,
    notes: tuple[Text, ...],
) -> Score:
    renamed = before.titled(f"{before.goal.row}-after", _AFTER, count=len(sites))
    result = found.after.result
    if result is not None:
        drawn = {
            **result.drawn,
            "newly_served": found.newly,
            "new_parks": sites,
            "new_park_spots": _spots(sites),
        }
        result = replace(result, drawn=drawn, table=table)
    told = (*notes, *found.after.notes)
    return replace(found.after, goal=renamed.goal, result=result, notes=told)


def _spots(sites: GeoDataFrame) -> GeoDataFrame:
    """Return a point of each site: a pocket park is too small for a city's map."""
    points = shapely.point_on_surface(np.asarray(sites.geometry.values))
    return sites.set_geometry(points, crs=sites.crs)


def _percent(before: Score, adds: np.ndarray) -> Any:
    result = before.result
    if result is None or not result.denominator:
        return np.full(len(adds), np.nan)
    return result.scale * ((result.numerator or 0.0) + adds) / result.denominator


def _crs(found: Found) -> Any:
    return found.sites.crs
