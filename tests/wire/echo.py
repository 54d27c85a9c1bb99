"""A server whose answer names what was asked, so that no answer can be taken for another."""

import socket
import threading
from types import TracebackType
from typing import Self

from pinarkive.cid import CID, RAW

from .server import json_answer
from .stream import Stream

__all__ = ["EchoServer", "cid_of"]


def cid_of(text: str) -> str:
    """Return the CID of a text."""
    return str(CID.of(RAW, text.encode()))


class EchoServer:
    """The server, on a free port of the loopback, while its `with` block lasts."""

    def __init__(self) -> None:
        self.requests = 0
        self.connections = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/api/v3"
        self._accepting = threading.Thread(target=self._accept, name="echo")

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self._listener.close()
        with self._lock:
            for connection in self._open:
                connection.shutdown(socket.SHUT_RD)
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), name="echo")
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        stream = Stream(connection)
        try:
            while head := stream.head():
                path = head.split(b" ", 2)[1].decode()
                with self._lock:
                    self.requests += 1
                cid = path.rpartition("/")[2]
                connection.sendall(json_answer(b'{"cid":"%b","status":"pinned"}' % cid.encode()))
        except OSError:
            return
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()
