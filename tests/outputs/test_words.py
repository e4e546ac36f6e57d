"""Every word that the page asks for is there, and none that it does not."""

import re
import tomllib
from dataclasses import replace

from ecogis.outputs.facts import stamp_text
from ecogis.outputs.page_file import SCRIPTS
from ecogis.outputs.words import ASSETS, filled, joined, measured, said, word
from ecogis.source import Stamp

WORDS = tomllib.loads((ASSETS / "words.toml").read_text(encoding="utf-8"))
# asked for by what the data hold, not by name
OPEN = {
    "value",
    "unit",
    "column",
    "theme",
    "tables",
    "tiles",
    "confidence",
    "area_method",
    "fact",
    "change",
}
PYTHON = "".join(p.read_text("utf-8") for p in ASSETS.parent.glob("*.py"))
SCRIPT = "".join((ASSETS / name).read_text("utf-8") for name in SCRIPTS)


def test_every_word_that_a_script_asks_for_is_there():
    asked = re.findall(r'word\("(\w+)", "(\w+)"', SCRIPT + PYTHON)
    assert asked
    assert [pair for pair in asked if pair[1] not in WORDS[pair[0]]] == []


def test_no_word_is_left_over():
    text = SCRIPT + PYTHON
    unused = [
        (section, key)
        for section in set(WORDS) - OPEN
        for key in WORDS[section]
        if f'"{key}"' not in text and f".{key}" not in text
    ]
    assert unused == []


def test_both_languages_say_something():
    for section in set(WORDS) - {"unit"}:
        for key, text in WORDS[section].items():
            assert text["en"], (section, key)
            assert text["zh"], (section, key)


def test_scripts_are_small_and_say_what_they_are():
    for path in ASSETS.glob("*.js"):
        lines = path.read_text("utf-8").splitlines()
        assert lines[0].startswith("// "), path.name
        assert len(lines) <= 300, path.name
        assert path.name in SCRIPTS


def test_a_word_that_nobody_translated_stands_for_itself():
    assert word("unit", "furlong").zh == "furlong"


def test_units_differ_between_the_languages():
    assert said(measured("3", "people")) == {"en": "3 people", "zh": "3 人"}
    assert said(measured("3", "km²")) == "3 km²"
    assert said(measured("12", "index")) == "12"


def test_texts_are_filled_and_joined_in_each_language():
    met = word("page", "no_data")
    assert filled("page", "filter", met).zh == "只看：无数据"
    assert joined("a", "", met, by="-").en == "a-no data"


def test_a_layer_of_cells_is_counted_in_cells():
    stamp = Stamp("elevation", "d/dem.tif", "ab" * 32, None, 2704, "EPSG:32635")
    assert "2,704 features" in stamp_text(stamp, {}).en
    grid = replace(stamp, is_cells=True)
    assert "2,704 cells" in stamp_text(grid, {}).en
    assert "2,704 个栅格单元" in stamp_text(grid, {}).zh
