"""Read a layer wherever it lies: the only code that reads data."""

from pathlib import Path

from pyproj import CRS

from ecogis.layer import Layer
from ecogis.source import Reading, Source

Box = tuple[float, float, float, float]


def read(
    layer: Layer, source: Source, *, crs: CRS | None, box: Box | None, prepared: Path
) -> Reading:
    """Return a layer as its source holds it, in the working CRS."""
    raise NotImplementedError
