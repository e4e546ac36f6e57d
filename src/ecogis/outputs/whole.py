"""How is a file written? Whole or not at all; the file before it stays until then."""

import contextlib
import errno
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyogrio.errors import DataLayerError, DataSourceError

from ecogis.document import Text
from ecogis.errors import EcogisError

# what SQLite leaves beside a database; a new one must not meet the old one's
_BESIDE = ("-journal", "-wal", "-shm")
# a database that fails with less than this has run out of space
_NO_SPACE_BYTES = 1_000_000
_FULL = Text(
    en="the disk is full; free some space, or write to another folder",
    zh="磁盘空间不足，请清理磁盘或写入其他文件夹",
)
_REFUSED = Text(
    en="permission denied; close the programs that have it open, or check its rights",
    zh="没有写入权限，请关闭正在使用该文件的程序，或检查文件权限",
)
_WHY = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _REFUSED,
    errno.EPERM: _REFUSED,
}


class NotWrittenError(EcogisError):
    """
    A file that could not be written; the one that was there before stays.

    Several of them are one line each; ``written`` are the files that were written.
    """

    def __init__(
        self, message: str, zh: str | None = None, written: Iterable[Path] = ()
    ) -> None:
        super().__init__(message, zh)
        self.written = tuple(written)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """
    Yield a name to write to; put it in the place of ``path`` once it is complete.

    The name lies in the same folder and ends like ``path``. Whatever stops the block,
    nothing of it remains and the file that was there before stays.

    Raises
    ------
    NotWrittenError
        The disk is full, the folder cannot be written to, or the like.
    """
    place = path.resolve()
    temporary = place.with_name(f".{place.stem}.{uuid.uuid4().hex}{place.suffix}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        _flush(temporary)
        temporary.replace(place)
        _drop(place, _BESIDE if place.suffix == ".gpkg" else ())
        _flush_folder(place.parent)
    except (OSError, sqlite3.Error, DataSourceError, DataLayerError) as found:
        why = _why(found, place.parent)
        msg = f"{path}: not written: {why.en}"
        raise NotWrittenError(msg, f"{path}：未写入：{why.zh}") from found
    finally:
        _drop(temporary, ("", *_BESIDE))


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """Write a text, its line ends as they are, whole or not at all."""
    with whole(path) as temporary:
        temporary.write_bytes(text.encode(encoding, "backslashreplace"))
    return path


def _flush(path: Path) -> None:
    """Bring a file's content onto the disk before its name is."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    # Windows cannot open a folder; what is written is whole there all the same
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _drop(path: Path, endings: tuple[str, ...]) -> None:
    for ending in endings:
        with contextlib.suppress(OSError):
            path.with_name(path.name + ending).unlink(missing_ok=True)


def _why(found: Exception, folder: Path) -> Text:
    """Return why a file could not be written, in both languages."""
    number = found.errno if isinstance(found, OSError) else None
    if number in _WHY:
        return _WHY[number]
    if not isinstance(found, OSError) and _is_full(found, folder):
        return _FULL
    said = getattr(found, "strerror", None) or str(found)
    text = " ".join(str(said).split())
    return Text(en=text, zh=text)


def _is_full(found: Exception, folder: Path) -> bool:
    """Tell whether a database failed for want of space; GDAL does not always say."""
    if "disk is full" in str(found):
        return True
    try:
        return shutil.disk_usage(folder).free < _NO_SPACE_BYTES
    except OSError:
        return False
