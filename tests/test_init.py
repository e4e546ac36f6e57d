"""A workspace of one's own."""

from pathlib import Path

import pytest

from ecogis.errors import PlanError
from ecogis.init import init


def test_the_new_place_bears_the_folders_name(tmp_path):
    plan = init(tmp_path / "my-city")
    assert plan == tmp_path / "my-city" / "maps" / "my-city" / "plan.toml"
    assert plan.is_file()
    for name in ("layers", "styles", "scripts"):
        assert any((tmp_path / "my-city" / name).iterdir())
    assert [path.name for path in (tmp_path / "my-city" / "maps").iterdir()] == [
        "my-city"
    ]


def test_a_folder_that_holds_something_is_refused(tmp_path):
    (tmp_path / "mine").write_text("x")
    with pytest.raises(PlanError, match="exists and is not empty"):
        init(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "new").mkdir()
    assert init(tmp_path / "new").is_file()


def test_the_folder_that_one_stands_in_is_filled(tmp_path, monkeypatch):
    here = tmp_path / "mine"
    here.mkdir()
    monkeypatch.chdir(here)
    assert init(Path()) == here / "maps" / "mine" / "plan.toml"
    assert Path.cwd() == here
    assert sorted(path.name for path in Path().iterdir()) == [
        ".gitignore",
        "layers",
        "maps",
        "scripts",
        "styles",
    ]
