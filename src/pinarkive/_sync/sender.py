# generated from src/pinarkive/_async/sender.py by scripts/generate; change that file
"""What the groups need of a client."""

from typing import Protocol, TypeVar

from .._http import OnProgress
from ..config import Timeout
from ..models import Request

__all__ = ["Sender"]

R = TypeVar("R")


class Sender(Protocol):
    """Anything that sends requests."""

    def send(
        self,
        request: Request[R],
        *,
        timeout: Timeout = ...,
        on_progress: OnProgress | None = None,
    ) -> R:
        """Send a request and return its typed answer."""
        ...
