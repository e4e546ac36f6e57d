"""Vector files: whatever GDAL reads, and GeoParquet."""

import json
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import geopandas
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
from geopandas import GeoDataFrame
from pyogrio.errors import DataSourceError
from pyproj import CRS

from ecogis.errors import LayerError, SourceError, nearest
from ecogis.layer import Layer
from ecogis.source import FileSource, expand
from ecogis.sources.archive import unpacked
from ecogis.sources.opened import (
    WEB_MAPS,
    Box,
    Opened,
    meeting,
    no_crs,
    nowhere,
    read_crs,
)
from ecogis.sources.shapefile import decoded, encoding_of, must_be_whole
from ecogis.sources.stamp import content_hash

log = logging.getLogger(__name__)
# a file of at most so many features is read whole, which also counts those without
# geometry; of larger ones only the window is read
_SMALL = 20_000
_PARQUET = (".parquet", ".geoparquet")
# drivers whose spatial index gives features in its own order
_UNORDERED = ("GPKG", "OpenFileGDB")
# tables that are no layer of the data
_OWN = ("layer_styles",)
_EDGES, _FEW = 4, 100


def open_file(layer: Layer, source: FileSource, stack: ExitStack) -> Opened:
    """
    Open a vector file.

    Raises
    ------
    SourceError
        No such file, unreadable, no CRS, or several layers and none chosen.
    LayerError
        The file holds no feature at all.
    """
    path = existing(source.path, source.base, f"layer '{layer.name}'")
    where = f"layer '{layer.name}': {source.path}"
    if path.suffix.lower() in _PARQUET:
        about = _parquet(path, layer, source, where)
    else:
        inside = unpacked(path, where, stack) if _is_zip(path) else [path]
        about = _gdal(inside, layer, source, where)
    if about.features == 0:
        msg = f"{where}: holds no feature; take another file, or leave the layer out"
        raise LayerError(msg, f"{where}：文件中没有任何要素，请更换文件")
    return _opened(path, source, where, about)


@dataclass(frozen=True)
class _About:
    """What a file tells before its features are read, and how to read them."""

    features: int
    crs: Any
    spans: Any
    fetch: Callable[[Box | None], GeoDataFrame]
    first: Callable[[], GeoDataFrame] | None = None


def existing(stated: str, base: Path, where: str) -> Path:
    """Return the path that a plan states; one that is not there is a SourceError."""
    path = expand(stated, base)
    if not path.exists():
        beside = path.parent.iterdir() if path.parent.is_dir() else ()
        near = nearest(path.name, (file.name for file in beside))
        near = near if "did you mean" in near else ""
        msg = f"{where}: {stated}: no such file{near}"
        raise SourceError(msg, f"{where}：{stated}：文件不存在")
    return path


def _opened(path: Path, source: FileSource, where: str, about: _About) -> Opened:
    stated = source.crs
    if stated is None and about.crs is None:
        raise no_crs(where)
    crs = read_crs(stated, where) if stated else CRS.from_user_input(about.crs)
    if not (crs.is_geographic or crs.is_projected):
        # such as the local grid of a drawing
        raise nowhere(where, crs)
    web_map = stated.upper() if stated and stated.upper() in WEB_MAPS else None
    spans = () if about.spans is None else tuple(float(edge) for edge in about.spans)
    return Opened(
        where=where,
        path=source.path,
        crs=crs.to_2d(),
        fetch=about.fetch,
        sha256=content_hash(path),
        spans=cast("Box", spans) if len(spans) == _EDGES else None,
        datum=WEB_MAPS[web_map] if web_map else None,
        held=about.features,
        first=about.first,
        stated_crs=web_map,
    )


def _not_utf8(where: str) -> SourceError:
    return SourceError(
        f"{where}: the text is not UTF-8; state its encoding in the plan's [sources], "
        'for example encoding = "gbk"',
        f'{where}：文字不是 UTF-8，请在规划文件中写明 encoding，例如 "gbk"',
    )


def _is_zip(path: Path) -> bool:
    return path.suffix.lower() == ".zip"


def _chosen(files: list[Path], stated: str | None, where: str) -> tuple[Path, str]:
    """Return the one layer that is meant, and its file."""
    alone = len(files) == 1
    layers = {n: file for file in files for n in _spatial_layers(file, alone=alone)}
    known = ", ".join(layers)
    if stated is not None:
        if stated not in layers:
            msg = f"{where}: no layer {stated!r}{nearest(stated, layers)}"
            raise SourceError(msg, f"{where}：没有图层 {stated!r}；文件中有：{known}")
        return layers[stated], stated
    if not layers:
        msg = f"{where}: holds no layer with geometry"
        raise SourceError(msg, f"{where}：文件中没有空间图层")
    if len(layers) > 1:
        say = f'layer = "{next(iter(layers))}"'
        msg = (
            f"{where}: holds several layers: {known}; name one in the plan's "
            f"[sources], for example {say}; in a script write FILE|layername=NAME"
        )
        raise SourceError(msg, f"{where}：含有多个图层：{known}；请写明，例如 {say}")
    return next((file, name) for name, file in layers.items())


def _spatial_layers(file: Path, *, alone: bool) -> Iterator[str]:
    try:
        layers = pyogrio.list_layers(file)
    except DataSourceError:
        # a zip may hold further files, such as metadata in JSON
        if alone:
            raise
        return
    for name, geometry in layers:
        if geometry is not None and name not in _OWN:
            yield str(name)


