"""What is wrong with a plan and its layers? Everything at once, computing nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import shapely
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from ecogis.area import StudyArea
from ecogis.document import Text
from ecogis.errors import EcogisError, LayerError, PlanError, SourceError, StyleError
from ecogis.layer import Catalogue
from ecogis.plan import Plan, read_plan
from ecogis.raster import Raster
from ecogis.reader import Reader
from ecogis.source import Reading
from ecogis.spatial.datum import gcj02_shift
from ecogis.style import Styles
from ecogis.wording import AREA_METHODS
from ecogis.workspace import Workspace

_POLYGON = 2
_CELLS = Text(
    en="{columns} x {rows} cells of {cell} m; {unknown} of them without data",
    zh="{columns} × {rows} 个栅格单元，边长 {cell} m；其中 {unknown} 个无数据",
)
Level = Literal["error", "warning", "note"]


@dataclass(frozen=True)
class Finding:
    """One line of the table: how grave, about what, and what it says."""

    level: Level
    about: str
    says: Text


def check(path: Path, sources: Path | None = None) -> list[Finding]:
    """
    Return everything that a run of the plan would stumble over.

    Parameters
    ----------
    path
        The plan.
    sources
        A TOML whose [sources] replace the plan's.

    Returns
    -------
    list
        Errors (a run would lack a number), warnings (a number would be doubtful) and
        notes (worth knowing), the plan's first.
    """
    workspace = Workspace.above(path.resolve().parent)
    found = [*_styles(workspace)]
    try:
        plan = read_plan(path, sources)
        catalogue = Catalogue.read(workspace)
    except EcogisError as error:
        return [*_problems("plan", error), *found]
    return [*_layers(plan, catalogue), *found]


def has_errors(findings: list[Finding]) -> bool:
    """Tell whether any finding is an error."""
    return any(finding.level == "error" for finding in findings)


def _styles(workspace: Workspace) -> Iterator[Finding]:
    try:
        Styles.read(workspace)
    except StyleError as error:
        yield from _problems("styles", error)


def _problems(about: str, error: EcogisError) -> list[Finding]:
    if isinstance(error, PlanError):
        lines = [Text(en=line, zh=line) for line in error.problems]
        return [Finding("error", about, line) for line in lines]
    return [Finding("error", about, Text.of(error))]


def _layers(plan: Plan, catalogue: Catalogue) -> Iterator[Finding]:
    try:
        reader = Reader(plan, catalogue)
    except PlanError as error:
        yield from _problems("plan", error)
        return
    if isinstance(reader.area, EcogisError):
        yield from _problems(plan.area.layer, reader.area)
        return
    yield from (Finding("warning", plan.area.layer, note) for note in reader.notes)
    size_km2 = reader.area.size_m2 / 1e6
    method = AREA_METHODS[plan.area_method]
    crs = reader.area.crs.to_string()
    yield Finding(
        "note",
        plan.area.layer,
        Text(
            en=f"{reader.area.name}: {size_km2:,.3f} km² ({method.en}), {crs}",
            zh=f"{reader.area.name}：{size_km2:,.3f} km²（{method.zh}），{crs}",
        ),
    )
    for layer, margin_m in plan.needed_layers.items():
        if layer != plan.area.layer:
            yield from _layer(layer, margin_m, reader, reader.area)


def _layer(
    layer: str, margin_m: float, reader: Reader, area: StudyArea
) -> Iterator[Finding]:
    if not reader.has_data(layer) and layer not in reader.plan.required_layers:
        said = Text(
            en="no source; optional, its goals do without it",
            zh="没有数据来源；可选图层，相关指标不使用它",
        )
        yield Finding("note", layer, said)
        return
    try:
        reading = reader.read(layer, margin_m)
    except (LayerError, SourceError) as error:
        yield from _problems(layer, error)
        return
    yield from (Finding("warning", layer, note) for note in reading.notes)
    yield from _extent(layer, reading)
    if reading.raster is not None:
        yield _cells(layer, reading.raster)
    yield from _datum(layer, reading, reader, area)


def _extent(layer: str, reading: Reading) -> Iterator[Finding]:
    if reading.covers is None:
        path, count = reading.stamp.path, len(reading.frame)
        yield Finding(
            "note",
            layer,
            Text(
                en=f"{path}: features here: {count}; its extent is not stated",
                zh=f"{path}：窗口内 {count} 个要素；数据范围（extent）未注明",
            ),
        )


def _cells(layer: str, raster: Raster) -> Finding:
    """Tell how large cells are, and how many hold no data."""
    rows, columns = raster.values.shape
    unknown = int((~raster.known).sum())
    told = {"rows": rows, "columns": columns, "cell": f"{raster.cell_m:.3g}"}
    return Finding(
        "warning" if unknown else "note",
        layer,
        _CELLS.format(unknown=f"{unknown:,}", **told),
    )


def _datum(
    layer: str, reading: Reading, reader: Reader, area: StudyArea
) -> Iterator[Finding]:
    """Warn of a layer that lies like the area does, but shifted by GCJ-02."""
    shapes = np.asarray(reading.frame.geometry.values)
    if not len(shapes) or (shapely.get_dimensions(shapes) != _POLYGON).any():
        return
    to_degrees = Transformer.from_crs(area.crs, "EPSG:4326", always_xy=True)

    def degrees(shape: BaseGeometry) -> BaseGeometry:
        return shapely.transform(
            shape, lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1]))
        )

    layer_shape, area_shape = degrees(shapely.union_all(shapes)), degrees(area.boundary)
    for about, suspect, reference in (
        (layer, layer_shape, area_shape),
        (reader.plan.area.layer, area_shape, layer_shape),
    ):
        found = gcj02_shift(suspect, reference)
        if found is not None:
            yield Finding("warning", about, _shifted(*found))
            return


def _shifted(before: float, after: float) -> Text:
    return Text(
        en=f"looks like GCJ-02 (web-map coordinates): converted back, its difference "
        f"from the area and its layers shrinks from {before:.1f} to {after:.1f} km²; "
        "convert it to WGS 84 or CGCS2000 first",
        zh=f"疑似 GCJ-02（火星坐标）：纠偏后与研究范围的差异由 {before:.1f} km² "
        f"降到 {after:.1f} km²，请先转换坐标",
    )
