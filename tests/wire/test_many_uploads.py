"""Thousands of uploads through faults, and a run that is killed: every file is accounted for."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from pinarkive import AsyncPinarkiveClient, InvalidInputError, PinarkiveClient
from pinarkive.sandbox import Sandbox
from pinarkive.unixfs import file_cid

from .both import BOTH, Kind
from .faults import UPLOADED
from .proxy import ANSWER_LOST, RESET_BEFORE, Fault, FaultProxy
from .server import FaultServer, Read, Send, Turn, Wait, answer

OVERLAPPER = Path(__file__).parent / "overlapper.py"
UPLOADER = Path(__file__).parent / "many_uploader.py"
TOO_MANY = Fault("answer", 429, 0)
WAIT = Fault("answer", 429, 1)
BUSY = Fault("answer", 503, 0)
FAILED = Fault("answer", 500)
FAILED_AFTER = Fault("answer", 500, acted=True)


def make_files(folder: Path, count: int) -> dict[str, str]:
    """Make files that differ, and return their CIDs by their paths."""
    folder.mkdir()
    cids: dict[str, str] = {}
    for number in range(count):
        path = folder / f"{number:04}"
        path.write_bytes(f"file {number}".encode() * (number % 50 + 1))
        cids[str(path)] = file_cid(path)
    return cids


def start(proxy: FaultProxy, sandbox: Sandbox, folder: Path, journal: str) -> subprocess.Popen[str]:
    """Start a run in a process of its own."""
    arguments = [proxy.base_url, sandbox.api_key, str(folder), journal]
    command = [sys.executable, str(UPLOADER), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603


def finish(process: subprocess.Popen[str]) -> list[dict[str, Any]]:
    """Wait for the end of a run and return its outcomes."""
    output, errors = process.communicate(timeout=200)
    assert errors == ""
    outcomes: list[dict[str, Any]] = json.loads(output)
    return outcomes


def stored(sandbox: Sandbox) -> Counter[str]:
    """Return how often the account holds each CID."""
    with PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
        return Counter(record.cid for record in client.users.iter_uploads())


def acts(proxy: FaultProxy) -> int:
    """Return how many requests the sandbox acted on."""
    acted = (None, ANSWER_LOST, FAILED_AFTER)
    return sum(request.fault in acted for request in proxy.seen)


def test_five_thousand_files_through_faults_are_all_accounted_for(tmp_path: Path) -> None:
    def plan(number: int, method: str, path: str) -> Fault | None:
        if number in {500, 2500}:
            return WAIT
        # Seldom enough for the retry budget, which an outage is meant to use up.
        for divisor, fault in (
            *((23, TOO_MANY), (29, RESET_BEFORE), (31, ANSWER_LOST)),
            *((37, BUSY), (41, FAILED), (43, FAILED_AFTER)),
        ):
            if number % divisor == 0:
                return fault
        return None

    cids = make_files(tmp_path / "files", 5000)
    with Sandbox() as sandbox, FaultProxy(sandbox.base_url, plan) as proxy:
        outcomes = finish(start(proxy, sandbox, tmp_path / "files", ""))
        held = stored(sandbox)
    assert sorted(each["source"] for each in outcomes) == sorted(cids)
    uploaded = {each["source"]: each["cid"] for each in outcomes if each["cid"]}
    assert uploaded == {source: cids[source] for source in uploaded}
    # Contents differ, so what was acted on twice would be an act too many.
    assert set(held.values()) == {1}
    assert acts(proxy) == len(held)
    assert set(uploaded.values()) <= held.keys()
    not_uploaded = [each for each in outcomes if not each["cid"]]
    for each in not_uploaded:
        # What surely did not happen was tried three times; of the rest nobody can know.
        assert each["sent"] == "maybe" or each["attempts"] == 3, each
        assert each["sent"] == "maybe" or cids[each["source"]] not in held, each
    # What was refused was sent again; a reset is so only where it came before the file had left.
    assert 0 < len(not_uploaded) < 5000 * (1 / 29 + 1 / 31 + 1 / 41 + 1 / 43) * 1.2


def test_a_run_that_is_killed_three_times_sends_nothing_again(tmp_path: Path) -> None:
    def plan(number: int, method: str, path: str) -> Fault | None:
        return {7: TOO_MANY, 13: BUSY}.get(number % 31)

    cids = make_files(tmp_path / "files", 1000)
    journal = tmp_path / "state.jsonl"
    journal.touch()

    def written() -> int:
        return journal.read_bytes().count(b"\n")

    with Sandbox() as sandbox, FaultProxy(sandbox.base_url, plan) as proxy:
        for _ in range(3):
            before = written()
            process = start(proxy, sandbox, tmp_path / "files", str(journal))
            while written() < before + 200:
                assert process.poll() is None, process.communicate()
                time.sleep(0.01)
            process.kill()
            process.communicate()
        journaled = written()
        seen = len(proxy.seen)
        outcomes = finish(start(proxy, sandbox, tmp_path / "files", str(journal)))
        held = stored(sandbox)
    assert {each["source"]: each["cid"] for each in outcomes} == cids
    assert held == Counter(cids.values())
    again = [each for each in outcomes if each["attempts"]]
    assert len(again) == 1000 - journaled
    assert len(proxy.seen) - seen == sum(each["attempts"] for each in again)
    # Only what was under way when it was killed can have been sent twice.
    assert acts(proxy) <= 1000 + 3 * 16


@pytest.mark.parametrize("forks", ["", "forks"])
@BOTH
def test_a_run_that_overlaps_is_refused_until_the_other_is_killed(
    kind: Kind, forks: str, tmp_path: Path
) -> None:
    journal = tmp_path / "state.jsonl"

    def attempts(base_url: str) -> list[int]:
        sources = [b"0", b"mine"]
        if kind == "sync":
            with PinarkiveClient(api_key="key", base_url=base_url) as client:
                return [each.attempts for each in client.files.upload_many(sources, resume=journal)]

        async def main() -> list[int]:
            async with AsyncPinarkiveClient(api_key="key", base_url=base_url) as client:
                outcomes = client.files.upload_many(sources, resume=journal)
                return [each.attempts async for each in outcomes]

        return asyncio.run(main())

    with FaultServer(UPLOADED) as server:
        command = [sys.executable, str(OVERLAPPER), server.base_url, str(journal), forks]
        other = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603
        assert other.stdout is not None
        told = [other.stdout.readline(), other.stdout.readline()]
        [child] = [int(line) for line in told if line != "left\n"]
        try:
            began = time.monotonic()
            with pytest.raises(InvalidInputError, match=r"another run.*state\.jsonl") as caught:
                attempts(server.base_url)
            assert time.monotonic() - began < 1
            assert caught.value.field == "resume"
            assert other.poll() is None
            other.kill()
            other.wait()
            assert sorted(attempts(server.base_url)) == [0, 1]
        finally:
            other.kill()
            other.stdout.close()
            other.wait()
            if forks:
                os.kill(child, signal.SIGKILL)


def test_a_run_in_another_thread_is_refused_as_well(tmp_path: Path) -> None:
    journal = tmp_path / "state.jsonl"
    with (
        FaultServer(UPLOADED) as server,
        PinarkiveClient(api_key="key", base_url=server.base_url) as client,
        ThreadPoolExecutor(1) as pool,
    ):

        def run() -> int:
            return len(list(client.files.upload_many([b"1", b"2"], resume=journal)))

        outcomes = client.files.upload_many([b"1", b"2"], resume=journal)
        assert next(outcomes).upload is not None
        with pytest.raises(InvalidInputError, match="another run"):
            pool.submit(run).result()
        outcomes.close()
        assert pool.submit(run).result() == 2


def test_what_ends_while_a_run_is_left_is_written_down(tmp_path: Path) -> None:
    sources = [f"left {number}".encode() for number in range(8)]
    journal = tmp_path / "state.jsonl"
    # Whose connections are not ours to end.
    with FaultServer(UPLOADED, (Read(), Wait(0.3), UPLOADED[1])) as server, httpx.Client() as own:
        client = PinarkiveClient(api_key="key", base_url=server.base_url, http_client=own)
        assert next(client.files.upload_many(sources, resume=journal)).upload is not None
        # Those that had not begun do not begin any more.
        written = len(journal.read_text().splitlines())
        assert 1 <= written == len(server.requests)
        outcomes = list(client.files.upload_many(sources, resume=journal))
        assert sum(outcome.attempts for outcome in outcomes) == 8 - written
    assert len(server.requests) == 8


def test_a_run_that_is_left_waits_for_nothing_more(tmp_path: Path) -> None:
    put_off: Turn = (Read(), Send(answer(429, b"", "Retry-After: 30")))
    with FaultServer((Read(), Wait(0.3), UPLOADED[1]), put_off) as server, httpx.Client() as own:
        client = PinarkiveClient(api_key="key", base_url=server.base_url, http_client=own)
        began = time.monotonic()
        run = client.files.upload_many([b"1", b"2", b"3", b"4"], max_concurrency=2)
        assert next(run).upload is not None
        run.close()
        assert time.monotonic() - began < 5
        sent = len(server.requests)
        time.sleep(0.2)
        assert len(server.requests) == sent <= 2


@BOTH
def test_a_wait_can_be_made_longer_by_another(kind: Kind) -> None:
    def told(after: float) -> Turn:
        return (Read(), Wait(after), Send(answer(429, b"", "Retry-After: 1")))

    def sources() -> Iterator[bytes]:
        yield from (b"1", b"2")
        # While the first wait is under way, which is then made longer.
        time.sleep(0.4)
        yield b"3"

    with FaultServer(told(0.2), told(0.8), UPLOADED) as server:
        if kind == "sync":
            with PinarkiveClient(api_key="key", base_url=server.base_url) as client:
                attempts = [each.attempts for each in client.files.upload_many(sources())]
        else:

            async def main() -> list[int]:
                async with AsyncPinarkiveClient(api_key="key", base_url=server.base_url) as client:
                    return [each.attempts async for each in client.files.upload_many(sources())]

            attempts = asyncio.run(main())
    assert sorted(attempts) == [1, 2, 2]
    assert min(seen.began for seen in server.seen[2:]) - server.seen[1].last_step >= 0.95


def test_an_upload_begins_for_each_outcome_that_is_looked_at() -> None:
    seen: list[int] = []
    with FaultServer(UPLOADED) as server:
        client = PinarkiveClient(api_key="key", base_url=server.base_url)
        endless = (b"%d" % number for number in count())
        for _ in client.files.upload_many(endless, max_concurrency=4):
            time.sleep(0.1)
            seen.append(len(server.requests))
            if len(seen) == 10:
                break
        client.close()
    # At one time at least, however busy the machine is.
    assert any(begun >= 4 + looked for looked, begun in enumerate(seen) if looked)
