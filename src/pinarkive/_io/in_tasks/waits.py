"""Waiting in a task, so that the others of its event loop go on."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import TypeVar

import httpcore

from ...errors import InvalidInputError
from ..channels import Channel, Tcp, Wanted, wait_for
from ..connecting import Address
from ..moments import now

__all__ = [
    "addresses_of",
    "check_asyncio",
    "connect",
    "finished",
    "limited",
    "others_turn",
    "ready",
    "run",
    "text_of",
]

# How long a thread waits for a socket where the event loop cannot.
SLICE = 0.1

A = TypeVar("A")
B = TypeVar("B")


async def ready(channel: Channel, what: Wanted, deadline: float | None) -> None:
    """Wait until a socket can be read from or written to; `limited` keeps to the moment."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not future.done():
            future.set_result(None)

    # Without its number once it is closed, and it may be closed meanwhile.
    number = channel.fileno()
    try:
        if what != "write":
            loop.add_reader(number, wake)
        if what != "read":
            loop.add_writer(number, wake)
    except NotImplementedError:
        # Windows' own event loop cannot watch a socket.
        while not await loop.run_in_executor(None, wait_for, channel, what, SLICE):
            pass
        return
    try:
        await future
    finally:
        if what != "write":
            loop.remove_reader(number)
        if what != "read":
            loop.remove_writer(number)


async def others_turn() -> None:
    """Let other tasks run, where a peer is so quick that there is never a wait."""
    await asyncio.sleep(0)


def check_asyncio() -> None:
    """Raise `InvalidInputError` where no task of asyncio runs, but perhaps one of trio."""
    with suppress(RuntimeError):
        if asyncio.current_task() is not None:
            return
    raise InvalidInputError(
        "AsyncPinarkiveClient runs on asyncio, and this is no task of asyncio: use it there, or "
        "PinarkiveClient in a thread (trio.to_thread.run_sync)"
    )


def limited(deadline: float | None, grace: float = 0.0) -> asyncio.Timeout:
    """End what is inside the `async with` block at the moment, or a grace after it."""
    check_asyncio()
    return asyncio.timeout(None if deadline is None else deadline - now() + grace)


async def addresses_of(host: str, port: int, deadline: float) -> Sequence[Address]:
    """Return a host's addresses.

    Raises:
        httpcore.ConnectTimeout: They were not found in time.
    """
    try:
        async with limited(deadline):
            loop = asyncio.get_running_loop()
            return await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout("no answer in time") from error


async def connect(sock: Tcp, address: Address, deadline: float) -> None:
    """Connect a socket.

    Raises:
        OSError: There is no connection, or none in time.
    """
    async with limited(deadline):
        await asyncio.get_running_loop().sock_connect(sock, address[4])


async def run(function: Callable[[A], B], argument: A) -> B:
    """Call a function that waits for the disk, in a thread."""
    check_asyncio()
    return await asyncio.to_thread(function, argument)


async def finished(future: Future[A]) -> A:
    """Wait for the result of a thread, which continues even if nobody waits any more."""
    return await asyncio.wrap_future(future)


async def text_of(value: str | Awaitable[str]) -> str:
    """Return the text from the caller's own function, awaited if necessary."""
    return await value if isinstance(value, Awaitable) else value
