"""What does the page hold? Everything it says, and the packed layers, as plain data."""

import base64
from collections import Counter
from dataclasses import dataclass
from typing import Any

from ecogis.document import Language, Text
from ecogis.outputs.choropleth import shades
from ecogis.outputs.drawn import (
    BOUNDARY,
    SHADES_ORDER,
    Drawn,
    drawn,
    extent,
    label_places,
    told,
)
from ecogis.outputs.facts import Titles, is_osm, stamp_text
from ecogis.outputs.packed import Packed
from ecogis.outputs.sheet import heading, row
from ecogis.outputs.what_if import what_if
from ecogis.outputs.words import everything, word, words
from ecogis.scorecard import Score, Scorecard
from ecogis.style import Styles

# palette names that the scripts paint with
_COLOURS = ("paper", "ink", "muted", "gain", "park", "park_small")


@dataclass(frozen=True)
class _Carried:
    """A layer, its packed features, and the names of the blocks that hold them."""

    layer: Drawn
    packed: Packed
    shapes: str
    attributes: str


@dataclass(frozen=True)
class PageData:
    """
    What a page holds: ``facts`` for its scripts, and packed features by name.

    ``facts`` is ready for JSON; ``blocks`` are base64; ``palette`` names the colours.
    """

    facts: dict[str, Any]
    blocks: dict[str, str]
    palette: dict[str, str]
    language: Language

    @property
    def mapped(self) -> bool:
        """Whether there is a map beside the panel."""
        return bool(self.facts["mapped"])


def page_data(
    card: Scorecard,
    styles: Styles,
    language: Language,
    titles: Titles,
    *,
    single: bool = False,
) -> PageData:
    """
    Return what a scorecard's page holds.

    Parameters
    ----------
    card
        Results held against targets.
    styles
        How the layers look.
    language
        The language that the page opens in; it carries both.
    titles
        What the layers are called, for the list of sources.
    single
        One result without a plan: no table, no verdicts.

    Raises
    ------
    StyleError
        A frame that no style draws.
    """
    layers = drawn(card, styles) if card.area is not None else []
    carried, blocks = _carried(layers)
    tried = what_if(card, layers)
    facts = {
        "language": language,
        "single": single,
        "mapped": card.area is not None,
        "words": words(),
        "colours": {name: styles.colour(name) for name in _COLOURS},
        "head": heading(card),
        "layers": _layers(carried, styles),
        "shades_order": SHADES_ORDER,
        "zones": _zones(card),
        "bounds": extent([one.packed for one in carried if one.layer.role == BOUNDARY]),
        "rows": [
            {
                "number": number,
                **_row(score, card, styles, titles, carried),
                "what_if": tried.rows.get(score.goal.row),
            }
            for number, score in enumerate(card.scores)
        ],
        "plane": tried.plane,
        "sources": [stamp_text(stamp, titles) for stamp in card.stamps],
        "attribution": _attribution(card),
    }
    held = {**blocks, **tried.blocks}
    return PageData(everything(facts), held, styles.palette, language)


def _carried(layers: list[Drawn]) -> tuple[list[_Carried], dict[str, str]]:
    """Pack every layer; equal blocks are held once."""
    carried = []
    names: dict[bytes, str] = {}

    def name(block: bytes) -> str:
        return names.setdefault(block, f"ecogis-block-{len(names) + 1}")

    for layer in layers:
        packed = layer.packed()
        shapes, attributes = name(packed.shapes), name(packed.attributes)
        carried.append(_Carried(layer, packed, shapes, attributes))
    blocks = {name: base64.b64encode(held).decode() for held, name in names.items()}
    return carried, blocks


def _layers(carried: list[_Carried], styles: Styles) -> list[dict[str, Any]]:
    goals = Counter(one.layer.style.name for one in carried if one.layer.row)
    return [
        {
            **told(one.layer, one.packed, styles),
            "shapes": one.shapes,
            "attributes": one.attributes,
            "title": one.layer.title(alone=goals[one.layer.style.name] < 2),  # noqa: PLR2004
        }
        for one in carried
    ]


def _row(
    score: Score,
    card: Scorecard,
    styles: Styles,
    titles: Titles,
    carried: list[_Carried],
) -> dict[str, Any]:
    own = [one.packed for one in carried if one.layer.row == score.goal.row]
    return {
        **row(score, titles),
        "layers": sum(packed.n > 0 for packed in own),
        "extent": extent(own),
        "shades": shades(score, card.zones, styles),
    }


def _zones(card: Scorecard) -> list[dict[str, Any]]:
    if card.zones is None or card.area is None:
        return []
    names = card.zones["name"].astype(str)
    return [
        {"name": name, "at": place}
        for name, place in zip(names, label_places(card.zones), strict=True)
    ]


def _attribution(card: Scorecard) -> list[Text]:
    stamps = [*card.stamps]
    for score in card.scores:
        stamps += score.provenance.layers if score.provenance else ()
    return [word("control", "osm")] if any(map(is_osm, stamps)) else []
