"""The command line as a user meets it: words, exit codes, files."""

import csv
import json
import math
import os
import subprocess
import sys

import pytest
from town import COVERAGE, COVERED_M2, PLAN, build, frame, square

from ecogis import batch


def process(*words):
    """Run the command in a process of its own, as a shell does."""
    done = subprocess.run(
        [sys.executable, "-m", "ecogis", *map(str, words)],
        env={**os.environ, "COLUMNS": "200", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout, done.stderr


FILES = ["index.html", "results.gpkg", "scorecard.csv", "scorecard.json"]


def test_run_prints_the_scorecard_and_writes_four_files(ecogis, tmp_path):
    plan = build(tmp_path / "town")
    code, said, _ = ecogis("run", plan)
    assert code == 0
    assert f"{COVERAGE:.1f}%" in said
    assert "behind" in said
    assert "short by 5.1" in said
    results = tmp_path / "town" / "results"
    assert sorted(path.name for path in results.iterdir()) == FILES
    card = json.loads((results / "scorecard.json").read_text(encoding="utf-8"))
    assert "P1" in json.dumps(card)
    raw = (results / "scorecard.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    assert len(rows) == 3


def test_run_speaks_chinese(ecogis, tmp_path):
    code, said, _ = ecogis("run", build(tmp_path), "--lang", "zh")
    assert code == 0
    assert "落后" in said
    assert "差 5.1" in said
    _, by_locale, _ = ecogis("run", build(tmp_path), locale="zh_CN.UTF-8")
    assert "落后" in by_locale


def test_two_runs_write_the_same_bytes(ecogis, tmp_path):
    plan = build(tmp_path)
    for folder in ("one", "two"):
        assert ecogis("run", plan, "--out", tmp_path / folder)[0] == 0
    for name in FILES:
        one, two = (tmp_path / folder / name for folder in ("one", "two"))
        assert one.read_bytes() == two.read_bytes(), name


def test_strict_counts_what_is_missed(ecogis, tmp_path):
    assert ecogis("run", build(tmp_path), "--strict")[0] == 1
    assert ecogis("run", build(tmp_path), "--strict", "--only", "R1")[0] == 0


def test_an_unknown_row_says_why(ecogis, tmp_path):
    code, said, _ = ecogis("run", build(tmp_path, parks=None))
    assert code == 0
    assert "P1 why: layer 'parks' has no source" in said


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        (
            "park_service_coverage",
            "park_service_coverag",
            "did you mean 'park_service_coverage'",
        ),
        ("distance_m", "distance", "has no parameter 'distance'"),
        ("distance_m = 500", 'distance_m = "500"', "parameter distance_m: found '500'"),
        ("distance_m = 500", "distance_m = -1", "parameter distance_m: found -1"),
        ("EPSG:4548", "EPSG:4326", "not in metres"),
        ("year = 2023", "yeer = 2023", "unknown key 'yeer'; did you mean 'year'"),
        ("year = 2023", "year = ", "not valid TOML"),
        ('row = "R1"', 'row = "P1"', "row 'P1' stands twice"),
    ],
)
def test_a_wrong_plan_is_one_line_and_writes_nothing(ecogis, tmp_path, good, bad, said):
    plan = build(tmp_path, PLAN.replace(good, bad, 1))
    code, out, err = ecogis("run", plan)
    assert code == 2
    assert out == ""
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "results").exists()


def test_a_plan_that_is_not_there(ecogis, tmp_path):
    code, _, err = ecogis("run", tmp_path / "plan.toml")
    assert code == 2
    assert "no such file" in err


def test_a_reported_number_does_not_hide_a_measuring_that_failed(ecogis, tmp_path):
    reported = 'reported = { value = 31.0, year = 2022, source = "x" }\nbaseline ='
    plan = build(tmp_path, PLAN.replace("baseline =", reported, 1), parks=None)
    code, said, _ = ecogis("run", plan, "--lang", "en")
    assert code == 0
    assert "31% (reported)" in said
    assert "? P1 why: layer 'parks' has no source" in said


def test_check_tells_and_exits(ecogis, tmp_path):
    assert ecogis("check", build(tmp_path / "a"))[0] == 0
    code, said, _ = ecogis("check", build(tmp_path / "b", parks=None), "--json")
    assert code == 2
    found = json.loads(said)
    assert {"level", "about", "en", "zh"} == set(found[0])
    assert any(one["level"] == "error" for one in found)


def test_several_plans_each_stand_alone(ecogis, tmp_path):
    good, bad = build(tmp_path / "good"), build(tmp_path / "bad", "title = 3")
    code, said, err = ecogis(
        "run", good, bad, "--out", tmp_path / "out", "--workers", 2
    )
    assert code == 2
    assert "Test town" in said
    assert "bad" in err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["good"]


def test_two_plans_of_one_name_are_refused(ecogis, tmp_path):
    one, two = build(tmp_path / "a" / "x"), build(tmp_path / "b" / "x")
    code, _, err = ecogis("run", one, two, "--out", tmp_path / "out")
    assert code == 2
    assert "two plans are of the place 'x'" in err


