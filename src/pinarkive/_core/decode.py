"""Turns the status, headers and body of an answer into a typed model or an error."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple, TypeVar
from urllib.parse import urljoin, urlsplit

from .._values.read import parse_instant, parse_retry_after
from ..errors import (
    EXCERPT,
    APIResponseError,
    AuthenticationError,
    MissingScopeError,
    PinarkiveError,
    RedirectError,
    error_from_response,
)
from ..models import RateLimit
from .encode import Outgoing
from .read import UnreadableAnswer, read_json
from .redact import HIDDEN, redact, redact_error, redact_key, redact_text, written_forms

__all__ = [
    "MAX_BODY",
    "Answer",
    "is_identity",
    "is_relative_reset",
    "rate_limit",
    "read_answer",
    "request_id",
]

MAX_BODY = 16 * 1024 * 1024
REDIRECTS = frozenset({301, 302, 303, 307, 308})
REASONS = {status.value: status.phrase for status in HTTPStatus}
EXCERPT_BYTES = 4096
# The value of a JSON key that names a secret, even if the body is cut in the middle of it.
SECRET_VALUE = re.compile(r'("[^"]*(?:token|secret|password|key|qr)[^"]*"\s*:\s*")[^"]*', re.I)
WEB_PAGE = "it is a web page; a captive portal or proxy may have answered"
REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid")

# A smaller number in a reset header is a number of seconds from now, a larger one a Unix time.
SMALLEST_UNIX_TIME = 100_000_000

R = TypeVar("R")


class Answer(NamedTuple):
    """What the server sent back, with header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    received: datetime
    is_cut: bool = False
    """Whether the body exceeds `MAX_BODY`, and only its start is kept."""
    is_early: bool = False
    """Whether it arrived before the whole request had been sent."""

    def __repr__(self) -> str:
        """Leave out headers and body: they may echo a secret, and tracebacks show this."""
        return f"Answer({self.status})"

    @property
    def content_type(self) -> str:
        """The media type that the answer declares."""
        return self.headers.get("content-type", "")


def read_answer(
    answer: Answer, outgoing: Outgoing, read: Callable[[bytes], R], *, gone_is_done: bool = False
) -> R:
    """Return the model that the endpoint's reader makes of an answer, or raise its error.

    Args:
        answer: The answer.
        outgoing: The request that was sent.
        read: The endpoint's reader, which raises `UnreadableAnswer`.
        gone_is_done: Whether an earlier attempt may already have deleted the resource, so that
            404 counts as success.
    """
    if gone_is_done and outgoing.method == "DELETE" and answer.status == 404:
        return read(b"")
    error = error_of(answer, outgoing)
    if error is None:
        try:
            return read(to_utf8(answer.body))
        except UnreadableAnswer as problem:
            error = unusable(answer, outgoing, WEB_PAGE if is_html(answer) else str(problem))
    error.request_id = request_id(answer, outgoing)
    raise error


def error_of(answer: Answer, outgoing: Outgoing) -> PinarkiveError | None:
    """Return the error that an answer's status and headers call for, if any."""
    if answer.is_cut and answer.status < 400:
        return unusable(answer, outgoing, f"it has more than {MAX_BODY // 2**20} MiB")
    if not is_identity(answer.headers):
        encoding = redact_text(answer.headers["content-encoding"], written_forms(outgoing.secrets))
        return unusable(
            answer, outgoing, f"it is encoded as {encoding[:40]!r}, which was not asked for"
        )
    if answer.status in REDIRECTS:
        return redirect(answer, outgoing)
    if 400 <= answer.status < 600:
        return status_error(answer, outgoing)
    if not 200 <= answer.status < 300:
        return unusable(answer, outgoing, "no request expects this status")
    if answer.is_early:
        return unusable(answer, outgoing, "it arrived before the whole request had been sent")
    return None


def status_error(answer: Answer, outgoing: Outgoing) -> PinarkiveError:
    """Return the error for a 4xx or 5xx answer."""
    secrets = written_forms(outgoing.secrets)
    text = ""
    body: object = None
    try:
        body = read_json(to_utf8(answer.body))
    except UnreadableAnswer:
        text = excerpt(answer, secrets)
    if isinstance(body, str):
        text = redact_text(body, secrets)[:EXCERPT]
    reason = REASONS.get(answer.status, "")
    is_page = body is None and is_html(answer)
    if is_page:
        size = f"{len(answer.body):,} bytes" if not answer.is_cut else "a large one"
        reason = f"{reason} (a web page, {size}: a proxy may have answered)".strip()
    error = error_from_response(
        answer.status,
        body,
        text="" if is_page else " ".join(text.split()),
        reason=reason,
        retry_after=parse_retry_after(answer.headers.get("retry-after"), answer.received),
    )
    error.text = text
    # Only now, as the texts that decide the kind of error may contain a secret.
    redact_error(error, secrets)
    error.body = {
        redact_key(name, secrets): redact(value, secrets) for name, value in error.body.items()
    }
    if error.sent == "maybe":
        error.hint = outgoing.hint
    elif isinstance(error, AuthenticationError):
        error.hint = outgoing.sent_with
    elif isinstance(error, MissingScopeError) and error.required:
        needed = ", ".join(f'"{scope}"' for scope in error.required.split())
        error.hint = (
            f'make a token that has it: client.tokens.generate("a name", scopes=[{needed}, ...]), '
            "and see pinarkive.scopes for the usual sets"
        )
    return error


