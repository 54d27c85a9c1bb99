# generated from tests/_async/test_no_waiting.py by scripts/generate; change that file
"""Waits that a test skips: of repetitions, of turns, of pins, and what limits make of them."""

import time

import pytest

from pinarkive import APITimeoutError, PinarkiveClient, ServiceUnavailableError
from pinarkive.sandbox import Sandbox
from pinarkive.testing import no_waiting

CID = "QmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u"


def test_turns_come_at_once_and_are_told(
    pinarkive_client: PinarkiveClient, pinarkive_no_waiting: list[float]
) -> None:
    client = pinarkive_client.with_options(max_per_minute=1, timeout=None)
    began = time.monotonic()
    for _ in range(4):
        client.users.me()
    assert time.monotonic() - began < 30
    assert [round(wait) for wait in pinarkive_no_waiting] == [60, 60, 60]


def test_a_time_limit_counts_what_was_skipped(
    pinarkive_client: PinarkiveClient, pinarkive_sandbox: Sandbox
) -> None:
    pinarkive_sandbox.faults.add(status=503, retry_after=20, times=None)
    client = pinarkive_client.with_options(max_retries=9, timeout=50)
    with no_waiting() as waits, pytest.raises(ServiceUnavailableError) as caught:
        client.users.me()
    assert (waits, caught.value.attempts) == ([20, 20], 3)


def test_waiting_for_a_pin_ends_in_time(
    pinarkive_client: PinarkiveClient, pinarkive_sandbox: Sandbox
) -> None:
    pinarkive_sandbox.pin_seconds = 600
    pinarkive_client.files.pin(CID)
    with no_waiting(pinarkive_sandbox.clock) as waits, pytest.raises(APITimeoutError):
        pinarkive_client.status.wait_until_pinned(CID, timeout=300)
    assert 299 <= sum(waits) <= 300.1
    with no_waiting(pinarkive_sandbox.clock):
        status = pinarkive_client.status.wait_until_pinned(CID, timeout=400)
    assert status.is_pinned


def test_waits_are_waited_for_again_afterwards(
    pinarkive_client: PinarkiveClient, pinarkive_sandbox: Sandbox
) -> None:
    with no_waiting() as waits:
        pass
    pinarkive_sandbox.faults.add(status=503, retry_after=1)
    began = time.monotonic()
    pinarkive_client.users.me()
    assert time.monotonic() - began >= 1
    assert waits == []