def test_list_shows_what_is_known(ecogis):
    code, said, _ = ecogis("list")
    assert code == 0
    assert "park_service_coverage" in said
    assert "residential_land" in said
    assert ecogis("list", "indicator")[0] == 2


def test_other_sources_replace_the_plans(ecogis, tmp_path):
    plan = build(tmp_path / "town")
    other = build(tmp_path / "other", parks=None)
    sources = tmp_path / "s.toml"
    sources.write_text('[sources]\nparks = { path = "none.gpkg" }\n')
    code, said, _ = ecogis("run", plan, "--sources", sources)
    assert code == 0
    assert "none.gpkg" in said
    assert other.exists()


def test_version_and_bare_call(ecogis):
    assert ecogis("--version")[1].strip()
    assert ecogis()[0] == 2


def test_a_process_of_its_own(tmp_path):
    code, said, err = process("run", build(tmp_path), "--strict")
    assert (code, err) == (1, "")
    assert "short by 5.1" in said
    assert process("run", tmp_path / "none.toml")[0] == 2


def test_a_place_may_be_named_by_its_folder(ecogis, tmp_path):
    build(tmp_path / "town")
    assert ecogis("check", tmp_path / "town")[0] == 0
    assert ecogis("run", tmp_path / "town", "--only", "R1")[0] == 0
    assert (tmp_path / "town" / "results" / "index.html").is_file()


def test_a_fault_of_ours_in_one_plan_stops_no_other(tmp_path, monkeypatch):
    first, second = (build(tmp_path / name) for name in ("one", "two"))
    real = batch.run

    def broken(plan, *args, **kwargs):
        if plan.place == "one":
            msg = "boom"
            raise OverflowError(msg)
        return real(plan, *args, **kwargs)

    monkeypatch.setattr(batch, "run", broken)
    outcomes = [
        batch.run_one(plan, tmp_path / "out" / plan.parent.name, batch.Order())
        for plan in (first, second)
    ]
    assert [outcome.code for outcome in outcomes] == [batch.WRONG, batch.MET]
    assert "OverflowError: boom" in outcomes[0].errors[0]
    assert not (tmp_path / "out" / "one").exists()


# a park in the town's corner: its square, two sides of 500 m, a quarter of a 128-gon
CORNER_M2 = 40**2 + 2 * 40 * 500 + 16 * 500**2 * math.sin(2 * math.pi / 128)


def test_parks_that_might_be_built_are_added(ecogis, tmp_path):
    plan, sites = build(tmp_path / "town"), tmp_path / "sites.geojson"
    frame(square(0, 0, 40, 40), name=["口袋公园"]).to_crs(4326).to_file(sites)
    code, _, _ = ecogis("run", plan, "--with", f"parks={sites}")
    assert code == 0
    results = tmp_path / "town" / "results"
    card = json.loads((results / "scorecard.json").read_text(encoding="utf-8"))
    goal = next(goal for goal in card["goals"] if goal["row"] == "P1")
    wanted = 100 * (COVERED_M2 + CORNER_M2) / 2000**2
    assert goal["value"] == pytest.approx(wanted, rel=1e-6)
    files = [layer["path"] for layer in goal["provenance"]["layers"]]
    assert "sites.geojson" in [path.rpartition("/")[2] for path in files]


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("parks", "expected LAYER=FILE"),
        ("park=sites.geojson", "unknown layer 'park'; did you mean 'parks'?"),
    ],
)
def test_what_cannot_be_added_is_one_line(ecogis, tmp_path, added, said):
    plan = build(tmp_path / "town")
    code, _, wrong = ecogis("run", plan, "--with", added)
    assert (code, wrong.count("\n")) == (2, 1)
    assert said in wrong


def test_a_file_is_the_layer_where_the_plan_has_none(ecogis, tmp_path):
    plan, wall = build(tmp_path / "town"), tmp_path / "belts.geojson"
    bare = tmp_path / "town" / "layers"
    for file in bare.glob("parks.*"):
        file.unlink()
    frame(square(0, 0, 40, 40), name=["口袋公园"]).to_crs(4326).to_file(wall)
    code, _, _ = ecogis("run", plan, "--with", f"parks={wall}")
    assert code == 0
    card = json.loads((tmp_path / "town/results/scorecard.json").read_text("utf-8"))
    goal = next(goal for goal in card["goals"] if goal["row"] == "P1")
    assert goal["value"] == pytest.approx(100 * CORNER_M2 / 2000**2, rel=1e-6)
    held = [one["path"].rpartition("/")[2] for one in goal["provenance"]["layers"]]
    assert held.count("belts.geojson") == 1


def test_a_file_to_add_that_is_missing_leaves_its_goals_unknown(ecogis, tmp_path):
    plan = build(tmp_path / "town")
    code, said, _ = ecogis("run", plan, "--with", f"parks={tmp_path / 'no.geojson'}")
    assert code == 0
    assert "no.geojson" in said
