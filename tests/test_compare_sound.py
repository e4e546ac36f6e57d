"""
Road noise before and after: half of the vehicles are 10 lg 2 = 3.01 dB less.

Nothing else of a level depends on how many vehicles there are, so that holds in every
cell and at every façade, by day, by night and over the day.
"""

import numpy as np
import pandas as pd
import pytest
import rasterio
from geopandas import GeoDataFrame
from pyproj import CRS
from rasterio import Affine
from shapely import LineString
from town import X, build, frame, point, square

from ecogis.acoustics import kept, transfer
from ecogis.compare import asked_of, compare, sound
from ecogis.compare.asked import Request
from ecogis.comparing import compare_one
from ecogis.raster import Raster

HALF_DB = -10 * np.log10(2)
NAN = float("nan")
PLAN = """
title = "Toy"
year = 2023
crs = "EPSG:4548"
area = { layer = "districts" }
area_method = "plane"
zones = "subdistricts"
context = []
"""
GOAL = """
[[goal]]
row = "{row}"
indicator = "noise_exposure"
parameters = {{ counted = "buildings", facade_step_m = 10, max_distance_m = 300{more} }}
"""
# by the road, behind that one, far away
HOUSES = (square(140, 30, 20, 10), square(140, 60, 20, 10), square(140, 250, 20, 10))


def roads(flow=1000.0):
    fields = {f"light_{p}": [flow] for p in ("day", "evening", "night")}
    fields |= {f"heavy_{p}": [flow / 20] for p in ("day", "evening", "night")}
    way = LineString([point(-250, 10), point(550, 10)])
    return frame(way, **fields, speed_kmh=[50.0], pavement=["asphalt"], name=["甲路"])


def town(folder, *rows, flow=1000.0, **layers):
    goals = [GOAL.format(row=row, more=more) for row, more in rows]
    given = {
        "districts": frame(square(0, 0, 300, 300), name=["甲区"]),
        "subdistricts": frame(
            square(0, 0, 300, 50), square(0, 50, 300, 250), name=["南街道", "北街道"]
        ),
        "roads": roads(flow),
        "buildings": frame(*HOUSES, height_m=[6.0] * 3, name=["甲", "乙", "丙"]),
        "parks": None,
        "residential_land": None,
    }
    return build(folder, PLAN + "".join(goals), **{**given, **layers})


N1 = ("N1", ", grid_m = 20")


@pytest.fixture(scope="module")
def halved(tmp_path_factory):
    """Return what the command makes of half of the vehicles, and where it lies."""
    folder = tmp_path_factory.mktemp("halved")
    before = town(folder / "before", N1)
    after = town(folder / "after", N1, flow=500.0)
    calls, work = [], transfer.heard_everywhere
    patch = pytest.MonkeyPatch()
    patch.setattr(transfer, "heard_everywhere", lambda *a: calls.append(1) or work(*a))
    kept.KEPT.clear()
    found = compare_one(Request(before, after), out=folder / "out", language="en")
    patch.undo()
    return found, folder / "out", calls


def cells(grid):
    return grid.values  # noqa: PD011 - no column of a frame


def pair(found):
    (only,) = found.comparison.pairs
    return only


def test_half_of_the_vehicles_is_three_decibels_in_every_cell(halved):
    found, out, _ = halved
    for level in ("lden", "day", "night"):
        before = cells(pair(found).before.result.rasters[f"noise_{level}"])
        with rasterio.open(out / f"N1_noise_{level}_change.tif") as data:
            change = data.read(1)
            assert data.crs.to_epsg() == 4548
        known = ~np.isnan(before)
        assert 0.5 < known.mean() < 1
        np.testing.assert_array_equal(np.isnan(change), ~known)
        np.testing.assert_allclose(change[known], HALF_DB, atol=1e-5)


def test_and_before_every_building(halved):
    found, _, _ = halved
    built = pair(found).heard.drawn["facade_change"]
    assert len(built) == 3
    np.testing.assert_allclose(built["change_db"], HALF_DB, atol=1e-9)
    assert pair(found).heard.table.set_index("change")["buildings"].to_dict() == {
        **dict.fromkeys(sound.CLASSES, 0),
        "down_3": 3,
    }
    # one band between -5 and -3 dB covers what is known
    (band,) = pair(found).heard.drawn["noise_change"].itertuples()
    assert (band.from_db, band.to_db) == (-5, -3)
    assert "−3.0 dB on average, −3.0 to −3.0 dB" in pair(found).heard.notes[0].en


def test_nothing_is_propagated_again(halved):
    # receivers before walls and those of the grid, once
    assert len(halved[2]) == 2


