"""The answer of endpoints that only say that something was done."""

from typing import Annotated

from ._response import Response
from ._wire import Text, names

__all__ = ["Done"]


class Done(Response, frozen=True):
    """Something was done. Whatever the service sends besides a message is in `model_extra`."""

    message: Annotated[Text | None, names("message")] = None
    """The service's message for people, if any."""
