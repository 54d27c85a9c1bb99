"""Faults on demand, seen by a plain client and by the SDK's own."""

import asyncio
import json
import threading
import time
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.types import Message, Scope

from pinarkive import (
    APIConnectionError,
    APIResponseError,
    PayloadTooLargeError,
    PinarkiveClient,
    RateLimitError,
    RedirectError,
    ServerError,
)
from pinarkive.sandbox import Sandbox
from pinarkive.sandbox.recording import Headers, RecordedRequest, Recorder, Recording
from pinarkive.unixfs import file_cid

from .raw import api_client, bare_client, connect


@pytest.fixture
def client(sandbox: Sandbox) -> Any:
    with PinarkiveClient(
        api_key=sandbox.api_key, base_url=sandbox.base_url, max_retries=0
    ) as client:
        yield client


def test_a_status_comes_as_often_as_it_was_told(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add(status=429, retry_after=2, times=2, method="post", path="/files")
    assert api.get("/users/me").status_code == 200
    for _ in range(2):
        refused = api.post("/files/", files={"file": ("a.txt", b"a")})
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
        assert refused.json()["retryAfter"] == 2
    assert api.get("/users/me/uploads").json()["uploads"] == []
    assert api.post("/files/", files={"file": ("a.txt", b"a")}).status_code == 201


def test_a_path_is_one_of_whole_segments(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add(status=500, path="/user", times=None)
    assert api.get("/users/me").status_code == 200
    sandbox.faults.add(status=500, path="/users/", times=None)
    assert [api.get("/users/me").status_code for _ in range(3)] == [500] * 3
    assert api.get("/health").status_code == 200
    sandbox.faults.clear()
    assert api.get("/users/me").status_code == 200


def test_the_first_that_fits_happens(sandbox: Sandbox, api: httpx.Client) -> None:
    sandbox.faults.add(status=503, path="/users")
    sandbox.faults.add(status=500, json={"error": "mine"})
    assert api.get("/health").json() == {"error": "mine"}
    assert api.get("/users/me").status_code == 503
    assert api.get("/users/me").status_code == 200


def test_json_without_a_status_is_a_success(sandbox: Sandbox, client: PinarkiveClient) -> None:
    sandbox.faults.add(json={"status": "odd"}, path="/health")
    assert client.system.health().status == "odd"


def test_a_dropped_connection_was_read_to_its_end(
    sandbox: Sandbox, client: PinarkiveClient
) -> None:
    sandbox.faults.add(drop=True, path="/files")
    data = b"x" * 3_000_000
    with pytest.raises(APIConnectionError) as caught:
        client.files.upload(data)
    assert caught.value.sent == "maybe"
    [request] = sandbox.requests
    assert (request.status, request.body) == (None, None)
    assert request.size > len(data)
    assert client.users.uploads().total == 0


def test_a_truncated_answer_was_carried_out(sandbox: Sandbox, client: PinarkiveClient) -> None:
    sandbox.faults.add(truncate=True, path="/files")
    with pytest.raises(APIConnectionError):
        client.files.upload(b"cut")
    assert client.users.uploads().total == 1
    sandbox.faults.add(truncate=True, path="/ipfs")
    with connect(sandbox) as connection:
        line = f"GET /ipfs/{file_cid(b'cut')} HTTP/1.1\r\nHost: localhost\r\n\r\n"
        connection.sendall(line.encode())
        head, body = read_all(connection).split(b"\r\n\r\n", 1)
    assert b"content-length: 3" in head.lower()
    assert body == b"c"
    assert [each.answer for each in sandbox.requests if each.path.startswith("/ipfs")] == [None]


def read_all(connection: Any) -> bytes:
    answer = b""
    while data := connection.recv(65536):
        answer += data
    return answer


def test_a_page_of_a_proxy(sandbox: Sandbox, client: PinarkiveClient) -> None:
    sandbox.faults.add(html=True)
    with pytest.raises(ServerError) as caught:
        client.users.me()
    assert caught.value.status_code == 502
    sandbox.faults.add(html=True, status=200)
    with pytest.raises(APIResponseError):
        client.users.me()


def test_a_redirect(sandbox: Sandbox, client: PinarkiveClient) -> None:
    sandbox.faults.add(redirect="https://elsewhere.example/x", status=307)
    with pytest.raises(RedirectError) as caught:
        client.users.me()
    assert (caught.value.status_code, caught.value.location) == (307, "https://elsewhere.example/x")


def test_an_early_413_comes_before_the_body(sandbox: Sandbox, client: PinarkiveClient) -> None:
    sandbox.faults.add(early_413=True)
    with connect(sandbox) as connection:
        head = "POST /api/v3/files/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
        connection.sendall(head.encode())
        assert read_all(connection).startswith(b"HTTP/1.1 413 ")
    sandbox.faults.add(early_413=True)
    with pytest.raises(PayloadTooLargeError):
        client.files.upload(b"x" * 20_000_000)


def test_a_delay_is_before_the_answer_and_stops_nobody_else(
    sandbox: Sandbox, api: httpx.Client
) -> None:
    sandbox.faults.add(delay=3600, path="/users")
    sandbox.faults.add(delay=0.05, status=500, path="/health")
    with connect(sandbox) as held:
        line = f"GET /api/v3/users/me HTTP/1.1\r\nHost: a\r\nX-API-Key: {sandbox.api_key}\r\n\r\n"
        held.sendall(line.encode())
        since = time.monotonic()
        assert api.get("/health").status_code == 500
        assert time.monotonic() - since >= 0.05
        assert api.get("/health").status_code == 200


def test_a_corrupt_cid_is_a_cid(sandbox: Sandbox, client: PinarkiveClient) -> None:
    sandbox.faults.add(corrupt=True, path="/files", times=2)
    upload = client.files.upload(b"right")
    assert upload.cid != file_cid(b"right")
    assert client.users.uploads().uploads[0].cid == file_cid(b"right")
    old = "QmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u"
    assert client.files.pin(old).cid.startswith("Qm")


def test_corrupt_bytes_of_the_gateway(sandbox: Sandbox, client: PinarkiveClient) -> None:
    data = b"\x00" * 1_000_000
    path = f"/ipfs/{client.files.upload(data).cid}"
    sandbox.faults.add(corrupt=True, path="/ipfs")
    with bare_client(sandbox.gateway_url) as gateway:
        assert gateway.get(path).content == b"\x01" + data[1:]
        assert gateway.get(path).content == data


BAD: list[dict[str, Any]] = [
    {},
    {"times": 2},
    {"status": 100},
    {"status": 299},
    {"status": 600},
    {"drop": True, "truncate": True},
    {"drop": True, "status": 500},
    {"early_413": True, "status": 500},
    {"redirect": "https://a.example", "status": 200},
    {"html": True, "json": {}},
    {"retry_after": 1},
    {"retry_after": -1, "status": 429},
    {"retry_after": float("nan"), "status": 429},
    {"retry_after": float("inf"), "status": 429},
    {"delay": -1},
    {"delay": float("nan")},
    {"delay": 4000},
    {"status": 500, "times": 0},
    {"status": 500, "path": "files"},
    {"status": 500, "path": "/api/v3/files"},
    {"status": 500, "method": ""},
    {"status": 500, "method": "PO ST"},
    {"redirect": "https://a.example/\r\nX: y"},
]


@pytest.mark.parametrize("arguments", BAD, ids=str)
def test_what_does_not_go_together_is_refused(shared: Sandbox, arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        shared.faults.add(**arguments)
    assert shared.faults.pending == []


def test_each_happens_as_often_as_told_to_many_at_once(sandbox: Sandbox) -> None:
    sandbox.faults.add(status=503, times=30, path="/health")
    statuses: list[int] = []

    def ask() -> None:
        with api_client(sandbox) as api:
            statuses.extend(api.get("/health").status_code for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(503) == 30
    assert statuses.count(200) == 30


def test_the_client_repeats_what_was_refused(sandbox: Sandbox) -> None:
    sandbox.faults.add(status=429, retry_after=61, path="/files")
    with (
        PinarkiveClient(api_key=sandbox.api_key, base_url=sandbox.base_url) as client,
        pytest.raises(RateLimitError) as caught,
    ):
        client.files.upload(b"x")
    assert caught.value.retry_after == 61


def test_what_arrived_can_be_read(sandbox: Sandbox, api: httpx.Client) -> None:
    api.post("/files/pin/QmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u?a=b%20c", json={"cl": "x"})
    api.get("/users/me%2F", headers={"authorization": "Bearer secret-text", "X-Mine": "1"})
    pin, me = sandbox.requests
    assert (pin.method, pin.query, pin.status) == ("POST", {"a": "b c"}, 403)
    assert pin.path == "/files/pin/QmWATWQ7fVPP2EFGu71UkfnqhYXDYH566qy47CnJDgvs8u"
    assert pin.body is not None
    assert json.loads(pin.body) == {"cl": "x"}
    assert (me.path, me.body, me.status) == ("/users/me%2F", b"", 404)
    assert me.answer is not None
    assert json.loads(me.answer)["message"] == "There is no such endpoint"
    assert (me.headers["x-MINE"], me.headers["Authorization"]) == ("1", "Bearer secret-text")
    for secret in ("secret-text", sandbox.api_key):
        assert secret not in repr(sandbox.requests)
    sandbox.clear_requests()
    assert sandbox.requests == []


def test_a_request_is_there_when_its_answer_is(sandbox: Sandbox, api: httpx.Client) -> None:
    cid = api.post("/files/", files={"file": ("a", b"x" * 300_000)}).json()["cid"]
    for number in range(1, 60):
        if number % 3 == 0:
            api.get("/users/me")
        elif number % 3 == 1:
            api.head("/health")
        else:
            api.get(f"{sandbox.gateway_url}/ipfs/{cid}")
        assert len(sandbox.requests) == number + 1


def arrived(number: int, answer: bytes = b"") -> RecordedRequest:
    return RecordedRequest(
        method="GET",
        path=f"/{number}",
        query={},
        headers=Headers({}),
        body=b"",
        size=0,
        status=200,
        answer=answer,
        at=datetime.now(UTC),
    )


def test_only_so_much_is_kept() -> None:
    recorder = Recorder()
    for number in range(1010):
        recorder.add(arrived(number))
    assert [recorder.requests[0].path, recorder.requests[-1].path] == ["/10", "/1009"]
    for number in range(300):
        recorder.add(arrived(number, b"x" * 65536))
    assert len(recorder.requests) == 256
    assert recorder.total == 1310


def test_a_request_is_written_down_before_the_last_byte_of_its_answer() -> None:
    recorder = Recorder()
    scope: Scope = {"method": "GET", "headers": [], "query_string": b""}
    recording = Recording(recorder, scope, "/", datetime.now(UTC))
    known: list[int] = []

    async def send(_: Message) -> None:
        known.append(recorder.total)

    async def answer() -> None:
        listened = recording.sending(send)
        length = [(b"content-length", b"2")]
        await listened({"type": "http.response.start", "status": 200, "headers": length})
        for data, more in ((b"a", True), (b"b", True), (b"", False)):
            await listened({"type": "http.response.body", "body": data, "more_body": more})

    asyncio.run(answer())
    assert known == [0, 0, 1, 1]
