"""Coefficient tables: every row has a source and a confidence."""

import pytest

from ecogis import table as module
from ecogis.document import Text
from ecogis.errors import TableError
from ecogis.table import Row, Table, table


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Let tables be looked for in a folder of the test's own."""
    (tmp_path / "tables").mkdir()
    monkeypatch.setattr(module, "files", lambda _: tmp_path)
    table.cache_clear()
    yield tmp_path / "tables"
    table.cache_clear()


def write(folder, text):
    (folder / "park_rules.toml").write_text(text, encoding="utf-8")


def test_a_row_has_its_source_and_its_columns(folder):
    write(folder, '[a]\nsource = "GB 1"\nconfidence = "high"\ndistance_m = 500\n')
    row = table("park_rules")["a"]
    assert (row.source, row.confidence) == ("GB 1", "high")
    assert row.columns == {"distance_m": 500}


def test_rows_stay_in_the_order_of_the_file(folder):
    body = 'source = "s"\nconfidence = "low"\n'
    write(folder, f"[b]\n{body}[a]\n{body}")
    assert list(table("park_rules")) == ["b", "a"]
    assert len(table("park_rules")) == 2


def test_an_unknown_row_names_the_nearest():
    rows = {"cn_2022": Row(source="s", confidence="low")}
    with pytest.raises(TableError, match=r"no row 'cn_2202'; did you mean 'cn_2022'"):
        Table("park_rules", rows)["cn_2202"]
    assert "cn_2202" not in Table("park_rules", rows)


def test_an_unknown_table_names_the_nearest(folder):
    write(folder, "")
    with pytest.raises(TableError, match=r"no table 'park_rule'; did you mean 'park_r"):
        table("park_rule")


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ('confidence = "low"', "park_rules.toml: a: key 'source' is missing"),
        ('source = "s"', "park_rules.toml: a: key 'confidence' is missing"),
        (
            'source = "s"\nconfidence = "sure"',
            "park_rules.toml: a: confidence: found 'sure': ",
        ),
    ],
)
def test_a_row_without_evidence_is_refused(folder, row, found):
    write(folder, f"[a]\n{row}\n")
    with pytest.raises(TableError) as error:
        table("park_rules")
    assert str(error.value).startswith(found)


def test_every_table_of_the_package_can_be_read():
    folder = module.Path(str(module.files("ecogis"))) / "tables"
    for path in folder.glob("*.toml"):
        assert len(table(path.stem)) > 0


@pytest.mark.parametrize("confidence", ["plan", "verified"])
def test_what_was_checked_needs_no_caveat(confidence):
    assert Row(source="GB 1", confidence=confidence).caveats == ()


@pytest.mark.parametrize(
    ("confidence", "zh"), [("high", "较高"), ("medium", "中等"), ("low", "较低")]
)
def test_what_was_not_checked_says_so(confidence, zh):
    (caveat,) = Row(source="GB 1", confidence=confidence).caveats
    assert caveat.en == (
        f"GB 1: not checked against the text itself; confidence {confidence}"
    )
    assert caveat.zh == f"GB 1：未与原文核对，可信度{zh}"


def test_a_note_is_told_and_is_no_column():
    note = Text(en="no walking routes", zh="未考虑步行路线")
    row = Row.model_validate(
        {"source": "a plan", "confidence": "plan", "note": note, "distance_m": 500}
    )
    assert row.caveats == (note,)
    assert row.columns == {"distance_m": 500}
