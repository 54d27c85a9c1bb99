"""respx answers for the service, for clients that know nothing of it."""

from pathlib import Path

import httpx
import pytest
import respx

from pinarkive import APIConnectionError, GetMe, Pin, PinCid, Upload, UploadFile, User

from .calls import BASE, BOTH, CID, KEY, Kind, send


@BOTH
def test_it_answers_and_sees_what_was_sent(kind: Kind) -> None:
    with respx.mock() as router:
        me = router.get(f"{BASE}/users/me").respond(200, json={"id": "u1"})
        pin = router.post(f"{BASE}/files/pin/{CID}").respond(201, json={"cid": CID})
        user, pinned = send(kind, GetMe(), PinCid(cid=CID, custom_name="n"))
    assert isinstance(user, User)
    assert user.id == "u1"
    assert isinstance(pinned, Pin)
    assert me.calls.last.request.headers["X-API-Key"] == KEY
    assert pin.calls.last.request.content == b'{"customName":"n"}'


@BOTH
@respx.mock
def test_it_works_as_a_decorator(kind: Kind) -> None:
    respx.get(f"{BASE}/users/me").respond(200, json={"id": "u1"})
    (user,) = send(kind, GetMe())
    assert isinstance(user, User)


@BOTH
def test_it_reads_an_upload(kind: Kind, tmp_path: Path) -> None:
    path = tmp_path / "hello.txt"
    path.write_bytes(b"hello" * 100_000)
    with respx.mock() as router:
        route = router.post(f"{BASE}/files/").respond(201, json={"cid": CID})
        (upload,) = send(kind, UploadFile(file=path))
    assert isinstance(upload, Upload)
    sent: httpx.Request = route.calls.last.request
    assert path.read_bytes() in sent.content
    assert b'filename="hello.txt"' in sent.content
    assert sent.headers["Content-Length"] == str(len(sent.content))


@BOTH
def test_its_answers_come_one_after_another(kind: Kind) -> None:
    with respx.mock() as router:
        route = router.get(f"{BASE}/users/me").mock(
            side_effect=[httpx.Response(503), httpx.Response(200, json={"id": "u1"})]
        )
        (user,) = send(kind, GetMe())
    assert isinstance(user, User)
    assert user.meta.attempts == route.call_count == 2


@BOTH
def test_its_errors_are_those_of_a_connection(kind: Kind) -> None:
    with respx.mock() as router:
        router.post(f"{BASE}/files/pin/{CID}").mock(side_effect=httpx.ReadError("gone"))
        with pytest.raises(APIConnectionError) as caught:
            send(kind, PinCid(cid=CID))
    assert caught.value.sent == "maybe"
    assert caught.value.attempts == 1


@BOTH
def test_a_call_that_it_does_not_expect_is_told_as_it_says_it(kind: Kind) -> None:
    with respx.mock(), pytest.raises(AssertionError, match=r"GET.*/users/me.* not mocked"):
        send(kind, GetMe())
