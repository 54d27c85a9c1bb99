"""Reads a body ahead of its sending, in a thread, one batch of pieces at a time."""

import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from typing import NamedTuple

from .._core.multipart import Awaited, Multipart
from .reading import Chunk, has_objects, reading_body
from .threads import in_a_thread, in_the_pool

__all__ = ["Batch", "Batches"]

SIZE = 1024 * 1024
# How many batches may wait to be sent. With none, the thread would pause after each batch until it
# is taken, which makes a verified upload take a fifth longer.
WAITING = 1


class Batch(NamedTuple):
    """The next pieces of a body."""

    chunks: list[Chunk]
    awaited: Awaited | None
    """What to await before asking for the next batch."""
    is_last: bool
    error: BaseException | None = None
    """The error of the reading. It is passed as a value, as asyncio replaces some exceptions of
    futures by copies, and the caller gets the exception that its own file raised."""


class Batches:
    """The batches of a body, in order."""

    def __init__(self, body: Multipart) -> None:
        self._chunks = reading_body(body)
        # Reading an object of the caller's may never end, so it gets a thread of its own, which
        # the process does not wait for at exit.
        self._may_stall = has_objects(body)
        self._lock = threading.Lock()
        self._ready: deque[Batch] = deque()
        self._wanted: Future[Batch] | None = None
        self._is_reading = False
        self._is_at_rest = False
        self._is_closed = False
        self._ended: Future[None] = Future()

    def next(self) -> Future[Batch]:
        """Return the next batch; what the previous one says to await has been awaited."""
        future: Future[Batch] = Future()
        # So that it cannot be cancelled: the thread sets its result even if nobody waits for it.
        future.set_running_or_notify_cancel()
        with self._lock:
            if self._ready:
                future.set_result(self._ready.popleft())
            else:
                self._wanted = future
                self._is_at_rest = False
            starts = not self._is_reading and self._goes_on()
            self._is_reading = self._is_reading or starts
        if starts and self._may_stall:
            # The caller's own code sees the context variables of the task that uploads.
            in_a_thread(partial(copy_context().run, self._read), "pinarkive-read")
        elif starts:
            in_the_pool(self._read)
        return future

    def close(self) -> Future[None]:
        """Stop reading; the future that is returned is done when the files are closed."""
        with self._lock:
            self._is_closed = True
            is_reading = self._is_reading
        if not is_reading:
            self._end()
        # A read that has begun continues, and the thread closes the files after it.
        return self._ended

    def _goes_on(self) -> bool:
        return not self._is_at_rest and not self._is_closed and len(self._ready) < WAITING

    def _read(self) -> None:
        while True:
            found = batch(self._chunks)
            with self._lock:
                self._is_at_rest = found.is_last or found.awaited is not None
                wanted, self._wanted = self._wanted, None
                if wanted is None:
                    self._ready.append(found)
                goes_on = self._is_reading = self._goes_on()
                is_closed = self._is_closed
            if wanted is not None:
                wanted.set_result(found)
            if is_closed:
                self._end()
            if not goes_on:
                return

    def _end(self) -> None:
        try:
            self._chunks.close()
        except BaseException as error:
            self._ended.set_exception(error)
        else:
            self._ended.set_result(None)


def batch(chunks: Iterator[Chunk | Awaited]) -> Batch:
    """Return the next pieces of a body."""
    found: list[Chunk] = []
    left = SIZE
    try:
        for chunk in chunks:
            if isinstance(chunk, Awaited):
                return Batch(found, chunk, is_last=False)
            found.append(chunk)
            left -= len(chunk.data)
            if left <= 0 or chunk.is_slow:
                return Batch(found, None, is_last=False)
    except BaseException as error:
        return Batch([], None, is_last=True, error=error)
    return Batch(found, None, is_last=True)
