"""Calls the caller's own objects, whose methods may have to be awaited.

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
"""A generator that yields what has to be awaited, and then returns something."""


def asked(call: Callable[[], object]) -> Asking[object]:
    """Return the result of a call, awaited if necessary."""
    found = call()
    if not isawaitable(found):
        return found
    awaited = Awaited(found)
    try:
        yield awaited
    finally:
        # Nobody will await it any more; without this, Python would warn.
        if isinstance(found, Coroutine):
            found.close()
    if awaited.error is not None:
        raise awaited.error
    return awaited.result


async def answer(awaited: Awaited) -> None:
    """Await what was yielded, and store the result."""
    try:
        awaited.result = await awaited.awaitable
    except Exception as error:
        awaited.error = error


def at_once(steps: Asking[T]) -> T:
    """Return what a generator returns, in a place where nothing can be awaited.

    Raises:
        InvalidInputError: It yields something that has to be awaited.
    """
    try:
        next(steps)
    except StopIteration as end:
        value: T = end.value
        return value
    raise not_awaited()


def not_awaited() -> InvalidInputError:
    """Return the synchronous client's error for a file that has to be awaited."""
    return InvalidInputError(
        "what the file object gives has to be awaited, which AsyncPinarkiveClient does; give this "
        "client one that is opened with open(..., 'rb')"
    )
