"""What is read from TOML: the base of every document, and text in two languages."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.json_schema import SkipJsonSchema

from ecogis.errors import EcogisError, nearest

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
# the groups of the layer control
Theme = Literal["boundary", "green", "redline", "water", "noise", "mobility", "people"]

# a number that is one: no text, no yes or no, no nan
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Whole = Annotated[int, Field(strict=True)]
# pydantic's names for the branches of a union, which no reader has written
_BRANCH = re.compile(
    r"(function-|literal\[|tuple\[|dict\[|list\[|str$|int$|float$|bool$)"
)

# marks a field that a reader fills in and no file states
_FILLED_IN: Any = SkipJsonSchema
_NO_TABLE = {"model_type", "model_attributes_type", "dict_type"}


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
        """
        Return the text with its ``{placeholders}`` filled, in both languages.

        A value that is a :class:`Text` itself stands in each language in its own words.
        """
        texts = {name: v for name, v in values.items() if isinstance(v, Text)}
        en = values | {name: text.en for name, text in texts.items()}
        zh = values | {name: text.zh for name, text in texts.items()}
        return Text(en=self.en.format(**en), zh=self.zh.format(**zh))

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
        slash = "; write paths with / or in '...'" * ("Unescaped" in str(found))
        msg = f"{path}: not valid TOML: {found}{slash}"
        raise error(msg) from None
    except OSError as found:
        msg = f"{path}: cannot be read: {found.strerror}"
        raise error(msg) from None


D = TypeVar("D", bound=Document)


def read_document(
    path: Path, model: type[D], error: type[EcogisError], where: str, **given: Any
) -> D:
    """
    Read a TOML file into ``model``.

    Parameters
    ----------
    path
        The file.
    model
        What it holds.
    error
        The class of whatever is wrong with it.
    where
        What a message calls the file.
    **given
        Fields that are not for the file to state, such as its own name.
    """
    data = read_toml(path, error)
    for key in given.keys() & data.keys():
        msg = f"{where}: unknown key {key!r}"
        raise error(msg)
    try:
        return model.model_validate({**data, **given})
    except ValidationError as found:
        raise error(problems(found, model, where)[0]) from None


def problems(found: ValidationError, model: type[BaseModel], where: str) -> list[str]:
    """Return one line per problem: where, what was found, what was expected."""
    # a key that is misspelt is missing too: the typo is told first
    errors = sorted(
        found.errors(include_url=False),
        key=lambda error: error["type"] != "extra_forbidden",
    )
    inner = [error["loc"] for error in errors]
    lines = []
    for error in errors:
        loc = error["loc"]
        # a list that lost its only item to another problem is not too short
        blamed = any(other[: len(loc)] == loc and other != loc for other in inner)
        if error["type"] != "too_short" or not blamed:
            lines.append(_line(error, model, where))
    return lines


def _line(problem: Any, model: type[BaseModel], where: str) -> str:
    steps, models = _walk(model, problem["loc"])
    item, key = _place(steps)
    where = f"{where}: {item}"
    if problem["type"] == "extra_forbidden":
        hint = nearest(str(steps[-1]), _keys(models))
        return f"{where}unknown key '{key}'{hint}"
    if problem["type"] == "missing":
        return f"{where}key '{key}' is missing"
    place = f"{key}: " if key else ""
    if problem["type"] == "union_tag_invalid":
        tags = [tag.strip("' ") for tag in problem["ctx"]["expected_tags"].split(",")]
        kind = problem["ctx"]["tag"]
        return f"{where}{place}unknown kind {kind!r}{nearest(kind, tags)}"
    if problem["type"] in _NO_TABLE:
        message = "expected a table { ... }"
    else:
        message = str(problem["msg"]).removeprefix("Value error, ")
        message = message[0].lower() + message[1:]
    if problem["type"] == "value_error":
        return f"{where}{place}{message}"
    return f"{where}{place}found {problem['input']!r}: {message}"


def _walk(
    model: type[BaseModel], loc: Iterable[str | int]
) -> tuple[list[str | int], list[type[BaseModel]]]:
    """Return the steps that a reader knows, and the models that hold the last one."""
    steps: list[str | int] = []
    at, holders = [model], [model]
    for part in loc:
        tagged = [one for one in at if _tag(one) == part]
        if isinstance(part, int):
            steps.append(part)
        elif tagged:
            at = tagged
        elif not _BRANCH.match(part):
            steps.append(part)
            holders = at
            fields = [one.model_fields[part] for one in at if part in one.model_fields]
            if fields:
                at = [one for field in fields for one in _models(field.annotation)]
    return steps, holders


def _place(steps: Iterable[str | int]) -> tuple[str, str]:
    """Return ``"goal 1: "`` and ``"target.at_least"``: items are counted from 1."""
    items, pending = "", list[str]()
    for step in steps:
        if isinstance(step, int):
            items += f"{'.'.join(pending)} {step + 1}: ".lstrip()
            pending = []
        else:
            pending.append(step)
    return items, ".".join(pending)


def _keys(models: Iterable[type[BaseModel]]) -> list[str]:
    """Return the keys that a file may state; what a reader fills in is none."""
    return [
        name
        for model in models
        for name, field in model.model_fields.items()
        if not any(isinstance(mark, _FILLED_IN) for mark in field.metadata)
    ]


def _tag(model: type[BaseModel]) -> Any:
    kind = model.model_fields.get("kind")
    return kind.default if kind else None


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)
