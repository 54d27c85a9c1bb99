"""How a pin comes about: peer by peer, by the clock, or with an error."""

from collections.abc import Iterator

import httpx
import pytest

from pinarkive.sandbox import Sandbox

from .raw import UNKNOWN_CID, MovableClock, api_client


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def slow(clock: MovableClock) -> Iterator[Sandbox]:
    """A sandbox that takes a minute to pin."""
    with Sandbox(clock=clock, pin_seconds=60) as sandbox:
        yield sandbox


@pytest.fixture
def slow_api(slow: Sandbox) -> Iterator[httpx.Client]:
    with api_client(slow) as client:
        yield client


def standing(api: httpx.Client, cid: str) -> tuple[str, list[str], str]:
    """Return the cluster's status, each peer's, and that of the upload."""
    body = api.get(f"/status/{cid}").json()
    entries = [body["peer_map"][each["id"]]["status"] for each in body["peers"]]
    assert entries == [each["status"] for each in body["peers"]]
    (upload,) = api.get("/users/me/uploads", params={"cid": cid}).json()["uploads"]
    return body["status"], entries, upload["status"]


def test_a_pin_is_held_at_once_by_default(api: httpx.Client) -> None:
    api.post(f"/files/pin/{UNKNOWN_CID}", json={})
    assert standing(api, UNKNOWN_CID) == ("partial", ["pinned", "pinned", "remote"], "pinned")


def test_peers_hold_a_pin_one_after_another(slow_api: httpx.Client, clock: MovableClock) -> None:
    slow_api.post(f"/files/pin/{UNKNOWN_CID}", json={})
    found = [standing(slow_api, UNKNOWN_CID)]
    for _ in range(4):
        clock.advance(seconds=15)
        found.append(standing(slow_api, UNKNOWN_CID))
    assert found == [
        ("unpinned", ["pinning", "pinning", "remote"], "pinning"),
        ("unpinned", ["pinning", "pinning", "remote"], "pinning"),
        ("partial", ["pinned", "pinning", "remote"], "pinning"),
        ("partial", ["pinned", "pinning", "remote"], "pinning"),
        ("partial", ["pinned", "pinned", "remote"], "pinned"),
    ]


def test_a_pin_fails_when_its_time_is_over(
    slow: Sandbox, slow_api: httpx.Client, clock: MovableClock
) -> None:
    slow_api.post(f"/files/pin/{UNKNOWN_CID}", json={})
    slow.fail_pin(UNKNOWN_CID, "no such block")
    assert standing(slow_api, UNKNOWN_CID)[1] == ["pinning", "pinning", "remote"]
    clock.advance(minutes=1)
    assert standing(slow_api, UNKNOWN_CID) == (
        "partial",
        ["pinned", "pin_error", "remote"],
        "failed",
    )
    errors = [each["error"] for each in slow_api.get(f"/status/{UNKNOWN_CID}").json()["peers"]]
    assert errors == ["", "no such block", ""]
    slow.fail_pin(UNKNOWN_CID, None)
    assert standing(slow_api, UNKNOWN_CID)[2] == "pinned"


def test_a_failure_is_of_the_content_in_either_version_of_its_cid(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    v0 = "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn"
    v1 = "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354"
    api.post(f"/files/pin/{v0}", json={})
    sandbox.fail_pin(v1)
    assert standing(api, v0)[2] == "failed"


def test_what_is_no_cid_cannot_fail(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="CID"):
        sandbox.fail_pin("nothing")


def test_a_pin_is_in_its_own_cluster_alone(api: httpx.Client) -> None:
    api.post(f"/files/pin/{UNKNOWN_CID}", json={"cl": "cl1-eu"})
    elsewhere = api.get(f"/status/{UNKNOWN_CID}").json()
    assert (elsewhere["status"], elsewhere["allocations"]) == ("unpinned", [])
    assert {each["status"] for each in elsewhere["peers"]} == {"unpinned"}
    for path in ("/allocations", "/status/allocations"):
        assert api.get(f"{path}/{UNKNOWN_CID}").status_code == 404
        found = api.get(f"{path}/{UNKNOWN_CID}", params={"cl": "cl1-eu"}).json()
        assert len(found["nodes"]) == 2
