"""One attempt at a call, as those see it who watch a client."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

__all__ = ["Attempt", "OnAttempt"]


class Attempt(NamedTuple):
    """One attempt at a call, for metrics: it holds no credential, content or query."""

    method: str
    """The HTTP method."""
    path: str
    """The path as the endpoint has it, such as `/files/pin/{cid}`; that of `client.request` as it
    was given."""
    number: int
    """Which attempt of its call it was, from 1."""
    seconds: float
    """How long it took, without the wait for its turn."""
    status: int | None
    """The HTTP status; `None` where there was no answer."""
    failure: str | None
    """The name of the error's class, such as `RateLimitError`; `None` for success."""
    request_id: str | None
    """The server's name for the exchange, if it gave one."""
    will_retry: bool
    """Whether the call goes on with another attempt."""


OnAttempt: TypeAlias = Callable[[Attempt], object]
"""Called with an `Attempt` after each."""
