from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from multiprocessing import get_context
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinarkive import errors
from pinarkive._values.read import parse_instant, parse_retry_after
from pinarkive.errors import (
    AccountDisabledError,
    APIConnectionError,
    APIResponseError,
    APIStatusError,
    APITimeoutError,
    APIVersionGoneError,
    AuthenticationError,
    BadRequestError,
    ClientClosedError,
    ConflictError,
    EmailNotVerifiedError,
    ErrorBody,
    IntegrityError,
    InvalidInputError,
    MissingCredentialsError,
    MissingScopeError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PinarkiveError,
    PinFailedError,
    RateLimitError,
    RedirectError,
    ServerError,
    ServiceUnavailableError,
    SourceChangedError,
    TwoFactorInvalidError,
    TwoFactorRequiredError,
    error_from_response,
)
from pinarkive.models import DirectoryUpload

# The tree

TREE: dict[type[PinarkiveError], tuple[type[BaseException], ...]] = {
    PinarkiveError: (Exception,),
    InvalidInputError: (PinarkiveError, ValueError),
    MissingCredentialsError: (InvalidInputError,),
    ClientClosedError: (PinarkiveError,),
    SourceChangedError: (PinarkiveError,),
    APIConnectionError: (PinarkiveError,),
    APITimeoutError: (APIConnectionError, TimeoutError),
    APIResponseError: (PinarkiveError,),
    IntegrityError: (PinarkiveError,),
    PinFailedError: (PinarkiveError,),
    RedirectError: (PinarkiveError,),
    APIStatusError: (PinarkiveError,),
    BadRequestError: (APIStatusError,),
    TwoFactorRequiredError: (BadRequestError,),
    TwoFactorInvalidError: (BadRequestError,),
    AuthenticationError: (APIStatusError,),
    PermissionDeniedError: (APIStatusError,),
    MissingScopeError: (PermissionDeniedError,),
    EmailNotVerifiedError: (PermissionDeniedError,),
    AccountDisabledError: (PermissionDeniedError,),
    NotFoundError: (APIStatusError,),
    ConflictError: (APIStatusError,),
    APIVersionGoneError: (APIStatusError,),
    PayloadTooLargeError: (APIStatusError,),
    RateLimitError: (APIStatusError,),
    ServerError: (APIStatusError,),
    ServiceUnavailableError: (ServerError,),
}


@pytest.mark.parametrize(("cls", "bases"), TREE.items(), ids=[cls.__name__ for cls in TREE])
def test_the_tree(cls: type[PinarkiveError], bases: tuple[type[BaseException], ...]) -> None:
    assert cls.__bases__ == bases


def test_the_tree_is_whole_and_public() -> None:
    public = {getattr(errors, name) for name in errors.__all__}
    assert {
        each for each in public if isinstance(each, type) and issubclass(each, Exception)
    } == set(TREE)


# 3.1.1's seven attributes


def test_an_error_is_made_as_in_3_1_1() -> None:
    body = {"error": "Not Found", "code": "NO_PIN", "required": "files:read", "x": [1]}
    error = PinarkiveError(404, "Pin not found", body, 5)
    assert (error.status_code, error.message, error.body) == (404, "Pin not found", body)
    assert (error.error, error.code, error.required) == ("Not Found", "NO_PIN", "files:read")
    assert error.retry_after == 5
    assert str(error) == "[404] Pin not found"
    assert PinarkiveError(404, "x", body=None, retry_after=None).body == {}
    assert PinarkiveError(status_code=404, message="x").status_code == 404


@pytest.mark.parametrize("body", [None, {}])
def test_what_is_absent_is_empty(body: dict[str, Any] | None) -> None:
    error = PinarkiveError(500, "x", body)
    assert (error.body, error.error, error.code, error.required) == ({}, "", "", "")
    assert (error.retry_after, error.request_id, error.attempts) == (None, None, 0)


