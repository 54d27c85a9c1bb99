"""The framing of a multipart body: its parts' heads and its exact length.

The length is known before the first byte is sent, so a body that is cut short can never be taken
for a whole one.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, TypeAlias
from urllib.parse import quote

__all__ = ["Awaited", "Multipart", "Part", "Source", "Watch"]

Watch: TypeAlias = Callable[[], Callable[[int, bytes], None]]
"""Called when the reading of a body begins; what it returns, with each piece of a file and the
number of its part."""


class Awaited:
    """What only an event loop can get, put among the bytes where it is needed to go on.

    Whoever reads the bytes there awaits it and writes down what came of it, and then reads on.
    """

    def __init__(self, awaitable: Awaitable[object]) -> None:
        self.awaitable = awaitable
        self.result: object = None
        self.error: Exception | None = None


class Source(Protocol):
    """Where a part's bytes come from."""

    @property
    def size(self) -> int | None:
        """The number of bytes, or `None` where only reading tells."""
        ...

    @property
    def rewindable(self) -> bool:
        """Whether it can be read again from where it started."""
        ...

    def pieces(self) -> Iterable[bytes | Awaited]:
        """Yield the bytes, exactly `size` of them, or raise."""
        ...


class Part(NamedTuple):
    """One file of a body; a tuple, since a folder may have many."""

    field: str
    filename: str
    source: Source

    def head(self, boundary: str) -> bytes:
        """Return what stands before the file's bytes."""
        name = f'name="{escape(self.field)}"; filename="{escape(self.filename)}"'
        if not self.filename.isascii() or "%" in self.filename:
            # Many servers take the plain form for Latin-1, and decode a '%22' that was the name's
            # own; this one they read right (RFC 5987).
            name += f"; filename*=UTF-8''{quote(self.filename, safe='')}"
        return (
            f"--{boundary}\r\nContent-Disposition: form-data; {name}\r\n"
            "Content-Type: application/octet-stream\r\n\r\n"
        ).encode()


@dataclass(frozen=True)
class Multipart:
    """A body of text fields and files, framed but not yet read.

    What takes a look at every part is worked out once: a folder may have many.
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
        """The text fields, which come first."""
        return b"".join(
            (
                f"--{self.boundary}\r\nContent-Disposition: form-data; "
                f'name="{escape(name)}"\r\n\r\n{value}\r\n'
            ).encode()
            for name, value in self.fields
        )

    @property
    def closing(self) -> bytes:
        """What ends the body."""
        return f"--{self.boundary}--\r\n".encode()

    @cached_property
    def content_size(self) -> int | None:
        """How many bytes the files have together, or `None` where only reading tells."""
        total = 0
        for part in self.parts:
            if part.source.size is None:
                return None
            total += part.source.size
        return total

    @cached_property
    def length(self) -> int | None:
        """How many bytes the whole body has, or `None` where only reading tells."""
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
    """Return a name as it stands between quotes, the way browsers write it."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
