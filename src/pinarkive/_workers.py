"""Many pieces of work at a time: threads on one side, tasks on the other."""

import asyncio
import concurrent.futures
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Iterator
from typing import Any, Generic, TypeVar

__all__ = ["as_they_end", "async_as_they_end"]

A = TypeVar("A")
B = TypeVar("B")


class Source(Generic[A]):
    """Items one by one; where they fail, what was taken before is not lost."""

    item: A

    def __init__(self, items: Iterator[A]) -> None:
        self._items = items
        self._problem: Exception | None = None
        self._is_over = False

    def advance(self) -> bool:
        """Take the next item; return whether there is one."""
        if self._is_over:
            return False
        try:
            self.item = next(self._items)
        except StopIteration:
            self._is_over = True
        except Exception as error:
            self._is_over, self._problem = True, error
        return not self._is_over

    def finish(self) -> None:
        """Raise what the items failed with, if they did."""
        if self._problem is not None:
            raise self._problem


def as_they_end(
    work: Callable[[A], B], items: Iterator[A], limit: int, abort: Callable[[], object]
) -> Generator[B, None, None]:
    """Yield what comes of each item as soon as it ends, a number of them being worked on at a time.

    An item is taken when there is room for it, and there is room only while results are taken.

    Args:
        work: What is done with an item, in a thread.
        items: The items.
        limit: How many are worked on at a time.
        abort: Makes all work that is under way end soon; called if not all results are wanted.
    """
    pool = concurrent.futures.ThreadPoolExecutor(limit, thread_name_prefix="pinarkive-upload")
    running: set[concurrent.futures.Future[B]] = set()
    source = Source(items)
    try:
        while True:
            # What has ended goes before the next item, which may be long in coming.
            ended = next((each for each in running if each.done()), None)
            if ended is not None:
                running.discard(ended)
                yield ended.result()
            elif len(running) < limit and source.advance():
                running.add(pool.submit(work, source.item))
            elif running:
                concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            else:
                source.finish()
                return
    finally:
        if running:
            abort()
        pool.shutdown(cancel_futures=True)


async def async_as_they_end(
    work: Callable[[A], Coroutine[Any, Any, B]],
    items: Iterator[A],
    limit: int,
    abort: Callable[[], Awaitable[object]],
) -> AsyncGenerator[B, None]:
    """Yield what comes of each item as soon as it ends, a number of them being worked on at a time.

    An item is taken when there is room for it, and there is room only while results are taken.

    Args:
        work: What is done with an item, in a task.
        items: The items; where they are no collection, they are taken in a thread.
        limit: How many are worked on at a time.
        abort: Makes all work that is under way end soon; called if not all results are wanted.
    """
    running: set[asyncio.Task[B]] = set()
    source = Source(items)
    # An iterator over a collection is quick, and tells its length; others may wait for anything.
    is_quick = hasattr(items, "__length_hint__")

    async def advance() -> bool:
        return source.advance() if is_quick else await asyncio.to_thread(source.advance)

    try:
        while True:
            # What has ended goes before the next item, which may be long in coming.
            ended = next((each for each in running if each.done()), None)
            if ended is not None:
                running.discard(ended)
                yield ended.result()
            elif len(running) < limit and await advance():
                running.add(asyncio.create_task(work(source.item)))
            elif running:
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            else:
                source.finish()
                return
    finally:
        for task in running:
            task.cancel()
        if running:
            await abort()
        # Also of those that have ended and that nobody will ask for their result.
        await asyncio.gather(*running, return_exceptions=True)
