"""A call ends at its limit, whatever the server does with its bytes."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from pinarkive import APITimeoutError, AsyncPinarkiveClient, PinarkiveClient

LIMIT = 0.6
MARGIN = 0.2

Serve = Callable[[socket.socket, threading.Event], None]


def silent(connection: socket.socket, ended: threading.Event) -> None:
    """Read the request and never answer."""
    connection.recv(65536)
    ended.wait(10)


def drip_header(connection: socket.socket, ended: threading.Event) -> None:
    """Answer with a byte of header now and then."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while not ended.wait(0.05):
        connection.sendall(b"x")


def drip_body(connection: socket.socket, ended: threading.Event) -> None:
    """Answer with a byte of body now and then."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not ended.wait(0.05):
        connection.sendall(b" ")


def deaf(connection: socket.socket, ended: threading.Event) -> None:
    """Take nothing of what is sent."""
    ended.wait(10)


@pytest.fixture
def serve() -> Iterator[Callable[[Serve], str]]:
    """Return the function that starts a server and gives its base URL."""
    ended = threading.Event()
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def handle(connection: socket.socket, behave: Serve) -> None:
        with connection:
            try:
                behave(connection, ended)
            except OSError:
                return

    def start(behave: Serve) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                thread = threading.Thread(target=handle, args=(connection, behave))
                threads.append(thread)
                thread.start()

        thread = threading.Thread(target=accept)
        threads.append(thread)
        thread.start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    ended.set()
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("behave", [silent, drip_header, drip_body])
def test_a_read_ends_at_its_limit(serve: Callable[[Serve], str], behave: Serve) -> None:
    with PinarkiveClient(api_key="key", base_url=serve(behave), timeout=LIMIT) as client:
        started = time.monotonic()
        with pytest.raises(APITimeoutError) as caught:
            client.users.me()
        assert LIMIT - 0.05 < time.monotonic() - started < LIMIT + MARGIN
        assert caught.value.sent == "maybe"
        assert isinstance(caught.value, TimeoutError)


@pytest.mark.parametrize("behave", [silent, drip_header, drip_body])
def test_an_async_read_ends_at_its_limit(serve: Callable[[Serve], str], behave: Serve) -> None:
    async def main() -> float:
        async with AsyncPinarkiveClient(
            api_key="key", base_url=serve(behave), timeout=LIMIT
        ) as client:
            started = time.monotonic()
            with pytest.raises(APITimeoutError):
                await client.users.me()
            return time.monotonic() - started

    assert LIMIT - 0.05 < asyncio.run(main()) < LIMIT + MARGIN


def test_an_upload_that_is_not_taken_ends_at_its_limit(serve: Callable[[Serve], str]) -> None:
    with PinarkiveClient(api_key="key", base_url=serve(deaf)) as client:
        started = time.monotonic()
        with pytest.raises(APITimeoutError) as caught:
            client.files.upload(bytes(64 * 1024 * 1024), timeout=LIMIT)
        assert time.monotonic() - started < LIMIT + MARGIN
        assert caught.value.sent == "no"


def test_an_async_upload_that_is_not_taken_ends_at_its_limit(
    serve: Callable[[Serve], str],
) -> None:
    content = bytes(64 * 1024 * 1024)

    async def main() -> float:
        async with AsyncPinarkiveClient(api_key="key", base_url=serve(deaf)) as client:
            started = time.monotonic()
            with pytest.raises(APITimeoutError) as caught:
                await client.files.upload(content, timeout=LIMIT)
            assert caught.value.sent == "no"
            return time.monotonic() - started

    assert asyncio.run(main()) < LIMIT + MARGIN


def test_one_async_client_serves_one_event_loop_after_another() -> None:
    from pinarkive.sandbox import Sandbox

    with Sandbox() as sandbox:
        client = AsyncPinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url)

        async def main() -> str | None:
            return (await client.users.me()).email

        assert [asyncio.run(main()) for _ in range(3)] == [sandbox.email] * 3


def test_many_threads_share_a_client() -> None:
    from concurrent.futures import ThreadPoolExecutor

    from pinarkive.sandbox import Sandbox
    from pinarkive.unixfs import file_cid

    with (
        Sandbox() as sandbox,
        PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client,
        ThreadPoolExecutor(16) as pool,
    ):
        contents = [f"thread {number}".encode() for number in range(200)]

        def upload(content: bytes) -> str:
            return client.files.upload(content).cid

        cids = list(pool.map(upload, contents))
    assert cids == [file_cid(content) for content in contents]
