"""Cancelling, and closing under a call."""

import asyncio
import shutil
import ssl
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import httpcore
import pytest

from pinarkive import (
    APITimeoutError,
    AsyncPinarkiveClient,
    ClientClosedError,
    PinarkiveClient,
)
from pinarkive._io._sync import http
from pinarkive._io._sync.transport import Transport
from pinarkive._io.channels import Tcp
from pinarkive._io.environment import Way
from pinarkive._io.opened import Connection, Opened
from pinarkive.sandbox import Sandbox

from ..gateway import FaultyGateway
from .descriptors import open_files
from .faults import KEY
from .server import FaultServer, Stall


class Slow:
    """A file whose disk takes its time."""

    def __init__(self) -> None:
        self.reading = threading.Event()
        self.left = 8

    def read(self, size: int = -1, /) -> bytes:
        self.reading.set()
        time.sleep(0.4)
        self.left -= 1
        return b"x" if self.left else b""


def test_an_upload_that_is_cancelled_while_it_reads_is_cancelled_and_no_more() -> None:
    with Sandbox() as sandbox:

        async def main() -> float:
            async with AsyncPinarkiveClient(
                api_key=sandbox.api_key, base_url=sandbox.base_url
            ) as client:
                started = time.monotonic()
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.2):
                        await client.files.upload(Slow())
                elapsed = time.monotonic() - started
                assert (await client.system.health()).ok
                return elapsed

        assert asyncio.run(main()) < 0.35


def test_a_cancelled_upload_of_a_path_leaves_no_file_open(tmp_path: Path) -> None:
    file = tmp_path / "large"
    with file.open("wb") as out:
        out.truncate(300_000_000)

    with Sandbox() as sandbox:

        async def main() -> None:
            async with AsyncPinarkiveClient(
                api_key=sandbox.api_key, base_url=sandbox.base_url
            ) as client:
                for _ in range(5):
                    with pytest.raises(TimeoutError):
                        async with asyncio.timeout(0.03):
                            await client.files.upload(file)
                await asyncio.sleep(0.2)
                assert str(file) not in open_files()
                assert (await client.users.uploads(limit=1)).uploads == []

        asyncio.run(main())


def test_a_client_that_is_closed_under_a_call_says_what_is_known() -> None:
    with Sandbox() as sandbox:

        async def main() -> None:
            client = AsyncPinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url)
            slow = Slow()
            upload = asyncio.create_task(client.files.upload(slow))
            await asyncio.to_thread(slow.reading.wait)
            await client.close()
            with pytest.raises(ClientClosedError) as caught:
                await upload
            assert caught.value.sent == "no"
            assert caught.value.attempts == 1

        asyncio.run(main())


def test_a_slow_file_ends_at_the_limit() -> None:
    with (
        Sandbox() as sandbox,
        PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client,
    ):
        started = time.monotonic()
        with pytest.raises(APITimeoutError) as caught:
            client.files.upload(Slow(), timeout=0.6)
        # The limit and the one read that was under way.
        assert time.monotonic() - started < 1.2
        assert caught.value.sent == "no"


def test_a_call_that_is_about_to_connect_when_the_client_is_closed_sends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, closed = threading.Event(), threading.Event()

    class Late(Transport):
        """One that is made while the client is being closed."""

        def __init__(self, base_url: str, verify: ssl.SSLContext, way: Way) -> None:
            begun.set()
            assert closed.wait(10)
            super().__init__(base_url, verify, way)

    monkeypatch.setattr(http, "Transport", Late)
    with FaultServer((Stall(),)) as server, ThreadPoolExecutor() as pool:
        client = PinarkiveClient(api_key=KEY, base_url=server.base_url, timeout=5)
        call = pool.submit(client.users.me)
        assert begun.wait(10)
        client.close()
        closed.set()
        with pytest.raises(ClientClosedError):
            call.result(10)
    assert server.connections == 0


def test_connections_may_be_made_while_all_are_ended() -> None:
    opened = Opened()

    def add() -> None:
        for _ in range(5_000):
            with Tcp() as sock, suppress(httpcore.ConnectError):
                Connection(sock, opened)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            adding = [pool.submit(add) for _ in range(3)]
            while not all(each.done() for each in adding):
                opened.abort()
            assert [each.result() for each in adding] == [None] * 3
    finally:
        sys.setswitchinterval(interval)


def names_in(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


@pytest.mark.parametrize("is_folder", [False, True])
def test_a_download_that_is_cancelled_at_any_moment_leaves_nothing(
    is_folder: bool, tmp_path: Path
) -> None:
    async def main() -> None:
        with FaultyGateway() as gateway:
            file = gateway.add_file(bytes(1_000_000))
            cid = str((gateway.add_directory({"a": file}) if is_folder else file).cid)
            async with AsyncPinarkiveClient(api_key="key") as client:
                for moment in range(60):
                    to = tmp_path / f"{moment}"
                    with suppress(TimeoutError):
                        async with asyncio.timeout(moment / 2_000):
                            await client.files.download(cid, to=to, gateway=gateway.url)
                    # A thread may still be at work.
                    for _ in range(200):
                        if names_in(tmp_path) <= {to.name}:
                            break
                        await asyncio.sleep(0.01)
                    assert names_in(tmp_path) <= {to.name}
                    shutil.rmtree(to) if to.is_dir() else to.unlink(missing_ok=True)

    asyncio.run(main())