def test_the_body_is_a_copy() -> None:
    body = {"error": "x"}
    error = PinarkiveError(500, "x", body)
    body["error"] = "y"
    assert error.error == "x"


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (PinarkiveError(404, "gone"), "[404] gone"),
        (PinarkiveError(0, "no answer"), "no answer"),
        (InvalidInputError("cid: is required", "cid"), "cid: is required"),
        (MissingCredentialsError("give a token"), "give a token"),
        (APIConnectionError("no route"), "no route"),
        (APITimeoutError("after 60 s"), "after 60 s"),
        (APIResponseError(200, "HTML"), "[200] HTML"),
        (RedirectError(301, "moved", "https://example.com"), "[301] moved"),
        (IntegrityError(201, "2 files are missing"), "[201] 2 files are missing"),
        (SourceChangedError("a.txt grew"), "a.txt grew"),
    ],
    ids=lambda case: type(case).__name__ if isinstance(case, Exception) else "",
)
def test_the_text_of_an_error(error: PinarkiveError, text: str) -> None:
    assert str(error) == f"{error}" == text
    assert repr(error) == f"{type(error).__name__}({text!r})"
    assert error.message == text.partition("] ")[2] or error.message == text


@pytest.mark.parametrize("status", [0, 404])
def test_no_text_is_empty(status: int) -> None:
    error = PinarkiveError(status, "")
    assert error.message
    assert str(error) == (f"[404] {error.message}" if status else error.message)
    assert str(ClientClosedError())


@pytest.mark.parametrize(
    ("error", "sent"),
    [
        (InvalidInputError("x"), "no"),
        (ClientClosedError(), "no"),
        (APIConnectionError("x"), "no"),
        (APIConnectionError("x", "maybe"), "maybe"),
        (APITimeoutError("x", sent="maybe"), "maybe"),
        (APIResponseError(200, "x"), "yes"),
        (RedirectError(302, "x"), "yes"),
        (NotFoundError(404, "x"), "yes"),
    ],
)
def test_what_is_known_of_the_sending(error: PinarkiveError, sent: str) -> None:
    assert error.sent == sent


# Errors are plain data

UPLOAD = DirectoryUpload(cid="bafkqaaa")
BODY = {"error": "E", "code": 7, "required": ["a", "b"], "nested": {"list": [1, None]}}


def sample(cls: type[PinarkiveError]) -> PinarkiveError:
    """Make an error of the class with nothing at its default."""
    error: PinarkiveError
    if issubclass(cls, InvalidInputError):
        error = cls("the message", "cid")
    elif issubclass(cls, APIConnectionError):
        error = cls("the message", "maybe")
    elif issubclass(cls, ClientClosedError | SourceChangedError):
        error = cls("the message")
    elif issubclass(cls, IntegrityError):
        error = cls(201, "the message", UPLOAD)
    elif issubclass(cls, PinFailedError):
        error = cls("the message", "bafkqaaa", "unpinned", {"peer": "no space left"})
    elif issubclass(cls, RedirectError):
        error = cls(307, "the message", "https://example.com/x")
    else:
        error = cls(429, "the message", BODY, 12.5)
    error.sent = "maybe"
    error.attempts = 3
    error.request_id = "req-1"
    error.add_note("a note")
    return error


SEVEN = ("message", "status_code", "body", "error", "code", "required", "retry_after")
PUBLIC = (*SEVEN, "sent", "attempts", "request_id", "details", "args", "__notes__")
OWN = ("field", "upload", "cid", "status", "peers", "location", "limit", "remaining", "reset_time")


def view(error: BaseException) -> dict[str, object]:
    shown: dict[str, object] = {"class": type(error), "str": str(error), "repr": repr(error)}
    shown |= {name: getattr(error, name) for name in PUBLIC}
    shown |= {name: getattr(error, name) for name in OWN if hasattr(error, name)}
    return shown


def pickled(protocol: int) -> Callable[[PinarkiveError], PinarkiveError]:
    def trip(error: PinarkiveError) -> PinarkiveError:
        found = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301
        assert isinstance(found, PinarkiveError)
        return found

    return trip


