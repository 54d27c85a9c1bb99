"""The files of a request measured for a task: in a thread, and what is awaited in the task."""

from typing import Any, TypeVar

from ..._core.encode import Outgoing
from ..._core.multipart import Awaited, Multipart, Part
from ...models import Request
from ..asking import Asking, answer
from ..measured import AsyncFormFiles, measuring, measuring_form, waits_for_files
from ..objects import PiecesSource
from .waits import run

__all__ = ["form_parts", "leave", "parts_of"]

T = TypeVar("T")


async def parts_of(request: Request[Any]) -> list[Part]:
    """Return the files that a request uploads, measured."""
    steps = measuring(request, may_await=True)
    return await answered(steps, in_a_thread=waits_for_files(request))


async def form_parts(files: AsyncFormFiles) -> list[Part]:
    """Return the files of a plain form, measured."""
    return await answered(measuring_form(files, may_await=True), in_a_thread=bool(files))


async def answered(steps: Asking[T], *, in_a_thread: bool) -> T:
    """Return what a generator returns, awaiting what it asks for."""
    found: list[T] = []

    def advance(steps: Asking[T]) -> Awaited | None:
        try:
            return next(steps)
        except StopIteration as end:
            found.append(end.value)
            return None

    while (awaited := await run(advance, steps) if in_a_thread else advance(steps)) is not None:
        await answer(awaited)
    return found[0]


async def leave(outgoing: Outgoing) -> None:
    """Close the generators that were to be sent: those the event loop runs, begun or not."""
    if isinstance(outgoing.body, Multipart):
        for part in outgoing.body.parts:
            if isinstance(part.source, PiecesSource):
                generator = part.source.leave()
                if generator is not None:
                    await generator.aclose()
