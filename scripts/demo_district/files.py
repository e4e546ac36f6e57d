"""Writing the layers: in the formats that offices use, the same bytes every time."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import pyogrio
from geopandas import GeoDataFrame

from demo_district.delivered import Delivery

# stands in every file instead of the day of writing
DATE = "2023-12-31"
CRS84 = "OGC:CRS84"


@dataclass(frozen=True)
class Filed:
    """Where a layer goes: file, layer within it, driver and its options."""

    file: str
    layer: str | None = None
    driver: str = "GPKG"
    options: dict[str, Any] = field(default_factory=dict)


UNINDEXED = {"SPATIAL_INDEX": "NO"}
SEVEN_DIGITS = {"COORDINATE_PRECISION": "7"}
SHAPEFILE = {"encoding": "GBK", "DBF_DATE_LAST_UPDATE": DATE}
FILES = {
    "districts": Filed("行政区划.gpkg", "行政区", options=UNINDEXED),
    "subdistricts": Filed("行政区划.gpkg", "街道乡镇", options=UNINDEXED),
    "built_up_area": Filed("行政区划.gpkg", "建成区", options=UNINDEXED),
    "red_lines_baseline": Filed(
        "生态空间.gpkg", "生态保护红线_2020", options=UNINDEXED
    ),
    "red_lines": Filed("生态空间.gpkg", "生态保护红线_2023", options=UNINDEXED),
    "control_zones": Filed("生态空间.gpkg", "两线三区", options=UNINDEXED),
    "forest": Filed("生态空间.gpkg", "林地", options=UNINDEXED),
    "green_space": Filed("生态空间.gpkg", "绿色空间", options=UNINDEXED),
    "rivers": Filed("水系.gpkg", "河流", options=UNINDEXED),
    "water_bodies": Filed("水系.gpkg", "水域", options=UNINDEXED),
    "land_use": Filed("地类图斑.zip", "DLTB", "ESRI Shapefile", SHAPEFILE),
    "roads": Filed("roads.gpkg", options=UNINDEXED),
    "railways": Filed("railways.geojson", None, "GeoJSON", SEVEN_DIGITS),
    "transit_stops": Filed("transit_stops.geojson", None, "GeoJSON", SEVEN_DIGITS),
    "residential_land": Filed("residential_land.gpkg", options=UNINDEXED),
    "population": Filed("population.gpkg", options=UNINDEXED),
    "noise_zones": Filed("noise_zones.gpkg", options=UNINDEXED),
    "buildings": Filed("buildings.fgb", None, "FlatGeobuf", UNINDEXED),
    "sensitive_buildings": Filed("sensitive_buildings.gpkg", options=UNINDEXED),
    "parks": Filed("公园绿地.shp", None, "ESRI Shapefile", SHAPEFILE),
    "green_belts": Filed("green_belts.gpkg", options=UNINDEXED),
}


def write(delivery: Delivery, folder: Path, *, awaited: bool = False) -> list[Path]:
    """
    Write every layer into a folder; ``awaited`` adds what the plan still waits for.

    Files that stand there are replaced.
    """
    layers = {**delivery.layers, **(delivery.awaited if awaited else {})}
    folder.mkdir(parents=True, exist_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{DATE}T00:00:00Z"})
    try:
        begun: dict[Path, None] = {}
        for name, frame in layers.items():
            filed = FILES[name]
            path = folder / filed.file
            if path not in begun:
                path.unlink(missing_ok=True)
            if path.suffix == ".zip":
                _write_zip(frame, path, filed)
            else:
                _write(frame, path, filed, append=path in begun)
            begun[path] = None
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    # as such files come: without a word about their encoding
    (folder / "公园绿地.cpg").unlink(missing_ok=True)
    return list(begun)


def _write_zip(frame: GeoDataFrame, path: Path, filed: Filed) -> None:
    """Pack a shapefile; the entries carry one fixed date."""
    year, month, day = (int(part) for part in DATE.split("-"))
    with TemporaryDirectory() as folder, ZipFile(path, "w") as packed:
        loose = Path(folder) / f"{filed.layer}.shp"
        _write(frame, loose, filed, append=False)
        for part in sorted(loose.parent.iterdir()):
            entry = ZipInfo(part.name, (year, month, day, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, part.read_bytes(), compresslevel=9)


def _write(frame: GeoDataFrame, path: Path, filed: Filed, *, append: bool) -> None:
    # the standard of GeoJSON knows longitude and latitude only
    shown = frame.to_crs(CRS84) if filed.driver == "GeoJSON" else frame
    pyogrio.write_dataframe(
        shown,
        path,
        layer=filed.layer or path.stem,
        driver=filed.driver,
        append=append,
        **filed.options,
    )
