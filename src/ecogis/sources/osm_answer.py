"""An answer of Overpass, read as the extract that it could have been."""

import logging
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import osmium
from osmium.osm import mutable

from ecogis.errors import SourceError
from ecogis.layer import Layer
from ecogis.source import OverpassSource
from ecogis.sources.osm_features import Collector

log = logging.getLogger(__name__)
Element = dict[str, Any]


def collected(
    elements: list[Element], layer: Layer, source: OverpassSource, where: str
) -> Collector:
    """
    Return what belongs to the layer, by the same reading as of a file.

    Raises
    ------
    SourceError
        An object without id, place, nodes or members.
    """
    found = Collector(layer, source.fields, source.values)
    if not elements:
        return found
    with TemporaryDirectory(prefix="ecogis-") as folder:
        path = str(Path(folder) / "answer.osm.pbf")
        try:
            _write(elements, path)
        except (KeyError, TypeError, ValueError, RuntimeError) as problem:
            log.debug("%s: %r", where, problem)
            msg = f"{where}: the answer holds an object without id, place or members"
            raise SourceError(msg) from None
        found.collect(path)
    return found


def _node(element: Element) -> Any:
    place = (element["lon"], element["lat"])
    return mutable.Node(id=element["id"], location=place, tags=element.get("tags", {}))


def _way(element: Element) -> Any:
    return mutable.Way(
        id=element["id"], nodes=element["nodes"], tags=element.get("tags", {})
    )


def _relation(element: Element) -> Any:
    members = [(m["type"][0], m["ref"], m["role"]) for m in element["members"]]
    return mutable.Relation(
        id=element["id"], members=members, tags=element.get("tags", {})
    )


# in the order of a file
_MAKERS: dict[str, Callable[[Element], Any]] = {
    "node": _node,
    "way": _way,
    "relation": _relation,
}


def _write(elements: list[Element], path: str) -> None:
    by_id = sorted(elements, key=lambda element: int(element["id"]))
    with osmium.SimpleWriter(path) as writer:
        for kind, make in _MAKERS.items():
            for element in by_id:
                if element["type"] == kind:
                    writer.add(make(element))
