"""Open files and iterators of the caller's own, measured, and read when their turn comes."""

import os
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from dataclasses import dataclass, field
from functools import partial
from inspect import iscoroutinefunction
from numbers import Number
from typing import NamedTuple, TypeGuard

from .._core.multipart import Awaited
from ..errors import InvalidInputError, SourceChangedError
from ..sources import AsyncBinaryFile, BinaryFile, Piece
from .asking import Asking, asked

__all__ = [
    "CHUNK",
    "FileSource",
    "PiecesSource",
    "changed_size",
    "is_awaited",
    "measure_file",
    "measure_pieces",
]

CHUNK = 256 * 1024
# Small pieces of an iterator are joined: a generator of lines would else be sent line by line.
JOINED = 64 * 1024
# But none is held back for longer than this once it is there and the next one is as well.
MOMENT = 0.05
END = object()
# What a file says that cannot do what it is asked for; a seek() of one's own may take no `whence`.
CANNOT = (OSError, ValueError, TypeError, AttributeError, NotImplementedError)


class Handle(NamedTuple):
    """How a file is asked where it stands, and moved."""

    tell: Callable[[], object]
    seek: Callable[..., object]

    def end(self, start: int) -> Asking[object]:
        """Return where the file ends, and leave it where it stood."""
        yield from asked(partial(self.seek, 0, os.SEEK_END))
        try:
            end = yield from asked(self.tell)
        except CANNOT:
            # At its end it would be taken for an empty file.
            yield from asked(partial(self.seek, start))
            raise
        yield from asked(partial(self.seek, start))
        return end


@dataclass(slots=True)
class FileSource:
    """An open file, read from where it stood when it was measured."""

    file: BinaryFile | AsyncBinaryFile
    name: str
    size: int | None
    is_awaited: bool
    """Whether it is read by the event loop alone."""
    handle: Handle | None = None
    seek: Callable[[], object] | None = None
    end: int = 0
    _was_read: bool = field(default=False, init=False)

    @property
    def rewindable(self) -> bool:
        """Whether it can be read again."""
        return self.seek is not None

    def pieces(self) -> Generator[bytes | Awaited, None, None]:
        """Yield the file's bytes, exactly `size` of them where that is known, else raise."""
        if self.seek is not None:
            yield from asked(self.seek)
        elif self._was_read:
            raise read_before(self.name)
        self._was_read = True
        left = self.size
        while left is None or left:
            data = yield from self.read(CHUNK if left is None else min(CHUNK, left))
            if not data:
                break
            if left is not None:
                left -= len(data)
            yield data
        if left:
            raise changed_size(self.name)
        if left is not None and (yield from self.read(1)) and not (yield from self._has_grown()):
            raise changed_size(self.name)

    def _has_grown(self) -> Asking[bool]:
        # Of a file that others write to, as much is sent as it held. One that holds more than it
        # said, and has not grown, does not know its own length: sent like this, it would be cut.
        if self.handle is None:
            return False
        end = yield from self.handle.end(self.end)
        return isinstance(end, int) and end > self.end

    def read(self, size: int) -> Asking[bytes]:
        """Return at most so many bytes, and none at the end."""
        # What it returns is not taken on trust: a wrong length would make a corrupt upload.
        data = as_bytes((yield from asked(partial(self.file.read, size))))
        if isinstance(data, bytes):
            if len(data) > size:
                raise ValueError(f"{self.name!r}: read({size}) returned {len(data)} bytes")
            return data
        if data is None:
            raise ValueError(f"{self.name!r}: read() returned None; the file is non-blocking")
        raise TypeError(
            f"{self.name!r}: read() returned {type(data).__name__}, not bytes; open it with 'rb'"
        )


@dataclass(slots=True)
class PiecesSource:
    """The pieces that an iterator gives, sent once."""

    iterator: Iterator[Piece] | AsyncIterator[Piece]
    name: str
    is_awaited: bool
    """Whether it is read by the event loop alone."""
    size: None = None
    rewindable: bool = False
    _was_read: bool = field(default=False, init=False)

    def pieces(self) -> Generator[bytes | Awaited, None, None]:
        """Yield what the iterator gives, joined where it is little, and close a generator."""
        if self._was_read:
            raise read_before(self.name)
        self._was_read = True
        waiting = bytearray()
        since = time.monotonic()
        try:
            while (given := (yield from asked(self._next))) is not END:
                with as_memory(given, self.name) as piece:
                    for start in range(0, len(piece), CHUNK):
                        part = piece[start : start + CHUNK]
                        if not waiting and len(part) >= JOINED:
                            yield bytes(part)
                        else:
                            waiting += part
                        now = time.monotonic()
                        if waiting and (len(waiting) >= JOINED or now - since > MOMENT):
                            yield bytes(waiting)
                            waiting.clear()
                            since = now
            if waiting:
                yield bytes(waiting)
        finally:
            # One that the event loop runs is closed there.
            if is_generator(self.iterator):
                self.iterator.close()

    def leave(self) -> AsyncGenerator[object, None] | None:
        """Close a generator that was not read, or return the one that the event loop must close."""
        if is_async_generator(self.iterator):
            return self.iterator
        # Another thread may still read one that was; it is closed there.
        if is_generator(self.iterator) and not self._was_read:
            self._was_read = True
            self.iterator.close()
        return None

    def _next(self) -> object:
        if isinstance(self.iterator, AsyncIterator):
            return next_of(self.iterator)
        return next(self.iterator, END)


