# generated from tests/_async/test_flows.py by scripts/generate; change that file
"""What people want to do that is more than a call, on the sandbox or past a scripted server."""

import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
import respx

from pinarkive import (
    APIConnectionError,
    APITimeoutError,
    Attempt,
    AuthenticationError,
    ClientClosedError,
    EmailNotVerifiedError,
    InvalidInputError,
    MissingScopeError,
    PinarkiveClient,
    PinFailedError,
    PinStatus,
    ServerError,
    TwoFactorInvalidError,
    TwoFactorRequiredError,
)
from pinarkive._core import pinning
from pinarkive.sandbox import Sandbox
from pinarkive.scopes import UPLOADER

BASE = "https://api.example.com/api/v3"
CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
KEY = "a-key-of-twenty-four-"


@pytest.fixture
def scripted() -> Iterator[PinarkiveClient]:
    """Yield a client whose answers the test scripts."""
    with PinarkiveClient(api_key=KEY, base_url=BASE) as client:
        yield client


# Logging in as a client is made


def test_a_client_is_made_by_logging_in(pinarkive_sandbox: Sandbox) -> None:
    sandbox = pinarkive_sandbox
    with PinarkiveClient.from_login(
        sandbox.email, sandbox.password, base_url=sandbox.base_url, cluster_id="cl1-eu"
    ) as client:
        assert client.users.me().email == sandbox.email
        assert client.files.upload(b"of the session").cluster_id == "cl1-eu"
    with pytest.raises(ClientClosedError):
        client.users.me()


def ask(code: str) -> str:
    return code


def ways(code: str) -> list[str | Callable[[], str | str]]:
    return [code, lambda: code, lambda: ask(code)]


@pytest.mark.parametrize("way", [0, 1, 2])
def test_a_second_factor_is_asked_for_as_it_is_given(way: int) -> None:
    # A code works once, so that each has a sandbox of its own.
    with Sandbox() as sandbox:
        totp = ways(sandbox.totp_code())[way]
        with PinarkiveClient.from_login(
            sandbox.totp_email, sandbox.totp_password, totp=totp, base_url=sandbox.base_url
        ) as client:
            assert client.users.me().two_factor_enabled


def test_an_account_without_a_second_factor_asks_for_none(
    pinarkive_sandbox: Sandbox,
) -> None:
    sandbox, asked = pinarkive_sandbox, list[str]()

    def totp() -> str:
        asked.append("a code")
        return "000000"

    client = PinarkiveClient.from_login(
        sandbox.email, sandbox.password, totp=totp, base_url=sandbox.base_url
    )
    client.close()
    assert asked == []


def test_what_is_wrong_with_a_login_is_told(pinarkive_sandbox: Sandbox) -> None:
    sandbox = pinarkive_sandbox
    url = sandbox.base_url
    with pytest.raises(AuthenticationError):
        PinarkiveClient.from_login(sandbox.email, "wrong password", base_url=url)
    with pytest.raises(TwoFactorRequiredError, match="pass totp="):
        PinarkiveClient.from_login(sandbox.totp_email, sandbox.totp_password, base_url=url)
    with pytest.raises(TwoFactorInvalidError):
        PinarkiveClient.from_login(
            sandbox.totp_email, sandbox.totp_password, totp="000000", base_url=url
        )
    with pytest.raises(InvalidInputError, match="six"):
        PinarkiveClient.from_login(
            sandbox.totp_email, sandbox.totp_password, totp="no", base_url=url
        )
    with pytest.raises(InvalidInputError, match="totp is six digits"):
        PinarkiveClient.from_login(sandbox.email, sandbox.password, totp=123456)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # what callers hand over anyway
    email, password = f"{uuid4()}@example.com", "a long password"
    with PinarkiveClient(base_url=url) as client:
        client.auth.sign_up("Ada", email, password)
    with pytest.raises(EmailNotVerifiedError, match=r"client\.auth\.verify_email\(token\)"):
        PinarkiveClient.from_login(email, password, base_url=url)


