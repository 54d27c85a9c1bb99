"""What httpx and httpcore have no public way for; nothing else touches what is private there.

`tests/wire/test_private_attributes.py` names what is gone where a new version of theirs lacks it.
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
    """Put a pool of ours, on sockets of ours, in place of a transport's own.

    Args:
        transport: The transport, which has no argument for either.
        backend: What makes the sockets.
        make: Makes the pool of what makes connections: directly, or through the proxy.
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
    """Do as `own_pool` does, for an asynchronous transport."""
    theirs = transport._pool  # pyright: ignore[reportPrivateUsage]
    theirs._network_backend = backend  # pyright: ignore[reportPrivateUsage]
    transport._pool = ours = make(theirs.create_connection)  # pyright: ignore[reportPrivateUsage]
    return ours


def has_surplus(connection: object) -> bool:
    """Say whether more came than the answer: the next answer would be taken from it."""
    # httpcore does not tell, and would keep the connection.
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
