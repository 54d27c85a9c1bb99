"""What httpx 0.28 gets wrong on a connection, and that the clients built here do not.

Each test shows the defect with a plain httpx client first. Where one of those assertions fails, a
newer httpx has mended it, and what we do about it may go.
"""

import asyncio
import gc
import gzip
import io
import threading
import warnings
from collections.abc import Callable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import h11
import httpx
import pytest

from pinarkive import (
    APIResponseError,
    AsyncPinarkiveClient,
    GetMe,
    PayloadTooLargeError,
    PinarkiveClient,
    PinarkiveError,
    SourceChangedError,
    UploadFile,
    User,
)

from .both import BOTH, Kind, in_a_process, send_all
from .faults import KEY, LARGE, ME, TOO_LARGE
from .server import Close, FaultServer, Read, ReadHead, Send, Stall, Turn, Wait, answer

EARLY: Turn = (ReadHead(), Send(TOO_LARGE), Close())
MIB = 1024 * 1024
THREADS = 32


@contextmanager
def leavings_of_httpx() -> Generator[None, None, None]:
    """Let no connection that a plain client leaves open be held against another test."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


def test_an_early_413_on_asyncio() -> None:
    async def plain(origin: str) -> int:
        seen = 0
        for _ in range(20):
            async with httpx.AsyncClient() as client:
                try:
                    seen += (await client.post(origin, content=LARGE)).status_code == 413
                except httpx.TransportError:
                    continue
        return seen

    async def ours(base_url: str) -> int:
        seen = 0
        async with AsyncPinarkiveClient(api_key=KEY, base_url=base_url) as client:
            for _ in range(20):
                with pytest.raises(PayloadTooLargeError):
                    await client.files.upload(LARGE)
                seen += 1
        return seen

    with FaultServer(EARLY) as server:
        with leavings_of_httpx():
            assert asyncio.run(plain(server.origin)) == 0
        assert asyncio.run(ours(server.base_url)) == 20


async def cancel_after(steps: int, call: Coroutine[Any, Any, object]) -> None:
    """Begin a call, and cancel it after some turns of the event loop."""
    task = asyncio.create_task(call)
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_a_cancelled_call_that_keeps_its_place_in_the_pool() -> None:
    async def plain(origin: str) -> int:
        lost = 0
        for steps in range(30):
            limits = httpx.Limits(max_connections=1)
            async with httpx.AsyncClient(limits=limits, timeout=0.5) as client:
                await cancel_after(steps, client.get(origin))
                try:
                    await client.get(origin)
                except httpx.PoolTimeout:
                    lost += 1
        return lost

    async def ours(base_url: str) -> None:
        async with AsyncPinarkiveClient(api_key=KEY, base_url=base_url) as client:
            # As many as there are connections, at every step of a call.
            for _ in range(4):
                for steps in range(60):
                    await cancel_after(steps, client.users.me())
            calls = (client.users.me() for _ in range(100))
            assert all(user.id == "u1" for user in await asyncio.gather(*calls))

    with FaultServer(ME) as server:
        with leavings_of_httpx():
            assert asyncio.run(plain(server.origin)) > 0
        asyncio.run(ours(server.base_url))
        gc.collect()


def test_a_call_that_is_cancelled_in_the_tls_handshake() -> None:
    async def ours(base_url: str) -> None:
        async with AsyncPinarkiveClient(
            api_key=KEY, base_url=base_url, timeout=0.5, max_retries=0
        ) as client:
            for _ in range(3):
                calls = [asyncio.create_task(client.users.me()) for _ in range(50)]
                await asyncio.sleep(0.05)
                for call in calls:
                    call.cancel()
                await asyncio.gather(*calls, return_exceptions=True)
            # A place that was kept would make this one wait for a connection.
            with pytest.raises(PinarkiveError) as caught:
                await client.users.me()
            assert "max_connections" not in str(caught.value)

    with FaultServer((Stall(),)) as server:
        asyncio.run(ours(server.base_url.replace("http:", "https:")))
        gc.collect()


def in_rounds(call: Callable[[], object]) -> None:
    """Call from many threads at once, some times over."""
    together = threading.Barrier(THREADS, timeout=30)

    def work(number: int) -> None:
        for _ in range(5):
            together.wait()
            call()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))


def test_connections_that_come_and_go_under_threads() -> None:
    slow: Turn = (Read(), Wait(0.3), ME[-1])
    with FaultServer(slow) as server:
        with httpx.Client(timeout=30) as plain:
            in_rounds(lambda: plain.get(server.origin))
        assert server.connections > THREADS
    with FaultServer(slow) as server:
        with PinarkiveClient(api_key=KEY, base_url=server.base_url) as client:
            in_rounds(client.users.me)
        assert server.connections <= THREADS


def test_a_fork_that_shares_a_connection() -> None:
    # On which connections the requests of parent and child come tells whether they share one.
    for which, connections in (("httpx", [1, 1]), ("pinarkive", [1, 2])):
        with FaultServer(ME) as server:
            in_a_process("forked.py", which, server.base_url)
            assert [seen.connection for seen in server.seen] == connections


def told_in_a_second_loop(origin: str) -> str:
    """Return what a plain client raises in its second event loop."""
    plain = httpx.AsyncClient()

    async def get() -> int:
        return (await plain.get(origin)).status_code

    assert asyncio.run(get()) == 200
    try:
        asyncio.run(get())
    except RuntimeError as error:
        return str(error)
    return ""


def test_an_event_loop_that_is_closed() -> None:
    with FaultServer(ME) as server, leavings_of_httpx():
        assert told_in_a_second_loop(server.origin) == "Event loop is closed"
    with FaultServer(ME) as server:
        client = AsyncPinarkiveClient(api_key=KEY, base_url=server.base_url)

        async def call() -> str | None:
            return (await client.users.me()).id

        assert [asyncio.run(call()) for _ in range(3)] == ["u1"] * 3


class Longer(io.BytesIO):
    """A file that says that it is longer than it is."""

    def tell(self) -> int:
        return super().tell() * 2


@BOTH
def test_an_exception_of_h11(kind: Kind) -> None:
    with FaultServer(ME) as server, httpx.Client() as plain:
        with pytest.raises(h11.LocalProtocolError) as caught:
            plain.post(server.origin, headers={"Content-Length": "10"}, content=iter([b"12345"]))
        assert not isinstance(caught.value, httpx.HTTPError)
        ((outcome,),) = send_all(kind, server.base_url, [UploadFile(file=Longer(b"12345"))])
    assert isinstance(outcome.value, SourceChangedError), repr(outcome.value)


@BOTH
def test_a_body_that_is_inflated_without_a_limit(kind: Kind) -> None:
    bomb = gzip.compress(bytes(20 * MIB))
    with FaultServer((Read(), Send(answer(200, bomb, "Content-Encoding: gzip")))) as server:
        with httpx.Client() as plain:
            assert len(plain.get(server.origin).content) > 500 * len(bomb)
        ((outcome,),) = send_all(kind, server.base_url, [GetMe()])
    assert isinstance(outcome.value, APIResponseError)


@BOTH
def test_an_ipv6_address_in_no_proxy(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "[::1]")
    with pytest.raises(httpx.InvalidURL):
        httpx.Client()
    with FaultServer(ME, host="::1") as server:
        ((outcome,),) = send_all(kind, server.base_url, [GetMe()])
    assert isinstance(outcome.value, User)
