"""Traffic that cannot be is refused, in one line."""

import numpy as np
import pytest

from ecogis.acoustics.traffic import Traffic
from ecogis.errors import LayerError

FLOWS = np.full((2, 3, 5), 10.0)


def test_what_is_the_same_for_all_roads_is_stated_once():
    traffic = Traffic.of(FLOWS, 50, pavement=["NL05", "asphalt"], gradient_percent=2)
    assert len(traffic) == 2
    assert traffic.speed_kmh.shape == (2, 3, 5)
    assert traffic.pavement.tolist() == ["NL05", "asphalt"]
    assert traffic.gradient_percent.tolist() == [2, 2]
    assert traffic.total_h.tolist() == [[50] * 3] * 2


def test_no_roads_are_no_fault():
    assert len(Traffic.of(np.zeros((0, 3, 5)), 50)) == 0


def test_the_given_flows_are_not_kept_by_reference():
    flows = FLOWS.copy()
    traffic = Traffic.of(flows, 50)
    flows[:] = -1
    assert (traffic.flow_h == 10).all()


@pytest.mark.parametrize(
    ("at", "value", "found"),
    [
        ((1, 2, 4), -5, "road 1, night, class 4b: found flow -5 (1 such), expected"),
        ((0, 1, 0), np.inf, "road 0, evening, class 1: found flow inf (1 such)"),
    ],
)
def test_a_flow_that_cannot_be_is_refused(at, value, found):
    flows = FLOWS.copy()
    flows[at] = value
    with pytest.raises(LayerError) as error:
        Traffic.of(flows, 50)
    assert str(error.value).startswith(f"traffic: {found}")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("stated", "found"),
    [
        ({"speed_kmh": -1}, "road 0, day, class 1: found speed -1 (30 such), expected"),
        ({"pavement": ["NL05", "NL5"]}, "road 1: found pavement 'NL5'; did you mean"),
        ({"pavement": "tarmac"}, "road 0: found pavement 'tarmac'; known: NL01, NL02"),
        ({"junction": "crosing"}, "road 0: found junction 'crosing'; did you mean 'cr"),
        ({"studded_share": 1.5}, "road 0: found studded share 1.5 (2 such), expected"),
        ({"direction": [0, 2]}, "road 1: found direction 2 (1 such), expected 1, 0 or"),
        ({"gradient_percent": np.inf}, "road 0: found gradient inf (2 such)"),
    ],
)
def test_whatever_else_cannot_be_is_refused(stated, found):
    with pytest.raises(LayerError) as error:
        Traffic.of(FLOWS, **{"speed_kmh": 50, **stated})
    assert str(error.value).startswith(f"traffic: {found}")


def test_flows_of_another_shape_are_refused():
    with pytest.raises(LayerError, match=r"\(2, 5\), expected \(roads, 3, 5\)"):
        Traffic.of(np.zeros((2, 5)), 50)
    with pytest.raises(LayerError, match=r"\(2, 2, 5\), expected"):
        Traffic.of(np.zeros((2, 2, 5)), 50)
