# generated from tests/_async/test_client.py by scripts/generate; change that file
"""The exact exchange: what is sent, what is repeated, and what becomes of each answer."""

import logging
import pickle
from typing import Any

import httpx
import pytest
import respx

from pinarkive import (
    APIConnectionError,
    APIResponseError,
    APITimeoutError,
    ClientClosedError,
    GetMe,
    InvalidInputError,
    NotFoundError,
    PinarkiveClient,
    PinCid,
    RateLimitError,
    RedirectError,
    RemoveFile,
    ServerError,
    ServiceUnavailableError,
)

BASE = "https://api.pinarkive.com/api/v3"
CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
KEY = "an-api-key-of-some-length"


@pytest.fixture
def client() -> PinarkiveClient:
    return PinarkiveClient(api_key=KEY)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pinarkive._core.retry.FIRST_WAIT", 0.0)


def test_a_request_as_it_goes_out(client: PinarkiveClient) -> None:
    with respx.mock() as router:
        route = router.post(f"{BASE}/files/pin/{CID}").respond(201, json={"cid": CID})
        pin = client.with_options(cluster_id="cl1-eu").files.pin(CID, custom_name="n")
    sent: httpx.Request = route.calls.last.request
    assert pin.cid == CID
    assert sent.content == b'{"customName":"n","cl":"cl1-eu"}'
    assert dict(sent.headers) == {
        "host": "api.pinarkive.com",
        "accept": "application/json",
        "accept-encoding": "identity",
        "user-agent": sent.headers["user-agent"],
        "x-api-key": KEY,
        "content-type": "application/json",
        "content-length": str(len(sent.content)),
    }
    assert sent.headers["user-agent"].startswith("pinarkive-python/")


def test_a_pin_without_options_sends_an_empty_object(client: PinarkiveClient) -> None:
    with respx.mock() as router:
        route = router.post(f"{BASE}/files/pin/{CID}").respond(201, json={"pinned": True})
        pin = client.send(PinCid(cid=CID))
    assert route.calls.last.request.content == b"{}"
    assert pin.cid == CID


def test_a_call_has_its_own_cluster_before_the_clients(client: PinarkiveClient) -> None:
    with respx.mock() as router:
        route = router.get(f"{BASE}/status/{CID}").respond(200, json={"status": "pinned"})
        client.with_options(cluster_id="cl1-eu").status.get(CID, cluster_id="cl2-es")
        assert route.calls.last.request.url.query == b"cl=cl2-es"
        client.status.get(CID)
        assert route.calls.last.request.url.query == b""


def test_the_token_wins_and_the_source_goes_with_it_alone() -> None:
    with respx.mock() as router:
        route = router.get(f"{BASE}/users/me").respond(200, json={"id": "u1"})
        with PinarkiveClient("a-token", "a-key", request_source="web") as client:
            client.send(GetMe())
            sent = route.calls.last.request.headers
            assert sent["authorization"] == "Bearer a-token"
            assert sent["x-request-source"] == "web"
            assert "x-api-key" not in sent
            client.with_options(api_key="b-key").users.me()
            sent = route.calls.last.request.headers
            assert sent["x-api-key"] == "b-key"
            assert "authorization" not in sent
            assert "x-request-source" not in sent


def test_public_endpoints_send_no_credential(client: PinarkiveClient) -> None:
    with respx.mock() as router:
        route = router.get(f"{BASE}/health").respond(200, json={"status": "ok"})
        client.system.health()
    assert "x-api-key" not in route.calls.last.request.headers


def test_a_token_name_is_one_segment(client: PinarkiveClient) -> None:
    with respx.mock() as router:
        route = router.route(method="DELETE").respond(204)
        client.tokens.revoke("../../files/remove/x?y#z")
    assert route.calls.last.request.url.raw_path == (
        b"/api/v3/tokens/revoke/..%2F..%2Ffiles%2Fremove%2Fx%3Fy%23z"
    )


