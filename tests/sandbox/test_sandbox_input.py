"""Whatever comes in: an answer of the documented form, and never a 500."""

import json
import re
from typing import Any

import httpx
import pytest

from pinarkive import models
from pinarkive.inputs import Scope
from pinarkive.models import Endpoint
from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.routes import ROUTES

from .raw import BOUNDARY, MULTIPART, UNKNOWN_CID, api_client, exchange, form, part, post_form

ENDPOINTS: list[Endpoint] = [
    value.endpoint
    for value in vars(models).values()
    if isinstance(value, type) and issubclass(value, models.Request) and value is not models.Request
]
NAMES = [f"{endpoint.method} {endpoint.path}" for endpoint in ENDPOINTS]


def fill(path: str) -> str:
    for name, value in {"cid": UNKNOWN_CID, "gateway": "coingate"}.items():
        path = path.replace(f"{{{name}}}", value)
    return re.sub(r"{\w+}", "nothing", path)


def assert_documented(answer: httpx.Response, status: int) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert answer.status_code == status, body
    assert body["error"]
    assert body["message"]
    assert answer.headers["content-type"] == "application/json"
    return body


def test_every_request_model_has_a_route() -> None:
    assert len(ENDPOINTS) == 55
    # The token of a session may also be in the body, so that the route looks for itself.
    routes = {each._replace(auth=True) for each in ROUTES}
    assert {each._replace(auth=True) for each in ENDPOINTS} == routes


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMES)
@pytest.mark.parametrize("slash", ["", "/"])
def test_both_slash_forms_are_answered_directly(
    shared_api: httpx.Client, endpoint: Endpoint, slash: str
) -> None:
    path = fill(endpoint.path).rstrip("/") + slash
    answer = shared_api.request(endpoint.method, path, headers={"Accept": "*/*"})
    # An API token may not do what is a session's to do, and payments are switched off.
    without: set[int] = {401, 403, 503} if endpoint.auth and endpoint.scope is None else set()
    assert answer.status_code in {200, 201, 400, 404} | without
    assert "no such endpoint" not in answer.text


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMES)
def test_credentials_are_asked_for_where_the_model_says(
    gateway: httpx.Client, endpoint: Endpoint
) -> None:
    answer = gateway.request(endpoint.method, f"/api/v3{fill(endpoint.path)}")
    assert (answer.status_code == 401) == endpoint.auth


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMES)
def test_the_scope_is_the_one_of_the_model(
    shared: Sandbox, shared_api: httpx.Client, endpoint: Endpoint
) -> None:
    scopes = [scope.value for scope in Scope if scope != endpoint.scope]
    name = f"without the scope of {endpoint.method} {endpoint.path}"
    made = shared_api.post("/tokens/generate", json={"name": name, "scopes": scopes})
    with api_client(shared, made.json()["token"]) as client:
        answer = client.request(endpoint.method, fill(endpoint.path))
    if endpoint.scope is None:
        assert answer.json().get("code") != "missing_scope" if answer.is_error else True
        return
    body = assert_documented(answer, 403)
    assert body["error"] == "Forbidden"
    assert body["code"] == "missing_scope"
    assert body["required"] == endpoint.scope
    assert body["message"] == f"Missing scope: {endpoint.scope}"


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=NAMES)
def test_another_method_is_405(shared_api: httpx.Client, endpoint: Endpoint) -> None:
    answer = shared_api.request("PATCH", fill(endpoint.path))
    assert_documented(answer, 405)
    assert endpoint.method in answer.headers["allow"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v3/nothing", 404),
        ("/api/v3/files/nothing/here/at/all", 404),
        ("/api/v3//health", 404),
        ("/api/v3/users/../health", 404),
        ("/nothing", 404),
        ("/favicon.ico", 404),
        ("/api", 404),
        ("/api/v4/health", 404),
        ("/api/v3/status/%zz", 400),
        ("/api/v3/status/%", 400),
        ("/api/v3/status/%ff%fe", 400),
        ("/api/v3/status/%00", 400),
        ("/api/v3/status/not-a-cid", 400),
        ("/api/v3/status/..", 400),
        ("/api/v3/status/" + "b" * 10_000, 400),
        (f"/api/v3/status/{UNKNOWN_CID}%2F", 400),
        (f"/api/v3/status/{UNKNOWN_CID}?cl=%ff", 400),
        (f"/api/v3/status/{UNKNOWN_CID}?cl=cl9-moon", 403),
        (f"/api/v3/allocations/{UNKNOWN_CID}", 404),
        (f"/api/v3/status/allocations/{UNKNOWN_CID}", 404),
        ("/ipfs/", 404),
        ("/ipfs/not-a-cid", 400),
        ("/ipfs/%00", 400),
        (f"/ipfs/{UNKNOWN_CID}", 404),
        (f"/ipfs/{UNKNOWN_CID}/../../etc/passwd", 404),
    ],
)
def test_odd_paths(shared: Sandbox, path: str, status: int) -> None:
    # Raw, since HTTP clients tidy paths up.
    request = f"GET {path} HTTP/1.1\r\nHost: x\r\nX-API-Key: {shared.api_key}\r\n\r\n"
    head, _, body = exchange(shared, request.encode()).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert json.loads(body)["error"]
    assert b"x-request-id: " in head


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_older_versions_are_gone(gateway: httpx.Client, version: str, method: str) -> None:
    answer = gateway.request(method, f"/api/{version}/files")
    body = assert_documented(answer, 410)
    assert body["error"] == "api_version_deprecated"
    assert body["currentApiBase"] == "/api/v3"
    assert "code" not in body


