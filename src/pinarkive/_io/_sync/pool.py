# generated from src/pinarkive/_io/_async/pool.py by scripts/generate; change that file
"""A client's connections to its server: the last one used is the first to be reused.

They take the place of httpcore's pools, which look at all their connections for each request, drop
idle ones while they open others, and lose one for good where a task is cancelled at the moment it
is handed one (encode/httpcore#1093).
"""

from collections.abc import Callable, Iterable, Iterator

import httpcore

from ..in_threads.places import Places
from ..kept import Pieces, deadline_of, is_kept
from ..opened import Opened

__all__ = ["Pool"]


class AnswerBody:
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
    """Connections and their users.

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
        self._places: Places[httpcore.ConnectionInterface] = Places()

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """Send a request on a connection of its own, and return the answer's head."""
        # The place is released in any case, even after an interrupt.
        place = object()
        connection: httpcore.ConnectionInterface | None = None
        try:
            self._places.take(place, deadline_of(request))
            connection = self._idle_connection() or self._connect(request.url.origin)
            response = connection.handle_request(request)
        except BaseException:
            self._give_back(place, connection)
            raise
        response.stream = AnswerBody(response.stream, lambda: self._give_back(place, connection))
        return response

    def close(self) -> None:
        """Close the idle connections, and end those in use under whoever waits for them."""
        for connection in self._places.close():
            connection.close()
        self._opened.abort()

    def abandon(self) -> None:
        """Close all connections without ending them, which another process may share.

        Nobody waits for that, so that it needs no event loop, and no lock that a fork left locked.
        """
        idle = self._places.abandon()
        self._opened.close()
        idle.clear()

    def _idle_connection(self) -> httpcore.ConnectionInterface | None:
        while (connection := self._places.idle()) is not None:
            if not connection.has_expired():
                break
            connection.close()
        return connection

    def _give_back(self, place: object, connection: httpcore.ConnectionInterface | None) -> None:
        # Closing one of our connections never waits, so no cancellation can come between.
        kept = self._places.leave(place, connection if is_kept(connection) else None)
        if connection is not None and not kept:
            connection.close()
