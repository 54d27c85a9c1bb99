"""The only code that uses private parts of httpx and httpcore, where they have no public way.

If a new version lacks one of them, `tests/wire/test_private_attributes.py` names it.
"""

from collections.abc import Callable
from typing import TypeVar

import h11
import httpcore
import httpx

__all__ = ["async_own_pool", "has_surplus", "own_pool", "without_request"]

P = TypeVar("P", bound=httpcore.ConnectionPool)
A = TypeVar("A", bound=httpcore.AsyncConnectionPool)


def own_pool(
    transport: httpx.HTTPTransport,
    backend: httpcore.NetworkBackend,
    make: Callable[[Callable[[httpcore.Origin], httpcore.ConnectionInterface]], P],
) -> P:
    """Replace a transport's connection pool and sockets with ours.

    Args:
        transport: The transport, which has no argument for either.
        backend: Creates the sockets.
        make: Creates the pool from the function that creates its connections, directly or through
            the proxy.
    """
    theirs = transport._pool  # pyright: ignore[reportPrivateUsage]
    theirs._network_backend = backend  # pyright: ignore[reportPrivateUsage]
    transport._pool = ours = make(theirs.create_connection)  # pyright: ignore[reportPrivateUsage]
    return ours


def async_own_pool(
    transport: httpx.AsyncHTTPTransport,
    backend: httpcore.AsyncNetworkBackend,
    make: Callable[[Callable[[httpcore.Origin], httpcore.AsyncConnectionInterface]], A],
) -> A:
    """Replace the connection pool and sockets of an asynchronous transport, as `own_pool` does."""
    theirs = transport._pool  # pyright: ignore[reportPrivateUsage]
    theirs._network_backend = backend  # pyright: ignore[reportPrivateUsage]
    transport._pool = ours = make(theirs.create_connection)  # pyright: ignore[reportPrivateUsage]
    return ours


def has_surplus(connection: object) -> bool:
    """Return whether bytes follow the answer, which would be taken for the next answer."""
    # httpcore does not report this, and would reuse the connection.
    inner = connection
    while (deeper := getattr(inner, "_connection", None)) is not None:
        inner = deeper
    state = getattr(inner, "_h11_state", None)
    return isinstance(state, h11.Connection) and bool(state.trailing_data[0])


def without_request(error: Exception) -> Exception:
    """Return the error without its request, whose headers hold the credential."""
    if isinstance(error, httpx.RequestError):
        error.__dict__.pop("_request", None)
    return error
