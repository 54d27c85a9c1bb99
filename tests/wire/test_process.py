"""Threads, forks, event loops, descriptors, and the end of a client and of the interpreter."""

import asyncio
import gc
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pinarkive import (
    AsyncPinarkiveClient,
    ClientClosedError,
    GetMe,
    PinarkiveClient,
    UploadFile,
)
from pinarkive.sandbox import Sandbox

from .both import (
    BOTH,
    Kind,
    async_outcome,
    closed_under,
    in_a_process,
    send_all,
    sync_outcome,
)
from .certificates import server_context, trust_file
from .echo import EchoServer, cid_of
from .faults import KEY, UPLOADED
from .server import FaultServer, Read, Send, Stall, json_answer

ME = json_answer(b'{"id":"u1"}')


def test_forked_children_with_a_warm_pool() -> None:
    with EchoServer() as server:
        assert in_a_process("forker.py", server.base_url, "4", "200") == "0 wrong\n"


@BOTH
def test_threads_share_a_client(kind: Kind) -> None:
    threads, calls = 32, 100
    with EchoServer() as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        if kind == "sync":
            with (
                PinarkiveClient(api_key=KEY, base_url=server.base_url) as client,
                ThreadPoolExecutor(threads) as pool,
            ):

                def work(number: int) -> int:
                    cids = [cid_of(f"{number} {index}") for index in range(calls)]
                    return sum(client.status.get(cid).cid != cid for cid in cids)

                wrong = sum(pool.map(work, range(threads)))
        else:

            async def work_async(client: AsyncPinarkiveClient, number: int) -> int:
                cids = [cid_of(f"{number} {index}") for index in range(calls)]
                return sum([(await client.status.get(cid)).cid != cid for cid in cids])

            async def main() -> int:
                async with AsyncPinarkiveClient(api_key=KEY, base_url=server.base_url) as client:
                    tasks = (work_async(client, number) for number in range(threads))
                    return sum(await asyncio.gather(*tasks))

            wrong = asyncio.run(main())
        assert wrong == 0
        assert server.requests == threads * calls
        assert server.connections <= threads


def test_one_client_serves_one_event_loop_after_another() -> None:
    with EchoServer() as server:
        client = AsyncPinarkiveClient(api_key=KEY, base_url=server.base_url)

        async def work() -> None:
            cids = [cid_of(str(number)) for number in range(10)]
            found = await asyncio.gather(*(client.status.get(cid) for cid in cids))
            assert [status.cid for status in found] == cids

        for _ in range(3):
            asyncio.run(work())
            gc.collect()
        asyncio.run(client.close())


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@BOTH
def test_a_hundred_clients_leave_no_descriptor(
    kind: Kind, tls: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(trust_file(tmp_path)))

    def use(base_url: str) -> None:
        if kind == "sync":
            # Dropped, not closed.
            assert PinarkiveClient(api_key=KEY, base_url=base_url).users.me().id == "u1"
            return

        async def main() -> None:
            client = AsyncPinarkiveClient(api_key=KEY, base_url=base_url)
            assert (await client.users.me()).id == "u1"

        asyncio.run(main())

    context = server_context("good") if tls else None
    with FaultServer((Read(), Send(ME)), tls=context) as server:
        use(server.base_url)
        gc.collect()
        before = client_descriptors(server)
        for _ in range(100):
            use(server.base_url)
        # The server's own threads close their side a moment later, between the two counts of
        # client_descriptors too, which is then too high, and never too low. A collection that
        # begins while another thread's is under way does nothing.
        until = time.monotonic() + 5
        while (left := client_descriptors(server)) > before and time.monotonic() < until:
            time.sleep(0.01)
            gc.collect()
        assert left <= before
        assert server.connections == 101