@pytest.mark.parametrize(
    "query",
    ["page=abc", "page=0", "page=-1", "page=1.5", "page=", "page=%31%FF", "page=²", "page=1e3",
     "limit=abc", "limit=0", "limit=-1", f"limit={10**30}", f"page={10**30}", "limit=%2B5",
     "limit=true", "hasExpiration=maybe", "hasExpiration=", "cid=no", "cid=", "parentCid=%00",
     f"page={'9' * 5000}"],
)  # fmt: skip
def test_odd_queries_are_400(shared_api: httpx.Client, query: str) -> None:
    assert_documented(shared_api.get(f"/users/me/uploads?{query}"), 400)


NO_JSON_OBJECT = [
    b"{",
    b"nothing",
    b"[]",
    b"null",
    b'"text"',
    b"1",
    b'{"name": "a"} trailing',
    b"\xff\xfe",
    b'{"name": "\xff"}',
    b'{"name": "\\ud800"}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    b"\x00",
    b" ",
]


@pytest.mark.parametrize("body", NO_JSON_OBJECT)
@pytest.mark.parametrize(
    "path",
    ["/auth/login", "/auth/2fa/verify-login", "/tokens/generate", "/files/directory",
     f"/files/pin/{UNKNOWN_CID}"],
)  # fmt: skip
def test_what_is_no_json_object_is_400(shared_api: httpx.Client, path: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert_documented(shared_api.post(path, content=body, headers=headers), 400)


def test_a_revocation_reads_its_body_with_the_same_care(shared_api: httpx.Client) -> None:
    answer = shared_api.request(
        "DELETE", "/tokens/revoke/x", content=b"{", headers={"Content-Type": "application/json"}
    )
    assert_documented(answer, 400)


def test_a_huge_json_body_is_413(shared_api: httpx.Client) -> None:
    answer = shared_api.post("/tokens/generate", json={"name": "a" * 2_000_000})
    assert assert_documented(answer, 413)["code"] == "FILE_TOO_LARGE"


def test_json_of_another_content_type_is_400(shared_api: httpx.Client) -> None:
    answer = shared_api.post(
        "/tokens/generate", content=b'{"name":"a"}', headers={"Content-Type": "text/plain"}
    )
    assert_documented(answer, 400)


WRONG_VALUES: list[object] = [1, 1.5, True, [], {}, ["a"], {"a": 1}, 10**400]


@pytest.mark.parametrize("value", WRONG_VALUES, ids=lambda value: repr(value)[:20])
@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/auth/login", {"email": "a@b.test", "password": "x"}, "email"),
        ("/auth/login", {"email": "a@b.test", "password": "x"}, "password"),
        ("/auth/2fa/verify-login", {"temporaryToken": "x", "code": "000000"}, "temporaryToken"),
        ("/auth/2fa/verify-login", {"temporaryToken": "x", "code": "000000"}, "code"),
        ("/tokens/generate", {"name": "wrong"}, "name"),
        ("/tokens/generate", {"name": "wrong"}, "label"),
        ("/files/directory", {"dirPath": "/data/example"}, "dirPath"),
        ("/files/directory", {"dirPath": "/data/example"}, "cl"),
        ("/files/directory", {"dirPath": "/data/example"}, "timelock"),
        (f"/files/pin/{UNKNOWN_CID}", {}, "originalName"),
        (f"/files/pin/{UNKNOWN_CID}", {}, "customName"),
        (f"/files/pin/{UNKNOWN_CID}", {}, "cl"),
        (f"/files/pin/{UNKNOWN_CID}", {}, "timelock"),
    ],
)
def test_a_value_of_another_type_is_400(
    shared_api: httpx.Client, path: str, body: dict[str, object], field: str, value: object
) -> None:
    text = json.dumps({**body, field: value})
    answer = shared_api.post(path, content=text, headers={"Content-Type": "application/json"})
    assert_documented(answer, 400)


