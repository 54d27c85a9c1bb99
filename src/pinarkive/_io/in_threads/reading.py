"""A body read ahead for a thread that sends it."""

from collections.abc import Generator
from concurrent.futures import wait

from ..._core.multipart import Multipart
from ..reading import BATCH, Chunk, is_worth_a_thread, read_body, reading_body, start_reading

__all__ = ["pieces_of"]


def pieces_of(content: Multipart) -> Generator[Chunk, None, None]:
    """Return a body's pieces; an open file is read by nobody but its caller's own thread."""
    return read_ahead(content) if is_worth_a_thread(content) else read_body(content)


def read_ahead(content: Multipart) -> Generator[Chunk, None, None]:
    """Yield a body piece by piece, the next ones being read in a thread meanwhile."""
    chunks = reading_body(content)
    reading = start_reading(chunks, BATCH)
    try:
        is_last = False
        while not is_last:
            read = reading.result()
            if read.error is not None:
                raise read.error
            is_last = read.is_last
            if not is_last:
                reading = start_reading(chunks, BATCH)
            yield from read.chunks
    finally:
        # A read that has begun goes on in its thread; the file can be closed only after it.
        wait([reading])
        chunks.close()
