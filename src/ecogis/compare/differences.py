"""Which layers and which statements differ, so that a change can be traced?"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ecogis.compare.pair import Pair
from ecogis.errors import SourceError
from ecogis.layer import Catalogue
from ecogis.plan import Goal
from ecogis.scorecard import Scorecard
from ecogis.source import Stamp
from ecogis.workspace import Workspace

# what a plan states beside its rows and where its layers lie
_OF_PLAN = ("year", "area", "zones", "crs", "area_method")
# files are known by what they hold, wherever they lie
_OF_PLACE = {"path", "base"}
_OF_GOAL = ("indicator", "baseline", "reported", "target", "balance")


Files = dict[str, tuple[Stamp, ...]]


@dataclass(frozen=True)
class LayerDifference:
    """A layer whose files differ; a side without files did not read it."""

    layer: str
    before: tuple[Stamp, ...]
    after: tuple[Stamp, ...]


@dataclass(frozen=True)
class Statement:
    """
    A key that the sides state differently; ``row`` is empty for the plan's own.

    ``layer`` is the one whose source it tells of.
    """

    row: str
    key: str
    before: Any
    after: Any
    layer: str = ""


@dataclass(frozen=True)
class Differences:
    """What differs between the sides of a comparison."""

    layers: tuple[LayerDifference, ...]
    statements: tuple[Statement, ...]

    def __bool__(self) -> bool:
        """Tell whether anything differs."""
        return bool(self.layers or self.statements)

    def of(self, pair: Pair) -> "Differences":
        """Return what differs for one row: layers that it reads, the plan's own."""
        proofs = (pair.before.provenance, pair.after.provenance)
        read = {stamp.layer for proof in proofs if proof for stamp in proof.layers}
        return Differences(
            tuple(one for one in self.layers if one.layer in read),
            tuple(
                one
                for one in self.statements
                if one.row in {"", pair.row} and one.layer in {"", *read}
            ),
        )


def differences(
    before: Scorecard, after: Scorecard, pairs: Sequence[Pair]
) -> Differences:
    """Return the layers with other content and the keys with other values."""
    measured = [p for p in pairs if p.before.provenance and p.after.provenance]
    one = _files(before, [pair.before for pair in measured])
    other = _files(after, [pair.after for pair in measured])
    both = [layer for layer in one if layer in other]
    stated = (*_of_plan(before, after), *_of_sources(before, after, both))
    return Differences(
        tuple(_layers(one, other)),
        (*stated, *(each for pair in pairs for each in _of(pair))),
    )


def _layers(one: Files, other: Files) -> Iterator[LayerDifference]:
    """Yield each layer that differs; one that a side failed to read says so itself."""
    for layer in dict.fromkeys([*one, *other]):
        sides = one.get(layer, ()), other.get(layer, ())
        content = [[stamp.sha256 for stamp in stamps] for stamps in sides]
        if content[0] != content[1]:
            yield LayerDifference(layer, *sides)


def _files(card: Scorecard, scores: Sequence[Any]) -> Files:
    """Return the files of each layer that the rows, the area and the zones read."""
    stamps = [
        s for s in card.stamps if s.layer in {card.plan.area.layer, card.plan.zones}
    ]
    for score in scores:
        stamps += score.provenance.layers
    found: dict[str, dict[Stamp, None]] = {}
    for stamp in stamps:
        found.setdefault(stamp.layer, {})[stamp] = None
    return {layer: tuple(files) for layer, files in found.items()}


def _of_plan(before: Scorecard, after: Scorecard) -> Iterator[Statement]:
    for key in _OF_PLAN:
        one, other = getattr(before.plan, key), getattr(after.plan, key)
        if one != other:
            yield Statement("", key, one, other)


def _of_sources(
    before: Scorecard, after: Scorecard, layers: Sequence[str]
) -> Iterator[Statement]:
    """Yield how else the sides read a layer: other sheets, fields, values, cells."""
    if before is after:
        return
    sides = [_sources(card, layers) for card in (before, after)]
    for layer in layers:
        one, other = (side.get(layer, {}) for side in sides)
        for key in dict.fromkeys([*one, *other]):
            if one.get(key) != other.get(key):
                name = f"sources.{layer}.{key}"
                yield Statement("", name, one.get(key), other.get(key), layer)


def _sources(card: Scorecard, layers: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what the entry of each layer states but where it lies."""
    workspace = Workspace.above(card.plan.folder)
    known, shared = Catalogue.read(workspace), workspace.home / "layers"
    found = {}
    for layer in layers:
        # a file added to a layer without a source of its own
        with suppress(SourceError):
            source = card.plan.source_of(layer, known, shared)
            found[layer] = source.model_dump(exclude=_OF_PLACE)
    return found


def _of(pair: Pair) -> Iterator[Statement]:
    goals = pair.before.goal, pair.after.goal
    one, other = (_stated(goal) for goal in goals)
    for key in dict.fromkeys([*one, *other]):
        if one.get(key) != other.get(key):
            yield Statement(pair.row, key, one.get(key), other.get(key))


def _stated(goal: Goal) -> dict[str, Any]:
    """Return what decides a row's number and its verdict."""
    told = goal.measure.told(goal.resolved) if goal.measure else {}
    return {**{key: getattr(goal, key) for key in _OF_GOAL}, **told}
