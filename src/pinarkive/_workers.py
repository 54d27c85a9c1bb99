"""Many pieces of work at a time: threads on one side, tasks on the other."""

import asyncio
import concurrent.futures
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Iterator
from typing import Any, TypeVar

__all__ = ["as_they_end", "async_as_they_end"]

A = TypeVar("A")
B = TypeVar("B")


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
    ended: deque[concurrent.futures.Future[B]] = deque()
    try:
        while True:
            while len(running) < limit:
                try:
                    item = next(items)
                except StopIteration:
                    break
                running.add(pool.submit(work, item))
            if running and not ended:
                done, running = concurrent.futures.wait(
                    running, return_when=concurrent.futures.FIRST_COMPLETED
                )
                ended.extend(done)
            if not ended:
                return
            yield ended.popleft().result()
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
        items: The items.
        limit: How many are worked on at a time.
        abort: Makes all work that is under way end soon; called if not all results are wanted.
    """
    running: set[asyncio.Task[B]] = set()
    ended: deque[asyncio.Task[B]] = deque()
    try:
        while True:
            while len(running) < limit:
                try:
                    item = next(items)
                except StopIteration:
                    break
                running.add(asyncio.create_task(work(item)))
            if running and not ended:
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                ended.extend(done)
            if not ended:
                return
            yield ended.popleft().result()
    finally:
        for task in running:
            task.cancel()
        if running:
            await abort()
        # Also of those that have ended and that nobody will ask for their result.
        await asyncio.gather(*running, *ended, return_exceptions=True)
