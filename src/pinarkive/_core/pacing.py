"""Decides when the next request may begin, from the service's rate limit and the client's own.

Nothing here reads a clock: callers pass moments, in seconds of a monotonic clock.
"""

from collections.abc import Hashable
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from .decode import Answer, is_relative_reset, rate_limit

__all__ = ["Hold", "Rate", "Said", "Window", "what_is_left"]

# No call waits for a window that ends later than this, so such a reset is ignored.
FARTHEST_RESET = 300.0
# Resets are whole seconds, and some servers round them down, so they may lie in the past.
LATEST_RESET = -2.0
# The time that an answer takes on its way does not explain a larger difference between clocks.
SKEW = 2.0
# The server's window and ours may end this far apart.
MARGIN = 0.1
# Resets this close together belong to the same window.
SAME = 1.0
# An answer surely counts every request that began this long before it: connecting takes no longer,
# and servers count a request before they read all of it.
SURELY_COUNTED = 5.0
# How often a waiting request checks whether others have been answered.
GLANCE = 0.05
# How long others wait for the answer to the first request of a window, which may be a large upload.
PATIENCE = 1.0

# A shorter wait is only a rounding error.
TICK = 1e-6

MINUTE = 60.0
MOST_AT_ONCE = 10
# No client is faster, and larger numbers would overflow a float.
MOST_PER_MINUTE = 1_000_000_000


class Hold(NamedTuple):
    """How long a request must wait before it may begin."""

    seconds: float
    """The seconds until it should ask again."""
    longest: float
    """The seconds until it can begin, as far as is known."""
    by_client: bool = False
    """Whether the client's own limit asks for it, and not the server's."""

    def fits(self, left: float | None, longest: float) -> bool:
        """Return whether it is worth waiting for.

        Args:
            left: The seconds that are left of the call's time; `None` for no limit.
            longest: The most seconds to wait for the server's limit.
        """
        is_in_time = left is None or self.longest < left
        return is_in_time and (self.by_client or self.longest <= longest)


class Said(NamedTuple):
    """How many more requests the server accepts, and for how many seconds that holds.

    The seconds are negative if the window had already ended when the answer arrived.
    """

    remaining: int
    seconds: float


def what_is_left(answer: Answer) -> Said | None:
    """Return what an answer says about the rate limit, if it is complete and plausible."""
    headers = answer.headers
    if "x-ratelimit-remaining" not in headers and "ratelimit-remaining" not in headers:
        return None
    limits = rate_limit(answer)
    if limits is None or limits.remaining is None or limits.reset is None:
        return None
    seconds = (limits.reset - answer.received).total_seconds()
    if not is_relative_reset(answer):
        seconds -= skew(answer)
    if not LATEST_RESET <= seconds <= FARTHEST_RESET:
        return None
    return Said(limits.remaining, seconds)


def skew(answer: Answer) -> float:
    """Return by how many seconds the server's clock is ahead, or 0 if the clocks agree."""
    try:
        date = parsedate_to_datetime(answer.headers.get("date", ""))
        seconds = (date - answer.received).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return seconds if abs(seconds) > SKEW else 0.0


