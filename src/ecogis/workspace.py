"""Where layers/, styles/ and maps/ are looked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDERS = ("layers", "styles", "maps")
CARRIED = Path(__file__).parent / "_workspace"
CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Workspace:
    """
    Folders that hold ``layers/``, ``styles/`` and ``maps/``, the nearest first.

    A file of a nearer folder hides the file of the same name further away, so that a
    planner's own ``styles/palette.toml`` wins and everything else stays as delivered.
    """

    roots: tuple[Path, ...]

    @classmethod
    def above(cls, path: Path) -> "Workspace":
        """Return the workspace around ``path``, with the delivered one behind it."""
        start = path.resolve()
        near = [folder for folder in (start, *start.parents) if _is_root(folder)]
        return cls(tuple(dict.fromkeys([*near[:1], *delivered()])))

    @property
    def home(self) -> Path:
        """The nearest root."""
        return self.roots[0]

    def files(self, folder: str) -> Iterator[Path]:
        """Yield each ``<folder>/*.toml`` once, by name; the nearest root wins."""
        found: dict[str, Path] = {}
        for root in reversed(self.roots):
            found |= {path.name: path for path in (root / folder).glob("*.toml")}
        yield from (found[name] for name in sorted(found))

    def file(self, folder: str, name: str) -> Path | None:
        """Return the nearest ``<folder>/<name>``, or None."""
        paths = (root / folder / name for root in self.roots)
        return next((path for path in paths if path.is_file()), None)


def delivered() -> tuple[Path, ...]:
    """Return the copy that the installed package carries, or the checkout's root."""
    return tuple(root for root in (CARRIED, CHECKOUT) if _is_root(root))


def _is_root(folder: Path) -> bool:
    return all((folder / name).is_dir() for name in FOLDERS)
