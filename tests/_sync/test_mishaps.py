# generated from tests/_async/test_mishaps.py by scripts/generate; change that file
"""What must not happen: lost secrets, foreign exceptions, doubtful outcomes told as certain."""

import traceback
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from pinarkive import (
    APIConnectionError,
    APIResponseError,
    APIStatusError,
    AuthenticationError,
    ClientClosedError,
    IntegrityError,
    InvalidInputError,
    PayloadTooLargeError,
    PinarkiveClient,
    PinarkiveError,
    PinCid,
    Progress,
    RedirectError,
    SourceChangedError,
)

BASE = "https://api.pinarkive.com/api/v3"
CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
KEY = "an-api-key-of-some-length"
PASSWORD = "a-password-of-some-length"


@pytest.fixture
def client() -> PinarkiveClient:
    return PinarkiveClient(api_key=KEY, max_retries=0)


def untyped(function: Any) -> Any:
    """Return a function as code without types calls it."""
    return function


def with_locals(error: BaseException) -> str:
    found = traceback.TracebackException.from_exception(error, capture_locals=True)
    # The frames of this test hold the secrets themselves.
    return "\n".join(line for line in found.format() if __file__ not in line)


def test_no_traceback_with_locals_shows_a_secret(client: PinarkiveClient) -> None:
    with respx.mock() as router:
        router.post(f"{BASE}/auth/login").respond(401, json={"message": "no"})
        router.get(f"{BASE}/users/me").mock(side_effect=httpx.ConnectError("refused"))
        with pytest.raises(AuthenticationError) as refused:
            client.auth.login("me@example.com", PASSWORD)
        with pytest.raises(PinarkiveError) as lost:
            client.users.me()
    text = with_locals(refused.value) + with_locals(lost.value)
    assert KEY not in text
    assert PASSWORD not in text


def test_no_error_holds_a_request(client: PinarkiveClient) -> None:
    with respx.mock() as router:
        router.get(f"{BASE}/users/me").mock(side_effect=httpx.ReadError("gone"))
        with pytest.raises(PinarkiveError) as caught:
            client.users.me()
    error: BaseException | None = caught.value
    while error is not None:
        assert not isinstance(vars(error).get("_request"), httpx.Request)
        error = error.__cause__ or error.__context__


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b'{"token":"pk_new_secret_0123456789","name":"ci'),
        ({"Content-Type": f"text/{KEY}"}, b"x"),
        ({"X-Request-Id": KEY}, b"x"),
        ({}, b"x" * 190 + KEY.encode()),
    ],
    ids=["token", "type", "id", "cut"],
)
def test_what_can_not_be_read_shows_no_secret(
    client: PinarkiveClient, headers: dict[str, str], body: bytes
) -> None:
    with respx.mock() as router:
        router.post(f"{BASE}/tokens/generate").respond(201, headers=headers, content=body)
        with pytest.raises(APIResponseError) as caught:
            client.tokens.generate("ci")
    shown = f"{caught.value!r} {vars(caught.value)}"
    assert "pk_new_secret" not in shown
    assert KEY[:10] not in shown
    assert caught.value.sent == "maybe"


def test_a_short_password_does_not_spoil_the_error(client: PinarkiveClient) -> None:
    body = {"error": "Unauthorized", "code": "unauthorized", "message": "code"}
    with respx.mock() as router:
        router.post(f"{BASE}/auth/login").respond(401, json=body)
        with pytest.raises(AuthenticationError) as caught:
            client.auth.login("me@example.com", "code")
    assert caught.value.code == "unauthorized"
    assert caught.value.error == "Unauthorized"
    assert caught.value.message == "****"


@pytest.mark.parametrize(
    "location", ["javascript:alert(1)", "http://[::1", "http:foo", "", "http://\x7f/"]
)
def test_a_location_that_is_no_url_is_a_redirect_all_the_same(
    client: PinarkiveClient, location: str
) -> None:
    with respx.mock() as router:
        router.get(f"{BASE}/users/me").respond(302, headers={"Location": location})
        with pytest.raises(RedirectError):
            client.users.me()


def test_a_refusal_larger_than_any_answer_keeps_its_kind(
    client: PinarkiveClient,
) -> None:
    with respx.mock() as router:
        router.post(f"{BASE}/files/").respond(413, content=bytes(17 * 2**20))
        with pytest.raises(PayloadTooLargeError):
            client.files.upload(b"x")
        router.post(f"{BASE}/files/").respond(201, content=bytes(17 * 2**20))
        with pytest.raises(APIResponseError, match="16 MiB") as caught:
            client.files.upload(b"x")
    assert caught.value.sent == "maybe"


def test_what_a_lost_attempt_may_have_done_is_not_denied_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("random.random", lambda: 0.0)
    client = PinarkiveClient(api_key=KEY, max_retries=1)
    with respx.mock() as router:
        lost, refused = httpx.ReadError("gone"), httpx.ConnectError("refused")
        router.delete(f"{BASE}/files/remove/{CID}").mock(side_effect=[lost, refused])
        with pytest.raises(APIConnectionError) as caught:
            client.files.remove(CID)
    assert (caught.value.sent, caught.value.attempts) == ("maybe", 2)


