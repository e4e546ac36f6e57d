"""OpenStreetMap extracts on disk: .osm.pbf and .osm."""

import json
import logging
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import osmium
from geopandas import GeoDataFrame

from ecogis.document import Text
from ecogis.errors import LayerError, SourceError
from ecogis.layer import Layer
from ecogis.source import OsmPbfSource
from ecogis.sources.file import existing
from ecogis.sources.opened import WGS84, Box, Opened, meeting
from ecogis.sources.osm_features import Collector
from ecogis.sources.overpass import held_by_osm
from ecogis.sources.stamp import content_hash

log = logging.getLogger(__name__)
# when a file was changed, and its size
State = tuple[int, int]


@dataclass(frozen=True)
class Extract:
    """A layer's features in a file, and what the file says of itself."""

    features: GeoDataFrame
    date: str | None
    box: Box | None
    notes: tuple[Text, ...]


@dataclass(frozen=True)
class _About:
    date: str | None
    box: Box | None
    has_relations: bool


class _NothingError(Exception):
    """The file holds no object at all."""


def open_osm(layer: Layer, source: OsmPbfSource) -> Opened:
    """
    Open an OpenStreetMap file.

    Raises
    ------
    SourceError
        No such file, cut off, or a layer that OpenStreetMap does not have.
    LayerError
        The file holds nothing at all.
    """
    path = existing(source.path, source.base, f"layer '{layer.name}'")
    where = f"layer '{layer.name}': {source.path}"
    found = extract(path, layer, source, where)
    return Opened(
        where=where,
        path=source.path,
        crs=WGS84,
        fetch=lambda box: meeting(found.features, box),
        sha256=content_hash(path),
        date=found.date,
        covers=found.box,
        spans=found.box,
        notes=found.notes,
        crowd=True,
    )


def extract(path: Path, layer: Layer, source: OsmPbfSource, where: str) -> Extract:
    """
    Return everything in the file that is of the layer, in degrees, by id.

    ``source`` says what the plan states of fields and values.

    Raises
    ------
    SourceError
        The file is cut off, or OpenStreetMap does not have the layer.
    LayerError
        The file holds nothing at all.
    """
    held_by_osm(layer, where)
    state = (path.stat().st_mtime_ns, path.stat().st_size)
    try:
        stated = (json.dumps(source.fields), json.dumps(source.values))
        return _read(str(path), state, layer.model_dump_json(), stated)
    except RuntimeError as found:
        log.debug("%s: %s", where, found)
        raise _unreadable(where, str(found)) from None
    except _NothingError:
        msg = f"{where}: holds no feature; take another file"
        raise LayerError(msg, f"{where}：文件中没有任何要素") from None


# a batch of plans reads the same extract again and again
@lru_cache(maxsize=32)
def _read(path: str, state: State, described: str, stated: tuple[str, str]) -> Extract:
    layer = Layer.model_validate_json(described)
    about = _about(path, state)
    found = Collector(layer, *(json.loads(part) for part in stated))
    found.collect(path)
    lacking = layer.geometry == "Polygon" and not about.has_relations
    notes = (_no_relation(layer),) if lacking else ()
    return Extract(found.frame(), about.date, about.box, (*found.notes, *notes))


@lru_cache(maxsize=32)
def _about(path: str, _state: State) -> _About:
    """Read what the file says of itself; nothing in it at all is an error."""
    if _first(path, osmium.osm.ALL) is None:
        raise _NothingError
    header = osmium.FileProcessor(path).header
    box = header.box()
    low, high = box.bottom_left, box.top_right
    return _About(
        date=header.get("osmosis_replication_timestamp")[:10] or None,
        box=(low.lon, low.lat, high.lon, high.lat) if box.valid() else None,
        has_relations=_first(path, osmium.osm.RELATION) is not None,
    )


def _unreadable(where: str, found: str) -> SourceError:
    if "out of order" in found:
        msg = f"{where}: its objects are not by id; sort it with 'osmium sort'"
        return SourceError(msg, f"{where}：对象未按编号排序，请用 osmium sort 排序")
    msg = f"{where}: cannot be read as OpenStreetMap data; damaged or cut off"
    zh = f"{where}：无法作为 OpenStreetMap 数据读取，文件可能损坏或不完整"
    return SourceError(msg, zh)


def _first(path: str, kinds: osmium.osm.osm_entity_bits) -> str | None:
    for thing in osmium.FileProcessor(path, kinds):
        return str(thing)
    return None


def _no_relation(layer: Layer) -> Text:
    return Text(
        en=f"{layer.name}: the file holds no relation; what is drawn as a multipolygon "
        "is missing",
        zh=f"{layer.title.zh}：文件不含关系（relation），以多重多边形绘制的要素缺失",
    )