def test_the_house_by_the_road_is_no_longer_above_the_limit(tmp_path, halved):
    level = pair(halved[0]).before.result.drawn["facade_levels"].iloc[0]
    # class 2 allows 60 dB by day: set the flow so that it is 61 before and 58 after
    flow = 1000.0 * 10 ** ((61 - level["day_db"]) / 10)
    before = town(tmp_path / "a", ("N1", ""), flow=flow)
    after = town(tmp_path / "b", ("N1", ""), flow=flow / 2)
    (one,) = compare(asked_of(Request(before, after))).pairs
    assert (one.before.value, one.after.value, one.change) == (1, 0, -1)
    assert one.kind == "better"
    counted = {"both": 3, "alone": 0, "silent": 0, "before": 1, "after": 0}
    assert one.heard.counts == {**counted, "newly": 0, "no_longer": 1}
    built = one.heard.drawn["facade_change"].set_index("name")
    assert built["limit"].dropna().to_dict() == {"甲": "no_longer_above"}
    assert one.zones.set_index("zone")["change"].to_dict() == {
        "南街道": -1,
        "北街道": 0,
    }
    # after, no road is the loudest before anything above the limit
    (road,) = one.heard.roads.itertuples()
    assert (road.road, road.before, road.after, road.change) == ("甲路", 1, 0, -1)
    (back,) = compare(asked_of(Request(after, before))).pairs
    assert back.heard.counts["newly"] == 1
    assert back.kind == "worse"


def test_grids_of_other_cells_give_no_change_of_the_map(tmp_path):
    plan = town(tmp_path, ("A", ", grid_m = 20"), ("B", ", grid_m = 25"), ("C", ""))
    (one,) = compare(asked_of(Request(plan, rows=("A", "B")))).pairs
    assert one.heard.rasters == {}
    assert "noise_change" not in one.drawn
    assert one.heard.notes[0].en.startswith(
        "Lden map: the grids lie elsewhere or have other cells; take one grid_m"
    )
    # façades are compared all the same
    assert one.heard.counts["both"] == 3
    (one,) = compare(asked_of(Request(plan, rows=("A", "C")))).pairs
    assert one.heard.notes[0].en.startswith("Lden map: only before has this grid")


def test_a_road_that_is_closed_leaves_no_level_and_no_number_of_ours(tmp_path):
    before, after = town(tmp_path / "a", N1), town(tmp_path / "b", N1, flow=0.0)
    (one,) = compare(asked_of(Request(before, after))).pairs
    assert not one.heard.rasters["noise_day_change"].known.any()
    above = int(one.before.value)
    assert (above > 0, one.after.value, one.change) == (True, 0, -above)
    expected = {"both": 3, "alone": 0, "silent": 3, "before": above, "after": 0}
    assert one.heard.counts == {**expected, "newly": 0, "no_longer": above}
    built = one.heard.drawn["facade_change"]
    assert built["before_db"].notna().all()
    assert built[["after_db", "change_db"]].isna().all(axis=None)
    assert built["name"].tolist() == ["甲", "乙", "丙"]
    assert (built["limit"] == "no_longer_above").sum() == above
    assert one.heard.table is None
    assert "3 of these hear no road on one side or both" in one.heard.notes[-1].en
    (back,) = compare(asked_of(Request(after, before))).pairs
    opened = {"before": 0, "after": above, "newly": above, "no_longer": 0}
    assert back.heard.counts == {**expected, **opened}
    assert back.heard.drawn["facade_change"]["before_db"].isna().all()


def test_who_hears_nothing_on_one_side_still_counts(tmp_path):
    # heard by all within 300 m; the house far away hears nothing within 100 m
    flow = 20_000.0
    row = ", default_class = '0'"
    near = town(tmp_path / "a", ("N1", row), flow=flow)
    far = frame(square(140, 250, 20, 10), height_m=[6.0], name=["丙"])
    alone = town(tmp_path / "b", ("N1", row), flow=flow, buildings=far)
    text = alone.read_text("utf-8").replace(
        "max_distance_m = 300", "max_distance_m = 100"
    )
    alone.write_text(text, "utf-8")
    (one,) = compare(asked_of(Request(near, alone))).pairs
    counts = one.heard.counts
    assert (counts["both"], counts["alone"], counts["silent"]) == (1, 2, 1)
    assert (one.after.value, counts["after"]) == (0, 0)
    # how far roads are heard decides how it is counted: nothing is judged
    assert one.change < 0
    assert one.kind == "changed"


def test_day_is_not_held_against_night(tmp_path):
    rows = (
        ("D", ', period = "day", grid_m = 20'),
        ("N", ', period = "night", grid_m = 20'),
    )
    plan = town(tmp_path, *rows)
    (one,) = compare(asked_of(Request(plan, rows=("D", "N")))).pairs
    assert (one.change, one.kind, one.zones) == (None, "unknown", None)
    assert "zone by day" in one.reason.en
    assert "facade_change" not in one.drawn
    assert (one.heard.counts, one.heard.table, one.heard.roads) == ({}, None, None)
    assert "have different periods" in one.heard.notes[-1].en
    # the day's map is the day's on both sides
    assert one.heard.rasters["noise_day_change"].known.any()


def test_another_class_of_limits_is_neither_better_nor_worse(tmp_path):
    rows = ("A", ', default_class = "0"'), ("B", ', default_class = "3"')
    plan = town(tmp_path, *rows, flow=3000.0)
    (one,) = compare(asked_of(Request(plan, rows=("A", "B")))).pairs
    assert one.change < 0
    assert one.kind == "changed"
    assert one.judge(0.0) == "same"


