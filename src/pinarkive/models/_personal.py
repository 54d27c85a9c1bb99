"""Personal values: passwords and dates of birth."""

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, SecretStr, WithJsonSchema

from ..inputs import require_text

__all__ = ["BirthDate", "Password"]


def reveal(secret: SecretStr) -> str:
    """Return a secret's text, for the wire."""
    return secret.get_secret_value()


def check_password(value: object) -> SecretStr:
    """Return a password as a secret, else raise `ValueError`; its text is never shown."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    return SecretStr(require_text(text, "a password"))


Password = Annotated[
    SecretStr,
    BeforeValidator(check_password),
    WithJsonSchema({"type": "string", "format": "password", "minLength": 1, "writeOnly": True}),
    PlainSerializer(reveal, return_type=str, when_used="json"),
]


def check_birth_date(value: object) -> date:
    """Return a day of the past from a `date` or text such as `1990-12-31`, else raise."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        # Its own error says which part does not exist.
        value = date.fromisoformat(value)
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("a date of birth is a date, or its text such as '1990-12-31'")
    if value > date.today():
        raise ValueError(f"{value} is in the future; nobody was born then")
    return value


BirthDate = Annotated[
    date,
    BeforeValidator(check_birth_date),
    WithJsonSchema({"type": "string", "format": "date"}),
]
