"""How an answer is read: leniently, and never as something it is not.

What the service sends under any of its known names lands in one attribute, what is not known is
kept, and a value of the wrong type is never passed off as the field's.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any, ClassVar, Self, get_args, get_origin

from pydantic import (
    AliasChoices,
    AliasGenerator,
    AliasPath,
    BaseModel,
    SerializerFunctionWrapHandler,
    TypeAdapter,
    ValidationError,
    model_serializer,
)
from pydantic.alias_generators import to_camel
from pydantic.config import ExtraValues
from pydantic.fields import FieldInfo
from pydantic_core import from_json

from .._json import is_list, is_object

__all__ = ["RateLimit", "Response", "ResponseMeta", "UnreadableAnswer"]


# A record takes up to a kilobyte of memory, so that many tiny ones would take several hundred times
# what was sent. Real ones hold a CID, a peer's id or a few names.
FEW_OBJECTS = 1_000
SMALLEST_OBJECT = 32


class UnreadableAnswer(ValueError):
    """An answer's body is not what its endpoint promises; the text says what is amiss."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What the answer's headers say of the rate limit."""

    limit: int | None = None
    """How many requests the window allows."""
    remaining: int | None = None
    """How many are left."""
    reset: datetime | None = None
    """When the window ends, in UTC."""


@dataclass(frozen=True, slots=True)
class ResponseMeta:
    """How an answer came: no part of its equality, repr or dump."""

    status_code: int | None = None
    """The HTTP status."""
    request_id: str | None = None
    """The server's name for the exchange."""
    rate_limit: RateLimit | None = None
    """The rate limit, if the server told it."""
    attempts: int | None = None
    """How many times the request was sent or tried."""
    elapsed: float | None = None
    """The seconds from the call to its answer, waits included."""


