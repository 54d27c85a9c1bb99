"""A server that is not the bottleneck: it accepts any upload, stores nothing and answers at once.

It runs as a process of its own, with a thread for each connection: `python -m benchmarks.drain`.
"""

import argparse
import re
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TypeAlias

from .pages import cid, page_of_uploads

__all__ = ["serve"]

ROOT = Path(__file__).parents[1]
BUFFER = 1024 * 1024
HEAD = 64 * 1024
BACKLOG = 512
# With this flag, Linux discards the bytes of a TCP connection without copying them.
DISCARD = socket.MSG_TRUNC if sys.platform == "linux" else 0

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect: *100-continue", re.IGNORECASE)
LIMIT = re.compile(rb"[?&]limit=(\d+)")
# This server does not hash, so clients that verify put the CID to expect into the base URL.
CID = re.compile(rb"/(b[a-z2-7]{58})/files/")


class Tls:
    """TLS on a connection that is read 1 MiB at a time.

    A socket of the ssl module needs two system calls for each 16 KiB, and would be the bottleneck.
    """

    def __init__(self, connection: socket.socket, context: ssl.SSLContext) -> None:
        self._connection = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                self._fill()
            else:
                self._flush()
                return

    def _flush(self) -> None:
        self._connection.sendall(self._outgoing.read())

    def _fill(self) -> None:
        data = self._connection.recv(BUFFER)
        if not data:
            raise ConnectionError
        self._incoming.write(data)

    def recv_into(self, buffer: bytearray, size: int, flags: int = 0) -> int:
        """Read at most `size` bytes, decrypted, into a buffer."""
        data = self.recv(size)
        buffer[: len(data)] = data
        return len(data)

    def recv(self, size: int) -> bytes:
        """Return at most `size` bytes, decrypted."""
        while True:
            try:
                return self._tls.read(size)
            except ssl.SSLWantReadError:
                self._fill()

    def sendall(self, data: bytes) -> None:
        """Send all bytes."""
        self._tls.write(data)
        self._flush()


Connection: TypeAlias = socket.socket | Tls


def response(body: bytes, status: bytes = b"200 OK") -> bytes:
    """Return a complete HTTP answer."""
    head = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % (status, len(body)) + body


def stored(root: bytes) -> bytes:
    """Return the answer to an upload."""
    body = b'{"cid":"%b","clusterId":"cl0-global","status":"pinned","expiresAt":null}' % root
    return response(body, b"201 Created")


STORED = stored(cid(0).encode())
HEALTHY = response(b'{"status":"ok"}')


@cache
def page(limit: int) -> bytes:
    """Return the answer with a page of uploads."""
    return response(page_of_uploads(limit))


def discard(connection: Connection, count: int, buffer: bytearray) -> None:
    """Read `count` bytes and discard them."""
    flags = 0 if isinstance(connection, Tls) else DISCARD
    while count:
        taken = connection.recv_into(buffer, min(count, BUFFER), flags)
        if not taken:
            raise ConnectionError
        count -= taken


def answer_to(head: bytes, delay: float) -> bytes:
    """Return the answer to a request, after the configured delay if it is an upload."""
    if head.startswith(b"POST"):
        time.sleep(delay)
        wanted = CID.search(head)
        return stored(wanted[1]) if wanted else STORED
    limit = LIMIT.search(head)
    return page(int(limit[1])) if limit else HEALTHY


def converse(connection: Connection, delay: float) -> None:
    """Answer the requests of a connection one by one, until the client closes it."""
    buffer = bytearray(BUFFER)
    waiting = b""
    while True:
        while b"\r\n\r\n" not in waiting:
            data = connection.recv(HEAD)
            if not data:
                return
            waiting += data
        head, _, rest = waiting.partition(b"\r\n\r\n")
        if EXPECTS.search(head):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = LENGTH.search(head)
        expected = int(length[1]) if length else 0
        discard(connection, expected - min(expected, len(rest)), buffer)
        connection.sendall(answer_to(head, delay))
        waiting = rest[expected:]


def handle(connection: socket.socket, context: ssl.SSLContext | None, delay: float) -> None:
    """Serve one connection, and ignore how the client ends it."""
    try:
        with connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context is None:
                converse(connection, delay)
            else:
                converse(Tls(connection, context), delay)
    except OSError:
        return


def run(certificate: str | None, delay: float) -> None:
    """Print the base URL, and serve forever."""
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0), backlog=BACKLOG) as listener:
        scheme = "http" if context is None else "https"
        print(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}/api/v3", flush=True)
        while True:
            connection, _ = listener.accept()
            arguments = (connection, context, delay)
            threading.Thread(target=handle, args=arguments, daemon=True).start()


@contextmanager
def serve(certificate: Path | None, delay: float) -> Generator[str]:
    """Yield the base URL of a server in a process of its own."""
    command = [sys.executable, "-m", f"{__package__}.drain", "--delay", str(delay)]
    if certificate is not None:
        command += ["--certificate", str(certificate)]
    with subprocess.Popen(  # noqa: S603
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101
            base_url = process.stdout.readline().strip()
            if not base_url:
                raise ChildProcessError("the benchmarks' server did not start")
            yield base_url
        finally:
            process.kill()


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--certificate", help="a file with the server's key and certificates")
    parser.add_argument(
        "--delay", type=float, default=0.0, help="seconds before an upload's answer"
    )
    options = parser.parse_args()
    run(options.certificate, options.delay)


if __name__ == "__main__":
    main()
