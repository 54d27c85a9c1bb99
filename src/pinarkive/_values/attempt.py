"""One attempt of a call, as `on_attempt` receives it."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

__all__ = ["Attempt", "OnAttempt"]


class Attempt(NamedTuple):
    """One attempt of a call, for metrics. It contains no credential, content or query."""

    method: str
    """The HTTP method."""
    path: str
    """The path of the endpoint, such as `/files/pin/{cid}`; for `client.request`, the path that was
    passed."""
    number: int
    """The number of the attempt in its call, from 1."""
    seconds: float
    """The duration, without the wait for a turn under a rate limit."""
    status: int | None
    """The HTTP status; `None` if there was no answer."""
    failure: str | None
    """The name of the error's class, such as `RateLimitError`; `None` for success."""
    request_id: str | None
    """The id that the server gave the exchange, if any."""
    will_retry: bool
    """Whether another attempt follows."""


OnAttempt: TypeAlias = Callable[[Attempt], object]
"""A function that is called with an `Attempt` after each attempt."""
