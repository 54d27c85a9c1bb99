# generated from src/pinarkive/_async/sender.py by scripts/generate; change that file
"""What the groups need of a client."""

from collections.abc import Callable
from types import EllipsisType
from typing import Protocol, TypeAlias, TypeVar

from .._io.reading import OnProgress
from ..config import Config, Timeout
from ..models import Request
from .fetcher import Fetcher

__all__ = ["Apart", "BatchSender", "FetcherFor", "Pause", "Sender"]

R = TypeVar("R")


class Sender(Protocol):
    """Anything that sends requests."""

    def send(
        self,
        request: Request[R],
        *,
        timeout: Timeout = ...,
        on_progress: OnProgress | None = None,
        verify: bool | EllipsisType = ...,
    ) -> R:
        """Send a request and return its typed answer."""
        ...


class BatchSender(Sender, Protocol):
    """Sends many requests on connections of its own, which can be closed under them."""

    def close(self) -> None:
        """End what is under way."""
        ...


Pause: TypeAlias = Callable[[float], None]
"""Waits so many seconds, unless the client is closed meanwhile."""

Apart: TypeAlias = Callable[[], tuple[BatchSender, Config]]
"""Makes one out of a client, and tells its configuration."""

FetcherFor: TypeAlias = Callable[[str, Timeout, bool], Fetcher]
"""Makes what fetches from a gateway: its URL, the time limit, and whether it is verified."""
