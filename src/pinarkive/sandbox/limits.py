"""Rate limits: how many calls each caller may make in a time window."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from .clock import wire_time
from .errors import ApiError

__all__ = ["Limit", "RateLimiter", "limits"]

MINUTE = timedelta(minutes=1)
LOGIN_WINDOW = timedelta(minutes=15)
UNENFORCED_LIMIT = 100_000
# Finished windows are removed when there are more than this number of windows, or more than twice
# as many as were left after the last removal.
MANY_WINDOWS = 1000


@dataclass(frozen=True, slots=True)
class Limit:
    """A number of calls in a time window."""

    calls: int
    window: timedelta

    def __post_init__(self) -> None:
        if self.calls < 1 or self.window <= timedelta(0):
            raise ValueError("a rate limit must allow at least one call, in a positive time")


@dataclass(slots=True)
class Window:
    """The calls of one caller, as one limit counts them."""

    limit: Limit
    reset: datetime
    count: int = 0

    @property
    def remaining(self) -> int:
        """How many calls remain."""
        return max(self.limit.calls - self.count, 0)


class RateLimiter:
    """Counts the calls of each caller, and refuses those above any limit.

    Args:
        limits: The limits; with none, any number of calls is allowed.
        code: The `code` of the error, if any.

    Attributes:
        windows: The current windows, by caller and limit.
    """

    def __init__(self, limits: Sequence[Limit], code: str | None = None) -> None:
        self._limits = limits or (Limit(UNENFORCED_LIMIT, MINUTE),)
        self._is_enforced = bool(limits)
        self._code = code
        self._most = MANY_WINDOWS
        self.windows: dict[tuple[str, Limit], Window] = {}

    def count(self, caller: str, now: datetime) -> dict[str, str]:
        """Count a call, and return the headers for its answer, or raise."""
        windows = [self._window(caller, limit, now) for limit in self._limits]
        tightest = min(windows, key=lambda each: (each.remaining, -each.reset.timestamp()))
        if self._is_enforced and not tightest.remaining:
            raise self._refusal(tightest, now)
        for each in windows:
            each.count += 1
        return headers(tightest)

    def _window(self, caller: str, limit: Limit, now: datetime) -> Window:
        key = caller, limit
        window = self.windows.get(key)
        if window is None or window.reset <= now:
            if len(self.windows) > self._most:
                self.windows = {k: each for k, each in self.windows.items() if each.reset > now}
                self._most = max(MANY_WINDOWS, 2 * len(self.windows))
            window = self.windows[key] = Window(limit, now + limit.window)
        return window

    def _refusal(self, window: Window, now: datetime) -> ApiError:
        seconds = max(math.ceil((window.reset - now).total_seconds()), 1)
        return ApiError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Rate limit exceeded",
            code=self._code,
            details={
                "retryAfter": seconds,
                "limit": window.limit.calls,
                "remaining": 0,
                "resetTime": wire_time(window.reset),
            },
            headers={**headers(window), "Retry-After": str(seconds)},
        )


def headers(window: Window) -> dict[str, str]:
    """Return the headers for a window."""
    return {
        "X-RateLimit-Limit": str(window.limit.calls),
        "X-RateLimit-Remaining": str(window.remaining),
        "X-RateLimit-Reset": str(math.ceil(window.reset.timestamp())),
    }


def limits(*wanted: tuple[int | None, timedelta]) -> tuple[Limit, ...]:
    """Return a limit for each number of calls that is not `None`."""
    return tuple(Limit(calls, window) for calls, window in wanted if calls is not None)