def test_no_frame_of_a_failed_login_shows_a_secret(pinarkive_sandbox: Sandbox) -> None:
    sandbox = pinarkive_sandbox
    for password, totp in (("a-wrong-password", "135790"), (sandbox.totp_password, "135790")):
        with pytest.raises((AuthenticationError, TwoFactorInvalidError)) as caught:
            PinarkiveClient.from_login(
                sandbox.totp_email, password, totp=totp, base_url=sandbox.base_url
            )
        found = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        frames = [
            f"{frame.name}: {frame.locals}"
            for frame in found.stack
            if "tests" not in frame.filename
        ]
        assert frames
        for frame in frames:
            assert password not in frame
            assert totp not in frame


# Waiting until it is pinned


def answer(*states: str, status: int = 200, error: str = "") -> httpx.Response:
    if status != 200:
        return httpx.Response(status, json={"message": "not now"})
    peers = [
        {"id": f"p{number}", "status": state, "error": error} for number, state in enumerate(states)
    ]
    return httpx.Response(200, json={"cid": CID, "status": "partial", "peers": peers})


def test_what_is_pinned_is_told_at_once(
    pinarkive_client: PinarkiveClient,
) -> None:
    upload = pinarkive_client.files.upload(b"waited for")
    seen: list[PinStatus] = []
    status = pinarkive_client.status.wait_until_pinned(upload.cid, on_change=seen.append)
    assert status.is_pinned
    assert seen == [status]


def test_a_pin_that_takes_its_time_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinning, "FIRST_WAIT", 0.001)
    now = [datetime.now(UTC)]
    seen: list[list[str | None]] = []

    def note(status: PinStatus) -> None:
        seen.append([each.status for each in status.peers])
        now[0] += timedelta(seconds=30)

    with Sandbox(clock=lambda: now[0], pin_seconds=60) as sandbox:
        with PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
            client.files.pin(CID)
            status = client.status.wait_until_pinned(CID, on_change=note)
            assert status.is_pinned
            assert seen == [
                ["pinning", "pinning", "remote"],
                ["pinned", "pinning", "remote"],
                ["pinned", "pinned", "remote"],
            ]
            sandbox.fail_pin(CID, "no space left")
            with pytest.raises(PinFailedError, match="no space left"):
                client.status.wait_until_pinned(CID)


def test_every_peer_that_has_to_do_with_it_is_waited_for(
    scripted: PinarkiveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinning, "FIRST_WAIT", 0.001)
    seen: list[str | None] = []
    with respx.mock:
        route = respx.get(f"{BASE}/status/{CID}").mock(
            side_effect=[
                answer(status=404),
                answer("pin_queued", "remote"),
                answer("pinning", "remote"),
                answer("pinning", "remote"),
                answer("pinned", "remote"),
            ]
        )
        status = scripted.status.wait_until_pinned(
            CID, on_change=lambda status: seen.append(status.peers[0].status)
        )
    assert status.is_pinned
    assert (route.call_count, seen) == (5, ["pin_queued", "pinning", "pinned"])


def test_a_peers_failure_ends_the_wait(scripted: PinarkiveClient) -> None:
    with respx.mock:
        respx.get(f"{BASE}/status/{CID}").mock(
            side_effect=[answer("pinned", "pin_error", error="no space")]
        )
        with pytest.raises(PinFailedError, match="peer p1 says pin_error: no space"):
            scripted.status.wait_until_pinned(CID)


def test_the_time_is_kept_and_the_last_status_told(
    scripted: PinarkiveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinning, "FIRST_WAIT", 0.02)
    with respx.mock:
        respx.get(f"{BASE}/status/{CID}").mock(return_value=answer("pinning"))
        with pytest.raises(APITimeoutError, match="of its peers: p0 pinning"):
            scripted.status.wait_until_pinned(CID, timeout=0.1)
    with pytest.raises(InvalidInputError, match="timeout"):
        scripted.status.wait_until_pinned(CID, timeout=0)


