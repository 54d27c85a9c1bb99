"""A client's transports, for any number of tasks, and for one event loop after another."""

import asyncio
import os
import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from ...errors import ClientClosedError

__all__ = ["Transports"]


class Transport(Protocol):
    """What a client sends through."""

    async def aclose(self) -> None:
        """Close its connections."""
        ...

    def abandon(self) -> None:
        """Close them without their event loop, which may have ended itself."""
        ...


T = TypeVar("T", bound=Transport)


class Transports(Generic[T]):
    """A client's transport in the event loop that uses it, until the client is closed.

    Args:
        make: Makes a transport.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: T | None = None
        # Connections belong to one event loop and one process.
        self._owner: tuple[int, asyncio.AbstractEventLoop] | None = None
        self._pauses: set[asyncio.Future[None]] = set()
        self.are_closed = False
        """Whether the client is closed."""

    def get(self) -> T:
        """Return the transport to use here."""
        owner = (os.getpid(), asyncio.get_running_loop())
        if self._made is None or self._owner != owner:
            if self._made is not None:
                self._made.abandon()
            self._made, self._owner = self._make(), owner
            # A client that is discarded without being closed leaves no connection open.
            weakref.finalize(self, self._made.abandon)
        return self._made

    async def pause(self, seconds: float) -> None:
        """Wait, unless the client is closed meanwhile.

        Raises:
            ClientClosedError: It was.
        """
        pause: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pauses.add(pause)
        try:
            await asyncio.wait([pause], timeout=seconds)
        finally:
            self._pauses.discard(pause)
        if self.are_closed:
            raise ClientClosedError

    def end(self) -> None:
        """Give out no more transports."""
        self.are_closed = True

    async def close(self) -> None:
        """Close what was made here, and end the pauses."""
        for pause in self._pauses:
            pause.cancel()
        made, self._made = self._made, None
        if made is None:
            return
        owner = None
        # Under trio there is no loop, and what a loop left behind can be closed all the same.
        with suppress(RuntimeError):
            owner = (os.getpid(), asyncio.get_running_loop())
        if self._owner == owner:
            await made.aclose()
        else:
            made.abandon()
