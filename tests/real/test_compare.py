"""Lorient with other traffic, as a user compares it: numbers against counts by hand."""

import csv
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio

from ecogis.acoustics import kept, transfer
from ecogis.compare.asked import Request
from ecogis.comparing import compare_one

pytestmark = pytest.mark.real
PLAN = Path(__file__).parent / "lorient" / "plan.toml"
# metres east of the area's western edge that is calmed; the rest takes the traffic
MIDDLE_X = 223_950


@pytest.fixture(scope="module")
def compared(data, tmp_path_factory):
    """Return what changes where the west is calmed: 30 km/h, no lorries, fewer cars."""
    folder = tmp_path_factory.mktemp("lorient")
    roads = gpd.read_file(data / "lorient" / "ROADS2.shp")
    west = roads.to_crs(2154).geometry.centroid.x < MIDDLE_X
    for period in "DEN":
        for speed in (f"LV_SPD_{period}", f"HV_SPD_{period}"):
            roads.loc[west, speed] = roads.loc[west, speed].clip(upper=30)
        roads[f"TV_{period}"] *= np.where(west, 0.6, 1.5)
        roads[f"HV_{period}"] *= np.where(west, 0.0, 2.0)
    roads.to_file(folder / "roads.gpkg")
    sources = folder / "after.toml"
    sources.write_text('[sources]\nroads = { path = "roads.gpkg" }\n', "utf-8")
    patch = pytest.MonkeyPatch()
    patch.setenv("ECOGIS_DATA", str(data.resolve()))
    calls, work = [], transfer.heard_everywhere
    patch.setattr(transfer, "heard_everywhere", lambda *a: calls.append(1) or work(*a))
    kept.KEPT.clear()
    start = time.perf_counter()
    request = Request(PLAN, after_sources=sources)
    found = compare_one(request, out=folder / "out", language="en")
    patch.undo()
    return found, folder / "out", calls, time.perf_counter() - start


def pairs(compared):
    return {pair.row: pair for pair in compared[0].comparison.pairs}


def test_two_rows_of_two_plans_are_propagated_once(compared):
    # façades and the grid of day; night asks for the same façades
    assert len(compared[2]) == 2


def test_the_west_gets_quieter_and_the_east_louder(compared):
    day = pairs(compared)["LO-day"]
    zones = day.zones.set_index("zone")["change"]
    assert zones["west"] < 0 < zones["east"]
    assert zones.sum() == day.change
    change = day.heard.drawn["facade_change"]
    x = change.geometry.centroid.x
    # some stand by a long street whose middle lies on the other side
    assert (change.loc[x < MIDDLE_X - 100, "change_db"] < -1).mean() > 0.95
    assert (change.loc[x > MIDDLE_X + 100, "change_db"] > 1).mean() > 0.95
    # 1.5 times the cars and twice the lorries: less than twice of everything
    assert change["change_db"].max() < 10 * np.log10(2)


def test_counts_are_those_of_both_scorecards(compared):
    for pair in pairs(compared).values():
        counts = pair.heard.counts
        assert counts["alone"] == 0
        assert (counts["before"], counts["after"]) == (
            pair.before.value,
            pair.after.value,
        )
        assert counts["newly"] - counts["no_longer"] == pair.change
        heard = counts["both"] - counts["silent"]
        assert pair.heard.table["buildings"].sum() == heard


def test_files_agree_with_each_other(compared):
    _, out, _, _ = compared
    text = (out / "change.csv").read_text(encoding="utf-8-sig")
    table = list(csv.DictReader(text.splitlines()))
    found = pairs(compared)
    assert [float(row["Change"]) for row in table] == [
        found[row["Row"]].change for row in table
    ]
    with rasterio.open(out / "LO-day_noise_day_change.tif") as grid:
        cells = grid.read(1)
        row, column = np.nonzero(~np.isnan(cells))
        x, y = grid.xy(row, column)
    middles = gpd.GeoDataFrame(
        {"change": cells[row, column]},
        geometry=gpd.points_from_xy(x, y),
        crs="EPSG:2154",
    )
    bands = gpd.read_file(out / "change.gpkg", layer="LO-day_noise_change")
    inside = middles.sjoin(bands.to_crs("EPSG:2154"))
    # some middles lie where too few of their neighbours are known
    assert len(inside) > 0.8 * len(middles)
    near = 1e-4
    assert (inside["change"] >= inside["from_db"].fillna(-np.inf) - near).all()
    assert (inside["change"] <= inside["to_db"].fillna(np.inf) + near).all()
    built = gpd.read_file(out / "change.gpkg", layer="LO-day_facade_change")
    assert len(built) == found["LO-day"].heard.counts["both"]
    assert (out / "change.html").stat().st_size < 2_000_000
