"""Rasters, as the cells that a layer is made of: one grid in the study area's CRS."""

import math
from pathlib import Path

import numpy as np
import shapely
from geopandas import GeoDataFrame
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from rasterio import Affine
from rasterio.windows import Window

from ecogis.errors import LayerError, SourceError
from ecogis.layer import Field, Layer
from ecogis.raster import Raster
from ecogis.source import RASTER, RasterSource, Reading, Source, Stamp
from ecogis.sources.file import existing
from ecogis.sources.opened import WGS84, Box, Opened, nowhere
from ecogis.sources.raster import Band, band_of, values_of, window_of
from ecogis.sources.stamp import content_hash
from ecogis.sources.window import bounds_in, cover, span
from ecogis.spatial.terrain import Grid

# a grid of so many cells takes about half a gigabyte
_MOST_CELLS = 20_000_000
# cells of the source around the window: between middles of cells values are mixed
_RIM = 2
_METRE = ("m", "metre", "metres", "meter", "meters")


def read_cells(
    layer: Layer, source: Source, crs: CRS | None, box: Box | None
) -> Reading:
    """
    Return a layer of cells: a :class:`Raster` that holds the window, NaN where unknown.

    In the source's own CRS cells stay as they are; in another one values are bilinear
    between their middles, in cells of about the source's size.

    Parameters
    ----------
    layer, source, crs, box
        As :func:`ecogis.sources.read` takes them.

    Raises
    ------
    SourceError
        No such file, unreadable, no CRS, no such band, too many cells, not in metres.
    LayerError
        The source is no raster, or a value is beyond the bounds of the layer's field.
    """
    if not isinstance(source, RasterSource):
        raise _no_raster(layer, source)
    where = f"layer '{layer.name}': {source.path}"
    path = existing(source.path, source.base, f"layer '{layer.name}'")
    band = band_of(path, source, where)
    (field,) = layer.fields.values()
    if band.unit.lower() not in ("", *_METRE) and field.unit == "m":
        raise _not_metres(where, band.unit)
    working = crs or WGS84
    found = _placed(band, working, box, where)
    _in_bounds(found, field, where)
    at = Opened(
        where=where,
        path=source.path,
        crs=band.crs,
        fetch=lambda _: GeoDataFrame(geometry=[], crs=band.crs),
        sha256=content_hash(path),
        covers=band.bounds,
        spans=band.bounds,
    )
    spans = span(at, working)
    if not found.known.any() and (box is None or _meet(spans, box)):
        raise _none_known(layer, source.path)
    stamp = Stamp(
        layer=layer.name,
        path=at.path,
        sha256=at.sha256,
        date=source.date,
        features=int(found.known.sum()),
        crs=at.crs_name,
        is_cells=True,
    )
    return Reading(
        frame=GeoDataFrame(geometry=[], crs=working),
        stamp=stamp,
        covers=cover(at, working, box, source.extent),
        spans=spans,
        raster=found,
    )


def _placed(band: Band, crs: CRS, box: Box | None, where: str) -> Raster:
    """Return the cells of the window in a CRS; of a window elsewhere, none known."""
    own = band.bounds if box is None else bounds_in(box, crs, band.crs)
    if not np.isfinite(own).all():
        raise nowhere(where, band.crs)
    window = _widened(window_of(band, own), band.shape)
    _few_enough(window.width * window.height, where)
    values = values_of(band, window, where, scaled=True)
    nodata = None if band.is_scaled else band.nodata
    amounts = Raster(values, band.transform, band.crs, nodata).amounts
    corner = Affine.translation(window.col_off, window.row_off)
    held = Raster(amounts, band.transform @ corner, band.crs)
    if not amounts.size:
        west, north = (0.0, 0.0) if box is None else (box[0], box[3])
        none = np.full((1, 1), np.nan)
        return Raster(none, Affine.translation(west, north), crs)
    turned = held.transform.b != 0 or held.transform.d != 0
    if (band.crs == crs and not turned) or not held.known.any():
        return held
    return _brought(held, crs, box, where)


def _brought(held: Raster, crs: CRS, box: Box | None, where: str) -> Raster:
    """
    Return the cells in another CRS, over the window or all of them.

    GDAL's warp is not asked: where cells are turned or of another size, it widens what
    it mixes, and a slope is not where it was.
    """
    if box is None:
        box = bounds_in(held.bounds, held.crs, crs)
    transform, width, height = _over(box, _side(held, crs))
    _few_enough(width * height, where)
    rows, columns = np.indices((height, width))
    change = Transformer.from_crs(crs, held.crs, always_xy=True)
    x, y = change.transform(*(transform @ (columns + 0.5, rows + 0.5)))
    # a place that the source's CRS cannot tell lies beyond its cells
    beyond = held.bounds[0] - held.cell_m * max(held.values.shape)
    x, y = np.where(np.isfinite([x, y]), [x, y], beyond)
    column, row = ~held.transform @ (x, y)
    values = Grid(held).heights(np.column_stack([x.ravel(), y.ravel()]))
    cell = np.floor([row, column]).astype(int)
    known = np.pad(held.known, 1)[tuple(np.clip(cell, -1, _ends(held)) + 1)]
    cells = np.where(known, values.reshape(known.shape), np.nan)
    return Raster(cells, transform, crs)


