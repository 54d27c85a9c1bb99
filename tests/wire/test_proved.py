"""Uploads that are proved, over connections that break: what is sent again is hashed anew."""

import asyncio
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pinarkive import AsyncPinarkiveClient, PinarkiveClient, Upload
from pinarkive._dag.blocks import Profile
from pinarkive.unixfs import cid_of

from .both import Kind
from .server import FaultServer, Read, Reset, Send, json_answer

DATA = bytes(range(256)) * 32 * 1024
SOURCES: dict[str, Callable[[Path], Any]] = {
    "path": lambda path: path,
    "bytes": lambda path: DATA,
    "open file": lambda path: io.BytesIO(DATA),
}
PROFILES: tuple[Profile, ...] = ("kubo-v1", "kubo-v0")


def upload(kind: Kind, base_url: str, source: Any) -> Upload:
    if kind == "sync":
        with PinarkiveClient(api_key="key", base_url=base_url) as client:
            return client.files.upload(source, verify=True)

    async def main() -> Upload:
        async with AsyncPinarkiveClient(api_key="key", base_url=base_url) as client:
            return await client.files.upload(source, verify=True)

    return asyncio.run(main())


@pytest.mark.parametrize("kind", ["sync", "async"])
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("name", SOURCES)
def test_an_upload_that_breaks_half_way_is_proved_all_the_same(
    kind: Kind, name: str, profile: Profile, tmp_path: Path
) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(DATA)
    stored = json_answer(b'{"cid":"%b"}' % cid_of(DATA, profile).encode(), 201)
    with FaultServer((Read(upto=3_000_000), Reset()), (Read(), Send(stored))) as server:
        done = upload(kind, server.base_url, SOURCES[name](path))
        assert [seen.whole for seen in server.requests] == [False, True]
    assert (done.verified, done.meta.attempts) == (profile, 2)
