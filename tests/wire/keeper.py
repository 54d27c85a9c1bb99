"""Ends while a run of uploads is kept in a variable, and some of them are under way."""

import asyncio
import sys

from pinarkive import AsyncPinarkiveClient, PinarkiveClient

kept: list[object] = []


async def begin(base_url: str) -> None:
    """Take one outcome."""
    client = AsyncPinarkiveClient(api_key="key", base_url=base_url)
    outcomes = client.files.upload_many([b"x"] * 20)
    kept.extend((client, outcomes))
    print((await anext(outcomes)).attempts)


def main(kind: str, base_url: str) -> None:
    """Take one outcome, and end."""
    if kind == "async":
        asyncio.run(begin(base_url))
        return
    client = PinarkiveClient(api_key="key", base_url=base_url)
    outcomes = client.files.upload_many([b"x"] * 20)
    kept.extend((client, outcomes))
    print(next(outcomes).attempts)


if __name__ == "__main__":
    main(*sys.argv[1:])
