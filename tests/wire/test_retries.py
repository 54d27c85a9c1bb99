"""Retries in an outage, and when nobody waits for them any more."""

import asyncio
import time

import pytest

from pinarkive import (
    APIConnectionError,
    AsyncPinarkiveClient,
    ClientClosedError,
    GetMe,
    PinarkiveClient,
    PinCid,
    RateLimitError,
    ServerError,
)

from .both import BOTH, Kind, closed_under
from .faults import CID, KEY
from .server import Close, FaultServer, Read, Send, Turn, json_answer

FAILS: Turn = (Read(), Send(json_answer(b"{}", 500)))
COMES_LATER: Turn = (Read(), Send(json_answer(b"{}", 429, "Retry-After: 3")))


@pytest.mark.parametrize(
    ("turn", "calls"), [(FAILS, 1000), ((Read(), Close()), 300)], ids=["500", "lost"]
)
@BOTH
def test_an_outage_is_not_made_worse(
    kind: Kind, turn: Turn, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.random", lambda: 0.0)
    errors: list[Exception] = []
    with FaultServer(turn) as server:
        if kind == "sync":
            with PinarkiveClient(api_key=KEY, base_url=server.base_url) as client:
                for _ in range(calls):
                    with pytest.raises((ServerError, APIConnectionError)) as caught:
                        client.users.me()
                    errors.append(caught.value)
        else:

            async def main() -> None:
                async with AsyncPinarkiveClient(api_key=KEY, base_url=server.base_url) as client:
                    for _ in range(calls):
                        with pytest.raises((ServerError, APIConnectionError)) as caught:
                            await client.users.me()
                        errors.append(caught.value)

            asyncio.run(main())
        assert calls < len(server.seen) <= 1.2 * calls
    attempts = [vars(error)["attempts"] for error in errors]
    # At first each call has its retries; once the budget is spent, none has.
    assert attempts[:10] == [3] * 10
    assert attempts[-200:] == [1] * 200


@pytest.mark.parametrize("request_", [GetMe(), PinCid(cid=CID)], ids=["read", "pin"])
@BOTH
def test_a_wait_ends_with_the_client(kind: Kind, request_: GetMe | PinCid) -> None:
    with FaultServer(COMES_LATER) as server:
        outcome = closed_under(kind, server.base_url, request_, after=0.3)
        assert len(server.seen) == 1
    assert isinstance(outcome.value, ClientClosedError), repr(outcome.value)
    assert outcome.value.attempts == 1
    assert outcome.seconds < 0.2


@BOTH
def test_a_wait_for_a_turn_ends_with_the_client(kind: Kind) -> None:
    headers = ("X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 3", "Retry-After: 0")
    told: Turn = (Read(), Send(json_answer(b"{}", 502, *headers)))
    with FaultServer(told) as server:
        outcome = closed_under(kind, server.base_url, GetMe(), after=1.0)
        assert len(server.seen) == 1
    assert isinstance(outcome.value, ClientClosedError), repr(outcome.value)
    assert outcome.seconds < 0.2


def test_a_wait_for_a_turn_can_be_cancelled_and_keeps_nobody() -> None:
    async def main(base_url: str) -> None:
        async with AsyncPinarkiveClient(
            api_key=KEY, base_url=base_url, max_per_minute=40
        ) as client:
            calls = [asyncio.create_task(client.users.me()) for _ in range(30)]
            await asyncio.sleep(0.3)
            for call in calls[3:]:
                call.cancel()
            await asyncio.gather(*calls[3:], return_exceptions=True)
            began = time.monotonic()
            await client.users.me()
            assert time.monotonic() - began < 2

    with FaultServer((Read(), Send(json_answer(b'{"email":"a@example.com"}')))) as server:
        asyncio.run(main(server.base_url))
        assert len(server.seen) == 4


def test_a_wait_can_be_cancelled() -> None:
    async def main(base_url: str) -> float:
        async with AsyncPinarkiveClient(api_key=KEY, base_url=base_url) as client:
            call = asyncio.create_task(client.users.me())
            await asyncio.sleep(0.3)
            cancelled = time.monotonic()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            seconds = time.monotonic() - cancelled
            with pytest.raises(RateLimitError):
                await client.with_options(max_retries=0).users.me()
            return seconds

    with FaultServer(COMES_LATER) as server:
        assert asyncio.run(main(server.base_url)) < 0.2
        assert len(server.seen) == 2
