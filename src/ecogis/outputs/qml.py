"""
How does QGIS draw a layer? A style's rules as a QML rule renderer.

Each rule becomes one QML rule with an explicit filter: its own test, and that no rule
before it matched. A test on a missing value is false, never unknown.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple
from xml.etree import ElementTree as ET

from ecogis.document import Language
from ecogis.style import Rule, Scalar, Style, Styles

Kind = Literal["text", "number", "boolean", "other"]
# one pixel of a browser at 96 to the inch
_MM_PER_PIXEL = 25.4 / 96
_GEOMETRY = {"Point": "0", "Line": "1", "Polygon": "2"}
_SYMBOL = {"Point": "marker", "Line": "line", "Polygon": "fill"}
_HEAD = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_ALWAYS, _NEVER = "true", "false"


class Column(NamedTuple):
    """A column of the file: what it is called there and what it holds."""

    name: str
    kind: Kind

    @property
    def quoted(self) -> str:
        """The column in an expression."""
        return '"' + self.name.replace('"', '""') + '"'


def qml(
    style: Style,
    styles: Styles,
    language: Language,
    column: Column | None = None,
    aliases: Mapping[str, str] | None = None,
) -> str:
    """
    Return a layer's style as QGIS reads it from ``layer_styles``.

    Parameters
    ----------
    style
        The rules.
    styles
        Where the palette is.
    language
        Of the legend's labels.
    column
        What the style's field is in the file; None where the layer lacks it.
    aliases
        What columns are called in the attribute table.
    """
    root = ET.Element("qgis", version="3.22.0", styleCategories="Symbology|Fields")
    look = ET.SubElement(
        root,
        "renderer-v2",
        type="RuleRenderer",
        symbollevels="0",
        forceraster="0",
        enableorderby="0",
    )
    rules = ET.SubElement(look, "rules", key=style.name)
    symbols = ET.SubElement(look, "symbols")
    tests = filters(style, column)
    for number, (rule, test) in enumerate(zip(style.rule, tests, strict=True)):
        one = ET.SubElement(rules, "rule", key=f"{style.name}-{number}")
        one.set("symbol", str(number))
        one.set("label", rule.label.in_language(language))
        if test != _ALWAYS:
            one.set("filter", test)
        symbols.append(_symbol(style, rule, styles, str(number)))
    named = ET.SubElement(root, "aliases")
    for name, title in (aliases or {}).items():
        ET.SubElement(named, "alias", field=name, name=title)
    ET.SubElement(root, "layerGeometryType").text = _GEOMETRY[style.geometry]
    return _HEAD + ET.tostring(root, encoding="unicode")


def filters(style: Style, column: Column | None) -> tuple[str, ...]:
    """
    Return a QGIS expression for each rule of a style: true for what the rule draws.

    A feature is true for exactly the rule that :meth:`Style.classes` gives it.
    """
    tests = [_test(rule, column) for rule in style.rule]
    found = []
    for number, rule in enumerate(style.rule):
        before = [
            test
            for earlier, test in zip(style.rule[:number], tests, strict=False)
            if test != _NEVER and not _apart(earlier, rule)
        ]
        found.append(_first(tests[number], before))
    return tuple(found)


def _first(test: str, before: Iterable[str]) -> str:
    """Return the expression for what ``test`` matches and nothing before it does."""
    before = tuple(before)
    if test == _NEVER or _ALWAYS in before:
        return _NEVER
    terms = [] if test == _ALWAYS else [test]
    terms += [f"NOT coalesce({earlier}, false)" for earlier in before]
    return " AND ".join(terms) or _ALWAYS


def _test(rule: Rule, column: Column | None) -> str:
    """Return a rule's own test; NULL stands for false."""
    if not rule.tests or (rule.missing and column is None):
        return _ALWAYS
    if column is None:
        return _NEVER
    if rule.missing:
        return f"{column.quoted} IS NULL"
    wanted = _values(rule)
    if wanted is None:
        return _between(rule, column)
    listed = [
        _literal(one, column.kind) for one in wanted if _comparable(one, column.kind)
    ]
    if len(listed) == 1:
        return f"{column.quoted} = {listed[0]}"
    return f"{column.quoted} IN ({', '.join(listed)})" if listed else _NEVER


def _between(rule: Rule, column: Column) -> str:
    # words are no numbers: '4a' matches no bound
    number = column.kind == "number"
    value = column.quoted if number else f"try(to_real({column.quoted}))"
    bounds = [
        f"{value} {sign} {bound!r}"
        for sign, bound in ((">=", rule.at_least), ("<", rule.below))
        if bound is not None
    ]
    return f"({' AND '.join(bounds)})" if len(bounds) > 1 else "".join(bounds)


