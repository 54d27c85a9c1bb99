"""Measures and reads the caller's own open files and iterators."""

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
# Small pieces of an iterator are joined; otherwise a generator of lines is sent line by line.
JOINED = 64 * 1024
# Joined pieces that are older than this are sent when the next piece arrives.
MOMENT = 0.05
END = object()
# What a file raises if it lacks an operation; a custom seek() may not accept `whence`.
CANNOT = (OSError, ValueError, TypeError, AttributeError, NotImplementedError)


class Handle(NamedTuple):
    """The functions that get and set a file's position."""

    tell: Callable[[], object]
    seek: Callable[..., object]

    def end(self, start: int) -> Asking[object]:
        """Return the position of the file's end, and restore its position."""
        yield from asked(partial(self.seek, 0, os.SEEK_END))
        try:
            end = yield from asked(self.tell)
        except CANNOT:
            # Left at its end, the file would look empty.
            yield from asked(partial(self.seek, start))
            raise
        yield from asked(partial(self.seek, start))
        return end


@dataclass(slots=True)
class FileSource:
    """An open file, read from the position at which it was measured."""

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
        """Yield the file's bytes, exactly `size` of them if that is known, or raise."""
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
        # If others append to the file, what it held when it was measured is sent. If it holds more
        # bytes without having grown, it reported a wrong length, and the upload would be truncated.
        if self.handle is None:
            return False
        end = yield from self.handle.end(self.end)
        return isinstance(end, int) and end > self.end

    def read(self, size: int) -> Asking[bytes]:
        """Return at most `size` bytes, and none at the end."""
        # The file is not trusted, as a wrong length would corrupt the upload.
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
    """The pieces that an iterator yields, which can be sent once."""

    iterator: Iterator[Piece] | AsyncIterator[Piece]
    name: str
    is_awaited: bool
    """Whether it is read by the event loop alone."""
    size: None = None
    rewindable: bool = False
    _was_read: bool = field(default=False, init=False)

    def pieces(self) -> Generator[bytes | Awaited, None, None]:
        """Yield the iterator's pieces, small ones joined, and close it if it is a generator."""
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
            # An async generator is closed in its event loop instead.
            if is_generator(self.iterator):
                self.iterator.close()

    def leave(self) -> AsyncGenerator[object, None] | None:
        """Close an unread generator, or return the async one that the event loop must close."""
        if is_async_generator(self.iterator):
            return self.iterator
        # Another thread may still be reading one that was started, and closes it.
        if is_generator(self.iterator) and not self._was_read:
            self._was_read = True
            self.iterator.close()
        return None

    def _next(self) -> object:
        if isinstance(self.iterator, AsyncIterator):
            return next_of(self.iterator)
        return next(self.iterator, END)


def is_generator(value: object) -> TypeGuard[Generator[object, None, object]]:
    """Return whether an iterator can be closed."""
    return isinstance(value, Generator)


def is_async_generator(value: object) -> TypeGuard[AsyncGenerator[object, None]]:
    """Return whether an async iterator can be closed."""
    return isinstance(value, AsyncGenerator)


async def next_of(pieces: AsyncIterator[Piece]) -> object:
    """Return the next piece, or `END`."""
    try:
        return await anext(pieces)
    except StopAsyncIteration:
        return END


def as_memory(piece: object, name: str) -> "memoryview[int]":
    """Return a piece as a view of plain bytes, or raise `TypeError`."""
    # NumPy's numbers have a buffer too, but are not bytes.
    if not isinstance(piece, Number):
        try:
            view = memoryview(piece)  # type: ignore[arg-type]  # the question is whether it can be
        except TypeError:
            pass
        else:
            is_plain = view.format == "B" and view.ndim == 1 and view.contiguous
            return view if is_plain else memoryview(view.tobytes())
    raise TypeError(f"{name!r}: the iterator yielded {type(piece).__name__}, not bytes")


