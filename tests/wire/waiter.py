"""Leaves a run of uploads, kept in a variable, while its sources wait for ever; prints its end."""

import asyncio
import sys
from collections.abc import Iterator
from queue import SimpleQueue

from pinarkive import AsyncPinarkiveClient, PinarkiveClient


def sources() -> Iterator[bytes]:
    """Yield a few, and then wait for what never comes."""
    yield from (b"1", b"2", b"3")
    yield SimpleQueue[bytes]().get()


def leave_sync(base_url: str) -> None:
    """Leave it by an exception."""
    with PinarkiveClient(api_key="key", base_url=base_url) as client:
        outcomes = client.files.upload_many(sources())
        for _ in outcomes:
            raise KeyError("mine")


async def leave_async(base_url: str) -> None:
    """Leave it by an exception."""
    # A busy machine makes anything slow, which is not what is tested.
    asyncio.get_running_loop().slow_callback_duration = 10
    async with AsyncPinarkiveClient(api_key="key", base_url=base_url) as client:
        outcomes = client.files.upload_many(sources())
        async for _ in outcomes:
            raise KeyError("mine")


def main(kind: str, base_url: str) -> None:
    """Leave it, and say so."""
    try:
        if kind == "sync":
            leave_sync(base_url)
        else:
            asyncio.run(leave_async(base_url))
    except KeyError as error:
        print(error)


if __name__ == "__main__":
    main(*sys.argv[1:])
