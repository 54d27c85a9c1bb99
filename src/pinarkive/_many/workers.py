"""Many uploads at a time: in threads for the sync client, in tasks for the async one."""

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
# How long an outcome waits for the next source: if the source arrives in that time, its upload
# starts while the caller handles the outcome.
MOMENT = 0.005


class Sources:
    """Sources one by one. If they fail, those taken before are not lost.

    The items of a collection are available immediately. Others are taken in a thread, because they
    may be slow: neither outcomes nor the end of the process wait for them.
    """

    source: AnySource

    def __init__(self, sources: Iterator[AnySource]) -> None:
        self._sources = sources
        # An iterator over a collection knows its length.
        self._are_at_hand = hasattr(sources, "__length_hint__")
        self._asked: queue.SimpleQueue[Future[bool] | None] = queue.SimpleQueue()
        self._has_thread = False
        self._problem: BaseException | None = None
        self.are_over = False

    def take(self) -> Future[bool]:
        """Take the next source; the result of the future says whether there is one."""
        asked: Future[bool] = Future()
        # It cannot be cancelled from now on: a source that was requested will be taken.
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
        """Raise the error of the sources, if they failed."""
        if self._problem is not None:
            raise self._problem

    def leave(self) -> None:
        """Take no more sources."""
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
    """Yield the outcome of each source as soon as it ends, with several in progress at a time.

    The next source is taken when there is room for it, and only while outcomes are consumed.

    Args:
        work: Uploads a source, in a thread.
        run: The sources, and the error that ends the run early.
        close: Ends all work in progress.
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
            # Garbage collection may run this in an upload's own thread, or when the process is
            # ending and all other threads are gone.
            if threading.get_ident() not in busy and not sys.is_finalizing():
                concurrent.futures.wait(running)


def async_as_they_end(
    work: Callable[[AnySource], Coroutine[Any, Any, UploadOutcome]],
    run: UploadRun,
    close: Callable[[], Awaitable[object]],
) -> AsyncGenerator[UploadOutcome, None]:
    """Return the outcome of each source as soon as it ends, with several in progress at a time.

    The next source is taken when there is room for it, and only while outcomes are consumed.

    Args:
        work: Uploads a source, in a task.
        run: The sources, and the error that ends the run early.
        close: Ends all work in progress.
    """
    outcomes = async_outcomes(work, run, close)
    run.end_with(outcomes)
    return outcomes


async def async_outcomes(
    work: Callable[[AnySource], Coroutine[Any, Any, UploadOutcome]],
    run: UploadRun,
    close: Callable[[], Awaitable[object]],
) -> AsyncGenerator[UploadOutcome, None]:
    """Yield the outcome of each source; see `async_as_they_end`."""
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
            # This also retrieves the results of finished tasks, which nobody else will.
            await asyncio.gather(*running, return_exceptions=True)
