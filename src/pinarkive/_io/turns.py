"""Turns to send, for all threads and tasks that share a client."""

import os
import threading
from collections.abc import Callable, Hashable
from functools import partial
from types import EllipsisType
from typing import Generic, TypeVar

from .._core.pacing import Hold, Rate, Said, Window

__all__ = ["Turns", "rate_of"]

T = TypeVar("T")


class ByProcess(Generic[T]):
    """One for each process: a forked copy may be locked, and counts the parent's calls."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._made: dict[int, T] = {}

    def get(self) -> T:
        """Return the one of this process."""
        process = os.getpid()
        made = self._made.get(process)
        if made is not None:
            return made
        made = self._made.setdefault(process, self._make())
        for other in self._made.keys() - {process}:
            self._made.pop(other, None)
        return made


class Turns:
    """Lets requests begin when the server accepts them, at the pace of the client's option.

    Args:
        rate: How many may begin in any 60 s, from `rate_of`.
        window: What the server has said to this account.
        lock: Guards the two, and is that of all who share one of them.
    """

    def __init__(
        self,
        rate: ByProcess[Rate] | None,
        window: ByProcess[Window] | None = None,
        lock: "ByProcess[threading.RLock] | None" = None,
    ) -> None:
        self.rate = rate
        self.window = ByProcess(Window) if window is None else window
        # One that is locked again by a signal's handler, or by garbage, in the same thread.
        self.lock = ByProcess(threading.RLock) if lock is None else lock

    def inherit(
        self, max_per_minute: int | None | EllipsisType, *, is_other_account: bool
    ) -> "Turns":
        """Return those of a view: what it does not have of its own it shares."""
        if max_per_minute is ... and not is_other_account:
            return self
        rate = self.rate if max_per_minute is ... else rate_of(max_per_minute)
        window = ByProcess(Window) if is_other_account else self.window
        return Turns(rate, window, self.lock)

    def ask(self, turn: Hashable, now: float) -> Hold | None:
        """Let a request begin and return `None`, or return how long it has to wait."""
        with self.lock.get():
            window = self.window.get()
            rate = None if self.rate is None else self.rate.get()
            if rate is not None and (hold := rate.hold(turn, now)) is not None:
                # Others may be let through before it.
                window.leave(turn)
                return hold
            if (hold := window.hold(turn, now)) is not None:
                return hold
            window.begin(turn, now)
            if rate is not None:
                rate.begin(turn, now)
            return None

    def begin(self, turn: Hashable, now: float) -> None:
        """Count a request that begins, whatever the server has said."""
        with self.lock.get():
            self.window.get().begin(turn, now)
            if self.rate is not None:
                self.rate.get().begin(turn, now)

    def leave(self, turn: Hashable) -> None:
        """Forget a request that no longer waits."""
        with self.lock.get():
            self.window.get().leave(turn)
            if self.rate is not None:
                self.rate.get().leave(turn)

    def end(self, turn: Hashable, now: float, said: Said | None) -> None:
        """Note the rate limit in the answer to a request, if there was an answer."""
        with self.lock.get():
            self.window.get().end(turn, now, said)

    def put_off(self, now: float, seconds: float) -> None:
        """Note that a request was refused, and when the server accepts the next."""
        with self.lock.get():
            self.window.get().put_off(now, seconds)


def rate_of(max_per_minute: int | None) -> ByProcess[Rate] | None:
    """Return the pace for a number of requests per minute, if there is one."""
    return None if max_per_minute is None else ByProcess(partial(Rate, max_per_minute))
