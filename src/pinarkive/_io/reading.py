"""A body read piece by piece, and how far an upload is."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from .._core.multipart import Awaited, Multipart
from .asking import not_awaited
from .measured import BytesSource, PathSource
from .objects import CHUNK, FileSource, PiecesSource

__all__ = [
    "Chunk",
    "OnProgress",
    "Progress",
    "has_objects",
    "is_at_hand",
    "is_large",
    "is_worth_a_thread",
    "read_body",
    "reading_body",
]

# Reads from the caller's own object.
OBJECTS = (FileSource, PiecesSource)
SMALL = 256 * 1024
# From which size on a body is long.
LONG = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of an upload. After a failed attempt it starts again from zero."""

    sent: int
    """Bytes of content sent so far."""
    total: int | None
    """Bytes of content in total; `None` for a stream of unknown length."""
    file: str
    """The name or path of the current file."""
    files_done: int
    """How many files are complete."""
    files: int
    """How many files there are."""


OnProgress: TypeAlias = Callable[[Progress], object]
"""Called with a `Progress` after each piece of an upload."""


class Chunk(NamedTuple):
    """A piece of a body, and the progress once it is sent."""

    data: bytes
    progress: Progress
    is_slow: bool = False
    """Whether the next piece may take long, so that this one should be sent at once."""


def read_body(body: Multipart) -> Generator[Chunk, None, None]:
    """Yield a body piece by piece, where nothing can be awaited."""
    with closing(reading_body(body)) as chunks:
        for chunk in chunks:
            if isinstance(chunk, Awaited):
                raise not_awaited()
            yield chunk


def reading_body(body: Multipart) -> Generator[Chunk | Awaited, None, None]:
    """Yield a body piece by piece; each file is open only while its turn lasts."""
    total, files = body.content_size, len(body.parts)
    # Pieces too small to be sent alone; they are joined once, as growing a buffer copies it often.
    waiting = [body.preamble]
    held = sent = 0
    name = ""
    watched = None if body.watch is None else body.watch()

    def chunk(data: bytes, done: int, *, is_slow: bool = False) -> Chunk:
        return Chunk(data, Progress(sent, total, name, done, files), is_slow)

    for index, part in enumerate(body.parts):
        name, source = part.filename, part.source
        head = part.head(body.boundary)
        waiting.append(head)
        held += len(head)
        # An open file may be slow, so its pieces are sent at once.
        is_slow = isinstance(source, OBJECTS)
        for piece in source.pieces():
            if isinstance(piece, Awaited):
                yield piece
                continue
            if watched is not None:
                watched(index, piece)
            size = len(piece)
            sent += size
            held += size
            if size < SMALL:
                waiting.append(piece)
                # Small files are joined into one write, as a packet for each would cost more.
                if held < SMALL and not is_slow:
                    continue
                yield chunk(b"".join(waiting), index, is_slow=is_slow)
            else:
                # A large piece is sent as it is: joining would copy it.
                if waiting:
                    yield chunk(b"".join(waiting), index)
                yield chunk(piece, index)
            waiting.clear()
            held = 0
        waiting.append(b"\r\n")
    waiting.append(body.closing)
    yield chunk(b"".join(waiting), files)


def is_at_hand(body: Multipart) -> bool:
    """Return whether a body can be read without waiting for anything but what is awaited."""
    # The caller's own memory is not: it may be a file's, of which the system reads each piece. What
    # watches a long body may be behind, and is waited for as well.
    is_long = body.watch is not None and (body.content_size or 0) > LONG
    return all(
        (isinstance(part.source, BytesSource) and not is_long)
        or (isinstance(part.source, OBJECTS) and part.source.is_awaited)
        for part in body.parts
    )


def has_objects(body: Multipart) -> bool:
    """Return whether a body reads from the caller's own objects."""
    return any(isinstance(part.source, OBJECTS) for part in body.parts)


def is_large(body: Multipart) -> bool:
    """Return whether a body is large, or may be, and comes in large pieces."""
    size = body.content_size
    return size is None or (size > LONG and size > len(body.parts) * CHUNK)


def is_worth_a_thread(body: Multipart) -> bool:
    """Return whether a body is worth reading ahead: large pieces come from the disk.

    An open file is read only in its caller's own thread.
    """
    return is_large(body) and all(isinstance(part.source, PathSource) for part in body.parts)
