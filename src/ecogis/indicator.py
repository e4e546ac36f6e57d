"""What is an indicator?"""

import inspect
from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Generic, Literal, ParamSpec, get_args

from pydantic import AfterValidator, TypeAdapter, ValidationError
from pydantic import Field as Bounds

from ecogis.document import Document, Text
from ecogis.errors import PlanError, nearest
from ecogis.result import Result as Result
from ecogis.table import Confidence, table

P = ParamSpec("P")
Function = Callable[P, "Result"]
Better = Literal["higher", "lower"]
# how a title says a parameter's values, or something about all parameters
Words = Mapping[Any, Text] | Callable[[Mapping[str, Any]], Text]
Rules = Mapping[str, Mapping[Any, tuple[str, Confidence]]]

# the types of parameters: what they may be is said once, here
Metres = Annotated[float, Bounds(ge=0, allow_inf_nan=False, strict=True)]
Step = Annotated[float, Bounds(gt=0, allow_inf_nan=False, strict=True)]
SquareMetres = Annotated[float, Bounds(ge=0, allow_inf_nan=False, strict=True)]
Share = Annotated[float, Bounds(ge=0, le=1, strict=True)]
QuadSegs = Annotated[int, Bounds(ge=1, le=1024, strict=True)]


class Tier(Document):
    """A size class of parks with its own service radius."""

    min_area_m2: SquareMetres
    distance_m: Metres