def _ends(held: Raster) -> NDArray[np.intp]:
    return np.array(held.values.shape)[:, None, None]


def _side(held: Raster, crs: CRS) -> float:
    """Return the side of a square as large as the cell in the middle, in a CRS."""
    row, column = np.array(held.values.shape) / 2
    ends = ((column, row), (column + 1, row), (column, row + 1))
    places = np.array([held.transform @ end for end in ends]).T
    change = Transformer.from_crs(held.crs, crs, always_xy=True)
    x, y = change.transform(*places)
    along, down = np.subtract(x[1:], x[0]), np.subtract(y[1:], y[0])
    return float(np.sqrt(abs(along[0] * down[1] - along[1] * down[0])))


def _over(box: Box, cell: float) -> tuple[Affine, int, int]:
    """Return the grid of square cells that holds a box, and its width and height."""
    west, south, east, north = box
    left, top = math.floor(west / cell), math.ceil(north / cell)
    width, height = math.ceil(east / cell) - left, top - math.floor(south / cell)
    return Affine(cell, 0, left * cell, 0, -cell, top * cell), width, height


def _widened(window: Window, shape: tuple[int, int]) -> Window:
    """Return the window with a rim of cells, as far as there are any."""
    if not window.width or not window.height:
        return window
    left, top = max(window.col_off - _RIM, 0), max(window.row_off - _RIM, 0)
    right = min(window.col_off + window.width + _RIM, shape[1])
    low = min(window.row_off + window.height + _RIM, shape[0])
    return Window(left, top, right - left, low - top)


def _meet(spans: Box | None, box: Box) -> bool:
    return spans is not None and bool(shapely.box(*spans).intersects(shapely.box(*box)))


def _few_enough(cells: int, where: str) -> None:
    if cells > _MOST_CELLS:
        msg = (
            f"{where}: {cells:,} cells in the window, at most {_MOST_CELLS:,} can be "
            "held; take a coarser raster"
        )
        zh = f"{where}：窗口内有 {cells:,} 个栅格单元，超过 {_MOST_CELLS:,}，请降低精度"
        raise SourceError(msg, zh)


def _in_bounds(found: Raster, field: Field, where: str) -> None:
    """Refuse what no value can be: mostly cells without data that do not say so."""
    values: NDArray[np.float64] = found.values[found.known].astype(np.float64)
    low = -np.inf if field.min is None else field.min
    high = np.inf if field.max is None else field.max
    odd = values[(values < low) | (values > high)]
    if not len(odd):
        return
    first, unit = f"{odd[0]:g}", f" {field.unit}" * (field.unit is not None)
    msg = (
        f"{where}: found {first} ({len(odd):,} such), expected {low:g} to {high:g}"
        f"{unit}; where it stands for no data, state nodata = {first} in the plan's "
        "[sources]"
    )
    zh = (
        f"{where}：有 {len(odd):,} 个单元的值如 {first}，应在 {low:g} 至 {high:g}"
        f"{unit} 之间；若表示无数据，请在 [sources] 中写明 nodata = {first}"
    )
    raise LayerError(msg, zh)


def _no_raster(layer: Layer, source: Source) -> LayerError:
    path = getattr(source, "path", None)
    found = f"kind = {source.kind!r}" + f" ({path})" * (path is not None)
    meant = path if Path(path or "").suffix.lower() in RASTER else f"{layer.name}.tif"
    say = f'{layer.name} = {{ kind = "raster", path = "{meant}" }}'
    return LayerError(
        f"layer '{layer.name}': found {found}, expected a raster; write {say} under "
        "[sources] in the plan",
        f"图层“{layer.title.zh}”（{layer.name}）：数据来源为 {found}，应为栅格；"
        f"请在规划文件的 [sources] 中写 {say}",
    )


def _not_metres(where: str, unit: str) -> SourceError:
    return SourceError(
        f"{where}: the band is in {unit!r}, expected metres; convert it first",
        f"{where}：波段单位为 {unit!r}，应为米，请先换算",
    )


def _none_known(layer: Layer, path: str) -> LayerError:
    return LayerError(
        f"layer '{layer.name}': no cell of {path} holds data in the area and its "
        "margin; take another file, or check nodata",
        f"图层“{layer.title.zh}”（{layer.name}）：{path} 在研究范围及外围内没有有效"
        "栅格单元，请更换文件或检查 nodata",
    )
