"""An indicator's own tables become CSVs: whole, ranked, in the reader's language."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from card import card, styles

from ecogis.outputs import FILES, table_files, write_all
from ecogis.outputs.tables import own_tables

ROADS = pd.DataFrame(
    {
        "rank": [1, 2],
        "name": ["=路", None],
        "class": ["primary", None],
        "people": [1234.5, np.nan],
    }
)


def with_tables(counts=(), **tables):
    """Return the card made by hand, with tables in its first result that has zones."""
    found = card()
    place = next(n for n, s in enumerate(found.scores) if s.zones is not None)
    score = found.scores[place]
    zones = score.zones.assign(**{n: np.arange(len(score.zones)) for n in counts})
    held = replace(score.result, tables=tables, counts=tuple(counts))
    scores = [*found.scores]
    scores[place] = replace(score, result=held, zones=zones)
    return replace(found, scores=tuple(scores)), scores[place]


@pytest.mark.parametrize(
    ("language", "heads"),
    [("en", "#,Name,Class,People"), ("zh", "序,名称,类别,人口")],
)
def test_a_table_is_what_excel_opens(tmp_path, language, heads):
    path = table_files.write_table(ROADS, tmp_path / "t.csv", language)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    lines = path.read_bytes().decode("utf-8-sig").split("\r\n")
    said = {"en": "primary road", "zh": "主干路"}[language]
    # a name is no formula, and what is not known is empty
    assert lines == [heads, f"1,'=路,{said},1234.5", "2,,,", ""]


def test_tables_stand_beside_the_four_files_and_on_the_page(tmp_path):
    found, score = with_tables(worst_roads=ROADS)
    name = f"{score.goal.row}_worst_roads.csv"
    written = write_all(found, styles(), tmp_path)
    assert [path.name for path in written] == [*FILES, name]
    assert (tmp_path / name).is_file()
    last = own_tables(score)[-1]
    assert last["title"].zh == "主要超标道路"
    assert last["rows"][0][:2] == ["1", "=路"]


def test_zones_are_ranked_with_all_that_is_counted():
    found, score = with_tables(counts=("people_above",))
    (name, table), *none = table_files.tables_of(found).items()
    assert (name, none) == (f"{score.goal.row}_zones.csv", [])
    assert "people_above" in table
    known = table["rank"].dropna().tolist()
    assert known == sorted(known)
    assert len(known) > 1
    assert set(table["zone"]) == set(score.zones["zone"])


def test_a_result_without_tables_writes_none():
    assert table_files.tables_of(card()) == {}
