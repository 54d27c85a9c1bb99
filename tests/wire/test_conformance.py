"""Every endpoint is repeated as its class says, and after waits that are long enough."""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise

import pytest

import pinarkive.models
from pinarkive import (
    AsyncPinarkiveClient,
    PinarkiveClient,
    PinarkiveError,
    Replay,
    Request,
)

from . import both
from .both import BOTH, Kind, async_outcome, sync_outcome
from .conformance import ENDPOINTS, OK, SCENARIOS, Endpoint, Outcome, Scenario
from .faults import KEY
from .server import FaultServer, Read, Seen, Send, json_answer

JITTER = 0.1
FIRST_WAIT = 0.5
# What may pass beyond a wait on a machine that has other work to do.
SLACK = 1.5


@pytest.fixture(autouse=True)
def known_jitter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no chance play a part in the waits."""
    monkeypatch.setattr("random.random", lambda: JITTER)


def server_for(scenario: Scenario, endpoint: Endpoint) -> FaultServer:
    """Return a server that does to an endpoint what the scenario says."""
    good = (Read(), Send(json_answer(endpoint.body, 201)))
    return FaultServer(*(good if turn is OK else turn for turn in scenario.turns))


def send_each(
    kind: Kind, scenario: Scenario, base_urls: list[str]
) -> list[tuple[both.Outcome, int]]:
    """Send each endpoint's request, all at once; return what came of it and the attempts."""
    requests = [endpoint.request for endpoint in ENDPOINTS]
    limit = scenario.limit
    if kind == "async":

        async def send(base_url: str, request: Request[object]) -> both.Outcome:
            async with AsyncPinarkiveClient(api_key=KEY, base_url=base_url) as client:
                return await async_outcome(client.send(request, timeout=limit))

        async def main() -> list[both.Outcome]:
            calls = zip(base_urls, requests, strict=True)
            return await asyncio.gather(*(send(*call) for call in calls))

        outcomes = asyncio.run(main())
    else:

        def send_now(base_url: str, request: Request[object]) -> both.Outcome:
            with PinarkiveClient(api_key=KEY, base_url=base_url) as client:
                return sync_outcome(lambda: client.send(request, timeout=limit))

        with ThreadPoolExecutor(len(requests)) as pool:
            outcomes = list(pool.map(send_now, base_urls, requests))
    return [(outcome, attempts_of(outcome.value)) for outcome in outcomes]


def attempts_of(value: object) -> int:
    """Return how many attempts a call says that it made; 0 where it does not tell."""
    if isinstance(value, PinarkiveError):
        return value.attempts
    meta = getattr(value, "meta", None)
    return getattr(meta, "attempts", None) or 0


def found_in(outcome: both.Outcome, requests: int) -> Outcome:
    """Return an outcome in the words of the table."""
    error = outcome.value if isinstance(outcome.value, PinarkiveError) else None
    if error is None:
        return Outcome(requests)
    return Outcome(requests, type(error), error.sent)


def is_expected(found: Outcome, expected: Outcome) -> bool:
    """Say whether an outcome is the one of the table; an error may be of a more special class."""
    if found.requests != expected.requests or found.sent != expected.sent:
        return False
    if expected.error is None or found.error is None:
        return found.error is expected.error
    return issubclass(found.error, expected.error)


def waits_between(seen: list[Seen]) -> list[float]:
    """Return the seconds between the end of each turn and the request that follows."""
    return [after.began - before.last_step for before, after in pairwise(seen)]


def check_waits(scenario: Scenario, seen: list[Seen]) -> None:
    """Assert that no wait was shorter than the server asked, or longer than the backoff."""
    for index, wait in enumerate(waits_between(seen)):
        backoff = JITTER * FIRST_WAIT * 2**index
        asked = scenario.waits[index] if index < len(scenario.waits) else 0.0
        assert wait >= max(asked, backoff)
        assert wait <= max(asked, backoff) + SLACK


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[each.name for each in SCENARIOS])
@BOTH
def test_repetitions(kind: Kind, scenario: Scenario) -> None:
    differences: dict[str, tuple[Outcome, Outcome]] = {}
    with ExitStack() as stack:
        if scenario.turns:
            servers = [
                stack.enter_context(server_for(scenario, endpoint)) for endpoint in ENDPOINTS
            ]
            base_urls = [server.base_url for server in servers]
        else:
            taken = stack.enter_context(socket.socket())
            taken.bind(("127.0.0.1", 0))
            servers = []
            base_urls = [f"http://127.0.0.1:{taken.getsockname()[1]}/api/v3"] * len(ENDPOINTS)
        outcomes = send_each(kind, scenario, base_urls)
    for index, endpoint in enumerate(ENDPOINTS):
        outcome, attempts = outcomes[index]
        seen = servers[index].seen if servers else []
        found = found_in(outcome, len(seen))
        expected = scenario.expected[endpoint.repeats]
        if not is_expected(found, expected):
            differences[endpoint.name] = (found, expected)
        check_waits(scenario, seen)
        assert outcome.seconds < scenario.longest
        # A revocation has no answer, so nothing that could tell.
        if outcome.value is not None:
            assert attempts == (len(seen) or 3)
    assert differences == {}


def test_no_endpoint_is_left_out() -> None:
    exported: list[object] = [getattr(pinarkive.models, name) for name in pinarkive.models.__all__]
    names = {
        each.__name__ for each in exported if isinstance(each, type) and issubclass(each, Request)
    }
    assert names - {"Request"} == {type(endpoint.request).__name__ for endpoint in ENDPOINTS}


def test_the_classes_are_those_of_the_models() -> None:
    for endpoint in ENDPOINTS:
        is_always = endpoint.repeats in {"update", "removal"}
        expected = "always" if is_always else endpoint.repeats
        if getattr(endpoint.request, "totp_code", None) is None:
            assert endpoint.request.endpoint.replay == Replay(expected), endpoint.name
