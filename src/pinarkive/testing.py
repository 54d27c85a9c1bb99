"""A pytest plugin: tests with a local PinArkive instead of the real one.

pytest finds it if this package is installed. It needs the extra `sandbox`:

    def test_upload(pinarkive_client):
        upload = pinarkive_client.files.upload(b"hello", filename="hello.txt")
        assert upload.size == 5

One sandbox runs for all tests (with pytest-xdist, for all tests of a worker), and is reset before
each test. To set other options, replace the fixture `pinarkive_sandbox_server` in `conftest.py`.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from . import AsyncPinarkiveClient, PinarkiveClient
    from .sandbox import Sandbox
    from .sandbox.clock import MovableClock

__all__ = [
    "async_pinarkive_client",
    "no_waiting",
    "pinarkive_client",
    "pinarkive_no_waiting",
    "pinarkive_sandbox",
    "pinarkive_sandbox_server",
]

# pytest imports this module in every run if the package is installed, so imports for the fixtures
# happen only when one of them is used.


@pytest.fixture(scope="session")
def pinarkive_sandbox_server() -> Iterator[Sandbox]:
    """Provide the local PinArkive that runs for all tests, in the state left by earlier tests."""
    from .sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def pinarkive_sandbox(pinarkive_sandbox_server: Sandbox) -> Sandbox:
    """Provide a local PinArkive in its initial state: no uploads, no faults, the clock reset."""
    pinarkive_sandbox_server.reset()
    return pinarkive_sandbox_server


@pytest.fixture
def pinarkive_client(pinarkive_sandbox: Sandbox) -> Iterator[PinarkiveClient]:
    """Provide a client of the sandbox, with an API key that has every scope."""
    from . import PinarkiveClient

    with PinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
    ) as client:
        yield client


@pytest.fixture
def async_pinarkive_client(pinarkive_sandbox: Sandbox) -> Iterator[AsyncPinarkiveClient]:
    """Provide an async client of the sandbox, with an API key that has every scope.

    The fixture itself is synchronous, so it works with any plugin for async tests, and with
    `asyncio.run` in an ordinary test.
    """
    from . import AsyncPinarkiveClient

    client = AsyncPinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
    )
    yield client
    # A private loop: asyncio.run would remove the current one.
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(client.close())
    finally:
        loop.close()


@pytest.fixture
def pinarkive_no_waiting(request: pytest.FixtureRequest) -> Iterator[list[float]]:
    """Skip the waits of clients, and provide the list of their seconds, like `no_waiting`.

    If the test uses a sandbox, each wait moves its clock forward.
    """
    clock: MovableClock | None = None
    if "pinarkive_sandbox" in request.fixturenames:
        sandbox: Sandbox = request.getfixturevalue("pinarkive_sandbox")
        clock = sandbox.clock
    with no_waiting(clock) as waits:
        yield waits


@contextmanager
def no_waiting(clock: MovableClock | None = None) -> Generator[list[float]]:
    """Skip the waits of all clients inside the `with` block, so that they take no time.

    This applies to waits before a retry, for a turn under a rate limit, and between the requests of
    `wait_until_pinned`. Time limits count them as if they had taken place. The time that the
    network or the server takes is not skipped.

    Args:
        clock: The clock of a sandbox, which each wait moves forward.

    Returns:
        The skipped waits in seconds, in order.

    Example:
        with no_waiting(sandbox.clock) as waits:
            client.files.upload("report.pdf")
        assert waits == [2]
    """
    from ._io.moments import skipping

    waits: list[float] = []

    def take(seconds: float) -> None:
        waits.append(seconds)
        if clock is not None:
            clock.advance(seconds=seconds)

    with skipping(take):
        yield waits
