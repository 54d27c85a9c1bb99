"""Connecting to the first of a host's addresses that accepts: what both sides share."""

import socket
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import httpcore

from .channels import Tcp
from .moments import now

__all__ = [
    "Address",
    "looked_up",
    "new_socket",
    "not_connected",
    "shares",
]

Address: TypeAlias = tuple[
    socket.AddressFamily, socket.SocketKind, int, str, tuple[str | int | bytes, ...]
]


def looked_up(host: str) -> str:
    """Return the name to look up for a host.

    Names below `localhost` are this machine (RFC 6761). Not every system knows them, and one that
    asks a name server could get the address of another machine.
    """
    return "localhost" if host.endswith(".localhost") else host


def shares(addresses: Sequence[Address], deadline: float) -> Iterator[tuple[Address, float]]:
    """Yield each address with its own deadline, so that a dead one leaves time for the others."""
    for index, address in enumerate(addresses):
        moment = now()
        yield address, moment + (deadline - moment) / (len(addresses) - index)


def new_socket(address: Address) -> Tcp:
    """Return a non-blocking socket for an address."""
    sock = Tcp(*address[:3])
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        sock.close()
        raise
    return sock


def not_connected(problem: OSError | None, host: str) -> httpcore.ConnectError:
    """Return the error for a host whose addresses all failed."""
    error = httpcore.ConnectError(str(problem) if problem else f"{host!r} has no address")
    error.__cause__ = problem
    return error
