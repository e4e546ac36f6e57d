"""A road is as loud as its vehicles: published levels, a slow oracle, and laws."""

import loudness
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogis.acoustics.bands import a_weighted, energy_sum
from ecogis.acoustics.emission import (
    caveats,
    emission_table,
    line_power_db,
    vehicle_power_db,
)
from ecogis.acoustics.traffic import CLASSES, Traffic
from ecogis.errors import TableError

LIGHT, HEAVY = 0, 2
speeds = st.floats(20, 130)
kinds = st.sampled_from(CLASSES)


def driven(flow_h=1000.0, speed_kmh=50.0, vehicle=LIGHT, **terms):
    """Return one road with the same traffic all day."""
    flows = np.zeros((1, 3, 5))
    flows[..., vehicle] = flow_h
    return Traffic.of(flows, speed_kmh, **terms)


@pytest.mark.parametrize(
    ("speed_kmh", "vehicle_db", "line_db"),
    [(50, 98.44, 81.45), (70, 103.03, 84.58), (100, 108.17, 88.17)],
)
def test_a_light_vehicle_and_a_thousand_an_hour(speed_kmh, vehicle_db, line_db):
    one = a_weighted(vehicle_power_db("1", speed_kmh))
    assert one == pytest.approx(vehicle_db, abs=0.005)
    line = a_weighted(line_power_db(driven(speed_kmh=speed_kmh)))
    assert line.tolist() == [pytest.approx([line_db] * 3, abs=0.005)]


def test_at_70_km_h_a_vehicle_is_the_sum_of_both_coefficients():
    # octave 63 Hz: rolling 83.1, propulsion 97.9 (2021); 79.7 and 94.5 (2015)
    assert vehicle_power_db("1", 70)[0] == pytest.approx(energy_sum([83.1, 97.9]))
    old = vehicle_power_db("1", 70, edition="2015")[0]
    assert old == pytest.approx(energy_sum([79.7, 94.5]))
    # two-wheelers do not roll
    assert vehicle_power_db("4a", 70)[0] == pytest.approx(93.0)
    assert vehicle_power_db("4b", 70, edition="2015")[7] == pytest.approx(86.5)


def test_pavements_differ_between_the_editions():
    # at 70 km/h beta says nothing: alpha 12.3 in 2015, 31.4 in 2021, 63 Hz, class 1
    for edition, rolling, propulsion in (("2015", 79.7, 94.5), ("2021", 83.1, 97.9)):
        alpha = {"2015": 12.3, "2021": 31.4}[edition]
        found = vehicle_power_db("1", 70, edition=edition, pavement="NL11")[0]
        assert found == pytest.approx(energy_sum([rolling + alpha, propulsion]))
    # a quieter surface quiets the propulsion too: -3.2 dB at 2 kHz, NL01
    quiet = vehicle_power_db("1", 70, pavement="NL01")[5]
    assert quiet == pytest.approx(energy_sum([96.7 - 3.2, 88.0 - 3.2]))
    assert vehicle_power_db("4b", 70, pavement="NL11")[0] == pytest.approx(99.9)


@given(
    kinds,
    st.floats(5, 160),
    st.sampled_from(["asphalt", "reference", "NL08", "NL10"]),
    st.floats(-20, 20),
    st.floats(-10, 35),
    st.sampled_from(["", "crossing", "roundabout"]),
    st.floats(0, 150),
    st.floats(0, 1),
)
def test_a_vehicle_is_as_loud_as_by_hand(
    kind, speed_kmh, pavement, slope, celsius, junction, metres, studs
):
    found = vehicle_power_db(
        kind,
        speed_kmh,
        pavement=pavement,
        gradient_percent=slope,
        temperature_c=celsius,
        junction=junction,
        junction_m=metres,
        studded_share=studs,
    )
    terms = {"pavement": pavement, "s": slope, "celsius": celsius, "studs": studs}
    by_hand = [
        loudness.vehicle(kind, speed_kmh, octave, near=(junction, metres), **terms)
        for octave in range(8)
    ]
    assert found == pytest.approx(by_hand, abs=1e-9)