def _comparable(value: Scalar, kind: Kind) -> bool:
    """Tell whether a value can equal one of the column: '4' is not 4."""
    if kind == "boolean":
        return value in {0, 1}
    return isinstance(value, str) == (kind == "text") and kind != "other"


def _apart(one: Rule, other: Rule) -> bool:
    """Tell whether no value can match both tests, as far as their kind shows."""
    values = [_values(rule) for rule in (one, other)]
    if values[0] is not None and values[1] is not None:
        return set(values[0]).isdisjoint(values[1])
    if one.missing or other.missing:
        return one.tests and other.tests and one.missing != other.missing
    if any(found is not None for found in values) or not (one.tests and other.tests):
        return False
    low, high = sorted(_span(rule) for rule in (one, other))
    return low[1] <= high[0]


def _span(rule: Rule) -> tuple[float, float]:
    low = -math.inf if rule.at_least is None else rule.at_least
    high = math.inf if rule.below is None else rule.below
    return low, high


def _values(rule: Rule) -> tuple[Scalar, ...] | None:
    return (rule.equals,) if rule.equals is not None else rule.any_of


def _literal(value: Scalar, kind: Kind) -> str:
    """Return a value as QGIS writes it in an expression, for a column of that kind."""
    if kind == "boolean":
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace("'", "''")
        return "'" + escaped.replace("\n", "\\n").replace("\t", "\\t") + "'"
    # to QGIS, true is no number
    return repr(int(value) if isinstance(value, bool) else value)


def _symbol(style: Style, rule: Rule, styles: Styles, name: str) -> ET.Element:
    """Return a rule's look: ``opacity`` is that of a fill, a line or a point."""
    where = f"styles/{style.name}.toml"
    fill, line = (styles.colour(c, where) for c in (rule.fill, rule.line))
    symbol = ET.Element("symbol", type=_SYMBOL[style.geometry], name=name, alpha="1")
    symbol.set("clip_to_extent", "1")
    symbol.set("force_rhr", "0")
    if style.geometry == "Line":
        _add(symbol, "SimpleLine", _stroke(rule, line or fill, rule.opacity))
    elif style.geometry == "Point":
        size = {"name": "circle", "size": _mm(2 * rule.radius), "size_unit": "MM"}
        outline = _outlined(line, rule.opacity, rule.width)
        _add(symbol, "SimpleMarker", size | _filled(fill, rule.opacity) | outline)
    else:
        # the outline of a fill knows no dashes of a length of its own
        outline = _outlined(None if rule.dash else line, 1.0, rule.width)
        _add(symbol, "SimpleFill", _filled(fill, rule.opacity) | outline)
        if rule.dash and line:
            _add(symbol, "SimpleLine", _stroke(rule, line, 1.0))
    return symbol


def _filled(colour: str | None, opacity: float) -> dict[str, str]:
    style = "no" if colour is None else "solid"
    return {"color": _rgba(colour, opacity if colour else 0), "style": style}


def _outlined(colour: str | None, opacity: float, width: float) -> dict[str, str]:
    drawn = colour is not None and width > 0
    return {
        "outline_color": _rgba(colour, opacity if drawn else 0),
        "outline_style": "solid" if drawn else "no",
        "outline_width": _mm(width),
        "outline_width_unit": "MM",
        "joinstyle": "round",
    }


def _stroke(rule: Rule, colour: str | None, opacity: float) -> dict[str, str]:
    dash = ";".join(_mm(length) for length in rule.dash or ())
    return {
        "line_color": _rgba(colour, opacity),
        "line_style": "solid" if rule.width > 0 else "no",
        "line_width": _mm(rule.width),
        "line_width_unit": "MM",
        "capstyle": "flat" if dash else "round",
        "joinstyle": "round",
        "use_custom_dash": "1" if dash else "0",
        "customdash": dash or "5;2",
        "customdash_unit": "MM",
    }


def _add(symbol: ET.Element, kind: str, look: Mapping[str, str]) -> None:
    layer = ET.SubElement(symbol, "layer", enabled="1", locked="0")
    layer.set("class", kind)
    layer.set("pass", "0")
    for key, value in look.items():
        ET.SubElement(layer, "prop", k=key, v=value)


def _rgba(colour: str | None, opacity: float) -> str:
    code = (colour or "#000000").lstrip("#")
    parts = [int(code[i : i + 2], 16) for i in (0, 2, 4)]
    return ",".join(str(part) for part in [*parts, round(255 * opacity)])


def _mm(pixels: float) -> str:
    return f"{pixels * _MM_PER_PIXEL:.4g}"
