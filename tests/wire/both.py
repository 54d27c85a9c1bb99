"""Both clients behind one face, for tests that are the same for both."""

import asyncio
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest

from pinarkive import AsyncPinarkiveClient, OnProgress, PinarkiveClient, Request

from .faults import KEY

__all__ = [
    "BOTH",
    "Kind",
    "Outcome",
    "async_outcome",
    "closed_under",
    "in_a_process",
    "send_all",
    "send_one",
    "sync_outcome",
]

Kind: TypeAlias = Literal["sync", "async"]

SLOW_STEP = re.compile(r"Executing <.*> took \d+\.\d+ seconds|")
HERE = Path(__file__).parent
# So that a close that ends nothing fails a test and does not hold it up.
LIMIT = 5.0

BOTH = pytest.mark.parametrize("kind", ["sync", "async"])


@dataclass(frozen=True)
class Outcome:
    """What came of a call: its answer or its error, and after how many seconds."""

    value: object
    seconds: float


def send_all(
    kind: Kind,
    base_url: str,
    *groups: Sequence[Request[Any]],
    token: str | None = None,
    timeout: float | None = 60.0,
    max_retries: int = 2,
    after: Callable[[], None] = lambda: None,
) -> list[list[Outcome]]:
    """Send the requests of each group at once, the groups one after another, with one client."""
    if kind == "async":

        async def main() -> list[list[Outcome]]:
            async with AsyncPinarkiveClient(
                token=token,
                api_key=None if token else KEY,
                base_url=base_url,
                timeout=timeout,
                max_retries=max_retries,
            ) as client:
                found: list[list[Outcome]] = []
                for group in groups:
                    sent = (async_outcome(client.send(each)) for each in group)
                    found.append(list(await asyncio.gather(*sent)))
                    after()
                return found

        return asyncio.run(main())
    with (
        PinarkiveClient(
            token=token,
            api_key=None if token else KEY,
            base_url=base_url,
            timeout=timeout,
            max_retries=max_retries,
        ) as client,
        ThreadPoolExecutor(max(map(len, groups))) as pool,
    ):
        found: list[list[Outcome]] = []
        for group in groups:
            calls = [partial(client.send, each) for each in group]
            found.append(list(pool.map(sync_outcome, calls)))
            after()
        return found


def send_one(
    kind: Kind,
    base_url: str,
    request: Request[Any],
    on_progress: OnProgress | None = None,
    *,
    key: str = KEY,
) -> Outcome:
    """Send a request, and say how far it is."""
    if kind == "async":

        async def main() -> Outcome:
            async with AsyncPinarkiveClient(api_key=key, base_url=base_url) as client:
                return await async_outcome(client.send(request, on_progress=on_progress))

        return asyncio.run(main())
    with PinarkiveClient(api_key=key, base_url=base_url) as client:
        return sync_outcome(lambda: client.send(request, on_progress=on_progress))


def sync_outcome(call: Callable[[], object]) -> Outcome:
    """Return what came of a call."""
    began = time.monotonic()
    try:
        value = call()
    except Exception as error:
        value = error
    return Outcome(value, time.monotonic() - began)


async def async_outcome(call: Coroutine[Any, Any, object]) -> Outcome:
    """Return what came of an asynchronous call."""
    began = time.monotonic()
    try:
        value = await call
    except Exception as error:
        value = error
    return Outcome(value, time.monotonic() - began)


def closed_under(kind: Kind, base_url: str, request: Request[Any], after: float) -> Outcome:
    """Send a request and close the client after so many seconds; its seconds count from then."""
    if kind == "async":

        async def main() -> Outcome:
            client = AsyncPinarkiveClient(api_key=KEY, base_url=base_url)
            call = asyncio.create_task(async_outcome(client.send(request, timeout=LIMIT)))
            await asyncio.sleep(after)
            closed = time.monotonic()
            await client.close()
            outcome = await call
            return Outcome(outcome.value, time.monotonic() - closed)

        return asyncio.run(main())
    client = PinarkiveClient(api_key=KEY, base_url=base_url)
    found: list[Outcome] = []
    thread = threading.Thread(
        target=lambda: found.append(sync_outcome(lambda: client.send(request, timeout=LIMIT)))
    )
    thread.start()
    time.sleep(after)
    closed = time.monotonic()
    client.close()
    thread.join()
    return Outcome(found[0].value, time.monotonic() - closed)


def in_a_process(program: str, *arguments: str) -> str:
    """Run a program of this folder and return what it printed; it may say nothing else."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-X", "dev", "-W", "error", str(HERE / program), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    # asyncio's debug mode tells of steps that took long, as they do on a busy machine.
    assert [line for line in done.stderr.splitlines() if not SLOW_STEP.fullmatch(line)] == []
    assert done.returncode == 0
    return done.stdout