@given(
    st.lists(st.tuples(*[st.floats(0, 3000)] * 5), min_size=3, max_size=3),
    speeds,
    st.floats(-12, 12),
    st.sampled_from([-1, 0, 1]),
)
def test_a_road_is_as_loud_as_by_hand(flows, speed_kmh, slope, direction):
    traffic = Traffic.of(
        [flows], speed_kmh, gradient_percent=slope, direction=direction, pavement="NL08"
    )
    found = line_power_db(traffic)
    for period in range(3):
        for octave in range(8):
            by_hand = loudness.road(
                dict(zip(CLASSES, flows[period], strict=True)),
                dict.fromkeys(CLASSES, speed_kmh),
                octave,
                s=slope * (direction or 1),
                both_ways=direction == 0,
                pavement="NL08",
            )
            expected = -np.inf if by_hand is None else by_hand
            assert found[0, period, octave] == pytest.approx(expected, abs=1e-9)


def test_a_hill_counts_both_ways_unless_the_road_is_one_way():
    up, down, both = (
        line_power_db(driven(vehicle=HEAVY, gradient_percent=8, direction=way))
        for way in (1, -1, 0)
    )
    # the same vehicles, half up and half down: the mean of the energies
    assert both == pytest.approx(energy_sum([up, down], axis=0) - 10 * np.log10(2))
    assert up[0, 0, 0] > down[0, 0, 0]
    # against the line is down the other way
    turned = line_power_db(driven(vehicle=HEAVY, gradient_percent=-8, direction=1))
    assert turned == pytest.approx(down)


def test_no_vehicles_make_no_sound_and_an_unknown_flow_is_unknown():
    flows = np.zeros((3, 3, 5))
    flows[1, :, LIGHT] = 100
    flows[1, 2, HEAVY] = np.nan
    flows[2, :, LIGHT] = 100
    levels = line_power_db(Traffic.of(flows, [[[50]], [[50]], [[np.nan]]]))
    assert (levels[0] == -np.inf).all()
    assert np.isfinite(levels[1, :2]).all()
    assert np.isnan(levels[1, 2]).all()
    assert np.isnan(levels[2]).all()
    # whose speed nobody knows, and who do not drive, are silent all the same
    assert (line_power_db(Traffic.of(flows[:1], np.nan)) == -np.inf).all()


def test_speeds_beyond_the_method_are_taken_as_its_bounds_and_counted():
    slow, least = (line_power_db(driven(speed_kmh=v)) for v in (7, 20))
    assert slow == pytest.approx(least)
    fast, most = (line_power_db(driven(speed_kmh=v)) for v in (180, 130))
    assert fast == pytest.approx(most)
    assert caveats(driven(speed_kmh=20)) == caveats(driven(speed_kmh=130)) == []
    for beyond in (19.9, 130.1):
        (note,) = caveats(driven(speed_kmh=beyond))
        assert note.en.startswith("1 roads have speeds beyond 20 to 130 km/h")
    assert caveats(driven(flow_h=0, speed_kmh=5)) == []


def test_pavements_are_held_against_the_speeds_they_were_measured_at():
    # NL05: 40 to 80 km/h
    for speed_kmh, told in ((39.9, 1), (40, 0), (80, 0), (80.1, 1)):
        assert len(caveats(driven(speed_kmh=speed_kmh, pavement="NL05"))) == told
    # motorcycles are not corrected; the reference holds at every speed
    assert not caveats(driven(vehicle=4, speed_kmh=30, pavement="NL05"))
    assert not caveats(driven(speed_kmh=20, pavement="asphalt"))