def is_identity(headers: Mapping[str, str]) -> bool:
    """Return whether the body is unencoded: encoded ones are refused, so nothing is inflated."""
    return headers.get("content-encoding", "").strip().lower() in {"", "identity"}


def is_html(answer: Answer) -> bool:
    """Return whether the answer declares itself a web page."""
    return "html" in answer.content_type.lower()


def redirect(answer: Answer, outgoing: Outgoing) -> RedirectError:
    """Return the error for a redirect, which names both origins."""
    secrets = written_forms(outgoing.secrets)
    location = redact_text(answer.headers.get("location", ""), secrets)[:EXCERPT]
    try:
        target = urlsplit(urljoin(outgoing.url, location))
        host = target.netloc.rpartition("@")[2]
        # Parsing removes tabs and line breaks, and the text without them may spell a secret.
        there = redact_text(f"{target.scheme}://{host}", secrets) if host else location
    except ValueError:
        there = location
    here = urlsplit(outgoing.url)
    return RedirectError(
        answer.status,
        f"{here.scheme}://{here.netloc} redirects to {there[:EXCERPT]!r} ({location!r}); redirects "
        "are not followed, because they could carry the credential away: correct the base URL",
        location,
    )


def unusable(answer: Answer, outgoing: Outgoing, problem: str) -> APIResponseError:
    """Return the error for an answer that breaks the API's contract."""
    secrets = written_forms(outgoing.secrets)
    shown = excerpt(answer, secrets)
    kind = redact_text(answer.content_type, secrets)[:80]
    error = APIResponseError(
        answer.status,
        f"the answer cannot be used: {redact_text(problem, secrets)} "
        f"(content type {kind!r}, body {shown!r})",
    )
    if outgoing.hint:
        error.sent = "maybe"
        error.hint = outgoing.hint
    return error


def excerpt(answer: Answer, secrets: tuple[str, ...]) -> str:
    """Return the start of a body as text, with everything that looks like a secret hidden."""
    text = answer.body[:EXCERPT_BYTES].decode("utf-8", "replace")
    if len(answer.body) > EXCERPT_BYTES:
        text = without_start_of(secrets, text)
    return SECRET_VALUE.sub(rf"\1{HIDDEN}", redact_text(text, secrets))[:EXCERPT]


def without_start_of(secrets: tuple[str, ...], text: str) -> str:
    """Return a truncated text without the part of a secret that its end may hold."""
    for secret in secrets:
        for size in range(len(secret) - 1, 0, -1):
            if text.endswith(secret[:size]):
                return text[:-size]
    return text


def to_utf8(body: bytes) -> bytes:
    """Return a JSON body in UTF-8 without a byte order mark.

    Raises:
        UnreadableAnswer: The bytes are not text in the encoding that they appear to have.
    """
    if not body:
        return body
    encoding = json.detect_encoding(body)
    if encoding == "utf-8":
        return body
    try:
        return body.decode(encoding).encode()
    except UnicodeError:
        raise UnreadableAnswer(f"is not text in {encoding}") from None


def request_id(answer: Answer, outgoing: Outgoing) -> str | None:
    """Return the ID that the server gave the request, if any."""
    for name in REQUEST_ID_HEADERS:
        if value := answer.headers.get(name):
            # Nearly all IDs are shorter than any secret, so they need no redaction.
            can_hold = any(len(secret) <= len(value) for secret in outgoing.secrets)
            return redact_text(value, written_forms(outgoing.secrets)) if can_hold else value
    return None


def rate_limit(answer: Answer) -> RateLimit | None:
    """Return what the headers say about the rate limit, if anything."""
    limit, remaining, reset = (
        answer.headers.get(f"x-ratelimit-{name}") or answer.headers.get(f"ratelimit-{name}")
        for name in ("limit", "remaining", "reset")
    )
    if not (limit or remaining or reset):
        return None
    return RateLimit(whole(limit), whole(remaining), reset_time(reset, answer.received))


def is_relative_reset(answer: Answer) -> bool:
    """Return whether the headers give the end of the window in seconds from now."""
    headers = answer.headers
    seconds = whole(headers.get("x-ratelimit-reset") or headers.get("ratelimit-reset"))
    return seconds is not None and seconds < SMALLEST_UNIX_TIME


def whole(text: str | None) -> int | None:
    """Return the whole number in a header, or `None` if it holds anything else."""
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def reset_time(text: str | None, now: datetime) -> datetime | None:
    """Return when a window ends: an ISO date, a Unix time, or a number of seconds from now."""
    seconds = whole(text)
    if seconds is not None and seconds < SMALLEST_UNIX_TIME:
        return now.astimezone(UTC) + timedelta(seconds=seconds)
    return parse_instant(text)
