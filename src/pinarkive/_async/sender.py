"""What the groups need of a client."""

from typing import Protocol, TypeVar

from .._http import OnProgress
from ..config import Timeout
from ..models import Request

__all__ = ["AsyncSender"]

R = TypeVar("R")


class AsyncSender(Protocol):
    """Anything that sends requests."""

    async def send(
        self,
        request: Request[R],
        *,
        timeout: Timeout = ...,
        on_progress: OnProgress | None = None,
    ) -> R:
        """Send a request and return its typed answer."""
        ...
