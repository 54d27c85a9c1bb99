"""The answer to a call."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

from ...models import Endpoint
from ..call import Call

__all__ = ["Answer", "Handler", "Routes", "done"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a call."""

    body: object
    status: HTTPStatus = HTTPStatus.OK


Handler: TypeAlias = Callable[[Call], Awaitable[Answer]]
Routes: TypeAlias = Mapping[Endpoint, Handler]


def done(message: str, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """Return an answer with only a message."""
    return Answer({"message": message}, status)
