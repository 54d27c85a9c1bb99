"""Which connections of a pool are in use and which are idle, for any number of threads."""

import threading
from typing import Generic, TypeVar

import httpcore

from ..deadlines import has_passed, seconds_left
from ..kept import MAX_CONNECTIONS

__all__ = ["Places"]

C = TypeVar("C")


class Places(Generic[C]):
    """A limited number of places for connections; the last one used is the first to be reused."""

    def __init__(self) -> None:
        self._taken: set[object] = set()
        self._idle: list[C] = []
        self._changed = threading.Condition()
        self._are_closed = False

    def take(self, place: object, deadline: float | None) -> None:
        """Wait for a place.

        Raises:
            httpcore.PoolTimeout: There was none in time.
            httpcore.ConnectError: There are none any more.
        """
        with self._changed:
            while len(self._taken) >= MAX_CONNECTIONS and not self._are_closed:
                if has_passed(deadline):
                    raise httpcore.PoolTimeout
                self._changed.wait(seconds_left(deadline))
            if self._are_closed:
                raise httpcore.ConnectError("the pool is closed")
            self._taken.add(place)

    def idle(self) -> C | None:
        """Return an idle connection, if there is one."""
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def leave(self, place: object, connection: C | None) -> bool:
        """Give back a place, if it was taken; return whether its connection is kept."""
        with self._changed:
            self._taken.discard(place)
            is_kept = not self._are_closed
            if connection is not None and is_kept:
                self._idle.append(connection)
            self._changed.notify()
        return connection is not None and is_kept

    def close(self) -> list[C]:
        """Let nobody have a place any more, and return what was idle."""
        with self._changed:
            idle = self.abandon()
            self._changed.notify_all()
        return idle

    def abandon(self) -> list[C]:
        """Do as `close` does, without a lock, which may have been held when a process forked."""
        self._are_closed = True
        idle, self._idle = self._idle, []
        return idle
