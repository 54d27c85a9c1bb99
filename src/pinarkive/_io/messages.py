"""Requests in httpx's types, and answers as plain data."""

from datetime import UTC, datetime
from functools import lru_cache

import httpx

from .._core.decode import MAX_BODY, Answer
from .._core.encode import Outgoing
from ..errors import InvalidInputError
from .deadlines import CONNECT_TIMEOUT, has_passed, seconds_left

__all__ = ["check_kind", "headers_of", "is_enough", "parsed", "to_answer", "to_httpx"]


def check_kind(http_client: object, kind: type) -> None:
    """Raise `InvalidInputError` if a client of the user's own is not of the right kind."""
    if http_client is not None and not isinstance(http_client, kind):
        raise InvalidInputError(
            f"http_client is an httpx.{kind.__name__}, not {type(http_client).__name__}",
            "http_client",
        )


def timeouts(deadline: float | None, *, ours: bool) -> dict[str, float | None]:
    """Return the time limits for a transport: the deadline for ours, seconds for others."""
    if ours:
        return dict.fromkeys(("connect", "read", "write", "pool"), deadline)
    left = seconds_left(deadline)
    connect = CONNECT_TIMEOUT if left is None else min(CONNECT_TIMEOUT, left)
    return {"connect": connect, "read": left, "write": left, "pool": left}


@lru_cache(maxsize=256)
def parsed(url: str) -> tuple[httpx.URL, str]:
    """Return a URL in httpx's type, and the host for the header; parsing is slow.

    Raises:
        InvalidInputError: It is not the URL of a server.
    """
    try:
        found = httpx.URL(url)
        if found.host and found.scheme in {"https", "http"}:
            return found, found.netloc.decode("ascii")
        problem = "it needs a scheme (https:// or http://) and a host"
    except httpx.InvalidURL as error:
        problem = str(error)
    raise InvalidInputError(f"base_url: the URL cannot be used: {problem}", "base_url")


def to_httpx(
    outgoing: Outgoing,
    stream: httpx.SyncByteStream | httpx.AsyncByteStream,
    deadline: float | None,
    *,
    ours: bool,
) -> httpx.Request:
    """Return an outgoing request as httpx sends it: exactly these headers, no cookies."""
    url, host = parsed(outgoing.url)
    return httpx.Request(
        outgoing.method,
        url,
        headers=[("Host", host), *outgoing.headers],
        stream=stream,
        extensions={"timeout": timeouts(deadline, ours=ours)},
    )


def headers_of(response: httpx.Response) -> dict[str, str]:
    """Return a response's headers by name in lower case, repeated ones joined."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.lower().decode("latin-1"), raw_value.decode("utf-8", "replace")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def to_answer(
    status: int, headers: dict[str, str], pieces: list[bytes], *, has_left: bool
) -> Answer:
    """Return a response as plain data.

    Args:
        status: The HTTP status.
        headers: The headers.
        pieces: What was read of the body; one that is too large has been cut off.
        has_left: Whether the whole request had been sent.
    """
    is_cut = sum(map(len, pieces)) > MAX_BODY
    return Answer(
        status=status,
        headers=headers,
        body=pieces[0] if is_cut else b"".join(pieces),
        received=datetime.now(UTC),
        is_cut=is_cut,
        is_early=not has_left,
    )


def is_enough(size: int, deadline: float | None) -> bool:
    """Return whether the rest of a body need not be read."""
    if has_passed(deadline):
        raise httpx.ReadTimeout("the answer came too slowly")
    return size > MAX_BODY
