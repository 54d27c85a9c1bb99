"""Faults that no table lists: found by trying to break the clients from outside."""

import asyncio
import os
import socket
import threading
import time
from contextlib import closing, suppress
from typing import Any

import pytest

from pinarkive import (
    APITimeoutError,
    AsyncPinarkiveClient,
    ClientClosedError,
    GetMe,
    PinarkiveClient,
    PinCid,
    RemoveFile,
    Upload,
    User,
)

from .both import (
    BOTH,
    Kind,
    Outcome,
    async_outcome,
    closed_under,
    send_all,
    sync_outcome,
)
from .faults import CID, CLOSES, ME, UPLOADED
from .server import Close, FaultServer, Read, ReadHead, Send, answer, json_answer

LARGE = bytes(32 * 1024 * 1024)


def user(name: str) -> bytes:
    return json_answer(b'{"id":"%b"}' % name.encode())


@BOTH
def test_a_second_answer_is_nobodys(kind: Kind) -> None:
    turns = [(Read(), Send(user(f"u{number}") + user("stale"))) for number in range(4)]
    with FaultServer(*turns) as server:
        groups = send_all(kind, server.base_url, *[[GetMe()] for _ in range(4)])
        assert server.connections == 4
    names = [outcome.value.id for [outcome] in groups if isinstance(outcome.value, User)]
    assert names == ["u0", "u1", "u2", "u3"]


@pytest.mark.parametrize(
    "removal",
    [
        answer(204) + b"surplus",
        json_answer(b"{}") + b"\r\n",
        b"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n{} ",
    ],
    ids=["204 with a body", "a line too many", "204 with a length"],
)
@BOTH
def test_what_follows_an_answer_does_not_spoil_the_next_call(kind: Kind, removal: bytes) -> None:
    pinned = json_answer(b'{"cid":"%b"}' % CID.encode(), 201)
    with FaultServer((Read(), Send(removal)), (Read(), Send(pinned))) as server:
        groups = send_all(kind, server.base_url, [RemoveFile(cid=CID)], [PinCid(cid=CID)])
    assert not [each.value for [each] in groups if isinstance(each.value, Exception)]


@BOTH
def test_a_server_that_has_answered_is_not_asked_for_its_language(kind: Kind) -> None:
    for turns, asks in (((CLOSES,), True), (((*ME, Close()), CLOSES), False)):
        with FaultServer(*turns) as server:
            calls = [[GetMe()]] * len(turns)
            outcome = send_all(kind, server.base_url, *calls, max_retries=0)[-1][0]
            assert ("does the server perhaps speak http" in str(outcome.value)) == asks


@BOTH
def test_interim_answers_without_end_end_at_the_limit(kind: Kind) -> None:
    flood = Send(b"HTTP/1.1 102 Processing\r\n\r\n" * 2000)

    async def upload_async(base_url: str) -> Outcome:
        async with AsyncPinarkiveClient(api_key="key", base_url=base_url) as client:
            return await async_outcome(client.files.upload(LARGE, timeout=1.0))

    with FaultServer((ReadHead(), *[flood] * 3000)) as server:
        if kind == "async":
            outcome = asyncio.run(upload_async(server.base_url))
        else:
            with PinarkiveClient(api_key="key", base_url=server.base_url) as client:
                outcome = sync_outcome(lambda: client.files.upload(LARGE, timeout=1.0))
    assert isinstance(outcome.value, APITimeoutError)
    assert outcome.seconds < 1.4


def test_one_byte_at_a_time_does_not_hold_up_the_event_loop() -> None:
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in b'{"id":"' + b"u" * 60_000 + b'"}')
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            # Of the loop's own thread, so that it does not count what else the machine does.
            before = time.thread_time()
            await asyncio.sleep(0.001)
            longest = max(longest, time.thread_time() - before)

    async def main(base_url: str) -> User:
        watching = asyncio.create_task(watch())
        async with AsyncPinarkiveClient(api_key="key", base_url=base_url) as client:
            found = await client.users.me()
        watching.cancel()
        return found

    with FaultServer((Read(), Send(head + chunks + b"0\r\n\r\n"), Close())) as server:
        assert len(asyncio.run(main(server.base_url)).id or "") == 60_000
    # Without a pause it is one piece of work of several hundred milliseconds.
    assert longest < 0.2


@pytest.mark.parametrize("timeout", [3e6, 1e12, 1e300])
@BOTH
def test_a_limit_of_months_is_one(kind: Kind, timeout: float) -> None:
    with FaultServer(ME) as server:
        [[outcome]] = send_all(kind, server.base_url, [GetMe()], timeout=timeout)
    assert isinstance(outcome.value, User)


@BOTH
def test_a_client_that_is_closed_while_it_connects_sends_nothing(
    kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The first address takes no connection, the second one would.
    full = socket.create_server(("127.0.0.2", 0), backlog=0)
    port = full.getsockname()[1]
    waiting: list[socket.socket] = []
    for _ in range(4):
        sock = socket.socket()
        sock.setblocking(False)
        with suppress(BlockingIOError):
            sock.connect(("127.0.0.2", port))
        waiting.append(sock)
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{n}", port)) for n in (2, 1)]

    def getaddrinfo(*args: object, **options: object) -> list[Any]:
        return found

    with closing(full), closing(socket.create_server(("127.0.0.1", port))) as second:
        second.settimeout(0.3)
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        base_url = f"http://localhost:{port}/api/v3"
        outcome = closed_under(kind, base_url, PinCid(cid=CID), 0.2)
        assert isinstance(outcome.value, ClientClosedError)
        assert outcome.value.sent == "no"
        with pytest.raises(TimeoutError):
            second.accept()
    for sock in waiting:
        sock.close()


class Stalled:
    """A file object whose read does not return until it is told to."""

    def __init__(self, released: threading.Event) -> None:
        self._released = released

    def read(self, size: int = -1, /) -> bytes:
        self._released.wait(30)
        return b""


def test_files_that_stall_do_not_stop_the_next_uploads(tmp_path: Any) -> None:
    path = tmp_path / "large"
    path.write_bytes(bytes(4_000_000))
    released = threading.Event()

    async def main(base_url: str) -> Upload:
        async with AsyncPinarkiveClient(api_key="key", base_url=base_url) as client:
            for _ in range((os.cpu_count() or 1) + 6):
                with pytest.raises(APITimeoutError):
                    await client.files.upload(Stalled(released), timeout=0.1)
            return await client.files.upload(path, timeout=5)

    with FaultServer(UPLOADED) as server:
        try:
            assert asyncio.run(main(server.base_url)).cid == CID
            with PinarkiveClient(api_key="key", base_url=server.base_url) as client:
                assert client.files.upload(path, timeout=5).cid == CID
        finally:
            released.set()


def test_an_interrupt_costs_no_connection() -> None:
    with FaultServer(ME) as server, PinarkiveClient(api_key="key", base_url=server.base_url) as one:
        pool = vars(one)["_http"]._transports.get().pool

        def interrupted(connection: object) -> None:
            raise KeyboardInterrupt

        original, pool._connect = pool._connect, interrupted
        for _ in range(120):
            with pytest.raises(KeyboardInterrupt):
                one.users.me()
        pool._connect = original
        assert one.users.me().id == "u1"
