"""Bring remote layers onto disk: the only module that uses the network."""

import json
import logging
import math
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import pyogrio
import shapely
from geopandas import GeoDataFrame
from pyogrio.errors import DataLayerError, DataSourceError

from ecogis.area import choose_crs
from ecogis.errors import EcogisError, SourceError
from ecogis.layer import Catalogue, Layer, Osm
from ecogis.networks import sourced, split_networks
from ecogis.plan import Plan
from ecogis.reader import Reader
from ecogis.source import OverpassSource
from ecogis.sources.opened import WGS84, Box, Opened
from ecogis.sources.osm_answer import collected
from ecogis.sources.osm_features import Collector, at_least
from ecogis.sources.overpass import (
    SERVER,
    Prepared,
    data_path,
    held_by_osm,
    question,
)
from ecogis.sources.stamp import content_hash
from ecogis.sources.window import bounds_in, gather

log = logging.getLogger(__name__)
# what a server is given to answer, and a little more to begin
_SERVER_S, _CLIENT_S = 180, 200
# busy servers are asked again after so many seconds
_WAITS_S = (5.0, 15.0)
_BUSY = (429, 502, 503, 504)
# how much of a server's remark is told
_SHOWN = 200
# degrees; OSMnx rounds corners to six decimals
_ROUNDED = 1e-6


class _StatusError(Exception):
    """An HTTP status that is not a success."""


def prepare(plan: Plan, catalogue: Catalogue) -> Iterator[Path]:
    """
    Bring every layer of a plan that comes from Overpass, and yield each file.

    Street networks, wherever they come from, are split at their crossings, once.

    Each layer is asked for the study area and the widest margin that a goal needs, and
    layers that the map draws beneath for the area alone.

    Raises
    ------
    SourceError
        A server that does not answer, or answers with an error.
    LayerError, PlanError
        The study area cannot be read.
    """
    reader = Reader(plan, catalogue)
    if isinstance(reader.area, EcogisError):
        raise reader.area
    area, folder = reader.area, plan.folder / "layers" / ".prepared"
    margins = dict.fromkeys(plan.context, 0.0) | plan.needed_layers
    for name, source in sourced(plan, catalogue, margins):
        if isinstance(source, OverpassSource):
            window = bounds_in(area.window(margins[name]), area.crs, WGS84)
            yield prepare_layer(catalogue[name], source, window, folder)
    yield from split_networks(plan, catalogue, area, plan.needed_layers)


def prepare_layer(
    layer: Layer, source: OverpassSource, window: Box, folder: Path
) -> Path:
    """
    Ask Overpass for a layer in a window, and write the answer whole or not at all.

    Of a ``joined`` layer the window is widened until no patch reaches beyond it.

    Parameters
    ----------
    layer
        What is asked, by its OpenStreetMap tags.
    source
        Which server.
    window
        West, south, east, north in degrees of WGS 84.
    folder
        Where prepared layers lie.

    Returns
    -------
    Path
        The GeoPackage; a .json beside it tells what was asked.
    """
    asked = _Asked(layer, source, window)
    opened = Opened(
        where=f"layer '{layer.name}'",
        path=asked.server,
        crs=WGS84,
        fetch=lambda box: asked.answer(box or window),
        sha256="",
    )
    crs = choose_crs(shapely.box(*window))
    if layer.joined:
        gather(opened, crs, bounds_in(window, WGS84, crs), joined=True)
    else:
        asked.answer(window)
    return _write(asked, folder)


@dataclass
class _Asked:
    """A layer, the widest window that was asked, and the answer."""

    layer: Layer
    source: OverpassSource
    window: Box
    found: Collector = field(init=False)
    date: str | None = None

    @property
    def server(self) -> str:
        """Which server is asked, as the plan states it."""
        return self.source.url or SERVER

    def answer(self, window: Box) -> GeoDataFrame:
        where = f"layer '{self.layer.name}'"
        said = _ask(self.server, held_by_osm(self.layer, where), window, where)
        self.window = window
        self.date = (
            str(said.get("osm3s", {}).get("timestamp_osm_base", ""))[:10] or None
        )
        self.found = collected(said["elements"], self.layer, self.source, where)
        return self.found.frame()


def _ask(server: str, osm: Osm, window: Box, where: str) -> dict[str, Any]:
    """Return a server's answer; a busy one is asked again a few times."""
    for wait_s in (*_WAITS_S, None):
        try:
            return _answer(server, osm, window, where)
        except _StatusError as found:
            why, again = f"it answers HTTP {found}", found.args[0] in _BUSY
        except (OSError, ValueError) as found:
            why, again = _reason(found)
        if not again or wait_s is None:
            raise _failed(where, server, why)
        log.info("%s: %s is busy, asking again in %g s", where, server, wait_s)
        time.sleep(wait_s)
    raise AssertionError


