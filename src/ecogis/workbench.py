"""What a script or a notebook needs: an area, a layer, a verdict, a map."""

import logging
from functools import cache
from pathlib import Path
from typing import Any, Literal, overload

from geopandas import GeoDataFrame
from pyproj import CRS

from ecogis import sources
from ecogis.area import AreaMethod, StudyArea
from ecogis.indicator import Indicator, Result
from ecogis.layer import Catalogue
from ecogis.plan import Goal, Target
from ecogis.raster import Raster
from ecogis.reader import area_of, must_cover
from ecogis.scorecard import Score
from ecogis.source import (
    RASTER,
    FileSource,
    OsmPbfSource,
    RasterSource,
    Reading,
    Source,
)
from ecogis.workspace import Workspace

log = logging.getLogger(__name__)


def study_area(
    path: str | Path,
    name: str | None = None,
    *,
    layer: str = "districts",
    crs: str | None = None,
    area_method: AreaMethod = "geodesic",
    **stated: Any,
) -> StudyArea:
    """
    Open a boundary as the study area.

    Parameters
    ----------
    path
        A file with the boundary; ``town.gpkg|layername=districts`` names a layer of a
        file that holds several.
    name
        Which feature, by its name; all of them united without it.
    layer
        What the file holds, in the catalogue's words.
    crs
        A CRS in metres; chosen by the place without it.
    area_method
        How area is measured.
    **stated
        What a plan's [sources] entry may state: ``fields``, ``encoding`` ...

    Raises
    ------
    SourceError
        The file cannot be read.
    PlanError
        It has no feature of that name.
    """
    return area_of(
        _read(layer, Path(path), None, None, stated).frame,
        name,
        where=str(path),
        crs=crs,
        area_method=area_method,
    )


@overload
def read_layer(
    layer: Literal["elevation"],
    path: str | Path,
    area: StudyArea | None = ...,
    margin_m: float = ...,
    **stated: Any,
) -> Raster: ...


@overload
def read_layer(
    layer: str,
    path: str | Path,
    area: StudyArea | None = ...,
    margin_m: float = ...,
    **stated: Any,
) -> GeoDataFrame: ...


def read_layer(
    layer: str,
    path: str | Path,
    area: StudyArea | None = None,
    margin_m: float = 0.0,
    **stated: Any,
) -> GeoDataFrame | Raster:
    """
    Read a layer of the catalogue for an area and a margin around it, or all of it.

    A layer of cells, such as ``elevation``, comes as a :class:`Raster`.

    Parameters
    ----------
    layer
        Its name in ``layers/``.
    path
        A vector file, a raster or an OpenStreetMap extract;
        ``town.gpkg|layername=parks`` names a layer of a file that holds several.
    area
        The study area; the layer comes in its CRS. Without it everything is read, in
        degrees of WGS 84.
    margin_m
        How far beyond the area to read, in metres.
    **stated
        What a plan's [sources] entry may state: ``fields``, ``encoding``, ``crs`` ...

    Raises
    ------
    LayerError, SourceError
        The layer cannot be read, breaks its promise, or lies elsewhere.
    """
    if area is None:
        return _read(layer, Path(path), None, None, stated).data
    window = area.window(margin_m)
    reading = _read(layer, Path(path), area.crs, window, stated)
    must_cover(layer, reading, window)
    return reading.data


def hold(measure: Indicator[Any], result: Result, year: int, **target: Any) -> Score:
    """
    Hold a result against a target.

    Parameters
    ----------
    measure
        The indicator that gave the result.
    result
        What it gave.
    year
        The year that the layers show.
    **target
        As in a plan: ``at_least=93.8``, ``below=55``, ``year=2025`` ...

    Returns
    -------
    Score
        With ``verdict`` and ``gap``.
    """
    goal = Goal(row=measure.name, indicator=measure.name, target=Target(**target))
    return Score(goal, year, result)


@cache
def _catalogue(folder: Path) -> Catalogue:
    return Catalogue.read(Workspace.above(folder))


def _source(path: Path, stated: dict[str, Any]) -> Source:
    # as QGIS writes it: town.gpkg|layername=parks
    name, _, inner = str(path).partition("|layername=")
    path = Path(name)
    entry = {"path": name, **({"layer": inner} if inner else {}), **stated}
    if path.suffix.lower() in {".osm", ".pbf"}:
        return OsmPbfSource(**entry)
    return (
        RasterSource(**entry) if path.suffix.lower() in RASTER else FileSource(**entry)
    )


def _read(
    layer: str,
    path: Path,
    crs: CRS | None,
    box: tuple[float, float, float, float] | None,
    stated: dict[str, Any],
) -> Reading:
    known = _catalogue(Path.cwd())[layer]
    source = _source(path, stated)
    reading = sources.read(known, source, crs=crs, box=box, prepared=Path(".prepared"))
    for note in reading.notes:
        log.warning("%s", note)
    return reading
