"""Both clients behind one face; neither is told of what hooks into httpx."""

import asyncio
from typing import Any

from pinarkive import AsyncPinarkiveClient, PinarkiveClient, Request

from ..wire.both import BOTH, Kind

__all__ = ["BASE", "BOTH", "CID", "KEY", "Kind", "send"]

BASE = "https://api.pinarkive.com/api/v3"
# Of what no test uploads: those that run on one sandbox see each other's uploads.
CID = "bafkreidmclqgoloilqzrg3fs2dvqxd2tcub7w6qfav27ijih6bjj4ikus4"
KEY = "an-api-key-of-some-length"


def send(
    kind: Kind, *requests: Request[Any], api_key: str = KEY, base_url: str | None = None
) -> list[object]:
    """Send requests one after another with one client, and return their answers."""
    if kind == "async":

        async def main() -> list[object]:
            async with AsyncPinarkiveClient(api_key=api_key, base_url=base_url) as client:
                return [await client.send(request) for request in requests]

        return asyncio.run(main())
    with PinarkiveClient(api_key=api_key, base_url=base_url) as client:
        return [client.send(request) for request in requests]
