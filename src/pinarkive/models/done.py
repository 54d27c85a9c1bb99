"""What an endpoint answers that has nothing to tell but that it was done."""

from typing import Annotated

from ._response import Response
from ._wire import Text, names

__all__ = ["Done"]


class Done(Response, frozen=True):
    """Something was done. What the service says beyond a message is in `model_extra`."""

    message: Annotated[Text | None, names("message")] = None
    """What the service says of it, for people; `None` where it says nothing."""
