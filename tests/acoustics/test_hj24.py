"""HJ 2.4: the worked case, each term's bounds from both sides, and laws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecogis.acoustics.bands import energy_sum
from ecogis.acoustics.hj24 import (
    KINDS,
    air_loss_db,
    barrier_loss_db,
    ground_loss_db,
    reflection_gain_db,
    road_levels_db,
    rows_loss_db,
    surface_db,
    traffic_levels_db,
    vehicle_level_db,
)
from ecogis.acoustics.traffic import Traffic
from ecogis.errors import LayerError, TableError

THOUSAND, SIXTY = [1000.0] * 3, [60.0] * 3
SMALL, MEDIUM, LARGE = 66.314, 72.738, 78.541
TOTAL = 79.756
# 40 * 500 / (3 * 340): t for a metre of path difference
T_PER_M = 19.607843


def one(flow_h, speed_kmh=50.0, vehicle=0, **terms):
    flows = np.zeros((1, 3, 5))
    flows[..., vehicle] = flow_h
    return Traffic.of(flows, speed_kmh, **terms)


def test_the_worked_case():
    levels = road_levels_db(THOUSAND, SIXTY, 20)
    assert levels == pytest.approx([SMALL, MEDIUM, LARGE], abs=5e-4)
    assert energy_sum(levels) == pytest.approx(TOTAL, abs=5e-4)


def test_the_same_from_the_traffic_of_a_road():
    flows = np.zeros((2, 3, 5))
    flows[..., :3] = 1000
    # two-wheelers are small: a second road with as many as it has light vehicles
    flows[1, :, 0], flows[1, :, 3], flows[1, :, 4] = 0, 400, 600
    found = traffic_levels_db(Traffic.of(flows, 60), 20)
    assert found == pytest.approx(np.full((2, 3), TOTAL), abs=5e-4)


def test_a_vehicle_is_its_line_of_the_table():
    # at 10 km/h lg is 1
    assert [float(vehicle_level_db(kind, 10)) for kind in KINDS] == [
        pytest.approx(12.6 + 34.73),
        pytest.approx(8.8 + 40.48),
        pytest.approx(22.0 + 36.32),
    ]
    with pytest.raises(TableError, match="no row 'lrge'; did you mean 'large'"):
        vehicle_level_db("lrge", 10)


def test_a_busy_road_spreads_by_10_lg_and_a_quiet_one_by_15():
    for each, per_decade in ((100.0, 10), (99.9, 15)):
        near, far = (road_levels_db([each] * 3, SIXTY, r) for r in (7.5, 75))
        assert near - far == pytest.approx([per_decade] * 3)
    # a stated busiest hour wins
    near, far = (road_levels_db([10] * 3, SIXTY, r, peak_flow_h=300) for r in (7.5, 75))
    assert near - far == pytest.approx([10] * 3)


def test_the_busiest_period_decides_for_all_periods():
    flows = np.zeros((2, 3, 5))
    flows[:, :, 0] = [[300, 10, 10], [np.nan, 300, 10]]
    near, far = (traffic_levels_db(Traffic.of(flows, 60), r) for r in (7.5, 75))
    assert (near - far)[0] == pytest.approx([10] * 3)
    # an unknown period is unknown itself, and leaves the others
    assert np.isnan(near[1, 0])
    assert (near - far)[1, 1:] == pytest.approx([10, 10])


def test_half_a_road_is_three_db_less():
    whole, half = (
        road_levels_db(THOUSAND, SIXTY, 20, angle_rad=angle)
        for angle in (math.pi, math.pi / 2)
    )
    assert whole - half == pytest.approx([3.0103] * 3, abs=1e-4)


def test_a_gradient_adds_by_kind_up_or_down():
    flat = road_levels_db(THOUSAND, SIXTY, 20)
    for gradient in (0.05, -0.05):
        steep = road_levels_db(THOUSAND, SIXTY, 20, gradient=gradient)
        assert steep - flat == pytest.approx([2.5, 3.65, 4.9])
    hill = one(1000, gradient_percent=5)
    assert traffic_levels_db(hill, 20) - traffic_levels_db(one(1000), 20) == (
        pytest.approx(np.full((1, 3), 2.5))
    )


def test_cement_is_louder_by_speed():
    found = surface_db("cement", [20, 30, 35, 40, 50, 120])
    assert found == pytest.approx([1.0, 1.0, 1.25, 1.5, 2.0, 2.0])
    assert surface_db("asphalt", [50, 50, 50]).tolist() == [0, 0, 0]
    rough, smooth = (
        traffic_levels_db(one(1000, pavement=word), 20) for word in ("NL08", "NL05")
    )
    assert rough - smooth == pytest.approx(np.full((1, 3), 2.0))
    with pytest.raises(LayerError, match="surface 'cemnt'; did you mean 'cement'"):
        surface_db("cemnt", [50, 50, 50])


def test_ground_takes_4_8_db_at_most_and_never_gives():
    # 2 m / 100 m * (17 + 3) * 2 = 0.8
    assert ground_loss_db(100, 2) == pytest.approx(4.0)
    assert ground_loss_db(100, 12) == pytest.approx(0.0, abs=1e-12)
    assert ground_loss_db([100, 10], [13, 5]).tolist() == [0, 0]


def test_air_takes_from_7_5_m_on():
    assert air_loss_db(1007.5, 2.4) == pytest.approx(2.4)
    assert air_loss_db([7.5, 3], 2.4).tolist() == [0, 0]


def test_a_barrier_by_both_branches():
    # grazing: 10 lg (3 pi / (4 arctan 1)) = 10 lg 3
    assert barrier_loss_db(0) == pytest.approx(4.7712, abs=1e-4)
    # t = 0.5: 10 lg (3 pi 0.866025 / (4 * 0.523599)) = 10 lg 3.897114
    assert barrier_loss_db(0.5 / T_PER_M) == pytest.approx(5.9075, abs=1e-3)
    # t = 1, where both meet: 10 lg (3 pi / 2)
    meet = 10 * math.log10(1.5 * math.pi)
    for t in (1 - 1e-6, 1, 1 + 1e-6):
        assert barrier_loss_db(t / T_PER_M) == pytest.approx(meet, abs=1e-5)
    # t = 2: 10 lg (3 pi 1.732051 / (2 * 1.316958)) = 10 lg 6.197681
    assert barrier_loss_db(2 / T_PER_M) == pytest.approx(7.9223, abs=1e-3)
    # a road in sight loses nothing
    assert barrier_loss_db(-0.01) == 0


@pytest.mark.parametrize(
    ("built", "rows", "loss"),
    [
        (0.39, 1, 0),
        (0.4, 1, 3),
        (0.69, 1, 3),
        (0.7, 1, 5),
        (0.9, 1, 5),
        (0.8, 0, 0),
        (0.5, 2, 4.5),
        (0.8, 4, 9.5),
        (0.8, 5, 10),
        (0.8, 20, 10),
        (0.1, 9, 0),
    ],
)
def test_rows_of_buildings(built, rows, loss):
    assert rows_loss_db(built, rows) == pytest.approx(loss)


def test_a_street_reflects_by_its_height_over_its_width():
    assert reflection_gain_db([15, 16, 17], 20).tolist() == [3.0, 3.2, 3.2]
    assert reflection_gain_db([10, 20], 20, "general").tolist() == [1.0, 1.6]
    assert reflection_gain_db(20, 20, "absorbing") == 0
    with pytest.raises(TableError, match="no row 'soft'"):
        reflection_gain_db(20, 20, "soft")


def test_losses_and_reflections_come_off_and_on():
    plain = road_levels_db(THOUSAND, SIXTY, 20)
    changed = road_levels_db(THOUSAND, SIXTY, 20, loss_db=7, reflection_db=3)
    assert changed - plain == pytest.approx([-4] * 3)
    roads = Traffic.of(np.full((2, 3, 5), 100.0), 60)
    both = traffic_levels_db(roads, [20, 20], loss_db=[0, 5])
    assert both[0] - both[1] == pytest.approx([5] * 3)


def test_no_vehicles_make_no_sound():
    silent = np.zeros((1, 3, 5))
    assert (traffic_levels_db(Traffic.of(silent, np.nan), 20) == -np.inf).all()
    assert road_levels_db([0, 1000, 0], SIXTY, 20)[0] == -np.inf
    quiet = energy_sum(road_levels_db([0, 1000, 0], SIXTY, 20))
    assert quiet == pytest.approx(MEDIUM, abs=5e-4)


@pytest.mark.parametrize(
    ("flow", "metres", "found"),
    [
        ([1, -2, 1], 20, "found a flow of -2, expected 0 or more"),
        ([1, 1], 20, r"flows of shape \(2,\), expected \(..., 3\)"),
        ([1, 1, 1], 0, "found a distance of 0 m or less"),
    ],
)
def test_what_cannot_be_is_refused(flow, metres, found):
    with pytest.raises(LayerError, match=found):
        road_levels_db(flow, SIXTY, metres)


@given(st.floats(300, 5000), st.floats(20, 120), st.floats(1, 500), st.floats(1, 500))
def test_twice_the_flow_is_three_db_more_and_farther_is_quieter(flow, speed, one, two):
    near_m, far_m = sorted((one, two))
    once, twice = (
        road_levels_db([f] * 3, [speed] * 3, near_m) for f in (flow, 2 * flow)
    )
    assert twice - once == pytest.approx([3.0103] * 3, abs=1e-4)
    assert (road_levels_db([flow] * 3, [speed] * 3, far_m) <= once + 1e-9).all()


@given(st.floats(0, 50), st.floats(0, 50))
def test_a_longer_way_over_a_barrier_loses_no_less(one, other):
    low, high = sorted((one, other))
    assert barrier_loss_db(high) >= barrier_loss_db(low) - 1e-6
