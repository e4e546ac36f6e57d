"""Documents: two languages, files as people save them, problems in one line."""

import pytest
from pydantic import ValidationError

from ecogis.document import (
    Document,
    Number,
    Text,
    Whole,
    problems,
    read_document,
    read_toml,
)
from ecogis.errors import LayerError, PlanError


class Inner(Document):
    """A table inside."""

    size: Number = 0.0
    count: Whole = 0


class Outer(Document):
    """A document with everything in it."""

    name: str = "outer"
    title: Text
    part: tuple[Inner, ...] = ()
    named: dict[str, Inner] = {}


def lines(**data):
    with pytest.raises(ValidationError) as found:
        Outer.model_validate(data)
    return problems(found.value, Outer, "a.toml")


def test_one_string_is_both_languages():
    text = Text.model_validate("Parks")
    assert (text.en, text.zh, str(text)) == ("Parks", "Parks", "Parks")


def test_each_language_gives_its_own_text():
    text = Text(en="Parks", zh="公园")
    assert (text.in_language("en"), text.in_language("zh")) == ("Parks", "公园")


def test_a_template_is_filled_in_both_languages():
    text = Text(en="within {distance_m:g} m", zh="{distance_m:g} 米内")
    filled = text.format(distance_m=500.0, unused=1)
    assert (filled.en, filled.zh) == ("within 500 m", "500 米内")


def test_a_text_of_an_error_keeps_its_chinese():
    text = Text.of(LayerError("no CRS", "缺少坐标系"))
    assert (text.en, text.zh) == ("no CRS", "缺少坐标系")
    assert Text.of(ValueError("no CRS")).zh == "no CRS"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_reads_utf8_with_and_without_a_mark(tmp_path, mark):
    path = tmp_path / "plan.toml"
    path.write_bytes(mark + 'title = "朝阳"\r\nyear = 2025\r\n'.encode())
    assert read_toml(path, PlanError) == {"title": "朝阳", "year": 2025}


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ('title = "朝阳"'.encode("gbk"), "not UTF-8; save the file as UTF-8"),
        ('title = "朝阳"'.encode("utf-16"), "not UTF-8; save the file as UTF-8"),
        (b"title = \n", "not valid TOML: Invalid value (at line 1, column 9)"),
        (b"a = 1\na = 2\n", "not valid TOML: Cannot overwrite a value (at line 2"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(tmp_path, content, found):
    path = tmp_path / "plan.toml"
    path.write_bytes(content)
    with pytest.raises(PlanError) as error:
        read_toml(path, PlanError)
    assert str(error.value).startswith(f"{path}: {found}")
    assert "\n" not in str(error.value)


def test_a_missing_file_and_a_folder_are_one_line(tmp_path):
    with pytest.raises(LayerError, match=r"absent.toml: no such file$"):
        read_toml(tmp_path / "absent.toml", LayerError)
    with pytest.raises(LayerError, match="cannot be read: Is a directory"):
        read_toml(tmp_path, LayerError)


def test_an_unknown_key_names_the_nearest():
    assert lines(title="t", titel="t") == [
        "a.toml: unknown key 'titel'; did you mean 'title'?"
    ]


def test_a_missing_key_is_named():
    assert lines() == ["a.toml: key 'title' is missing"]
    assert lines(title={"en": "t"}) == ["a.toml: key 'title.zh' is missing"]


def test_items_are_counted_from_one():
    assert lines(title="t", part=[{}, {"size": "big"}]) == [
        "a.toml: part 2: size: found 'big': input should be a valid number"
    ]
    assert lines(title="t", part=[{"sise": 1}]) == [
        "a.toml: part 1: unknown key 'sise'; did you mean 'size'?"
    ]


def test_a_key_inside_a_named_table():
    assert lines(title="t", named={"hall": {"coumt": 1}}) == [
        "a.toml: unknown key 'named.hall.coumt'; did you mean 'count'?"
    ]


def test_what_should_be_a_table():
    assert lines(title="t", named={"hall": 5}) == [
        "a.toml: named.hall: found 5: expected a table { ... }"
    ]


def test_every_problem_has_its_line():
    assert len(lines(part=[{"size": True}, {"count": 1.5}], x=1)) == 4


@pytest.mark.parametrize("value", ["5", True, float("nan"), float("inf"), None])
def test_a_number_is_a_number(value):
    with pytest.raises(ValidationError):
        Inner(size=value)


@pytest.mark.parametrize("value", ["5", True, 5.0, None])
def test_a_whole_number_is_whole(value):
    with pytest.raises(ValidationError):
        Inner(count=value)


def test_a_whole_number_is_a_number_too():
    assert Inner(size=5).size == 5.0


def test_a_file_may_not_state_what_the_reader_fills_in(tmp_path):
    path = tmp_path / "parks.toml"
    path.write_text('title = "t"', encoding="utf-8")
    read = read_document(path, Outer, LayerError, "layers/parks.toml", name="parks")
    assert read.name == "parks"
    path.write_text('title = "t"\nname = "x"', encoding="utf-8")
    with pytest.raises(LayerError, match=r"^layers/parks.toml: unknown key 'name'$"):
        read_document(path, Outer, LayerError, "layers/parks.toml", name="parks")


def test_a_document_cannot_be_changed():
    with pytest.raises(ValidationError):
        Inner().size = 3.0


def test_a_text_in_a_text_stands_in_its_own_language():
    line = Text(en="{count} by {period}", zh="{period}：{count}")
    found = line.format(count=3, period=Text(en="day", zh="昼间"))
    assert (found.en, found.zh) == ("3 by day", "昼间：3")
