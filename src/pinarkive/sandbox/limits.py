"""The rate limit: one window of a minute for the whole sandbox."""

import math
from datetime import datetime, timedelta
from http import HTTPStatus

from .clock import wire_time
from .errors import ApiError

__all__ = ["RateLimiter"]

WINDOW = timedelta(minutes=1)
UNENFORCED_LIMIT = 100_000


class RateLimiter:
    """Counts the calls, and refuses those above the limit if there is one.

    Args:
        limit: How many calls a minute are answered; `None` for any number.
    """

    def __init__(self, limit: int | None) -> None:
        self._enforced = limit is not None
        self._limit = UNENFORCED_LIMIT if limit is None else limit
        self._reset: datetime | None = None
        self._count = 0

    def count(self, now: datetime) -> tuple[dict[str, str], ApiError | None]:
        """Count a call, and return the headers that tell of it and the refusal, if it is one."""
        if self._reset is None or now >= self._reset:
            self._reset, self._count = now + WINDOW, 0
        self._count += 1
        remaining = max(self._limit - self._count, 0)
        headers = {
            "X-RateLimit-Limit": str(self._limit),
            "X-RateLimit-Remaining": str(remaining),
            "X-RateLimit-Reset": str(math.ceil(self._reset.timestamp())),
        }
        if not self._enforced or self._count <= self._limit:
            return headers, None
        seconds = max(math.ceil((self._reset - now).total_seconds()), 1)
        return headers, ApiError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "Rate limit exceeded",
            details={
                "retryAfter": seconds,
                "limit": self._limit,
                "remaining": 0,
                "resetTime": wire_time(self._reset),
            },
            headers={"Retry-After": str(seconds)},
        )
