"""
The exception tree.

EcogisError
├── PlanError      the plan itself: syntax, a key, an indicator, a parameter, the CRS
├── LayerError     data that break the catalogue's promise: geometry, field, empty
├── SourceError    data that cannot be read: no file, no CRS, truncated, unset ${VAR}
├── StyleError     a style or the palette
└── TableError     a coefficient table

A message says where, what was found, what was expected, and what to do.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class EcogisError(Exception):
    """
    Anything that ecogis refuses, in one line.

    Parameters
    ----------
    message
        The line in English.
    zh
        The same line in Chinese, where a planner is likely to meet it on a page.
    """

    def __init__(self, message: str, zh: str | None = None) -> None:
        super().__init__(message)
        self.zh = zh or message


class PlanError(EcogisError):
    """
    The plan itself is wrong: nothing is computed and nothing is written.

    ``problems`` holds every line that was found; the message is the first.
    """

    def __init__(self, message: str, zh: str | None = None) -> None:
        super().__init__(message, zh)
        self.problems: tuple[str, ...] = (message,)

    @classmethod
    def of(cls, problems: Iterable[str]) -> "PlanError":
        """Return one error that carries several problems, the first as its message."""
        lines = tuple(problems)
        more = f" (and {len(lines) - 1} more: see 'ecogis check')" * (len(lines) > 1)
        error = cls(lines[0] + more)
        error.problems = lines
        return error


class LayerError(EcogisError):
    """A layer breaks its promise: the goals that need it are unknown."""


class SourceError(EcogisError):
    """A source cannot be read: the goals that need it are unknown."""


class StyleError(EcogisError):
    """A style or the palette is wrong."""


class TableError(EcogisError):
    """A coefficient table is wrong, or lacks the row that was asked for."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"``, or the names that exist when none is near."""
    names = sorted(known)
    match = get_close_matches(name, names, n=1, cutoff=0.6)
    if match:
        return f"; did you mean {match[0]!r}?"
    return f"; known: {', '.join(names)}" if names else ""
