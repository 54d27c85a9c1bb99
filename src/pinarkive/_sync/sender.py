# generated from src/pinarkive/_async/sender.py by scripts/generate; change that file
"""What the groups of methods need from a client."""

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
    """Sends many requests on connections of its own, which can be closed at any time."""

    def close(self) -> None:
        """End all requests that are under way."""
        ...


Pause: TypeAlias = Callable[[float], None]
"""Waits for a number of seconds, and raises if the client is closed meanwhile."""

Apart: TypeAlias = Callable[[], tuple[BatchSender, Config]]
"""Creates a `BatchSender` from a client, and returns it with its configuration."""

FetcherFor: TypeAlias = Callable[[str, Timeout, bool], Fetcher]
"""Creates a fetcher from a gateway's URL, a time limit, and whether the content is verified."""
