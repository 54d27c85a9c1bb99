"""A download for which the disk has no room."""

import asyncio
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from pinarkive import AsyncPinarkiveClient, PinarkiveClient

from ..gateway import FaultyGateway
from .both import Kind


@pytest.fixture
def small_disk() -> Iterator[None]:
    """Let a write beyond a megabyte fail, as one on a full disk does."""
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, handler)


def download(kind: Kind, cid: str, to: Path, gateway: str) -> None:
    if kind == "sync":
        with PinarkiveClient(api_key="key") as client:
            client.files.download(cid, to=to, gateway=gateway)
        return

    async def main() -> None:
        async with AsyncPinarkiveClient(api_key="key") as client:
            await client.files.download(cid, to=to, gateway=gateway)

    asyncio.run(main())


@pytest.mark.usefixtures("small_disk")
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_full_disk_is_told_and_leaves_nothing(kind: Kind, tmp_path: Path) -> None:
    with FaultyGateway() as gateway:
        file = gateway.add_file(bytes(3_000_000))
        folder = gateway.add_directory({"a": file})
        for cid in (str(file.cid), str(folder.cid)):
            with pytest.raises(OSError, match="File too large"):
                download(kind, cid, tmp_path / "to", gateway.url)
    assert list(tmp_path.iterdir()) == []