def _answer(server: str, osm: Osm, window: Box, where: str) -> dict[str, Any]:
    """Let OSMnx ask for at least what the tags match, and keep what it hears."""
    # a second of work that only this needs
    import osmnx  # noqa: PLC0415

    heard: list[dict[str, Any]] = []

    def listen(response: Any, **_: Any) -> None:
        # the server's status is asked with GET
        if response.request.method == "POST" and not response.is_redirect:
            if not response.ok:
                raise _StatusError(response.status_code)
            heard.append(_read(response.content, server, where))

    stated = _settings(server) | {"requests_kwargs": {"hooks": {"response": listen}}}
    west, south, east, north = window
    wide = (west - _ROUNDED, south - _ROUNDED, east + _ROUNDED, north + _ROUNDED)
    # this is how OSMnx ends when it only downloads
    with _set(osmnx.settings, stated), suppress(InterruptedError):
        osmnx.features_from_bbox(wide, {**at_least(osm)})
    if not heard:
        raise _failed(where, server, "it gives no answer")
    return heard[-1]


def _settings(server: str) -> dict[str, Any]:
    url = server.rstrip("/").removesuffix("/interpreter")
    return {
        "overpass_url": url,
        # other servers have no slots to wait for
        "overpass_rate_limit": url == SERVER,
        "overpass_settings": f"[out:json][timeout:{_SERVER_S}]{{maxsize}}",
        "requests_timeout": _CLIENT_S,
        "http_user_agent": f"ecogis/{version('ecogis')}",
        # a host without address is an error, not a question to a third party
        "doh_url_template": None,
        # cut in a plane, the parts of a wide window would miss strips at its edge
        "max_query_area_size": math.inf,
        "use_cache": False,
        # shapes come from the reader of extracts
        "cache_only_mode": True,
    }


@contextmanager
def _set(settings: ModuleType, stated: dict[str, Any]) -> Iterator[None]:
    """Set what OSMnx keeps for the whole process, and put everything back."""
    before = {name: getattr(settings, name) for name in stated}
    # OSMnx replaces it, to stay with one of several machines
    look_up = socket.getaddrinfo
    vars(settings).update(stated)
    try:
        yield
    finally:
        vars(settings).update(before)
        socket.getaddrinfo = look_up


def _read(content: bytes, server: str, where: str) -> dict[str, Any]:
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    if not isinstance(said, dict) or not isinstance(said.get("elements"), list):
        raise _failed(where, server, "its answer is not Overpass JSON")
    # an answer that was cut short comes with a remark, not with an error
    if "error" in str(said.get("remark", "")):
        raise _failed(where, server, _line(said["remark"]))
    return said


def _reason(found: BaseException) -> tuple[str, bool]:
    """Return the first cause in one line, and whether to ask again."""
    while inner := found.__cause__ or found.__context__:
        found = inner
    if isinstance(found, TimeoutError):
        return "it does not answer in time", True
    return _line(getattr(found, "strerror", None) or found).lower(), False


def _line(said: object) -> str:
    return " ".join(str(said).split())[:_SHOWN]


def _failed(where: str, server: str, why: str) -> SourceError:
    return SourceError(
        f"{where}: {server}: {why}; try again later, or state another url in the plan",
        f"{where}：{server}：{why}；请稍后再试，或在规划文件中换用其他 url",
    )


def _write(asked: _Asked, folder: Path) -> Path:
    """Write the data and what was asked; each takes its place when it is complete."""
    folder.mkdir(parents=True, exist_ok=True)
    path = data_path(asked.layer, folder)
    partial = folder / f".{asked.layer.name}-{uuid.uuid4().hex}.gpkg"
    try:
        pyogrio.write_dataframe(
            asked.found.frame(),
            partial,
            layer=asked.layer.name,
            driver="GPKG",
            geometry_type="Unknown",
        )
        about = Prepared(
            server=asked.server,
            window=asked.window,
            date=asked.date,
            asked=question(asked.layer, asked.source),
            sha256=content_hash(partial),
            notes=asked.found.notes,
        )
        partial.with_suffix(".json").write_text(about.model_dump_json(indent=1))
        partial.replace(path)
        partial.with_suffix(".json").replace(path.with_suffix(".json"))
    except (OSError, DataSourceError, DataLayerError) as found:
        log.debug("%s: %s", path, found)
        msg = f"layer '{asked.layer.name}': {path.name} cannot be written"
        raise SourceError(msg) from None
    finally:
        for left in (partial, partial.with_suffix(".json")):
            left.unlink(missing_ok=True)
    return path
