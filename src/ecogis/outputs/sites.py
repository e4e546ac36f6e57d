"""
What becomes of new parks? ``sites.csv``, ``curve.csv`` and ``sites.geojson``.

The tables are for a spreadsheet (UTF-8 with a byte order mark); the GeoJSON is a layer
of parks: ``ecogis run PLAN --with parks=sites.geojson`` measures with them.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely
from geopandas import GeoDataFrame

from ecogis.outputs.whole import write_text

SITES, CURVE, GEOJSON, ENTRANCES = (
    "sites.csv",
    "curve.csv",
    "sites.geojson",
    "entrances.geojson",
)


def write_geojson(features: GeoDataFrame, path: Path) -> Path:
    """
    Write features as GeoJSON in degrees, every digit kept: they are measured again.

    Raises
    ------
    NotWrittenError
        The disk is full, or the folder cannot be written to.
    """
    degrees = features.to_crs("EPSG:4326")
    names = [name for name in features.columns if name != "geometry"]
    rows = zip(degrees[names].itertuples(index=False), degrees.geometry, strict=True)
    held = [
        {
            "type": "Feature",
            "properties": {
                name: _plain(cell) for name, cell in zip(names, row, strict=True)
            },
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for row, shape in rows
    ]
    whole = {"type": "FeatureCollection", "features": held}
    return write_text(path, json.dumps(whole, ensure_ascii=False, indent=1) + "\n")


def _plain(cell: Any) -> Any:
    """Return a cell as a plain number or text; what is not known as None."""
    if cell is None or (pd.api.types.is_scalar(cell) and pd.isna(cell)):
        return None
    return cell.item() if isinstance(cell, np.generic) else cell
