"""A file is written whole or not at all: full disks, refusals, interruptions."""

import errno
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from pyogrio.errors import DataSourceError

from ecogis.errors import EcogisError
from ecogis.outputs.whole import NotWrittenError, whole, write_text


def begin(path, fault):
    """Begin to write, and be stopped by the fault."""
    with whole(path) as temporary:
        temporary.write_text("half of the n")
        temporary.with_name(temporary.name + "-journal").write_text("x")
        raise fault


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_writes_and_makes_the_folder(tmp_path):
    path = tmp_path / "results" / "a.txt"
    assert write_text(path, "公园\r\n") == path
    assert path.read_bytes() == "公园\r\n".encode()
    assert names(path.parent) == ["a.txt"]


def test_replaces_what_was_there(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("a longer text than the new one")
    write_text(path, "new")
    assert path.read_text() == "new"


def test_others_may_read_what_the_mask_allows(tmp_path):
    path = write_text(tmp_path / "a.txt", "x")
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~mask


def test_follows_a_link_and_keeps_it(tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    (there / "real.txt").write_text("old")
    link = tmp_path / "link.txt"
    link.symlink_to(there / "real.txt")
    write_text(link, "new")
    assert link.is_symlink()
    assert (there / "real.txt").read_text() == "new"
    assert names(tmp_path) == ["link.txt", "there"]


def test_the_name_lies_beside_and_ends_alike(tmp_path):
    with whole(tmp_path / "a.gpkg") as temporary:
        assert temporary.parent == tmp_path.resolve()
        assert temporary.suffix == ".gpkg"
        assert not (tmp_path / "a.gpkg").exists()
        temporary.write_bytes(b"x")
    assert names(tmp_path) == ["a.gpkg"]


@pytest.mark.parametrize("old", [None, "old"])
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "the disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "permission denied"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error"),
        (sqlite3.OperationalError("database or disk is full"), "the disk is full"),
        (DataSourceError("two\nlines"), "two lines"),
    ],
)
def test_a_fault_leaves_nothing_half_written(tmp_path, old, fault, said):
    path = tmp_path / "a.txt"
    if old is not None:
        path.write_text(old)
    with pytest.raises(NotWrittenError) as found:
        begin(path, fault)
    assert names(tmp_path) == ([] if old is None else ["a.txt"])
    assert old is None or path.read_text() == old
    line = str(found.value)
    assert line.startswith(f"{path}: not written: ")
    assert said in line
    assert "\n" not in line + found.value.zh
    assert "未写入" in found.value.zh
    assert isinstance(found.value, EcogisError)


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ValueError, MemoryError])
def test_other_faults_pass_and_leave_nothing(tmp_path, fault):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(fault):
        begin(path, fault)
    assert names(tmp_path) == ["a.txt"]
    assert path.read_text() == "old"


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_fills_at_the_last_moment(tmp_path, monkeypatch, call):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    if call == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(NotWrittenError, match="the disk is full"):
        write_text(path, "new")
    monkeypatch.undo()
    assert names(tmp_path) == ["a.txt"]
    assert path.read_text() == "old"


def test_a_truly_full_disk(tiny_disk):
    folder = tiny_disk(64)
    path = folder / "a.txt"
    write_text(path, "x" * 30_000)
    with pytest.raises(NotWrittenError, match="the disk is full"):
        write_text(path, "y" * 60_000)
    assert names(folder) == ["a.txt"]
    assert path.read_text() == "x" * 30_000


def test_a_folder_where_the_file_should_be(tmp_path):
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(NotWrittenError, match="not written: Is a directory"):
        write_text(tmp_path / "a.txt", "x")
    assert names(tmp_path) == ["a.txt"]


def test_a_file_where_the_folder_should_be(tmp_path):
    (tmp_path / "results").write_text("x")
    with pytest.raises(NotWrittenError, match="not written"):
        write_text(tmp_path / "results" / "a.txt", "x")


def test_a_new_database_never_meets_the_old_one_s_log(tmp_path):
    path = tmp_path / "a.gpkg"
    for ending in ("-wal", "-shm", "-journal"):
        (tmp_path / f"a.gpkg{ending}").write_bytes(b"of the old one")
    with whole(path) as temporary:
        temporary.write_bytes(b"new")
    assert names(tmp_path) == ["a.gpkg"]


def test_a_name_that_is_no_text_is_escaped(tmp_path):
    path = write_text(tmp_path / "a.txt", "caf\udce9")
    assert path.read_bytes() == b"caf\\udce9"
