"""A gateway that is not the bottleneck: it serves one file with `sendfile`.

It runs as a process of its own: `python -m benchmarks.giver PATH` prints its URL.
"""

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["give"]

ROOT = Path(__file__).parents[1]
HEAD = 64 * 1024
RANGE = re.compile(rb"\r\nrange: *bytes=(\d+)-(\d*)\r\n", re.IGNORECASE)
NO_BLOCKS = b"HTTP/1.1 406 Not Acceptable\r\nContent-Length: 0\r\n\r\n"


def converse(connection: socket.socket, path: Path) -> None:
    """Answer the requests of a connection one by one, until the client closes it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        while head := connection.recv(HEAD):
            if b"format=raw" in head or b"ipld.raw" in head:
                # It serves the file only, not its blocks.
                connection.sendall(NO_BLOCKS)
                continue
            found = RANGE.search(head)
            start = int(found[1]) if found else 0
            end = int(found[2]) + 1 if found and found[2] else size
            status = b"206 Partial Content" if found else b"200 OK"
            extra = b"Content-Range: bytes %d-%d/%d\r\n" % (start, end - 1, size) if found else b""
            connection.sendall(
                b'HTTP/1.1 %b\r\nContent-Type: application/octet-stream\r\nETag: "one"\r\n'
                b"Accept-Ranges: bytes\r\n%bContent-Length: %d\r\n\r\n"
                % (status, extra, end - start)
            )
            connection.sendfile(file, start, end - start)


def handle(connection: socket.socket, path: Path) -> None:
    """Serve one connection, and ignore how the client ends it."""
    try:
        with connection:
            converse(connection, path)
    except OSError:
        return


@contextmanager
def give(path: str) -> Generator[str]:
    """Yield the URL of a gateway that serves a file, in a process of its own."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", f"{__package__}.giver", path],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def main() -> None:
    """Print the URL, and serve forever."""
    path = Path(sys.argv[1])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=handle, args=(connection, path), daemon=True).start()


if __name__ == "__main__":
    main()
