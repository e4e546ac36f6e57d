"""The layers of one plan: each read once, for its study area."""

import logging
from copy import copy
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import shapely
from geopandas import GeoDataFrame
from pyproj import CRS
from shapely import MultiPolygon, Polygon

from ecogis import sources
from ecogis.area import AreaMethod, StudyArea, choose_crs
from ecogis.document import Text
from ecogis.errors import EcogisError, LayerError, PlanError, SourceError, nearest
from ecogis.layer import Catalogue
from ecogis.plan import Plan
from ecogis.source import OverpassSource, Reading, Source
from ecogis.spatial.overlay import cut
from ecogis.workspace import Workspace

log = logging.getLogger(__name__)
Box = tuple[float, float, float, float]
# a zone that reaches into the area by less than this is a neighbour's border
_NEIGHBOUR_M2 = 10_000.0
_NEIGHBOUR_SHARE = 0.01
# how exactly a stated extent has to hold the area and its margin, in metres
_EXTENT_TOLERANCE_M = 1.0
_UNNAMED = Text(
    en="{count} zones without a name are no zones: what they hold lies outside",
    zh="{count} 个分区没有名称，不作为分区，其中的数量计入“未分区”",
)


@dataclass
class Reader:
    """The layers of one plan, each read once, in the study area's CRS."""

    plan: Plan
    catalogue: Catalogue
    notes: list[Text] = field(default_factory=list)
    zones: GeoDataFrame | None = None
    area: StudyArea | EcogisError = field(init=False)
    _boundary: Reading | None = field(default=None, init=False)
    _read: dict[str, Reading | EcogisError] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Find the study area and its zones."""
        _all_known(self.plan, self.catalogue)
        try:
            self.area = self._study_area()
        except (LayerError, SourceError) as error:
            self.area = error
            self.notes.append(Text.of(error))
            return
        if self.plan.zones is not None:
            self.zones = self._zones(self.plan.zones, self.area)

    @property
    def readings(self) -> list[Reading]:
        """Every layer that could be read, in the order of reading, the area's first."""
        found = [self._boundary, *self._read.values()]
        read = [one for one in found if isinstance(one, Reading)]
        # the area's layer is read once more where it is measured too
        return list({one.stamp.layer: one for one in reversed(read)}.values())[::-1]

    def read(self, layer: str, margin_m: float) -> Reading:
        """
        Return a layer for the study area and a margin around it.

        Raises
        ------
        LayerError, SourceError
            It cannot be read, breaks its promise, or does not cover the window.
        """
        if isinstance(self.area, EcogisError):
            raise self.area
        if layer not in self._read:
            widest = max(self.plan.needed_layers.get(layer, 0.0), margin_m)
            self._read[layer] = self._try(layer, self.area, widest)
        found = self._read[layer]
        if isinstance(found, EcogisError):
            raise found
        must_cover(layer, found, self.area.window(margin_m))
        return found

    def with_more(self, layer: str, more: GeoDataFrame) -> "Reader":
        """
        Return a reader whose layer also holds further features: tried, not read.

        Raises
        ------
        LayerError, SourceError
            The layer could not be read; it has to be read before.
        """
        known = self._read[layer]
        if isinstance(known, EcogisError):
            raise known
        parts = [known, Reading(more, known.stamp)]
        both = sources.together(self.catalogue[layer], parts, more.crs)
        trial = copy(self)
        held = {**self._read, layer: replace(known, frame=both.frame)}
        vars(trial).update(_read=held)
        return trial

    def has_data(self, layer: str) -> bool:
        """Tell whether a layer is at hand: stated, found, or brought by prepare."""
        try:
            source = self._source(layer)
        except SourceError:
            return False
        remote = isinstance(source, OverpassSource)
        return not remote or (self._prepared / f"{layer}.gpkg").is_file()

    @property
    def _prepared(self) -> Path:
        return self.plan.folder / "layers" / ".prepared"

    def _source(self, layer: str) -> Source:
        shared = Workspace.above(self.plan.folder).home / "layers"
        return self.plan.source_of(layer, self.catalogue, shared)

    def _try(
        self, layer: str, area: StudyArea, margin_m: float
    ) -> Reading | EcogisError:
        try:
            return self._open(layer, area.crs, area.window(margin_m))
        except (LayerError, SourceError) as error:
            log.info("layer %s: %s", layer, error)
            return error

    def _open(self, layer: str, crs: CRS | None, box: Box | None) -> Reading:
        known, source = self.catalogue[layer], self._source(layer)
        try:
            read = partial(
                sources.read, known, crs=crs, box=box, prepared=self._prepared
            )
            found = read(source)
            more = (one for one in self.plan.added.get(layer, ()) if one is not source)
            added = [read(one) for one in more]
            if box is not None:
                for one in added:
                    must_cover(layer, one, box)
            return sources.together(known, [found, *added], crs)
        except EcogisError:
            raise
        except Exception as fault:
            log.exception("layer %s failed", layer)
            said = f"{type(fault).__name__}: {fault}"
            msg = (
                f"layer '{layer}': reading it failed: {said}; run with --verbose for "
                "the details, and hold the file against its format"
            )
            zh = f"图层“{known.title.zh}”（{layer}）读取失败：{said}，请检查文件"
            raise SourceError(msg, zh) from fault

    def _study_area(self) -> StudyArea:
        wanted = self.plan.area
        reading = self._open(wanted.layer, None, None)
        self._boundary = reading
        self.notes += reading.notes
        where = f"{self.plan.path}: area: {reading.stamp.path}"
        area = area_of(
            reading.frame,
            wanted.name,
            where=where,
            crs=self.plan.crs,
            area_method=self.plan.area_method,
        )
        return replace(area, name=wanted.name or str(self.plan.title))

    def _zones(self, layer: str, area: StudyArea) -> GeoDataFrame | None:
        try:
            read = self.read(layer, 0.0)
        except (LayerError, SourceError) as error:
            self.notes.append(Text.of(error))
            return None
        self.notes += read.notes
        if unnamed := int(read.frame["name"].isna().sum()):
            self.notes.append(_UNNAMED.format(count=unnamed))
        whole = read.frame.dissolve("name", sort=False).reset_index()[
            ["name", "geometry"]
        ]
        inside = cut(whole, area.boundary)
        kept, full = area.measure(inside), area.measure(whole.loc[inside.index])
        own = (kept >= _NEIGHBOUR_M2) | (kept >= _NEIGHBOUR_SHARE * full)
        return inside[own].reset_index(drop=True)


