"""Threads give what one thread gives, in its order."""

import numpy as np
import pytest
import shapely

from ecogis.spatial import threads
from ecogis.spatial.threads import threaded


@pytest.fixture(autouse=True)
def four_cores(monkeypatch):
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 4)


@pytest.mark.parametrize("many", [0, 1, 31, 64, 65, 1000])
def test_order_is_kept(many):
    x = np.arange(many, dtype=float)
    found = threaded(shapely.points, x, -x)
    assert shapely.get_x(found).tolist() == x.tolist()
    assert shapely.get_y(found).tolist() == (-x).tolist()


def test_a_problem_in_a_thread_is_raised():
    def refuse(values):
        if 900 in values:
            msg = "not this one"
            raise ValueError(msg)
        return values

    with pytest.raises(ValueError, match="not this one"):
        threaded(refuse, np.arange(1000))


def test_many_are_shared_out_and_few_are_not():
    seen = []

    def answer(values):
        seen.append(len(values))
        return values

    threaded(answer, np.arange(40))
    assert seen == [40]
    seen.clear()
    threaded(answer, np.arange(1000))
    assert len(seen) > 4
    assert sum(seen) == 1000


def test_few_heavy_elements_are_worth_threads_too():
    seen = []

    def answer(values):
        seen.append(len(values))
        return values

    assert threaded(answer, np.arange(5), worth=1).tolist() == [0, 1, 2, 3, 4]
    assert seen == [1, 1, 1, 1, 1]
