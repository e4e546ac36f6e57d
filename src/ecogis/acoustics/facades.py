"""How loud is it before each building, is that above its limit, and by which road?"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.acoustics.bands import Floats
from ecogis.acoustics.exposure import (
    EDGES_DB,
    PLACES,
    PeopleAt,
    band_sums,
    highest_db,
    shares,
)
from ecogis.acoustics.sound import LEVELS, Sound
from ecogis.spatial.homes import column_or
from ecogis.table import table

Rows = NDArray[np.intp]
Period = Literal["day", "night"]


@dataclass(frozen=True, eq=False)
class Facades:
    """
    What is heard before buildings.

    Parameters
    ----------
    sound
        At the receivers.
    building
        Row of the building that each receiver hangs on.
    """

    sound: Sound
    building: Rows

    def held_against_limits(
        self, buildings: GeoDataFrame, period: Period, people_at: PeopleAt
    ) -> GeoDataFrame:
        """
        Return buildings with their levels, and what of them lies above the limit.

        Parameters
        ----------
        buildings
            Polygons with ``class``, a row of the table ``noise_limits``.
        period
            Whose limit counts.
        people_at
            Where people live in their building.

        Returns
        -------
        GeoDataFrame
            The same with ``lden_db``, ``day_db``, ``night_db`` at the most exposed
            façade (NaN: no receiver, ``-inf``: nothing heard), ``level_db`` of the
            period, ``limit_db``, ``over_db`` (NaN where it is not above) and
            ``share_above``, of the people.
        """
        rows = table("noise_limits")
        limits = [rows[name].columns[f"{period}_db"] for name in buildings["class"]]
        limit_db = np.array(limits, dtype=float)
        levels = {f"{level}_db": self._highest_db(level, buildings) for level in LEVELS}
        level_db = levels[f"{period}_db"]
        with np.errstate(invalid="ignore"):
            above = level_db > limit_db
            over_db = np.where(above, level_db - limit_db, np.nan)
        heard = self.sound.level_db(period)
        part = shares(heard, self.building, people_at)
        part = np.where(heard > limit_db[self.building], part, 0.0)
        share = np.bincount(self.building, part, minlength=len(buildings))
        return buildings.assign(
            **levels,
            level_db=level_db,
            limit_db=limit_db,
            over_db=over_db,
            share_above=np.where(above, np.minimum(share, 1.0), 0.0),
        )

    def loudest_roads(
        self, buildings: GeoDataFrame, roads: GeoDataFrame, period: Period
    ) -> GeoDataFrame:
        """
        Return the roads that are loudest before buildings above the limit.

        Parameters
        ----------
        buildings
            As :meth:`held_against_limits` gives them, with ``people``.
        roads
            Lines, optionally with ``name`` and ``class``.
        period
            Whose limit counts.

        Returns
        -------
        GeoDataFrame
            Roads with ``name``, ``class``, ``buildings`` and ``people`` (NaN where it
            is not known) above the limit, most buildings first; ``over_db``: the most
            that is heard above a limit before them.
        """
        heard = self.sound.level_db(period)
        above = np.flatnonzero(buildings["over_db"].notna())
        # of each building the loudest receiver comes first
        order = np.lexsort((-heard, self.building))
        first = np.searchsorted(self.building[order], above)
        road = self.sound.loudest[period][order[first]]
        people = buildings["people"] * buildings["share_above"]
        over_db = np.full(len(roads), -np.inf)
        np.maximum.at(over_db, road, buildings["over_db"].iloc[above])
        found = GeoDataFrame(
            {
                "name": column_or(roads, "name", None),
                "class": column_or(roads, "class", None),
                "buildings": np.bincount(road, minlength=len(roads)),
                "people": np.bincount(road, people.iloc[above], minlength=len(roads)),
                "over_db": over_db,
            },
            geometry=roads.geometry.to_numpy(),
            crs=roads.crs,
        )
        found = found[found["buildings"] > 0]
        return found.sort_values("buildings", ascending=False, kind="stable")

    def table(self, buildings: GeoDataFrame) -> pd.DataFrame:
        """
        Return what lies in each band of 5 dB, by Lden, day and night.

        Parameters
        ----------
        buildings
            With ``people`` and ``dwellings``; a column that knows none stays empty.
        """
        found = [self._banded(level, buildings) for level in LEVELS]
        return pd.concat(found, ignore_index=True)

    def _banded(self, level: str, buildings: GeoDataFrame) -> pd.DataFrame:
        heard = self.sound.level_db(level)  # type: ignore[arg-type]
        edges = [np.nan, *EDGES_DB, np.nan]
        columns: dict[str, object] = {"level": level, "from_db": edges}
        columns["to_db"] = [*EDGES_DB, np.nan, np.nan]
        for people_at in PLACES:
            part = shares(heard, self.building, people_at)
            name = f"people_{people_at}"
            columns[name] = self._sums(heard, part, buildings["people"])
            if people_at == PLACES[0]:
                columns["dwellings"] = self._sums(heard, part, buildings["dwellings"])
                columns["buildings"] = band_sums(heard, part).astype(int)
        rows = pd.DataFrame(columns)
        # the last row is what hears nothing
        return rows if rows["buildings"].iloc[-1] else rows.iloc[:-1]

    def _sums(self, heard: Floats, part: Floats, amounts: pd.Series) -> Floats:
        known = amounts.to_numpy(dtype=float, na_value=np.nan)
        if np.isnan(known).all():
            return np.full(len(EDGES_DB) + 2, np.nan)
        return band_sums(heard, part * np.nan_to_num(known)[self.building])

    def _highest_db(self, level: str, buildings: GeoDataFrame) -> Floats:
        heard = self.sound.level_db(level)  # type: ignore[arg-type]
        return highest_db(heard, self.building, len(buildings))