class Queue:
    """The waiting requests, in order of arrival."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, None] = {}

    def place(self, turn: Hashable) -> int:
        """Return how many wait ahead of this request, and append it if it is new."""
        if turn not in self._waiting:
            self._waiting[turn] = None
            return len(self._waiting) - 1
        return next(place for place, other in enumerate(self._waiting) if other == turn)

    def leave(self, turn: Hashable) -> None:
        """Remove a request that no longer waits."""
        self._waiting.pop(turn, None)


class Window:
    """The server's rate limit: answers say what remains of it, and requests wait for its reset.

    It is unknown which of the requests under way an answer has counted. So the remaining number is
    taken to cover those as well, and after a reset one request goes first while the others wait.
    """

    def __init__(self) -> None:
        # None until an answer says something.
        self._remaining: int | None = None
        self._resets = 0.0
        self._noted = 0.0
        self._ahead: tuple[Hashable, float] | None = None
        self._under_way: dict[Hashable, float] = {}
        self._queue = Queue()

    def hold(self, turn: Hashable, now: float) -> Hold | None:
        """Return how long a request has to wait, or `None` if it may begin."""
        if self._remaining is None:
            return None
        place = self._queue.place(turn)
        if now >= self._resets:
            has_gone = self._ahead is not None and now - self._ahead[1] < PATIENCE
            return Hold(GLANCE, PATIENCE) if place or has_gone else None
        until = self._resets - now
        if self._remaining <= 0:
            return Hold(until, until)
        free = self._remaining - place
        if free > len(self._under_way):
            return None
        latest = self._noted - SURELY_COUNTED
        free -= sum(begun > latest for begun in self._under_way.values())
        return None if free > 0 else Hold(min(GLANCE, until), until)

    def begin(self, turn: Hashable, now: float) -> None:
        """Count a request as under way."""
        self._queue.leave(turn)
        self._under_way[turn] = now
        if self._remaining is not None and now >= self._resets:
            self._ahead = (turn, now)

    def leave(self, turn: Hashable) -> None:
        """Forget a request that does not wait any more."""
        self._queue.leave(turn)

    def end(self, turn: Hashable, now: float, said: Said | None) -> None:
        """Record how a request that was under way ended.

        Args:
            turn: The request.
            now: The current moment.
            said: What its answer said; `None` if there was no answer or it said nothing.
        """
        begun = self._under_way.pop(turn, now)
        was_ahead = self._ahead is not None and self._ahead[0] == turn
        if was_ahead:
            self._ahead = None
        if said is None:
            if was_ahead:
                self._remaining = None
            return
        resets = now + said.seconds + MARGIN
        if resets <= now:
            if self._remaining is not None and not was_ahead:
                # The answer is late: its window is over.
                return
            resets = now + MARGIN
        is_same = now < self._resets and abs(resets - self._resets) <= SAME
        if self._remaining is not None and is_same:
            # Answers may overtake each other; the smallest number is the latest.
            if said.remaining < self._remaining:
                self._remaining, self._noted = said.remaining, now
            self._resets = max(self._resets, resets)
        elif self._remaining is None or begun >= self._noted or resets > self._resets:
            self._remaining, self._noted, self._resets = said.remaining, now, resets

    def put_off(self, now: float, seconds: float) -> None:
        """Record that a request was refused, and in how many seconds to send the next."""
        if self._remaining is not None and seconds <= FARTHEST_RESET:
            self._remaining, self._noted, self._resets = 0, now, now + seconds


class Rate:
    """The client's own limit: requests are spread evenly over a minute, after a small burst.

    Args:
        per_minute: How many requests may begin in any 60 s.
    """

    def __init__(self, per_minute: int) -> None:
        per_minute = min(per_minute, MOST_PER_MINUTE)
        self._at_once = min(MOST_AT_ONCE, 1 + per_minute // 20)
        # The burst and the requests that follow it within a minute stay within the limit.
        self._every = (MINUTE + MARGIN) / (per_minute - self._at_once + 1)
        self._next = float("-inf")
        self._queue = Queue()

    def hold(self, turn: Hashable, now: float) -> Hold | None:
        """Return how long a request has to wait, or `None` if it may begin."""
        place = self._queue.place(turn)
        wait = max(0.0, self._next - now) + (place - self._at_once + 1) * self._every
        return Hold(wait, wait, by_client=True) if wait > TICK else None

    def begin(self, turn: Hashable, now: float) -> None:
        """Count a request that begins."""
        self._queue.leave(turn)
        self._next = max(self._next, now) + self._every

    def leave(self, turn: Hashable) -> None:
        """Forget a request that does not wait any more."""
        self._queue.leave(turn)
