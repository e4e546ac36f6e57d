"""
What in an OpenStreetMap file belongs to a layer, and which shape does it have?

Polygons come from closed ways and multipolygon relations, lines from ways (closed ones
too: a roundabout is a line), points from nodes and from a point inside of what is drawn
as a way or an area.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import osmium
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray

from ecogis.document import Text
from ecogis.layer import Field, Layer, Osm
from ecogis.sources.opened import WGS84

Key = tuple[int, int]
Place = tuple[float, float]
_NODE, _WAY, _RELATION = 0, 1, 2
_POINT, _LINE, _POLYGON = 0, 1, 2
# a ring is a triangle at least, its first vertex repeated
_LEAST_RING = 4


@dataclass
class Collector:
    """
    Features of one layer, gathered in one pass over a file.

    Parameters
    ----------
    layer
        Which objects belong to it, and which tags fill its fields.
    fields
        Our field to the tag that the plan fills it from.
    values
        Our field to the values that the plan maps.
    """

    layer: Layer
    fields: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shapes: dict[Key, str | None] = field(default_factory=dict)
    tags: dict[Key, dict[str, str]] = field(default_factory=dict)
    lost_nodes: int = 0
    torn_ways: int = 0
    _areas: set[Key] = field(default_factory=set)
    _wkb: Any = field(default_factory=osmium.geom.WKBFactory)

    @property
    def osm(self) -> Osm:
        """How the layer is recognised."""
        return self.layer.osm or Osm(tags=())

    def collect(self, path: str) -> None:
        """Read the file once; what the filter cannot match never reaches Python."""
        chosen = [_prefilter(self.osm)]
        processor = osmium.FileProcessor(path)
        if self.layer.geometry == "Line":
            processor = processor.with_locations()
            chosen.append(osmium.filter.EntityFilter(osmium.osm.WAY))
        else:
            processor = processor.with_areas(*chosen)
        for one in chosen:
            processor = processor.with_filter(one)
        thing: Any
        for thing in processor:
            if thing.is_area():
                self._take_area(thing)
                continue
            tags = dict(thing.tags)
            if self.osm.matches(tags):
                self._take(thing, tags)

    def frame(self) -> GeoDataFrame:
        """
        Return the features by kind and id, each with the tags that fill fields.

        Values are texts still. What has not the layer's geometry (a park that is only a
        node, an outline left open, a relation that misses members) is among them with
        the geometry that it has, or none: whoever fits them counts them.
        """
        keys = sorted(self.shapes)
        wkb = np.array([self.shapes[key] for key in keys], dtype=object)
        shapes = self._of_layer(shapely.from_wkb(wkb), keys)
        columns: dict[str, NDArray[Any]] = {}
        for name, of in self.layer.fields.items():
            if wanted := self._tags_of(name, of):
                known = self._known(name, of)
                values = _values(wanted, known, [self.tags[key] for key in keys])
                columns[name] = np.array(values, dtype=object)
        return GeoDataFrame(columns, geometry=shapes, crs=WGS84)

    @property
    def notes(self) -> tuple[Text, ...]:
        """What a reader has to know of a file that was cut."""
        if not self.lost_nodes:
            return ()
        lost, torn = self.lost_nodes, self.torn_ways
        return (
            Text(
                en=f"{self.layer.name}: {lost} nodes of {torn} ways are not in the "
                "file, which was cut there",
                zh=f"{self.layer.title.zh}：{torn} 条路径的 {lost} 个节点不在文件内，"
                "文件在此处被裁断",
            ),
        )

    def _take_area(self, area: Any) -> None:
        key = (_WAY if area.from_way() else _RELATION, area.orig_id())
        # a closed way came before its area; a relation may come after it
        tags = self.tags.get(key) or dict(area.tags)
        if key not in self.tags and not self.osm.matches(tags):
            return
        self.tags[key] = tags
        shape = _made(self._wkb.create_multipolygon, area)
        if shape is not None:
            self._areas.add(key)
            self.shapes[key] = shape

    def _take(self, thing: Any, tags: dict[str, str]) -> None:
        shape: str | None = None
        if thing.is_node():
            key, shape = (_NODE, thing.id), self._wkb.create_point(thing)
        elif thing.is_way():
            if self.layer.geometry == "Line" and tags.get("area") == "yes":
                return
            key, shape = (_WAY, thing.id), self._line(thing)
        else:
            key = (_RELATION, thing.id)
        self.tags[key] = tags
        self.shapes.setdefault(key, shape)

    def _line(self, way: Any) -> str | None:
        """Return a way as a line; where nodes miss, only the runs between them."""
        shape = _made(self._wkb.create_linestring, way)
        # a first node that misses is passed over without a word
        if shape is not None and way.nodes[0].location.valid():
            return shape
        places = [(n.lon, n.lat) if n.location.valid() else None for n in way.nodes]
        lost = places.count(None)
        self.lost_nodes += lost
        self.torn_ways += lost > 0
        runs = [run for run in _runs(places) if len(set(run)) > 1]
        if self.layer.geometry != "Line" or not runs:
            return None
        return str(shapely.to_wkb(shapely.MultiLineString(runs), hex=True))

    def _tags_of(self, name: str, of: Field) -> tuple[str, ...]:
        wanted = self.fields.get(name, of.osm)
        return (wanted,) if isinstance(wanted, str) else (wanted or ())

    def _known(self, name: str, of: Field) -> set[str]:
        """Return the values that a closed list understands; an open one has none."""
        spelled = {s for spellings in of.spellings.values() for s in spellings}
        known = {*of.spellings, *spelled}
        return known | set(self.values.get(name, {})) if known else known

    def _of_layer(self, shapes: NDArray[Any], keys: list[Key]) -> NDArray[Any]:
        if self.layer.geometry != "Line":
            self._close(shapes, keys)
        if self.layer.geometry == "Point":
            return _inner_points(shapes)
        # areas come as multipolygons, most of them of one part
        single = shapely.get_num_geometries(shapes) == 1
        shapes[single] = shapely.get_geometry(shapes[single], 0)
        return shapes

    def _close(self, shapes: NDArray[Any], keys: list[Key]) -> None:
        """Make polygons of closed ways that cross themselves, to be repaired."""
        for at, key in enumerate(keys):
            line = shapes[at]
            if key in self._areas or key[0] != _WAY or line is None:
                continue
            ring = line.is_closed and len(line.coords) >= _LEAST_RING
            if ring and self.tags[key].get("area") != "no":
                shapes[at] = shapely.Polygon(line.coords)


def at_least(osm: Osm) -> dict[str, Literal[True] | list[str]]:
    """
    Return keys with values, any of which everything in the layer has.

    Of each table that is the first key with stated values: a query and a fast filter
    know no AND; ``Osm.matches`` decides.
    """
    asked: dict[str, Literal[True] | list[str]] = {}
    for wanted in osm.tags:
        stated = (key for key, value in wanted.items() if value is not True)
        key = next(stated, next(iter(wanted)))
        value, before = wanted[key], asked.get(key, [])
        if value is True or before is True:
            asked[key] = True
        else:
            asked[key] = [*before, *((value,) if isinstance(value, str) else value)]
    return asked


def _prefilter(osm: Osm) -> Any:
    """Return a filter that lets pass at least what the layer's tags match."""
    asked = at_least(osm)
    pairs: list[tuple[str, str]] = []
    for key, values in asked.items():
        if values is True:
            return osmium.filter.KeyFilter(*asked)
        pairs += [(key, value) for value in values]
    return osmium.filter.TagFilter(*pairs)


