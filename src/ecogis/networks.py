"""Which layers of a plan are street networks, and where do they lie?"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ecogis import sources
from ecogis.area import StudyArea
from ecogis.errors import LayerError, SourceError
from ecogis.layer import Catalogue
from ecogis.plan import Plan
from ecogis.source import Source
from ecogis.workspace import Workspace

log = logging.getLogger(__name__)


def sourced(
    plan: Plan, catalogue: Catalogue, names: Iterable[str]
) -> Iterator[tuple[str, Source]]:
    """Yield the source of every layer that has one; a goal without will say so."""
    shared = Workspace.above(plan.folder).home / "layers"
    for name in names:
        try:
            yield name, plan.source_of(name, catalogue, shared)
        except SourceError as found:
            log.info("%s", found)


def split_networks(
    plan: Plan, catalogue: Catalogue, area: StudyArea, margins: Mapping[str, float]
) -> Iterator[Path]:
    """
    Split every network of a plan at its crossings, and yield each file.

    Parameters
    ----------
    plan, catalogue
        What is asked, and what is known of the layers.
    area
        The study area.
    margins
        The layers, and how far beyond the area each is needed, in metres.
    """
    folder = plan.folder / "layers" / ".prepared"
    names = [name for name in margins if catalogue[name].network]
    for name, source in sourced(plan, catalogue, names):
        try:
            yield sources.split_network(
                catalogue[name],
                source,
                crs=area.crs,
                box=area.window(margins[name]),
                prepared=folder,
            )
        except LayerError as found:
            # a goal that needs it will say so
            log.info("%s", found)
