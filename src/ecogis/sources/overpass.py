"""OpenStreetMap through Overpass, as ``ecogis prepare`` left it on disk."""

import json
from hashlib import sha256
from pathlib import Path

import pyogrio
from geopandas import GeoDataFrame
from pydantic import ValidationError

from ecogis.document import Document, Text
from ecogis.errors import SourceError
from ecogis.layer import Layer, Osm
from ecogis.source import OverpassSource
from ecogis.sources.opened import WGS84, Box, Opened, meeting
from ecogis.sources.stamp import content_hash
from ecogis.sources.window import holds

# what prepare writes changes its meaning with this number
_FORMAT = 1
SERVER = "https://overpass-api.de/api"


class Prepared(Document):
    """
    What stands beside a prepared layer: what was asked, where, and the answer's date.

    ``window`` is west, south, east, north in degrees of WGS 84.
    """

    server: str
    window: tuple[float, float, float, float]
    date: str | None
    asked: str
    sha256: str
    notes: tuple[Text, ...] = ()


def open_prepared(
    layer: Layer, source: OverpassSource, window: Box | None, folder: Path
) -> Opened:
    """
    Open what ``ecogis prepare`` wrote.

    Parameters
    ----------
    layer, source
        What is asked of which server.
    window
        What has to be there, in degrees.
    folder
        Where prepared layers lie.

    Raises
    ------
    SourceError
        Nothing was prepared, or for another question or a smaller window.
    """
    where = f"layer '{layer.name}'"
    held_by_osm(layer, where)
    if window is None:
        msg = (
            f"{where}: the study area itself cannot come from Overpass; name a file "
            "with its boundary in the plan's [sources]"
        )
        zh = f"图层“{layer.title.zh}”：研究范围不能来自 Overpass，请指定边界数据文件"
        raise SourceError(msg, zh)
    path = data_path(layer, folder)
    found = _about(path)
    if found is None or found.asked != question(layer, source):
        raise _not_prepared(layer)
    if not holds(found.window, window):
        raise _not_prepared(layer, smaller=True)
    frame: GeoDataFrame = pyogrio.read_dataframe(path, fid_as_index=True)
    return Opened(
        where=where,
        path=found.server,
        crs=WGS84,
        fetch=lambda box: meeting(frame.sort_index(), box),
        sha256=found.sha256,
        date=found.date,
        covers=found.window,
        spans=found.window,
        notes=found.notes,
        crowd=True,
    )


def held_by_osm(layer: Layer, where: str) -> Osm:
    """Return how OpenStreetMap holds the layer; a SourceError where it does not."""
    if layer.osm is None:
        msg = (
            f"{where}: OpenStreetMap does not hold it (layers/{layer.name}.toml has no "
            "[osm]); name a file in the plan's [sources]"
        )
        zh = f"{where}：OpenStreetMap 没有该图层，请在规划文件中指定数据文件"
        raise SourceError(msg, zh)
    return layer.osm


def data_path(layer: Layer, folder: Path) -> Path:
    """Return where the prepared data of a layer lie; a .json tells of them."""
    return folder / f"{layer.name}.gpkg"


def question(layer: Layer, source: OverpassSource) -> str:
    """Return a hash of everything but the window that the answer depends on."""
    asked = [_FORMAT, layer.model_dump(mode="json"), source.url or SERVER]
    asked += [source.fields, source.values]
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _about(path: Path) -> Prepared | None:
    """Return what was prepared, where it is whole."""
    beside = path.with_suffix(".json")
    if not path.is_file() or not beside.is_file():
        return None
    try:
        found = Prepared.model_validate_json(beside.read_bytes())
    except ValidationError:
        return None
    return found if found.sha256 == content_hash(path) else None


def _not_prepared(layer: Layer, *, smaller: bool = False) -> SourceError:
    so = " for this window" if smaller else ""
    return SourceError(
        f"layer '{layer.name}' is not prepared{so}: run 'ecogis prepare PLAN'",
        f"图层“{layer.title.zh}”（{layer.name}）尚未下载"
        + ("到所需范围" if smaller else "")
        + "：请运行 ecogis prepare PLAN",
    )
