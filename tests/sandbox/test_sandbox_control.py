"""The clock, the reset, and what tests in any language do over HTTP; and who may not."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from pinarkive import AuthenticationError, PinarkiveClient
from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.clock import MovableClock

from .raw import api_client, bare_client

CID = "QmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u"
HTML = {"Accept": "text/html"}


@pytest.fixture
def control(sandbox: Sandbox) -> Any:
    with bare_client(f"{sandbox.gateway_url}/__sandbox") as client:
        yield client


def test_the_clock_moves_what_ends(sandbox: Sandbox) -> None:
    with PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
        client.files.upload(b"soon gone", timelock=timedelta(days=29))
        token = client.tokens.generate("short", expires_in_days=20).token
        before = sandbox.clock.now
        assert sandbox.clock.advance(timedelta(hours=12), days=29, hours=12) >= before
        assert timedelta(days=30) <= sandbox.clock.now - before < timedelta(days=30, minutes=5)
        assert client.users.uploads().total == 0
        with api_client(sandbox, token) as api:
            assert api.get("/users/me").status_code == 401


def test_the_clock_moves_windows_codes_and_pins() -> None:
    now = datetime(2031, 1, 1, tzinfo=UTC)
    with Sandbox(rate_limit=3, pin_seconds=60, clock=lambda: now) as sandbox:
        with api_client(sandbox) as api:
            api.post(f"/files/pin/{CID}")
            assert api.get(f"/status/{CID}").json()["status"] == "unpinned"
            assert [api.get("/users/me").status_code for _ in range(2)] == [200, 429]
            code = sandbox.totp_code()
            sandbox.clock.advance(seconds=60)
            assert sandbox.totp_code() != code
            assert api.get(f"/status/{CID}").json()["status"] == "partial"
        assert sandbox.clock.now == now + timedelta(minutes=1)


@pytest.mark.parametrize("span", [{"days": -1}, {"days": 1e9}, {"seconds": float("nan")}])
def test_the_clock_goes_forward_only(span: Any) -> None:
    clock = MovableClock(lambda: datetime(2031, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match=r"clock|NaN"):
        clock.advance(**span)
    assert clock.now == datetime(2031, 1, 1, tzinfo=UTC)


def test_a_reset_leaves_what_clients_need(sandbox: Sandbox) -> None:
    known = sandbox.api_key, sandbox.email, sandbox.password, sandbox.totp_secret, sandbox.base_url
    with PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client:
        cid = client.files.upload(b"before").cid
        other = client.tokens.generate("other").token
        session = log_in(sandbox)
        session.users.change_password(sandbox.password, "another password")
        client.users.update(name="Somebody")
        sandbox.faults.add(status=500, times=None, path="/never")
        sandbox.clock.advance(days=400)
        sandbox.pin_seconds = 5
        sandbox.fail_pin(cid)
        sandbox.disable(sandbox.totp_email)
        sandbox.reset()
        assert client.users.uploads().total == 0
        assert client.users.me().name == "user"
        assert [each.name for each in client.tokens.list().tokens] == ["sandbox"]
        assert httpx.get(f"{sandbox.gateway_url}/ipfs/{cid}").status_code == 404
        client.files.pin(cid)
        assert client.status.get(cid).is_pinned
    with api_client(sandbox, other) as api:
        assert api.get("/users/me").status_code == 401
    with session, pytest.raises(AuthenticationError):
        session.users.me()
    assert known == (
        *(sandbox.api_key, sandbox.email, sandbox.password),
        *(sandbox.totp_secret, sandbox.base_url),
    )
    assert sandbox.faults.pending == []
    assert abs(sandbox.clock.now - datetime.now(UTC)) < timedelta(minutes=5)
    log_in(sandbox).close()


def test_what_was_done_after_a_reset_is_forgotten_by_the_next(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    for _ in range(2):
        made = api.post("/tokens/generate", json={"name": "again", "scopes": ["user:read"]})
        assert made.status_code == 201
        assert api.put("/users/me", json={"name": "Somebody"}).status_code == 200
        sandbox.reset()
        assert api.get("/users/me").json()["name"] == "user"
        sandbox.reset()


def log_in(sandbox: Sandbox) -> PinarkiveClient:
    return PinarkiveClient.from_login(sandbox.email, sandbox.password, base_url=sandbox.base_url)


def test_a_reset_makes_room_again_and_is_quick() -> None:
    with Sandbox(quota=1000, rate_limit=3) as sandbox, api_client(sandbox) as api:
        since = time.monotonic()
        for _ in range(50):
            statuses = [
                api.post("/files/", files={"file": ("a", b"x" * 900)}).status_code for _ in range(4)
            ]
            assert statuses[0] == 201
            assert statuses[3] == 429
            sandbox.reset()
        assert time.monotonic() - since < 20


def test_before_it_is_started_and_after_it_was_closed() -> None:
    sandbox = Sandbox()
    sandbox.faults.add(drop=True)
    sandbox.reset()
    assert sandbox.faults.pending == []
    with sandbox:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        sandbox.reset()


def test_faults_over_http(sandbox: Sandbox, control: httpx.Client, api: httpx.Client) -> None:
    wanted = {"status": 429, "retry_after": 2, "times": 3, "method": "GET", "path": "/users"}
    added = control.post("/faults", json=wanted)
    assert added.status_code == 201
    assert wanted.items() <= added.json().items()
    assert api.get("/users/me").status_code == 429
    assert control.get("/faults").json()["faults"][0]["times"] == 2
    assert control.delete("/faults").status_code == 204
    assert sandbox.faults.pending == []


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/faults", {"status": 429, "tines": 3}, "tines"),
        ("/faults", {"status": "429"}, "status"),
        ("/faults", {}, "what goes wrong"),
        ("/faults", {"drop": True, "status": 500}, "drop"),
        ("/faults", [], "object"),
        ("/clock", {"years": 1}, "years"),
        ("/clock", {"days": -1}, "forward"),
        ("/clock", {"days": 1e300}, "calendar"),
    ],
)
def test_bad_bodies_are_explained(
    sandbox: Sandbox, control: httpx.Client, path: str, body: Any, told: str
) -> None:
    refused = control.post(path, json=body)
    assert refused.status_code == 400
    assert told in refused.json()["message"]
    assert sandbox.faults.pending == []


def test_requests_clock_mails_and_reset_over_http(
    sandbox: Sandbox, control: httpx.Client, api: httpx.Client
) -> None:
    api.post("/files/", files={"file": ("a", b"\xff")})
    api.get("/health")
    first, second = control.get("/requests").json()["requests"]
    assert (first["path"], first["status"], first["body"]) == ("/files/", 201, None)
    assert first["body_base64"]
    assert (second["path"], second["answer"]) == ("/health", '{"status":"ok"}')
    assert control.delete("/requests").status_code == 204
    assert sandbox.requests == []
    before = datetime.fromisoformat(control.get("/clock").json()["now"])
    after = datetime.fromisoformat(control.post("/clock", json={"days": 2}).json()["now"])
    assert timedelta(days=2) <= after - before < timedelta(days=2, minutes=1)
    api.post("/auth/forgot-password", json={"email": sandbox.email})
    [mail] = control.get("/mails").json()["mails"]
    assert (mail["to"], mail["kind"]) == (sandbox.email, "reset-password")
    assert control.post("/reset").status_code == 204
    assert sandbox.requests == []
    assert sandbox.mails == []
    assert control.get("/nothing").status_code == 404
    refused = control.put("/faults")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, POST, DELETE")


def test_what_controls_is_neither_recorded_nor_faulted(
    sandbox: Sandbox, control: httpx.Client
) -> None:
    sandbox.faults.add(status=500, times=None)
    assert control.get("/clock").status_code == 200
    with bare_client(sandbox.gateway_url) as browser:
        assert browser.get("/", headers=HTML).status_code == 200
    assert sandbox.requests == []


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Host": "evil.example"},
    {"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Host": "localhost.evil.example"},
    {"Host": ""},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_other_pages_are_refused(
    sandbox: Sandbox, control: httpx.Client, headers: dict[str, str]
) -> None:
    answers = [
        control.get("/state", headers=headers),
        control.get("/requests", headers=headers),
        control.post("/faults", headers=headers, json={"drop": True}),
        control.post("/reset", headers=headers),
        control.get(f"{sandbox.gateway_url}/", headers=HTML | headers),
        control.get(f"{sandbox.base_url}/", headers=HTML | headers),
    ]
    assert [each.status_code for each in answers] == [403] * len(answers)
    assert all(sandbox.api_key not in each.text for each in answers)
    assert sandbox.faults.pending == []


@pytest.mark.parametrize("headers", FOREIGN[:5], ids=str)
def test_other_pages_change_nothing(
    sandbox: Sandbox, api: httpx.Client, headers: dict[str, str]
) -> None:
    assert api.post(f"/files/pin/{CID}", headers=headers).status_code == 403
    mailed = api.post("/auth/forgot-password", headers=headers, json={"email": sandbox.email})
    assert mailed.status_code == 403
    assert sandbox.mails == []
    assert api.get("/users/me", headers=headers).status_code == 200


def test_its_own_names_are_answered(sandbox: Sandbox, control: httpx.Client) -> None:
    port = sandbox.gateway_url.rpartition(":")[2]
    for name in ("127.0.0.1", "localhost", "LOCALHOST.", "a.localhost", "[::1]", "192.168.1.7"):
        host = f"{name}:{port}"
        own = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
        assert control.get("/clock", headers=own).status_code == 200, name


def test_other_names_can_be_allowed_and_are_no_matter_to_the_api() -> None:
    with (
        Sandbox(host="0.0.0.0", hosts=["PinArkive.test"]) as sandbox,  # noqa: S104
        bare_client(sandbox.gateway_url) as client,
    ):
        own = client.get("/__sandbox/clock", headers={"Host": "pinarkive.test:80"})
        assert own.status_code == 200
        assert client.get("/__sandbox/clock", headers={"Host": "b.test"}).status_code == 403
        assert client.get("/api/v3/health", headers={"Host": "b.test"}).status_code == 200


def test_the_page_takes_nothing_from_outside(sandbox: Sandbox) -> None:
    with bare_client(sandbox.gateway_url) as browser:
        page = browser.get("/", headers=HTML)
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; ")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert sandbox.api_key not in page.text
        for name, kind in (("page.css", "text/css"), ("page.js", "text/javascript")):
            assert f"/__sandbox/{name}" in page.text
            part = browser.get(f"/__sandbox/{name}")
            assert part.headers["content-type"] == f"{kind}; charset=utf-8"
            assert "http://" not in part.text
            assert "https://" not in part.text
            assert "innerHTML" not in part.text
        assert "http" not in page.text.replace("http-equiv", "")
        assert browser.get("/").headers["content-type"] == "application/json"


def test_the_page_is_told_everything(sandbox: Sandbox, api: httpx.Client) -> None:
    name = '<img src=x onerror="alert(1)">'
    cid = api.post("/files/", files={"file": ("a", b"x")}).json()["cid"]
    api.post(f"/files/pin/{CID}", json={"customName": name})
    with bare_client(sandbox.gateway_url) as browser:
        state = browser.get("/__sandbox/state").json()
    user, totp = state["accounts"]
    assert state["apiKey"] == sandbox.api_key
    assert (user["email"], user["password"]) == (sandbox.email, sandbox.password)
    assert totp["totpSecret"] == sandbox.totp_secret
    assert [each["path"] for each in user["uploads"]] == [None, f"/ipfs/{cid}"]
    assert user["uploads"][0]["name"] == name
    assert [each["name"] for each in user["tokens"]] == ["sandbox"]
    assert [each["status"] for each in state["requests"]] == [201, 201]
    assert sandbox.api_key not in str(state["requests"])


def test_what_was_uploaded_cannot_act_for_the_sandbox(sandbox: Sandbox, api: httpx.Client) -> None:
    cid = api.post("/files/", files={"file": ("a.html", b"<script>")}).json()["cid"]
    shown = api.get(f"{sandbox.gateway_url}/ipfs/{cid}")
    assert shown.headers["content-type"].startswith("text/html")
    directives = shown.headers["content-security-policy"].split()
    assert directives[0] == "sandbox"
    assert "allow-same-origin" not in directives
