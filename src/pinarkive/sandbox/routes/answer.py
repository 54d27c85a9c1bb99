"""What a call is answered with."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

from ...models import Endpoint
from ..call import Call

__all__ = ["Answer", "Handler", "Routes", "done"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call is answered with."""

    body: object
    status: HTTPStatus = HTTPStatus.OK


Handler: TypeAlias = Callable[[Call], Awaitable[Answer]]
Routes: TypeAlias = Mapping[Endpoint, Handler]


def done(message: str, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """Return the answer that says no more than that something was done."""
    return Answer({"message": message}, status)
