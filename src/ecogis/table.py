"""Coefficient tables as data: every row names its source and how sure it is."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, ValidationError

from ecogis.document import Document, Text, problems, read_toml
from ecogis.errors import TableError, nearest

Confidence = Literal["plan", "verified", "high", "medium", "low"]
# what was read in secondary sources only, and how sure it is all the same
_UNCHECKED: dict[Confidence, Text] = {
    "high": Text(en="high", zh="较高"),
    "medium": Text(en="medium", zh="中等"),
    "low": Text(en="low", zh="较低"),
}


class Row(Document):
    """
    One row: ``source`` and ``confidence``, and the values as further keys.

    ``note`` is what a reader of a number by this row has to know.
    """

    model_config = ConfigDict(frozen=True, extra="allow")

    source: str
    confidence: Confidence
    note: Text | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """The columns other than ``source``, ``confidence`` and ``note``."""
        return dict(self.model_extra or {})

    @property
    def caveats(self) -> tuple[Text, ...]:
        """What to tell with a number: an unchecked source, and the row's own note."""
        sure = _UNCHECKED.get(self.confidence)
        unchecked = Text(
            en=f"{self.source}: not checked against the text itself; "
            f"confidence {sure.en if sure else ''}",
            zh=f"{self.source}：未与原文核对，可信度{sure.zh if sure else ''}",
        )
        told = (unchecked if sure else None, self.note)
        return tuple(text for text in told if text is not None)


class Table(Mapping[str, Row]):
    """A table of ``tables/<name>.toml``: row name to :class:`Row`."""

    def __init__(self, name: str, rows: Mapping[str, Row]) -> None:
        self.name = name
        self._rows = dict(rows)

    def __getitem__(self, key: str) -> Row:
        """Return a row; an unknown one is a TableError that names the nearest."""
        if key not in self._rows:
            msg = f"table {self.name!r} has no row {key!r}{nearest(key, self._rows)}"
            raise TableError(msg)
        return self._rows[key]

    def __contains__(self, key: object) -> bool:
        """Tell whether the table has that row."""
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the rows, as written."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Count the rows."""
        return len(self._rows)


@cache
def table(name: str) -> Table:
    """
    Return the table ``tables/<name>.toml``.

    Raises
    ------
    TableError
        No such table, or a row without its source or confidence.
    """
    folder = Path(str(files("ecogis"))) / "tables"
    path = folder / f"{name}.toml"
    if not path.is_file():
        msg = (
            f"no table {name!r}{nearest(name, (p.stem for p in folder.glob('*.toml')))}"
        )
        raise TableError(msg)
    rows: dict[str, Row] = {}
    for key, values in read_toml(path, TableError).items():
        try:
            rows[key] = Row.model_validate(values)
        except ValidationError as found:
            raise TableError(problems(found, Row, f"{path.name}: {key}")[0]) from None
    return Table(name, rows)
