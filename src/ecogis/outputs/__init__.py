"""What comes out: one file per format, each written whole or not at all."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from ecogis.document import Language, Text
from ecogis.errors import EcogisError
from ecogis.outputs.folium_map import page
from ecogis.outputs.geopackage import write_geopackage
from ecogis.outputs.rasters import rasters_of, write_raster
from ecogis.outputs.scorecard_csv import write_csv
from ecogis.outputs.scorecard_json import write_json
from ecogis.outputs.table_files import tables_of, write_table
from ecogis.outputs.whole import NotWrittenError, write_text
from ecogis.scorecard import Scorecard
from ecogis.style import Styles

log = logging.getLogger(__name__)
PAGE, GEOPACKAGE, JSON, CSV = FILES = (
    "index.html",
    "results.gpkg",
    "scorecard.json",
    "scorecard.csv",
)


def write_all(
    card: Scorecard, styles: Styles, folder: Path, language: Language = "zh"
) -> list[Path]:
    """
    Write the page, GeoPackage, scorecard, tables, grids; one failure stops no other.

    Parameters
    ----------
    card
        What was found.
    styles
        How it is drawn.
    folder
        Where to; made if it is not there.
    language
        The first language of every file.

    Returns
    -------
    list of Path
        :data:`FILES` in ``folder``, then a CSV for each table, a GeoTIFF for each grid.

    Raises
    ------
    NotWrittenError
        One line for each file that could not be written; ``written`` are the others.
        A file that was there before stays.
    """
    jobs: dict[str, Callable[[Path], Path]] = {
        PAGE: lambda path: write_text(path, page(card, styles, language)),
        GEOPACKAGE: lambda path: write_geopackage(card, styles, path, language),
        JSON: lambda path: write_json(card, path),
        CSV: lambda path: write_csv(card, path, language),
    }
    for name, table in tables_of(card).items():
        jobs[name] = partial(write_table, table, language=language)
    for name, raster in rasters_of(card).items():
        jobs[name] = partial(write_raster, raster)
    return write_each(folder, jobs)


def write_each(folder: Path, jobs: Mapping[str, Callable[[Path], Path]]) -> list[Path]:
    """
    Write files by name, the last first; one failure stops no other.

    Raises
    ------
    NotWrittenError
        One line for each file that could not be written; ``written`` are the others.
    """
    written: list[Path] = []
    lines: list[Text] = []
    # the small ones first: they fit on a disk that the others fill
    for name, write in reversed([*jobs.items()]):
        path = folder / name
        try:
            written.insert(0, write(path))
        except NotWrittenError as error:
            lines.append(Text.of(error))
        except EcogisError as error:
            lines.append(_line(path, Text.of(error)))
        except Exception as fault:
            log.exception("%s", path)
            said = f"{type(fault).__name__}: {fault}; run with --verbose"
            lines.append(_line(path, Text(en=said, zh=said)))
    if lines:
        raise NotWrittenError(
            "\n".join(line.en for line in lines),
            "\n".join(line.zh for line in lines),
            written,
        )
    return written


def _line(path: Path, why: Text) -> Text:
    return Text(en=f"{path}: not written: {why.en}", zh=f"{path}：未写入：{why.zh}")
