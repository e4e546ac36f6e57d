"""The wheel carries its workspace: an install into an empty folder runs the demo."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CARRIED = [
    "ecogis/_workspace/layers/parks.toml",
    "ecogis/_workspace/styles/palette.toml",
    "ecogis/_workspace/maps/demo/plan.toml",
    "ecogis/_workspace/maps/chaoyang/plan.toml",
    "ecogis/_workspace/scripts/park_coverage.py",
    "ecogis/py.typed",
]


def run(*words, cwd, **environment):
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory):
    """Build a wheel from the checkout, and one from the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    for kind in (["--wheel", "-o", folder / "direct"], ["-o", folder / "sdist"]):
        run("-m", "build", "--no-isolation", *kind, ROOT, cwd=folder)
    direct = next((folder / "direct").glob("*.whl"))
    return direct, next((folder / "sdist").glob("*.whl"))


@pytest.mark.build
def test_both_wheels_carry_the_workspace(wheels):
    direct, from_sdist = (zipfile.ZipFile(wheel).namelist() for wheel in wheels)
    assert sorted(direct) == sorted(from_sdist)
    assert not set(CARRIED) - set(direct)
    assert not [name for name in direct if "/results/" in name or "make_demo" in name]


@pytest.mark.build
def test_an_empty_folder_becomes_a_workspace_that_runs(wheels, tmp_path):
    site, place = tmp_path / "site", tmp_path / "somewhere"
    place.mkdir()
    install = ("pip", "install", "--no-deps", "--quiet", "--target", site)
    run("-m", *install, wheels[0], cwd=place)
    alone = {"PYTHONPATH": str(site)}
    where = run("-c", "import ecogis; print(ecogis.__file__)", cwd=place, **alone)
    assert where.startswith(str(site))
    run("-m", "ecogis", "init", "my-city", cwd=place, **alone)
    city = place / "my-city"
    plan = "maps/my-city/plan.toml"
    said = run("-m", "ecogis", "run", plan, "--lang", "en", cwd=city, **alone)
    assert "met" in said
    assert (city / "maps" / "my-city" / "results" / "index.html").is_file()