def area_of(
    features: GeoDataFrame,
    name: str | None,
    *,
    where: str,
    crs: str | None,
    area_method: AreaMethod,
) -> StudyArea:
    """
    Unite features into a study area.

    Parameters
    ----------
    features
        Polygons with ``name``, in degrees.
    name
        Which of them: every one of that name; all without it.
    where
        What a message calls the place that the features come from.
    crs
        A CRS in metres; chosen by the place without it.
    area_method
        How area is measured.

    Raises
    ------
    PlanError
        No feature has the name.
    LayerError
        What is named has no geometry.
    """
    if name is not None:
        names = features["name"].astype(str)
        features = features[names == name]
        if features.empty:
            msg = (
                f"{where} has no feature called {name!r}{nearest(name, names.unique())}"
            )
            raise PlanError(msg)
    whole = shapely.union_all(features.geometry.to_numpy())
    if whole.is_empty:
        msg = f"{where}: the area has no geometry; take another file"
        raise LayerError(msg, f"{where}：研究范围没有几何，请更换文件")
    chosen = CRS(crs or choose_crs(whole))
    boundary = shapely.union_all(features.to_crs(chosen).geometry.to_numpy())
    if not isinstance(boundary, Polygon | MultiPolygon):
        msg = f"{where}: the area is a {boundary.geom_type}, expected polygons"
        raise LayerError(msg)
    return StudyArea(name or Path(where).stem, boundary, chosen, area_method)


def _meet(one: Box, other: Box) -> bool:
    """Tell whether two boxes share a point."""
    return bool(shapely.intersects(shapely.box(*one), shapely.box(*other)))


def _all_known(plan: Plan, catalogue: Catalogue) -> None:
    """Refuse a plan that names a layer unknown to the catalogue, or of no use there."""
    named = [("area", plan.area.layer), ("zones", plan.zones)]
    named += [("context", layer) for layer in plan.context]
    named += [("[sources]", layer) for layer in plan.sources if layer != "default"]
    named += [("--with", layer) for layer in plan.added]
    wrong = [
        f"{plan.path}: {key}: unknown layer {layer!r}{nearest(layer, catalogue)}"
        for key, layer in named
        if layer is not None and layer not in catalogue
    ]
    wrong += [
        f"{plan.path}: {key}: layer {layer!r} is of cells, expected one of features"
        for key, layer in named
        if layer is not None and key != "[sources]"
        if layer in catalogue and catalogue[layer].geometry == "Raster"
    ]
    if wrong:
        raise PlanError.of(wrong)


def must_cover(layer: str, reading: Reading, window: Box) -> None:
    """
    Refuse a source that lies elsewhere, or is known to end before the window.

    Raises
    ------
    LayerError
        The line says which of the two.
    """
    path = reading.stamp.path
    if reading.spans is not None and not _meet(reading.spans, window):
        msg = (
            f"layer '{layer}': everything in {path} lies elsewhere, not in the area; "
            "check its CRS (state it as crs = ... in the plan) and the area's name"
        )
        zh = f"图层“{layer}”：{path} 的要素全部在研究范围之外，请检查坐标系"
        raise LayerError(msg, zh)
    if reading.covers is None:
        return
    west, south, east, north = reading.covers
    short = max(
        west - window[0], south - window[1], window[2] - east, window[3] - north
    )
    if short > _EXTENT_TOLERANCE_M:
        msg = (
            f"layer '{layer}': {path} ends {short:,.0f} m short of the area and its "
            f"margin ({', '.join(f'{bound:.0f}' for bound in window)}); take a larger "
            "one, or state its true extent in the plan"
        )
        zh = f"图层“{layer}”：{path} 比所需窗口少 {short:,.0f} 米，请换用更大的数据"
        raise LayerError(msg, zh)
