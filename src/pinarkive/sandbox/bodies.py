"""The values of a JSON body, read with care and refused with reasons."""

from collections.abc import Mapping
from typing import TypeAlias

from .errors import bad_request

__all__ = ["JsonObject", "read_text", "require_text"]

JsonObject: TypeAlias = dict[str, object]


def read_text(body: Mapping[str, object], name: str) -> str | None:
    """Return a text of the body, if it is there."""
    value = body.get(name)
    if value is None or isinstance(value, str):
        return value
    raise bad_request(f"{name} must be a string")


def require_text(body: Mapping[str, object], name: str) -> str:
    """Return a text of the body, else raise."""
    value = read_text(body, name)
    if not value:
        raise bad_request(f"{name} is required")
    return value
