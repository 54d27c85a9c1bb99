"""When the next request may begin: by what the service says, and by what the client was told.

Nothing here reads a clock: moments are given, in seconds of one that does not jump.
"""

from collections.abc import Hashable
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from .decode import Answer, is_relative_reset, rate_limit

__all__ = ["Hold", "Rate", "Said", "Window", "what_is_left"]

# A window that ends later than any call waits for is nothing to go by.
FARTHEST_RESET = 300.0
# Resets are told in whole seconds, and some servers round them down.
LATEST_RESET = -2.0
# Clocks that are further apart than this do not only differ by the time that an answer takes.
SKEW = 2.0
# What lies between the server's count of a window and ours.
MARGIN = 0.1
# Resets that are as close together as this tell of one window.
SAME = 1.0
# A request that began so long before an answer has surely been counted in it: connecting takes no
# longer, and servers count what comes before they read all of it.
SURELY_COUNTED = 5.0
# How often to look whether others have been answered.
GLANCE = 0.05
# How long others wait for the answer to the first request of a window: it may be a large upload.
PATIENCE = 1.0

# Less than this is an error of rounding, and no wait.
TICK = 1e-6

MINUTE = 60.0
MOST_AT_ONCE = 10
# Which no client reaches, and a float can hold.
MOST_PER_MINUTE = 1_000_000_000


class Hold(NamedTuple):
    """A request that may not begin yet."""

    seconds: float
    """When to ask again."""
    longest: float
    """When it will be let through, as far as can be told."""
    by_client: bool = False
    """Whether it is the client's own wish, and not the server's."""

    def fits(self, left: float | None, longest: float) -> bool:
        """Say whether it is worth waiting for.

        Args:
            left: The seconds that are left of the call's time; `None` for no limit.
            longest: The most seconds to wait for the server.
        """
        is_in_time = left is None or self.longest < left
        return is_in_time and (self.by_client or self.longest <= longest)


class Said(NamedTuple):
    """How many more requests the server takes, and for how many seconds that holds.

    The seconds are below zero where that was over when the answer came.
    """

    remaining: int
    seconds: float


def what_is_left(answer: Answer) -> Said | None:
    """Return what an answer says of the rate limit, if that is anything to go by."""
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
    """Return by how many seconds the server's clock is ahead, where it shows another time."""
    try:
        date = parsedate_to_datetime(answer.headers.get("date", ""))
        seconds = (date - answer.received).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return seconds if abs(seconds) > SKEW else 0.0


class Queue:
    """Who waits, in the order in which they came."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, None] = {}

    def place(self, turn: Hashable) -> int:
        """Return how many wait before this one, which is put at the end if it is new."""
        if turn not in self._waiting:
            self._waiting[turn] = None
            return len(self._waiting) - 1
        return next(place for place, other in enumerate(self._waiting) if other == turn)

    def leave(self, turn: Hashable) -> None:
        """Wait no more."""
        self._waiting.pop(turn, None)


class Window:
    """What the server still takes: it says so with its answers, and requests wait for its reset.

    While others are under way, nobody knows which of them an answer has counted. So what it says is
    left is left for those that began before as well, and one goes ahead when a window has ended.
    """

    def __init__(self) -> None:
        # Nothing is known as long as this is None.
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
        """Take what came of a request that was under way.

        Args:
            turn: The request.
            now: The moment.
            said: What its answer said; `None` for no answer, and for one that said nothing.
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
                # Late news of a window that is over.
                return
            resets = now + MARGIN
        is_same = now < self._resets and abs(resets - self._resets) <= SAME
        if self._remaining is not None and is_same:
            # Answers overtake each other: the smallest number is the latest.
            if said.remaining < self._remaining:
                self._remaining, self._noted = said.remaining, now
            self._resets = max(self._resets, resets)
        elif self._remaining is None or begun >= self._noted or resets > self._resets:
            self._remaining, self._noted, self._resets = said.remaining, now, resets

    def put_off(self, now: float, seconds: float) -> None:
        """Take it that a request was refused, and when the server wants to see the next."""
        if self._remaining is not None and seconds <= FARTHEST_RESET:
            self._remaining, self._noted, self._resets = 0, now, now + seconds


class Rate:
    """As many requests a minute as the client was told, evenly, but for a few at once.

    Args:
        per_minute: How many may begin in any 60 s.
    """

    def __init__(self, per_minute: int) -> None:
        per_minute = min(per_minute, MOST_PER_MINUTE)
        self._at_once = min(MOST_AT_ONCE, 1 + per_minute // 20)
        # So that those at once and the others that follow within a minute are no more than allowed.
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
