"""A server that fails as it is told to.

It is given one turn for each request, in order; the last one is for all that follow. A turn is a
sequence of steps on the raw socket. A new connection takes the next turn at once, so that a turn
can also fail before a request; on a connection that is kept, it is taken when bytes arrive.

    with FaultServer([Read(), Reset()], [Read(), Send(json_answer(b"{}"))]) as server:
        ...
    assert [seen.path for seen in server.seen] == ["/api/v3/users/me"] * 2
"""

import contextlib
import select
import socket
import ssl
import struct
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeAlias

from .stream import Gone, Stream, header

__all__ = [
    "Close",
    "Drain",
    "Drip",
    "FaultServer",
    "Flood",
    "HalfClose",
    "Read",
    "ReadHead",
    "Reset",
    "Seen",
    "Send",
    "Stall",
    "Step",
    "Turn",
    "Wait",
    "answer",
    "json_answer",
    "reset",
]

KEPT_BODY = 1024 * 1024
# How often a server that waits looks whether its peer has left.
GLANCE = 0.02


@dataclass
class Seen:
    """What the server saw of one turn."""

    connection: int
    began: float
    head: bytes = b""
    body: bytearray = field(default_factory=bytearray)
    """The start of the body, up to 1 MiB of it."""
    body_size: int = 0
    whole: bool = False
    """Whether the body came to its end."""
    last_step: float = 0.0
    """When the last step began: no client can have known of the outcome before."""

    @property
    def method(self) -> str:
        """The request's method."""
        return self.head.partition(b" ")[0].decode("latin-1")

    @property
    def path(self) -> str:
        """The request's path and query."""
        return [*self.head.split(b" "), b"", b""][1].decode("latin-1")

    def header(self, name: str) -> str:
        """Return a header of the request, or nothing."""
        return header(self.head, name)


class Connection:
    """A connection to the server, as steps see it."""

    def __init__(self, stream: Stream, ended: threading.Event) -> None:
        self.stream = stream
        self.socket = stream.socket
        self.seen = Seen(0, 0.0)
        self._ended = ended

    def wait(self, seconds: float | None) -> None:
        """Wait, but not longer than the peer or the server is there."""
        until = None if seconds is None else time.monotonic() + seconds
        watch = select.poll()
        watch.register(self.socket, select.POLLRDHUP)
        while not self._ended.is_set() and not watch.poll(0):
            left = GLANCE if until is None else min(GLANCE, until - time.monotonic())
            if left <= 0:
                return
            time.sleep(left)
        raise Gone("the peer or the server has ended")

    def wait_for_bytes(self) -> bool:
        """Wait for the next request; return whether there is one."""
        if isinstance(self.socket, ssl.SSLSocket):
            return self.stream.fill_if_empty()
        # Only looked at, so that a close that follows finds them unread.
        return self.stream.has_more or bool(self.socket.recv(1, socket.MSG_PEEK))


class Step(ABC):
    """One thing that a server does on a connection."""

    @abstractmethod
    def run(self, connection: Connection) -> None:
        """Do it; an `OSError` ends the connection."""


Turn: TypeAlias = Sequence[Step]
"""What the server does with one request."""


@dataclass(frozen=True)
class ReadHead(Step):
    """Read the request's head."""

    def run(self, connection: Connection) -> None:
        """Read it."""
        head = connection.stream.head()
        if not head:
            raise Gone("no request came")
        connection.seen.head = head


@dataclass(frozen=True)
class ReadBody(Step):
    """Read the request's body, or the first so many bytes of it."""

    upto: int | None = None

    def run(self, connection: Connection) -> None:
        """Read it."""
        seen = connection.seen
        if seen.header("expect").lower() == "100-continue":
            connection.socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        for _, content in connection.stream.body(seen.head):
            seen.body_size += len(content)
            seen.body += content[: max(0, KEPT_BODY - len(seen.body))]
            if self.upto is not None and seen.body_size >= self.upto:
                return
        seen.whole = True


@dataclass(frozen=True)
class Read(Step):
    """Read the request, or its head and the first so many bytes of its body."""

    upto: int | None = None

    def run(self, connection: Connection) -> None:
        """Read it."""
        ReadHead().run(connection)
        if self.upto != 0:
            ReadBody(self.upto).run(connection)


@dataclass(frozen=True)
class Send(Step):
    """Send these bytes."""

    data: bytes

    def run(self, connection: Connection) -> None:
        """Send them."""
        connection.socket.sendall(self.data)


@dataclass(frozen=True)
class Flood(Step):
    """Send the same bytes again and again."""

    data: bytes
    times: int

    def run(self, connection: Connection) -> None:
        """Send them."""
        for _ in range(self.times):
            connection.socket.sendall(self.data)


