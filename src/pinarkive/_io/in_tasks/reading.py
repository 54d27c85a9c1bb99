"""A body read ahead for a task that sends it: reading would stall its event loop."""

import asyncio
from collections.abc import AsyncGenerator

from ..._core.multipart import Multipart
from ..reading import BATCH, Chunk, has_file_objects, is_in_memory, read_body, start_reading

__all__ = ["pieces_of"]

# Each batch costs a hop from a thread to the event loop, which takes as long as half a MiB.
ASYNC_BATCH = 2 * BATCH


def pieces_of(content: Multipart) -> AsyncGenerator[Chunk, None]:
    """Return a body's pieces."""
    return read_at_once(content) if is_in_memory(content) else read_ahead(content)


async def read_at_once(content: Multipart) -> AsyncGenerator[Chunk, None]:
    """Yield a body that is in memory, piece by piece."""
    for chunk in read_body(content):
        yield chunk


async def read_ahead(content: Multipart) -> AsyncGenerator[Chunk, None]:
    """Yield a body piece by piece, the next ones being read in a thread meanwhile."""
    chunks = read_body(content)
    may_stall = has_file_objects(content)
    reading = start_reading(chunks, ASYNC_BATCH, may_stall=may_stall)
    try:
        is_last = False
        while not is_last:
            read, is_last = await asyncio.wrap_future(reading)
            if not is_last:
                reading = start_reading(chunks, ASYNC_BATCH, may_stall=may_stall)
            for chunk in read:
                yield chunk
    finally:
        # A read that has begun goes on in its thread, cancelled or not; the file can be closed
        # only after it.
        reading.add_done_callback(lambda _: chunks.close())