@pytest.mark.parametrize(
    "values",
    [
        {"name": None},
        {"name": ""},
        {"name": " a"},
        {"name": "a\x00"},
        {"name": "a" * 101},
        {"name": "x", "scopes": "files:read"},
        {"name": "x", "scopes": ["files:everything"]},
        {"name": "x", "scopes": [1]},
        {"name": "x", "scopes": {}},
        {"name": "x", "expiresInDays": 0},
        {"name": "x", "expiresInDays": -1},
        {"name": "x", "expiresInDays": 1.5},
        {"name": "x", "expiresInDays": True},
        {"name": "x", "expiresInDays": "30"},
        {"name": "x", "expiresInDays": 10**30},
    ],
)
def test_tokens_are_not_made_of_bad_values(
    shared_api: httpx.Client, values: dict[str, object]
) -> None:
    assert_documented(shared_api.post("/tokens/generate", json=values), 400)


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (None, b""),
        (None, b"data"),
        ("text/plain", b"data"),
        ("application/json", b"{}"),
        ("application/x-www-form-urlencoded", b"file=a"),
        ("multipart/form-data", form(part('name="file"; filename="a"'))),
        ("multipart/form-data; boundary=", form(part('name="file"; filename="a"'))),
        ("multipart/form-data; boundary=" + "a" * 300, b"data"),
        ("multipart/form-data; boundary=other", form(part('name="file"; filename="a"'))),
        (MULTIPART, b""),
        (MULTIPART, b"garbage"),
        (MULTIPART, b"\r\n" * 1000),
        (MULTIPART, form()),
        (MULTIPART, part('name="file"; filename="a"')),
        (MULTIPART, form(part('name="file"; filename="a"'))[:-6]),
        (MULTIPART, form(part('name="file"; filename="a"')).replace(b"\r\n", b"\n")),
        (MULTIPART, form(part('name="file"'))),
        (MULTIPART, form(part('name="file"; filename=""'))),
        (MULTIPART, form(part('name="file"', media_type="application/octet-stream"))),
        (MULTIPART, form(part('filename="a"'))),
        (MULTIPART, form(part('name=""; filename="a"'))),
        (MULTIPART, form(part(b'name="file"; filename="\xff"'))),
        (MULTIPART, form(part('name="file"; filename="a\x00b"'))),
        (MULTIPART, form(part('name="file"; filename=".."'))),
        (MULTIPART, form(part('name="file"; filename="' + "a" * 20_000 + '"'))),
        (MULTIPART, form(part('name="cl"', b"\xff"), part('name="file"; filename="a"'))),
        (MULTIPART, form(part('name="cl"'), part('name="cl"'), part('name="file"; filename="a"'))),
        (MULTIPART, form(part('name="timelock"', b"soon"), part('name="file"; filename="a"'))),
        (MULTIPART, form(part('name="note"', b"a" * 2_000_000))),
        (MULTIPART, form(*(part(f'name="f{number}"') for number in range(2_000)))),
        (MULTIPART, f"--{BOUNDARY}\r\n\r\ndata\r\n--{BOUNDARY}--\r\n".encode()),
        (MULTIPART, f"--{BOUNDARY}\r\nno header\r\n\r\ndata\r\n--{BOUNDARY}--\r\n".encode()),
        (MULTIPART, f"--{BOUNDARY}\r\n".encode() + b"A: b\r\n" * 1_000 + b"\r\n"),
    ],
)
@pytest.mark.parametrize("path", ["/files/", "/files/directory-dag"])
def test_bad_uploads_are_400(
    shared_api: httpx.Client, path: str, content_type: str | None, body: bytes
) -> None:
    body = body.replace(b'name="file"', b'name="files"') if "dag" in path else body
    headers = {"Content-Type": content_type} if content_type is not None else {}
    assert_documented(shared_api.post(path, content=body, headers=headers), 400)