@pytest.mark.parametrize("cls", TREE, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize(
    "trip",
    [*map(pickled, range(pickle.HIGHEST_PROTOCOL + 1)), copy.copy, copy.deepcopy],
    ids=[*(f"pickle-{n}" for n in range(pickle.HIGHEST_PROTOCOL + 1)), "copy", "deepcopy"],
)
def test_every_error_survives_every_trip(
    cls: type[PinarkiveError], trip: Callable[[PinarkiveError], PinarkiveError]
) -> None:
    error = sample(cls)
    found = trip(error)
    assert view(found) == view(error)
    assert found.__dict__ == error.__dict__


def test_a_deep_copy_shares_nothing() -> None:
    error = PinarkiveError(400, "x", {"list": [1]})
    copy.deepcopy(error).body["list"].append(2)
    assert error.body == {"list": [1]}


def fail(name: str) -> None:
    raise sample(getattr(errors, name))


def test_every_error_comes_out_of_a_pool_of_processes() -> None:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for cls in TREE:
            caught = pool.submit(fail, cls.__name__).exception(timeout=60)
            assert caught is not None
            notes = [note for note in caught.__notes__ if note == "a note"]
            caught.__notes__ = notes
            assert view(caught) == view(sample(cls))


# Which error an answer makes


@pytest.mark.parametrize(
    ("status", "cls"),
    [
        (400, BadRequestError),
        (401, AuthenticationError),
        (402, APIStatusError),
        (403, PermissionDeniedError),
        (404, NotFoundError),
        (405, APIStatusError),
        (408, APIStatusError),
        (409, ConflictError),
        (410, APIVersionGoneError),
        (413, PayloadTooLargeError),
        (418, APIStatusError),
        (422, APIStatusError),
        (425, APIStatusError),
        (429, RateLimitError),
        (451, APIStatusError),
        (499, APIStatusError),
        (500, ServerError),
        (501, ServerError),
        (502, ServerError),
        (503, ServiceUnavailableError),
        (504, ServerError),
        (599, ServerError),
    ],
)
@pytest.mark.parametrize("code", ["SOME_CODE", None], ids=["code", "no-code"])
def test_each_status_has_its_class(
    status: int, cls: type[APIStatusError], code: str | None
) -> None:
    body: dict[str, object] = {
        "error": "In words",
        "message": "What happened",
        "code": code,
        "required": "files:read",
        "retryAfter": 3,
    }
    error = error_from_response(status, body)
    assert type(error) is cls
    assert (error.status_code, error.message) == (status, "What happened")
    assert (error.error, error.code) == ("In words", code or "")
    assert (error.required, error.retry_after) == ("files:read", 3.0)
    assert error.body == body
    assert error.sent == ("maybe" if status >= 500 else "yes")


CODES = [
    (400, "2fa_required", TwoFactorRequiredError),
    (400, "2fa_invalid", TwoFactorInvalidError),
    (403, "missing_scope", MissingScopeError),
    (403, "email_not_verified", EmailNotVerifiedError),
    (403, "account_disabled", AccountDisabledError),
]


@pytest.mark.parametrize(("status", "code", "cls"), CODES)
@pytest.mark.parametrize(
    ("key", "form"),
    [
        ("code", str.lower),
        ("code", str.upper),
        ("code", str.title),
        ("error", str.lower),  # "Missing_Scope" is no machine word
        ("error", str.upper),
    ],
    ids=["code-lower", "code-upper", "code-title", "error-lower", "error-upper"],
)
def test_a_code_tells_more_than_the_status(
    status: int, code: str, cls: type[APIStatusError], key: str, form: Callable[[str], str]
) -> None:
    error = error_from_response(status, {key: form(code), "message": "x"})
    assert type(error) is cls
    assert error.code == form(code)
    other = error_from_response(409, {key: form(code), "message": "x"})
    assert type(other) is ConflictError


@pytest.mark.parametrize(
    ("body", "cls"),
    [
        ({"canResendVerification": True}, EmailNotVerifiedError),
        ({"canResendVerification": False}, PermissionDeniedError),
        ({"canResendVerification": "true"}, PermissionDeniedError),
        ({"canResendVerification": 1}, PermissionDeniedError),
        ({"canResendVerification": True, "code": "account_disabled"}, AccountDisabledError),
        ({"canResendVerification": True, "code": "other"}, EmailNotVerifiedError),
    ],
)
def test_a_403_that_offers_another_verification(
    body: dict[str, Any], cls: type[APIStatusError]
) -> None:
    assert type(error_from_response(403, body)) is cls
    assert type(error_from_response(401, body)) is AuthenticationError


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param({"code": "RATE_LIMIT"}, "RATE_LIMIT", id="text-as-it-is"),
        pytest.param({"code": 404}, "404", id="number"),
        pytest.param({"code": 0}, "0", id="zero"),
        pytest.param({"code": True}, "", id="bool"),
        pytest.param({"code": ["x"]}, "", id="list"),
        pytest.param({"code": None, "error": "api_gone"}, "api_gone", id="null-code"),
        pytest.param({"code": "", "error": "api_gone"}, "api_gone", id="empty-code"),
        pytest.param({"code": "x", "error": "api_gone"}, "x", id="code-before-error"),
        pytest.param({"code": 5, "error": "api_gone"}, "5", id="number-before-error"),
        pytest.param({"error": "api_version_deprecated"}, "api_version_deprecated", id="word"),
        pytest.param({"error": "MISSING_SCOPE"}, "MISSING_SCOPE", id="upper-word"),
        pytest.param({"error": "2fa_required"}, "2fa_required", id="word-with-digit"),
        pytest.param({"error": "Not Found"}, "", id="words"),
        pytest.param({"error": "Unauthorized"}, "", id="one-word-of-text"),
        pytest.param({"error": "pin is not part"}, "", id="lower-words"),
        pytest.param({"error": "trailing_"}, "", id="trailing-underscore"),
        pytest.param({"error": "a_b\n"}, "", id="newline"),
        pytest.param({"error": 404}, "", id="number-as-error"),
        pytest.param({}, "", id="nothing"),
    ],
)
def test_the_code_of_a_body(body: dict[str, Any], code: str) -> None:
    assert PinarkiveError(410, "x", body).code == code
    assert error_from_response(418, body).code == code


