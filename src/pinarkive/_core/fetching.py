"""Requests to a gateway: what they ask, what the answers mean, and where a download resumes."""

import re
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from ..config import Config, is_loopback
from ..errors import APIConnectionError, APIResponseError, PinarkiveError
from ..models import Replay
from ..models.files import UPLOAD_MIN_TIMEOUT
from .decode import REDIRECTS, Answer, error_of, is_identity, unusable
from .encode import BYTES_PER_SECOND, Outgoing, user_agent

__all__ = [
    "BLOCK",
    "CONTENT",
    "MAX_REDIRECTS",
    "Ask",
    "Begin",
    "asking",
    "begin_at",
    "broken_off",
    "error_at_end",
    "grown_limit",
    "is_whole",
    "origin_of",
    "redirected",
    "seconds_for",
]

CONTENT = "*/*"
BLOCK = "application/vnd.ipld.raw"
MAX_REDIRECTS = 5
CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)")
NO_SUCH_RANGE = re.compile(r"bytes \*/(\d{1,18})")


class Ask(NamedTuple):
    """What to request from a gateway."""

    url: str
    accept: str
    at_most: int | None = None
    """The most bytes that it may have."""
    size: int | None = None
    """How many bytes it has, if known."""


class Begin(NamedTuple):
    """Where the body of an answer begins in the content."""

    start: int
    total: int | None
    """How many bytes the content has, if the answer says so."""


def asking(ask: Ask, config: Config, received: int, etag: str) -> Outgoing:
    """Return a request for content, or for the rest of it, without a credential.

    Args:
        ask: What to request.
        config: The client's configuration.
        received: How many bytes have already arrived.
        etag: The `ETag` of the version that they belong to, or empty.
    """
    headers = [
        ("Accept", ask.accept),
        ("Accept-Encoding", "identity"),
        ("User-Agent", user_agent(config)),
    ]
    if received:
        headers.append(("Range", f"bytes={received}-"))
        # A weak ETag does not promise identical bytes, and If-Range does not allow it.
        if etag.startswith('"'):
            headers.append(("If-Range", etag))
    path = urlsplit(ask.url).path
    return Outgoing("GET", ask.url, tuple(headers), None, Replay.ALWAYS, path, route=path)


def begin_at(answer: Answer) -> Begin | None:
    """Return where an answer's body begins in the content; `None` if it is not content."""
    if not is_identity(answer.headers):
        return None
    if answer.status == 200:
        length = answer.headers.get("content-length", "")
        return Begin(0, int(length) if length.isdecimal() and len(length) < 19 else None)
    found = CONTENT_RANGE.fullmatch(answer.headers.get("content-range", ""))
    if answer.status != 206 or found is None:
        return None
    return Begin(int(found[1]), None if found[2] == "*" else int(found[2]))


def error_at_end(answer: Answer, outgoing: Outgoing) -> PinarkiveError:
    """Return the error for an answer that is not content."""
    return error_of(answer, outgoing) or unusable(
        answer, outgoing, "it is not the content that was requested"
    )


def is_whole(answer: Answer, received: int) -> bool:
    """Return whether an answer refuses a range because every byte has already arrived."""
    found = NO_SUCH_RANGE.fullmatch(answer.headers.get("content-range", ""))
    return answer.status == 416 and found is not None and int(found[1]) == received


def redirected(answer: Answer, ask: Ask, *, may_be_open: bool) -> Ask | None:
    """Return the request that an answer redirects to; `None` if it is not a redirect.

    Args:
        answer: The answer.
        ask: What was requested.
        may_be_open: Whether plain HTTP is acceptable because the content is verified.

    Raises:
        APIResponseError: The redirect leads from HTTPS to plain HTTP, or its URL is unusable.
    """
    location = answer.headers.get("location")
    if answer.status not in REDIRECTS or location is None:
        return None
    try:
        url = urljoin(ask.url, location)
        here, there = urlsplit(ask.url), urlsplit(url)
        port_is_right = there.port != 0
    except ValueError:
        port_is_right, here, there, url = False, urlsplit(ask.url), urlsplit(""), ""
    is_open = there.scheme == "http"
    allowed = here.scheme == "http" and (may_be_open or is_loopback(there.hostname or ""))
    if not port_is_right or not there.hostname or "@" in there.netloc:
        problem = "is not a usable URL"
    elif there.scheme != "https" and not (is_open and allowed):
        problem = "is not https"
    else:
        return ask._replace(url=there._replace(fragment="").geturl())
    origin = f"{here.scheme}://{here.netloc}"
    raise APIResponseError(
        answer.status, f"the gateway {origin} redirects to {location[:200]!r}, which {problem}"
    )


def origin_of(url: str) -> str:
    """Return the scheme, host and port of a URL."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def grown_limit(config: Config) -> float | None:
    """Return the seconds that a download may take while its size is unknown."""
    return None if config.timeout is None else max(config.timeout, UPLOAD_MIN_TIMEOUT)


def seconds_for(size: int) -> float:
    """Return the seconds to add to the time limit for content of a size."""
    return size / BYTES_PER_SECOND


def broken_off(outgoing: Outgoing, problem: str) -> APIConnectionError:
    """Return the error for a download that broke off."""
    return APIConnectionError(f"GET {origin_of(outgoing.url)}{outgoing.path}: {problem}", "yes")