Answers = list[int | httpx.Response | Exception]

RETRIES: list[tuple[str, str, Answers, int, type[Exception] | None]] = [
    ("read, 500s", "GET", [500, 500, 200], 3, None),
    ("read, 502 for ever", "GET", [502, 502, 502], 3, ServerError),
    ("read, lost", "GET", [httpx.ReadError("x"), 200], 2, None),
    ("read, refused", "GET", [httpx.ConnectError("x")] * 3, 3, APIConnectionError),
    ("read, slow", "GET", [httpx.ReadTimeout("x")] * 3, 3, APITimeoutError),
    ("read, 404", "GET", [404], 1, NotFoundError),
    ("read, 429", "GET", [429, 200], 2, None),
    ("pin, 500", "POST", [500], 1, ServerError),
    ("pin, 502", "POST", [502], 1, ServerError),
    ("pin, lost", "POST", [httpx.ReadError("x")], 1, APIConnectionError),
    ("pin, refused", "POST", [httpx.ConnectError("x"), 201], 2, None),
    ("pin, 429", "POST", [429, 429, 429], 3, RateLimitError),
    ("pin, 503", "POST", [503], 1, ServiceUnavailableError),
    (
        "pin, 503 with a time",
        "POST",
        [httpx.Response(503, headers={"Retry-After": "0"}), 201],
        2,
        None,
    ),
    ("removal, 500 then gone", "DELETE", [500, 404], 2, None),
    ("removal, lost then gone", "DELETE", [httpx.ReadError("x"), 404], 2, None),
    ("removal, refused then gone", "DELETE", [429, 404], 2, NotFoundError),
]


@pytest.mark.parametrize(
    ("method", "answers", "requests", "error"),
    [row[1:] for row in RETRIES],
    ids=[row[0] for row in RETRIES],
)
def test_what_is_repeated(
    client: PinarkiveClient,
    method: str,
    answers: Answers,
    requests: int,
    error: type[Exception] | None,
) -> None:
    effects = [httpx.Response(each, json={}) if isinstance(each, int) else each for each in answers]
    with respx.mock() as router:
        route = router.route(method=method)
        route.side_effect = effects
        call: Any = {
            "GET": lambda: client.status.get(CID, cluster_id="cl0"),
            "POST": lambda: client.files.pin(CID),
            "DELETE": lambda: client.send(RemoveFile(cid=CID)),
        }[method]
        if error is None and method != "GET":
            assert call().meta.attempts == requests
        elif error is None:
            effects[-1] = httpx.Response(200, json={"status": "pinned"})
            route.side_effect = effects
            assert call().meta.attempts == requests
        else:
            with pytest.raises(error) as caught:
                call()
            assert vars(caught.value)["attempts"] == requests
        assert route.call_count == requests


def test_a_code_is_used_once(client: PinarkiveClient) -> None:
    with respx.mock() as router:
        route = router.post(f"{BASE}/tokens/generate").respond(429, json={"retryAfter": 0})
        with pytest.raises(RateLimitError):
            client.tokens.generate("n", totp_code="012345")
        assert route.call_count == 1


def test_a_wait_beyond_the_limit_is_not_begun(client: PinarkiveClient) -> None:
    with respx.mock() as router:
        route = router.get(f"{BASE}/users/me").respond(429, headers={"Retry-After": "30"})
        with pytest.raises(RateLimitError) as caught:
            client.with_options(timeout=5).users.me()
        assert route.call_count == 1
        assert caught.value.retry_after == 30


