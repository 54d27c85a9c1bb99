"""What the groups of methods need from a client."""

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
    """Sends many requests on connections of its own, which can be closed at any time."""

    async def close(self) -> None:
        """End all requests that are under way."""
        ...


AsyncPause: TypeAlias = Callable[[float], Awaitable[None]]
"""Waits for a number of seconds, and raises if the client is closed meanwhile."""

AsyncApart: TypeAlias = Callable[[], tuple[AsyncBatchSender, Config]]
"""Creates an `AsyncBatchSender` from a client, and returns it with its configuration."""

AsyncFetcherFor: TypeAlias = Callable[[str, Timeout, bool], AsyncFetcher]
"""Creates a fetcher from a gateway's URL, a time limit, and whether the content is verified."""
