"""One band of cells, and where they lie."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS
from rasterio import Affine


@dataclass(frozen=True, eq=False)
class Raster:
    """
    One band of cells.

    Parameters
    ----------
    values
        Rows from the top, columns from the left.
    transform
        From (column, row) of a cell's corner to its place.
    crs
        Of the places.
    nodata
        The value that stands for no data; NaN always does.
    """

    values: NDArray[np.generic]
    transform: Affine
    crs: CRS
    nodata: float | None = None

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which cells hold data."""
        values = self.values
        known = np.ones(values.shape, dtype=bool)
        if np.issubdtype(values.dtype, np.floating):
            known &= ~np.isnan(values.astype(np.float64))
        if self.nodata is not None and not np.isnan(self.nodata):
            known &= values != _in_type(self.nodata, values.dtype)
        return known

    @property
    def cell_m(self) -> float:
        """The shorter side of a cell, in the unit of the CRS."""
        a, b, _, d, e, _ = self.transform[:6]
        return float(min(np.hypot(a, d), np.hypot(b, e)))

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all cells."""
        rows, columns = self.values.shape
        corners = [(0, 0), (columns, 0), (0, rows), (columns, rows)]
        xs, ys = zip(*(self.transform @ corner for corner in corners), strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def _in_type(nodata: float, dtype: np.dtype[Any]) -> np.generic | float:
    """Return the value as cells hold it: -9999 of bytes stays, and is none of them."""
    if np.issubdtype(dtype, np.floating):
        with np.errstate(over="ignore"):
            held: np.generic = dtype.type(nodata)
        return held
    return nodata
