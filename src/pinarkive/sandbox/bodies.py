"""The values of a JSON body, read with care and refused with reasons."""

import re
from collections.abc import Mapping
from typing import TypeAlias

from .errors import bad_request

__all__ = ["JsonObject", "read_text", "require_email", "require_text"]

# As browsers check a field for an address.
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(rf"[\w.!#$%&'*+/=?^`{{|}}~-]+@{LABEL}(?:\.{LABEL})*", re.ASCII)

JsonObject: TypeAlias = dict[str, object]


def read_text(body: Mapping[str, object], name: str) -> str | None:
    """Return a text of the body, if it is there, else raise."""
    if name not in body:
        return None
    value = body[name]
    if isinstance(value, str) and value:
        return value
    raise bad_request(f"{name} must be a string that is not empty; or leave it out")


def require_text(body: Mapping[str, object], name: str) -> str:
    """Return a text of the body, else raise."""
    value = read_text(body, name)
    if value is None:
        raise bad_request(f"{name} is required")
    return value


def require_email(body: Mapping[str, object]) -> str:
    """Return the address of a body, else raise."""
    value = require_text(body, "email")
    if not EMAIL.fullmatch(value):
        raise bad_request("email must be an address")
    return value