class Response(
    BaseModel,
    frozen=True,
    extra="allow",
    alias_generator=AliasGenerator(validation_alias=to_camel),
    validate_by_name=True,
    validate_by_alias=True,
    defer_build=True,
):
    """An answer, or a part of one: frozen, and ready to be compared, pickled and logged.

    What the service sent beyond the known fields is in `model_extra`, and so is a value that does
    not fit its field, which then is `None`.
    """

    wrappers: ClassVar[tuple[str, ...]] = ("data", "result")
    """Keys under which the whole object may be found."""
    items: ClassVar[str] = ""
    """The field that a bare list stands for."""
    identity: ClassVar[tuple[str, ...]] = ()
    """Fields of which an answer holds at least one; required fields need not be named."""
    other_shapes: ClassVar[frozenset[str]] = frozenset()
    """Keys that show that the answer must be reshaped before it can be read."""

    @property
    def meta(self) -> ResponseMeta:
        """How this answer came; all of it is `None` on an object made by hand."""
        # Kept beside the fields, where Pydantic's equality, repr and dump do not look.
        meta = self.__dict__.get("_meta")
        return meta if isinstance(meta, ResponseMeta) else ResponseMeta()

    def attach_meta(self, meta: ResponseMeta) -> None:
        """Remember how this answer came."""
        vars(self)["_meta"] = meta

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Show the declared fields only: what else came may be a secret."""
        shown = [(name, info) for name, info in type(self).model_fields.items() if info.repr]
        # What identifies the thing comes first.
        for name, _ in sorted(shown, key=lambda field: not field[1].is_required()):
            yield name, getattr(self, name)

    @model_serializer(mode="wrap")
    def dump_once(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        """Dump each key once: where a value did not fit its field, what came."""
        # Pydantic writes the field and the extra of one name both; a dict holds the latter.
        dumped: dict[str, object] = handler(self)
        return dumped

    @classmethod
    def model_validate(
        cls,
        obj: object,
        *,
        strict: bool | None = None,
        extra: ExtraValues | None = None,
        from_attributes: bool | None = None,
        context: object = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
    ) -> Self:
        """Return the model that a decoded body makes, in any of the shapes the service sends.

        Raises:
            pydantic.ValidationError: What identifies the thing is missing.
        """
        try:
            record = super().model_validate(
                obj,
                strict=strict,
                extra=extra,
                from_attributes=from_attributes,
                context=context,
                by_alias=by_alias,
                by_name=by_name,
            )
            if record.is_settled():
                return record
        except ValidationError:
            try:
                return cls.from_wire(obj)
            except UnreadableAnswer:
                pass
            raise
        return cls.from_wire(obj)

    @classmethod
    def model_validate_json(
        cls,
        json_data: str | bytes | bytearray,
        *,
        strict: bool | None = None,
        extra: ExtraValues | None = None,
        context: object = None,
        by_alias: bool | None = None,
        by_name: bool | None = None,
    ) -> Self:
        """Return the model that a body makes, in any of the shapes the service sends.

        Raises:
            pydantic.ValidationError: The text is no JSON, or what identifies the thing is missing.
        """
        try:
            record = super().model_validate_json(
                json_data,
                strict=strict,
                extra=extra,
                context=context,
                by_alias=by_alias,
                by_name=by_name,
            )
            if record.is_settled():
                return record
        except ValidationError:
            try:
                return cls.from_wire(from_json(json_data, allow_inf_nan=False))
            except ValueError:
                pass
            raise
        return cls.from_wire(from_json(json_data, allow_inf_nan=False))

    @classmethod
    def read(cls, body: bytes, **known: object) -> Self:
        """Return the answer that a body holds; `known` fills the fields that it leaves open.

        Pydantic's core reads the usual shape straight from the bytes; only what it refuses, or
        what shows signs of another shape, is read again by rules.

        Raises:
            UnreadableAnswer: The body is no JSON, reports a failure, or has no identity.
        """
        objects = body.count(b"{")
        if objects > FEW_OBJECTS and objects * SMALLEST_OBJECT > len(body):
            raise UnreadableAnswer(f"{objects} objects in {len(body)} bytes are no real answer")
        record = cls.read_usual(body)
        if record is None:
            return cls.from_wire(read_json(body, {}), known=known, whole=True)
        cls.refuse_failure(record.model_extra or {}, vars(record))
        gaps = {name: value for name, value in known.items() if getattr(record, name) is None}
        return record.model_copy(update=gaps) if gaps else record

    @classmethod
    def read_usual(cls, body: bytes) -> Self | None:
        """Return the answer that a body in the usual shape holds, else `None`."""
        try:
            record = super().model_validate_json(body)
        except ValidationError:
            return None
        return record if record.is_settled() else None

    @classmethod
    def from_wire(
        cls,
        data: object,
        *,
        path: str = "",
        known: Mapping[str, object] | None = None,
        whole: bool = False,
    ) -> Self:
        """Return what decoded JSON holds, read field by field.

        Args:
            data: The JSON value.
            path: Where it stands in the body.
            known: What fills the fields that it leaves open.
            whole: Whether it is a whole body, which may report a failure.

        Raises:
            UnreadableAnswer: It is no object, or has no identity.
        """
        known = known or {}
        rest = dict(cls.reshape(cls.unwrap(data, path)))
        values: dict[str, object] = {}
        for rule in field_rules(cls):
            found = rule.find(rest, path)
            if found is not None:
                values[rule.name] = found.value
                found.take_from(rest)
            elif rule.required and (rule.name not in known or rule.is_present(rest)):
                raise UnreadableAnswer(f"{rule.where(path)} is missing or of the wrong type")
            rule.drop_nulls(rest)
        if whole:
            cls.refuse_failure(rest, values)
        for name, value in known.items():
            values.setdefault(name, value)
        record = super().model_construct(None, **values)
        if record.__pydantic_extra__ is not None:
            record.__pydantic_extra__.update(rest)
        return record

    @classmethod
    def unwrap(cls, data: object, path: str) -> Mapping[str, object]:
        """Return the object itself, out of the wrappers that it may come in."""
        if is_list(data) and cls.items:
            return {cls.items: data}
        if not is_object(data):
            kind = "null" if data is None else type(data).__name__
            raise UnreadableAnswer(f"{path or 'the body'} should be an object, not {kind}")
        for key in cls.wrappers:
            inner = data.get(key)
            if is_object(inner) and not cls.is_recognised(data):
                # What stands beside the wrapper is kept, the wrapped values win.
                return {**{name: data[name] for name in data if name != key}, **inner}
        return data

    @classmethod
    def is_recognised(cls, data: Mapping[str, object]) -> bool:
        """Say whether the object shows its identity without being unwrapped."""
        wanted = required_fields(cls) or set(cls.identity)
        rules = [rule for rule in field_rules(cls) if rule.name in wanted]
        return any(rule.find(data, "") is not None for rule in rules)

    @classmethod
    def reshape(cls, data: Mapping[str, object]) -> Mapping[str, object]:
        """Return the object in the shape of the model's fields; for models to refine."""
        return data

    @classmethod
    def refuse_failure(cls, rest: Mapping[str, object], values: Mapping[str, object]) -> None:
        """Raise `UnreadableAnswer` if a body under a 2xx status reports a failure, or nothing."""
        if rest.get("success") is False:
            raise UnreadableAnswer("the body says success: false")
        wanted = required_fields(cls) | set(cls.identity)
        if any(values.get(name) not in (None, []) for name in wanted):
            return
        if rest.get("error"):
            raise UnreadableAnswer("the body reports an error")
        if cls.identity:
            raise UnreadableAnswer(f"none of {', '.join(sorted(wanted))} is there")

    def is_settled(self) -> bool:
        """Say whether every value that came lies where it belongs."""
        extra = self.__pydantic_extra__
        # Pydantic's core takes NaN and Infinity for numbers, which JSON does not have; the fields
        # refuse them themselves.
        if extra and not is_json(extra):
            return False
        if extra and not telling_keys(type(self)).isdisjoint(extra):
            if not self.other_shapes.isdisjoint(extra):
                return False
            for rule in alternative_rules(type(self)):
                if getattr(self, rule.name) is None and rule.is_present(extra):
                    return False
        # Most records have nothing that could lie elsewhere, and there may be many of them.
        return all(
            record.is_settled()
            for name, holds_others in nested_fields(type(self))
            for record in records_of(getattr(self, name))
            if record is not None and (record.__pydantic_extra__ or holds_others)
        )


