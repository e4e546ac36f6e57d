"""What the page says in its own voice, in both languages."""

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from ecogis.document import Text, read_toml
from ecogis.errors import StyleError
from ecogis.wording import with_unit

Said = str | dict[str, str]
ASSETS = Path(str(files("ecogis.outputs") / "assets"))


@cache
def words() -> dict[str, dict[str, Text]]:
    """Return every word of ``assets/words.toml`` by section and key."""
    kind = TypeAdapter(dict[str, dict[str, Text]])
    return kind.validate_python(read_toml(ASSETS / "words.toml", StyleError))


def word(section: str, key: str) -> Text:
    """Return one word; a key that nobody translated stands for itself."""
    return words()[section].get(key) or Text(en=key, zh=key)


def filled(section: str, key: str, n: object) -> Text:
    """Return one word with its ``{n}`` filled by a value or a text."""
    return word(section, key).format(n=n)


def joined(*parts: Text | str, by: str = " ") -> Text:
    """Return texts side by side, in each language; empty ones are left out."""
    texts = [Text(en=p, zh=p) if isinstance(p, str) else p for p in parts]
    return Text(
        en=by.join(text.en for text in texts if text.en),
        zh=by.join(text.zh for text in texts if text.zh),
    )


def said(text: Text | str) -> Said:
    """Return a text as the page's data hold it: once where both languages agree."""
    if isinstance(text, str):
        return text
    return text.en if text.en == text.zh else {"en": text.en, "zh": text.zh}


def everything(data: Any) -> Any:
    """Return page data with every text as JSON can hold it."""
    if isinstance(data, Text):
        return said(data)
    if isinstance(data, dict):
        return {key: everything(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [everything(value) for value in data]
    return data


def measured(number: Text | str, unit: str) -> Text:
    """Return a shown number with its unit, each language with its own."""
    text = Text(en=number, zh=number) if isinstance(number, str) else number
    units = word("unit", unit)
    return Text(en=with_unit(text.en, units.en), zh=with_unit(text.zh, units.zh))