def test_a_cluster_that_can_not_be_reached_is_asked_again(
    scripted: PinarkiveClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinning, "FIRST_WAIT", 0.001)
    patient = scripted.with_options(max_retries=0)
    with respx.mock:
        respx.get(f"{BASE}/status/{CID}").mock(
            side_effect=[
                answer(status=503),
                httpx.ConnectError("gone"),
                answer("pinned"),
            ]
        )
        assert patient.status.wait_until_pinned(CID).is_pinned


def test_what_is_no_matter_of_time_is_raised(scripted: PinarkiveClient) -> None:
    with respx.mock:
        respx.get(f"{BASE}/status/{CID}").mock(
            return_value=httpx.Response(403, json={"code": "missing_scope", "required": "x:y"})
        )
        with pytest.raises(MissingScopeError):
            scripted.status.wait_until_pinned(CID)


# Links and records


def test_a_link_can_be_opened(pinarkive_client: PinarkiveClient) -> None:
    files = pinarkive_client.files
    upload = files.upload_directory_dag({"a b/ü 1.txt": b"given away"})
    url = files.gateway_url(upload.cid, "a b/ü 1.txt")
    with httpx.Client() as browser:
        assert browser.get(url).content == b"given away"
    assert files.gateway_url(upload.cid, cluster_id="cl1-eu")
    with pytest.raises(InvalidInputError, match="no cluster"):
        files.gateway_url(upload.cid, cluster_id="cl9")
    with pytest.raises(InvalidInputError, match="no cluster"):
        pinarkive_client.with_options(cluster_id="cl9").files.gateway_url(upload.cid)


def test_the_clusters_are_remembered(scripted: PinarkiveClient) -> None:
    cluster = {"clusterId": "cl1-eu", "gateways": [{"publicUrl": "https://g/ipfs/", "order": 0}]}
    with respx.mock:
        route = respx.get(f"{BASE}/users/me/clusters").mock(
            return_value=httpx.Response(200, json=[cluster])
        )
        for _ in range(3):
            assert scripted.files.gateway_url(CID) == f"https://g/ipfs/{CID}"
        with pytest.raises(InvalidInputError):
            scripted.files.gateway_url("no")
    assert route.call_count == 1


def test_a_record_is_found_by_its_cid_in_any_form(scripted: PinarkiveClient) -> None:
    other = {"cid": "bafkqaaa", "uploadId": "1"}
    wanted = {"cid": "QmUNLLsPACCz1vLxQVkXqqLX5R1X345qqfHbsf67hvA3Nn", "uploadId": "2"}
    as_v1 = "bafybeiczsscdsbs7ffqz55asqdf3smv6klcw3gofszvwlyarci47bgf354"
    with respx.mock:
        # A service that knows no such filter lists all.
        respx.get(f"{BASE}/users/me/uploads").mock(
            return_value=httpx.Response(200, json={"uploads": [other, wanted], "total": 2})
        )
        record = scripted.users.find_upload(as_v1)
        assert record is not None
        assert record.upload_id == "2"
        assert scripted.users.find_upload(CID) is None
    with pytest.raises(InvalidInputError):
        scripted.users.find_upload("no")


def test_pages_come_as_they_are(scripted: PinarkiveClient) -> None:
    def page(request: httpx.Request) -> httpx.Response:
        number = int(request.url.params["page"])
        records = [{"cid": CID, "uploadId": f"{number}-{each}"} for each in range(2)]
        return httpx.Response(200, json={"uploads": records if number < 3 else [], "total": 9})

    with respx.mock:
        route = respx.get(f"{BASE}/users/me/uploads").mock(side_effect=page)
        pages = list(scripted.users.iter_uploads(page_size=2).pages())
        assert [each.page for each in pages] == [1, 2]
        assert [len(each.uploads) for each in pages] == [2, 2]
        assert route.call_count == 3
        records = [each.upload_id for each in scripted.users.iter_uploads(page_size=2)]
    assert records == ["1-0", "1-1", "2-0", "2-1"]


