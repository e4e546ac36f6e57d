"""What identifies a file: the hash of its content."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

_CHUNK = 1 << 20
# the files that make up one shapefile's data
_SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def content_hash(path: Path) -> str:
    """
    Return the SHA-256 of a file.

    Of a shapefile: of its .shp, .shx, .dbf, .prj and .cpg one after the other; of a
    folder (.gdb): of its files by name.
    """
    files = _parts(path)
    state = tuple((str(f), f.stat().st_mtime_ns, f.stat().st_size) for f in files)
    return _hash(state)


@lru_cache(maxsize=256)
def _hash(state: tuple[tuple[str, int, int], ...]) -> str:
    found = sha256()
    for name, _, _ in state:
        with Path(name).open("rb") as content:
            while chunk := content.read(_CHUNK):
                found.update(chunk)
    return found.hexdigest()


def _parts(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(f for f in path.iterdir() if f.is_file() and _is_data(f))
    if path.suffix.lower() != ".shp":
        return [path]
    beside = {f.suffix.lower(): f for f in path.parent.glob(f"{path.stem}.*")}
    return [path, *(beside[s] for s in _SHAPEFILE[1:] if s in beside)]


def _is_data(path: Path) -> bool:
    # lock files come and go with the programs that look at the folder
    return path.suffix.lower() != ".lock"
