"""Turns the body of an answer into the model that its request expects."""

from typing import TypeGuard, TypeVar, get_args

from pydantic_core import from_json

from ..models import Request
from ..models._reader import make
from ..models._response import Acknowledgement
from ..models._shape import UnreadableAnswer

__all__ = ["UnreadableAnswer", "read_body", "read_json"]

R = TypeVar("R")

# A record takes up to a kilobyte of memory, so many tiny ones would take several hundred times the
# size of the body. Real ones hold a CID, a peer's ID or a few names.
FEW_OBJECTS = 1_000
SMALLEST_OBJECT = 32


def read_body(request: Request[R], body: bytes) -> R:
    """Return the typed answer that the body of a 2xx response holds.

    Raises:
        UnreadableAnswer: The body is not JSON, reports a failure, or has no identity.
    """
    objects = body.count(b"{")
    if objects > FEW_OBJECTS and objects * SMALLEST_OBJECT > len(body):
        raise UnreadableAnswer(
            f"has {objects} objects in {len(body)} bytes, more than any real answer"
        )
    answer = read_model(request, read_json(body, {}))
    assert is_answer(answer, request)  # noqa: S101  # tells the type
    return answer


def read_model(request: Request[R], data: object) -> object:
    """Return decoded JSON as the first of the endpoint's models that it fits."""
    expected = request.endpoint.answer
    if expected is None:
        make(Acknowledgement, data)
        return None
    if isinstance(expected, type):
        return make(expected, data, request)
    *others, last = get_args(expected)
    for model in others:
        try:
            return make(model, data, request)
        except UnreadableAnswer:
            continue
    # Not in an except block, where the error would keep a reference to the decoded data.
    return make(last, data, request)


def is_answer(answer: object, request: Request[R]) -> TypeGuard[R]:
    """Return whether an object is an answer to the request."""
    return answer is None or isinstance(answer, request.endpoint.answer or ())


def read_json(body: bytes, empty: object = None) -> object:
    """Return decoded JSON, or `empty` for a blank body.

    Raises:
        UnreadableAnswer: The body is not JSON.
    """
    if not body.strip():
        return empty
    try:
        # Values rarely repeat, so caching them costs more than it saves.
        return from_json(body, allow_inf_nan=False, cache_strings="keys")
    except ValueError as error:
        raise UnreadableAnswer(f"is not valid JSON ({error})") from None
