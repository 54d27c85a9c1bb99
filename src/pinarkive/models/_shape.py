"""What a model of an answer declares: the names of its fields, and its shape as a whole."""

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias, get_args

from pydantic import AliasChoices, AliasPath, BaseModel
from pydantic.fields import FieldInfo

from .._values.json import is_object

__all__ = [
    "Key",
    "Shape",
    "UnreadableAnswer",
    "declare",
    "follow",
    "model_in",
    "nested_model",
    "shape_of",
    "wire_keys",
]

Key: TypeAlias = tuple[str, ...]
"""The way to a value: a name, or several that lead into nested objects."""


class UnreadableAnswer(ValueError):
    """A body is not what its endpoint promises; the text says what is wrong, and where."""

    def __init__(self, problem: str, place: str = "") -> None:
        super().__init__(f"{place or 'the body'} {problem}")
        self.problem = problem
        self.place = place

    def within(self, place: str) -> "UnreadableAnswer":
        """Return the same, seen from outside of the value at a place."""
        dot = "." if self.place and not self.place.startswith("[") else ""
        return UnreadableAnswer(self.problem, f"{place}{dot}{self.place}")


class Shape(NamedTuple):
    """What applies to a model as a whole.

    Attributes:
        wrappers: Keys under which the whole object may be found.
        identity: Fields of which an answer holds at least one; required ones need not be named.
        bare: The field that a bare list, or a bare text, stands for.
        reshape: Returns the object in the shape of the fields, where no name leads to a value.
    """

    wrappers: tuple[str, ...] = ("data", "result")
    identity: tuple[str, ...] = ()
    bare: str = ""
    reshape: Callable[[Mapping[str, object]], Mapping[str, object]] | None = None


# What each model's class statement says of it as a whole.
shapes: dict[type[BaseModel], Shape] = {}


def declare(model: type[BaseModel], shape: Shape) -> None:
    """Store what applies to a model as a whole."""
    shapes[model] = shape


def shape_of(model: type[BaseModel]) -> Shape:
    """Return what applies to a model as a whole."""
    return shapes.get(model, Shape())


def wire_keys(name: str, info: FieldInfo) -> tuple[Key, ...]:
    """Return the ways that lead to a field's value in a body, the first to be tried first."""
    alias = info.validation_alias
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias or name]
    keys = [
        tuple(str(step) for step in choice.path) if isinstance(choice, AliasPath) else (choice,)
        for choice in choices
    ]
    return tuple(dict.fromkeys([*keys, (name,)]))


def follow(data: object, key: Key) -> object:
    """Return the value that a key leads to, or `None`."""
    for step in key:
        if not is_object(data):
            return None
        data = data.get(step)
    return data


def model_in(annotation: object) -> type[BaseModel] | None:
    """Return the answer's model inside `X`, `X | None` or `list[X]`, if there is one."""
    found = [nested_model(annotation), *map(model_in, get_args(annotation))]
    return next((model for model in found if model is not None), None)


def nested_model(annotation: object) -> type[BaseModel] | None:
    """Return the annotation if it is an answer's model."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation if annotation in shapes else None
    return None
