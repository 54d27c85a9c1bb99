"""A pytest plugin: tests on a local PinArkive instead of the real one.

It is found by pytest where this package is installed, and needs its extra `sandbox`:

    def test_upload(pinarkive_client):
        upload = pinarkive_client.files.upload(b"hello", filename="hello.txt")
        assert upload.size == 5

The fixtures share one sandbox, so a test sees what others have uploaded; a test that must not can
make its own with `with Sandbox() as sandbox:`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from . import AsyncPinarkiveClient, PinarkiveClient
    from .sandbox import Sandbox

__all__ = ["async_pinarkive_client", "pinarkive_client", "pinarkive_sandbox"]

# Pytest imports this module in every run of whoever has the package installed, so it imports what
# the fixtures need only when one of them is asked for.


@pytest.fixture(scope="session")
def pinarkive_sandbox() -> Iterator[Sandbox]:
    """Give a local PinArkive that runs until the tests end; it has addresses and credentials."""
    from .sandbox import Sandbox

    with Sandbox() as sandbox:
        yield sandbox


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
