"""A zip that holds vector files."""

from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from zipfile import BadZipFile, ZipFile

from ecogis.errors import SourceError
from ecogis.source import VECTOR

# of names that are not marked as UTF-8: Chinese Windows writes GBK, others cp437
_NAMES = ("gbk", "cp437")


def unpacked(path: Path, where: str, stack: ExitStack) -> list[Path]:
    """
    Unpack a zip for as long as ``stack`` is open, and return its vector files.

    Raises
    ------
    SourceError
        Not a zip, cut off, or without a vector file.
    """
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="ecogis-")))
    try:
        _unpack(path, folder)
    except (BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as found:
        msg = f"{where}: not a zip that can be unpacked: {found}"
        raise SourceError(msg, f"{where}：无法解压") from None
    inside = sorted(file for file in folder.rglob("*") if _is_vector(file))
    if not inside:
        known = ", ".join(suffix for suffix in VECTOR if suffix != ".zip")
        msg = f"{where}: the zip holds no vector file ({known})"
        raise SourceError(msg, f"{where}：压缩包内没有矢量文件")
    return inside


def _unpack(path: Path, folder: Path) -> None:
    for encoding in _NAMES:
        try:
            with ZipFile(path, metadata_encoding=encoding) as packed:
                for entry in packed.infolist():
                    _extract(packed, entry.filename, folder)
        except UnicodeDecodeError:
            continue
        return


def _extract(packed: ZipFile, name: str, folder: Path) -> None:
    inner = PurePosixPath(name.replace("\\", "/"))
    hidden = "__MACOSX" in inner.parts or inner.name.startswith(".")
    if name.endswith("/") or hidden or ".." in inner.parts or inner.is_absolute():
        return
    target = folder.joinpath(*inner.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    with packed.open(name) as content, target.open("wb") as copy:
        while chunk := content.read(1 << 20):
            copy.write(chunk)


def _is_vector(path: Path) -> bool:
    in_geodatabase = any(part.suffix.lower() == ".gdb" for part in path.parents)
    return path.suffix.lower() in VECTOR and not in_geodatabase
