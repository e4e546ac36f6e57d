"""Rasters, as the polygons that a layer is made of."""

import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from ecogis.errors import LayerError, SourceError, nearest
from ecogis.layer import Layer
from ecogis.source import RasterSource
from ecogis.sources.file import existing
from ecogis.sources.opened import WEB_MAPS, Box, Opened, no_crs, read_crs
from ecogis.sources.stamp import content_hash
from ecogis.spatial.raster import Raster, polygons

log = logging.getLogger(__name__)
# one polygon a cell: so many take about a gigabyte
_MOST_CELLS = 2_000_000


@dataclass(frozen=True)
class Band:
    """What is known of a band before its cells are read."""

    path: Path
    number: int
    crs: CRS
    transform: rasterio.Affine
    shape: tuple[int, int]
    nodata: float | None
    scale: float
    offset: float
    unit: str

    @property
    def is_scaled(self) -> bool:
        """Whether cells hold something else than amounts."""
        return (self.scale, self.offset) != (1.0, 0.0)

    @property
    def bounds(self) -> Box:
        """West, south, east, north of all cells, in its CRS."""
        return Raster(np.empty(self.shape, "V0"), self.transform, self.crs).bounds


def open_raster(layer: Layer, source: RasterSource) -> Opened:
    """
    Open a raster that fills a layer of polygons.

    Raises
    ------
    SourceError
        No such file, unreadable, no CRS, no such band, or no column named.
    LayerError
        The layer is not of polygons.
    """
    path = existing(source.path, source.base, f"layer '{layer.name}'")
    where = f"layer '{layer.name}': {source.path}"
    if layer.geometry != "Polygon":
        msg = f"{where}: a raster cannot fill a layer of {layer.geometry} geometry"
        zh = f"{where}：栅格不能作为几何类型为 {layer.geometry} 的图层"
        raise LayerError(msg, zh)
    column = _column(layer, source, where)
    band = band_of(path, source, where)
    merge = layer.fields[column].type == "text"
    return Opened(
        where=where,
        path=source.path,
        crs=band.crs,
        fetch=_fetcher(band, column, where, merge=merge, whole=merge and layer.joined),
        sha256=content_hash(path),
        covers=band.bounds,
        spans=band.bounds,
    )


def _column(layer: Layer, source: RasterSource, where: str) -> str:
    """Return the field that the band fills."""
    if source.field is not None:
        if source.field not in layer.fields:
            near = nearest(source.field, layer.fields)
            msg = f"{where}: layer {layer.name!r} has no field {source.field!r}{near}"
            raise SourceError(msg)
        return source.field
    required = [name for name, field in layer.fields.items() if not field.optional]
    if len(required) != 1:
        known = ", ".join(layer.fields) or "none"
        msg = (
            f"{where}: state which field the band fills, as field = ...; the layer "
            f"has: {known}"
        )
        zh = f"{where}：请用 field = ... 写明波段对应的字段；图层字段有：{known}"
        raise SourceError(msg, zh)
    return required[0]


def band_of(path: Path, source: RasterSource, where: str) -> Band:
    """
    Return what is known of the band that a source states.

    Raises
    ------
    SourceError
        Unreadable, no CRS or that of a web map, no such band.
    """
    if (source.crs or "").upper() in WEB_MAPS:
        raise _shifted(where, str(source.crs))
    try:
        with _quiet(), rasterio.open(path) as data:
            if not 1 <= source.band <= data.count:
                msg = f"{where}: no band {source.band}; the file has {data.count}"
                raise SourceError(msg)
            if data.transform.is_identity:
                msg = f"{where}: the raster does not say where on Earth it lies"
                raise SourceError(msg, f"{where}：栅格没有地理参考信息")
            own = CRS.from_user_input(data.crs.to_wkt()) if data.crs else None
            at = source.band - 1
            nodata = data.nodatavals[at] if source.nodata is None else source.nodata
            band = (
                data.transform,
                data.shape,
                nodata,
                data.scales[at],
                data.offsets[at],
                data.units[at] or "",
            )
    except RasterioError as found:
        raise _unreadable(where, found) from None
    crs = read_crs(source.crs, where) if source.crs else own
    if crs is None:
        raise no_crs(where)
    return Band(path, source.band, crs.to_2d(), *band)


def _fetcher(
    band: Band, column: str, where: str, *, merge: bool, whole: bool
) -> Callable[[Box | None], GeoDataFrame]:
    def fetch(box: Box | None) -> GeoDataFrame:
        # a window would cut patches of equal cells
        window = window_of(band, None if whole else box)
        if not merge and window.width * window.height > _MOST_CELLS:
            cells = window.width * window.height
            msg = (
                f"{where}: {cells:,} cells in the window, at most {_MOST_CELLS:,} can "
                "be taken as polygons; take a coarser raster"
            )
            raise SourceError(msg)
        transform = band.transform @ rasterio.Affine.translation(
            window.col_off, window.row_off
        )
        values = values_of(band, window, where, scaled=not merge)
        known = None if not merge and band.is_scaled else band.nodata
        found = polygons(Raster(values, transform, band.crs, known), merge=merge)
        return found.rename(columns={"value": column})

    return fetch


def values_of(
    band: Band, window: Window, where: str, *, scaled: bool
) -> NDArray[np.generic]:
    """Return the cells of a window; amounts with their scale, NaN for no data then."""
    if not window.width or not window.height:
        return np.empty((0, 0), dtype=np.float32)
    try:
        with _quiet(), rasterio.open(band.path) as data:
            values: NDArray[np.generic] = data.read(band.number, window=window)
    except RasterioError as found:
        raise _unreadable(where, found) from None
    if not scaled or not band.is_scaled:
        return values
    known = Raster(values, band.transform, band.crs, band.nodata).known
    amounts = values.astype(np.float64) * band.scale + band.offset
    return np.where(known, amounts, np.nan)


def window_of(band: Band, box: Box | None) -> Window:
    """Return the cells that meet the box."""
    rows, columns = band.shape
    if box is None:
        return Window(0, 0, columns, rows)
    west, south, east, north = box
    corners = [(west, south), (west, north), (east, south), (east, north)]
    places = np.array([~band.transform @ corner for corner in corners])
    left, top = np.clip(np.floor(places.min(axis=0)), 0, (columns, rows)).astype(int)
    right, low = np.clip(np.ceil(places.max(axis=0)), 0, (columns, rows)).astype(int)
    return Window(int(left), int(top), int(right - left), int(low - top))


def _shifted(where: str, crs: str) -> SourceError:
    return SourceError(
        f"{where}: cells in {crs} cannot be put right; convert the raster to WGS 84 or "
        "CGCS2000 first",
        f"{where}：{crs} 坐标的栅格无法自动纠偏，请先转换为 WGS 84 或 CGCS2000",
    )


def _unreadable(where: str, found: Exception) -> SourceError:
    log.debug("%s: %s", where, found)
    msg = f"{where}: cannot be read as a raster; damaged, cut off, or no raster"
    return SourceError(msg, f"{where}：无法作为栅格读取，文件可能损坏或格式不符")


def _quiet() -> Any:
    caught = warnings.catch_warnings()
    warnings.simplefilter("ignore", NotGeoreferencedWarning)
    return caught
