"""An answer on its way in."""

import json
import pickle
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinarkive import (
    APIResponseError,
    AuthenticationError,
    GetMe,
    Login,
    NotFoundError,
    PinarkiveError,
    RateLimitError,
    RedirectError,
    RemoveFile,
    ServerError,
)
from pinarkive._core.decode import Answer, rate_limit, read_answer, request_id
from pinarkive._core.encode import Outgoing, encode
from pinarkive._core.read import read_body
from pinarkive._core.redact import redact
from pinarkive.config import Config, Credential

NOW = datetime(2030, 1, 1, tzinfo=UTC)
KEY = "the-secret-key-of-this-test"
CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
OUTGOING = encode(GetMe(), Config(credential=Credential("api_key", KEY)))


def answer(status: int = 200, body: bytes = b"", **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, names, body, NOW)


def read(found: Answer, outgoing: Outgoing = OUTGOING) -> object:
    return read_answer(found, outgoing, partial(read_body, GetMe()))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_json_in_any_of_its_encodings(encoding: str) -> None:
    body = json.dumps({"id": "ü"}, ensure_ascii=False).encode(encoding)
    assert getattr(read(answer(body=body)), "id") == "ü"  # noqa: B009


@pytest.mark.parametrize(
    "body",
    [
        '{"id":"ü"}'.encode("latin-1"),
        b'{"id":"\xff"}',
        b'{"id":"\\ud800"}',
        b"{",
        b"[" * 100_000,
        b'{"id":' + b"9" * 10_000,
        b"nonsense",
        b"\x00\x00\x00",
    ],
    ids=["latin-1", "invalid", "surrogate", "cut", "deep", "long", "text", "nul"],
)
def test_what_is_no_json_says_so_and_shows_the_start(body: bytes) -> None:
    with pytest.raises(APIResponseError) as caught:
        read(answer(body=body))
    assert caught.value.status_code == 200
    assert len(str(caught.value)) < 1500


@given(st.integers(100, 999), st.binary(max_size=300), st.text(max_size=40))
def test_whatever_comes_only_errors_of_the_tree_come_out(
    status: int, body: bytes, header: str
) -> None:
    found = answer(
        status,
        body,
        retry_after=header,
        content_type=header,
        location=header,
        x_ratelimit_reset=header,
        x_ratelimit_limit=header,
    )
    rate_limit(found)
    try:
        read(found)
    except PinarkiveError as error:
        assert error.status_code == status
        assert str(error)


@pytest.mark.parametrize("status", [300, 304, 399, 600, 999, 100])
def test_other_statuses_are_no_success(status: int) -> None:
    with pytest.raises(APIResponseError):
        read(answer(status, b'{"id":"u"}'))


def test_an_encoded_answer_is_refused() -> None:
    with pytest.raises(APIResponseError, match="gzip"):
        read(answer(body=b'{"id":"u"}', content_encoding="gzip"))
    assert read(answer(body=b'{"id":"u"}', content_encoding="identity"))


def test_a_redirect_names_both_origins() -> None:
    with pytest.raises(RedirectError, match=r"api\.pinarkive\.com.*https://other\.example") as got:
        read(answer(307, location="https://other.example/x"))
    assert got.value.location == "https://other.example/x"


@pytest.mark.parametrize("location", ["", "ftp://x", "javascript:1", "https://[", "x" * 10_000])
def test_odd_locations(location: str) -> None:
    with pytest.raises(RedirectError):
        read(answer(301, location=location))


@pytest.mark.parametrize(
    "location",
    [
        f"https://{KEY[:9]}\t{KEY[9:]}/x",
        f"https://{KEY.upper()}/x",
        f"https://{KEY[:9]}\n{KEY[9:]}",
        f"https://me:{KEY}@x",
    ],
    ids=["tab", "capitals", "line", "user"],
)
def test_a_location_that_becomes_the_secret_is_hidden(location: str) -> None:
    with pytest.raises(RedirectError) as caught:
        read(answer(301, location=location))
    assert KEY not in str(vars(caught.value)) + str(caught.value)


def test_a_secret_is_hidden_before_what_holds_it_is_cut() -> None:
    with pytest.raises(APIResponseError) as caught:
        read(answer(body=b"{}", content_encoding=f"{'x' * 25}{KEY}"))
    assert KEY[:10] not in str(caught.value)


def test_a_long_secret_is_hidden_where_the_body_is_cut_for_the_excerpt() -> None:
    token = "".join(f"{number:04x}" for number in range(175))
    outgoing = encode(GetMe(), Config(credential=Credential("token", token)))
    with pytest.raises(APIResponseError) as caught:
        read(answer(body=b"<" + token.encode() * 6), outgoing)
    assert token[:12] not in str(caught.value)


def test_retry_after_is_the_larger_of_header_and_body() -> None:
    for header, body, expected in [
        ("3", {"retryAfter": 5}, 5),
        ("7", {"retryAfter": 5}, 7),
        ("7", {"retryAfter": "soon"}, 7),
        ("Tue, 01 Jan 2030 00:00:09 GMT", {}, 9),
        ("Mon, 01 Jan 2029 00:00:00 GMT", {}, 0),
        ("", {"retryAfter": 1.2}, 2),
        ("", {}, None),
    ]:
        with pytest.raises(RateLimitError) as caught:
            read(answer(429, json.dumps(body).encode(), retry_after=header))
        assert caught.value.retry_after == expected


