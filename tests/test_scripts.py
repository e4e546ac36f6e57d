"""The analyst's scripts: layer files in, a number and a one-file map out."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import rasterio
from pyproj import CRS
from rasterio import Affine
from shapely import LineString
from town import build, frame, square

from ecogis.outputs.rasters import write_raster
from ecogis.raster import Raster

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


def difference(folder, *files):
    script = ROOT / "scripts" / "noise_difference.py"
    assert len(script.read_text(encoding="utf-8").splitlines()) <= 26
    command = [sys.executable, script, *(folder / name for name in files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_before_and_after_differ_where_both_are_known(tmp_path):
    nan = float("nan")
    for name, cells, west in (
        ("before", [[60, 61, nan], [50, 50, 50]], 0),
        ("after", [[57, 61, 40], [51.5, nan, 50]], 0),
        ("elsewhere", [[57, 61, 40], [51.5, nan, 50]], 10),
    ):
        place = Affine(10, 0, west, 0, -10, 20)
        grid = Raster(np.array(cells, dtype=float), place, CRS(4548))
        write_raster(grid, tmp_path / f"{name}.tif")
    done = difference(tmp_path, "before.tif", "after.tif", "out.tif")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "4 of 6 cells are known in both",
        "mean -0.4 dB, -3.0 to +1.5",
    ]
    with rasterio.open(tmp_path / "out.tif") as data:
        np.testing.assert_array_equal(data.read(1), [[-3, 0, nan], [1.5, nan, 0]])
        assert data.crs.to_epsg() == 4548
    done = difference(tmp_path, "before.tif", "elsewhere.tif", "out.tif")
    assert done.stderr.startswith("the grids lie elsewhere")
    done = difference(tmp_path, "before.tif", "nowhere.tif", "out.tif")
    assert "nowhere.tif" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_script_without_files_says_what_it_takes():
    script = ROOT / "scripts" / "park_coverage.py"
    done = subprocess.run(
        [sys.executable, script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "BOUNDARY PARKS HOMES" in done.stderr
    assert "Traceback" not in done.stderr
