"""One band of cells, and where they lie."""

from dataclasses import dataclass, replace
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
    def amounts(self) -> NDArray[np.float64]:
        """The values as numbers, NaN where there are no data."""
        return np.where(self.known, self.values.astype(np.float64), np.nan)

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

    def within(self, box: tuple[float, float, float, float]) -> "Raster":
        """
        Return the cells that touch a box, and one around them.

        A raster whose rows are turned, or that lies elsewhere, is returned whole.
        """
        west, south, east, north = box
        rows, columns = self.values.shape
        places = np.array(
            [~self.transform @ at for at in ((west, north), (east, south))]
        )
        low, high = np.floor(places.min(axis=0)) - 1, np.ceil(places.max(axis=0)) + 1
        left, top = np.clip(low, 0, (columns, rows)).astype(int).tolist()
        right, under = np.clip(high, 0, (columns, rows)).astype(int).tolist()
        turned = self.transform.b != 0 or self.transform.d != 0
        if turned or left >= right or top >= under:
            return self
        at = self.transform @ Affine.translation(left, top)
        return replace(self, values=self.values[top:under, left:right], transform=at)


def _in_type(nodata: float, dtype: np.dtype[Any]) -> np.generic | float:
    """Return the value as cells hold it: -9999 of bytes stays, and is none of them."""
    if np.issubdtype(dtype, np.floating):
        with np.errstate(over="ignore"):
            held: np.generic = dtype.type(nodata)
        return held
    return nodata
