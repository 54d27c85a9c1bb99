"""Under trio the asynchronous client says that it needs asyncio; the other one runs in a thread."""

import asyncio
import time
import warnings
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest
import trio

from pinarkive import (
    AsyncPinarkiveClient,
    InvalidInputError,
    PinarkiveClient,
    PinarkiveError,
)

from .faults import KEY, ME
from .server import FaultServer

Call: TypeAlias = Callable[[AsyncPinarkiveClient], Awaitable[object]]


async def first(items: AsyncGenerator[object, None]) -> object:
    async with aclosing(items):
        return await anext(items)


CALLS: dict[str, Call] = {
    "a read": lambda client: client.users.me(),
    "a read without a time limit": lambda client: client.with_options(timeout=None).users.me(),
    "any endpoint": lambda client: client.request("GET", "/users/me"),
    "an upload of bytes": lambda client: client.files.upload(b"hello"),
    "an upload of a path": lambda client: client.files.upload(Path(__file__)),
    "a folder": lambda client: client.files.upload_directory_dag(Path(__file__).parent),
    "many uploads": lambda client: first(client.files.upload_many([b"hello"])),
    "many uploads of a generator": lambda client: first(client.files.upload_many(iter([b"hello"]))),
    "pages": lambda client: anext(aiter(client.users.iter_uploads())),
}


def check(error: InvalidInputError) -> None:
    assert "AsyncPinarkiveClient runs on asyncio" in str(error)
    assert "trio.to_thread.run_sync" in str(error)
    assert isinstance(error, PinarkiveError)
    assert error.sent == "no"
    assert error.__suppress_context__ or error.__context__ is None


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_says_that_it_needs_asyncio(call: Call) -> None:
    async def main() -> None:
        async with AsyncPinarkiveClient(api_key=KEY, base_url=server.base_url) as client:
            with pytest.raises(InvalidInputError) as caught:
                await call(client)
            check(caught.value)

    with FaultServer(ME) as server:
        trio.run(main)
        assert server.connections == 0


def test_leaving_the_block_does_not_hide_what_was_said() -> None:
    async def main() -> None:
        async with AsyncPinarkiveClient(api_key=KEY) as client:
            await client.users.me()

    with pytest.raises(InvalidInputError) as caught:
        trio.run(main)
    check(caught.value)


def test_a_client_of_the_users_own_changes_nothing() -> None:
    async def main() -> None:
        async with httpx.AsyncClient() as given:
            client = AsyncPinarkiveClient(api_key=KEY, base_url=server.base_url, http_client=given)
            with pytest.raises(InvalidInputError) as caught:
                await client.users.me()
            check(caught.value)

    with FaultServer(ME) as server:
        trio.run(main)
        assert server.connections == 0


def test_trio_as_a_guest_of_asyncio() -> None:
    async def call() -> None:
        async with AsyncPinarkiveClient(api_key=KEY, base_url=server.base_url) as client:
            for name in ("a read", "an upload of a path", "many uploads"):
                with pytest.raises(InvalidInputError) as caught:
                    await CALLS[name](client)
                check(caught.value)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Any] = loop.create_future()
        trio.lowlevel.start_guest_run(
            call,
            run_sync_soon_threadsafe=loop.call_soon_threadsafe,
            done_callback=done.set_result,
        )
        (await done).unwrap()

    with FaultServer(ME) as server:
        asyncio.run(main())
        assert server.connections == 0


def test_a_client_can_be_closed_under_trio() -> None:
    async def call() -> None:
        await client.users.me()

    with FaultServer(ME) as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        client = AsyncPinarkiveClient(api_key=KEY, base_url=server.base_url)
        asyncio.run(call())
        # What is left of a loop that has ended is closed too.
        trio.run(client.close)
        trio.run(client.close)
        ends = time.monotonic() + 5
        while server.open_connections() and time.monotonic() < ends:
            time.sleep(0.01)
        assert server.open_connections() == 0
        trio.run(AsyncPinarkiveClient(api_key=KEY).close)


def test_the_synchronous_client_runs_in_a_thread_of_trio() -> None:
    async def main() -> str | None:
        with PinarkiveClient(api_key=KEY, base_url=server.base_url) as client:
            return (await trio.to_thread.run_sync(client.users.me)).id

    with FaultServer(ME) as server:
        assert trio.run(main) == "u1"
