"""Every fault, on real sockets, in both clients."""

import asyncio
import gc
import pickle
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pinarkive import APIConnectionError, AsyncPinarkiveClient, PinarkiveClient, PinarkiveError

from .certificates import server_context, trust_file
from .faults import CASES, KEY, ROWS, Case, Kind
from .server import FaultServer, Read, Send, json_answer

ROOT = Path(__file__).parents[2]
MARGIN = 0.2
HEALTHY = (Read(), Send(json_answer(b'{"status":"ok"}')))


@pytest.fixture(autouse=True)
def little_waiting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Make the waits between attempts short, and the tests' authority trusted."""
    monkeypatch.setattr("random.random", lambda: 0.02)
    monkeypatch.setenv("SSL_CERT_FILE", str(trust_file(tmp_path)))


def refusing_url() -> tuple[socket.socket, str]:
    """Return a URL where nothing listens, and what keeps it so."""
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    return taken, f"http://127.0.0.1:{taken.getsockname()[1]}/api/v3"


def outcome_of(call: Callable[[], object]) -> object:
    """Return what a call returns or raises."""
    try:
        return call()
    except Exception as error:
        return error


def run_sync(case: Case, base_url: str, prepare: Callable[[], None]) -> list[tuple[object, float]]:
    """Make the calls and a last one, which must succeed; return what came of each, and the time."""
    found: list[tuple[object, float]] = []
    limit = case.limit or ...
    with PinarkiveClient(
        api_key=KEY, base_url=base_url, timeout=case.client_limit, max_retries=case.retries
    ) as client:
        if case.warm:
            client.system.health()
            time.sleep(MARGIN)
        for _ in range(case.times):
            request = case.call()
            began = time.monotonic()
            outcome = outcome_of(lambda: client.send(request, timeout=limit))  # noqa: B023
            found.append((outcome, time.monotonic() - began))
        prepare()
        if case.reachable:
            found.append((outcome_of(client.system.health), 0.0))
    return found


def run_async(case: Case, base_url: str, prepare: Callable[[], None]) -> list[tuple[object, float]]:
    """Do the same with the asynchronous client."""
    found = asyncio.run(run_in_loop(case, base_url, prepare))
    # A connection that was left open is told of here, and not in a later test.
    gc.collect(1)
    return found


async def run_in_loop(
    case: Case, base_url: str, prepare: Callable[[], None]
) -> list[tuple[object, float]]:
    """Do it in an event loop."""
    found: list[tuple[object, float]] = []
    limit = case.limit or ...
    async with AsyncPinarkiveClient(
        api_key=KEY, base_url=base_url, timeout=case.client_limit, max_retries=case.retries
    ) as client:
        if case.warm:
            await client.system.health()
            await asyncio.sleep(MARGIN)
        for _ in range(case.times):
            request = case.call()
            began = time.monotonic()
            try:
                outcome: object = await client.send(request, timeout=limit)
            except Exception as error:
                outcome = error
            found.append((outcome, time.monotonic() - began))
        prepare()
        if case.reachable:
            try:
                found.append((await client.system.health(), 0.0))
            except PinarkiveError as error:
                found.append((error, 0.0))
    return found


def check_outcome(case: Case, outcome: object, seconds: float) -> None:
    """Assert that a call came to what the case says."""
    if case.error is None:
        assert not isinstance(outcome, BaseException), repr(outcome)
    else:
        assert isinstance(outcome, case.error), repr(outcome)
        assert re.search(case.text, str(outcome)), str(outcome)
    assert {name: getattr(outcome, name) for name in case.has} == case.has
    if case.at_limit:
        limit = case.limit or case.client_limit
        assert limit - 0.05 < seconds < limit + MARGIN
    assert seconds < case.within
    if isinstance(outcome, PinarkiveError):
        check_error(case, outcome)


def check_error(case: Case, error: PinarkiveError) -> None:
    """Assert what holds of every error of the tree."""
    if case.sent is not None:
        assert error.sent == case.sent, str(error)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert KEY not in f"{error} {error!r} {vars(error)}"
    if isinstance(error, APIConnectionError):
        assert error.status_code == 0


def check_requests(case: Case, server: FaultServer, turns: int) -> None:
    """Assert what the server saw, after the turns of the calls that came before."""
    seen = server.seen[1 if case.warm else 0 : turns]
    if case.requests is not None:
        assert len(seen) == case.requests
    if case.takes is not None:
        assert max(each.body_size for each in seen) <= case.takes
    # A body that is sent again begins where it began before.
    bodies = [bytes(each.body) for each in seen if each.body]
    if case.times == 1 and bodies:
        shortest = min(map(len, bodies))
        assert {body[:shortest] for body in bodies} == {bodies[0][:shortest]}


def run(case: Case, kind: Kind) -> None:
    """Run a case in one of the clients."""
    calls = run_sync if kind == "sync" else run_async
    if not case.server:
        taken, base_url = refusing_url()
        with taken:
            found = calls(case, base_url, lambda: None)
        for outcome, seconds in found:
            check_outcome(case, outcome, seconds)
        return
    turns: list[int] = []
    tls = None if case.tls is None else server_context(case.tls)
    warm = [case.warm] if case.warm else []
    with FaultServer(*warm, *case.server, tls=tls) as server:

        def prepare() -> None:
            turns.append(len(server.seen))
            server.answer_with(HEALTHY)

        base_url = server.base_url
        if case.scheme:
            base_url = f"{case.scheme}{base_url[base_url.index(':') :]}"
        found = calls(case, base_url, prepare)
    for outcome, seconds in found[: case.times]:
        check_outcome(case, outcome, seconds)
    check_requests(case, server, turns[0])
    for after, _ in found[case.times :]:
        assert not isinstance(after, BaseException), f"the client is of no more use: {after!r}"


def cases_for(kind: Kind) -> list[object]:
    """Return the cases that this client can meet."""
    return [pytest.param(case, id=f"{case.id}-{case.name}") for case in CASES if kind in case.kinds]


@pytest.mark.parametrize("case", cases_for("sync"))
def test_sync(case: Case) -> None:
    run(case, "sync")


@pytest.mark.parametrize("case", cases_for("async"))
def test_async(case: Case) -> None:
    run(case, "async")


def test_every_fault_is_tested() -> None:
    ids = [row.id for row in ROWS]
    assert len(ids) == len(set(ids))
    tested = {case.id for case in CASES} | {row.id for row in ROWS if row.tests}
    assert set(ids) == tested


def test_every_test_that_a_fault_names_is_there() -> None:
    for row in ROWS:
        for test in row.tests:
            path, _, name = test.partition("::")
            assert re.search(rf"def {name}\(", (ROOT / path).read_text()), test
