"""The kinds of values on the wire, and the names of fields there."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AliasChoices,
    AliasPath,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, SchemaValidator, core_schema

from .._values.json import is_list, is_object
from .._values.read import parse_instant

__all__ = [
    "AS_ASKED",
    "AsAsked",
    "Bit",
    "Count",
    "Id",
    "Instant",
    "Integer",
    "Kind",
    "Number",
    "Secret",
    "Text",
    "Texts",
    "WireCid",
    "YesNo",
    "names",
]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What a value is on the wire.

    Attributes:
        read: Returns the value from any of its known forms, and raises `ValueError` for all else.
        schema: Makes the schema of the value, for dumps and for JSON Schema. (Pydantic changes
            what it gets.)
        plain: Values of exactly this type that are not empty are taken as they are.
        shown: The JSON Schema of the documented form, where the other does not tell it.
    """

    read: Callable[[object], object]
    schema: Callable[[], CoreSchema]
    plain: type | None = None
    shown: JsonSchemaValue | None = None

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return self.schema()

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return handler(schema) if self.shown is None else self.shown


def read_text(value: object) -> str:
    """Return text, else raise `ValueError`."""
    if isinstance(value, str):
        return value
    raise ValueError("should be text")


def read_some_text(value: object) -> str:
    """Return text that is not empty, else raise `ValueError`."""
    if isinstance(value, str) and value:
        return value
    raise ValueError("should be text that is not empty")


def read_id(value: object) -> str:
    """Return a record's id, a number as its text, else raise `ValueError`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return read_text(value)


def read_cid(value: object) -> str:
    """Return a CID's text, also from the older `{"/": cid}`, else raise `ValueError`."""
    return read_some_text(value.get("/") if is_object(value) else value)


# It raises `TypeError` for what is no text.
from_iso: Callable[[Any], datetime] = datetime.fromisoformat


def read_instant(value: object) -> datetime:
    """Return an instant in UTC from text or a `datetime`, else raise `ValueError`."""
    try:
        instant = from_iso(value)
        # As nearly all are.
        if instant.tzinfo is UTC and instant.year > 1:
            return instant
    except (TypeError, ValueError):
        pass
    moment = parse_instant(value) if isinstance(value, str) else value
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("should be an instant with a time zone")
    if moment.year == 1:
        raise ValueError("is Go's zero time, which means unset")
    return moment.astimezone(UTC)


def read_integer(value: object) -> int:
    """Return a whole number, also from `3.0`, else raise `ValueError`."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ValueError("should be a whole number")


def read_count(value: object) -> int:
    """Return a count, also from the list of what is counted, else raise `ValueError`."""
    return len(value) if is_list(value) else read_integer(value)


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


def some_text() -> CoreSchema:
    """Return the schema of text that is not empty."""
    return core_schema.str_schema(min_length=1)


def number() -> CoreSchema:
    """Return the schema of a finite number, whole or not."""
    return core_schema.union_schema(
        [core_schema.int_schema(), core_schema.float_schema(allow_inf_nan=False)]
    )


def texts() -> CoreSchema:
    """Return the schema of texts by name."""
    return core_schema.dict_schema(core_schema.str_schema(), core_schema.str_schema())


whole, yes_no = core_schema.int_schema, core_schema.bool_schema

Text = Annotated[str, Kind(read_text, core_schema.str_schema, str)]
Id = Annotated[str, Kind(read_id, core_schema.str_schema, str)]
WireCid = Annotated[str, Kind(read_cid, some_text, str)]
Secret = Annotated[str, Kind(read_some_text, some_text, str)]
Instant = Annotated[datetime, Kind(read_instant, core_schema.datetime_schema)]
Integer = Annotated[int, Kind(read_integer, whole, int)]
Count = Annotated[int, Kind(read_count, whole, int, {"type": "array", "items": {}})]
Number = Annotated[int | float, Kind(read_number, number, int, {"type": "number"})]
YesNo = Annotated[bool, Kind(read_flag, yes_no, bool)]
Bit = Annotated[
    bool, Kind(read_flag, yes_no, bool, {"type": "integer", "minimum": 0, "maximum": 1})
]
Texts = Annotated[dict[str, str], Kind(read_texts, texts)]


def names(*keys: str | tuple[str, ...]) -> FieldInfo:
    """Return the names that a field has on the wire, the first that fits being read.

    A tuple leads into nested objects. The field's own name is always one of them.
    """
    choices = (key if isinstance(key, str) else AliasPath(*key) for key in keys)
    info: FieldInfo = Field(validation_alias=AliasChoices(*choices))
    return info


class AsAsked:
    """Marks a field whose value comes from the request if the answer has none."""


AS_ASKED = AsAsked()