def test_the_table_keeps_the_order_and_leaves_empty_what_is_no_level():
    flows = np.zeros((2, 3, 5))
    flows[0, :2, LIGHT] = 1000, 500
    flows[1, 1, LIGHT] = np.nan
    traffic = Traffic.of(flows, 50)
    table = emission_table(traffic, line_power_db(traffic))
    assert table["road"].tolist() == [0, 0, 0, 1, 1, 1]
    assert table["period"].tolist() == ["day", "evening", "night"] * 2
    assert table.columns[3:].tolist() == [
        *(f"{hz}_hz_db" for hz in (63, 125, 250, 500, 1000, 2000, 4000, 8000)),
        "a_weighted_db",
    ]
    assert table["a_weighted_db"][0] == pytest.approx(81.45, abs=0.005)
    assert table["a_weighted_db"][1] == pytest.approx(81.45 - 3.0103, abs=0.005)
    levels = table.iloc[:, 3:].to_numpy()
    assert np.isnan(levels[2:]).all()
    assert table["vehicles_h"][2] == 0
    assert np.isnan(table["vehicles_h"][4])


def test_unknown_classes_and_editions_name_the_nearest():
    with pytest.raises(TableError, match="has no row '2021 5'"):
        vehicle_power_db("5", 50)
    with pytest.raises(TableError, match="has no row '2020 1'"):
        vehicle_power_db("1", 50, edition="2020")
    with pytest.raises(TableError, match="has no row 'asfalt'; did you mean 'asphalt'"):
        vehicle_power_db("1", 50, pavement="asfalt")


@given(kinds, speeds, st.floats(1, 5000), st.floats(-12, 12))
def test_twice_the_flow_is_three_db_more(kind, speed_kmh, flow_h, slope):
    once, twice = (
        line_power_db(
            driven(flow, speed_kmh, CLASSES.index(kind), gradient_percent=slope)
        )
        for flow in (flow_h, 2 * flow_h)
    )
    assert twice - once == pytest.approx(np.full((1, 3, 8), 3.0103), abs=1e-4)


@given(speeds, speeds)
def test_a_faster_light_vehicle_is_louder(one, other):
    slower, faster = (
        a_weighted(vehicle_power_db("1", v)) for v in sorted((one, other))
    )
    assert faster >= slower - 1e-9


@given(st.sampled_from("123"), speeds, st.floats(0, 14), st.floats(0, 14))
def test_a_steeper_climb_is_no_quieter(kind, speed_kmh, one, other):
    gentle, steep = sorted((one, other))
    added = vehicle_power_db(kind, speed_kmh, gradient_percent=steep)
    assert (
        added >= vehicle_power_db(kind, speed_kmh, gradient_percent=gentle) - 1e-9
    ).all()


@given(speeds, st.floats(0, 1), st.floats(-20, 40))
def test_studs_and_cold_never_make_it_quieter(speed_kmh, share, celsius):
    plain = vehicle_power_db("1", speed_kmh, temperature_c=max(celsius, 0))
    cold = vehicle_power_db("1", speed_kmh, temperature_c=min(celsius, 0))
    assert (cold >= plain - 1e-9).all()
    studded = vehicle_power_db("1", speed_kmh, studded_share=share)
    assert (studded[3:5] >= vehicle_power_db("1", speed_kmh)[3:5] - 1e-9).all()


@given(st.permutations(range(4)))
def test_roads_do_not_know_each_other(order):
    flows = np.arange(60, dtype=float).reshape(4, 3, 5)
    words = np.array(["asphalt", "NL05", "NL10", "cement"])
    slopes = np.array([0.0, 5.0, -7.0, 12.0])
    found = line_power_db(
        Traffic.of(flows, 50, pavement=words, gradient_percent=slopes)
    )
    which = list(order)
    mixed = Traffic.of(
        flows[which], 50, pavement=words[which], gradient_percent=slopes[which]
    )
    assert line_power_db(mixed) == pytest.approx(found[which])