@pytest.mark.parametrize(
    ("path", "disposition"),
    [
        ("/files/", 'name="other"; filename="a"'),
        ("/files/", 'name="files"; filename="a"'),
        ("/files/directory-dag", 'name="files[]"; filename="a"'),
        ("/files/directory-dag", 'name="files[0][content]"; filename="a"'),
        ("/files/directory-dag", 'name="file"; filename="a"'),
    ],
)
def test_a_file_under_another_name_is_unexpected(
    shared_api: httpx.Client, path: str, disposition: str
) -> None:
    answer = shared_api.post(
        path, content=form(part(disposition)), headers={"Content-Type": MULTIPART}
    )
    assert assert_documented(answer, 400)["code"] == "LIMIT_UNEXPECTED_FILE"


def test_two_files_for_one_are_unexpected(shared_api: httpx.Client) -> None:
    body = form(part('name="file"; filename="a"'), part('name="file"; filename="b"'))
    answer = shared_api.post("/files/", content=body, headers={"Content-Type": MULTIPART})
    assert assert_documented(answer, 400)["code"] == "LIMIT_UNEXPECTED_FILE"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-API-Key": ""},
        {"X-API-Key": "nothing"},
        {"X-API-Key": "ñ".encode()},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer nothing"},
        {"Authorization": "Basic dXNlcjpwYXNz"},
    ],
)
def test_unknown_credentials_are_401(
    gateway: httpx.Client, headers: dict[str, str | bytes]
) -> None:
    encoded = [
        (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in headers.items()
    ]
    answer = gateway.get("/api/v3/users/me", headers=encoded)
    assert assert_documented(answer, 401)["code"] in {"UNAUTHORIZED", "INVALID_API_KEY"}


def test_a_refused_caller_learns_nothing_of_the_input(gateway: httpx.Client) -> None:
    # The order of checks: who calls comes before what is sent.
    answer = gateway.post("/api/v3/tokens/generate", content=b"{")
    assert_documented(answer, 401)


def test_what_is_no_http_is_refused_quietly(
    shared: Sandbox, capfd: pytest.CaptureFixture[str]
) -> None:
    assert exchange(shared, b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/auth/forgot-password", {"email": "useratexample.com"}),
        ("POST", "/auth/resend-verification", {"email": "ada@"}),
        ("POST", "/auth/signup", {"name": "Ada", "email": "a b@c.d", "password": "long enough"}),
        ("PUT", "/users/me", {"birthDate": "20000101"}),
        ("PUT", "/users/me", {"birthDate": "2000-01-01T00:00:00Z"}),
        ("PUT", "/users/me/preferences", {"language": None}),
        ("PUT", "/users/me/preferences", {"country": ""}),
        ("POST", "/tokens/generate", {"name": "x", "expiresInDays": None}),
        ("POST", "/tokens/generate", {"name": "x", "scopes": []}),
        ("POST", "/tokens/generate", {"name": "x", "scopes": None}),
        ("POST", "/tokens/generate", {"name": "x", "totpCode": "12345"}),
        ("POST", "/tokens/generate", {"name": "x", "twoFactorCode": 123456}),
        ("GET", "/users/me/logs?type=", None),
        ("GET", "/users/me/logs?limit=101", None),
        ("GET", "/users/me/uploads?limit=1001", None),
        ("GET", "/users/me/uploads?page=9007199254740992", None),
        ("GET", f"/status/{UNKNOWN_CID}?cl=", None),
    ],
)
def test_what_the_schemas_refuse_is_refused(
    shared_api: httpx.Client, method: str, path: str, body: object
) -> None:
    assert_documented(shared_api.request(method, path, json=body), 400)


def test_what_the_schemas_allow_is_taken(api: httpx.Client) -> None:
    made = api.post("/tokens/generate", json={"name": "a", "expiresInDays": 2**53 - 1})
    assert made.json()["expiresAt"] > "8000"
    whole = api.post("/tokens/generate", json={"name": "b", "expiresInDays": 1.0})
    assert whole.status_code == 201
    assert api.get("/users/me/uploads?page=9007199254740991").json()["uploads"] == []
    other, file = part('name="other"'), part('name="file"; filename="a"')
    assert post_form(api, "/files/", other, other, file).status_code == 201
    assert api.put("/users/me", json={"birthDate": "2000-02-29"}).status_code == 200


def test_a_payment_gateway_that_there_is_not_is_not_found(api: httpx.Client) -> None:
    for gateway, status in (("coingate", 503), ("another", 404)):
        assert_documented(api.post(f"/payments/{gateway}/create", json={"planId": "x"}), status)
    token = api.post("/tokens/generate", json={"name": "a", "scopes": ["plans:read"]}).json()
    headers = {"Authorization": f"Bearer {token['token']}"}
    refused = api.post("/payments/coingate/create", json={"planId": "x"}, headers=headers)
    assert assert_documented(refused, 403)["required"] == "plans:write"
