"""
In which encoding is a shapefile's text?

GDAL falls back to ISO-8859-1 without a word, which turns Chinese into mojibake; so the
file is looked at before it is read.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

from ecogis.errors import SourceError

# a table of dBASE: 32 bytes of header, then 32 bytes for each field
_ENTRY = 32
_END_OF_FIELDS = 0x0D
_LONGEST_NAME = 10
# GB18030 holds all of GBK and GB 2312
_CHINESE = "GB18030"
_SAME = {"gbk": _CHINESE, "gb2312": _CHINESE, "cp936": _CHINESE, "hz": _CHINESE}


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
    rows = int.from_bytes(content[4:8], "little")
    head = int.from_bytes(content[8:10], "little")
    length = int.from_bytes(content[10:12], "little")
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
