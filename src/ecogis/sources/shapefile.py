"""
Is a shapefile whole, and in which encoding is its text?

GDAL reads a .shp that was cut off as features without geometry, and falls back to
ISO-8859-1, which turns Chinese into mojibake, both without a word; so the files are
looked at before they are read.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from ecogis.errors import SourceError

# a table of dBASE: 32 bytes of header, then 32 bytes for each field
_ENTRY = 32
_END_OF_FIELDS = 0x0D
_LONGEST_NAME = 10
# GB18030 holds all of GBK and GB 2312
_CHINESE = "GB18030"
_SAME = {"gbk": _CHINESE, "gb2312": _CHINESE, "cp936": _CHINESE, "hz": _CHINESE}


def must_be_whole(path: Path, where: str) -> None:
    """
    Hold a .shp and its .dbf against the sizes that they state.

    Raises
    ------
    SourceError
        One of them is shorter than it says.
    """
    with path.open("rb") as shapes:
        # the length in 16-bit words stands at byte 24, big-endian
        words = int.from_bytes(shapes.read(28)[24:28], "big")
    if path.stat().st_size < 2 * words:
        raise _cut_off(path, where)
    table = _beside(path, ".dbf")
    if table is not None:
        with table.open("rb") as cells:
            rows, head, length = _layout(cells.read(_ENTRY))
        if table.stat().st_size < head + rows * length:
            raise _cut_off(table, where)


def _cut_off(path: Path, where: str) -> SourceError:
    kind = path.suffix.lower()
    msg = f"{where}: the {kind} is shorter than it says: cut off; copy it once more"
    return SourceError(msg, f"{where}：{kind} 文件不完整，请重新复制")


def _layout(head: bytes) -> tuple[int, int, int]:
    """Return how many rows, where they begin, and how long each is."""
    parts = head[4:8], head[8:10], head[10:12]
    rows, start, length = (int.from_bytes(part, "little") for part in parts)
    return rows, start, length


def encoding_of(path: Path, stated: str | None, where: str) -> str:
    """
    Return the encoding of a .shp's .dbf.

    The one that the plan states; else the one in the .cpg, if the text can be read so;
    else UTF-8, if every text is; else GB18030.

    Raises
    ------
    SourceError
        The stated encoding is unknown or does not fit, or none of these fits.
    """
    texts = list(_texts(_beside(path, ".dbf")))
    if stated is not None:
        known = _known(stated)
        if known is None or not _fits(texts, known):
            msg = (
                f"{where}: the text is not {stated!r}; state another encoding, or "
                "leave it out to have it found"
            )
            raise SourceError(msg, f"{where}：文字编码不是 {stated!r}，请改写 encoding")
        return known
    for candidate in (_in_cpg(path), "UTF-8", _CHINESE):
        if candidate is not None and _fits(texts, candidate):
            return candidate
    msg = (
        f"{where}: the text is neither UTF-8 nor GBK; state its encoding in the plan's "
        '[sources], for example encoding = "big5"'
    )
    zh = f"{where}：文字既非 UTF-8 也非 GBK，请在规划文件中写明 encoding"
    raise SourceError(msg, zh)


def decoded(frame: pd.DataFrame, encoding: str) -> pd.DataFrame:
    """Return a table that was read as ISO-8859-1 in its true encoding."""

    def text(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        # what is left of a character that the end of its field cut in two
        return value.encode("latin-1").decode(encoding, errors="ignore")

    texts = frame.select_dtypes(["object", "string"]).columns
    read = frame.assign(**{name: frame[name].map(text) for name in texts})
    return read.rename(columns=text)


def _beside(path: Path, suffix: str) -> Path | None:
    found = (path.with_suffix(s) for s in (suffix, suffix.upper()))
    return next((file for file in found if file.is_file()), None)


def _in_cpg(path: Path) -> str | None:
    """Return the encoding that a .cpg names: 'UTF-8', 'GBK', '936', 'ANSI 936'."""
    file = _beside(path, ".cpg")
    if file is None:
        return None
    name = file.read_bytes().decode("ascii", "ignore").strip()
    return _known(name) or _known(f"cp{name.split()[-1]}" if name else "")


def _known(name: str) -> str | None:
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return _SAME.get(found, found.upper())


def _fits(texts: list[tuple[bytes, bool]], encoding: str) -> bool:
    for text, full in texts:
        # a character may be cut where the text fills its field
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            decoder.decode(text, final=not full)
        except UnicodeDecodeError:
            return False
    return True


def _texts(path: Path | None) -> Iterator[tuple[bytes, bool]]:
    """Yield the field names and texts that are not ASCII, and whether one is full."""
    if path is None:
        return
    content = path.read_bytes()
    rows, head, length = _layout(content)
    at = 1
    for name, kind, width in _columns(content):
        if not name.isascii():
            yield name, len(name) == _LONGEST_NAME
        if kind == b"C":
            starts = range(head + at, head + at + rows * length, max(length, 1))
            cells = {content[start : start + width] for start in starts}
            yield from (
                (cell.rstrip(b" \0"), cell[-1:] not in b" \0")
                for cell in sorted(cells)
                if not cell.isascii()
            )
        at += width


def _columns(content: bytes) -> Iterator[tuple[bytes, bytes, int]]:
    at = _ENTRY
    while at + _ENTRY <= len(content) and content[at] != _END_OF_FIELDS:
        entry = content[at : at + _ENTRY]
        yield entry[:11].split(b"\0")[0], entry[11:12], entry[16]
        at += _ENTRY
