"""What the tests of sources share: the catalogue, and reading in one line."""

from pathlib import Path

import geopandas as gpd
import pytest
from pyproj import CRS

from ecogis import sources
from ecogis.layer import Catalogue
from ecogis.source import FileSource, OsmPbfSource, RasterSource
from ecogis.workspace import Workspace

GK = CRS("EPSG:4548")
KINDS = {"file": FileSource, "raster": RasterSource, "osm_pbf": OsmPbfSource}


@pytest.fixture(scope="session")
def catalogue():
    return Catalogue.read(Workspace.above(Path(__file__)))


@pytest.fixture
def read(catalogue, tmp_path):
    """Read a layer from a file in tmp_path, in EPSG:4548 unless told otherwise."""

    def reading(known, path, /, *, box=None, to=GK, kind="file", **stated):
        source = KINDS[kind](path=str(path), base=tmp_path, **stated)
        layer = catalogue[known] if isinstance(known, str) else known
        return sources.read(
            layer, source, crs=to, box=box, prepared=tmp_path / ".prepared"
        )

    return reading


@pytest.fixture
def write(tmp_path):
    """Write shapes with columns to a file in tmp_path, and return its name."""

    def writing(name, shapes, crs=GK, columns=None, **options):
        frame = gpd.GeoDataFrame(columns or {}, geometry=list(shapes), crs=crs)
        if name.endswith("parquet"):
            frame.to_parquet(tmp_path / name, **options)
        else:
            frame.to_file(tmp_path / name, **options)
        return name

    return writing