def is_generator(value: object) -> TypeGuard[Generator[object, None, object]]:
    """Say whether an iterator can be closed."""
    return isinstance(value, Generator)


def is_async_generator(value: object) -> TypeGuard[AsyncGenerator[object, None]]:
    """Say whether an async iterator can be closed."""
    return isinstance(value, AsyncGenerator)


async def next_of(pieces: AsyncIterator[Piece]) -> object:
    """Return the next piece, or `END`."""
    try:
        return await anext(pieces)
    except StopAsyncIteration:
        return END


def as_memory(piece: object, name: str) -> "memoryview[int]":
    """Return a piece byte by byte, else raise `TypeError`."""
    # A number of numpy has memory as well, and is no bytes.
    if not isinstance(piece, Number):
        try:
            view = memoryview(piece)  # type: ignore[arg-type]  # the question is whether it can be
        except TypeError:
            pass
        else:
            is_plain = view.format == "B" and view.ndim == 1 and view.contiguous
            return view if is_plain else memoryview(view.tobytes())
    raise TypeError(f"{name!r}: the iterator gave {type(piece).__name__}, not bytes")


def as_bytes(value: object) -> object:
    """Return any kind of bytes as `bytes`, anything else as it is."""
    return bytes(value) if isinstance(value, bytearray) else value


def changed_size(name: str) -> SourceChangedError:
    """Return the error for what became longer or shorter under way."""
    return SourceChangedError(
        f"{name!r} changed while it was being sent; nothing was stored, send it again"
    )


def read_before(name: str) -> SourceChangedError:
    """Return the error for a stream that somebody wants to send again."""
    return SourceChangedError(
        f"{name!r} can be read once, and was; nothing was stored, give it anew"
    )


def measure_file(
    file: BinaryFile | AsyncBinaryFile, name: str, where: str, *, may_await: bool
) -> Asking[FileSource]:
    """Return an open file with the number of bytes from where it stands to its end.

    Args:
        file: The file.
        name: Its name.
        where: The argument that it is.
        may_await: Whether there is an event loop to await what it gives.

    Raises:
        InvalidInputError: It cannot be read, or stands at its end.
    """
    by_loop = is_awaited(file)
    inner: object = getattr(file, "file", None) if by_loop else None
    if by_loop and not may_await:
        instead = (
            "its .file (upload.file)"
            if hasattr(inner, "read")
            else "one that is opened with open(...)"
        )
        raise InvalidInputError(
            f"{where}: {name!r} is a file whose read() is awaited, as AsyncPinarkiveClient "
            f"does; give this client {instead}",
            where,
        )
    if getattr(file, "closed", False) is True or getattr(inner, "closed", False) is True:
        raise InvalidInputError(f"{where}: the file object {name!r} is closed", where)
    readable = getattr(file, "readable", None)
    if callable(readable) and not (yield from asked(readable)):
        raise InvalidInputError(f"{where}: the file object {name!r} is not open to read", where)
    unknown = FileSource(file, name, size_of(file) if by_loop else None, by_loop)
    # Starlette's has no tell() of its own, and a seek() that only goes to a place.
    handle = handle_of(file) or (handle_of(inner) if by_loop else None)
    seek = getattr(file, "seek", None)
    if handle is None or not callable(seek):
        return unknown
    try:
        seekable = getattr(file, "seekable", None)
        if callable(seekable) and not (yield from asked(seekable)):
            return unknown
        start = yield from asked(handle.tell)
        if not isinstance(start, int):
            return unknown
        end = yield from handle.end(start)
    except CANNOT:
        return unknown
    if not isinstance(end, int):
        return unknown
    if end and start >= end:
        raise InvalidInputError(
            f"{where}: the file object {name!r} holds {end} bytes and stands at its end, so that "
            "nothing would be sent; seek(0) first",
            where,
        )
    found = FileSource(file, name, end - start, by_loop, handle, partial(seek, start), end)
    if not end:
        # Files of the system say so (in /proc), and are not empty.
        found.size = None
        if not (yield from found.read(1)):
            found.size = 0
        yield from asked(partial(seek, start))
    return found


def is_awaited(file: BinaryFile | AsyncBinaryFile) -> bool:
    """Say whether what a file's `read` gives is awaited."""
    return iscoroutinefunction(file.read)


def handle_of(file: object) -> Handle | None:
    """Return how a file is asked where it stands, if it can be."""
    tell, seek = getattr(file, "tell", None), getattr(file, "seek", None)
    return Handle(tell, seek) if callable(tell) and callable(seek) else None


def size_of(file: object) -> int | None:
    """Return the size that a file tells of itself, as a form's does."""
    size = getattr(file, "size", None)
    return size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None


def measure_pieces(
    iterator: Iterator[Piece] | AsyncIterator[Piece], name: str, where: str, *, may_await: bool
) -> PiecesSource:
    """Return an iterator of bytes; how many there are is known once all have been sent.

    Raises:
        InvalidInputError: It is a generator that has ended, or an async one without an event loop.
    """
    by_loop = isinstance(iterator, AsyncIterator)
    if by_loop and not may_await:
        raise InvalidInputError(
            f"{where}: an async iterator needs AsyncPinarkiveClient; give this client an iterator",
            where,
        )
    frame = "ag_frame" if by_loop else "gi_frame"
    # One that has ended gives nothing, and an empty file is not what anyone meant.
    if getattr(iterator, frame, iterator) is None:
        raise InvalidInputError(
            f"{where}: the generator has ended, and can be sent once; make a new one", where
        )
    return PiecesSource(iterator, name, by_loop)
