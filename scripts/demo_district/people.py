"""Who lives where: residents by the floor space of their home."""

import geopandas as gpd
import numpy as np
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from demo_district import sheet
from demo_district.land import Ground

PEOPLE = 520_000
# people need more room in a cottage than in a tower
M2_EACH = {"courtyards": 24.0, "slabs": 29.0, "mid_rise": 35.0, "towers": 39.0,
           "cottages": 46.0}  # fmt: skip


def residents(buildings: GeoDataFrame) -> NDArray[np.int64]:
    """Share :data:`PEOPLE` out over the homes, in whole people that add up."""
    each = buildings["pattern"].map(M2_EACH).to_numpy(float)
    space = buildings.area.to_numpy() * buildings["floors"].to_numpy(float) / each
    space = np.nan_to_num(space)
    share = PEOPLE * space / space.sum()
    people = np.floor(share).astype(np.int64)
    short = PEOPLE - int(people.sum())
    largest = np.argsort(people - share, kind="stable")[:short]
    people[largest] += 1
    return people


def blocks(ground: Ground, buildings: GeoDataFrame) -> GeoDataFrame:
    """Sum residents by parcel: ``people``, ``subdistrict``."""
    sums = buildings.groupby("parcel")["people"].sum()
    sums = sums[sums > 0]
    parcels = ground.land.iloc[sums.index]
    columns = {
        "people": sums.to_numpy(),
        "subdistrict": parcels["subdistrict"].to_numpy(),
    }
    return gpd.GeoDataFrame(columns, geometry=list(parcels.geometry), crs=sheet.CRS)
