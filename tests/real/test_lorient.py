"""Lorient's roads have counts by period: each octave held against a slow loop."""

import loudness
import numpy as np
import pytest

import ecogis
from ecogis.acoustics.bands import day_night_db, lden_db
from ecogis.acoustics.emission import emission_table, line_power_db
from ecogis.acoustics.hj24 import traffic_levels_db
from ecogis.acoustics.roads import traffic_of
from ecogis.sources.opened import WGS84

pytestmark = pytest.mark.real
PERIODS = {"day": "D", "evening": "E", "night": "N"}


@pytest.fixture(scope="module")
def roads(data):
    return ecogis.read_layer("roads", data / "lorient" / "ROADS2.shp")


@pytest.fixture(scope="module")
def raw(data):
    """Return the file as it is, without the layer's names."""
    pyogrio = pytest.importorskip("pyogrio")
    return pyogrio.read_dataframe(data / "lorient" / "ROADS2.shp", read_geometry=False)


def test_every_road_states_its_traffic_and_nothing_is_assumed(roads):
    traffic, notes = traffic_of(roads)
    assert len(traffic) == 549
    assert notes == []
    assert roads.crs == WGS84
    # ten of them at 20 km/h
    assert (traffic.speed_kmh == 20).all(axis=(1, 2)).sum() == 10


def test_the_emission_of_each_road_period_and_octave(roads, raw):
    traffic, _ = traffic_of(roads)
    table = emission_table(traffic, line_power_db(traffic))
    assert len(table) == 3 * 549
    levels = table.filter(regex="_hz_db").to_numpy().reshape(549, 3, 8)
    silent = 0
    for number, road in enumerate(raw.to_dict("records")):
        for at, letter in enumerate(PERIODS.values()):
            every, heavy = road[f"TV_{letter}"], road[f"HV_{letter}"]
            flows = {"1": every - heavy, "3": heavy}
            light_kmh, heavy_kmh = (road[f"{k}V_SPD_{letter}"] for k in "LH")
            found = levels[number, at]
            silent += every == 0
            for octave in range(8):
                expected = loudness.road(
                    flows,
                    {"1": light_kmh, "3": heavy_kmh},
                    octave,
                    pavement=road["PVMT"],
                )
                if expected is None:
                    assert np.isnan(found[octave])
                else:
                    assert found[octave] == pytest.approx(expected, abs=1e-9)
    # what is not finite has no vehicles
    assert silent == np.isnan(levels).all(axis=2).sum() == 10
    assert (table["vehicles_h"][table["a_weighted_db"].isna()] == 0).all()


def test_the_same_file_read_as_counts_of_periods_and_percentages(data, raw):
    shares = {f"heavy_percent_{name}": f"HV_{x}" for name, x in PERIODS.items()}
    file = data / "lorient" / "ROADS2.shp"
    traffic, notes = traffic_of(
        ecogis.read_layer("roads", file, fields=shares), counted="period"
    )
    assert notes == []
    assert traffic.total_h[:, 0] == pytest.approx(raw["TV_D"].to_numpy() / 12)
    heavy_h = raw["TV_N"].to_numpy() / 8 * raw["HV_N"].to_numpy() / 100
    assert traffic.flow_h[:, 2, 2] == pytest.approx(heavy_h)


def test_both_engines_rank_the_roads_alike(roads):
    traffic, _ = traffic_of(roads)
    near_db = traffic_levels_db(traffic, 7.5)
    assert np.isfinite(near_db[:, 0]).all()
    power = np.log10((10 ** (line_power_db(traffic)[:, 0] / 10)).sum(axis=1))
    # on one pavement: blocks are louder in one engine only
    same = traffic.pavement == "NL05"
    assert np.corrcoef(power[same], near_db[same, 0])[0, 1] > 0.9
    # a silent night lowers Lden, and no night is louder than its Lden
    lden, nights = lden_db(near_db), day_night_db(near_db)[:, 1]
    assert (lden >= nights).all()
