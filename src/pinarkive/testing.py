"""A pytest plugin: tests on a local PinArkive instead of the real one.

It is found by pytest where this package is installed, and needs its extra `sandbox`:

    def test_upload(pinarkive_client):
        upload = pinarkive_client.files.upload(b"hello", filename="hello.txt")
        assert upload.size == 5

One sandbox runs for all tests (with pytest-xdist, for all of a worker), and is as new for each of
them. To give it other options, replace the fixture `pinarkive_sandbox_server` in `conftest.py`.
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

# Pytest imports this module in every run of whoever has the package installed, so it imports what
# the fixtures need only when one of them is asked for.


@pytest.fixture(scope="session")
def pinarkive_sandbox_server() -> Iterator[Sandbox]:
    """Give the local PinArkive that runs until the tests end, as the tests before have left it."""
    from .sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def pinarkive_sandbox(pinarkive_sandbox_server: Sandbox) -> Sandbox:
    """Give a local PinArkive that is as new: no uploads, no faults, and the clock where it was."""
    pinarkive_sandbox_server.reset()
    return pinarkive_sandbox_server


@pytest.fixture
def pinarkive_client(pinarkive_sandbox: Sandbox) -> Iterator[PinarkiveClient]:
    """Give a client of the sandbox, with an API key that has every scope."""
    from . import PinarkiveClient

    with PinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
    ) as client:
        yield client


@pytest.fixture
def async_pinarkive_client(pinarkive_sandbox: Sandbox) -> Iterator[AsyncPinarkiveClient]:
    """Give an async client of the sandbox, with an API key that has every scope.

    The fixture itself is an ordinary one, so that it works with any way of running async tests,
    `asyncio.run` in a plain test among them.
    """
    from . import AsyncPinarkiveClient

    client = AsyncPinarkiveClient(
        api_key=pinarkive_sandbox.api_key, base_url=pinarkive_sandbox.base_url
    )
    yield client
    # A loop that nobody else knows of: asyncio.run would take away the one that is set.
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(client.close())
    finally:
        loop.close()


@pytest.fixture
def pinarkive_no_waiting(request: pytest.FixtureRequest) -> Iterator[list[float]]:
    """Skip the waits of clients, and give the list of their seconds, as `no_waiting` does.

    Where the test has a sandbox, its clock moves on by each wait.
    """
    clock: MovableClock | None = None
    if "pinarkive_sandbox" in request.fixturenames:
        sandbox: Sandbox = request.getfixturevalue("pinarkive_sandbox")
        clock = sandbox.clock
    with no_waiting(clock) as waits:
        yield waits


@contextmanager
def no_waiting(clock: MovableClock | None = None) -> Generator[list[float]]:
    """Skip the waits of all clients inside the `with` block: none of them takes time.

    Those are the waits before a call is repeated, for a turn under a rate limit, and between the
    questions of `wait_until_pinned`. Time limits count them as if they had been waited for. What
    the network or the server takes is not skipped.

    Args:
        clock: The clock of a sandbox, which is moved on by each wait.

    Returns:
        The waits there would have been, in seconds, in the order in which they came.

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
