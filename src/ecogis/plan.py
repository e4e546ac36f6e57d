"""What is asked? A plan: an area, where its layers lie, and goals with targets."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, PrivateAttr, ValidationError, model_validator
from pydantic.json_schema import SkipJsonSchema

from ecogis.area import AreaMethod, metric_crs
from ecogis.document import Document, Text, Whole, problems, read_toml
from ecogis.errors import PlanError, SourceError
from ecogis.indicator import Indicator
from ecogis.indicators import find
from ecogis.layer import Catalogue
from ecogis.source import RASTER, VECTOR, FileSource, RasterSource, Source, for_file
from ecogis.target import Balance as Balance
from ecogis.target import Baseline as Baseline
from ecogis.target import Reported as Reported
from ecogis.target import Target as Target

# what the plan's own text may not state: where it lies, and trials
_OWN_KEYS = {"added", "path"}
Attribute = Literal["binding", "anticipatory", "text"]


class Area(Document):
    """Which features of which layer are the study area: all, or those of one name."""

    layer: str
    name: str | None = None


class Goal(Document):
    """One row of the plan: how it is measured and what it shall be."""

    row: str
    title: Text | None = None
    unit: str | None = None
    indicator: str | None = None
    parameters: dict[str, Any] = {}
    attribute: Attribute = "text"
    baseline: Baseline | None = None
    reported: Reported | None = None
    target: Target | None = None
    balance: Balance | None = None
    note: Text | None = None
    _resolved: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if self.indicator is None:
            if self.title is None or self.unit is None:
                msg = "a goal without an indicator states its title and its unit"
                raise ValueError(msg)
            if self.parameters:
                msg = "parameters without an indicator; name the indicator"
                raise ValueError(msg)
            return self
        try:
            self._resolved.update(find(self.indicator).resolve(self.parameters))
        except PlanError as found:
            raise ValueError(str(found)) from None
        try:
            _ = self.label
        except (KeyError, IndexError, ValueError, TypeError, AttributeError):
            takes = ", ".join(self._resolved) or "none"
            msg = f"title {str(self.title)!r}: braces hold parameters: {takes}"
            raise ValueError(msg) from None
        return self

    @property
    def measure(self) -> Indicator[Any] | None:
        """The indicator, or None for a reported row."""
        return find(self.indicator) if self.indicator else None

    @property
    def resolved(self) -> dict[str, Any]:
        """Every parameter: the plan's over the preset's over the defaults."""
        return dict(self._resolved)

    @property
    def margin_m(self) -> float:
        """How far beyond the area its layers matter."""
        return self.measure.margin_m(self._resolved) if self.measure else 0.0

    @property
    def label(self) -> Text:
        """The row's title, the plan's own or the indicator's, with its parameters."""
        if self.measure is None:
            return self.title or Text(en=self.row, zh=self.row)
        return self.measure.titled(self._resolved, self.title)

    @property
    def shown_unit(self) -> str:
        """The unit that the value is shown in."""
        measured = self.measure.unit_of(self._resolved) if self.measure else ""
        return self.unit or measured


