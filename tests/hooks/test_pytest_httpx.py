"""pytest-httpx answers for the service, for clients that know nothing of it."""

from pathlib import Path

import httpx
import pytest
from pytest_httpx import HTTPXMock

from pinarkive import (
    APIConnectionError,
    APITimeoutError,
    GetMe,
    Pin,
    PinCid,
    Upload,
    UploadFile,
    User,
)

from .calls import BASE, BOTH, CID, KEY, Kind, send


@BOTH
def test_it_answers_and_sees_what_was_sent(kind: Kind, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        url=f"{BASE}/users/me", match_headers={"X-API-Key": KEY}, json={"id": "u1"}
    )
    httpx_mock.add_response(
        method="POST",
        url=f"{BASE}/files/pin/{CID}",
        match_json={"customName": "n"},
        status_code=201,
        json={"cid": CID},
    )
    user, pinned = send(kind, GetMe(), PinCid(cid=CID, custom_name="n"))
    assert isinstance(user, User)
    assert user.id == "u1"
    assert isinstance(pinned, Pin)
    assert [request.method for request in httpx_mock.get_requests()] == ["GET", "POST"]


@BOTH
def test_it_reads_an_upload(kind: Kind, httpx_mock: HTTPXMock, tmp_path: Path) -> None:
    path = tmp_path / "hello.txt"
    path.write_bytes(b"hello" * 100_000)
    httpx_mock.add_response(method="POST", url=f"{BASE}/files/", status_code=201, json={"cid": CID})
    (upload,) = send(kind, UploadFile(file=path))
    assert isinstance(upload, Upload)
    sent = httpx_mock.get_request()
    assert sent is not None
    assert path.read_bytes() in sent.content
    assert b'filename="hello.txt"' in sent.content
    assert sent.headers["Content-Length"] == str(len(sent.content))


@BOTH
def test_its_answers_come_one_after_another(kind: Kind, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(status_code=503)
    httpx_mock.add_response(json={"id": "u1"})
    (user,) = send(kind, GetMe())
    assert isinstance(user, User)
    assert user.meta.attempts == len(httpx_mock.get_requests()) == 2


@BOTH
def test_its_errors_are_those_of_a_connection(kind: Kind, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_exception(httpx.ReadError("gone"))
    with pytest.raises(APIConnectionError) as caught:
        send(kind, PinCid(cid=CID))
    assert caught.value.sent == "maybe"
    assert caught.value.attempts == 1


@BOTH
@pytest.mark.httpx_mock(assert_all_requests_were_expected=False)
def test_a_call_that_it_does_not_expect_is_told_as_it_says_it(
    kind: Kind, httpx_mock: HTTPXMock
) -> None:
    # It says so by a timeout, and would fail the test at its end.
    with pytest.raises(APITimeoutError) as caught:
        send(kind, GetMe())
    assert str(caught.value.__cause__).startswith("No response can be found for GET request")
    assert len(httpx_mock.get_requests()) == 3
