"""The SDK of this repository."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.giver import give
from benchmarks.measure import Meter, Sample, Task, run, ticking
from pinarkive import (
    AsyncPinarkiveClient,
    PinarkiveClient,
    PinCid,
    UploadOutcome,
    iter_rows,
    validate_rows,
)
from pinarkive.unixfs import cid_of, file_cid

AT_ONCE = 32
KEY = "a-key-for-benchmarks"


@contextmanager
def warm_client(task: Task) -> Generator[PinarkiveClient]:
    """Yield a client that has a connection, and has done once what it will do."""
    with PinarkiveClient(api_key=KEY, base_url=task.url) as client:
        client.files.upload(task.warm_path)
        client.users.uploads(limit=task.records)
        yield client


@asynccontextmanager
async def warm_async_client(task: Task) -> AsyncGenerator[AsyncPinarkiveClient]:
    """Yield a client that has a connection, and has done once what it will do."""
    async with AsyncPinarkiveClient(api_key=KEY, base_url=task.url) as client:
        await client.files.upload(task.warm_path)
        await client.users.uploads(limit=task.records)
        yield client


def upload(task: Task) -> Sample:
    """Upload a file by its path."""
    with warm_client(task) as client:
        with Meter() as meter:
            for _ in range(task.count):
                client.files.upload(task.path)
        return meter.sample()


def upload_verified(task: Task) -> Sample:
    """Upload a file or folder, and compare the CID."""
    with warm_client(replace(task, url=f"{task.url}/{cid_of(task.path)}")) as client:
        with Meter() as meter:
            if Path(task.path).is_dir():
                answer = client.files.upload_directory_dag(task.path, verify=True)
                assert answer.verified  # noqa: S101
            else:
                assert client.files.upload(task.path, verify=True).verified  # noqa: S101
        return meter.sample()


async def upload_verified_async(task: Task) -> Sample:
    """Upload a file, and compare the CID."""
    url = f"{task.url}/{cid_of(task.path)}"
    async with warm_async_client(replace(task, url=url)) as client:
        async with ticking() as longest:
            with Meter() as meter:
                answer = await client.files.upload(task.path, verify=True)
        assert answer.verified  # noqa: S101
        return meter.sample(longest[0])


async def upload_async(task: Task) -> Sample:
    """Upload a file by its path, and see whether the event loop is held up."""
    async with warm_async_client(task) as client:
        async with ticking() as longest:
            with Meter() as meter:
                for _ in range(task.count):
                    await client.files.upload(task.path)
        return meter.sample(longest[0])


def download(task: Task, *, verify: bool) -> Sample:
    """Download the input to a file beside it."""
    cid, target = cid_of(task.path), Path(f"{task.path}.ours")
    with give(task.path) as gateway, PinarkiveClient(api_key=KEY, base_url=task.url) as client:
        client.system.health()
        with Meter() as meter:
            client.files.download(cid, to=target, gateway=gateway, verify=verify)
        assert target.stat().st_size == Path(task.path).stat().st_size  # noqa: S101
        target.unlink()
        return meter.sample()


async def download_async(task: Task) -> Sample:
    """Download the input to a file beside it, and compare its CID."""
    cid, target = cid_of(task.path), Path(f"{task.path}.ours")
    with give(task.path) as gateway:
        async with AsyncPinarkiveClient(api_key=KEY, base_url=task.url) as client:
            await client.system.health()
            async with ticking() as longest:
                with Meter() as meter:
                    await client.files.download(cid, to=target, gateway=gateway)
        return meter.sample(longest[0])


def upload_bytes(task: Task) -> Sample:
    """Upload from memory, again and again."""
    data = bytes(task.size)
    with warm_client(task) as client:
        with Meter() as meter:
            for _ in range(task.count):
                client.files.upload(data)
        return meter.sample()


def list_uploads(task: Task) -> Sample:
    """Ask for a page of uploads, again and again."""
    with warm_client(task) as client:
        with Meter() as meter:
            for _ in range(task.count):
                client.users.uploads(limit=task.records)
        return meter.sample()


async def list_uploads_async(task: Task) -> Sample:
    """Ask for a page of uploads, again and again."""
    async with warm_async_client(task) as client:
        with Meter() as meter:
            for _ in range(task.count):
                await client.users.uploads(limit=task.records)
        return meter.sample()


def upload_folder(task: Task) -> Sample:
    """Upload a folder as one DAG."""
    with warm_client(task) as client:
        with Meter(count_files=True) as meter:
            client.files.upload_directory_dag(Path(task.path))
        return meter.sample()


def upload_many(task: Task) -> Sample:
    """Upload many small files at a time."""
    with warm_client(task) as client:
        files = [bytes(task.size)] * task.count
        with Meter() as meter:
            for outcome in client.files.upload_many(files, max_concurrency=AT_ONCE):
                check(outcome)
        return meter.sample()


async def upload_many_async(task: Task) -> Sample:
    """Upload many small files at a time."""
    async with warm_async_client(task) as client:
        files = [bytes(task.size)] * task.count
        async with ticking() as longest:
            with Meter() as meter:
                async for outcome in client.files.upload_many(files, max_concurrency=AT_ONCE):
                    check(outcome)
        return meter.sample(longest[0])


def check(outcome: UploadOutcome) -> None:
    """Raise if an upload was not stored."""
    if outcome.upload is None:
        raise AssertionError(f"an upload failed: {outcome.error!r}")


def table(task: Task) -> list[dict[str, object]]:
    """Return rows as they come from a file, each with a CID of its own."""
    ends = (datetime.now(UTC) + timedelta(days=30)).isoformat(timespec="seconds")
    return [
        {"cid": file_cid(b"%d" % number), "custom_name": f"file {number}.txt", "timelock": ends}
        for number in range(task.count)
    ]


def check_rows(task: Task) -> Sample:
    """Check a table as a whole."""
    rows = table(task)
    validate_rows(PinCid, rows[:10])
    with Meter() as meter:
        found = validate_rows(PinCid, rows)
    assert len(found.requests) == task.count  # noqa: S101
    return meter.sample()


def check_rows_one_by_one(task: Task) -> Sample:
    """Check a table, keeping no request."""
    rows = table(task)
    validate_rows(PinCid, rows[:10])
    with Meter() as meter:
        good = sum(row.request is not None for row in iter_rows(PinCid, rows))
    assert good == task.count  # noqa: S101
    return meter.sample()


def make_client(task: Task) -> Sample:
    """Make one client more, again and again."""
    first = PinarkiveClient(api_key=KEY)
    with Meter() as meter:
        for _ in range(task.count):
            PinarkiveClient(api_key=KEY).close()
    first.close()
    return meter.sample()


def make_client_and_call(task: Task) -> Sample:
    """Make one client more and a call with it, again and again."""
    with warm_client(task), Meter() as meter:
        for _ in range(task.count):
            with PinarkiveClient(api_key=KEY, base_url=task.url) as client:
                client.system.health()
    return meter.sample()


if __name__ == "__main__":
    run(
        {
            "upload": upload,
            "upload async": lambda task: asyncio.run(upload_async(task)),
            "upload verified": upload_verified,
            "upload verified async": lambda task: asyncio.run(upload_verified_async(task)),
            "download": lambda task: download(task, verify=False),
            "download verified": lambda task: download(task, verify=True),
            "download verified async": lambda task: asyncio.run(download_async(task)),
            "upload bytes": upload_bytes,
            "list": list_uploads,
            "list async": lambda task: asyncio.run(list_uploads_async(task)),
            "upload folder": upload_folder,
            "upload many": upload_many,
            "upload many async": lambda task: asyncio.run(upload_many_async(task)),
            "validate rows": check_rows,
            "iterate rows": check_rows_one_by_one,
            "make client": make_client,
            "make client and call": make_client_and_call,
        }
    )
