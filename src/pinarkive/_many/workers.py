"""Many uploads at a time: threads on one side, tasks on the other."""

import asyncio
import concurrent.futures
import contextvars
import queue
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future
from functools import partial
from typing import Any

from .._io.in_tasks.waits import check_asyncio
from .._io.threads import in_a_thread
from .run import AnySource, UploadOutcome, UploadRun

__all__ = ["as_they_end", "async_as_they_end"]

NAME = "pinarkive-upload"
# How long an outcome waits for the source that was asked for before it: if that comes soon, its
# upload begins while the outcome is looked at.
MOMENT = 0.005


class Sources:
    """Sources one by one; where they fail, what was taken before is not lost.

    Those of a collection are at hand. Others are taken in a thread, since they may be long in
    coming: what ends meanwhile does not wait for them, and neither does the end of the process.
    """

    source: AnySource

    def __init__(self, sources: Iterator[AnySource]) -> None:
        self._sources = sources
        # An iterator over a collection tells its length.
        self._are_at_hand = hasattr(sources, "__length_hint__")
        self._asked: queue.SimpleQueue[Future[bool] | None] = queue.SimpleQueue()
        self._has_thread = False
        self._problem: BaseException | None = None
        self.are_over = False

    def take(self) -> Future[bool]:
        """Take the next source; what is returned tells, in time, whether there is one."""
        asked: Future[bool] = Future()
        # So that it cannot be cancelled any more: a source that is asked for will be taken.
        asked.set_running_or_notify_cancel()
        if self._are_at_hand:
            asked.set_result(self._advance())
            return asked
        self._asked.put(asked)
        if not self._has_thread:
            self._has_thread = True
            in_a_thread(partial(contextvars.copy_context().run, self._serve), "pinarkive-sources")
        return asked

    def finish(self) -> None:
        """Raise what the sources failed with, if they did."""
        if self._problem is not None:
            raise self._problem

    def leave(self) -> None:
        """Take no more of them."""
        self._asked.put(None)

    def _serve(self) -> None:
        while (asked := self._asked.get()) is not None:
            asked.set_result(self._advance())

    def _advance(self) -> bool:
        try:
            self.source = next(self._sources)
        except StopIteration:
            self.are_over = True
        except BaseException as error:
            self.are_over, self._problem = True, error
        return not self.are_over


def as_they_end(
    work: Callable[[AnySource], UploadOutcome], run: UploadRun, close: Callable[[], object]
) -> Generator[UploadOutcome, None, None]:
    """Yield what comes of each source as soon as it ends, a number of them being worked on at once.

    A source is taken when there is room for it, and there is room only while outcomes are taken.

    Args:
        work: What is done with a source, in a thread.
        run: The sources, and what ends the run before they do.
        close: Makes all work that is under way end soon.
    """
    running: set[Future[UploadOutcome]] = set()
    busy: set[int] = set()
    taking: Future[bool] | None = None
    sources = Sources(run.sources)

    def upload(source: AnySource) -> UploadOutcome:
        busy.add(threading.get_ident())
        try:
            return work(source)
        finally:
            busy.discard(threading.get_ident())

    with run:
        try:
            while True:
                may_take = run.problem is None and not sources.are_over
                if may_take and taking is None and len(running) < run.max_concurrency:
                    taking = sources.take()
                    concurrent.futures.wait([taking], MOMENT)
                if taking is not None and taking.done():
                    if taking.result():
                        running.add(in_a_thread(partial(upload, sources.source), NAME))
                    taking = None
                elif (ended := next((each for each in running if each.done()), None)) is not None:
                    running.discard(ended)
                    yield ended.result()
                elif running or (may_take and taking is not None):
                    waited: set[Future[Any]] = set(running)
                    if taking is not None:
                        waited.add(taking)
                    concurrent.futures.wait(waited, return_when=FIRST_COMPLETED)
                else:
                    break
            run.finish()
            sources.finish()
        finally:
            sources.leave()
            close()
            # Garbage may be collected, and bring this about, in an upload's own thread, or when all
            # threads but one have ended with the process.
            if threading.get_ident() not in busy and not sys.is_finalizing():
                concurrent.futures.wait(running)


def async_as_they_end(
    work: Callable[[AnySource], Coroutine[Any, Any, UploadOutcome]],
    run: UploadRun,
    close: Callable[[], Awaitable[object]],
) -> AsyncGenerator[UploadOutcome, None]:
    """Return what comes of each source as it ends, a number of them being worked on at once.

    A source is taken when there is room for it, and there is room only while outcomes are taken.

    Args:
        work: What is done with a source, in a task.
        run: The sources, and what ends the run before they do.
        close: Makes all work that is under way end soon.
    """
    outcomes = async_outcomes(work, run, close)
    run.end_with(outcomes)
    return outcomes


async def async_outcomes(
    work: Callable[[AnySource], Coroutine[Any, Any, UploadOutcome]],
    run: UploadRun,
    close: Callable[[], Awaitable[object]],
) -> AsyncGenerator[UploadOutcome, None]:
    """Yield what comes of each source; see `async_as_they_end`."""
    check_asyncio()
    running: set[asyncio.Task[UploadOutcome]] = set()
    taking: asyncio.Future[bool] | None = None
    sources = Sources(run.sources)
    with run:
        try:
            while True:
                may_take = run.problem is None and not sources.are_over
                if may_take and taking is None and len(running) < run.max_concurrency:
                    taking = asyncio.wrap_future(sources.take())
                    await asyncio.wait([taking], timeout=MOMENT)
                if taking is not None and taking.done():
                    if taking.result():
                        running.add(asyncio.create_task(work(sources.source)))
                    taking = None
                elif (ended := next((each for each in running if each.done()), None)) is not None:
                    running.discard(ended)
                    yield ended.result()
                elif running or (may_take and taking is not None):
                    waited: set[asyncio.Future[Any]] = set(running)
                    if taking is not None:
                        waited.add(taking)
                    await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
                else:
                    break
            run.finish()
            sources.finish()
        finally:
            sources.leave()
            if taking is not None:
                taking.cancel()
            for task in running:
                task.cancel()
            await close()
            # Also of those that have ended and that nobody will ask for their result.
            await asyncio.gather(*running, return_exceptions=True)
