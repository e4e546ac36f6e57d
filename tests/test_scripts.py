"""The analyst's scripts: layer files in, a number and a one-file map out."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from shapely import LineString, Point
from town import X, Y, build, frame, square

ROOT = Path(__file__).parents[1]
HALF_FOREST = frame(square(0, 0, 1000, 2000), kind=["arbor"], canopy=[0.5])
STREET = frame(
    LineString(square(0, 990, 2000, 20).exterior.coords), **{"class": ["primary"]}
)
HOUSES = frame(
    square(10, 1015, 20, 10), square(10, 1500, 20, 10), use=["residential"] * 2
)


@pytest.mark.parametrize(
    ("script", "layers", "said"),
    [
        ("park_coverage", ("districts", "parks", "residential_land"), "24.8"),
        ("forest_share", ("districts", "forest", "subdistricts"), "50.00 %"),
        ("noise_buffers", ("districts", "roads", "buildings"), "1 of 2"),
    ],
)
def test_a_script_prints_its_number_and_saves_its_map(tmp_path, script, layers, said):
    given = {"forest": HALF_FOREST, "roads": STREET, "buildings": HOUSES}
    data = build(tmp_path / "town", **given).parent / "layers"
    home = tmp_path / "home"
    (home / "scripts").mkdir(parents=True)
    (home / "maps").mkdir()
    copied = shutil.copy(ROOT / "scripts" / f"{script}.py", home / "scripts")
    files = [str(data / f"{layer}.gpkg") for layer in layers]
    done = subprocess.run(
        [sys.executable, copied, *files, "甲区"],
        cwd=home,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    page = home / "maps" / f"{script}.html"
    assert page.stat().st_size > 100_000
    assert len(Path(copied).read_text(encoding="utf-8").splitlines()) <= 26


def test_the_emission_of_each_road_stands_in_the_order_of_the_file(tmp_path):
    light = {f"light_{period}": [1000, 0] for period in ("day", "evening", "night")}
    heavy = {f"heavy_{period}": [0, 0] for period in ("day", "evening", "night")}
    ways = [LineString([(0, y), (900, y)]) for y in (0, 50)]
    file = tmp_path / "roads.gpkg"
    frame(*ways, **light, **heavy, speed_kmh=[70, 70]).to_file(file)
    script, out = ROOT / "scripts" / "road_emission.py", tmp_path / "out.csv"
    done = subprocess.run(
        [sys.executable, script, file, out],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "2 of 2 roads state no pavement: asphalt is taken" in done.stdout
    rows = out.read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("road,period,vehicles_h,63_hz_db,125_hz_db")
    assert rows[0].endswith("8000_hz_db,a_weighted_db")
    # 84.58 dB(A) a metre of a thousand light vehicles at 70 km/h
    assert rows[1].startswith("0,day,1000.0000,")
    assert rows[1].endswith(",84.5806")
    assert rows[6] == "1,night,0.0000,,,,,,,,,"
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 26


def at_points(folder, *more, where="."):
    """Return what the script prints and writes for a street, a house and points."""
    light = {f"light_{period}": [1000] for period in ("day", "evening", "night")}
    heavy = {f"heavy_{period}": [0] for period in ("day", "evening", "night")}
    street = LineString([(X - 480, Y), (X + 480, Y)])
    frame(street, **light, **heavy, speed_kmh=[50]).to_file(folder / "roads.gpkg")
    frame(square(-400, 600, 20, 20), height_m=[6.0]).to_file(folder / "houses.gpkg")
    # 20 m from the street, in a house, and where no road is heard
    places = [Point(X, Y + 20), Point(X - 390, Y + 602), Point(X, Y + 1200)]
    frame(*places, name=["甲", "乙", "丙"]).to_file(folder / "points.gpkg")
    script = ROOT / "scripts" / "noise_at_points.py"
    out = folder / where / "out.csv"
    files = [folder / f"{name}.gpkg" for name in ("roads", "houses", "points")]
    done = subprocess.run(
        [sys.executable, script, *files, out, *more],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done, pd.read_csv(out) if done.returncode == 0 else None


def test_levels_at_points_by_period_and_octave(tmp_path):
    done, table = at_points(tmp_path, "--octaves", "--reach", "650")
    assert done.returncode == 0, done.stderr
    assert "1 of 3 receivers lay inside a building and were moved" in done.stdout
    assert "2 of 3 points hear a road" in done.stdout
    assert table["point"].tolist() == [0, 1, 2]
    assert table["name"].tolist() == ["甲", "乙", "丙"]
    assert table.loc[2, "lden_db":].isna().all()
    near = table.loc[0]
    # one flow all day: both ways of a day are that level, Lden adds 5 and 10 dB
    assert near["day_db"] == pytest.approx(near["l_06_18_db"], abs=0.05)
    lden = 12 + 4 * 10**0.5 + 8 * 10
    # more rays bend down by night: a little louder
    assert near["lden_db"] == pytest.approx(
        near["day_db"] + 10 * np.log10(lden / 24), abs=0.5
    )
    octaves = near["l_06_18_63_hz_db":"l_06_18_8000_hz_db"].to_numpy(float)
    weights = [-26.2, -16.1, -8.6, -3.2, 0.0, 1.2, 1.0, -1.1]
    total = 10 * np.log10(np.sum(10 ** ((octaves + weights) / 10)))
    assert len(octaves) == 8
    assert near["day_db"] == pytest.approx(total, abs=0.02)


def test_levels_at_points_by_the_other_engine(tmp_path):
    done, table = at_points(tmp_path, "--engine", "hj24", "--height", "0.5")
    assert done.returncode == 0, done.stderr
    assert "formulas not checked against the text" in done.stdout
    assert list(table)[-1] == "l_22_06_db"
    level = 12.6 + 34.73 * np.log10(50) + 10 * np.log10(20) - 16
    angle = 2 * np.arctan(480 / 20) / np.pi
    level += 10 * np.log10(7.5 / 20 * angle)
    # air: the way is 50 m long on average, 1.93 dB a km beyond 7.5 m
    assert table["day_db"][0] == pytest.approx(level - 0.08, abs=0.03)
    done, _ = at_points(tmp_path, "--engine", "hj24", "--octaves")
    assert done.stderr.strip() == (
        "octaves: HJ 2.4-2021 knows none; take the engine cnossos"
    )


def test_levels_at_points_need_a_folder_to_go_to(tmp_path):
    done, _ = at_points(tmp_path, where="nowhere")
    assert done.returncode == 1
    assert done.stderr.strip().endswith("out.csv: its folder does not exist")


def test_a_script_without_files_says_what_it_takes():
    script = ROOT / "scripts" / "park_coverage.py"
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "BOUNDARY PARKS HOMES" in done.stderr
    assert "Traceback" not in done.stderr
