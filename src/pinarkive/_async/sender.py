"""What the groups need of a client."""

from collections.abc import Awaitable, Callable
from types import EllipsisType
from typing import Protocol, TypeAlias, TypeVar

from .._io.reading import OnProgress
from ..config import Config, Timeout
from ..models import Request
from .fetcher import AsyncFetcher

__all__ = ["AsyncApart", "AsyncBatchSender", "AsyncFetcherFor", "AsyncPause", "AsyncSender"]

R = TypeVar("R")


class AsyncSender(Protocol):
    """Anything that sends requests."""

    async def send(
        self,
        request: Request[R],
        *,
        timeout: Timeout = ...,
        on_progress: OnProgress | None = None,
        verify: bool | EllipsisType = ...,
    ) -> R:
        """Send a request and return its typed answer."""
        ...


class AsyncBatchSender(AsyncSender, Protocol):
    """Sends many requests on connections of its own, which can be closed under them."""

    async def close(self) -> None:
        """End what is under way."""
        ...


AsyncPause: TypeAlias = Callable[[float], Awaitable[None]]
"""Waits so many seconds, unless the client is closed meanwhile."""

AsyncApart: TypeAlias = Callable[[], tuple[AsyncBatchSender, Config]]
"""Makes one out of a client, and tells its configuration."""

AsyncFetcherFor: TypeAlias = Callable[[str, Timeout, bool], AsyncFetcher]
"""Makes what fetches from a gateway: its URL, the time limit, and whether it is verified."""
