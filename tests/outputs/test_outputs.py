"""All outputs together: four files, and one that fails stops no other."""

import errno
import json
import logging
import sqlite3
from contextlib import closing

import pyogrio
import pytest
from card import card, styles

from ecogis import outputs
from ecogis.errors import LayerError
from ecogis.outputs import FILES, write_all
from ecogis.outputs.whole import NotWrittenError
from ecogis.style import Styles


def files(folder):
    return sorted(path.name for path in folder.iterdir())


def test_four_files_are_written(tmp_path):
    folder = tmp_path / "results"
    found = write_all(card(), styles(), folder)
    assert found == [folder / name for name in FILES]
    assert files(folder) == sorted(FILES)
    assert "方城“十四五”规划" in (folder / "index.html").read_text("utf-8")
    goals = json.loads((folder / "scorecard.json").read_text("utf-8"))["goals"]
    assert len(goals) == 5
    with closing(sqlite3.connect(folder / "results.gpkg")) as database:
        assert database.execute("SELECT count(*) FROM scorecard").fetchone() == (5,)


def test_the_same_again_is_the_same_bytes(tmp_path):
    first = [path.read_bytes() for path in write_all(card(), styles(), tmp_path / "a")]
    again = [path.read_bytes() for path in write_all(card(), styles(), tmp_path / "b")]
    assert first == again


def test_the_first_language_is_every_file_s(tmp_path):
    write_all(card(), styles(), tmp_path, "en")
    assert (tmp_path / "scorecard.csv").read_text("utf-8-sig").startswith("row,title,")
    with closing(sqlite3.connect(tmp_path / "results.gpkg")) as database:
        said = database.execute("SELECT verdict FROM scorecard").fetchone()
    assert said == ("behind",)


def fails(fault):
    def write(*_, **__):
        raise fault

    return write


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("index.html", "page"),
        ("results.gpkg", "write_geopackage"),
        ("scorecard.json", "write_json"),
        ("scorecard.csv", "write_csv"),
    ],
)
@pytest.mark.parametrize(
    "fault", [LayerError("no such thing", "没有"), ValueError("a bug")]
)
def test_one_failure_stops_no_other(tmp_path, monkeypatch, caplog, name, what, fault):
    caplog.set_level(logging.CRITICAL)
    (tmp_path / name).write_text("the old one")
    monkeypatch.setattr(outputs, what, fails(fault))
    with pytest.raises(NotWrittenError) as found:
        write_all(card(), styles(), tmp_path)
    assert found.value.written == tuple(tmp_path / n for n in FILES if n != name)
    assert files(tmp_path) == sorted(FILES)
    assert (tmp_path / name).read_text() == "the old one"
    line = str(found.value)
    assert line.startswith(f"{tmp_path / name}: not written: ")
    assert str(fault) in line
    assert "\n" not in line
    assert f"{tmp_path / name}：未写入：" in found.value.zh


def test_two_failures_are_two_lines(tmp_path, monkeypatch):
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(pyogrio, "write_dataframe", fails(full))
    pale = {name: code for name, code in styles().palette.items() if name != "loud"}
    with pytest.raises(NotWrittenError) as found:
        write_all(card(), Styles(dict(styles()), pale), tmp_path)
    lines = str(found.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        str(tmp_path / "results.gpkg"),
        str(tmp_path / "index.html"),
    ]
    assert "the disk is full" in lines[0]
    assert "no colour 'loud'" in lines[1]
    assert len(found.value.zh.splitlines()) == 2
    assert files(tmp_path) == ["scorecard.csv", "scorecard.json"]


def test_a_disk_that_holds_the_small_files_only(tiny_disk):
    folder = tiny_disk(48)
    with pytest.raises(NotWrittenError) as found:
        write_all(card(), styles(), folder)
    assert files(folder) == ["scorecard.csv", "scorecard.json"]
    lines = str(found.value).splitlines()
    assert len(lines) == 2
    assert all("not written: the disk is full" in line for line in lines)
    json.loads((folder / "scorecard.json").read_text("utf-8"))
