"""Close a gap, and write what was found: what the command line asks for."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ecogis.batch import MET, MISSED, WRONG
from ecogis.close import Closing, Wish, close
from ecogis.document import Language
from ecogis.layer import Catalogue
from ecogis.outputs import write_all
from ecogis.outputs.sites import CURVE, ENTRANCES, GEOJSON, SITES, write_geojson
from ecogis.outputs.table_files import write_table
from ecogis.outputs.whole import NotWrittenError
from ecogis.plan import read_plan
from ecogis.style import Styles
from ecogis.workspace import Workspace


@dataclass(frozen=True)
class Closed:
    """What became of it: the answer, the files, what went wrong, the exit code."""

    closing: Closing
    written: tuple[Path, ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def code(self) -> int:
        """2 where a file could not be written, 1 where the target is out of reach."""
        if self.errors:
            return WRONG
        return MET if self.closing.reached or not self.closing.for_target else MISSED


def close_one(
    plan: Path,
    wish: Wish,
    *,
    out: Path | None = None,
    sources: Path | None = None,
    language: Language = "zh",
) -> Closed:
    """
    Close the gap of one row of a plan, and write the outputs.

    Parameters
    ----------
    plan
        The plan.toml.
    wish
        What is wished for.
    out
        Where to; ``results/close/<row>/`` of the place without it. Nothing is written
        where the target is met already.
    sources
        A TOML whose [sources] replace the plan's.
    language
        The first language of every file.

    Raises
    ------
    EcogisError
        Anything that :func:`ecogis.close.close` refuses.
    """
    workspace = Workspace.above(plan.resolve().parent)
    catalogue, styles = Catalogue.read(workspace), Styles.read(workspace)
    closing = close(read_plan(plan, sources), catalogue, wish)
    if closing.met:
        return Closed(closing)
    home = plan.resolve().parent / "results" / "close" / wish.row.replace("/", "-")
    written, errors = _write(closing, styles, out or home, language)
    return Closed(closing, tuple(written), tuple(errors))


def _write(
    closing: Closing, styles: Styles, folder: Path, language: Language
) -> tuple[list[Path], list[str]]:
    sites = closing.sites
    if sites is None:
        return [], []
    try:
        written = write_all(closing.card, styles, folder, language)
        table = pd.DataFrame(sites.drop(columns="geometry"))
        written.append(write_table(table, folder / SITES, language))
        written.append(write_table(closing.curve, folder / CURVE, language))
        written.append(write_geojson(sites, folder / GEOJSON))
        if closing.entrances is not None:
            written.append(write_geojson(closing.entrances, folder / ENTRANCES))
    except NotWrittenError as error:
        return [*error.written], str(error).splitlines()
    return written, []
