"""A body read ahead for a task that sends it: reading would stall its event loop."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import closing

from ..._core.multipart import Awaited, Multipart
from ..asking import answer
from ..reading import BATCH, Chunk, has_objects, is_at_hand, reading_body, start_reading

__all__ = ["pieces_of"]

# Each batch costs a hop from a thread to the event loop, which takes as long as half a MiB.
ASYNC_BATCH = 2 * BATCH


def pieces_of(content: Multipart) -> AsyncGenerator[Chunk, None]:
    """Return a body's pieces."""
    return read_at_once(content) if is_at_hand(content) else read_ahead(content)


async def read_at_once(content: Multipart) -> AsyncGenerator[Chunk, None]:
    """Yield a body that is in memory or is awaited, piece by piece."""
    with closing(reading_body(content)) as chunks:
        for chunk in chunks:
            if isinstance(chunk, Awaited):
                await answer(chunk)
            else:
                yield chunk


async def read_ahead(content: Multipart) -> AsyncGenerator[Chunk, None]:
    """Yield a body piece by piece, the next ones being read in a thread meanwhile."""
    chunks = reading_body(content)
    may_stall = has_objects(content)
    reading = start_reading(chunks, ASYNC_BATCH, may_stall=may_stall)
    try:
        is_last = False
        while not is_last:
            read = await asyncio.wrap_future(reading)
            if read.error is not None:
                raise read.error
            is_last = read.is_last
            if read.awaited is None and not is_last:
                reading = start_reading(chunks, ASYNC_BATCH, may_stall=may_stall)
            for chunk in read.chunks:
                yield chunk
            if read.awaited is not None:
                await answer(read.awaited)
                reading = start_reading(chunks, ASYNC_BATCH, may_stall=may_stall)
    finally:
        # A read that has begun goes on in its thread, cancelled or not; the file can be closed
        # only after it.
        reading.add_done_callback(lambda _: chunks.close())