def _values(
    wanted: tuple[str, ...], known: set[str], things: list[dict[str, str]]
) -> list[str | None]:
    """Return for each the first tag that says something; of a list, something known."""
    stated = ((tags[key] for key in wanted if key in tags) for tags in things)
    if not known:
        return [next(values, None) for values in stated]
    return [next((v for v in values if v in known), None) for values in stated]


def _made(make: Callable[[Any], str], thing: Any) -> str | None:
    try:
        return make(thing)
    except (osmium.InvalidLocationError, RuntimeError):
        return None


def _runs(places: list[Place | None]) -> list[list[Place]]:
    """Split a way's places where nodes miss."""
    runs: list[list[Place]] = [[]]
    for place in places:
        if place is not None:
            runs[-1].append(place)
        elif runs[-1]:
            runs.append([])
    return runs


def _inner_points(shapes: NDArray[Any]) -> NDArray[Any]:
    dimension = shapely.get_dimensions(shapes)
    lines, flat = dimension == _LINE, dimension == _POLYGON
    shapes[lines] = shapely.line_interpolate_point(shapes[lines], 0.5, normalized=True)
    valid = shapely.make_valid(shapes[flat], method="structure", keep_collapsed=False)
    shapes[flat] = shapely.point_on_surface(valid)
    return shapes
