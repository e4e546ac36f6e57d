"""Read a layer wherever it lies: the only code that reads data."""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from pyproj import CRS

from ecogis.document import Text
from ecogis.layer import Layer
from ecogis.source import (
    FileSource,
    OsmPbfSource,
    RasterSource,
    Reading,
    Source,
    Stamp,
)
from ecogis.sources import file, osm_pbf, overpass, raster
from ecogis.sources.cells import read_cells
from ecogis.sources.fields import renamed, translated, with_readable_numbers
from ecogis.sources.network import keep_streets, kept_streets, streets_path
from ecogis.sources.opened import WGS84, Box, Opened
from ecogis.sources.window import REPAIRED, bounds_in, cover, gather, span
from ecogis.spatial.patches import TOUCH_M, patch_numbers


def read(
    layer: Layer, source: Source, *, crs: CRS | None, box: Box | None, prepared: Path
) -> Reading:
    """
    Return a layer as its source holds it, ready to be measured.

    Parameters
    ----------
    layer
        What the catalogue promises of it.
    source
        Where the data lie.
    crs
        The study area's CRS, in metres; None gives WGS 84, for a boundary that is read
        before the CRS is chosen.
    box
        The window in ``crs``: features that touch it are read, of a ``joined`` layer
        with everything that is connected to them. None reads everything.
    prepared
        The folder that ``ecogis prepare`` writes to; a ``network`` that it has split is
        taken from there.

    Returns
    -------
    Reading
        The layer's own fields and geometry, ``patch`` for a joined layer and the class
        that codes stand for; rows in the file's order (OpenStreetMap: by id), counted
        from 0; valid, flat, in ``crs``. A layer of cells has a ``raster`` instead.

    Raises
    ------
    SourceError
        The data cannot be read, or do not say where on Earth they lie.
    LayerError
        The data break the catalogue's promise, or hold no feature at all.
    """
    if layer.geometry == "Raster":
        return read_cells(layer, source, crs, box)
    if layer.network and crs is not None and box is not None:
        kept = kept_streets(layer, source, crs, box, prepared)
        if kept is not None:
            return kept
    return _read(layer, source, crs, box, prepared)


def split_network(
    layer: Layer, source: Source, *, crs: CRS, box: Box, prepared: Path
) -> Path:
    """
    Split the ways of a window at their crossings, for :func:`read` to take from disk.

    Nothing is done where that was done before and nothing has changed.

    Parameters
    ----------
    layer, source, crs, box, prepared
        As :func:`read` takes them.

    Raises
    ------
    SourceError, LayerError
        As :func:`read` raises them, or the folder cannot be written to.
    """
    if kept_streets(layer, source, crs, box, prepared) is not None:
        return streets_path(layer, prepared)
    reading = _read(layer, source, crs, box, prepared)
    return keep_streets(layer, source, reading, box, prepared)


def _read(
    layer: Layer, source: Source, crs: CRS | None, box: Box | None, prepared: Path
) -> Reading:
    working = crs or WGS84
    with ExitStack() as stack:
        degrees = bounds_in(box, working, WGS84) if box is not None else None
        opened = _open(layer, source, degrees, prepared, stack)
        frame = gather(opened, working, box, joined=layer.joined)
        if box is not None and frame.empty and opened.first is not None:
            # points in the place of parks are wrong also where there are none
            layer.of_own_geometry(opened.first(), opened.where)
    frame, notes = _fitted(frame, layer, source, opened)
    if frame.empty and opened.held is not None:
        notes.append(_none_here(layer, opened))
    return Reading(
        frame=_patched(frame, layer, crs),
        stamp=Stamp(
            layer=layer.name,
            path=opened.path,
            sha256=opened.sha256,
            date=source.date or opened.date,
            features=len(frame),
            crs=opened.crs_name,
        ),
        notes=(*opened.notes, *notes),
        covers=cover(opened, working, box, source.extent),
        spans=span(opened, working),
    )


def together(layer: Layer, readings: list[Reading], crs: CRS | None) -> Reading:
    """Return one reading of several files: their features in this order."""
    first, *others = readings
    if not others:
        return first
    frames = [one.frame for one in readings if len(one.frame)] or [first.frame]
    frame = GeoDataFrame(pd.concat(frames, ignore_index=True), crs=first.frame.crs)
    return replace(
        first,
        frame=_patched(frame, layer, crs),
        notes=tuple(note for one in readings for note in one.notes),
        added=tuple(one.stamp for one in others),
    )


def _patched(frame: GeoDataFrame, layer: Layer, crs: CRS | None) -> GeoDataFrame:
    """Return a joined layer with the numbers of its connected patches."""
    if not layer.joined:
        return frame
    gap_m = TOUCH_M if crs is not None else 0.0
    shapes = np.asarray(frame.geometry.values)
    return frame.assign(patch=patch_numbers(shapes, gap_m))


def _open(
    layer: Layer, source: Source, window: Box | None, prepared: Path, stack: ExitStack
) -> Opened:
    if isinstance(source, FileSource):
        return file.open_file(layer, source, stack)
    if isinstance(source, RasterSource):
        return raster.open_raster(layer, source)
    if isinstance(source, OsmPbfSource):
        return osm_pbf.open_osm(layer, source)
    return overpass.open_prepared(layer, source, window, prepared)


def _fitted(
    frame: GeoDataFrame, layer: Layer, source: Source, opened: Opened
) -> tuple[GeoDataFrame, list[Text]]:
    """Hold the data against the layer's promise, and tell what was done."""
    notes: list[Text] = []
    frame = frame.reset_index(drop=True)
    was_invalid = frame[REPAIRED]
    frame = frame.drop(columns=REPAIRED)
    frame = renamed(frame, layer, source, opened.where)
    if opened.crowd:
        frame, notes = with_readable_numbers(frame, layer)
    fitted, more = layer.fit(frame, opened.where, strict=not opened.crowd)
    notes += more
    if repaired := int(was_invalid[fitted.index].sum()):
        notes.append(_repaired(layer, repaired))
    fitted = fitted.reset_index(drop=True)
    if layer.codes is not None:
        system = getattr(source, "codes", None)
        fitted, more = translated(fitted, layer, layer.codes, system, opened.where)
        notes += more
    return fitted, notes


def _none_here(layer: Layer, opened: Opened) -> Text:
    held, path = opened.held, opened.path
    return Text(
        en=f"{layer.name}: none of the {held} features of {path} lies in the window",
        zh=f"{layer.title.zh}：{path} 的 {held} 个要素均不在窗口内",
    )


def _repaired(layer: Layer, count: int) -> Text:
    geometries = "geometry" if count == 1 else "geometries"
    return Text(
        en=f"{layer.name}: {count} invalid {geometries} repaired",
        zh=f"{layer.title.zh}：修复 {count} 个无效几何",
    )
