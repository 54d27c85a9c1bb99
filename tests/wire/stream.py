"""HTTP/1.1 as bytes on a socket: heads, and bodies by their framing."""

import re
import socket
from collections.abc import Iterator

__all__ = ["Gone", "Stream", "body_length", "header", "is_chunked"]

PIECE = 256 * 1024
LONGEST_HEAD = 1024 * 1024


class Gone(ConnectionError):
    """The other side left in the middle of a message."""


def header(head: bytes, name: str) -> str:
    """Return a header's value, or nothing."""
    found = re.search(rf"\r\n{re.escape(name)}:[ \t]*([^\r\n]*)".encode(), head, re.I)
    return found[1].decode("latin-1").strip() if found else ""


def is_chunked(head: bytes) -> bool:
    """Say whether the body that follows comes in chunks."""
    return header(head, "transfer-encoding").lower() == "chunked"


def body_length(head: bytes) -> int | None:
    """Return the length that a head declares, or `None`."""
    declared = header(head, "content-length")
    return int(declared) if declared else None


class Stream:
    """A socket that is read message by message."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._waiting = bytearray()

    @property
    def has_more(self) -> bool:
        """Whether bytes are here that nobody has asked for yet."""
        return bool(self._waiting)

    def fill_if_empty(self) -> bool:
        """Wait for bytes; return whether there are any before the other side ends."""
        return bool(self._waiting) or self._fill()

    def head(self) -> bytes:
        """Return the next head with its empty line; `b""` where the other side ended before it."""
        while (end := self._waiting.find(b"\r\n\r\n")) < 0:
            if len(self._waiting) > LONGEST_HEAD:
                raise Gone("a head without an end")
            if not self._fill():
                if self._waiting:
                    raise Gone("it ended within a head")
                return b""
        return self._take(end + 4)

    def body(self, head: bytes, *, to_end: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """Yield the body's pieces, each as it came and as what it holds.

        Args:
            head: What came before it.
            to_end: Whether a body without a length ends with the connection, as an answer's does.
        """
        if is_chunked(head):
            yield from self._chunks()
            return
        length = body_length(head)
        if length is None:
            while to_end and (self._waiting or self._fill()):
                data = self._take(len(self._waiting))
                yield data, data
            return
        while length:
            data = self.some(length)
            length -= len(data)
            yield data, data

    def some(self, most: int) -> bytes:
        """Return at least one byte and at most `most`."""
        if not self._waiting:
            # Straight from the socket: a large body is not copied once more.
            data = self.socket.recv(min(most, PIECE))
            if not data:
                raise Gone("it ended within a body")
            return data
        return self._take(min(most, len(self._waiting)))

    def _chunks(self) -> Iterator[tuple[bytes, bytes]]:
        while True:
            line = self._line()
            left = int(line.split(b";")[0], 16)
            yield line, b""
            last = left == 0
            while left:
                data = self.some(left)
                left -= len(data)
                yield data, data
            yield self._line(), b""
            if last:
                return

    def _line(self) -> bytes:
        while (end := self._waiting.find(b"\r\n")) < 0:
            if not self._fill():
                raise Gone("it ended within a chunk")
        return self._take(end + 2)

    def _fill(self) -> bool:
        data = self.socket.recv(PIECE)
        self._waiting += data
        return bool(data)

    def _take(self, size: int) -> bytes:
        data = bytes(self._waiting[:size])
        del self._waiting[:size]
        return data
