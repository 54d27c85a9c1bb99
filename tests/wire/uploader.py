"""Uploads a file or folder in a process of its own, and prints by how many KiB it grew."""

import asyncio
import resource
import sys
from pathlib import Path

from pinarkive import AsyncPinarkiveClient, PinarkiveClient

SMALL = {"warm/up": b"x" * 100_000}


def peak() -> int:
    """Return the most memory that the process has had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def run_sync(base_url: str, path: Path) -> int:
    """Upload with the synchronous client and return the growth."""
    with PinarkiveClient(api_key="key", base_url=base_url) as client:
        client.files.upload_directory_dag(SMALL)
        before = peak()
        if path.is_dir():
            client.files.upload_directory_dag(path)
        else:
            client.files.upload(path)
        return peak() - before


async def run_async(base_url: str, path: Path, is_folder: bool) -> int:
    """Upload with the asynchronous client and return the growth."""
    async with AsyncPinarkiveClient(api_key="key", base_url=base_url) as client:
        await client.files.upload_directory_dag(SMALL)
        before = peak()
        if is_folder:
            await client.files.upload_directory_dag(path)
        else:
            await client.files.upload(path)
        return peak() - before


if __name__ == "__main__":
    mode, url, name = sys.argv[1:]
    if mode == "sync":
        print(run_sync(url, Path(name)))
    else:
        print(asyncio.run(run_async(url, Path(name), Path(name).is_dir())))
