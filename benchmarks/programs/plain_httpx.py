"""httpx alone, written as its documentation shows it."""

import asyncio
from pathlib import Path
from typing import BinaryIO

import httpx

from benchmarks.measure import Meter, Sample, Task, run, ticking


def upload(task: Task) -> Sample:
    """Upload a file by its path."""
    with httpx.Client(timeout=None) as client:  # noqa: S113  # as the others here
        post(client, task, b"warm")
        with Meter() as meter:
            for _ in range(task.count):
                with Path(task.path).open("rb") as file:
                    post(client, task, file)
        return meter.sample()


async def upload_async(task: Task) -> Sample:
    """Upload a file by its path, and see whether the event loop is held up."""
    url = f"{task.url}/files/"
    async with httpx.AsyncClient(timeout=None) as client:  # noqa: S113  # as the others here
        (await client.post(url, files={"file": b"warm"})).raise_for_status().json()
        async with ticking() as longest:
            with Meter() as meter:
                for _ in range(task.count):
                    with Path(task.path).open("rb") as file:  # noqa: ASYNC230  # httpx reads it there
                        answer = await client.post(url, files={"file": file})
                    answer.raise_for_status().json()
        return meter.sample(longest[0])


def post(client: httpx.Client, task: Task, content: bytes | BinaryIO) -> None:
    """Upload bytes or an open file."""
    client.post(f"{task.url}/files/", files={"file": content}).raise_for_status().json()


def upload_bytes(task: Task) -> Sample:
    """Upload from memory, again and again."""
    data = bytes(task.size)
    with httpx.Client() as client:
        post(client, task, data)
        with Meter() as meter:
            for _ in range(task.count):
                post(client, task, data)
        return meter.sample()


def list_uploads(task: Task) -> Sample:
    """Ask for a page of uploads, again and again."""
    with httpx.Client() as client:
        page(client, task)
        with Meter() as meter:
            for _ in range(task.count):
                page(client, task)
        return meter.sample()


def page(client: httpx.Client, task: Task) -> None:
    """Ask for a page of uploads and decode its JSON."""
    numbers = {"page": 1, "limit": task.records}
    client.get(f"{task.url}/users/me/uploads", params=numbers).raise_for_status().json()


async def list_uploads_async(task: Task) -> Sample:
    """Ask for a page of uploads, again and again."""
    url, numbers = f"{task.url}/users/me/uploads", {"page": 1, "limit": task.records}
    async with httpx.AsyncClient() as client:
        (await client.get(url, params=numbers)).raise_for_status().json()
        with Meter() as meter:
            for _ in range(task.count):
                (await client.get(url, params=numbers)).raise_for_status().json()
        return meter.sample()


def upload_folder(task: Task) -> Sample:
    """Read the files of a folder and upload them as one DAG."""
    with httpx.Client(timeout=None) as client:  # noqa: S113  # as the others here
        post(client, task, b"warm")
        with Meter(count_files=True) as meter:
            found = sorted(Path(task.path).iterdir())
            files = [("files", (path.name, path.read_bytes())) for path in found]
            answer = client.post(f"{task.url}/files/directory-dag", files=files)
            answer.raise_for_status().json()
        return meter.sample()


def make_client(task: Task) -> Sample:
    """Make one client more, again and again."""
    first = httpx.Client()
    with Meter() as meter:
        for _ in range(task.count):
            httpx.Client().close()
    first.close()
    return meter.sample()


def make_client_and_call(task: Task) -> Sample:
    """Make one client more and a call with it, again and again."""
    with httpx.Client() as first:
        first.get(f"{task.url}/health").raise_for_status()
        with Meter() as meter:
            for _ in range(task.count):
                with httpx.Client() as client:
                    client.get(f"{task.url}/health").raise_for_status().json()
        return meter.sample()


if __name__ == "__main__":
    run(
        {
            "upload": upload,
            "upload async": lambda task: asyncio.run(upload_async(task)),
            "upload bytes": upload_bytes,
            "list": list_uploads,
            "list async": lambda task: asyncio.run(list_uploads_async(task)),
            "upload folder": upload_folder,
            "make client": make_client,
            "make client and call": make_client_and_call,
        }
    )
