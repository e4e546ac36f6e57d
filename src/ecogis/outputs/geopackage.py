"""
How do results come into QGIS? One GeoPackage that opens already drawn.

It holds the study area, the zones with every goal's value, each drawn layer as
``<row>_<style>``, what lies beneath, and the tables ``scorecard`` and ``provenance``.
Layers stand in the order of drawing, the lowest first.
``layer_styles`` carries each layer's style as its default. Equal results give equal
bytes: the date of every table is the newest that a layer states, else the first day of
the plan's year.
"""

import errno
import logging
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from geopandas import GeoDataFrame

from ecogis.area import StudyArea
from ecogis.document import Language, Text
from ecogis.outputs.attributes import provenance_table, scorecard_table, zones_layer
from ecogis.outputs.columns import Fitted, Geometry, fitted, safe, unique
from ecogis.outputs.qml import qml
from ecogis.outputs.whole import whole
from ecogis.scorecard import Score, Scorecard
from ecogis.style import Style, Styles

log = logging.getLogger(__name__)
_Look = tuple[str, str, str, str]
# a version of the format that QGIS 3.4 reads as well
_FILE: dict[str, Any] = {"driver": "GPKG", "dataset_options": {"VERSION": "1.2"}}
_STYLES = "layer_styles"
# the order of a layer without a style
_LOWEST = 0
_KINDS: tuple[Geometry, ...] = ("Point", "Line", "Polygon")
_M2_PER_KM2 = 1e6
_DATE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")
_SYNCED = "OGR_SQLITE_SYNCHRONOUS"
# where SQLite counts the changes of a file, and those that its size was counted for
_CHANGES_AT = (24, 92)
# as QGIS makes it
_MAKE_STYLES = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
)"""
_ADD_STYLE = """
INSERT INTO layer_styles (
    f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
    styleQML, styleSLD, useAsDefault, description, owner, update_time
) VALUES ('', '', ?, 'geom', ?, ?, '', 1, ?, 'ecogis', ?)"""
_LIST_STYLES = """
INSERT INTO gpkg_contents (table_name, data_type, identifier, srs_id)
VALUES ('layer_styles', 'attributes', 'layer_styles', 0)"""


@dataclass(frozen=True)
class _Layer:
    """A layer to be written; ``aliases`` are its columns' titles."""

    name: str
    title: Text
    features: GeoDataFrame
    style: Style | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    identifier: str = ""

    @property
    def kind(self) -> Geometry:
        """The style's geometry; without a style, what the features are."""
        if self.style is not None:
            return self.style.geometry
        shapes = np.asarray(self.features.geometry.values)
        sizes = shapely.get_dimensions(shapes[~shapely.is_missing(shapes)])
        return _KINDS[max(sizes, default=2)]


def write_geopackage(
    card: Scorecard, styles: Styles, path: Path, language: Language = "zh"
) -> Path:
    """
    Write ``results.gpkg``, whole or not at all.

    Parameters
    ----------
    card
        What was found.
    styles
        How it is drawn; a layer without a style is written all the same.
    path
        Where to.
    language
        Of titles, legends and the table ``scorecard``.

    Raises
    ------
    NotWrittenError
        The disk is full, or the folder cannot be written to.
    StyleError
        A style names a colour that the palette lacks.
    """
    counts: dict[str, int] = {}
    looks: list[_Look] = []
    with whole(path) as temporary, _unsynced():
        for layer in _layers(card, styles, language):
            ready = fitted(layer.features, layer.kind)
            _add_layer(temporary, layer, ready, card.area)
            counts[layer.name] = len(ready.frame)
            if layer.style is not None:
                looks.append(_look(layer, layer.style, ready, styles, language))
        for name, table in (
            ("scorecard", scorecard_table(card, language)),
            ("provenance", provenance_table(card)),
        ):
            pyogrio.write_dataframe(table, temporary, layer=name, **_FILE)
            counts[name] = len(table)
        with closing(sqlite3.connect(temporary)) as database:
            _add_styles(database, looks, _date(card))
            _check(database, counts)
        _settle(temporary)
    return path


@contextmanager
def _unsynced() -> Iterator[None]:
    """Let GDAL not wait for the disk after each layer: the whole file does, once."""
    before = pyogrio.get_gdal_config_option(_SYNCED)
    pyogrio.set_gdal_config_options({_SYNCED: "OFF"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_SYNCED: before})


