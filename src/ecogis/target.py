"""What is asked of a number? Baseline, reported value, target, balance."""

from typing import Literal, Self

from pydantic import Field, model_validator

from ecogis.document import Document, Number, Text, Whole

BOUNDS = ("at_least", "above", "at_most", "below")
TRENDS = ("no_loss", "rise", "fall", "eliminate", "municipal", "narrative")


class Baseline(Document):
    """The value that the plan starts from, with the comparator that it prints."""

    value: Number | None = None
    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    year: Whole | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        stated = [self.value, self.at_least, self.above, self.at_most]
        if sum(number is not None for number in stated) != 1:
            msg = "a baseline states exactly one of value, at_least, above, at_most"
            raise ValueError(msg)
        return self

    @property
    def number(self) -> float:
        """The number on the straight line from baseline to target."""
        stated = (self.value, self.at_least, self.above, self.at_most)
        return next(number for number in stated if number is not None)


class Reported(Document):
    """A number that somebody reported: judged like a computed one, never mixed up."""

    value: Number
    year: Whole
    source: str


class Target(Document):
    """
    What the plan asks for, with the comparator as it prints it, and by when.

    ``no_loss`` (面积不减少), ``rise`` (稳步提升), ``fall`` (稳中有降), ``eliminate``
    (消除), ``municipal`` (达到市级要求) and ``narrative`` (基本消除, 稳定达标) are
    flags; the bounds are numbers.
    """

    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    below: Number | None = None
    no_loss: Literal[True] | None = None
    rise: Literal[True] | None = None
    fall: Literal[True] | None = None
    eliminate: Literal[True] | None = None
    municipal: Literal[True] | None = None
    narrative: Literal[True] | None = None
    year: Whole | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        stated = [n for n in (*BOUNDS, *TRENDS) if getattr(self, n) is not None]
        if len(stated) != 1:
            found = " and ".join(stated) or "none"
            known = ", ".join((*BOUNDS, *TRENDS))
            msg = f"a target has exactly one of {known}; found {found}"
            raise ValueError(msg)
        return self

    @property
    def kind(self) -> str:
        """Which comparator it is."""
        return next(n for n in (*BOUNDS, *TRENDS) if getattr(self, n) is not None)

    @property
    def number(self) -> float | None:
        """The number to reach: the bound, 0 for ``eliminate``, else None."""
        if self.kind == "eliminate":
            return 0.0
        return getattr(self, self.kind) if self.kind in BOUNDS else None


class Balance(Document):
    """Groups of zones to hold against each other, by the zones' names."""

    between: tuple[tuple[str, ...], ...] = Field(min_length=2)
    names: tuple[Text, ...] | None = None

    @model_validator(mode="after")
    def _each_named(self) -> Self:
        if self.names is not None and len(self.names) != len(self.between):
            msg = (
                f"{len(self.between)} groups have {len(self.names)} names; expected a "
                "name for each group, or leave names out"
            )
            raise ValueError(msg)
        return self
