"""Streets that were split at their crossings once, as ``ecogis prepare`` left them."""

import logging
import uuid
from hashlib import sha256
from pathlib import Path

import geopandas
import pyarrow as pa
from geopandas import GeoDataFrame
from pydantic import ValidationError
from pyproj import CRS

from ecogis.document import Document, Text
from ecogis.errors import SourceError
from ecogis.layer import Layer
from ecogis.source import OverpassSource, RasterSource, Reading, Source, Stamp
from ecogis.sources.file import existing
from ecogis.sources.opened import Box
from ecogis.sources.overpass import data_path
from ecogis.sources.stamp import content_hash
from ecogis.sources.window import holds
from ecogis.spatial.streets import join_streets

log = logging.getLogger(__name__)
# what is kept changes its meaning with this number
_FORMAT = 1


class _Kept(Document):
    """What stands beside split streets: what of, and for which window."""

    asked: str
    window: tuple[float, float, float, float]
    sha256: str
    path: str
    source_sha256: str
    date: str | None
    features: int
    crs: str
    notes: tuple[Text, ...]
    covers: tuple[float, float, float, float] | None
    spans: tuple[float, float, float, float] | None


def kept_streets(
    layer: Layer, source: Source, crs: CRS, box: Box, folder: Path
) -> Reading | None:
    """
    Return what was split before, if nothing that it was made of has changed since.

    The file's content, its entry in the plan, what the catalogue says of the layer, the
    CRS, and a window that holds the one asked for: else None, and nothing is stale.

    Parameters
    ----------
    layer, source
        Of which the streets are.
    crs, box
        The study area's CRS, and the window in it.
    folder
        Where prepared layers lie.
    """
    path = streets_path(layer, folder)
    about = _about(path)
    if about is None or not holds(about.window, box):
        return None
    data = _data(layer, source, folder)
    if data is None or about.source_sha256 != content_hash(data):
        return None
    if about.asked != _question(layer, source, crs):
        return None
    try:
        frame = _frame(path, layer).set_crs(crs, allow_override=True)
    except (OSError, ValueError, pa.ArrowException) as found:
        log.debug("%s: %s", path, found)
        return None
    stamp = Stamp(
        layer=layer.name,
        path=about.path,
        sha256=about.source_sha256,
        date=about.date,
        features=about.features,
        crs=about.crs,
    )
    return Reading(frame, stamp, about.notes, about.covers, about.spans)


def keep_streets(
    layer: Layer, source: Source, reading: Reading, box: Box, folder: Path
) -> Path:
    """
    Split ways at their crossings and write them, whole or not at all.

    Parameters
    ----------
    layer, source
        Of which the reading is.
    reading
        The ways of the window ``box``.
    box
        In the reading's CRS.
    folder
        Where prepared layers lie.

    Raises
    ------
    SourceError
        The folder cannot be written to.
    """
    ways, crs = reading.frame, CRS(reading.frame.crs)
    path = streets_path(layer, folder)
    partial = folder / f".{layer.name}-{uuid.uuid4().hex}.parquet"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        join_streets(ways).frame(ways).to_parquet(partial, index=False)
        about = _Kept(
            asked=_question(layer, source, crs),
            window=box,
            sha256=content_hash(partial),
            path=reading.stamp.path,
            source_sha256=reading.stamp.sha256,
            date=reading.stamp.date,
            features=reading.stamp.features,
            crs=reading.stamp.crs,
            notes=reading.notes,
            covers=reading.covers,
            spans=reading.spans,
        )
        partial.with_suffix(".json").write_text(about.model_dump_json(indent=1))
        partial.replace(path)
        partial.with_suffix(".json").replace(path.with_suffix(".json"))
    except OSError as found:
        log.debug("%s: %s", path, found)
        msg = f"layer '{layer.name}': {path.name} cannot be written"
        raise SourceError(msg) from None
    finally:
        for left in (partial, partial.with_suffix(".json")):
            left.unlink(missing_ok=True)
    return path


def streets_path(layer: Layer, folder: Path) -> Path:
    """Return where split streets lie; a .json tells of them."""
    return folder / f"{layer.name}.streets.parquet"


def _frame(path: Path, layer: Layer) -> GeoDataFrame:
    """Return the streets with texts as the layer has them: None where there is none."""
    frame = geopandas.read_parquet(path)
    for name, field in layer.fields.items():
        if name in frame and field.type == "text":
            column = frame[name].astype(object)
            frame[name] = column.where(column.notna(), None)
    return frame


def _data(layer: Layer, source: Source, folder: Path) -> Path | None:
    """Return the file that the ways are in."""
    if isinstance(source, RasterSource):
        return None
    if isinstance(source, OverpassSource):
        path = data_path(layer, folder)
        return path if path.is_file() else None
    return existing(source.path, source.base, f"layer '{layer.name}'")


def _question(layer: Layer, source: Source, crs: CRS) -> str:
    """Return a hash of everything but data and window that the streets depend on."""
    known = layer.model_dump_json(), source.model_dump_json()
    asked = [str(_FORMAT), *known, crs.to_wkt()]
    return sha256("\n".join(asked).encode()).hexdigest()


def _about(path: Path) -> _Kept | None:
    """Return what was kept, where it is whole."""
    beside = path.with_suffix(".json")
    if not path.is_file() or not beside.is_file():
        return None
    try:
        found = _Kept.model_validate_json(beside.read_bytes())
    except ValidationError:
        return None
    return found if found.sha256 == content_hash(path) else None
