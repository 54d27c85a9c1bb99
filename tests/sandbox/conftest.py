from collections.abc import Iterator

import httpx
import pytest

from pinarkive.sandbox import Sandbox

from .raw import api_client, bare_client


@pytest.fixture(scope="session")
def shared() -> Iterator[Sandbox]:
    """A sandbox for tests that leave nothing behind that others would see."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def shared_api(shared: Sandbox) -> Iterator[httpx.Client]:
    with api_client(shared) as client:
        yield client


@pytest.fixture(scope="session")
def gateway(shared: Sandbox) -> Iterator[httpx.Client]:
    """A client without credentials, at the root of the shared sandbox."""
    with bare_client(shared.gateway_url) as client:
        yield client


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    """A sandbox of the test's own."""
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with api_client(sandbox) as client:
        yield client
