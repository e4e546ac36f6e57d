"""
Small places for hypothesis: boxes on a grid, as frames of a few features.

A frame is slow to build, so there are few features; the grid makes ties (a shared
border, a point on a corner) common, and its cells can be counted by hand.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from geopandas import GeoDataFrame
from hypothesis import strategies as st
from shapely import Polygon, box

CRS = "EPSG:4548"
X, Y = 447_000, 4_418_000


def square(west: float, south: float, east: float, north: float) -> Polygon:
    """Return a box in metres from the corner of the town."""
    return box(X + west, Y + south, X + east, Y + north)


def frame(*shapes: Polygon, **columns: list) -> GeoDataFrame:
    """Return a frame in the town's CRS."""
    return GeoDataFrame(columns, geometry=list(shapes), crs=CRS)


@st.composite
def boxes(
    draw, *, cells: int = 20, step_m: float = 50.0, largest: int = 8, beyond: int = 4
):
    """
    Draw a box of whole cells that meets the town, or lies a little beyond it.

    Parameters
    ----------
    draw
        Given by hypothesis.
    cells
        Cells along a side of the town.
    step_m
        Side of a cell in metres.
    largest
        Most cells along a side of the box.
    beyond
        How many cells it may lie outside.
    """
    west, south = (draw(st.integers(-beyond, cells + beyond - 1)) for _ in range(2))
    wide, high = (draw(st.integers(1, largest)) for _ in range(2))
    edges = np.array([west, south, west + wide, south + high]) * step_m
    return square(*edges)


@st.composite
def frames(
    draw,
    shapes: st.SearchStrategy | None = None,
    columns: Mapping[str, st.SearchStrategy] | None = None,
    *,
    least: int = 0,
    most: int = 6,
):
    """Draw a frame of shapes; ``columns`` says what each of its features carries."""
    shapes = boxes() if shapes is None else shapes
    found = draw(st.lists(shapes, min_size=least, max_size=most))
    values = {
        name: draw(st.lists(column, min_size=len(found), max_size=len(found)))
        for name, column in (columns or {}).items()
    }
    return frame(*found, **values)


def together(*known: GeoDataFrame) -> GeoDataFrame:
    """Return frames of the same columns as one, empty ones left out."""
    full = [features for features in known if len(features)] or [known[0]]
    return GeoDataFrame(pd.concat(full, ignore_index=True), crs=known[0].crs)


def cells_of(
    shape: Polygon, *, cells: int = 20, step_m: float = 50.0, start_m: float = 0.0
) -> np.ndarray:
    """Return which cells a box of the strategies holds, as a picture of the town."""
    west, south, east, north = shape.bounds
    middle = start_m + (np.arange(cells) + 0.5) * step_m
    across = (X + middle > west) & (X + middle < east)
    along = (Y + middle > south) & (Y + middle < north)
    return along[:, None] & across[None, :]


def cells_of_all(shapes: Iterable[Polygon], **picture: float) -> np.ndarray:
    """Return which cells any of the boxes holds; ``picture`` as :func:`cells_of`."""
    found = [cells_of(shape, **picture) for shape in shapes]
    return np.any(found, axis=0) if found else np.zeros((20, 20), dtype=bool)
