"""The connections of one client to its one server: the last one used is the first to be used again.

They take the place of httpcore's pools, which look at all their connections for each request, drop
idle ones while they open others, and lose one for good where a task is cancelled at the moment it
is handed one (encode/httpcore#1093).
"""

import asyncio
import threading
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
)
from typing import TypeAlias

import h11
import httpcore

from ._sockets import Opened, has_passed, seconds_left

__all__ = ["MAX_CONNECTIONS", "AsyncPool", "Pool"]

MAX_CONNECTIONS = 100

Pieces: TypeAlias = Iterable[bytes] | AsyncIterable[bytes]
"""What httpcore makes of an answer's body; each side has one kind, which its type does not tell."""


def deadline_of(request: httpcore.Request) -> float | None:
    """Return the moment at which a request must have ended."""
    # httpcore leaves open what an extension is.
    limits: dict[str, float | None] = request.extensions["timeout"]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return limits["pool"]  # pyright: ignore[reportUnknownVariableType]


def is_kept(
    connection: httpcore.ConnectionInterface | httpcore.AsyncConnectionInterface | None,
) -> bool:
    """Say whether a connection is good for another request."""
    return (
        connection is not None
        and connection.is_idle()
        and not connection.is_closed()
        and not has_surplus(connection)
    )


def has_surplus(connection: object) -> bool:
    """Say whether more came than the answer: the next answer would be taken from it."""
    # httpcore does not tell, and would keep the connection.
    inner = connection
    while (deeper := getattr(inner, "_connection", None)) is not None:
        inner = deeper
    state = getattr(inner, "_h11_state", None)
    return isinstance(state, h11.Connection) and bool(state.trailing_data[0])


# The synchronous side ----------------------------------------------------------------------------


class Body:
    """An answer's body; the connection goes back to the pool when it is closed."""

    def __init__(self, pieces: Pieces, give_back: Callable[[], None]) -> None:
        self._pieces = pieces
        self._give_back = give_back
        self._is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        assert isinstance(self._pieces, Iterable)  # noqa: S101  # tells the type
        return iter(self._pieces)

    def close(self) -> None:
        """Give the connection back."""
        if not self._is_closed:
            self._is_closed = True
            try:
                if (close := getattr(self._pieces, "close", None)) is not None:
                    close()
            finally:
                self._give_back()


class Pool(httpcore.ConnectionPool):
    """Connections that are used by any number of threads.

    Args:
        connect: Makes a connection, which connects when it is first used.
        opened: The sockets of all of them.
    """

    def __init__(
        self,
        connect: Callable[[httpcore.Origin], httpcore.ConnectionInterface],
        opened: Opened,
    ) -> None:
        super().__init__()
        self._connect = connect
        self._opened = opened
        self._idle: list[httpcore.ConnectionInterface] = []
        self._in_use: set[object] = set()
        self._changed = threading.Condition()
        self._is_closed = False

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on a connection of its own, and return the answer's head."""
        # The place is given back whatever comes between, an interrupt too.
        place = object()
        connection: httpcore.ConnectionInterface | None = None
        try:
            self._reserve(place, deadline_of(request))
            connection = self._idle_connection() or self._connect(request.url.origin)
            response = connection.handle_request(request)
        except BaseException:
            self._give_back(place, connection)
            raise
        response.stream = Body(response.stream, lambda: self._give_back(place, connection))
        return response

    def close(self) -> None:
        """Close the idle connections, and end those in use under whoever waits for them."""
        with self._changed:
            self._is_closed = True
            idle, self._idle = self._idle, []
            self._changed.notify_all()
        for connection in idle:
            connection.close()
        self._opened.abort()

    def abandon(self) -> None:
        """Close all connections without ending them, since another process may share them."""
        self._is_closed = True
        self._opened.close()
        self._idle.clear()

    def _reserve(self, place: object, deadline: float | None) -> None:
        with self._changed:
            while len(self._in_use) >= MAX_CONNECTIONS and not self._is_closed:
                if has_passed(deadline):
                    raise httpcore.PoolTimeout
                self._changed.wait(seconds_left(deadline))
            if self._is_closed:
                raise httpcore.ConnectError("the pool is closed")
            self._in_use.add(place)

    def _idle_connection(self) -> httpcore.ConnectionInterface | None:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return None
            if not connection.has_expired():
                return connection
            connection.close()

    def _give_back(self, place: object, connection: httpcore.ConnectionInterface | None) -> None:
        is_reusable = is_kept(connection)
        with self._changed:
            self._in_use.discard(place)
            is_reusable = is_reusable and not self._is_closed
            if connection is not None and is_reusable:
                self._idle.append(connection)
            self._changed.notify()
        if connection is not None and not is_reusable:
            connection.close()


# The asynchronous side ---------------------------------------------------------------------------


class AsyncBody:
    """An answer's body; the connection goes back to the pool when it is closed."""

    def __init__(self, pieces: Pieces, give_back: Callable[[], Awaitable[None]]) -> None:
        self._pieces = pieces
        self._give_back = give_back
        self._is_closed = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        assert isinstance(self._pieces, AsyncIterable)  # noqa: S101  # tells the type
        return aiter(self._pieces)

    async def aclose(self) -> None:
        """Give the connection back."""
        if not self._is_closed:
            self._is_closed = True
            try:
                if (aclose := getattr(self._pieces, "aclose", None)) is not None:
                    await aclose()
            finally:
                await self._give_back()


class AsyncPool(httpcore.AsyncConnectionPool):
    """Connections that are used by any number of tasks of one event loop.

    Closing one of our connections never waits, so no cancellation can come between.

    Args:
        connect: Makes a connection, which connects when it is first used.
        opened: The sockets of all of them.
    """

    def __init__(
        self,
        connect: Callable[[httpcore.Origin], httpcore.AsyncConnectionInterface],
        opened: Opened,
    ) -> None:
        super().__init__()
        self._connect = connect
        self._opened = opened
        self._idle: list[httpcore.AsyncConnectionInterface] = []
        self._free = asyncio.Semaphore(MAX_CONNECTIONS)
        self._is_closed = False

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on a connection of its own, and return the answer's head."""
        await self._reserve(deadline_of(request))
        connection = self._connect(request.url.origin)
        try:
            while self._idle:
                idle = self._idle.pop()
                if not idle.has_expired():
                    connection = idle
                    break
                await idle.aclose()
            response = await connection.handle_async_request(request)
        except BaseException:
            await self._give_back(connection)
            raise
        response.stream = AsyncBody(response.stream, lambda: self._give_back(connection))
        return response

    async def aclose(self) -> None:
        """Close the idle connections, and end those in use under whoever waits for them."""
        self._is_closed = True
        while self._idle:
            await self._idle.pop().aclose()
        self._opened.abort()

    def abandon(self) -> None:
        """End all connections without their event loop, which may have ended itself."""
        self._is_closed = True
        self._opened.close()
        self._idle.clear()

    async def _reserve(self, deadline: float | None) -> None:
        try:
            async with asyncio.timeout(seconds_left(deadline) if self._free.locked() else None):
                await self._free.acquire()
        except TimeoutError as error:
            raise httpcore.PoolTimeout from error
        if self._is_closed:
            self._free.release()
            raise httpcore.ConnectError("the pool is closed")

    async def _give_back(self, connection: httpcore.AsyncConnectionInterface) -> None:
        self._free.release()
        if is_kept(connection) and not self._is_closed:
            self._idle.append(connection)
        else:
            await connection.aclose()
