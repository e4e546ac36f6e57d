"""The benchmarks' district is the same every time, and their methods agree on it."""

import importlib
from pathlib import Path

import numpy as np
import pytest
import shapely

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def load(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module


@pytest.fixture
def small(load):
    synthetic = load("synthetic")
    return synthetic.District(synthetic.SMALL)


LAYERS = ("parks", "residential_land", "zones", "buildings", "red_lines", "roads")


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_the_same_every_time(small, name):
    first, again = (getattr(small, name)() for _ in range(2))
    assert first.geometry.to_wkb().tolist() == again.geometry.to_wkb().tolist()
    assert first.is_valid.all()
    assert first["name"].is_unique
    assert first.crs.to_epsg() == 4548


def test_another_seed_is_another_district(load, small):
    synthetic = load("synthetic")
    other = synthetic.District(synthetic.SMALL, seed=1)
    assert other.parks().area.sum() != small.parks().area.sum()


def test_layers_hold_what_is_asked(small):
    sizes = {name: len(getattr(small, name)()) for name in LAYERS[:5]}
    assert sizes == {
        "parks": 40,
        "residential_land": 300,
        "zones": 5,
        "buildings": 2000,
        "red_lines": 6,
    }


@pytest.mark.parametrize("name", ["residential_land", "zones", "red_lines"])
def test_no_ground_is_in_two_features(small, name):
    shapes = np.asarray(getattr(small, name)().geometry.values)
    united = shapely.union_all(shapes).area
    assert shapely.area(shapes).sum() == pytest.approx(united, rel=1e-9)


def test_zones_fill_the_district(small):
    # they are rounded to centimetres after the cut
    gap = small.zones().union_all().symmetric_difference(small.boundary)
    assert gap.area < 0.01 * small.boundary.length


@pytest.mark.filterwarnings("ignore:`keep_geom_type=True`")
@pytest.mark.parametrize("job", ["park_coverage", "red_line_area", "road_strips"])
def test_everybody_gives_the_same_answer(load, small, job):
    module = load(job)
    methods = module.Work(small).methods(None)
    answers = [method.run() for method in methods]
    assert len(answers) == 3
    for numbers in answers[:-1]:
        for key, wanted in numbers.items():
            found = np.asarray(answers[-1][key], dtype=float)
            assert found == pytest.approx(wanted, rel=module.AGREED, abs=1e-3), key
            assert np.sum(wanted) > 0


def test_the_sites_of_the_benchmark_are_proven(load, small):
    module = load("siting")
    work = module.Work(small, squares=400, sites=80, chosen=5)
    ours, alone = work.ecogis(), work.highs()
    # small enough for both: the same people, and the same proof
    for answer in (ours, alone):
        assert "people, at most" in answer[load("timing").TOLD]
    assert "gap of 0.0" in ours[load("timing").TOLD]


@pytest.mark.parametrize("job", ["street_snap", "walk"])
def test_everybody_walks_as_far(load, small, job):
    methods = load(job).Work(small).methods(None)
    wanted, *others = (m.run() for m in methods if m.name != "pandana")
    for found in others:
        for key in set(wanted) - {"told"}:
            assert found[key] == pytest.approx(wanted[key], abs=1e-6)
            assert np.sum(wanted[key]) > 0


def test_receivers_together_hear_what_each_path_brings(load, small, monkeypatch):
    module = load("noise_map")
    # where data lie changes nothing here
    monkeypatch.setattr(module, "_real", lambda: iter(()))
    monkeypatch.setattr(module, "_FEW", 2)
    monkeypatch.setattr(module, "REACH_M", 120.0)
    work = module.Work(small)
    together, alone = work.ecogis()["day_db"], work.alone()["day_db"]
    assert together == pytest.approx(alone, abs=1e-5)
    assert (together > 30).all()


@pytest.mark.parametrize(("seconds", "word"), [(3.49, "MISSED"), (3.5, "met")])
def test_a_goal_is_held_against_the_fastest(load, seconds, word):
    timing = load("timing")
    costs = [
        timing.Cost(name, taken, taken, 0.0, 3, {})
        for name, taken in (("slow", 9.0), ("fast", seconds), ("ours", 1.0))
    ]
    line = timing.verdict(timing.Goal(("slow", "fast", "absent"), 3.5), costs)
    assert line.endswith(word)
    assert "fast" in line


def test_answers_that_differ_stop_the_run(load):
    timing = load("timing")
    methods = [
        timing.Method("one", lambda: {"m2": [100.0]}),
        timing.Method("other", lambda: {"m2": [100.1]}),
    ]
    with pytest.raises(AssertionError, match="other: m2"):
        timing.compare(methods, repeats=1)
