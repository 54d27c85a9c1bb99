"""Connections that are not made, and more calls than connections."""

import asyncio
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from pinarkive import (
    APITimeoutError,
    AsyncPinarkiveClient,
    GenerateToken,
    GetMe,
    PinarkiveClient,
    User,
)

from .both import BOTH, Kind, Outcome, async_outcome, send_all, sync_outcome
from .faults import KEY
from .server import FaultServer, Read, Send, Wait, json_answer

ME = json_answer(b'{"id":"u1"}')
MAX_CONNECTIONS = 100


@pytest.fixture
def full_backlog() -> Iterator[str]:
    """Give the base URL of a listener that takes no more connections."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    host, port = listener.getsockname()
    fillers = [socket.socket() for _ in range(4)]
    for filler in fillers:
        filler.setblocking(False)
        filler.connect_ex((host, port))
    yield f"http://{host}:{port}/api/v3"
    for each in (*fillers, listener):
        each.close()


def send_all_late(
    kind: Kind, server: FaultServer, early: int, late: int
) -> tuple[list[Outcome], list[Outcome]]:
    """Make calls, and once the server has them more calls that have half a second."""

    def all_came() -> None:
        while len(server.requests) < early:
            time.sleep(0.01)

    if kind == "async":

        async def main() -> tuple[list[Outcome], list[Outcome]]:
            async with AsyncPinarkiveClient(api_key=KEY, base_url=server.base_url) as client:
                first = [
                    asyncio.create_task(async_outcome(client.users.me())) for _ in range(early)
                ]
                await asyncio.to_thread(all_came)
                hasty = client.with_options(timeout=0.5)
                second = [async_outcome(hasty.users.me()) for _ in range(late)]
                waiting = await asyncio.gather(*second)
                return await asyncio.gather(*first), waiting

        return asyncio.run(main())
    with (
        PinarkiveClient(api_key=KEY, base_url=server.base_url) as client,
        ThreadPoolExecutor(early + late) as pool,
    ):
        first = [pool.submit(sync_outcome, client.users.me) for _ in range(early)]
        all_came()
        hasty = client.with_options(timeout=0.5)
        second = [pool.submit(sync_outcome, hasty.users.me) for _ in range(late)]
        return [each.result() for each in first], [each.result() for each in second]


def test_a_full_backlog(full_backlog: str) -> None:
    def call(kind: Kind) -> Outcome:
        ((outcome,),) = send_all(kind, full_backlog, [GetMe()], timeout=30, max_retries=0)
        return outcome

    # Both at once, since the five seconds are waited out in full.
    kinds: list[Kind] = ["sync", "async"]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(call, kinds))
    for outcome in outcomes:
        assert isinstance(outcome.value, APITimeoutError)
        assert outcome.value.sent == "no"
        assert 4.5 < outcome.seconds < 6


@BOTH
def test_a_full_backlog_ends_at_the_limit(full_backlog: str, kind: Kind) -> None:
    ((outcome,),) = send_all(kind, full_backlog, [GenerateToken(name="ci")], timeout=0.6)
    assert isinstance(outcome.value, APITimeoutError)
    assert outcome.value.sent == "no"
    assert 0.5 < outcome.seconds < 0.8


@BOTH
def test_more_calls_than_connections(kind: Kind) -> None:
    with FaultServer((Read(), Wait(2), Send(ME))) as server:
        held, waiting = send_all_late(kind, server, MAX_CONNECTIONS, 10)
        assert server.connections == MAX_CONNECTIONS
    assert all(isinstance(outcome.value, User) for outcome in held)
    for outcome in waiting:
        assert isinstance(outcome.value, APITimeoutError)
        assert outcome.value.sent == "no"
        assert f"max_connections is {MAX_CONNECTIONS}" in str(outcome.value)
        assert 0.45 < outcome.seconds < 1


@BOTH
def test_a_call_waits_for_a_connection(kind: Kind) -> None:
    with FaultServer((Read(), Wait(0.3), Send(ME))) as server:
        calls = [GetMe()] * (MAX_CONNECTIONS + 10)
        outcomes, again = send_all(kind, server.base_url, calls, [GetMe()], timeout=20)
        assert server.connections <= MAX_CONNECTIONS
    assert all(isinstance(outcome.value, User) for outcome in [*outcomes, *again])


@BOTH
def test_names_below_localhost_are_this_machine(kind: Kind) -> None:
    with FaultServer((Read(), Send(ME))) as server:
        url = server.base_url.replace("127.0.0.1", "sandbox.localhost")
        ((outcome,),) = send_all(kind, url, [GetMe()], timeout=20)
        assert isinstance(outcome.value, User)
        assert b"sandbox.localhost:" in server.requests[0].head