@pytest.mark.parametrize(
    ("required", "text"),
    [
        pytest.param("files:read", "files:read", id="text"),
        pytest.param(["files:read"], "files:read", id="list-of-one"),
        pytest.param(["files:read", "user:read"], "files:read user:read", id="list"),
        pytest.param(["files:read", 5, None, "user:read"], "files:read user:read", id="mixed"),
        pytest.param([], "", id="empty-list"),
        pytest.param(None, "", id="null"),
        pytest.param(True, "", id="bool"),
        pytest.param({"scope": "files:read"}, "", id="object"),
        pytest.param(5, "", id="number"),
    ],
)
def test_what_a_call_requires_is_text(required: object, text: str) -> None:
    error = error_from_response(403, {"code": "missing_scope", "required": required})
    assert isinstance(error, MissingScopeError)
    assert error.required == text
    assert error.details.required == (text or None)
    assert error_from_response(403, {"code": "missing_scope"}).required == ""


@pytest.mark.parametrize(
    ("body", "text", "reason", "message"),
    [
        pytest.param({"message": "M", "error": "E"}, "T", "R", "M", id="message"),
        pytest.param({"message": "", "error": "E"}, "T", "R", "E", id="empty-message"),
        pytest.param({"message": "  ", "error": "E"}, "T", "R", "E", id="blank-message"),
        pytest.param({"message": 5, "error": "E"}, "T", "R", "E", id="message-of-another-type"),
        pytest.param({"error": ["E"]}, "T", "R", "T", id="error-of-another-type"),
        pytest.param(None, " <html>\n", "R", "<html>", id="text"),
        pytest.param([{"message": "M"}], "", "R", "R", id="list"),
        pytest.param("message", "", "R", "R", id="bare-text"),
        pytest.param(5, "", "R", "R", id="number"),
        pytest.param(None, "", "Bad Gateway", "Bad Gateway", id="reason"),
    ],
)
def test_the_message_is_the_best_there_is(
    body: object, text: str, reason: str, message: str
) -> None:
    error = error_from_response(502, body, text=text, reason=reason)
    assert error.message == message
    assert str(error) == f"[502] {message}"
    assert isinstance(error.body, dict)


def test_an_answer_without_any_words_still_says_something() -> None:
    error = error_from_response(500, None)
    assert error.message
    assert str(error) == f"[500] {error.message}"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), inner)
    ),
    max_leaves=4,
)
NAMES = [
    *("error", "message", "code", "required", "retryAfter", "limit", "remaining", "resetTime"),
    *("canResendVerification", "currentApiBase"),
]
KNOWN = st.sampled_from([*NAMES, "retry_after", "model_extra", "model_fields", "details", "args"])


@given(st.integers(400, 599), st.dictionaries(KNOWN | st.text("abc"), JSON) | JSON)
def test_no_body_breaks_an_error(status: int, body: object) -> None:
    error = error_from_response(status, body, retry_after=3.0)
    assert str(error).startswith(f"[{status}] ")
    assert isinstance(error.details, ErrorBody)
    for name in ("error", "code", "required", "message"):
        assert isinstance(getattr(error, name), str)
    assert error.retry_after is not None
    assert error.retry_after >= 3.0
    assert math.isfinite(error.retry_after)
    assert type(pickle.loads(pickle.dumps(error))) is type(error)  # noqa: S301
    assert error.body == (body if isinstance(body, dict) else {}) or error.body != error.body


