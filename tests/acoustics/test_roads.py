"""What roads state is taken, what they do not is taken by default and counted."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogis.acoustics.emission import line_power_db
from ecogis.acoustics.roads import must_be_known, traffic_of
from ecogis.errors import LayerError

PERIODS = ("day", "evening", "night")
LIGHT, MEDIUM, HEAVY, MOPED, MOTORCYCLE = range(5)
FULL = {
    **{f"light_{p}": [n] for p, n in zip(PERIODS, (900.0, 600.0, 90.0), strict=True)},
    **{f"heavy_{p}": [n] for p, n in zip(PERIODS, (100.0, 60.0, 10.0), strict=True)},
    "speed_kmh": [50.0],
    "pavement": ["asphalt"],
}


def roads(**columns):
    return pd.DataFrame({**FULL, **columns})


def without(*names):
    return roads().drop(columns=list(names))


def each(kind, *values):
    """Return the same column for each period."""
    return {f"{kind}_{period}": list(values) for period in PERIODS}


def test_what_is_stated_is_taken_and_needs_no_note():
    traffic, notes = traffic_of(roads())
    assert notes == []
    assert traffic.flow_h[0, :, LIGHT].tolist() == [900, 600, 90]
    assert traffic.flow_h[0, :, HEAVY].tolist() == [100, 60, 10]
    assert not traffic.flow_h[0, :, [MEDIUM, MOPED, MOTORCYCLE]].any()
    assert (traffic.speed_kmh == 50).all()


def test_light_vehicles_are_what_is_left_of_all():
    columns = each("total", 1000.0) | each("medium", 50.0) | each("heavy", 100.0)
    columns |= each("moped", 20.0) | each("motorcycle", 30.0)
    traffic, notes = traffic_of(pd.DataFrame({**columns, "speed_kmh": [50.0]}))
    assert traffic.flow_h.tolist() == [[[800, 50, 100, 20, 30]] * 3]
    # no pavement is stated
    assert len(notes) == 1
    # stated light vehicles win over the total
    both = pd.DataFrame({**columns, **each("light", 700.0), "speed_kmh": [50.0]})
    assert (traffic_of(both)[0].flow_h[..., LIGHT] == 700).all()


def test_heavy_vehicles_as_a_percentage():
    of_all = pd.DataFrame({**each("total", 1000.0), **each("heavy_percent", 10.0)})
    traffic, _ = traffic_of(of_all)
    assert traffic.flow_h[0, 0].tolist() == [900, 0, 100, 0, 0]
    of_light = pd.DataFrame({**each("light", 900.0), **each("heavy_percent", 10.0)})
    assert traffic_of(of_light)[0].flow_h[0, 0] == pytest.approx([900, 0, 100, 0, 0])


def test_counts_of_a_whole_period_are_shared_over_its_hours():
    traffic, _ = traffic_of(roads(), counted="period")
    assert traffic.flow_h[0, :, LIGHT].tolist() == [900 / 12, 600 / 4, 90 / 8]


def test_a_road_without_traffic_has_that_of_its_class():
    named = pd.DataFrame({"class": ["primary", "primary_link", "tertiary"]})
    traffic, notes = traffic_of(named)
    # 7124 a day, a fifth of them heavy, over 12 hours
    assert traffic.flow_h[0, 0, [LIGHT, HEAVY]] == pytest.approx(
        [7124 / 12 * 0.8, 7124 / 12 * 0.2]
    )
    assert traffic.total_h[0].tolist() == [7124 / 12, 1069 / 4, 712 / 8]
    assert (traffic.flow_h[1] == traffic.flow_h[0]).all()
    assert traffic.total_h[2].tolist() == [700 / 12, 200 / 4, 100 / 8]
    assert traffic.speed_kmh[:, 0, 0].tolist() == [80, 80, 50]
    assert [note.en.split(":")[0] for note in notes] == [
        "3 of 3 roads state no traffic",
        "3 of 3 roads state no speed",
        "3 of 3 roads state no pavement",
    ]
    assert notes[0].zh.startswith("3 条道路中 3 条无车流量")


def test_a_one_way_road_has_half_of_its_class_and_all_of_its_own():
    named = pd.DataFrame({"class": ["primary"] * 3, "oneway": ["yes", "reverse", "no"]})
    traffic, _ = traffic_of(named)
    assert traffic.total_h[:, 0] == pytest.approx([7124 / 24, 7124 / 24, 7124 / 12])
    assert traffic.direction.tolist() == [1, -1, 0]
    stated, _ = traffic_of(roads(oneway=["yes"]))
    assert stated.total_h[0, 0] == 1000


def test_a_missing_period_is_in_proportion_to_what_is_stated():
    # residential: 350, 100, 50 a period are 29.17, 25, 6.25 an hour; 10 times the day
    some = without("light_night", "heavy_night").assign(**{"class": "residential"})
    some.loc[0, ["light_day", "heavy_day"]] = [291.0 + 2 / 3, 0.0]
    some.loc[0, ["light_evening", "heavy_evening"]] = [250.0, 0.0]
    traffic, notes = traffic_of(some)
    assert traffic.total_h[0] == pytest.approx([291 + 2 / 3, 250, 62.5])
    # 1 % of the night's are heavy
    assert traffic.flow_h[0, 2, HEAVY] == pytest.approx(0.625)
    (note,) = notes
    assert note.en.startswith("1 of 1 roads do not state the traffic of night:")


def test_an_empty_road_is_empty_in_the_missing_period_too():
    some = without("light_night", "heavy_night").assign(**{"class": "primary"})
    some[["light_day", "heavy_day", "light_evening", "heavy_evening"]] = 0.0
    assert traffic_of(some)[0].total_h[0].tolist() == [0, 0, 0]


def test_a_missing_period_of_an_unknown_class_is_unknown():
    traffic, notes = traffic_of(without("light_night", "heavy_night"))
    assert np.isfinite(traffic.flow_h[0, :2]).all()
    assert np.isnan(traffic.flow_h[0, 2]).all()
    (note,) = notes
    assert note.en.startswith("1 of 1 roads state not all of their traffic")
    levels = line_power_db(traffic)
    assert np.isfinite(levels[0, :2]).all()
    assert np.isnan(levels[0, 2]).all()


def test_heavy_vehicles_by_the_share_of_the_class():
    total = pd.DataFrame({**each("total", 1000.0, 1000.0), "class": ["primary", "x"]})
    traffic, notes = traffic_of(total.assign(speed_kmh=50.0, pavement="asphalt"))
    assert traffic.flow_h[0, :, HEAVY] == pytest.approx([200, 150, 100])
    assert traffic.flow_h[0, :, LIGHT] == pytest.approx([800, 850, 900])
    assert np.isnan(traffic.flow_h[1]).all()
    assert [note.en.split(" state")[0] for note in notes] == [
        "1 of 2 roads do not",
        "1 of 2 roads",
    ]


def test_speeds_of_heavy_and_light_vehicles():
    by_period = roads(**each("light_kmh", 60.0), **each("heavy_kmh", 40.0))
    traffic, notes = traffic_of(by_period)
    assert traffic.speed_kmh[0, 0].tolist() == [60, 40, 40, 60, 60]
    assert notes == []
    # one is stated: the other is the road's, or else the same
    only = roads(**each("light_kmh", 60.0))
    assert traffic_of(only)[0].speed_kmh[0, 0].tolist() == [60, 50, 50, 60, 60]
    alone = only.drop(columns="speed_kmh")
    assert (traffic_of(alone)[0].speed_kmh == 60).all()


def test_a_speed_of_0_is_none_and_taken_by_class():
    some = roads(speed_kmh=[0.0]).assign(**{"class": "secondary"})
    traffic, notes = traffic_of(some)
    assert (traffic.speed_kmh == 80).all()
    assert notes[0].en.startswith("1 of 1 roads state no speed")
    traffic, notes = traffic_of(roads(speed_kmh=[0.0]))
    assert np.isnan(traffic.speed_kmh).all()
    assert notes[0].en.startswith("1 of 1 roads state neither their speed nor a class")


def test_a_road_in_a_tunnel_is_silent_outside():
    both = pd.concat([roads(), roads()], ignore_index=True)
    traffic, notes = traffic_of(both.assign(tunnel=["yes", None]))
    assert traffic.total_h[:, 0].tolist() == [0, 1000]
    assert notes[0].en.startswith("1 of 2 roads lie in tunnels")


def test_gradients_junctions_and_studs_are_carried():
    stated = roads(
        gradient_percent=[4.0],
        junction=["roundabout"],
        junction_m=[30.0],
        studded_share=[0.2],
    )
    traffic, notes = traffic_of(stated)
    assert notes == []
    assert traffic.gradient_percent.tolist() == [4]
    assert (traffic.junction[0], traffic.junction_m[0]) == ("roundabout", 30)
    assert traffic.studded_share.tolist() == [0.2]
    far, notes = traffic_of(stated.drop(columns="junction_m"))
    assert far.junction.tolist() == [""]
    assert notes[0].en.startswith("1 of 1 roads state a junction but not how far")
    assert traffic_of(roads(junction=["none"]))[1] == []


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"light_night": [-3.0]}, "roads: road 0: light_night: found -3 (1 such), exp"),
        ({"heavy_percent_day": [-1.0]}, "roads: road 0: heavy_percent_day: found -1 ("),
        ({"pavement": ["NL5"]}, "traffic: road 0: found pavement 'NL5'; did you mean"),
        ({"speed_kmh": [-5.0], "class": ["x"]}, ""),
    ],
)
def test_what_cannot_be_is_refused(columns, found):
    if not found:
        # negative speeds are refused where the layer is read; here they are not stated
        assert np.isnan(traffic_of(roads(**columns))[0].speed_kmh).all()
        return
    with pytest.raises(LayerError) as error:
        traffic_of(roads(**columns))
    assert str(error.value).startswith(found)


def test_more_heavy_vehicles_than_vehicles_are_refused():
    enough, many = (
        pd.DataFrame({**each("total", 100.0), **each("heavy", heavy)})
        for heavy in (100.0, 100.1)
    )
    assert (traffic_of(enough)[0].flow_h[..., LIGHT] == 0).all()
    with pytest.raises(LayerError) as error:
        traffic_of(many)
    assert str(error.value) == (
        "roads: road 0: found total_day 100 and 100.1 vehicles of its other fields "
        "(3 such), expected no more than the total"
    )


def test_no_roads_are_no_fault_and_the_frame_is_left_alone():
    given = roads(gradient_percent=[np.nan])
    before = given.copy()
    traffic, notes = traffic_of(given.iloc[:0])
    assert (len(traffic), notes) == (0, [])
    traffic_of(given)
    pd.testing.assert_frame_equal(given, before)


@given(st.permutations(range(4)))
def test_rows_and_index_do_not_matter(order):
    four = pd.concat([roads()] * 4, ignore_index=True)
    four["class"] = ["primary", "service", "x", None]
    four["light_day"] = [np.nan, 3.0, 2.0, np.nan]
    four["speed_kmh"] = [10.0, np.nan, 30.0, np.nan]
    found, notes = traffic_of(four)
    mixed, told = traffic_of(four.iloc[list(order)])
    np.testing.assert_array_equal(mixed.flow_h, found.flow_h[list(order)])
    np.testing.assert_array_equal(mixed.speed_kmh, found.speed_kmh[list(order)])
    assert told == notes


def test_a_road_of_unknown_sound_is_refused_where_all_have_to_be_known():
    enough = {**each("light", 100.0), **each("heavy", 0.0)}
    for columns in (
        {**enough, "class": ["qq"]},
        {"class": ["qq"], "speed_kmh": [50.0]},
        {**enough, "light_night": [None], "heavy_night": [None], "class": [None]},
    ):
        frame = pd.DataFrame(columns, index=[17])
        with pytest.raises(LayerError, match=r"1 of 1 state .* \(features 17\): how"):
            must_be_known(traffic_of(frame)[0], frame)
    for columns in (
        {**enough, "speed_kmh": [50.0]},
        {"class": ["primary"]},
        # a closed road, and one in a tunnel
        {**each("light", 0.0), **each("heavy", 0.0)},
        {"tunnel": ["yes"]},
    ):
        frame = pd.DataFrame(columns)
        must_be_known(traffic_of(frame)[0], frame)
