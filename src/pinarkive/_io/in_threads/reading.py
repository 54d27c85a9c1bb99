"""A body read ahead for a thread that sends it."""

from collections.abc import Generator

from ..._core.multipart import Multipart
from ..batches import Batches
from ..reading import Chunk, is_worth_a_thread, read_body

__all__ = ["pieces_of"]


def pieces_of(content: Multipart) -> Generator[Chunk, None, None]:
    """Return a body's pieces; an open file is read by nobody but its caller's own thread."""
    return read_ahead(content) if is_worth_a_thread(content) else read_body(content)


def read_ahead(content: Multipart) -> Generator[Chunk, None, None]:
    """Yield a body piece by piece, the next ones being read in a thread meanwhile."""
    batches = Batches(content)
    try:
        is_last = False
        while not is_last:
            read = batches.next().result()
            if read.error is not None:
                raise read.error
            is_last = read.is_last
            yield from read.chunks
    finally:
        batches.close().result()
