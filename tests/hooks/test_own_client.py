"""An httpx client of the user's own, whose event hooks see every call."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import httpx
import pytest

from pinarkive import AsyncPinarkiveClient, NotFoundError, PinarkiveClient
from pinarkive.sandbox import Sandbox

from ..wire.faults import ME
from ..wire.server import FaultServer
from .calls import CID, KEY

Hooks: TypeAlias = dict[str, list[Callable[..., Any]]]

FOUND = [
    ("GET", "/api/v3/users/me", 200),
    ("POST", "/api/v3/files/", 201),
    ("DELETE", f"/api/v3/files/remove/{CID}", 404),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file to upload."""
    path = tmp_path / "hello.txt"
    path.write_bytes(b"hello")
    return path


def test_hooks_see_every_call(pinarkive_sandbox: Sandbox, path: Path) -> None:
    begun: list[tuple[str, str]] = []
    ended: list[tuple[str, str, int]] = []

    def on_request(request: httpx.Request) -> None:
        begun.append((request.method, request.url.path))

    def on_response(response: httpx.Response) -> None:
        # A hook may read the answer: it is not gone then.
        assert response.read() == response.content != b""
        request = response.request
        ended.append((request.method, request.url.path, response.status_code))

    hooks: Hooks = {"request": [on_request], "response": [on_response]}
    with httpx.Client(event_hooks=hooks) as given:
        client = PinarkiveClient(
            api_key=pinarkive_sandbox.api_key,
            base_url=pinarkive_sandbox.base_url,
            http_client=given,
        )
        with client:
            assert client.users.me().id
            assert client.files.upload(path).size == 5
            with pytest.raises(NotFoundError):
                client.files.remove(CID)
        assert not given.is_closed
    assert begun == [(method, where) for method, where, _ in FOUND]
    assert ended == FOUND


def test_asynchronous_hooks_see_every_call(pinarkive_sandbox: Sandbox, path: Path) -> None:
    begun: list[tuple[str, str]] = []
    ended: list[tuple[str, str, int]] = []

    async def on_request(request: httpx.Request) -> None:
        begun.append((request.method, request.url.path))

    async def on_response(response: httpx.Response) -> None:
        # A hook may read the answer: it is not gone then.
        assert await response.aread() == response.content != b""
        request = response.request
        ended.append((request.method, request.url.path, response.status_code))

    async def main() -> None:
        hooks: Hooks = {"request": [on_request], "response": [on_response]}
        async with httpx.AsyncClient(event_hooks=hooks) as given:
            client = AsyncPinarkiveClient(
                api_key=pinarkive_sandbox.api_key,
                base_url=pinarkive_sandbox.base_url,
                http_client=given,
            )
            async with client:
                assert (await client.users.me()).id
                assert (await client.files.upload(path)).size == 5
                with pytest.raises(NotFoundError):
                    await client.files.remove(CID)
            assert not given.is_closed

    asyncio.run(main())
    assert begun == [(method, where) for method, where, _ in FOUND]
    assert ended == FOUND


def test_what_a_hook_adds_is_sent() -> None:
    def on_request(request: httpx.Request) -> None:
        request.headers["X-Trace"] = "t1"

    with FaultServer(ME) as server, httpx.Client(event_hooks={"request": [on_request]}) as given:
        client = PinarkiveClient(api_key=KEY, base_url=server.base_url, http_client=given)
        assert client.users.me().id == "u1"
        assert server.seen[-1].header("X-Trace") == "t1"


def test_what_an_asynchronous_hook_adds_is_sent() -> None:
    async def on_request(request: httpx.Request) -> None:
        request.headers["X-Trace"] = "t1"

    async def main(base_url: str) -> None:
        async with httpx.AsyncClient(event_hooks={"request": [on_request]}) as given:
            client = AsyncPinarkiveClient(api_key=KEY, base_url=base_url, http_client=given)
            assert (await client.users.me()).id == "u1"

    with FaultServer(ME) as server:
        asyncio.run(main(server.base_url))
        assert server.seen[-1].header("X-Trace") == "t1"
