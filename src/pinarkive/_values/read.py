"""Reading single values: a value of the wrong type is never converted to a wrong value."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from .json import is_list

__all__ = [
    "parse_instant",
    "parse_retry_after",
    "read_flag",
    "read_seconds",
    "read_text",
    "read_whole",
    "read_words",
]


def parse_retry_after(text: str | None, now: datetime) -> int | None:
    """Return the seconds in a `Retry-After` header (a number or a date), or `None`."""
    if not text:
        return None
    if (seconds := read_seconds(text)) is not None:
        return seconds
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0, math.ceil((moment - now).total_seconds()))


def parse_instant(value: object) -> datetime | None:
    """Return an instant in UTC from ISO 8601 text or Unix seconds, or `None`."""
    try:
        if isinstance(value, str) and not value.strip().isdecimal():
            moment = datetime.fromisoformat(value.strip())
            return moment.astimezone(UTC) if moment.tzinfo else None
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def read_seconds(value: object) -> int | None:
    """Return a wait in whole seconds, rounded up, or `None` if the value is not a wait."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str) and not re.fullmatch(r"\s*[0-9.]+\s*", value, re.ASCII):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return math.ceil(seconds) if 0 <= seconds < math.inf else None


def read_text(value: object) -> str:
    """Return a text, or `""` if the value is not text."""
    return value if isinstance(value, str) else ""


def read_whole(value: object) -> int | None:
    """Return a whole number, or `None` if the value is not one."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def read_flag(value: object) -> bool | None:
    """Return a bool, or `None` if the value is not one."""
    return value if isinstance(value, bool) else None


def read_words(value: object) -> str:
    """Return a text, or the texts of a list joined with spaces, or `""` for other values."""
    if is_list(value):
        return " ".join(item for item in value if isinstance(item, str))
    return read_text(value)