def _layers(card: Scorecard, styles: Styles, language: Language) -> Iterator[_Layer]:
    """Yield every layer, the lowest first, each with a name of its own."""
    names = [_STYLES, "scorecard", "provenance"]
    called = [*names]
    for layer in sorted(_found(card, styles, language), key=_height):
        names.append(unique(safe(layer.name), names))
        called.append(unique(layer.title.in_language(language), called))
        if layer.style is None:
            log.info("layer %s has no style", names[-1])
        yield replace(layer, name=names[-1], identifier=called[-1])


def _height(layer: _Layer) -> int:
    return layer.style.order if layer.style else _LOWEST


def _found(card: Scorecard, styles: Styles, language: Language) -> Iterator[_Layer]:
    if card.area is not None:
        boundary = GeoDataFrame(
            {"name": [card.area.name], "size_km2": [card.area.size_m2 / _M2_PER_KM2]},
            geometry=[card.area.boundary],
            crs=card.area.crs,
        )
        title = Text(en="study area", zh="研究范围")
        yield _Layer("study_area", title, boundary, _style("boundary", styles))
    zones = zones_layer(card, language)
    if zones is not None:
        title = Text(en="zones with every value", zh="分区指标值")
        yield _Layer("zones", title, zones[0], _style("zones", styles), zones[1])
    for score in card.scores:
        for look, features in (score.result.drawn if score.result else {}).items():
            yield _drawn(score, look, features, _style(look, styles), language)
    for look, features in card.context.items():
        style = _style(look, styles)
        title = style.title if style else Text(en=look, zh=look)
        yield _Layer(look, title, features, style, _titles(style, language))


def _drawn(
    score: Score,
    look: str,
    features: GeoDataFrame,
    style: Style | None,
    language: Language,
) -> _Layer:
    row, named = score.goal.row, style.title if style else Text(en=look, zh=look)
    title = Text(
        en=f"{row} {score.title.en} - {named.en}",
        zh=f"{row} {score.title.zh} - {named.zh}",
    )
    aliases = _titles(style, language)
    return _Layer(f"{row}_{look}", title, features, style, aliases)


def _style(name: str, styles: Styles) -> Style | None:
    # a Styles raises for a name that it does not have
    if name not in styles:
        return None
    return styles[name]


def _titles(style: Style | None, language: Language) -> dict[str, str]:
    popup = style.popup if style else {}
    return {column: title.in_language(language) for column, title in popup.items()}


def _add_layer(
    path: Path, layer: _Layer, ready: Fitted, area: StudyArea | None
) -> None:
    frame = ready.frame
    if frame.crs is None and area is not None:
        frame = frame.set_crs(area.crs)
    pyogrio.write_dataframe(
        frame,
        path,
        layer=layer.name,
        geometry_type=ready.geometry_type,
        layer_options={
            "GEOMETRY_NAME": "geom",
            "IDENTIFIER": layer.identifier,
            "DESCRIPTION": f"{layer.title.zh} / {layer.title.en}",
        },
        **_FILE,
    )


def _look(
    layer: _Layer, style: Style, ready: Fitted, styles: Styles, language: Language
) -> _Look:
    """Return the layer's row of ``layer_styles``."""
    column = ready.columns.get(style.field or "")
    aliases = {
        ready.columns[name].name: title
        for name, title in layer.aliases.items()
        if name in ready.columns
    }
    drawn = qml(style, styles, language, column, aliases)
    return layer.name, style.name[:30], drawn, style.title.in_language(language)


def _add_styles(database: sqlite3.Connection, looks: list[_Look], date: str) -> None:
    with database:
        database.execute(_MAKE_STYLES)
        database.executemany(_ADD_STYLE, [(*look, date) for look in looks])
        database.execute(_LIST_STYLES)
        database.execute("UPDATE gpkg_contents SET last_change = ?", (date,))


def _check(database: sqlite3.Connection, counts: Mapping[str, int]) -> None:
    """Refuse a file that is not complete: GDAL may leave rows out without a word."""
    for name, count in counts.items():
        # a name of letters, digits, _ and - only
        found = database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608
        if found != count:
            msg = f"layer {name} holds {found} of {count} features"
            raise OSError(errno.EIO, msg)


def _settle(path: Path) -> None:
    """Count the file's changes as one: how many they were depends on the clock."""
    with path.open("rb+") as file:
        for place in _CHANGES_AT:
            file.seek(place)
            file.write((1).to_bytes(4, "big"))


def _date(card: Scorecard) -> str:
    """Return the newest date that a layer states, else the plan year's first day."""
    found = [_DATE.match(stamp.date or "") for stamp in card.stamps]
    days = [(one[1], one[2] or "01", one[3] or "01") for one in found if one]
    day = "-".join(max(days, default=(f"{card.plan.year:04}", "01", "01")))
    return f"{day}T00:00:00.000Z"