def test_a_missing_scope_says_how_to_get_it(
    pinarkive_client: PinarkiveClient,
) -> None:
    token = pinarkive_client.tokens.generate(f"{uuid4()}", scopes=UPLOADER)
    uploader = pinarkive_client.with_options(token=token.token)
    upload = uploader.files.upload(b"may be uploaded")
    with pytest.raises(MissingScopeError, match=r'scopes=\["files:delete", \.\.\.\]'):
        uploader.files.remove(upload.cid)


# Watching


def test_attempts_are_told_as_they_end() -> None:
    seen: list[Attempt] = []
    with PinarkiveClient(
        api_key=KEY, base_url=BASE, on_attempt=seen.append, user_agent="my-app/1.0 (x)"
    ) as client:
        with respx.mock:
            route = respx.get(f"{BASE}/status/{CID}").mock(
                side_effect=[
                    httpx.Response(503, headers={"Retry-After": "0"}),
                    httpx.ConnectError("gone"),
                    httpx.Response(200, json={"status": "pinned"}, headers={"X-Request-Id": "r1"}),
                ]
            )
            client.status.get(CID)
            sent = route.calls.last.request.headers["User-Agent"]
    assert sent.startswith("pinarkive-python/")
    assert sent.endswith(" my-app/1.0 (x)")
    assert [(each.method, each.path) for each in seen] == [("GET", "/status/{cid}")] * 3
    assert [(each.number, each.status, each.failure, each.will_retry) for each in seen] == [
        (1, 503, "ServiceUnavailableError", True),
        (2, None, "APIConnectionError", True),
        (3, 200, None, False),
    ]
    assert [each.request_id for each in seen] == [None, None, "r1"]
    assert all(0 <= each.seconds < 10 for each in seen)


def test_the_last_attempt_of_a_call_that_fails_is_told() -> None:
    seen: list[Attempt] = []
    client = PinarkiveClient(api_key=KEY, base_url=BASE, max_retries=0)
    watched = client.with_options(on_attempt=seen.append)
    with respx.mock:
        respx.get(f"{BASE}/health").mock(return_value=httpx.Response(500))
        respx.get(f"{BASE}/plans/").mock(side_effect=httpx.ConnectError("gone"))
        with pytest.raises(ServerError):
            watched.system.health()
        with pytest.raises(APIConnectionError):
            watched.system.plans()
        with pytest.raises(ServerError):
            watched.with_options(on_attempt=None).system.health()
    client.close()
    assert [(each.status, each.failure, each.will_retry) for each in seen] == [
        (500, "ServerError", False),
        (None, "APIConnectionError", False),
    ]


def test_a_file_that_is_gone_ends_the_attempt_and_is_told() -> None:
    seen: list[Attempt] = []

    class Broken:
        def read(self, size: int = -1, /) -> bytes:
            raise OSError("the disk is gone")

    with PinarkiveClient(api_key=KEY, base_url=BASE, on_attempt=seen.append) as client:
        with respx.mock:
            respx.post(f"{BASE}/files/").mock(return_value=httpx.Response(201, json={"cid": CID}))
            with pytest.raises(OSError, match="the disk is gone"):
                client.files.upload(Broken())
    assert [(each.path, each.failure) for each in seen] == [("/files/", "OSError")]


def test_what_a_watcher_raises_harms_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def fail(attempt: Attempt) -> None:
        raise ZeroDivisionError(attempt.path)

    with PinarkiveClient(api_key=KEY, base_url=BASE, on_attempt=fail) as client:
        with respx.mock, caplog.at_level(logging.ERROR, "pinarkive"):
            respx.get(f"{BASE}/health").mock(return_value=httpx.Response(200, json={}))
            assert client.system.health().ok
    assert "on_attempt raised an error" in caplog.text


@pytest.mark.parametrize("value", ["", " a", "a\r\nX: y", "ü", 7])
def test_a_user_agent_is_printable(value: object) -> None:
    with pytest.raises(InvalidInputError, match="user_agent"):
        PinarkiveClient(user_agent=value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # what callers hand over anyway
    with pytest.raises(InvalidInputError, match="on_attempt"):
        PinarkiveClient(on_attempt=value)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # what callers hand over anyway