def client_descriptors(server: FaultServer) -> int:
    """Return how many descriptors are open beside the server's."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir()) - server.open_connections()


@BOTH
def test_a_run_whose_sources_wait_keeps_no_process_from_its_end(kind: Kind) -> None:
    with FaultServer(UPLOADED) as server:
        assert in_a_process("waiter.py", kind, server.base_url) == "'mine'\n"


@BOTH
def test_a_run_that_is_kept_keeps_no_process_from_its_end(kind: Kind) -> None:
    with FaultServer(UPLOADED, (Read(), Stall())) as server:
        assert in_a_process("keeper.py", kind, server.base_url) == "1\n"


@BOTH
def test_a_closed_client(kind: Kind) -> None:
    with FaultServer((Read(), Send(ME))) as server:
        if kind == "sync":
            client = PinarkiveClient(api_key=KEY, base_url=server.base_url)
            view = client.with_options(timeout=5)
            assert client.users.me().id == "u1"
            client.close()
            client.close()
            found = [sync_outcome(client.users.me), sync_outcome(view.users.me)]
        else:

            async def main() -> None:
                client = AsyncPinarkiveClient(api_key=KEY, base_url=server.base_url)
                view = client.with_options(timeout=5)
                assert (await client.users.me()).id == "u1"
                await client.close()
                await client.close()
                found.append(await async_outcome(client.users.me()))
                found.append(await async_outcome(view.users.me()))

            found = []
            asyncio.run(main())
        assert [type(each.value) for each in found] == [ClientClosedError] * 2
        assert len(server.seen) == 1


@BOTH
def test_closing_under_a_call(kind: Kind) -> None:
    with FaultServer((Read(), Stall())) as server:
        outcome = closed_under(kind, server.base_url, GetMe(), after=0.3)
        assert len(server.seen) == 1
    assert isinstance(outcome.value, ClientClosedError), repr(outcome.value)
    assert outcome.value.sent == "maybe"
    assert outcome.seconds < 0.5


@BOTH
def test_closing_under_an_upload(kind: Kind) -> None:
    with FaultServer((Stall(),)) as server:
        large = UploadFile(file=bytes(64 * 1024 * 1024))
        outcome = closed_under(kind, server.base_url, large, after=0.4)
    assert isinstance(outcome.value, ClientClosedError), repr(outcome.value)
    assert outcome.value.sent == "no"
    assert outcome.seconds < 0.5


@pytest.mark.parametrize("mode", ["async", "sync", "async-idle", "async-wait"])
def test_the_end_of_the_interpreter(mode: str) -> None:
    with FaultServer((Read(), Stall())) as server, Sandbox() as sandbox:
        base_url = sandbox.base_url if mode == "async-idle" else server.base_url
        key = sandbox.api_key if mode == "async-idle" else KEY
        assert in_a_process("leaver.py", mode, base_url, key) == "leaving\n"


def test_two_threads_each_with_its_own_event_loop() -> None:
    with EchoServer() as server:
        client = AsyncPinarkiveClient(api_key=KEY, base_url=server.base_url)

        def run(name: str) -> int:
            async def work() -> int:
                cids = [cid_of(f"{name} {number}") for number in range(50)]
                return sum([(await client.status.get(cid)).cid != cid for cid in cids])

            return asyncio.run(work())

        # One after the other: a client belongs to one event loop at a time.
        with ThreadPoolExecutor(1) as pool:
            assert list(pool.map(run, ["a", "b", "c"])) == [0, 0, 0]


def test_a_cancelled_call_leaves_its_connection_and_the_pool_in_order() -> None:
    async def main(base_url: str) -> None:
        async with AsyncPinarkiveClient(api_key=KEY, base_url=base_url) as client:
            for number in range(30):
                call = asyncio.create_task(client.status.get(cid_of(f"cancelled {number}")))
                await asyncio.sleep(0.001 * (number % 5))
                call.cancel()
                await asyncio.gather(call, return_exceptions=True)
                # An answer to the call that was cancelled would be the wrong one here.
                cid = cid_of(str(number))
                assert (await client.status.get(cid)).cid == cid

    with EchoServer() as server:
        asyncio.run(main(server.base_url))


def test_a_client_is_of_use_after_many_calls_that_failed() -> None:
    for kind in ("sync", "async"):
        with FaultServer((Read(), Stall())) as server:
            outcomes, (last,) = send_all(
                kind,
                server.base_url,
                [GetMe()] * 100,
                [GetMe()],
                timeout=0.5,
                after=lambda: server.answer_with((Read(), Send(ME))),
            )
            assert all(isinstance(outcome.value, TimeoutError) for outcome in outcomes)
            assert not isinstance(last.value, Exception), repr(last.value)
