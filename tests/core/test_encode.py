"""A request on its way out."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinarkive import (
    GenerateToken,
    GetMe,
    GetStatus,
    InvalidInputError,
    ListLogs,
    ListUploads,
    Login,
    MissingCredentialsError,
    PinCid,
    Replay,
    Request,
    RevokeToken,
    UploadFile,
    UploadServerDirectory,
)
from pinarkive._core.encode import (
    check_method,
    check_path,
    encode,
    encode_plain,
    encode_segment,
    time_limit,
    with_default_cluster,
)
from pinarkive._core.multipart import Multipart
from pinarkive._io.measured import new_boundary, parts_of
from pinarkive.config import Config, Credential

CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
CONFIG = Config(base_url="https://x.example/api/v3", credential=Credential("api_key", "secret"))
LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)

EXCHANGES: list[tuple[Request[Any], str, str, bytes | None]] = [
    (GetMe(), "GET", "/users/me", None),
    (ListUploads(), "GET", "/users/me/uploads?page=1&limit=20", None),
    (
        ListUploads(page=2, limit=5, parent_cid=CID, has_expiration=True, cid=CID),
        "GET",
        f"/users/me/uploads?page=2&limit=5&parentCid={CID}&hasExpiration=true&cid={CID}",
        None,
    ),
    (GetStatus(cid=CID, cluster_id="cl0"), "GET", f"/status/{CID}?cl=cl0", None),
    (
        ListLogs(page=1, limit=5, type="INFO", action="login", source="WEB"),
        "GET",
        "/users/me/logs?page=1&limit=5&type=INFO&action=login&source=WEB",
        None,
    ),
    (PinCid(cid=CID), "POST", f"/files/pin/{CID}", b"{}"),
    (
        PinCid(cid=CID, original_name="o", custom_name="ü", timelock=LATER),
        "POST",
        f"/files/pin/{CID}",
        b'{"originalName":"o","customName":"\\u00fc","timelock":"%b"}'
        % LATER.isoformat().replace("+00:00", "Z").encode(),
    ),
    (
        GenerateToken(name="n", scopes=["files:read"], expires_in_days=3, totp_code="012345"),
        "POST",
        "/tokens/generate",
        b'{"name":"n","expiresInDays":3,"scopes":["files:read"],"totpCode":"012345"}',
    ),
    (RevokeToken(name="a b/c?d#e%"), "DELETE", "/tokens/revoke/a%20b%2Fc%3Fd%23e%25", None),
    (
        RevokeToken(name="n", totp_code="012345"),
        "DELETE",
        "/tokens/revoke/n",
        b'{"totpCode":"012345"}',
    ),
    (
        Login(email="a@b.example", password="pässword"),
        "POST",
        "/auth/login",
        b'{"email":"a@b.example","password":"p\\u00e4ssword"}',
    ),
    (
        UploadServerDirectory(dir_path="/data", cluster_id="cl0"),
        "POST",
        "/files/directory",
        b'{"dirPath":"/data","cl":"cl0"}',
    ),
]


@pytest.mark.parametrize(
    ("request_", "method", "target", "body"),
    EXCHANGES,
    ids=[f"{type(row[0]).__name__}-{number}" for number, row in enumerate(EXCHANGES)],
)
def test_what_goes_over_the_wire(
    request_: Request[Any], method: str, target: str, body: bytes | None
) -> None:
    outgoing = encode(request_, CONFIG)
    headers = dict(outgoing.headers)
    assert (outgoing.method, outgoing.url) == (method, CONFIG.base_url + target)
    assert outgoing.body == body
    assert headers.get("Content-Length") == (str(len(body)) if body is not None else None)
    assert headers.get("Content-Type") == ("application/json" if body is not None else None)
    assert headers.get("X-API-Key") == ("secret" if request_.endpoint.auth else None)


@pytest.mark.parametrize(
    ("request_", "replay"),
    [
        (GetMe(), Replay.ALWAYS),
        (PinCid(cid=CID), Replay.WHEN_REFUSED),
        (GenerateToken(name="n"), Replay.WHEN_REFUSED),
        (GenerateToken(name="n", totp_code="012345"), Replay.NEVER),
        (RevokeToken(name="n"), Replay.ALWAYS),
        (RevokeToken(name="n", totp_code="012345"), Replay.NEVER),
        (Login(email="a@b.example", password="p"), Replay.NEVER),
    ],
)
def test_when_it_may_go_again(request_: Request[Any], replay: Replay) -> None:
    assert encode(request_, CONFIG).replay is replay


def test_an_upload_has_fields_first_and_its_length() -> None:
    request = UploadFile(file=b"abc", filename="n", cluster_id="cl0", timelock=LATER)
    outgoing = encode(request, CONFIG, parts=parts_of(request), boundary=new_boundary())
    body = outgoing.body
    assert isinstance(body, Multipart)
    assert [name for name, _ in body.fields] == ["cl", "timelock"]
    headers = dict(outgoing.headers)
    assert headers["Content-Length"] == str(body.length)
    assert headers["Content-Type"] == body.content_type
    assert "Transfer-Encoding" not in headers


@pytest.mark.parametrize(
    ("timeout", "size", "limit"),
    [(60.0, 0, 300), (600.0, 0, 600), (60.0, 256 * 1024 * 100, 400), (None, 10, None)],
)
def test_an_upload_has_time_for_its_size(
    timeout: float | None, size: int, limit: float | None
) -> None:
    request = UploadFile(file=bytes(size))
    config = Config(credential=CONFIG.credential, timeout=timeout)
    outgoing = encode(request, config, parts=parts_of(request), boundary=new_boundary())
    found = time_limit(outgoing, config)
    assert found == limit if limit is None else found == pytest.approx(limit, abs=0.1)
    read = encode(GetMe(), config)
    assert time_limit(read, config) == timeout


def test_the_clients_cluster_fills_a_gap_only() -> None:
    assert with_default_cluster(PinCid(cid=CID), "cl1") == PinCid(cid=CID, cluster_id="cl1")
    given_one = PinCid(cid=CID, cluster_id="cl2")
    assert with_default_cluster(given_one, "cl1") is given_one
    assert with_default_cluster(GetMe(), "cl1") == GetMe()
    assert with_default_cluster(PinCid(cid=CID), None) == PinCid(cid=CID)


def test_without_a_credential_nothing_goes_out() -> None:
    with pytest.raises(MissingCredentialsError, match="PINARKIVE_API_KEY"):
        encode(GetMe(), Config())


@given(st.text(min_size=1))
def test_a_segment_stays_one_segment_or_is_refused(text: str) -> None:
    try:
        segment = encode_segment(text, "name")
    except InvalidInputError as error:
        assert error.field == "name"
    else:
        assert segment not in {"", ".", ".."}
        assert not set(segment) & set("/?#\\% \r\n") - {"%"}


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/users/me", "/users/me"),
        ("plans/", "/plans/"),
        ("/a b/ü%20", "/a%20b/%C3%BC%2520"),
    ],
)
def test_a_plain_path_is_plain_text(path: str, target: str) -> None:
    assert encode_plain(CONFIG, "GET", check_path(path)).url == CONFIG.base_url + target


def test_a_plain_request_of_each_kind() -> None:
    query = encode_plain(CONFIG, "GET", "/x", params={"a": True, "b": None, "c": [1, 2], "d": "ä"})
    assert query.url.partition("?")[2] == "a=true&c=1&c=2&d=%C3%A4"
    assert query.replay is Replay.ALWAYS
    null = encode_plain(CONFIG, "PUT", "/x", json_body=None, has_json=True)
    assert null.body == b"null"
    assert null.replay is Replay.WHEN_REFUSED
    form = encode_plain(CONFIG, "POST", "/x", data={"a": "1 2"})
    assert form.body == b"a=1+2"
    assert dict(form.headers)["Content-Type"] == "application/x-www-form-urlencoded"
    assert dict(encode_plain(CONFIG, "POST", "/x").headers)["Content-Length"] == "0"
    assert "X-API-Key" not in dict(encode_plain(Config(), "GET", "/x", auth=False).headers)


@pytest.mark.parametrize("value", [object(), float("nan"), {1, 2}, b"x"])
def test_what_has_no_json_form_is_refused(value: object) -> None:
    with pytest.raises(InvalidInputError) as caught:
        encode_plain(CONFIG, "POST", "/x", json_body=value, has_json=True)
    assert caught.value.field == "json"


@pytest.mark.parametrize("method", ["", "GET POST", "CONNECT", "trace", "GÉT"])
def test_methods_that_are_none(method: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        check_method(method)
    assert caught.value.field == "method"