class Plan(Document):
    """A ``plan.toml``: read it with :func:`read_plan`."""

    title: Text
    year: Whole
    area: Area
    zones: str | None = None
    crs: str | None = None
    area_method: AreaMethod = "geodesic"
    context: tuple[str, ...] = ("water_bodies", "rivers", "railways", "roads")
    fictional: bool = False
    note: Text | None = None
    sources: dict[str, Source] = {}
    goal: tuple[Goal, ...] = Field(min_length=1)
    path: SkipJsonSchema[Path] = Path("plan.toml")
    # files whose features are added to a layer's, for a trial; never in the TOML
    added: SkipJsonSchema[dict[str, tuple[Source, ...]]] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        rows = [goal.row for goal in self.goal]
        twice = sorted({row for row in rows if rows.count(row) > 1})
        if twice:
            msg = f"row {twice[0]!r} stands twice; every goal has its own row"
            raise ValueError(msg)
        weighed = [goal.row for goal in self.goal if goal.balance is not None]
        if weighed and self.zones is None:
            msg = (
                f"row {weighed[0]!r} holds zones against each other (balance), and the "
                "plan has none; name their layer as zones = ..."
            )
            raise ValueError(msg)
        if self.crs is not None:
            try:
                metric_crs(self.crs)
            except PlanError as found:
                raise ValueError(str(found)) from None
        return self

    @property
    def place(self) -> str:
        """The name of the folder that holds the plan."""
        return self.path.resolve().parent.name

    @property
    def folder(self) -> Path:
        """The folder that holds the plan."""
        return self.path.resolve().parent

    @cached_property
    def needed_layers(self) -> dict[str, float]:
        """Every layer that the plan reads, with the widest margin asked of it."""
        margins = {self.area.layer: 0.0}
        if self.zones:
            margins[self.zones] = 0.0
        for goal in self.goal:
            if goal.measure is not None:
                for layer in goal.measure.needs(goal.resolved):
                    margins[layer] = max(margins.get(layer, 0.0), goal.margin_m)
        return margins

    @cached_property
    def required_layers(self) -> set[str]:
        """The layers without which some goal has no number."""
        asked = (
            goal.measure.needs(goal.resolved) for goal in self.goal if goal.measure
        )
        required = {layer for needs in asked for layer, must in needs.items() if must}
        return required | {self.area.layer} | ({self.zones} if self.zones else set())

    def source_of(self, layer: str, catalogue: Catalogue, shared: Path) -> Source:
        """
        Return where a layer's data lie.

        The plan's entry; a data file in the place's ``layers/``; one in the workspace's
        own ``layers/`` (``shared``); the plan's ``default`` for layers that
        OpenStreetMap has; the first file that is added to it.

        Raises
        ------
        SourceError
            None of them.
        """
        if layer in self.sources:
            return self.sources[layer]
        for folder in (self.folder / "layers", shared):
            found = _data_file(folder, layer)
            if found is not None:
                return found
        default = self.sources.get("default")
        if default is not None and catalogue[layer].osm is not None:
            return default
        if self.added.get(layer):
            return self.added[layer][0]
        where = f"{self.folder.parent.name}/{self.place}/layers/"
        msg = (
            f"layer '{layer}' has no source: put {layer}.gpkg (or .shp, .geojson ...) "
            f"into {where}, or name a file under [sources] in the plan"
        )
        zh = (
            f"图层“{catalogue[layer].title.zh}”（{layer}）没有数据来源："
            f"请将 {layer}.gpkg"
            f"（或 .shp、.geojson 等）放入 {where}，或在规划文件的 [sources] 中写明"
        )
        raise SourceError(msg, zh)


def read_plan(
    path: Path,
    sources: Path | Sequence[Path] | None = None,
    extra: Mapping[str, Sequence[Path]] | None = None,
) -> Plan:
    """
    Read a plan.

    Parameters
    ----------
    path
        The plan.toml.
    sources
        A TOML with [sources] whose entries replace the plan's; of several, the later
        one wins.
    extra
        Files whose features are added to a layer's, by the layer's name: parks that
        might be built, say.

    Raises
    ------
    PlanError
        Anything wrong in the plan, each problem one line; the first is the message.
    """
    data = read_toml(path, PlanError)
    for key in _OWN_KEYS & set(data):
        msg = f"{path}: unknown key {key!r}"
        raise PlanError(msg)
    entries = _sources(data, path)
    for other in [sources] if isinstance(sources, Path) else sources or ():
        entries |= _other_sources(other)
    try:
        return Plan.model_validate(
            {**data, "path": path, "sources": entries, "added": _added(extra or {})}
        )
    except ValidationError as found:
        raise PlanError.of(problems(found, Plan, str(path))) from None


def _added(extra: Mapping[str, Sequence[Path]]) -> dict[str, Any]:
    return {
        layer: [for_file(Path(path).resolve()) for path in paths]
        for layer, paths in extra.items()
    }


def _other_sources(path: Path) -> dict[str, Any]:
    data = read_toml(path, PlanError)
    stray = sorted(set(data) - {"sources"})
    if stray:
        msg = f"{path}: unknown key {stray[0]!r}; a sources file holds [sources] only"
        raise PlanError(msg)
    return _sources(data, path)


def _sources(data: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the entries; each remembers which folder its paths are relative to."""
    entries = data.get("sources", {})
    if not isinstance(entries, dict):
        msg = f"{path}: sources: found {entries!r}: expected a table [sources]"
        raise PlanError(msg)
    for name, entry in entries.items():
        if isinstance(entry, dict) and "base" in entry:
            msg = f"{path}: unknown key 'sources.{name}.base'"
            raise PlanError(msg)
    base = path.resolve().parent
    return {
        name: {"kind": "file", **entry, "base": base}
        if isinstance(entry, dict)
        else entry
        for name, entry in entries.items()
    }


def _data_file(folder: Path, layer: str) -> Source | None:
    # Windows writes .SHP as often as .shp
    files = {path.name.casefold(): path for path in sorted(folder.glob(f"{layer}.*"))}
    for suffix in (*VECTOR, *RASTER):
        path = files.get(f"{layer}{suffix}".casefold())
        if path is not None:
            kind = RasterSource if suffix in RASTER else FileSource
            return kind.model_validate(for_file(path))
    return None
