"""What is a source, and what does reading one give? Specifications only."""

import datetime as dt
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from geopandas import GeoDataFrame
from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.json_schema import SkipJsonSchema

from ecogis.document import Document, Number, Text, Whole
from ecogis.errors import SourceError
from ecogis.raster import Raster

VECTOR = (".gpkg", ".shp", ".zip", ".geojson", ".json", ".fgb", ".parquet", ".gdb")
RASTER = (".tif", ".tiff", ".nc", ".img")
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


def _day(stated: Any) -> Any:
    """Return a TOML date (2023-02-20 without quotes) as the text that it is."""
    return stated.isoformat() if isinstance(stated, dt.date) else stated


def _slashes(path: str) -> str:
    r"""Refuse a path in which TOML has read ``\t`` of ``D:\town`` as a tab."""
    if any(letter < " " for letter in path):
        msg = "a backslash was read as a sign of its own; write / or put it in '...'"
        raise ValueError(msg)
    return path


Day = Annotated[str, BeforeValidator(_day)]
DataPath = Annotated[str, AfterValidator(_slashes)]


class _Source(Document):
    """
    What every source may state.

    ``extent`` is what the data cover: west, south, east, north in degrees of WGS 84, or
    in the file's own CRS where a number is beyond any degree. ``fields`` names their
    column for ours, ``values`` our value for theirs.
    """

    date: Day | None = None
    extent: tuple[Number, Number, Number, Number] | None = None
    fields: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    # where the entry was written: paths are relative to it
    base: SkipJsonSchema[Path] = Path()


class FileSource(_Source):
    """
    A vector file that GDAL or pyarrow reads.

    ``crs`` may also be ``"GCJ-02"`` or ``"BD-09"``, the coordinates of web maps.
    """

    kind: Literal["file"] = "file"
    path: DataPath
    layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    codes: str | None = None


class RasterSource(_Source):
    """
    A raster that GDAL reads.

    A layer of cells takes the band as it is. For a layer of polygons it becomes
    polygons: ``field`` names the column that the band fills, a number gives one polygon
    a cell, a text merges equal cells.
    """

    kind: Literal["raster"] = "raster"
    path: DataPath
    crs: str | None = None
    nodata: float | None = None
    band: Whole = 1
    field: str | None = None
    codes: str | None = None


class OsmPbfSource(_Source):
    """An OpenStreetMap extract on disk (.osm.pbf, .osm)."""

    kind: Literal["osm_pbf"] = "osm_pbf"
    path: DataPath


class OverpassSource(_Source):
    """OpenStreetMap through Overpass; only ``ecogis prepare`` asks it."""

    kind: Literal["overpass"] = "overpass"
    url: str | None = None


Source = Annotated[
    FileSource | RasterSource | OsmPbfSource | OverpassSource,
    Field(discriminator="kind"),
]


@dataclass(frozen=True)
class Stamp:
    """
    What makes a number traceable: file, hash, date, how many features.

    Of a layer of cells ``features`` counts those that hold data.
    """

    layer: str
    path: str
    sha256: str
    date: str | None
    features: int
    crs: str
    is_cells: bool = False


@dataclass(frozen=True)
class Reading:
    """
    A layer as read for one window: the data, where they come from, what was done.

    ``covers`` is the box, in the study area's CRS, that the source is known to cover,
    or None where nothing states it; ``spans`` the box around everything it holds, in
    the window or not. ``added`` are further files whose features stand in the frame.
    Of a layer of cells ``raster`` holds the data, and no feature stands in the frame.
    """

    frame: GeoDataFrame
    stamp: Stamp
    notes: tuple[Text, ...] = ()
    covers: tuple[float, float, float, float] | None = None
    spans: tuple[float, float, float, float] | None = None
    added: tuple[Stamp, ...] = ()
    raster: Raster | None = None

    @property
    def data(self) -> GeoDataFrame | Raster:
        """What an indicator is given: features, or cells."""
        return self.frame if self.raster is None else self.raster

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        """Where the data come from: the source, then the files added to it."""
        return self.stamp, *self.added

    def with_notes(self, *notes: Text) -> "Reading":
        """Return the same reading with further notes."""
        return replace(self, notes=(*self.notes, *notes))


def expand(path: str, base: Path) -> Path:
    """
    Return the path with its ``${VAR}`` and ``${VAR:-default}`` filled.

    Raises
    ------
    SourceError
        A variable that is not set and has no default.
    """

    def fill(found: re.Match[str]) -> str:
        name, default = found[1], found[2]
        value = os.environ.get(name) or default
        if value is None:
            msg = (
                f"{path}: the environment variable {name} is not set; "
                f"set it, or write ${{{name}:-default}}"
            )
            raise SourceError(msg, f"{path}：环境变量 {name} 未设置")
        return value

    return base / Path(_VARIABLE.sub(fill, path)).expanduser()


def for_file(path: Path) -> dict[str, Any]:
    """Return the entry that stands for a data file found by its name."""
    kind = "raster" if path.suffix.lower() in RASTER else "file"
    return {"kind": kind, "path": path.name, "base": path.parent}