def _rising(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    """Return the tiers from small to large; a larger class never serves less far."""
    ordered = sorted(tiers, key=lambda tier: tier.min_area_m2)
    for small, large in pairwise(ordered):
        same = small.min_area_m2 == large.min_area_m2
        if same or small.distance_m > large.distance_m:
            msg = (
                f"a class from {large.min_area_m2:g} m² serves {large.distance_m:g} m, "
                f"one from {small.min_area_m2:g} m² {small.distance_m:g} m; expected "
                "different sizes, the larger with at least the radius of the smaller"
            )
            raise ValueError(msg)
    return tuple(ordered)


Tiers = Annotated[tuple[Tier, ...], Bounds(min_length=1), AfterValidator(_rising)]
# what tiers state themselves, class by class
_SCALARS = ("distance_m", "min_area_m2")


class Indicator(Generic[P]):
    """
    An indicator: a function whose signature is its specification.

    Positional arguments after ``area`` name the layers (one with the default None is
    optional), keyword-only arguments are the parameters that a plan may set.
    """

    def __init__(self, function: Function[P], facts: Mapping[str, Any]) -> None:
        self.function = function
        self.name = function.__name__
        self.title: Text = Text.model_validate(facts["title"])
        tiers = facts.get("title_tiers")
        self.title_tiers = Text.model_validate(tiers) if tiers else None
        self.unit: str = facts["unit"]
        self.units: Mapping[str, Mapping[Any, str]] = facts.get("units", {})
        self.better: Better = facts["better"]
        self.standard: str = facts["standard"]
        self.confidence: Confidence = facts["confidence"]
        self.rules: Rules = facts.get("rules", {})
        self.margin: str | Callable[..., float] | None = facts.get("margin")
        self.presets: str | None = facts.get("presets")
        self.draws: tuple[str, ...] = tuple(facts.get("draws", ()))
        self.words: Mapping[str, Words] = facts.get("words", {})
        self.instead: Mapping[str, str] = facts.get("instead", {})
        self.only_if: Mapping[str, tuple[str, Any]] = facts.get("only_if", {})
        self.beside: frozenset[str] = frozenset(facts.get("beside", ()))
        self.theme = function.__module__.split(".")[-2]
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__module__ = function.__module__
        self.__wrapped__ = function
        self.__signature__ = inspect.signature(function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Result:
        """Compute: layers by position, parameters by keyword (a preset fills them)."""
        stated = {k: v for k, v in kwargs.items() if k in self.defaults}
        layers = {k: v for k, v in kwargs.items() if k not in self.defaults}
        resolved = self.resolve(stated)
        return self.function(*args, **layers, **resolved)  # type: ignore[arg-type]

    def __repr__(self) -> str:
        """Show the name and the signature."""
        return f"<indicator {self.name}{self.__signature__}>"

    @cached_property
    def layers(self) -> dict[str, bool]:
        """The layers it takes, in order; True for a required one."""
        return {
            name: parameter.default is inspect.Parameter.empty
            for name, parameter in list(self.__signature__.parameters.items())[1:]
            if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
        }

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The parameters that a plan may set, with their defaults."""
        return {
            name: parameter.default
            for name, parameter in self.__signature__.parameters.items()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        }

    @cached_property
    def denominators(self) -> tuple[str, ...]:
        """What the parameter ``denominator`` may name; empty where there is none."""
        parameter = self.__signature__.parameters.get("denominator")
        return get_args(parameter.annotation) if parameter else ()

    def needs(self, parameters: Mapping[str, Any]) -> dict[str, bool]:
        """
        Return the layers to read for these parameters; True for a required one.

        Of the layers that ``denominator`` may name, only the one named is read. A layer
        that a parameter may stand for is required, unless that parameter is stated.
        A layer of ``only_if`` is read where its parameter has its value. Where
        residents count, ``people_on`` says what they stand on: population alone on the
        land; in buildings, which may state their people themselves.
        """
        named = {parameters.get("denominator")}
        stated = {n for n in self.instead if parameters.get(n) is not None}
        named |= {layer for n, layer in self.instead.items() if n not in stated}
        unread = {*self.denominators, *self.instead.values()} - named - self.beside
        needed = {
            layer: required or layer in named
            for layer, required in self.layers.items()
            if required or layer not in unread
        }
        for layer, (parameter, value) in self.only_if.items():
            if parameters.get(parameter) != value:
                needed.pop(layer, None)
        return self._for_people(needed, parameters)

    def _for_people(
        self, needed: dict[str, bool], parameters: Mapping[str, Any]
    ) -> dict[str, bool]:
        """Return the layers needed, with those that say where residents live."""
        counted = parameters.get("denominator", "population") == "population"
        if "people_on" not in self.defaults or not counted:
            return needed
        on = parameters.get("people_on", self.defaults["people_on"])
        needed |= {"population": on == "land", "buildings": on == "buildings"}
        read = {"population"} if on == "land" else {"population", "buildings"}
        return {
            layer: needed[layer]
            for layer in self.layers
            if layer in read or (layer in needed and layer != "buildings")
        }

    def resolve(self, stated: Mapping[str, Any]) -> dict[str, Any]:
        """
        Return every parameter: the defaults, under the preset's, under those stated.

        Raises
        ------
        PlanError
            An unknown parameter, a value that is not of its type, tiers beside a radius
            or a size of their own, or a parameter that another one leaves unused.
        """
        for name in stated:
            if name not in self.defaults:
                raise PlanError(self._no_parameter(name))
        preset = stated.get("preset", self.defaults.get("preset"))
        filled = self.preset_row(preset) if isinstance(preset, str) else {}
        chosen = {**self.defaults, **filled, **stated}
        typed = {name: self._typed(name, value) for name, value in chosen.items()}
        for name in _SCALARS if typed.get("tiers") else ():
            if typed.get(name) != self.defaults.get(name):
                msg = f"{self.name}: tiers and {name} exclude each other; leave one out"
                raise PlanError(msg)
        for name in self._unused(typed):
            if typed[name] != self.defaults[name]:
                other, value = self.only_if[name]
                msg = f"{self.name}: {name} needs {other} = {value!r}"
                msg += f", found {typed[other]!r}; leave one of them out"
                raise PlanError(msg)
        return typed

    def preset_row(self, preset: str) -> dict[str, Any]:
        """Return the parameters that a preset fills."""
        if self.presets is None:
            return {}
        rows = table(self.presets)
        if preset not in rows:
            msg = f"{self.name} has no preset {preset!r}{nearest(preset, rows)}"
            raise PlanError(msg)
        return {k: v for k, v in rows[preset].columns.items() if k in self.defaults}

    def rule(self, parameters: Mapping[str, Any]) -> tuple[str, Confidence]:
        """
        Return the rule that a number follows, and how sure it is.

        A value of a parameter may have a rule of its own. So has a preset, beside the
        common one; of two confidences the weaker one counts.
        """
        others = (by.get(parameters.get(name)) for name, by in self.rules.items())
        if own := next((rule for rule in others if rule is not None), None):
            return own
        preset = parameters.get("preset")
        if self.presets is None or not isinstance(preset, str):
            return self.standard, self.confidence
        row = table(self.presets)[preset]
        weaker = max(self.confidence, row.confidence, key=get_args(Confidence).index)
        return f"{row.source} ({preset}); {self.standard}", weaker

    def told(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters that count: tiers leave no other radius or size."""
        tiered = _SCALARS if parameters.get("tiers") else ()
        unused = (*self._unused(parameters), *tiered)
        return {name: v for name, v in parameters.items() if name not in unused}

    def _unused(self, parameters: Mapping[str, Any]) -> list[str]:
        """Return the parameters that others of these leave without a meaning."""
        return [
            name
            for name, (other, value) in self.only_if.items()
            if name in self.defaults and parameters.get(other) != value
        ]

    def unit_of(self, parameters: Mapping[str, Any]) -> str:
        """Return the unit of the value for these parameters."""
        others = (by.get(parameters.get(name)) for name, by in self.units.items())
        return next((unit for unit in others if unit is not None), self.unit)

    def margin_m(self, parameters: Mapping[str, Any]) -> float:
        """Return how far beyond the area its layers matter, in metres."""
        if self.margin is None:
            return 0.0
        if callable(self.margin):
            return float(self.margin(**parameters))
        return float(parameters[self.margin])

    def titled(self, parameters: Mapping[str, Any], own: Text | None = None) -> Text:
        """Return the title, or a plan's ``own``, with these parameters in words."""
        tiered = self.title_tiers is not None and parameters.get("tiers")
        template = self.title_tiers if tiered and self.title_tiers else self.title
        template = own or template
        values = dict(parameters)
        for name, words in self.words.items():
            by_value = None if callable(words) else words.get(parameters[name])
            said = words(parameters) if callable(words) else by_value
            if said is not None:
                values[name] = said
        return template.format(**values)

    def _typed(self, name: str, value: Any) -> Any:
        annotation = self.__signature__.parameters[name].annotation
        try:
            return TypeAdapter(annotation).validate_python(value)
        except ValidationError as found:
            problem = found.errors(include_url=False)[0]
            message = problem["msg"][0].lower() + problem["msg"][1:]
            at = ".".join([name, *(str(part) for part in problem["loc"])])
            msg = f"{self.name}: parameter {at}: found {problem['input']!r}: {message}"
            raise PlanError(msg) from None

    def _no_parameter(self, name: str) -> str:
        takes = ", ".join(self.defaults) or "none"
        near = nearest(name, self.defaults)
        near = near if "did you mean" in near else ""
        return f"{self.name} has no parameter {name!r}{near or ';'} it takes {takes}"


def indicator(**facts: Any) -> Callable[[Function[P]], Indicator[P]]:
    """
    Declare a function to be an indicator.

    Parameters
    ----------
    **facts
        ``title`` and ``title_tiers`` (templates in en and zh), ``unit``, ``better``
        (``"higher"`` or ``"lower"``), ``standard``, ``confidence``, ``margin`` (a
        parameter's name or a function of the parameters), ``presets`` (a table's name),
        ``draws`` (the styles of what it draws), ``words`` (placeholder of a title to
        what it says: texts by the parameter's value, or a function of all parameters),
        ``instead`` (parameter to the layer that it may stand for), ``only_if`` (layer
        or parameter to the parameter and the value with which alone it counts),
        ``beside`` (layers that are read where there are data, also beside another
        denominator), ``units`` and ``rules`` (parameter to the units, or to the
        standards with their confidence, that its values have of their own).
    """
    return lambda function: Indicator(function, facts)