# Waiting


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        pytest.param(60, 60.0, id="int"),
        pytest.param(0, 0.0, id="zero"),
        pytest.param(1.9, 2.0, id="rounded-up"),
        pytest.param(1.01, 2.0, id="rounded-up-from-little"),
        pytest.param("60", 60.0, id="text"),
        pytest.param("1.9", 2.0, id="text-rounded-up"),
        pytest.param(" 5 ", 5.0, id="text-with-spaces"),
        pytest.param("soon", None, id="word"),
        pytest.param("", None, id="empty"),
        pytest.param([], None, id="list"),
        pytest.param({}, None, id="object"),
        pytest.param(None, None, id="null"),
        pytest.param(True, None, id="bool"),
        pytest.param(-1, None, id="negative"),
        pytest.param("-1", None, id="negative-text"),
        pytest.param(math.nan, None, id="nan"),
        pytest.param("NaN", None, id="nan-text"),
        pytest.param(math.inf, None, id="infinite"),
        pytest.param("1e400", None, id="infinite-text"),
        pytest.param(10**400, None, id="beyond-float"),
        pytest.param("2001-12-31T23:59:59Z", None, id="iso"),
    ],
)
def test_the_wait_that_a_body_asks_for(value: object, seconds: int | None) -> None:
    error = error_from_response(429, {"retryAfter": value})
    assert error.retry_after == seconds
    assert error.details.retry_after == seconds
    assert isinstance(error.retry_after, int | None)
    with_header = error_from_response(429, {"retryAfter": value}, retry_after=7.0)
    assert with_header.retry_after == max(7.0, seconds or 0.0)


@pytest.mark.parametrize(
    ("body", "header", "seconds"),
    [(5, 60.0, 60.0), (60, 5.0, 60.0), ("90", 5.0, 90.0), (None, 0.0, 0.0), (0, None, 0.0)],
)
def test_the_longer_wait_counts(body: object, header: float | None, seconds: float) -> None:
    found = error_from_response(503, {"retryAfter": body}, retry_after=header).retry_after
    assert found == seconds


NOW = datetime.now(UTC).replace(microsecond=0)
SOON = NOW + timedelta(seconds=90)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        pytest.param("90", 90.0, id="seconds"),
        pytest.param("0", 0.0, id="zero"),
        pytest.param("1.2", 2.0, id="fraction"),
        pytest.param(" 7 ", 7.0, id="spaces"),
        pytest.param(format_datetime(SOON, usegmt=True), 90.0, id="imf-fixdate"),
        pytest.param(SOON.strftime("%A, %d-%b-%y %H:%M:%S GMT"), 90.0, id="rfc-850"),
        pytest.param(SOON.strftime("%a %b %d %H:%M:%S %Y"), 90.0, id="asctime"),
        pytest.param(
            format_datetime(SOON.astimezone(timezone(timedelta(hours=2)))), 90.0, id="offset"
        ),
        pytest.param(format_datetime(SOON.replace(tzinfo=None)), 90.0, id="unknown-offset"),
        pytest.param(format_datetime(NOW, usegmt=True), 0.0, id="now"),
        pytest.param(format_datetime(NOW - timedelta(days=400), usegmt=True), 0.0, id="past"),
        pytest.param("Thu, 01 Jan 1970 00:00:00 GMT", 0.0, id="epoch"),
        pytest.param("-5", None, id="negative"),
        pytest.param("soon", None, id="word"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="missing"),
        pytest.param("nan", None, id="nan"),
        pytest.param("1e400", None, id="infinite"),
        pytest.param("Mon, 32 Jan 2024 00:00:00 GMT", None, id="day-32"),
        pytest.param("Mon, 01 Jan 99999 00:00:00 GMT", None, id="year-99999"),
        pytest.param("Mon, 01 Jan 2024 00:00:00 +9999999", None, id="long-offset"),
        pytest.param("Mon, 01 Jan 2024 00:00:00 +" + "9" * 20, None, id="very-long-offset"),
        pytest.param(f"Mon, {'9' * 20} Jan 2024 00:00:00 GMT", None, id="very-long-day"),
    ],
)
def test_the_wait_that_a_header_asks_for(text: str | None, seconds: float | None) -> None:
    assert parse_retry_after(text, NOW) == seconds


