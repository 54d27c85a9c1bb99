"""Asking objects of the caller's own, whose methods may have to be awaited.

What asks is a generator. It gives an `Awaited` to whoever drives it: an event loop awaits it and
goes on with the generator; where there is none, it is refused.
"""

from collections.abc import Callable, Coroutine, Generator
from inspect import isawaitable
from typing import TypeAlias, TypeVar

from .._core.multipart import Awaited
from ..errors import InvalidInputError

__all__ = ["Asking", "answer", "asked", "at_once", "not_awaited"]

T = TypeVar("T")

Asking: TypeAlias = Generator[Awaited, None, T]
"""A generator that returns something, and asks before it does."""


def asked(call: Callable[[], object]) -> Asking[object]:
    """Return what a call gives, or what it gives once it has been awaited."""
    found = call()
    if not isawaitable(found):
        return found
    awaited = Awaited(found)
    try:
        yield awaited
    finally:
        # If nobody has awaited it, nobody will: without this Python would complain.
        if isinstance(found, Coroutine):
            found.close()
    if awaited.error is not None:
        raise awaited.error
    return awaited.result


async def answer(awaited: Awaited) -> None:
    """Await what is asked for, and write down what came of it."""
    try:
        awaited.result = await awaited.awaitable
    except Exception as error:
        awaited.error = error


def at_once(steps: Asking[T]) -> T:
    """Return what a generator returns, where nothing can be awaited.

    Raises:
        InvalidInputError: It asks for what has to be.
    """
    try:
        next(steps)
    except StopIteration as end:
        value: T = end.value
        return value
    raise not_awaited()


def not_awaited() -> InvalidInputError:
    """Return what a synchronous client says of a file that has to be awaited."""
    return InvalidInputError(
        "what the file object gives has to be awaited, which AsyncPinarkiveClient does; give this "
        "client one that is opened with open(..., 'rb')"
    )