def is_json(value: object) -> bool:
    """Say whether what was decoded can have come from JSON, all of its numbers being finite."""
    if isinstance(value, float):
        return math.isfinite(value)
    if is_object(value):
        return all(map(is_json, value.values()))
    return all(map(is_json, value)) if is_list(value) else True


def records_of(value: "list[Response | None] | Response | None") -> "list[Response | None]":
    """Return the answers that a nested field holds."""
    return value if isinstance(value, list) else [value]


def read_json(body: bytes, empty: object = None) -> object:
    """Return decoded JSON, and `empty` for a body without any.

    Raises:
        UnreadableAnswer: The body is not JSON.
    """
    if not body.strip():
        return empty
    try:
        return from_json(body, allow_inf_nan=False)
    except ValueError as error:
        raise UnreadableAnswer(f"the body is not valid JSON ({error})") from None


@dataclass(frozen=True, slots=True)
class Found:
    """A value that could be read, and where it was."""

    value: object
    key: tuple[str, ...]

    def take_from(self, rest: dict[str, object]) -> None:
        """Remove what was read from what is left over."""
        if len(self.key) == 1:
            del rest[self.key[0]]


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one field of an answer is found and read."""

    name: str
    keys: tuple[tuple[str, ...], ...]
    required: bool
    read: Callable[[object, str], object]

    def find(self, data: Mapping[str, object], path: str) -> Found | None:
        """Return the first value that fits, or nothing."""
        for key in self.keys:
            value = follow(data, key)
            if value is None:
                continue
            try:
                return Found(self.read(value, self.where(path)), key)
            except UnreadableAnswer:
                raise
            except ValueError:
                continue
        return None

    def is_present(self, data: Mapping[str, object]) -> bool:
        """Say whether there is a value under one of the field's names."""
        return any(follow(data, key) is not None for key in self.keys)

    def drop_nulls(self, rest: dict[str, object]) -> None:
        """Remove the field's names that came with nothing."""
        for key in self.keys:
            if rest.get(key[0], ...) is None:
                del rest[key[0]]

    def where(self, path: str) -> str:
        """Return the field's place in the body."""
        return f"{path}.{self.name}" if path else self.name


