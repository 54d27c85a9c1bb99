"""Waits that a test skips: of repetitions, of turns, of pins, and what limits make of them."""

import time

import pytest

from pinarkive import APITimeoutError, AsyncPinarkiveClient, ServiceUnavailableError
from pinarkive.sandbox import Sandbox
from pinarkive.testing import no_waiting

pytestmark = pytest.mark.anyio
CID = "QmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u"


async def test_turns_come_at_once_and_are_told(
    async_pinarkive_client: AsyncPinarkiveClient, pinarkive_no_waiting: list[float]
) -> None:
    client = async_pinarkive_client.with_options(max_per_minute=1, timeout=None)
    began = time.monotonic()
    for _ in range(4):
        await client.users.me()
    assert time.monotonic() - began < 30
    assert [round(wait) for wait in pinarkive_no_waiting] == [60, 60, 60]


async def test_a_time_limit_counts_what_was_skipped(
    async_pinarkive_client: AsyncPinarkiveClient, pinarkive_sandbox: Sandbox
) -> None:
    pinarkive_sandbox.faults.add(status=503, retry_after=20, times=None)
    client = async_pinarkive_client.with_options(max_retries=9, timeout=50)
    with no_waiting() as waits, pytest.raises(ServiceUnavailableError) as caught:
        await client.users.me()
    assert (waits, caught.value.attempts) == ([20, 20], 3)


async def test_waiting_for_a_pin_ends_in_time(
    async_pinarkive_client: AsyncPinarkiveClient, pinarkive_sandbox: Sandbox
) -> None:
    pinarkive_sandbox.pin_seconds = 600
    await async_pinarkive_client.files.pin(CID)
    with no_waiting(pinarkive_sandbox.clock) as waits, pytest.raises(APITimeoutError):
        await async_pinarkive_client.status.wait_until_pinned(CID, timeout=300)
    assert 299 <= sum(waits) <= 300.1
    with no_waiting(pinarkive_sandbox.clock):
        status = await async_pinarkive_client.status.wait_until_pinned(CID, timeout=400)
    assert status.is_pinned


async def test_waits_are_waited_for_again_afterwards(
    async_pinarkive_client: AsyncPinarkiveClient, pinarkive_sandbox: Sandbox
) -> None:
    with no_waiting() as waits:
        pass
    pinarkive_sandbox.faults.add(status=503, retry_after=1)
    began = time.monotonic()
    await async_pinarkive_client.users.me()
    assert time.monotonic() - began >= 1
    assert waits == []
