"""The least that can be done: a socket without HTTP's work, and files read for nothing.

What a socket reaches is the limit of the server, and of this machine.
"""

import hashlib
import os
import socket
import ssl
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.measure import Meter, Sample, Task, run

BLOCK = 1024 * 1024
READ = 64 * 1024
AT_ONCE = 32


@contextmanager
def connect(url: str) -> Generator[socket.socket]:
    """Yield a connection, with TLS where the URL says so."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as plain:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if parts.scheme == "http":
            yield plain
            return
        context = ssl.create_default_context()
        with context.wrap_socket(plain, server_hostname=parts.hostname) as secure:
            yield secure


def receive(connection: socket.socket) -> None:
    """Read one answer."""
    data = connection.recv(READ)
    head, _, body = data.partition(b"\r\n\r\n")
    left = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) - len(body)
    while left:
        left -= len(connection.recv(READ))


def post(connection: socket.socket, size: int) -> None:
    """Send the head of an upload."""
    head = f"POST /api/v3/files/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n"
    connection.sendall(head.encode())


def upload(task: Task) -> Sample:
    """Send a file: by the kernel alone, or with TLS one block of memory again and again."""
    size = Path(task.path).stat().st_size
    with connect(task.url) as connection, Path(task.path).open("rb") as file:
        with Meter() as meter:
            for _ in range(task.count):
                post(connection, size)
                if isinstance(connection, ssl.SSLSocket):
                    send_block(connection, size)
                else:
                    connection.sendfile(file)
                receive(connection)
                file.seek(0)
        return meter.sample()


def send_block(connection: socket.socket, size: int) -> None:
    """Send one block of memory until the size is reached."""
    block = memoryview(bytes(BLOCK))
    for left in range(size, 0, -BLOCK):
        connection.sendall(block[: min(left, BLOCK)])


def upload_bytes(task: Task) -> Sample:
    """Send from memory, again and again."""
    data = bytes(task.size)
    with connect(task.url) as connection:
        with Meter() as meter:
            for _ in range(task.count):
                post(connection, len(data))
                connection.sendall(data)
                receive(connection)
        return meter.sample()


def upload_many(task: Task) -> Sample:
    """Send many small files at once, from threads that have a connection each."""
    data = bytes(task.size)
    left = iter(range(task.count))

    def send() -> None:
        with connect(task.url) as connection:
            for _ in left:
                post(connection, len(data))
                connection.sendall(data)
                receive(connection)

    with Meter() as meter, ThreadPoolExecutor(AT_ONCE) as pool:
        for sending in [pool.submit(send) for _ in range(AT_ONCE)]:
            sending.result()
    return meter.sample()


def list_uploads(task: Task) -> Sample:
    """Ask for a page of uploads, again and again."""
    target = f"/api/v3/users/me/uploads?page=1&limit={task.records}"
    request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with connect(task.url) as connection:
        with Meter() as meter:
            for _ in range(task.count):
                connection.sendall(request)
                receive(connection)
        return meter.sample()


def read_folder(task: Task) -> Sample:
    """List the files of a folder, and open, read and close each."""
    with Meter(count_files=True) as meter:
        for entry in sorted(os.scandir(task.path), key=lambda entry: entry.name):
            with open(entry.path, "rb") as file:  # noqa: PTH123
                file.read()
    return meter.sample()


def hash_file(task: Task) -> Sample:
    """Hash a file, a MiB at a time."""
    digest = hashlib.sha256()
    with Meter() as meter, Path(task.path).open("rb", buffering=0) as file:
        while data := file.read(BLOCK):
            digest.update(data)
    return meter.sample()


if __name__ == "__main__":
    run(
        {
            "upload": upload,
            "upload bytes": upload_bytes,
            "upload many": upload_many,
            "list": list_uploads,
            "read folder": read_folder,
            "hash": hash_file,
        }
    )
