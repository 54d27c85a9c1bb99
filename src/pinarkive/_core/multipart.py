"""Frames a multipart body: the heads of its parts and its exact length.

The length is declared before the first byte is sent, so no server can mistake a truncated body for
a complete one.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, TypeAlias
from urllib.parse import quote

__all__ = ["Awaited", "Multipart", "Part", "Source", "Watch"]

Watch: TypeAlias = Callable[[], Callable[[int, bytes], None]]
"""Called when the reading of a body begins. The function it returns is called with the number of
a part and each piece of its file."""


class Awaited:
    """Something that only an event loop can await, placed among the bytes where it is needed.

    The reader of the bytes awaits it, stores its result or error, and reads on.
    """

    def __init__(self, awaitable: Awaitable[object]) -> None:
        self.awaitable = awaitable
        self.result: object = None
        self.error: Exception | None = None


class Source(Protocol):
    """The origin of a part's bytes."""

    @property
    def size(self) -> int | None:
        """The number of bytes, or `None` if only reading reveals it."""
        ...

    @property
    def rewindable(self) -> bool:
        """Whether it can be read again from where it started."""
        ...

    def pieces(self) -> Iterable[bytes | Awaited]:
        """Yield exactly `size` bytes, or raise."""
        ...


class Part(NamedTuple):
    """One file of a body. It is a tuple to be cheap, as a folder may have many files."""

    field: str
    filename: str
    source: Source

    def head(self, boundary: str) -> bytes:
        """Return the header that precedes the file's bytes."""
        name = f'name="{escape(self.field)}"; filename="{escape(self.filename)}"'
        if not self.filename.isascii() or "%" in self.filename:
            # Many servers read the plain form as Latin-1, and decode a '%22' that belongs to the
            # name itself. They read this form correctly (RFC 5987).
            name += f"; filename*=UTF-8''{quote(self.filename, safe='')}"
        return (
            f"--{boundary}\r\nContent-Disposition: form-data; {name}\r\n"
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()


@dataclass(frozen=True)
class Multipart:
    """A body of text fields and files, framed but not yet read.

    Sums over all parts are computed once, as a folder may have many files.
    """

    boundary: str
    fields: Sequence[tuple[str, str]]
    parts: Sequence[Part]
    watch: Watch | None = None

    @property
    def content_type(self) -> str:
        """The body's media type, with its boundary."""
        return f"multipart/form-data; boundary={self.boundary}"

    @property
    def preamble(self) -> bytes:
        """The text fields, which precede the files."""
        return b"".join(
            (
                f"--{self.boundary}\r\nContent-Disposition: form-data; "
                f'name="{escape(name)}"\r\n\r\n{value}\r\n'
            ).encode()
            for name, value in self.fields
        )

    @property
    def closing(self) -> bytes:
        """The last boundary, which ends the body."""
        return f"--{self.boundary}--\r\n".encode()

    @cached_property
    def content_size(self) -> int | None:
        """The size of all files in bytes, or `None` if only reading reveals it."""
        total = 0
        for part in self.parts:
            if part.source.size is None:
                return None
            total += part.source.size
        return total

    @cached_property
    def length(self) -> int | None:
        """The size of the whole body in bytes, or `None` if only reading reveals it."""
        content = self.content_size
        if content is None:
            return None
        heads = sum(len(part.head(self.boundary)) + len(b"\r\n") for part in self.parts)
        return len(self.preamble) + heads + content + len(self.closing)

    @property
    def rewindable(self) -> bool:
        """Whether the whole body can be sent again."""
        return all(part.source.rewindable for part in self.parts)


def escape(name: str) -> str:
    """Return a name escaped for use between quotes, as browsers do it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
