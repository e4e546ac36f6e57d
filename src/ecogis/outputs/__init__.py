"""What comes out: one file per format, each written whole or not at all."""

import logging
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
    written: list[Path] = []
    lines: list[Text] = []
    # the small ones first: they fit on a disk that the others fill
    for name in reversed((*FILES, *tables_of(card), *rasters_of(card))):
        try:
            written.insert(0, _write(name, card, styles, folder, language))
        except NotWrittenError as error:
            lines.append(Text.of(error))
        except EcogisError as error:
            lines.append(_line(folder / name, Text.of(error)))
        except Exception as fault:
            log.exception("%s", folder / name)
            said = f"{type(fault).__name__}: {fault}; run with --verbose"
            lines.append(_line(folder / name, Text(en=said, zh=said)))
    if lines:
        raise NotWrittenError(
            "\n".join(line.en for line in lines),
            "\n".join(line.zh for line in lines),
            written,
        )
    return written


def _write(
    name: str, card: Scorecard, styles: Styles, folder: Path, language: Language
) -> Path:
    path = folder / name
    if name == PAGE:
        return write_text(path, page(card, styles, language))
    if name == GEOPACKAGE:
        return write_geopackage(card, styles, path, language)
    if name == JSON:
        return write_json(card, path)
    if name == CSV:
        return write_csv(card, path, language)
    if name.endswith(".csv"):
        return write_table(tables_of(card)[name], path, language)
    return write_raster(rasters_of(card)[name], path)


def _line(path: Path, why: Text) -> Text:
    return Text(en=f"{path}: not written: {why.en}", zh=f"{path}：未写入：{why.zh}")