def test_a_server_error_on_a_write_says_how_to_find_out(client: PinarkiveClient) -> None:
    with respx.mock() as router:
        router.post(f"{BASE}/tokens/generate").respond(500, json={"message": "Boom"})
        with pytest.raises(ServerError, match="list the tokens") as caught:
            client.tokens.generate("n")
    assert caught.value.sent == "maybe"
    assert caught.value.message == "Boom"
    assert str(caught.value).startswith("[500] Boom")
    assert pickle.loads(pickle.dumps(caught.value)).sent == "maybe"  # noqa: S301


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(client: PinarkiveClient, status: int) -> None:
    with respx.mock(assert_all_called=False) as router:
        other = router.route(host="elsewhere.example")
        router.get(f"{BASE}/users/me").respond(
            status, headers={"Location": "https://elsewhere.example/x"}
        )
        with pytest.raises(RedirectError, match=r"elsewhere\.example") as caught:
            client.users.me()
        assert other.call_count == 0
    assert caught.value.location == "https://elsewhere.example/x"


@pytest.mark.parametrize(
    ("response", "text"),
    [
        (httpx.Response(200, html="<html>log in</html>"), "captive portal"),
        (httpx.Response(200, content=b"{"), "not valid JSON"),
        (httpx.Response(200, json=[]), "not list"),
        (httpx.Response(200, content=b"null"), "null"),
        (httpx.Response(200), "is there"),
        (httpx.Response(200, json={"success": False, "id": "u"}), "success: false"),
        (httpx.Response(200, json={"error": "x", "code": "y"}), "error"),
        (httpx.Response(304), "no request expects this status"),
        (httpx.Response(200, headers={"Content-Encoding": "gzip"}, stream=None), "gzip"),
        (httpx.Response(200, content=b"\xff\xfe\xff"), "not"),
    ],
    ids=["html", "cut", "list", "null", "nothing", "failure", "error", "304", "gzip", "bytes"],
)
def test_answers_that_are_none(
    client: PinarkiveClient, response: httpx.Response, text: str
) -> None:
    with respx.mock() as router:
        router.get(f"{BASE}/users/me").mock(return_value=response)
        with pytest.raises(APIResponseError, match=text):
            client.users.me()


def test_a_secret_that_comes_back_is_not_shown(client: PinarkiveClient) -> None:
    with respx.mock() as router:
        router.get(f"{BASE}/users/me").respond(401, json={"message": f"bad {KEY}", "seen": [KEY]})
        with pytest.raises(Exception, match="bad") as caught:
            client.users.me()
    assert KEY not in f"{caught.value!r} {vars(caught.value)}"


def test_the_log_has_no_header_query_or_body(
    client: PinarkiveClient, caplog: pytest.LogCaptureFixture
) -> None:
    with respx.mock() as router, caplog.at_level(logging.DEBUG, "pinarkive"):
        router.get(f"{BASE}/status/{CID}").respond(200, json={"status": "pinned"})
        client.status.get(CID, cluster_id="cl-secret")
    text = "\n".join(record.getMessage() for record in caplog.records if record.name == "pinarkive")
    assert f"GET /status/{CID}: 200" in text
    assert KEY not in text
    assert "cl-secret" not in text


def test_a_closed_client_says_so(client: PinarkiveClient) -> None:
    view = client.with_options(timeout=1)
    view.close()
    client.close()
    client.close()
    for each in (client, view):
        with pytest.raises(ClientClosedError):
            each.system.health()


def test_a_client_of_the_users_own_is_used_and_not_closed() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"status": request.headers["user-agent"]})

    with httpx.Client(transport=httpx.MockTransport(answer)) as own:
        with PinarkiveClient(http_client=own) as client:
            assert "pinarkive" in (client.system.health().status or "")
        assert not own.is_closed


@pytest.mark.parametrize("path", ["", "/a//b", "/../x", "/a?b=c", "https://elsewhere.example/x"])
def test_paths_that_no_endpoint_has(client: PinarkiveClient, path: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        client.request("GET", path)
    assert caught.value.field == "path"


def test_a_repr_shows_four_characters_at_most(client: PinarkiveClient) -> None:
    assert KEY[-4:] in repr(client)
    assert KEY[-5:] not in repr(client)
