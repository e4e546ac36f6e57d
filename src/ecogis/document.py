"""What is read from TOML: the base of every document, and text in two languages."""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from ecogis.errors import EcogisError, nearest

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
# the groups of the layer control
Theme = Literal["boundary", "green", "redline", "water", "noise", "mobility", "people"]


class Document(BaseModel):
    """A frozen record read from TOML; a key that is not in it is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Document):
    """One text in English and Chinese; a plain string stands for both."""

    en: str
    zh: str

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, data: Any) -> Any:
        return {"en": data, "zh": data} if isinstance(data, str) else data

    def __str__(self) -> str:
        """Return the English text."""
        return self.en

    def in_language(self, language: Language) -> str:
        """Return the text in ``language``."""
        return self.zh if language == "zh" else self.en

    def format(self, **values: object) -> "Text":
        """Return the text with its ``{placeholders}`` filled, in both languages."""
        return Text(en=self.en.format(**values), zh=self.zh.format(**values))

    @classmethod
    def of(cls, error: Exception) -> Self:
        """Return what an error says, in both languages where it knows them."""
        return cls(en=str(error), zh=getattr(error, "zh", None) or str(error))


def read_toml(path: Path, error: type[EcogisError]) -> dict[str, Any]:
    """
    Read a TOML file (UTF-8).

    Raises
    ------
    EcogisError
        Of the class ``error``: missing, not UTF-8, or not TOML, with the line.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        msg = f"{path}: no such file"
        raise error(msg) from None
    except UnicodeDecodeError:
        msg = f"{path}: not UTF-8; save the file as UTF-8"
        raise error(msg) from None
    except tomllib.TOMLDecodeError as found:
        msg = f"{path}: not valid TOML: {found}"
        raise error(msg) from None
    except OSError as found:
        msg = f"{path}: cannot be read: {found.strerror}"
        raise error(msg) from None


def problems(found: ValidationError, model: type[BaseModel], where: str) -> list[str]:
    """Return one line per problem: where, what was found, what was expected."""
    return [
        _line(problem, model, where)
        for problem in found.errors(include_url=False, include_context=True)
    ]


def _line(problem: Any, model: type[BaseModel], where: str) -> str:
    loc = [part for part in problem["loc"] if not str(part).startswith("function-")]
    place = ".".join(str(part) for part in loc)
    if problem["type"] == "extra_forbidden":
        known = _keys(model, loc[:-1])
        return f"{where}: unknown key '{place}'{nearest(str(loc[-1]), known)}"
    if problem["type"] == "missing":
        return f"{where}: key '{place}' is missing"
    message = str(problem["msg"]).removeprefix("Value error, ")
    message = message[0].lower() + message[1:]
    if problem["type"] == "value_error" or not loc:
        return f"{where}: {place}: {message}" if place else f"{where}: {message}"
    return f"{where}: {place}: found {problem['input']!r}: {message}"


def _keys(model: type[BaseModel], loc: Iterable[str | int]) -> list[str]:
    """Return the keys that the model nested at ``loc`` knows."""
    for part in loc:
        field = model.model_fields.get(str(part))
        inner = _model_in(field.annotation) if field else None
        if field and inner:
            model = inner
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(inner) for inner in get_args(annotation))
    return next((model for model in found if model), None)
