"""Non-blocking connections, with or without TLS: an operation succeeds, or says what to wait for.

How to wait is for the two sides to know, threads and tasks.
"""

import math
import select
import socket
import ssl
import sys
from contextlib import suppress
from typing import Literal, Protocol, TypeAlias

__all__ = ["BLOCKS", "Channel", "Tcp", "Tls", "Wanted", "wait_for", "wanted"]

TLS_READ = 64 * 1024
# A MiB at a time takes a third longer: it exceeds the cache, and the server waits for the start.
TLS_WRITE = 512 * 1024

BLOCKS = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)

Wanted: TypeAlias = Literal["read", "write", "either"]
"""What a wait is for."""

if sys.platform != "win32":
    EVENTS: dict[Wanted, int] = {
        "read": select.POLLIN,
        "write": select.POLLOUT,
        "either": select.POLLIN | select.POLLOUT,
    }


class Channel(Protocol):
    """A non-blocking connection, with or without TLS."""

    def fileno(self) -> int:
        """Return its file descriptor."""
        ...

    def recv(self, size: int, /) -> bytes:
        """Return the data that has arrived."""
        ...

    def send(self, data: memoryview, /) -> int:
        """Send what can be sent, and return how much it was."""
        ...

    def flush(self) -> None:
        """Send data that was accepted but not sent yet."""
        ...

    def shutdown(self, how: int, /) -> None:
        """Shut it down, which wakes whoever waits for it."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Tcp(socket.socket):
    """A plain socket, which buffers nothing."""

    def flush(self) -> None:
        """Do nothing: all accepted data has been sent."""


class Tls:
    """TLS on a connection, or on another TLS connection, as to a server behind an encrypted proxy.

    The ssl module's own socket cannot do the latter, and makes a call to the system for each 16
    KiB; here many records leave with one.
    """

    def __init__(self, inner: Channel, context: ssl.SSLContext, host: str | None) -> None:
        self._inner = inner
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._unsent = memoryview(b"")
        self.ssl_object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)

    def fileno(self) -> int:
        """Return the file descriptor of the socket."""
        return self._inner.fileno()

    def do_handshake(self) -> None:
        """Continue the handshake as far as possible without waiting."""
        while True:
            try:
                self.ssl_object.do_handshake()
            except ssl.SSLWantReadError:
                self.flush()
                self._fill()
            except ssl.SSLError:
                # The alert that tells the server why, if it can be sent.
                with suppress(OSError):
                    self.flush()
                raise
            else:
                self.flush()
                return

    def recv(self, size: int, /) -> bytes:
        """Return the data that has arrived; nothing at the end, even without a TLS close."""
        while True:
            # Even if nothing can be sent any more, earlier data can still be read.
            with suppress(OSError):
                self.flush()
            try:
                return self.ssl_object.read(size)
            except ssl.SSLWantReadError:
                self._fill()
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def send(self, data: memoryview, /) -> int:
        """Encrypt and send some data; what cannot be sent at once goes first next time."""
        self.flush()
        taken = 0
        while taken < min(len(data), TLS_WRITE):
            try:
                taken += self.ssl_object.write(data[taken:TLS_WRITE])
            except ssl.SSLWantReadError:
                # The server renegotiates keys (TLS 1.2), and nothing can be sent before that.
                if taken:
                    break
                self.flush()
                self._fill()
        with suppress(*BLOCKS):
            self.flush()
        return taken

    def flush(self) -> None:
        """Send the encrypted data."""
        self._inner.flush()
        while True:
            if not self._unsent:
                self._unsent = memoryview(self._outgoing.read())
            if not self._unsent:
                return
            self._unsent = self._unsent[self._inner.send(self._unsent) :]

    def shutdown(self, how: int, /) -> None:
        """Shut it down, which wakes whoever waits for it."""
        self._inner.shutdown(how)

    def close(self) -> None:
        """Close it."""
        self._inner.close()

    def _fill(self) -> None:
        try:
            data = self._inner.recv(TLS_READ)
        except BlockingIOError:
            # The caller must wait to read, whatever it was about to do.
            raise ssl.SSLWantReadError from None
        if data:
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


def wanted(error: OSError) -> Wanted:
    """Return what a blocked operation waits for: "read" or "write"."""
    return "write" if isinstance(error, ssl.SSLWantWriteError) else "read"


def wait_for(channel: "Channel", what: Wanted, seconds: float | None) -> bool:
    """Wait until a socket can be read from or written to; return whether it can."""
    if sys.platform == "win32":
        readers = [channel] if what != "write" else []
        writers = [channel] if what != "read" else []
        # Windows reports a failed connection in the third list.
        return any(select.select(readers, writers, writers, seconds))
    poll = select.poll()
    poll.register(channel, EVENTS[what])
    return bool(poll.poll(None if seconds is None else math.ceil(seconds * 1000)))
