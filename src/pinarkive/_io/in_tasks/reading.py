"""A body read ahead for a task that sends it: reading would stall its event loop."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import closing

from ..._core.multipart import Awaited, Multipart
from ..asking import answer
from ..batches import Batches
from ..reading import Chunk, is_at_hand, reading_body

__all__ = ["pieces_of"]


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
    batches = Batches(content)
    try:
        is_last = False
        while not is_last:
            coming = batches.next()
            # What is there already needs no turn of the event loop.
            read = coming.result() if coming.done() else await asyncio.wrap_future(coming)
            if read.error is not None:
                raise read.error
            is_last = read.is_last
            for chunk in read.chunks:
                yield chunk
            if read.awaited is not None:
                await answer(read.awaited)
    finally:
        batches.close()
