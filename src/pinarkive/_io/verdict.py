"""What an error of the transport means for the call: whether it was sent, and may be repeated."""

import ssl
from typing import NamedTuple

import httpx

from .._core.encode import Outgoing
from .._core.multipart import Multipart
from .._core.retry import Failure
from ..errors import (
    APIConnectionError,
    APITimeoutError,
    ClientClosedError,
    PinarkiveError,
    Sent,
)
from .kept import MAX_CONNECTIONS
from .messages import parsed
from .moments import now
from .private import without_request

__all__ = ["Failed", "closed", "failed", "is_of_the_network"]

NO_TIME = 1e-3

# Their exceptions concern the network; all others are errors of a program and pass through.
NETWORK = frozenset({"anyio", "h11", "httpcore", "httpx", "ssl"})


class Failed(NamedTuple):
    """An attempt that failed: how it failed, and the error to raise if it was the last.

    `cause` is what httpx raised, to be chained.
    """

    failure: Failure
    error: PinarkiveError
    cause: BaseException | None = None


def is_of_the_network(error: Exception) -> bool:
    """Return whether an error concerns the connection rather than a mistake in a program."""
    library = type(error).__module__.partition(".")[0]
    return isinstance(error, OSError) or library in NETWORK


def closed(outgoing: Outgoing, *, body_left: bool) -> Failed:
    """Return the failure of a call during which the client was closed."""
    error = ClientClosedError("The client was closed while the call was under way")
    error.sent = "maybe" if body_left else "no"
    error.hint = outgoing.hint if body_left else ""
    return Failed(Failure.FINAL, error)


def failed(
    error: Exception,
    outgoing: Outgoing,
    *,
    body_left: bool,
    deadline: float | None,
    has_answered: bool,
) -> Failed:
    """Return what an error of the transport means for the call.

    Args:
        error: The error.
        outgoing: What was to be sent.
        body_left: Whether all of it has been.
        deadline: The moment at which the call must have ended.
        has_answered: Whether the server has ever answered, so that it does speak HTTP.
    """
    where = f"{outgoing.method} {parsed(outgoing.url)[1]}{outgoing.path}"
    failure, sent, problem = judge(error, body_left=body_left)
    if isinstance(error, httpx.ReadError | httpx.RemoteProtocolError) and not has_answered:
        scheme = parsed(outgoing.url)[0].scheme
        other = "http" if scheme == "https" else "https"
        problem = f"{problem}; the URL says {scheme}: does the server perhaps speak {other}?"
    kind: type[APIConnectionError] = APIConnectionError
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        kind = APITimeoutError
        if deadline is not None and now() >= deadline - NO_TIME:
            problem = f"the call's time limit passed ({problem})"
    found = kind(f"{where}: {problem}", sent)
    if sent == "maybe":
        found.hint = outgoing.hint
    elif failure is Failure.NOT_SENT and not outgoing.rewindable:
        found.hint = "what was read of the stream cannot be rewound, so it is not sent again"
    elif failure is Failure.NOT_SENT and isinstance(outgoing.body, Multipart):
        found.hint = "the server may have refused it for its size, the credential or the plan"
    return Failed(failure, found, without_request(error))


def judge(error: Exception, *, body_left: bool) -> tuple[Failure, Sent, str]:
    """Return how an attempt failed, whether the server may have acted, and the message."""
    text = str(error) or type(error).__name__
    if isinstance(error, httpx.PoolTimeout):
        problem = f"no connection was free in time (max_connections is {MAX_CONNECTIONS})"
        return Failure.NOT_CONNECTED, "no", problem
    if isinstance(error, httpx.ConnectTimeout):
        return Failure.NOT_CONNECTED, "no", "no connection was made in time"
    certificate = cause_of(error, ssl.SSLCertVerificationError)
    if certificate is not None:
        return Failure.FINAL, "no", f"the server's certificate was refused: {certificate}"
    if cause_of(error, ssl.SSLError) is not None and isinstance(error, httpx.ConnectError):
        return Failure.NOT_CONNECTED, "no", f"TLS failed ({text}); is this really https?"
    if isinstance(error, httpx.ConnectError | httpx.ProxyError | httpx.UnsupportedProtocol):
        return Failure.NOT_CONNECTED, "no", f"no connection was made ({text})"
    if not body_left:
        return Failure.NOT_SENT, "no", f"the connection broke before all was sent ({text})"
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Failure.UNKNOWN, "maybe", "it was sent, and no answer came in time"
    return Failure.UNKNOWN, "maybe", f"it was sent, and its answer was lost ({text})"


def cause_of(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    """Return the cause of another error that has a given type, if any."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error
