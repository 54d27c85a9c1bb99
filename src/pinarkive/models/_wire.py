"""How single values are read that came over the wire."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AliasChoices, AliasPath, FailFast, Field, GetCoreSchemaHandler
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from .._json import is_object
from ..errors import parse_instant

__all__ = [
    "Instant",
    "Integer",
    "Items",
    "Number",
    "Secret",
    "Text",
    "Texts",
    "Wire",
    "WireCid",
    "YesNo",
    "names",
    "read_text",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Wire:
    """How a value that came over the wire is read.

    `strict` is the form that is nearly always sent, and is checked by Pydantic's core straight from
    the bytes. `convert` takes the other known forms and raises `ValueError` for all the rest.
    """

    strict: CoreSchema
    convert: Callable[[object], object]

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.json_or_python_schema(
            json_schema=self.strict,
            python_schema=core_schema.no_info_plain_validator_function(self.convert),
        )


def read_text(value: object) -> str:
    """Return text, else raise `ValueError`."""
    if isinstance(value, str):
        return value
    raise ValueError("should be text")


def read_cid(value: object) -> str:
    """Return a CID's text, also from the older `{"/": cid}`, else raise `ValueError`."""
    if is_object(value):
        value = value.get("/")
    if isinstance(value, str) and value:
        return value
    raise ValueError("should be a CID's text")


def read_secret(value: object) -> str:
    """Return a secret's text, else raise `ValueError`."""
    if isinstance(value, str) and value:
        return value
    raise ValueError("should be text that is not empty")


def read_instant(value: object) -> datetime:
    """Return an instant in UTC from text or a `datetime`, else raise `ValueError`."""
    if isinstance(value, str):
        value = parse_instant(value)
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ValueError("should be an instant with a time zone")
    if value.year == 1:
        raise ValueError("is Go's zero time, which means unset")
    return value.astimezone(UTC)


def read_integer(value: object) -> int:
    """Return a whole number, also from `3.0`, else raise `ValueError`."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("should be a whole number")


def read_number(value: object) -> int | float:
    """Return a finite number, else raise `ValueError`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise ValueError("should be a number")


YES_NO = SchemaValidator(core_schema.bool_schema())


def read_flag(value: object) -> bool:
    """Return true or false, also from 1 and 0, else raise `ValueError`."""
    flag: bool = YES_NO.validate_python(value)
    return flag


def read_texts(value: object) -> dict[str, str]:
    """Return texts by name, else raise `ValueError`."""
    if not is_object(value):
        raise ValueError("should be an object")
    return {name: read_text(text) for name, text in value.items()}


FIRST_INSTANT = datetime(1, 1, 2, tzinfo=UTC)

Text = Annotated[str, Wire(core_schema.str_schema(strict=True), read_text)]
WireCid = Annotated[str, Wire(core_schema.str_schema(strict=True, min_length=1), read_cid)]
Secret = Annotated[str, Wire(core_schema.str_schema(strict=True, min_length=1), read_secret)]
Instant = Annotated[
    datetime,
    Wire(core_schema.datetime_schema(strict=True, tz_constraint=0, gt=FIRST_INSTANT), read_instant),
]
Integer = Annotated[int, Wire(core_schema.int_schema(strict=True), read_integer)]
Number = Annotated[
    int | float,
    Wire(
        core_schema.union_schema(
            [
                core_schema.int_schema(strict=True),
                core_schema.float_schema(strict=True, allow_inf_nan=False),
            ]
        ),
        read_number,
    ),
]
YesNo = Annotated[bool, Wire(core_schema.bool_schema(), read_flag)]

# Pydantic would keep an error of a hundred bytes and more for each item that does not fit.
Items = Annotated[list[T], FailFast()]
Texts = Annotated[
    dict[str, str], Wire(core_schema.no_info_plain_validator_function(read_texts), read_texts)
]


def names(*keys: str | tuple[str, ...]) -> FieldInfo:
    """Return the names that a field has on the wire, the first that fits being read.

    A tuple leads into nested objects. The field's own name is always one of them.
    """
    choices = (key if isinstance(key, str) else AliasPath(*key) for key in keys)
    info: FieldInfo = Field(validation_alias=AliasChoices(*choices))
    return info
