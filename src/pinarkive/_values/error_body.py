"""The body of an error answer, and the fields of it that are not simply what was sent."""

import re
from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from .read import parse_instant, read_flag, read_seconds, read_text, read_whole, read_words

__all__ = ["ErrorBody", "read_code", "read_error_body"]

MACHINE_WORD = re.compile("[a-z0-9]+(_[a-z0-9]+)*|[A-Z0-9]+(_[A-Z0-9]+)+")


class ErrorBody(BaseModel, frozen=True, extra="allow", defer_build=True):
    """The body of an error answer, as far as it is known; what else came is in `model_extra`.

    Every field is what the server sent if that has the right type, else `None`.

        except PinarkiveError as error:
            print(error.details.message, error.details.can_resend_verification)
    """

    error: str | None = None
    message: str | None = None
    code: str | None = None
    required: str | None = None
    retry_after: float | None = Field(default=None, alias="retryAfter")
    limit: int | None = None
    remaining: int | None = None
    reset_time: datetime | None = Field(default=None, alias="resetTime")
    can_resend_verification: bool | None = Field(default=None, alias="canResendVerification")
    current_api_base: str | None = Field(default=None, alias="currentApiBase")


def read_code(body: Mapping[str, object]) -> str:
    """Return the machine-readable code of an error; `""` if there is none."""
    number = read_whole(body.get("code"))
    code = read_text(body.get("code")) if number is None else str(number)
    error = read_text(body.get("error"))
    return code or (error if MACHINE_WORD.fullmatch(error) else "")


def read_error_body(body: Mapping[str, object]) -> ErrorBody:
    """Return the body of an error, each field being what was sent if that fits, else `None`."""
    fit = {
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
    return ErrorBody.model_validate({**body, **fit})
