"""Grids of cells as GeoTIFF: one file a grid, cells without data are NaN."""

from pathlib import Path

import numpy as np
import rasterio
from rasterio.errors import RasterioError

from ecogis.outputs.columns import safe, unique
from ecogis.outputs.whole import whole
from ecogis.raster import Raster
from ecogis.scorecard import Scorecard


def rasters_of(card: Scorecard) -> dict[str, Raster]:
    """Return the grids of all goals by file name, ``<row>_<name>.tif``."""
    found: dict[str, Raster] = {}
    for score in card.scores:
        grids = score.result.rasters if score.result else {}
        for name, raster in grids.items():
            stems = [path.removesuffix(".tif") for path in found]
            stem = unique(safe(f"{score.goal.row}_{name}"), stems)
            found[f"{stem}.tif"] = raster
    return found


def write_raster(raster: Raster, path: Path) -> Path:
    """
    Write a grid as GeoTIFF, whole or not at all; what holds no data is NaN.

    Raises
    ------
    NotWrittenError
        The disk is full, or the folder cannot be written to.
    """
    values = raster.amounts.astype(np.float32)
    rows, columns = values.shape
    with whole(path) as temporary:
        try:
            with rasterio.open(
                temporary,
                "w",
                driver="GTiff",
                width=columns,
                height=rows,
                count=1,
                dtype="float32",
                crs=raster.crs.to_wkt(),
                transform=raster.transform,
                nodata=np.nan,
                compress="deflate",
                predictor=3,
            ) as data:
                data.write(values, 1)
        except RasterioError as found:
            raise OSError(str(found)) from found
    return path
