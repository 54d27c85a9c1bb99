"""Calls wait for what the service says is left, and for what the client was told."""

import time
from pathlib import Path

import pytest

from pinarkive import (
    APITimeoutError,
    AsyncPinarkiveClient,
    InvalidInputError,
    RateLimitError,
    ServiceUnavailableError,
)

from ..wire.limited import Limiter, limited_server
from ..wire.server import FaultServer, Read, Send, Turn, json_answer

pytestmark = pytest.mark.anyio

HEALTH = b'{"ok":true}'
OK: Turn = (Read(), Send(json_answer(HEALTH)))


def says(remaining: int, reset: str, *headers: str, status: int = 200) -> Turn:
    told = (f"X-RateLimit-Remaining: {remaining}", f"X-RateLimit-Reset: {reset}")
    return (Read(), Send(json_answer(HEALTH, status, *told, *headers)))


def gap(server: FaultServer, first: int = 0) -> float:
    """Return how long after an answer the next request came."""
    return server.seen[first + 1].began - server.seen[first].last_step


async def test_five_hundred_files_are_refused_not_once(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.txt" for number in range(500)]
    for number, file in enumerate(files):
        file.write_text(f"small {number}")
    limiter = Limiter(60, 2.0)
    with limited_server(limiter) as server:
        async with AsyncPinarkiveClient(api_key="key", base_url=server.base_url) as client:
            began = time.monotonic()
            attempts = [
                outcome.attempts
                async for outcome in client.files.upload_many(files, max_concurrency=32)
            ]
    assert attempts == [1] * 500
    assert (limiter.taken, limiter.refused) == (500, 0)
    # Eight windows are waited for, and little more than that.
    assert 16 <= time.monotonic() - began < 24


async def test_few_that_remain_are_not_given_to_many() -> None:
    limiter = Limiter(4, 1.0)
    with limited_server(limiter) as server:
        async with AsyncPinarkiveClient(api_key="key", base_url=server.base_url) as client:
            # A run shares what its client was told.
            assert (await client.system.health()).ok
            sources = [f"{number}".encode() for number in range(15)]
            async for outcome in client.files.upload_many(sources, max_concurrency=32):
                assert outcome.attempts == 1
    assert (limiter.taken, limiter.refused) == (16, 0)


@pytest.mark.parametrize("headers", ["X-RateLimit", "RateLimit"])
async def test_the_next_call_waits_for_the_reset(headers: str) -> None:
    told = (f"{headers}-Remaining: 0", f"{headers}-Reset: 1")
    with FaultServer((Read(), Send(json_answer(HEALTH, 200, *told))), OK) as server:
        async with AsyncPinarkiveClient(api_key="key", base_url=server.base_url) as client:
            health = await client.system.health()
            assert health.meta.rate_limit is not None
            assert health.meta.rate_limit.remaining == 0
            again = await client.system.health()
            assert again.meta.attempts == 1
            await client.system.health()
        assert 1.0 <= gap(server) < 1.5
        assert gap(server, 1) < 0.5


async def test_a_view_waits_as_well_unless_it_is_of_another_account() -> None:
    with FaultServer(says(0, "1"), OK) as server:
        async with AsyncPinarkiveClient(api_key="key", base_url=server.base_url) as client:
            await client.with_options(timeout=30).system.health()
            await client.with_options(api_key="another").system.health()
            await client.with_options(max_retries=0).system.health()
        assert gap(server) < 0.5
        assert server.seen[2].began - server.seen[0].last_step >= 1.0


@pytest.mark.parametrize(
    ("reset", "timeout"), [("5", 3), ("59", 30), ("90", None), ("900", None), ("4102444800", None)]
)
async def test_what_no_call_waits_for_is_sent_at_once(reset: str, timeout: float | None) -> None:
    with FaultServer(says(0, reset), OK) as server:
        async with AsyncPinarkiveClient(
            api_key="key", base_url=server.base_url, timeout=timeout
        ) as client:
            await client.system.health()
            await client.system.health()
        assert gap(server) < 0.5


async def test_what_was_refused_is_tried_when_the_server_says() -> None:
    # Its word on this request is newer than that on the window.
    with FaultServer(
        says(1, "30"), says(0, "30", "Retry-After: 1", status=429), says(5, "30"), OK
    ) as server:
        async with AsyncPinarkiveClient(api_key="key", base_url=server.base_url) as client:
            await client.system.health()
            again = await client.system.health()
            assert again.meta.attempts == 2
            await client.system.health()
            server.answer_with(says(0, "90", "Retry-After: 90", status=429))
            with pytest.raises(RateLimitError):
                await client.system.health()
        assert 1.0 <= gap(server, 1) < 1.5
        assert gap(server, 2) < 0.5


async def test_a_server_that_is_busy_with_one_call_keeps_no_other() -> None:
    busy: Turn = (Read(), Send(json_answer(b"{}", 503, "Retry-After: 30")))
    with FaultServer(says(50, "60"), busy, OK) as server:
        async with AsyncPinarkiveClient(api_key="key", base_url=server.base_url) as client:
            await client.system.health()
            with pytest.raises(ServiceUnavailableError):
                await client.with_options(timeout=5).system.health()
            await client.system.health()
        assert gap(server, 1) < 0.5


async def test_so_many_begin_in_a_minute() -> None:
    with FaultServer(OK) as server:
        async with AsyncPinarkiveClient(api_key="key", base_url=server.base_url) as client:
            paced = client.with_options(max_per_minute=30)
            for number in range(4):
                # Views that inherit it count with it, whoever they are.
                view = paced.with_options(api_key="another") if number % 2 else paced
                assert (await view.system.health()).meta.attempts == 1
            began = time.monotonic()
            await client.system.health()
            await paced.with_options(max_per_minute=None).system.health()
            assert time.monotonic() - began < 0.5
        assert gap(server) < 0.5
        assert gap(server, 1) == pytest.approx(2.07, abs=0.3)
        assert gap(server, 2) == pytest.approx(2.07, abs=0.3)


async def test_a_turn_that_comes_too_late_is_told_at_once() -> None:
    with FaultServer(OK) as server:
        async with AsyncPinarkiveClient(
            api_key="key", base_url=server.base_url, max_per_minute=1, timeout=5
        ) as client:
            await client.system.health()
            began = time.monotonic()
            with pytest.raises(APITimeoutError, match="held back by max_per_minute=1;") as caught:
                await client.system.health()
            assert time.monotonic() - began < 0.5
            assert (caught.value.sent, caught.value.attempts) == ("no", 1)
        assert len(server.seen) == 1


async def test_what_is_repeated_counts_as_well() -> None:
    busy: Turn = (Read(), Send(json_answer(b"{}", 503, "Retry-After: 0")))
    with FaultServer(busy) as server:
        async with AsyncPinarkiveClient(
            api_key="key", base_url=server.base_url, max_per_minute=1, timeout=5
        ) as client:
            with pytest.raises(APITimeoutError, match="held back") as caught:
                await client.system.health()
            assert isinstance(caught.value.__cause__, ServiceUnavailableError)
            assert (caught.value.sent, caught.value.attempts) == ("no", 2)
        assert len(server.seen) == 1


async def test_an_upload_of_a_run_has_its_time_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(outgoing: object, config: object) -> float:
        return 0.6

    monkeypatch.setattr("pinarkive._async.send_loop.time_limit", short)
    limiter = Limiter(100, 1.0)
    with limited_server(limiter) as server:
        async with AsyncPinarkiveClient(api_key="key", base_url=server.base_url) as client:
            view = client.with_options(max_per_minute=120)
            sources = [f"{number}".encode() for number in range(10)]
            began = time.monotonic()
            async for outcome in view.files.upload_many(sources, max_concurrency=10):
                assert outcome.error is None
            assert time.monotonic() - began > 1.2
            # One that is on its own has no more.
            alone = client.with_options(max_per_minute=60)
            for _ in range(4):
                await alone.files.upload(b"at once")
            with pytest.raises(APITimeoutError, match="held back"):
                await alone.files.upload(b"too late")


@pytest.mark.parametrize("value", [0, -5, True, 1.5, "100"])
async def test_a_pace_is_a_number(value: object) -> None:
    client = AsyncPinarkiveClient(api_key="key")
    with pytest.raises(InvalidInputError, match="max_per_minute") as caught:
        client.with_options(max_per_minute=value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # as code without types calls it
    assert caught.value.field == "max_per_minute"
