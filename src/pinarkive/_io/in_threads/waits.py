"""Waiting in a thread, which nobody else waits for."""

import errno
import os
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from typing import TypeVar

from ..channels import Channel, Tcp, Wanted, wait_for
from ..connecting import Address
from ..deadlines import seconds_left

__all__ = [
    "addresses_of",
    "connect",
    "finished",
    "limited",
    "others_turn",
    "ready",
    "run",
    "text_of",
]

UNDER_WAY = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY}

A = TypeVar("A")
B = TypeVar("B")


def ready(channel: Channel, what: Wanted, deadline: float | None) -> None:
    """Wait until a socket can be read from or written to, or the time is up."""
    wait_for(channel, what, seconds_left(deadline))


def others_turn() -> None:
    """Do nothing: other threads have their turn without it."""


def limited(deadline: float | None, grace: float = 0.0) -> nullcontext[None]:
    """Do nothing: each wait in a thread ends at the moment by itself."""
    return nullcontext()


def addresses_of(host: str, port: int, deadline: float) -> Sequence[Address]:
    """Return a host's addresses; nothing can end the system's search for them."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def connect(sock: Tcp, address: Address, deadline: float) -> None:
    """Connect a socket.

    Raises:
        OSError: There is no connection, or none in time.
    """
    code = sock.connect_ex(address[4])
    if code in UNDER_WAY:
        if not wait_for(sock, "write", seconds_left(deadline)):
            raise TimeoutError("no answer in time")
        code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if code:
        raise OSError(code, os.strerror(code))


def run(function: Callable[[A], B], argument: A) -> B:
    """Call a function that waits for the disk."""
    return function(argument)


def finished(future: Future[A]) -> A:
    """Wait for the result of a thread."""
    return future.result()


def text_of(value: str) -> str:
    """Return the text from the caller's own function."""
    return value
