"""Reading the body of an error answer, whose fields may be missing or have any type."""

import re
from collections.abc import Mapping

from .read import parse_instant, read_flag, read_seconds, read_text, read_whole, read_words

__all__ = ["read_code", "read_error_fields"]

MACHINE_WORD = re.compile("[a-z0-9]+(_[a-z0-9]+)*|[A-Z0-9]+(_[A-Z0-9]+)+")


def read_code(body: Mapping[str, object]) -> str:
    """Return the machine-readable code of an error; `""` if there is none."""
    number = read_whole(body.get("code"))
    code = read_text(body.get("code")) if number is None else str(number)
    error = read_text(body.get("error"))
    return code or (error if MACHINE_WORD.fullmatch(error) else "")


def read_error_fields(body: Mapping[str, object]) -> dict[str, object]:
    """Return the known fields; one that is missing or has the wrong type is `None`."""
    return {
        "error": read_text(body.get("error")) or None,
        "message": read_text(body.get("message")) or None,
        "code": read_code(body) or None,
        "required": read_words(body.get("required")) or None,
        "retryAfter": read_seconds(body.get("retryAfter")),
        "limit": read_whole(body.get("limit")),
        "remaining": read_whole(body.get("remaining")),
        "resetTime": parse_instant(body.get("resetTime")),
        "canResendVerification": read_flag(body.get("canResendVerification")),
        "currentApiBase": read_text(body.get("currentApiBase")) or None,
    }