def test_secrets_are_hidden_wherever_they_come_back() -> None:
    body = {"message": f"key {KEY} is bad", "list": [KEY, {KEY: KEY}], "n": 1, KEY: 1}
    with pytest.raises(PinarkiveError) as caught:
        read(answer(401, json.dumps(body).encode()))
    assert KEY not in str(vars(caught.value)) + str(caught.value)
    assert caught.value.body["n"] == 1
    with pytest.raises(APIResponseError) as unusable:
        read(answer(200, f"<html>{KEY}</html>".encode(), content_type="text/html"))
    assert KEY not in str(unusable.value)
    assert redact(5, (KEY,)) == 5


PAGE = b"<html>\n<head><title>502 Bad Gateway</title></head>\n<body>nginx</body>\n</html>\n"


def test_a_web_page_is_told_in_one_line_and_kept() -> None:
    with pytest.raises(ServerError) as caught:
        read(answer(502, PAGE, content_type="text/html; charset=utf-8"))
    assert str(caught.value) == (
        "[502] Bad Gateway (a web page, 78 bytes: a proxy may have answered)"
    )
    assert caught.value.text == PAGE.decode()
    assert pickle.loads(pickle.dumps(caught.value)).text == PAGE.decode()  # noqa: S301
    with pytest.raises(PinarkiveError) as without_reason:
        read(answer(599, PAGE, content_type="text/html"))
    assert str(without_reason.value).startswith("[599] (a web page, 78 bytes")


REFUSED = b'{"message": "Invalid or missing API key"}'


@pytest.mark.parametrize(
    ("credential", "told"),
    [
        (Credential("api_key", KEY), "the API key ****test given as api_key="),
        (Credential("token", "short"), "the token **** given as token="),
        (
            Credential("token", KEY, is_from_environment=True),
            "the token ****test from PINARKIVE_TOKEN",
        ),
        (
            Credential("api_key", "x" * 15, is_from_environment=True),
            "the API key **** from PINARKIVE_API_KEY",
        ),
    ],
)
def test_a_refused_credential_is_told_by_its_end_and_where_it_came_from(
    credential: Credential, told: str
) -> None:
    outgoing = encode(GetMe(), Config(credential=credential))
    with pytest.raises(AuthenticationError) as caught:
        read(answer(401, REFUSED), outgoing)
    where = "https://api.pinarkive.com/api/v3"
    assert str(caught.value) == (f"[401] Invalid or missing API key (sent to {where} with {told})")
    assert caught.value.message == "Invalid or missing API key"
    assert credential.secret not in repr(vars(caught.value))


def test_a_wrong_password_says_nothing_of_credentials() -> None:
    login = Login(email="a@example.com", password="wrong")
    outgoing = encode(login, Config(credential=Credential("api_key", KEY)))
    with pytest.raises(AuthenticationError) as caught:
        read(answer(401, REFUSED), outgoing)
    assert str(caught.value) == "[401] Invalid or missing API key"


def test_text_of_several_lines_is_told_in_one() -> None:
    text = b"upstream connect error\n  or disconnect\n\nreset"
    with pytest.raises(ServerError) as caught:
        read(answer(503, text, content_type="text/plain"))
    assert str(caught.value) == "[503] upstream connect error or disconnect reset"
    assert caught.value.text == text.decode()
    with pytest.raises(ServerError) as told:
        read(answer(500, b'{"message": "no"}', content_type="text/html"))
    assert (str(told.value), told.value.text) == ("[500] no", "")


def test_the_hint_and_the_doubt_of_a_failed_write() -> None:
    request = RemoveFile(cid=CID)
    outgoing = encode(request, Config(credential=Credential("api_key", KEY)))
    with pytest.raises(ServerError) as caught:
        read_answer(answer(500), outgoing, partial(read_body, request))
    assert caught.value.sent == "maybe"
    with pytest.raises(NotFoundError) as missing:
        read_answer(answer(404), outgoing, partial(read_body, request))
    assert missing.value.sent == "yes"
    assert read_answer(
        answer(404), outgoing, partial(read_body, request), gone_is_done=True
    ).removed


def test_the_rate_limit_of_the_headers() -> None:
    assert rate_limit(answer()) is None
    for reset, expected in [
        ("60", datetime(2030, 1, 1, 0, 1, tzinfo=UTC)),
        ("1893456060", datetime(2030, 1, 1, 0, 1, tzinfo=UTC)),
        ("2030-01-01T01:01:00+01:00", datetime(2030, 1, 1, 0, 1, tzinfo=UTC)),
        ("soon", None),
    ]:
        found = rate_limit(answer(x_ratelimit_limit="100", ratelimit_reset=reset))
        assert found is not None
        assert (found.limit, found.remaining, found.reset) == (100, None, expected)


def test_the_name_of_the_exchange() -> None:
    assert request_id(answer(x_request_id="r-1"), OUTGOING) == "r-1"
    assert request_id(answer(), OUTGOING) is None
    with pytest.raises(NotFoundError) as caught:
        read(answer(404, x_request_id="r-2"))
    assert caught.value.request_id == "r-2"
