"""A proxy in front of a real server (the sandbox) that injects faults by a plan.

def plan(number: int, method: str, path: str) -> Fault | None:
    return ANSWER_LOST if number == 3 else None

with Sandbox() as sandbox, FaultProxy(sandbox.base_url, plan) as proxy:
    client = PinarkiveClient(api_key=sandbox.api_key, base_url=proxy.base_url)
"""

import contextlib
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self, TypeAlias
from urllib.parse import urlsplit

from .server import answer, reset
from .stream import PIECE, Gone, Stream, header

__all__ = ["ANSWER_LOST", "RESET_BEFORE", "TRUNCATED", "Fault", "FaultProxy", "Plan", "Proxied"]


@dataclass(frozen=True)
class Fault:
    """What is done to one request.

    Args:
        kind: `reset-before`: reset when the head has come; the server sees nothing of it.
            `answer-lost`: the server acts on it, then the connection is reset.
            `truncated`: the server acts on it, and its answer stops in the middle of its body.
            `answer`: the proxy answers in the server's place.
        status: The status of the proxy's own answer.
        retry_after: The seconds that it asks for.
        acted: Whether the server acts on the request all the same, as where an error comes after
            the deed.
    """

    kind: Literal["reset-before", "answer-lost", "truncated", "answer"]
    status: int = 0
    retry_after: int | None = None
    acted: bool = False


RESET_BEFORE = Fault("reset-before")
ANSWER_LOST = Fault("answer-lost")
TRUNCATED = Fault("truncated")

Plan: TypeAlias = Callable[[int, str, str], Fault | None]
"""Given a request's number (from 1), method and path, what is done to it; one call at a time."""


@dataclass(frozen=True)
class Proxied:
    """A request that came through."""

    number: int
    method: str
    path: str
    fault: Fault | None


class FaultProxy:
    """The proxy, on a free port of the loopback, while its `with` block lasts.

    Each connection has its own to the server behind; both are kept from request to request.

    Args:
        base_url: Where the server behind is.
        plan: What is done to each request.
    """

    def __init__(self, base_url: str, plan: Plan) -> None:
        self.seen: list[Proxied] = []
        """The requests that came, in order."""
        target = urlsplit(base_url)
        self._target = (target.hostname or "", target.port or 80)
        self._plan = plan
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._ended = False
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}{target.path}"
        self._accepting = threading.Thread(target=self._accept, name="fault-proxy")

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._lock:
            self._ended = True
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._keep(connection)
            # A run may make thousands of connections: those that ended are let go.
            self._threads = [each for each in self._threads if each.is_alive()]
            thread = threading.Thread(target=self._handle, args=(connection,), name="fault-proxy")
            self._threads.append(thread)
            thread.start()

    def _keep(self, connection: socket.socket) -> None:
        """Remember a connection, so that it ends with the proxy."""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._open.add(connection)
            if self._ended:
                connection.shutdown(socket.SHUT_RDWR)

    def _handle(self, connection: socket.socket) -> None:
        with _Relay(connection, self._target, self._keep) as relay, contextlib.suppress(OSError):
            while head := relay.client.head():
                if not relay.exchange(head, self._decide(head)):
                    break
        with self._lock:
            self._open -= relay.sockets

    def _decide(self, head: bytes) -> Fault | None:
        method, path, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ")
        with self._lock:
            number = len(self.seen) + 1
            fault = self._plan(number, method, path)
            self.seen.append(Proxied(number, method, path, fault))
        return fault


class _Relay:
    """A client's connection and the one to the server behind."""

    def __init__(
        self,
        connection: socket.socket,
        target: tuple[str, int],
        keep: Callable[[socket.socket], None],
    ) -> None:
        self.client = Stream(connection)
        self.sockets = {connection}
        self._target = target
        self._keep = keep
        self._server: Stream | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for each in self.sockets:
            each.close()

    def exchange(self, head: bytes, fault: Fault | None) -> bool:
        """Pass a request on and its answer back; return whether the connection can be kept."""
        kind = fault.kind if fault is not None else None
        if kind == "reset-before":
            reset(self.client.socket)
            return False
        if header(head, "expect").lower() == "100-continue":
            head = re.sub(rb"\r\nexpect:[^\r\n]*", b"", head, flags=re.I)
            self.client.socket.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        if fault is not None and kind == "answer":
            if fault.acted:
                self._forward(head)
                self._fetch(head, None)
            else:
                for _ in self.client.body(head):
                    pass
            self.client.socket.sendall(_answer_of(fault))
            return True
        read_whole = self._forward(head)
        if kind == "answer-lost":
            self._fetch(head, None)
            reset(self.client.socket)
            return False
        return self._fetch(head, self.client.socket, cut=kind == "truncated") and read_whole

    def _forward(self, head: bytes) -> bool:
        """Send a request on; return whether the server took all of it."""
        server = self._connected()
        try:
            server.socket.sendall(head)
            for data, _ in self.client.body(head):
                server.socket.sendall(data)
        except Gone:
            raise
        except OSError:
            # It answered and closed before the end, as with a 413: the answer may still be there.
            return False
        return True

    def _connected(self) -> Stream:
        if self._server is None:
            connection = socket.create_connection(self._target)
            self.sockets.add(connection)
            self._keep(connection)
            self._server = Stream(connection)
        return self._server

    def _fetch(self, request: bytes, to: socket.socket | None, *, cut: bool = False) -> bool:
        """Read the server's answer and send it on, if to anyone; return whether all is kept."""
        server = self._connected()
        head = server.head()
        if not head:
            raise Gone("the server behind has left")
        status = int(head.split(b" ", 2)[1])
        has_body = not request.startswith(b"HEAD ") and status not in {204, 304}
        pieces = [head]
        size = 0
        for data, _ in server.body(head, to_end=True) if has_body else ():
            pieces.append(data)
            size += len(data)
            if to is not None and not cut and size > PIECE:
                # A large one is passed on as it comes.
                to.sendall(b"".join(pieces))
                pieces = []
        message = b"".join(pieces)
        if to is not None:
            to.sendall(message[: max(len(head), len(message) - size // 2 - 1)] if cut else message)
        return not cut and header(head, "connection").lower() != "close"


def _answer_of(fault: Fault) -> bytes:
    body = b'{"error":"Injected","message":"injected by the proxy"}'
    headers = ["Content-Type: application/json"]
    if fault.retry_after is not None:
        headers.append(f"Retry-After: {fault.retry_after}")
    return answer(fault.status, body, *headers)
