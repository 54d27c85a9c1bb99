"""Ends with a client that nobody has closed, and calls that nobody has waited for."""

import asyncio
import sys
import threading
import time

from pinarkive import AsyncPinarkiveClient, PinarkiveClient


class Endless:
    """A file without end."""

    def read(self, size: int = -1, /) -> bytes:
        """Return some of it, after a while."""
        time.sleep(0.01)
        return b"x" * size


async def leave(client: AsyncPinarkiveClient, mode: str) -> None:
    """Return while a call is under way."""
    # A busy machine makes anything slow, which is not what is tested.
    asyncio.get_running_loop().slow_callback_duration = 10
    if mode == "async-idle":
        await client.system.health()
        print("leaving")
        return
    upload = asyncio.create_task(client.files.upload(Endless()))
    await asyncio.sleep(0.3)
    assert not upload.done()
    print("leaving")
    if mode == "async-wait":
        sys.exit(0)


def main(mode: str, base_url: str, key: str) -> None:
    """Begin, and leave."""
    if mode == "sync":
        kept = PinarkiveClient(api_key=key, base_url=base_url)
        threading.Thread(target=kept.users.me, daemon=True).start()
        time.sleep(0.3)
        print("leaving")
        return
    client = AsyncPinarkiveClient(api_key=key, base_url=base_url)
    asyncio.run(leave(client, mode))


if __name__ == "__main__":
    main(*sys.argv[1:])