def as_bytes(value: object) -> object:
    """Return a `bytearray` as `bytes`, and anything else as it is."""
    return bytes(value) if isinstance(value, bytearray) else value


def changed_size(name: str) -> SourceChangedError:
    """Return the error for a source that became longer or shorter while it was sent."""
    return SourceChangedError(
        f"{name!r} changed while it was being sent; nothing was stored, send it again"
    )


def read_before(name: str) -> SourceChangedError:
    """Return the error for a stream that has already been read."""
    return SourceChangedError(
        f"{name!r} can be read only once, and has been; nothing was stored, pass a new one"
    )


def measure_file(
    file: BinaryFile | AsyncBinaryFile, name: str, where: str, *, may_await: bool
) -> Asking[FileSource]:
    """Return an open file with the number of bytes from its position to its end.

    Args:
        file: The file.
        name: Its name.
        where: The argument that it was passed as.
        may_await: Whether there is an event loop to await its methods.

    Raises:
        InvalidInputError: It cannot be read, or is at its end.
    """
    by_loop = is_awaited(file)
    inner: object = getattr(file, "file", None) if by_loop else None
    if by_loop and not may_await:
        instead = (
            "its .file (upload.file)" if hasattr(inner, "read") else "a file opened with open(...)"
        )
        raise InvalidInputError(
            f"{where}: {name!r} is a file whose read() must be awaited, which only "
            f"AsyncPinarkiveClient does; pass {instead}",
            where,
        )
    if getattr(file, "closed", False) is True or getattr(inner, "closed", False) is True:
        raise InvalidInputError(f"{where}: the file object {name!r} is closed", where)
    readable = getattr(file, "readable", None)
    if callable(readable) and not (yield from asked(readable)):
        raise InvalidInputError(f"{where}: the file object {name!r} is not open for reading", where)
    unknown = FileSource(file, name, size_of(file) if by_loop else None, by_loop)
    # Starlette's UploadFile has no tell(), and its seek() takes no `whence`.
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
            f"{where}: the file object {name!r} has {end} bytes and is at its end, so nothing "
            "would be sent; call seek(0) first",
            where,
        )
    found = FileSource(file, name, end - start, by_loop, handle, partial(seek, start), end)
    if not end:
        # Files in /proc report a size of 0 and are not empty.
        found.size = None
        if not (yield from found.read(1)):
            found.size = 0
        yield from asked(partial(seek, start))
    return found


def is_awaited(file: BinaryFile | AsyncBinaryFile) -> bool:
    """Return whether a file's `read` must be awaited."""
    return iscoroutinefunction(file.read)


def handle_of(file: object) -> Handle | None:
    """Return the functions that get and set a file's position, if it has them."""
    tell, seek = getattr(file, "tell", None), getattr(file, "seek", None)
    return Handle(tell, seek) if callable(tell) and callable(seek) else None


def size_of(file: object) -> int | None:
    """Return the size in a file's `size` attribute, which files from web forms have."""
    size = getattr(file, "size", None)
    return size if isinstance(size, int) and not isinstance(size, bool) and size >= 0 else None


def measure_pieces(
    iterator: Iterator[Piece] | AsyncIterator[Piece], name: str, where: str, *, may_await: bool
) -> PiecesSource:
    """Return an iterator of bytes as a source, whose size is unknown until all have been sent.

    Raises:
        InvalidInputError: It is an exhausted generator, or async without an event loop.
    """
    by_loop = isinstance(iterator, AsyncIterator)
    if by_loop and not may_await:
        raise InvalidInputError(
            f"{where}: an async iterator needs AsyncPinarkiveClient; pass a plain iterator", where
        )
    frame = "ag_frame" if by_loop else "gi_frame"
    # An exhausted generator yields nothing, and nobody wants to upload an empty file by mistake.
    if getattr(iterator, frame, iterator) is None:
        raise InvalidInputError(
            f"{where}: the generator is exhausted; create a new one for each upload", where
        )
    return PiecesSource(iterator, name, by_loop)
