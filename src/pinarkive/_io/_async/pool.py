"""A client's connections to its server: the last one used is the first to be reused.

They take the place of httpcore's pools, which look at all their connections for each request, drop
idle ones while they open others, and lose one for good where a task is cancelled at the moment it
is handed one (encode/httpcore#1093).
"""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable

import httpcore

from ..in_tasks.places import Places
from ..kept import Pieces, deadline_of, is_kept
from ..opened import Opened

__all__ = ["AsyncPool"]


class AsyncAnswerBody:
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
    """Connections and their users.

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
        self._places: Places[httpcore.AsyncConnectionInterface] = Places()

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on a connection of its own, and return the answer's head."""
        # The place is released in any case, even after an interrupt.
        place = object()
        connection: httpcore.AsyncConnectionInterface | None = None
        try:
            await self._places.take(place, deadline_of(request))
            connection = await self._idle_connection() or self._connect(request.url.origin)
            response = await connection.handle_async_request(request)
        except BaseException:
            await self._give_back(place, connection)
            raise
        response.stream = AsyncAnswerBody(
            response.stream, lambda: self._give_back(place, connection)
        )
        return response

    async def aclose(self) -> None:
        """Close the idle connections, and end those in use under whoever waits for them."""
        for connection in self._places.close():
            await connection.aclose()
        self._opened.abort()

    def abandon(self) -> None:
        """Close all connections without ending them, which another process may share.

        Nobody waits for that, so that it needs no event loop, and no lock that a fork left locked.
        """
        idle = self._places.abandon()
        self._opened.close()
        idle.clear()

    async def _idle_connection(self) -> httpcore.AsyncConnectionInterface | None:
        while (connection := self._places.idle()) is not None:
            if not connection.has_expired():
                break
            await connection.aclose()
        return connection

    async def _give_back(
        self, place: object, connection: httpcore.AsyncConnectionInterface | None
    ) -> None:
        # Closing one of our connections never waits, so no cancellation can come between.
        kept = self._places.leave(place, connection if is_kept(connection) else None)
        if connection is not None and not kept:
            await connection.aclose()