def test_a_directory_that_was_stored_otherwise_is_an_error(
    client: PinarkiveClient,
) -> None:
    stored = {"cid": CID, "files": [{"cid": CID, "path": "b.txt", "size": 9}], "total_files": 1}
    with respx.mock() as router:
        router.post(f"{BASE}/files/directory-dag").respond(
            201, headers={"X-Request-Id": "r1"}, json=stored
        )
        with pytest.raises(IntegrityError, match=r"a/b\.txt") as caught:
            client.files.upload_directory_dag({"a/b.txt": b"1", "b.txt": b"2"})
    assert "2 files were sent" in str(caught.value)
    assert "9 bytes instead of 1" in str(caught.value)
    assert (caught.value.attempts, caught.value.request_id) == (1, "r1")
    assert getattr(caught.value.upload, "cid", None) == CID


def test_a_file_that_vanishes_from_a_folder_under_way_is_a_changed_source(
    pinarkive_client: PinarkiveClient, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        # More than is read ahead.
        (tmp_path / name).write_bytes(bytes(12_000_000))

    def vanish(progress: Progress) -> None:
        (tmp_path / "b").unlink(missing_ok=True)

    with pytest.raises(SourceChangedError) as caught:
        pinarkive_client.files.upload_directory_dag(tmp_path, on_progress=vanish)
    assert caught.value.attempts == 1


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"method": None, "path": "/x"}, "method"),
        ({"method": "GET", "path": None}, "path"),
        ({"method": "GET", "path": "/x", "params": [("a", 1)]}, "params"),
        ({"method": "GET", "path": "/x", "params": {"a": b"x"}}, "params"),
        ({"method": "GET", "path": "/x", "params": {"a": "\ud800"}}, "params"),
        ({"method": "POST", "path": "/x", "data": "abc"}, "data"),
        ({"method": "POST", "path": "/x", "json": {}, "data": {"a": 1}}, "json"),
        ({"method": "POST", "path": "/x", "files": {"f": "\0"}}, "files"),
        ({"method": "POST", "path": "/x", "files": [("f", b"x")]}, "files"),
        ({"method": "GET", "path": "/x" + "y" * 70_000}, ""),
        ({"method": "GET", "path": "/x", "timeout": -1}, "timeout"),
    ],
)
def test_odd_arguments_of_a_plain_request(
    client: PinarkiveClient, arguments: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        untyped(client.request)(**arguments)
    assert caught.value.field == field


def test_a_request_that_was_made_without_validation(client: PinarkiveClient) -> None:
    broken = PinCid(cid=CID).model_copy(update={"custom_name": object()})
    with pytest.raises(InvalidInputError):
        client.send(broken)
    with pytest.raises(InvalidInputError):
        client.send(PinCid(cid=CID).model_copy(update={"cid": ".."}))


@pytest.mark.parametrize("proxy", ["ftp://x", "::::", "socks5://x"])
def test_a_bad_proxy_in_the_environment(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with PinarkiveClient(api_key=KEY) as client:
        with pytest.raises(InvalidInputError, match="PROXY"):
            client.users.me()


def test_a_client_of_the_users_own_must_be_one_and_open() -> None:
    with pytest.raises(InvalidInputError) as caught:
        untyped(PinarkiveClient)(api_key=KEY, http_client="x")
    assert caught.value.field == "http_client"
    own = httpx.Client()
    own.close()
    with pytest.raises(ClientClosedError):
        PinarkiveClient(api_key=KEY, http_client=own).users.me()


def test_a_mistake_in_a_hook_of_the_users_own_is_not_hidden() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise KeyError("in my own transport")

    with httpx.Client(transport=httpx.MockTransport(answer)) as own:
        with pytest.raises(KeyError, match="in my own transport"):
            PinarkiveClient(api_key=KEY, http_client=own).users.me()


@pytest.mark.parametrize("status", [400, 401, 429])
def test_a_refusal_after_an_attempt_that_may_have_succeeded_leaves_it_open(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.random", lambda: 0.0)
    answers: list[httpx.Response | Exception | type[Exception]] = [
        httpx.ReadError("gone"),
        httpx.Response(status, json={"message": "no"}),
    ]
    with respx.mock() as router:
        router.delete(f"{BASE}/tokens/revoke/ci").mock(side_effect=answers)
        with pytest.raises(APIStatusError) as revoked:
            PinarkiveClient(api_key=KEY, max_retries=1).tokens.revoke("ci")
        router.get(f"{BASE}/users/me").mock(side_effect=list(answers))
        with pytest.raises(APIStatusError) as read:
            PinarkiveClient(api_key=KEY, max_retries=1).users.me()
    assert (revoked.value.sent, revoked.value.attempts) == ("maybe", 2)
    assert (read.value.sent, read.value.attempts) == ("yes", 2)