def test_with_and_without_a_barrier(tmp_path):
    wall = LineString([point(-200, 20), point(500, 20)])
    barriers = frame(wall, height_m=[5.0])
    rows = ("W-0", ", with_barriers = false"), ("W-1", "")
    plan = town(tmp_path, *rows, noise_barriers=barriers)
    found = compare(asked_of(Request(plan, rows=("W-0", "W-1"))))
    (one,) = found.pairs
    # the house by the road lies in its shadow
    assert one.heard.drawn["facade_change"]["change_db"].iloc[0] < -3
    # a barrier is what a plan changes: it is judged
    assert one.judge(-1) == "better"
    stated = {(s.key, s.before, s.after) for s in found.differences.statements}
    assert ("with_barriers", False, True) in stated
    assert [layer.layer for layer in found.differences.layers] == ["noise_barriers"]


def grid(cells, west=0.0):
    place = Affine(10, 0, west, 0, -10, 20)
    return Raster(np.array(cells, dtype=float), place, CRS(4548))


def test_after_less_before_where_both_are_known():
    before = grid([[60, 61, NAN], [50, 50, 50]])
    after = grid([[57, 61, 40], [51.5, NAN, 50]])
    found, notes = sound.grid_changes({"x": before}, {"x": after})
    np.testing.assert_array_equal(
        cells(found["x_change"]), [[-3, 0, NAN], [1.5, NAN, 0]]
    )
    assert notes[0].en == (
        "x: −0.4 dB on average, −3.0 to +1.5 dB (4 of 6 cells known in both)"
    )
    elsewhere = grid([[57, 61, 40], [51.5, NAN, 50]], west=10)
    found, notes = sound.grid_changes({"x": before}, {"x": elsewhere})
    assert not found
    assert "lie elsewhere" in notes[0].en


def test_bands_of_a_ramp_are_as_wide_as_it_is_steep():
    # from -8 to +8 dB along 160 m: a decibel every 10 m
    ramp = np.tile(np.arange(-8.0, 9.0), (3, 1))
    bands = sound.level_areas(grid(ramp), (-np.inf, *sound.EDGES_DB))
    high = 2 * 10.0
    assert (bands.area / high).tolist() == pytest.approx([30, 20, 20, 20, 20, 20, 30])


def built(levels, *, over=None, order=None):
    shapes = [square(20 * n, 0, 10, 10) for n in range(len(levels))]
    over = over or [NAN] * len(levels)
    made = frame(*shapes, level_db=levels, over_db=over, people=[NAN] * len(levels))
    return made.iloc[order].reset_index(drop=True) if order else made


def test_buildings_are_known_by_their_shape_not_by_their_order():
    before = built([60.0, 50.0, 40.0], over=[1.0, NAN, NAN])
    after = built([59.0, 55.0, 43.0, 30.0], order=[3, 2, 1, 0], over=[NAN, 2.0, NAN, 4])
    changed, counts = sound.facade_changes(before, after)
    west = changed.geometry.bounds["minx"] - X
    assert dict(zip(west, changed["change_db"], strict=True)) == {0: -1, 20: 5, 40: 3}
    assert counts == {
        "both": 3,
        "alone": 1,
        "silent": 0,
        "before": 1,
        "after": 1,
        "newly": 1,
        "no_longer": 1,
    }


def test_two_buildings_of_one_shape_are_two():
    twice = pd.concat([built([60.0]), built([50.0])], ignore_index=True)
    later = pd.concat([built([58.0]), built([49.0])], ignore_index=True)
    changed, counts = sound.facade_changes(GeoDataFrame(twice), GeoDataFrame(later))
    assert changed["change_db"].tolist() == [-2, -1]
    assert counts["alone"] == 0


def test_classes_of_a_change_are_half_open():
    edges = [-5.1, -5, -3.1, -3, -1, 0, 0.9, 1, 3, 5]
    made = built([0.0] * 10).assign(change_db=edges, people=range(10))
    found = sound.by_class(made)
    assert found["buildings"].tolist() == [1, 2, 1, 3, 1, 1, 1]
    assert found["people"].tolist() == [0, 3, 3, 15, 7, 8, 9]


def test_roads_are_held_together_by_their_name():
    line = LineString([(0, 0), (1, 0)])

    def loudest(**roads):
        count = [n for n, _ in roads.values()]
        people = [p for _, p in roads.values()]
        names = [name.rstrip("_") for name in roads]
        given = {"name": names, "buildings": count, "people": people}
        return GeoDataFrame(given, geometry=[line] * len(roads), crs=4548)

    found = sound.road_changes(
        loudest(a=(5, 50.0), a_=(2, 20.0), b=(1, 8.0)), loudest(a=(3, 40.0), c=(9, 1.0))
    )
    told = {r.road: (r.before, r.after, r.change) for r in found.itertuples()}
    assert told == {"c": (0, 9, 9), "a": (7, 3, -4), "b": (1, 0, -1)}
    assert found["road"].tolist() == ["c", "a", "b"]
    assert found.set_index("road")["people_change"].to_dict() == {
        "a": -30,
        "b": -8,
        "c": 1,
    }