def test_part_of_a_second_is_waited_out() -> None:
    text = format_datetime(SOON, usegmt=True)
    assert parse_retry_after(text, NOW + timedelta(milliseconds=300)) == 90.0


@given(
    st.text(max_size=40)
    | st.tuples(
        st.sampled_from(["Mon, ", "", "Sunday, "]),
        st.from_regex(r"[0-9]{1,30}[ -](Jan|Xyz)[ -][0-9]{1,30} [0-9:]{0,20} ?[+-]?[0-9]{0,30}"),
    ).map("".join)
)
def test_no_header_breaks_the_reading_of_a_wait(text: str) -> None:
    seconds = parse_retry_after(text, NOW)
    assert seconds is None or (seconds >= 0 and math.isfinite(seconds))


# Instants


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2001-12-31T23:59:59.000Z", "2001-12-31T23:59:59+00:00"),
        ("2001-12-31T23:59:59Z", "2001-12-31T23:59:59+00:00"),
        ("2001-12-31T23:59:59+02:00", "2001-12-31T21:59:59+00:00"),
        ("2001-12-31T23:59:59.123456789Z", "2001-12-31T23:59:59.123456+00:00"),
        ("2001-12-31T23:59:59.5Z", "2001-12-31T23:59:59.500000+00:00"),
        (" 2001-12-31T23:59:59Z ", "2001-12-31T23:59:59+00:00"),
        (1_009_843_200, "2002-01-01T00:00:00+00:00"),
        ("1009843200", "2002-01-01T00:00:00+00:00"),
        (1_009_843_200.5, "2002-01-01T00:00:00.500000+00:00"),
        ("2001-12-31T23:59:59", None),
        ("2001-12-31", None),
        ("tomorrow", None),
        ("", None),
        (None, None),
        (True, None),
        ([], None),
        (math.nan, None),
        (math.inf, None),
        (10**400, None),
        ("9" * 400, None),
        ("0001-01-01T00:00:00+01:00", None),
        ("2001-02-30T00:00:00Z", None),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_the_instants_of_a_body(value: object, text: str | None) -> None:
    found = parse_instant(value)
    assert found == (None if text is None else datetime.fromisoformat(text))
    assert found is None or found.utcoffset() == timedelta(0)
    error = error_from_response(429, {"resetTime": value})
    assert isinstance(error, RateLimitError)
    assert error.reset_time == found == error.details.reset_time


@given(st.text(max_size=30) | st.floats() | st.integers() | st.binary())
def test_no_value_breaks_the_reading_of_an_instant(value: object) -> None:
    found = parse_instant(value)
    assert found is None or found.utcoffset() == timedelta(0)


def test_a_rate_limit_tells_its_window() -> None:
    body = {"limit": 100, "remaining": 0, "resetTime": "2001-12-31T23:59:59Z", "retryAfter": 60}
    error = error_from_response(429, body)
    assert isinstance(error, RateLimitError)
    assert (error.limit, error.remaining, error.retry_after) == (100, 0, 60.0)
    odd = error_from_response(429, {"limit": "100", "remaining": True, "resetTime": {}})
    assert isinstance(odd, RateLimitError)
    assert (odd.limit, odd.remaining, odd.reset_time) == (None, None, None)


# The body as a model


def test_the_details_are_the_body() -> None:
    body = {
        "error": "Forbidden",
        "message": "No",
        "code": "MISSING_SCOPE",
        "required": "files:read",
        "retryAfter": 1.5,
        "limit": 10,
        "remaining": 0,
        "resetTime": "2001-12-31T23:59:59Z",
        "canResendVerification": True,
        "currentApiBase": "/api/v3",
        "details": {"field": "cid"},
    }
    details = PinarkiveError(403, "x", body).details
    assert details.model_dump(exclude={"details"}) == {
        "error": "Forbidden",
        "message": "No",
        "code": "MISSING_SCOPE",
        "required": "files:read",
        "retry_after": 2.0,
        "limit": 10,
        "remaining": 0,
        "reset_time": datetime(2001, 12, 31, 23, 59, 59, tzinfo=UTC),
        "can_resend_verification": True,
        "current_api_base": "/api/v3",
    }
    assert details.model_extra == {"details": {"field": "cid"}}


def test_details_of_another_type_are_none() -> None:
    details = PinarkiveError(400, "x", {name: {"odd": 1} for name in NAMES}).details
    assert set(details.model_dump().values()) == {None}
    assert PinarkiveError(0, "x").details == ErrorBody()