@dataclass(frozen=True)
class _Table:
    """One layer of a file, as GDAL reads it."""

    path: Path
    options: dict[str, Any]
    features: int
    driver: str
    where: str

    def fetch(self, box: Box | None) -> GeoDataFrame:
        """Return the features whose boxes meet a box, in the file's order."""
        window = None if self.features <= _SMALL else box
        with _readable(self.where):
            try:
                frame = self._read(self.options, window)
            except UnicodeDecodeError:
                if self.options["encoding"] is None:
                    raise _not_utf8(self.where) from None
                raw = {**self.options, "encoding": "ISO-8859-1", "columns": None}
                frame = decoded(self._read(raw, window), self.options["encoding"])
        if window is None:
            _whole(len(frame), self.features, self.where)
        elif self.driver in _UNORDERED:
            frame = frame.sort_index()
        return meeting(_spatial(frame), box)

    def first(self) -> GeoDataFrame:
        """Return a few features, to see of which geometry they are."""
        few = {"columns": [], "max_features": _FEW}
        with _readable(self.where):
            return _spatial(self._read({**self.options, **few}, None))

    def _read(self, options: dict[str, Any], window: Box | None) -> pd.DataFrame:
        found: pd.DataFrame = pyogrio.read_dataframe(self.path, bbox=window, **options)
        return found


def _gdal(files: list[Path], layer: Layer, source: FileSource, where: str) -> _About:
    with _readable(where):
        path, name = _chosen(files, source.layer, where)
        options: dict[str, Any] = {"layer": name, "encoding": source.encoding}
        if path.suffix.lower() == ".shp":
            must_be_whole(path, where)
            options["encoding"] = encoding_of(path, source.encoding, where)
        info = pyogrio.read_info(path, force_feature_count=True, **options)
    options["columns"] = _needed(list(info["fields"]), layer, source)
    options |= {"force_2d": True, "fid_as_index": True}
    features = int(info["features"])
    table = _Table(path, options, features, info["driver"], where)
    spans = info["total_bounds"]
    return _About(features, info.get("crs"), spans, table.fetch, table.first)


def _spatial(frame: pd.DataFrame) -> GeoDataFrame:
    """Return a frame with geometry, also where no feature has one."""
    if isinstance(frame, GeoDataFrame):
        return frame
    nowhere = np.full(len(frame), None, dtype=object)
    return GeoDataFrame(frame, geometry=nowhere)


def _whole(found: int, promised: int, where: str) -> None:
    if found != promised:
        msg = (
            f"{where}: {found} of {promised} features can be read; the file is damaged "
            "or cut off"
        )
        raise SourceError(msg, f"{where}：只能读出 {promised} 个要素中的 {found} 个")


def _needed(columns: list[str], layer: Layer, source: FileSource) -> list[str]:
    """Return the columns that may be asked for; all, where a required one misses."""
    wanted: dict[str, set[str]] = {}
    for name, field in layer.fields.items():
        names = {name, *field.aliases, source.fields.get(name, name)}
        wanted[name] = {alias.casefold() for alias in names}
    has = {column.casefold() for column in columns}
    stated = {theirs.casefold() for theirs in source.fields.values()}
    lacking = any(
        not field.optional and not wanted[name] & has
        for name, field in layer.fields.items()
    )
    if lacking or not stated <= has:
        return columns
    asked = set().union(*wanted.values())
    return [column for column in columns if column.casefold() in asked]


def _parquet(path: Path, layer: Layer, source: FileSource, where: str) -> _About:
    with _readable(where):
        schema = pq.read_schema(path)
        features = pq.read_metadata(path).num_rows
        about = json.loads((schema.metadata or {}).get(b"geo", b"{}"))
    if not about:
        msg = f"{where}: a Parquet file without geometry; write it as GeoParquet"
        raise SourceError(msg, f"{where}：Parquet 文件没有几何信息（非 GeoParquet）")
    main = about["primary_column"]
    geometry = about["columns"][main]
    columns = [name for name in schema.names if name not in about["columns"]]
    chosen = [*_needed(columns, layer, source), main]

    def fetch(box: Box | None) -> GeoDataFrame:
        window = box if "covering" in geometry else None
        with _readable(where):
            frame = geopandas.read_parquet(path, columns=chosen, bbox=window)
        return meeting(frame.reset_index(drop=True), box)

    # by its standard GeoParquet without a CRS is in degrees, and null means unknown
    crs = geometry.get("crs", "OGC:CRS84")
    return _About(features, crs, geometry.get("bbox"), fetch)


@contextmanager
def _readable(where: str) -> Iterator[None]:
    """Turn whatever a driver raises into one line, and its warnings into the log."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        except _UNREADABLE as found:
            log.debug("%s: %s", where, found)
            msg = f"{where}: cannot be read as vector data; damaged, cut off, or no map"
            zh = f"{where}：无法作为矢量数据读取，文件可能损坏、不完整或格式不符"
            raise SourceError(msg, zh) from None
    for warning in caught:
        log.debug("%s: %s", where, warning.message)


_UNREADABLE = (RuntimeError, ValueError, OSError, pa.ArrowException)