def follow(data: object, key: tuple[str, ...]) -> object:
    """Return the value that a key leads to, or `None`."""
    for step in key:
        if not is_object(data):
            return None
        data = data.get(step)
    return data


@cache
def field_rules(cls: type[Response]) -> tuple[FieldRule, ...]:
    """Return how each field of an answer's model is found and read."""
    return tuple(
        FieldRule(name, wire_keys(name, info), info.is_required(), field_reader(info))
        for name, info in cls.model_fields.items()
    )


@cache
def alternative_rules(cls: type[Response]) -> tuple[FieldRule, ...]:
    """Return the rules of those fields that have more than one name on the wire."""
    return tuple(rule for rule in field_rules(cls) if len(rule.keys) > 1)


@cache
def telling_keys(cls: type[Response]) -> frozenset[str]:
    """Return the keys that, left over, may show that something lies elsewhere."""
    ways = (key for rule in alternative_rules(cls) for key in rule.keys)
    return cls.other_shapes.union(key[0] for key in ways)


@cache
def required_fields(cls: type[Response]) -> frozenset[str]:
    """Return the fields without which there is no such answer."""
    return frozenset(name for name, info in cls.model_fields.items() if info.is_required())


@cache
def nested_fields(cls: type[Response]) -> tuple[tuple[str, bool], ...]:
    """Return the fields that hold other answers, and whether those hold others in turn."""
    found = ((name, nested_model(info.annotation)) for name, info in cls.model_fields.items())
    return tuple((name, bool(nested_fields(model))) for name, model in found if model)


def wire_keys(name: str, info: FieldInfo) -> tuple[tuple[str, ...], ...]:
    """Return the ways that lead to a field's value in a body."""
    alias = info.validation_alias
    choices = alias.choices if isinstance(alias, AliasChoices) else [alias or name]
    keys = [
        tuple(str(step) for step in choice.path) if isinstance(choice, AliasPath) else (choice,)
        for choice in choices
    ]
    return tuple(dict.fromkeys([*keys, (name,)]))


def field_reader(info: FieldInfo) -> Callable[[object, str], object]:
    """Return the function that reads a field's value, raising `ValueError` where it can not."""
    model = nested_model(info.annotation)
    if model is None:
        adapter = adapter_of(info)
        return lambda value, path: adapter.validate_python(value)
    if get_origin(info.annotation) is list:
        return lambda value, path: read_list(model, value, path)
    return lambda value, path: read_nested(model, value, path)


def read_list(model: type[Response], value: object, path: str) -> list[Response]:
    """Return the records of a list, each read by itself."""
    if not is_list(value):
        raise ValueError("should be a list")
    return [model.from_wire(item, path=f"{path}[{i}]") for i, item in enumerate(value)]


def read_nested(model: type[Response], value: object, path: str) -> Response:
    """Return a record inside another; one that can not be read is no reason to lose the rest."""
    try:
        return model.from_wire(value, path=path)
    except UnreadableAnswer as error:
        raise ValueError(str(error)) from None


def nested_model(annotation: object) -> type[Response] | None:
    """Return the answer's model inside `X`, `X | None` or `list[X]`, if there is one."""
    if isinstance(annotation, type) and issubclass(annotation, Response):
        return annotation
    for argument in get_args(annotation):
        if (model := nested_model(argument)) is not None:
            return model
    return None


def adapter_of(info: FieldInfo) -> TypeAdapter[object]:
    """Return what validates a single field's value."""
    kind: Any = info.annotation
    for note in info.metadata:
        kind = Annotated[kind, note]
    return TypeAdapter(kind)