@dataclass(frozen=True)
class Drip(Step):
    """Send the same few bytes now and then, for ever."""

    data: bytes
    every: float

    def run(self, connection: Connection) -> None:
        """Send them until the peer has left."""
        while True:
            connection.socket.sendall(self.data)
            connection.wait(self.every)


@dataclass(frozen=True)
class Wait(Step):
    """Do nothing for a while."""

    seconds: float

    def run(self, connection: Connection) -> None:
        """Do nothing."""
        connection.wait(self.seconds)


@dataclass(frozen=True)
class Stall(Step):
    """Do nothing until the peer has left."""

    def run(self, connection: Connection) -> None:
        """Do nothing."""
        connection.wait(None)


@dataclass(frozen=True)
class Drain(Step):
    """Throw away what comes until the peer has left, as a lingering close does."""

    def run(self, connection: Connection) -> None:
        """Throw it away."""
        while data := connection.socket.recv(65536):
            connection.seen.body_size += len(data)
        raise Gone("the peer has left")


@dataclass(frozen=True)
class HalfClose(Step):
    """Say that nothing more will be sent."""

    def run(self, connection: Connection) -> None:
        """Say it."""
        connection.socket.shutdown(socket.SHUT_WR)


@dataclass(frozen=True)
class Close(Step):
    """Close the connection; the system resets it if bytes are left unread."""

    def run(self, connection: Connection) -> None:
        """Close it."""
        raise Gone("closed as told")


@dataclass(frozen=True)
class Reset(Step):
    """Reset the connection."""

    def run(self, connection: Connection) -> None:
        """Reset it."""
        reset(connection.socket)
        raise Gone("reset as told")


def reset(connection: socket.socket) -> None:
    """Make the closing of a connection a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    """Return an answer with its length."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def json_answer(body: bytes, status: int = 200, *headers: str) -> bytes:
    """Return an answer of JSON."""
    return answer(status, body, "Content-Type: application/json", *headers)


class FaultServer:
    """The server, on a free port of the loopback, while its `with` block lasts.

    Args:
        turns: What it does with each request; the last one is for all that follow.
        tls: Speak TLS with these certificates.
        host: The address to listen on.
    """

    def __init__(
        self, *turns: Turn, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
    ) -> None:
        self.seen: list[Seen] = []
        """The turns that were taken, in order."""
        self.connections = 0
        """How many connections were made."""
        self._turns: tuple[Turn, ...] = turns
        self._tls = tls
        self._ended = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family, backlog=256)
        self.port: int = self._listener.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        self.origin = f"{'https' if tls is not None else 'http'}://{shown}:{self.port}"
        self._accepting = threading.Thread(target=self._accept, name="faults")

    @property
    def base_url(self) -> str:
        """Where a client is told to find the API."""
        return f"{self.origin}/api/v3"

    @property
    def requests(self) -> list[Seen]:
        """The turns in which a request was read, or at least its head."""
        return [seen for seen in self.seen if seen.head]

    def open_connections(self) -> int:
        """Return how many connections are open on this side."""
        with self._lock:
            return len(self._open)

    def answer_with(self, turn: Turn) -> None:
        """Take this turn with each further request."""
        with self._lock:
            self._turns = (turn,)

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ended.set()
        # shutdown() wakes the accept() and recv() that close() alone would leave waiting.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        with self._lock:
            for connection in self._open:
                # Without TLS's own shutdown, which would wait for the thread that reads.
                with contextlib.suppress(OSError):
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
                number = self.connections
            thread = threading.Thread(target=self._handle, args=(connection, number), name="faults")
            self._threads.append(thread)
            thread.start()

    def _handle(self, accepted: socket.socket, number: int) -> None:
        connection = accepted
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(
                    accepted, server_side=True, do_handshake_on_connect=False
                )
                with self._lock:
                    self._open.discard(accepted)
                    self._open.add(connection)
                connection.do_handshake()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            peer = Connection(Stream(connection), self._ended)
            while True:
                self._take_turn(peer, number)
                if not peer.wait_for_bytes():
                    return
        except OSError:
            return
        finally:
            with self._lock:
                self._open -= {accepted, connection}
            connection.close()

    def _take_turn(self, peer: Connection, number: int) -> None:
        seen = peer.seen = Seen(number, time.monotonic())
        with self._lock:
            turn = self._turns[min(len(self.seen), len(self._turns) - 1)]
            self.seen.append(seen)
        for step in turn:
            seen.last_step = time.monotonic()
            step.run(peer)
