"""Many clients at the same time, and some that never get to the point."""

import asyncio
import resource
import socket
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from pinarkive import AsyncPinarkiveClient, PinarkiveClient
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid

CLIENTS = 200
SLOW = 1000


async def use(sandbox: Sandbox, number: int) -> None:
    """Upload, list, read and remove, and expect of each what it says when one is alone."""
    contents = [f"{number} {each}".encode() * (1 + 5000 * each) for each in range(3)]
    async with AsyncPinarkiveClient(
        api_key=sandbox.api_key, base_url=sandbox.base_url, verify=True
    ) as client:
        for content in contents:
            upload = await client.files.upload(content, filename=f"{number}.bin")
            assert (upload.cid, upload.size) == (file_cid(content), len(content))
        for content in contents:
            record = await client.users.find_upload(file_cid(content))
            assert record is not None
            assert (record.name, record.size) == (f"{number}.bin", len(content))
        assert (await client.files.remove(file_cid(contents[0]))).removed
        assert await client.users.find_upload(file_cid(contents[0])) is None


def test_two_hundred_clients_get_right_answers(sandbox: Sandbox) -> None:
    async def main() -> None:
        await asyncio.gather(*(use(sandbox, number) for number in range(CLIENTS)))

    asyncio.run(main())
    with PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
        kept = {record.cid for record in client.users.iter_uploads()}
    assert len(kept) == CLIENTS * 2
    assert kept >= {file_cid(f"{number} 1".encode() * 5001) for number in range(CLIENTS)}


@contextmanager
def many_descriptors(count: int) -> Generator[None]:
    """Allow this process so many open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(count, hard)), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_thousand_slow_connections_stop_nobody() -> None:
    # Some stop in the head, some in the body, and some never begin.
    beginnings = [
        b"",
        b"POST /api/v3/files HTTP/1.1\r\nHost: ",
        b"POST /api/v3/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        b"Content-Length: 100\r\n\r\n{",
    ]
    with many_descriptors(4 * SLOW), Sandbox() as sandbox, ExitStack() as open_ones:
        where = urlsplit(sandbox.gateway_url)
        for number in range(SLOW):
            slow = socket.create_connection((where.hostname or "", where.port or 0), timeout=30)
            open_ones.enter_context(slow)
            slow.sendall(beginnings[number % len(beginnings)])
        with PinarkiveClient(
            api_key=sandbox.api_key, base_url=sandbox.base_url, timeout=30, max_retries=0
        ) as client:
            for number in range(50):
                assert client.files.upload(b"%d" % number).size == len(str(number))
            assert client.users.uploads().total == 50
