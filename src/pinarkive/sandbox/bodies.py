"""The values of a JSON body, which are validated when they are read."""

import re
from collections.abc import Mapping
from typing import TypeAlias

from .errors import bad_request

__all__ = ["JsonObject", "read_text", "require_email", "require_text"]

# The check that browsers apply to a field for an e-mail address.
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = re.compile(rf"[\w.!#$%&'*+/=?^`{{|}}~-]+@{LABEL}(?:\.{LABEL})*", re.ASCII)

JsonObject: TypeAlias = dict[str, object]


def read_text(body: Mapping[str, object], name: str) -> str | None:
    """Return a text in a body, `None` if it is absent, or raise."""
    if name not in body:
        return None
    value = body[name]
    if isinstance(value, str) and value:
        return value
    raise bad_request(f"{name} must be a non-empty string; or leave it out")


def require_text(body: Mapping[str, object], name: str) -> str:
    """Return a required text in a body, or raise."""
    value = read_text(body, name)
    if value is None:
        raise bad_request(f"{name} is required")
    return value


def require_email(body: Mapping[str, object]) -> str:
    """Return the e-mail address in a body, or raise."""
    value = require_text(body, "email")
    if not EMAIL.fullmatch(value):
        raise bad_request("email must be an e-mail address")
    return value
