"""Which connections of a pool are in use and which are idle, for any number of tasks."""

import asyncio
from typing import Generic, TypeVar

import httpcore

from ..deadlines import seconds_left
from ..kept import MAX_CONNECTIONS

__all__ = ["Places"]

C = TypeVar("C")


class Places(Generic[C]):
    """A limited number of places for connections; the last one used is the first to be reused."""

    def __init__(self) -> None:
        self._taken: set[object] = set()
        self._idle: list[C] = []
        self._free = asyncio.Semaphore(MAX_CONNECTIONS)
        self._are_closed = False

    async def take(self, place: object, deadline: float | None) -> None:
        """Wait for a place.

        Raises:
            httpcore.PoolTimeout: There was none in time.
            httpcore.ConnectError: There are none any more.
        """
        try:
            async with asyncio.timeout(seconds_left(deadline) if self._free.locked() else None):
                await self._free.acquire()
        except TimeoutError as error:
            raise httpcore.PoolTimeout from error
        if self._are_closed:
            self._free.release()
            raise httpcore.ConnectError("the pool is closed")
        self._taken.add(place)

    def idle(self) -> C | None:
        """Return an idle connection, if there is one."""
        return self._idle.pop() if self._idle else None

    def leave(self, place: object, connection: C | None) -> bool:
        """Give back a place, if it was taken; return whether its connection is kept."""
        if place in self._taken:
            self._taken.discard(place)
            self._free.release()
        if connection is None or self._are_closed:
            return False
        self._idle.append(connection)
        return True

    def close(self) -> list[C]:
        """Let nobody have a place any more, and return what was idle."""
        self._are_closed = True
        idle, self._idle = self._idle, []
        return idle

    def abandon(self) -> list[C]:
        """Do as `close` does, which needs no event loop."""
        return self.close()
