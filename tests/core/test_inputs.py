from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any, TypedDict, get_args

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pinarkive import scopes
from pinarkive.errors import InvalidInputError
from pinarkive.inputs import Scope, ScopeName
from pinarkive.models import (
    DisableTwoFactor,
    EnableTwoFactor,
    ForgotPassword,
    GenerateToken,
    GetAllocations,
    GetStatus,
    ListUploads,
    Login,
    PinCid,
    RemoveFile,
    Request,
    ResendVerification,
    ResetPassword,
    RevokeToken,
    SignUp,
    UploadDirectoryDag,
    UploadFile,
    UploadServerDirectory,
    VerifyEmail,
    VerifyTwoFactor,
)


class Accepted(TypedDict):
    texts: dict[str, str]


class Vectors(TypedDict):
    accepted: list[Accepted]
    ipns_names: list[str]
    peer_id: str


VECTORS: Vectors = json.loads((Path(__file__).parent / "data" / "cid.json").read_text("utf-8"))

V0 = "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n"
V1 = "bafybeidskjjd4zmr7oh6ku6wp72vvbxyibcli2r6if3ocdcy7jjjusvl2u"
V1_BASE58 = "zdj7Wd8AMwqnhJGQCbFxBVodGSBG84TM7Hs1rcJuQMwTyfEDS"

MINIMAL: dict[type[Request[Any]], dict[str, object]] = {
    PinCid: {"cid": V1},
    RemoveFile: {"cid": V1},
    GetStatus: {"cid": V1},
    GetAllocations: {"cid": V1},
    ListUploads: {},
    GenerateToken: {"name": "ci"},
    RevokeToken: {"name": "ci"},
    UploadFile: {"file": b"x"},
    UploadServerDirectory: {"dir_path": "/srv/data"},
    UploadDirectoryDag: {"source": {"a.txt": b"x"}},
    Login: {"email": "user@example.com", "password": "x"},
    VerifyTwoFactor: {"temporary_token": "x", "code": "012345"},
    SignUp: {"name": "Ada", "email": "user@example.com", "password": "x"},
    VerifyEmail: {"token": "x"},
    ResendVerification: {"email": "user@example.com"},
    ForgotPassword: {"email": "user@example.com"},
    ResetPassword: {"token": "x", "new_password": "x"},
    EnableTwoFactor: {"code": "012345"},
    DisableTwoFactor: {"password": "x", "code": "012345"},
}
FIELDS = [(model, field) for model in MINIMAL for field in model.model_fields]


def make(model: type[Request[Any]], field: str, value: object) -> Request[Any]:
    return model.model_validate({**MINIMAL[model], field: value})


def kept(model: type[Request[Any]], field: str, value: object) -> object:
    found: object = getattr(make(model, field, value), field)
    return found


def refusal(model: type[Request[Any]], field: str, value: object) -> InvalidInputError:
    with pytest.raises(InvalidInputError) as caught:
        make(model, field, value)
    assert caught.value.field == field
    assert caught.value.message.startswith(f"{field}: ")
    return caught.value


# CIDs


@pytest.mark.parametrize(
    "text", [text for vector in VECTORS["accepted"] for text in vector["texts"].values()]
)
def test_a_bare_cid_is_kept_as_it_is_written(text: str) -> None:
    assert kept(PinCid, "cid", text) == text


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (PinCid, "cid"),
        (RemoveFile, "cid"),
        (GetStatus, "cid"),
        (GetAllocations, "cid"),
        (ListUploads, "cid"),
        (ListUploads, "parent_cid"),
    ],
)
def test_every_cid_argument_is_parsed(model: type[Request[Any]], field: str) -> None:
    assert kept(model, field, V0) == V0
    refusal(model, field, V0[:-1])


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(f"/ipfs/{V1}", "bare CID", id="path"),
        pytest.param(f"ipfs://{V1}", "ipfs://", id="ipfs-url"),
        pytest.param(f"https://gateway.example/ipfs/{V1}", "CID", id="url"),
        pytest.param(f"{V1}/a.txt", "bare CID", id="path-below"),
        pytest.param(f" {V1}", "white space", id="space-before"),
        pytest.param(f"{V1}\n", "white space", id="newline-after"),
        pytest.param(f"{V1}=", "padding", id="padding"),
        pytest.param(V1 + "a", "all of it was copied", id="longer"),
        pytest.param(V0 + "1", "46 characters", id="v0-longer"),
        pytest.param("Q" * 46, "CID", id="not-v0"),
        pytest.param(V1[:10] + V1[10:].upper(), "CID", id="mixed-case"),
        pytest.param(V1_BASE58.lower(), "CID", id="base58-in-lower-case"),
        pytest.param("z" + V0, "version 0", id="v0-behind-multibase"),
        pytest.param(VECTORS["peer_id"], "peer ID", id="peer-id"),
        pytest.param(VECTORS["ipns_names"][0], "IPNS", id="ipns-name"),
        pytest.param("u" + V1[1:], "base32", id="another-multibase"),
        pytest.param("..", "CID", id="dots"),
        pytest.param("bafkqaaa\u200b", "ASCII", id="zero-width-space"),
        pytest.param("b" * 5_000, "characters", id="very-long"),
        pytest.param("bafybeeaaaaaaaaaaaaaaaaaaaaaaaaaa", "at least 20", id="digest-of-16-bytes"),
        pytest.param(V1.encode(), "decode", id="bytes"),
        pytest.param(42, "str", id="number"),
        pytest.param([V1], "str", id="list"),
    ],
)
def test_what_is_no_bare_cid_is_refused(value: object, hint: str) -> None:
    assert hint in refusal(PinCid, "cid", value).message


@pytest.mark.parametrize("text", [V0, V1, V1_BASE58], ids=["v0", "base32", "base58"])
def test_a_cid_that_was_cut_is_refused_wherever_it_was(text: str) -> None:
    for length in range(len(text)):
        refusal(PinCid, "cid", text[:length])


@pytest.mark.parametrize("model", [PinCid, GetStatus, RemoveFile])
def test_a_cid_can_not_be_left_out(model: type[Request[Any]]) -> None:
    with pytest.raises(InvalidInputError, match="cid: is required") as caught:
        model.model_validate({})
    assert caught.value.field == "cid"


# Timelocks

FUTURE = datetime.now(UTC).replace(microsecond=0) + timedelta(days=400)
DAY = FUTURE.strftime("%Y-%m-%d")
TIMELOCKED = [PinCid, UploadFile, UploadServerDirectory, UploadDirectoryDag]


def offset(hours: float) -> timezone:
    return timezone(timedelta(hours=hours))


def wire_timelock(request: Request[Any]) -> str:
    text: str = json.loads(request.model_dump_json())["timelock"]
    return text


@pytest.mark.parametrize(
    ("value", "instant", "wire"),
    [
        pytest.param(FUTURE, FUTURE, f"{FUTURE:%Y-%m-%dT%H:%M:%S}Z", id="utc"),
        pytest.param(
            FUTURE.astimezone(offset(5.5)), FUTURE, f"{FUTURE:%Y-%m-%dT%H:%M:%S}Z", id="aware"
        ),
        pytest.param(
            FUTURE + timedelta(microseconds=1),
            FUTURE + timedelta(microseconds=1),
            f"{FUTURE:%Y-%m-%dT%H:%M:%S}.000001Z",
            id="microsecond",
        ),
        pytest.param(
            f"{DAY}T23:59:59Z",
            datetime.fromisoformat(f"{DAY}T23:59:59+00:00"),
            f"{DAY}T23:59:59Z",
            id="text-z",
        ),
        pytest.param(
            f"{DAY}T12:00:00+02:00",
            datetime.fromisoformat(f"{DAY}T10:00:00+00:00"),
            f"{DAY}T10:00:00Z",
            id="text-east",
        ),
        pytest.param(
            f"{DAY}T12:00:00-05:30",
            datetime.fromisoformat(f"{DAY}T17:30:00+00:00"),
            f"{DAY}T17:30:00Z",
            id="text-west",
        ),
        pytest.param(
            f"{DAY}T12:00:00.5Z",
            datetime.fromisoformat(f"{DAY}T12:00:00.500000+00:00"),
            f"{DAY}T12:00:00.500000Z",
            id="text-fraction",
        ),
        pytest.param(
            f"{DAY}T12:00:00.123456789Z",
            datetime.fromisoformat(f"{DAY}T12:00:00.123456+00:00"),
            f"{DAY}T12:00:00.123456Z",
            id="text-nanoseconds",
        ),
    ],
)
@pytest.mark.parametrize("model", TIMELOCKED)
def test_a_timelock_is_an_instant_and_goes_out_in_utc(
    model: type[Request[Any]], value: object, instant: datetime, wire: str
) -> None:
    request = make(model, "timelock", value)
    found = getattr(request, "timelock")  # noqa: B009  # not every request has one
    assert isinstance(found, datetime)
    assert (found, found.utcoffset()) == (instant, timedelta(0))
    if model is not UploadFile:
        assert wire_timelock(request) == wire


@pytest.mark.parametrize("model", TIMELOCKED)
def test_a_duration_is_counted_from_now(model: type[Request[Any]]) -> None:
    before = datetime.now(UTC)
    found = getattr(make(model, "timelock", timedelta(days=30)), "timelock")  # noqa: B009  # not every request has one
    assert before + timedelta(days=30) <= found <= datetime.now(UTC) + timedelta(days=30)


def test_every_scope_has_its_name_for_editors() -> None:
    assert get_args(ScopeName) == tuple(scope.value for scope in Scope)


class Nowhere(tzinfo):
    """A time zone that does not say where it is."""

    def utcoffset(self, dt: datetime | None, /) -> timedelta | None:
        raise NotImplementedError

    def dst(self, dt: datetime | None, /) -> timedelta | None:
        raise NotImplementedError

    def tzname(self, dt: datetime | None, /) -> str | None:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        pytest.param(FUTURE.replace(tzinfo=None), "tzinfo=UTC", id="naive"),
        pytest.param(f"{DAY}T12:00:00", "offset", id="text-naive"),
        pytest.param(DAY, "RFC 3339", id="date-text"),
        pytest.param(f"{DAY} 12:00:00Z", "'T'", id="space-for-t"),
        pytest.param(f"{DAY}T12:00Z", "seconds", id="no-seconds"),
        pytest.param(f"{DAY}T24:00:00Z", "does not exist", id="hour-24"),
        pytest.param(f"{DAY}T23:59:60Z", "second", id="second-60"),
        pytest.param(f"{DAY}T12:60:00Z", "minute", id="minute-60"),
        pytest.param(f"{FUTURE.year}-02-30T12:00:00Z", "day", id="february-30"),
        pytest.param(f"{DAY}T12:00:00+0000", "+02:00", id="offset-without-colon"),
        pytest.param(f"{DAY}T12:00:00+02", "+02:00", id="offset-of-hours"),
        pytest.param(f"{DAY}T12:00:00+24:00", "offset", id="offset-24"),
        pytest.param(f"{DAY}T12:00:00+02:60", "offset", id="offset-minute-60"),
        pytest.param(f"{DAY}T12:00:00.Z", "RFC 3339", id="dot-alone"),
        pytest.param(f"{DAY}T12:00:00,5Z", "RFC 3339", id="comma"),
        pytest.param(f"{DAY}T12:00:00Z\n", "RFC 3339", id="newline"),
        pytest.param(f" {DAY}T12:00:00Z", "RFC 3339", id="space"),
        pytest.param(f"{FUTURE.year}-W10-1T12:00:00Z", "RFC 3339", id="week-date"),
        pytest.param(f"{DAY}T1\u0662:00:00Z", "RFC 3339", id="other-digits"),
        pytest.param("9999-12-31T23:59:59-01:00", "UTC", id="past-the-last-year"),
        pytest.param("tomorrow", "RFC 3339", id="words"),
        pytest.param("", "RFC 3339", id="empty"),
        pytest.param(datetime.now(UTC) - timedelta(seconds=1), "future", id="past"),
        pytest.param(datetime.now(UTC), "future", id="now"),
        pytest.param("1999-12-31T23:59:59Z", "future", id="past-text"),
        pytest.param(datetime(1, 1, 1, tzinfo=offset(1)), "UTC", id="before-the-first-year"),
        pytest.param(FUTURE.replace(tzinfo=Nowhere()), "time zone", id="time-zone-without-offset"),
        pytest.param(int(FUTURE.timestamp()), "aware datetime", id="int"),
        pytest.param(FUTURE.timestamp(), "aware datetime", id="float"),
        pytest.param(FUTURE.date(), "aware datetime", id="date"),
        pytest.param(timedelta(0), "future", id="no-duration"),
        pytest.param(timedelta(seconds=-1), "future", id="duration-back"),
        pytest.param(timedelta.max, "9999", id="duration-without-end"),
        pytest.param(f"{DAY}T12:00:00Z".encode(), "aware datetime", id="bytes"),
        pytest.param(True, "aware datetime", id="bool"),
    ],
)
def test_what_is_no_instant_ahead_is_refused(value: object, hint: str) -> None:
    assert hint in refusal(PinCid, "timelock", value).message


@given(
    st.datetimes(
        min_value=FUTURE.replace(tzinfo=None),
        max_value=datetime(9998, 1, 1),
        timezones=st.integers(-1439, 1439).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_a_timelock_survives_in_both_its_forms(moment: datetime) -> None:
    by_value = make(PinCid, "timelock", moment)
    assert make(PinCid, "timelock", moment.isoformat()) == by_value
    text = wire_timelock(by_value)
    assert text.endswith("Z")
    assert datetime.fromisoformat(text) == moment


# Scopes


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(["files:write", Scope.USER_READ], "files:write user:read", id="list"),
        pytest.param(("files:write",), "files:write", id="tuple"),
        pytest.param({"user:read", "files:read"}, "files:read user:read", id="set-is-sorted"),
        pytest.param(frozenset({Scope.FILES_READ}), "files:read", id="frozenset"),
        pytest.param(
            ["user:read", "files:read", Scope.USER_READ], "user:read files:read", id="duplicates"
        ),
        pytest.param(scopes.READ_ONLY, "cluster:read files:read user:read", id="read-only"),
        pytest.param(
            scopes.UPLOADER, "cluster:read files:read files:write user:read", id="uploader"
        ),
        pytest.param(
            scopes.FILES,
            "cluster:read files:delete files:read files:rename files:write user:read",
            id="files",
        ),
        pytest.param(list(Scope), " ".join(Scope), id="all"),
    ],
)
def test_scopes_keep_their_order_and_come_once(value: object, expected: str) -> None:
    found = kept(GenerateToken, "scopes", value)
    assert found == tuple(Scope(name) for name in expected.split())
    assert isinstance(found, tuple)
    assert f"{found[0]}" == expected.split()[0]


def test_the_fourteen_scopes_are_those_of_the_service() -> None:
    names = """
        files:read files:write files:delete files:rename user:read user:write tokens:read
        tokens:write tokens:delete plans:read plans:write referrals:read logs:read cluster:read
    """
    assert sorted(scope.value for scope in Scope) == sorted(names.split())


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        pytest.param("files:read", "['files:read']", id="bare-text"),
        pytest.param(Scope.FILES_READ, "['files:read']", id="bare-member"),
        pytest.param([], "leave scopes out", id="empty"),
        pytest.param((), "leave scopes out", id="empty-tuple"),
        pytest.param(set[str](), "leave scopes out", id="empty-set"),
        pytest.param((name for name in ["files:read"]), "list, tuple or set", id="generator"),
        pytest.param({"files:read": True}, "list, tuple or set", id="mapping"),
        pytest.param(["file:write"], "'files:write'", id="near"),
        pytest.param(["FILES_READ"], "'files:read'", id="member-name"),
        pytest.param(["files.delete"], "'files:delete'", id="dot"),
        pytest.param(["Files:Read"], "'files:read'", id="case"),
        pytest.param(["zzz"], "the scopes are", id="unknown"),
        pytest.param([""], "the scopes are", id="empty-name"),
        pytest.param(["files:read", 5], "Scope or its text", id="number"),
        pytest.param([["files:read"]], "Scope or its text", id="nested"),
        pytest.param({"files:read", 5, None}, "Scope or its text", id="mixed-set"),
        pytest.param([b"files:read"], "Scope or its text", id="bytes"),
        pytest.param(7, "list, tuple or set", id="int"),
    ],
)
def test_what_is_no_list_of_scopes_is_refused(value: object, hint: str) -> None:
    assert hint in refusal(GenerateToken, "scopes", value).message


# Codes, names, numbers


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (VerifyTwoFactor, "code"),
        (GenerateToken, "totp_code"),
        (RevokeToken, "totp_code"),
        (EnableTwoFactor, "code"),
        (DisableTwoFactor, "code"),
    ],
)
@pytest.mark.parametrize(
    ("value", "hint"),
    [
        pytest.param(912345, "leading zeros", id="int"),
        pytest.param(True, "leading zeros", id="bool"),
        pytest.param("91234", "six digits", id="five"),
        pytest.param("9123456", "six digits", id="seven"),
        pytest.param("912 345", "six digits", id="space-within"),
        pytest.param(" 912345", "six digits", id="space-before"),
        pytest.param("912345\n", "six digits", id="newline"),
        pytest.param("\u0669\u0661\u0662\u0663\u0664\u0665", "six digits", id="arabic-digits"),
        pytest.param("\uff19\uff11\uff12\uff13\uff14\uff15", "six digits", id="fullwidth-digits"),
        pytest.param("", "six digits", id="empty"),
        pytest.param(b"912345", "six digits", id="bytes"),
        pytest.param(["912345"], "six digits", id="list"),
    ],
)
def test_what_is_no_totp_code_is_refused_unseen(
    model: type[Request[Any]], field: str, value: object, hint: str
) -> None:
    assert kept(model, field, "012345") == "012345"
    error = refusal(model, field, value)
    assert hint in error.message
    assert "912" not in str(error)


NAMES = [
    pytest.param("ci", id="plain"),
    pytest.param("my app/x?y#z%", id="needs-encoding"),
    pytest.param("a\u00a0b", id="inner-no-break-space"),
    pytest.param("\u00f1and\u00fa \u65e5\u672c \U0001f642", id="unicode"),
    pytest.param("...", id="three-dots"),
    pytest.param("x" * 100, id="hundred"),
    pytest.param("\U0001f642" * 100, id="hundred-beyond-the-bmp"),
]


@pytest.mark.parametrize("model", [GenerateToken, RevokeToken])
@pytest.mark.parametrize("name", NAMES)
def test_a_token_name_is_kept_as_it_is(model: type[Request[Any]], name: str) -> None:
    assert kept(model, "name", name) == name


HIDDEN = [
    pytest.param("a\nb", "U+000A", id="newline"),
    pytest.param("a\0b", "U+0000", id="nul"),
    pytest.param("a\x7fb", "U+007F", id="delete"),
    pytest.param("a\x85b", "U+0085", id="c1-control"),
    pytest.param("a\u202eb", "U+202E", id="bidi-override"),
    pytest.param("a\u2066b", "U+2066", id="bidi-isolate"),
    pytest.param("a\u200bb", "U+200B", id="zero-width-space"),
    pytest.param("a\u200db", "U+200D", id="joiner"),
    pytest.param("a\u00adb", "U+00AD", id="soft-hyphen"),
    pytest.param("a\ufeffb", "U+FEFF", id="byte-order-mark"),
    pytest.param("a\u2028b", "U+2028", id="line-separator"),
    pytest.param("a\u3164b", "U+3164", id="hangul-filler"),
    pytest.param("a\u2800b", "U+2800", id="braille-blank"),
    pytest.param("a\ufe0fb", "U+FE0F", id="variation-selector"),
    pytest.param("a\U000e0041b", "U+E0041", id="tag"),
]


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        *HIDDEN,
        pytest.param("", "empty", id="empty"),
        pytest.param(".", "path", id="dot"),
        pytest.param("..", "path", id="dots"),
        pytest.param(" ci", "space", id="leading-space"),
        pytest.param("ci ", "space", id="trailing-space"),
        pytest.param("ci\u00a0", "space", id="trailing-no-break-space"),
        pytest.param("x" * 101, "100", id="too-long"),
        pytest.param("a\ud800", "surrogate", id="surrogate"),
        pytest.param(b"ci", "str", id="bytes"),
        pytest.param(None, "str", id="none"),
        pytest.param(7, "str", id="number"),
    ],
)
@pytest.mark.parametrize("model", [GenerateToken, RevokeToken])
def test_what_can_not_name_a_token_is_refused(
    model: type[Request[Any]], value: object, hint: str
) -> None:
    assert hint in refusal(model, "name", value).message


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (GenerateToken, "label"),
        (PinCid, "original_name"),
        (PinCid, "custom_name"),
        (UploadServerDirectory, "dir_path"),
        (PinCid, "cluster_id"),
        (GetStatus, "cluster_id"),
    ],
)
@pytest.mark.parametrize(
    ("value", "hint"),
    [
        *HIDDEN,
        pytest.param("", "empty", id="empty"),
        pytest.param(" a", "space", id="leading-space"),
        pytest.param("a\ud800", "surrogate", id="surrogate"),
        pytest.param(b"a", "str", id="bytes"),
        pytest.param(0, "str", id="zero"),
    ],
)
def test_text_for_people_is_visible(
    model: type[Request[Any]], field: str, value: object, hint: str
) -> None:
    assert kept(model, field, "cl0-global") == "cl0-global"
    assert hint in refusal(model, field, value).message


@pytest.mark.parametrize("value", ["cl0 global", "cl\u00f1", "\u65e5"])
def test_a_cluster_id_is_ascii_without_spaces(value: str) -> None:
    assert "cl0-global" in refusal(GetStatus, "cluster_id", value).message


@pytest.mark.parametrize(
    ("model", "field", "highest"),
    [
        (ListUploads, "page", 2**53 - 1),
        (ListUploads, "limit", 1_000),
        (GenerateToken, "expires_in_days", 36_500),
    ],
)
def test_a_count_is_an_int_from_one(model: type[Request[Any]], field: str, highest: int) -> None:
    for count in (1, highest):
        assert kept(model, field, count) == count
    for value in (0, -1, True, False, "1", 1.0, 1.5, float("nan"), float("inf"), b"1", [1]):
        assert repr(value) in refusal(model, field, value).message
    if model is ListUploads:
        refusal(model, field, None)


@pytest.mark.parametrize("value", [1_001, 10**9, 10**5_000], ids=["over", "far", "unprintable"])
def test_a_page_holds_at_most_a_thousand(value: int) -> None:
    assert "1000" in refusal(ListUploads, "limit", value).message


@pytest.mark.parametrize("value", [0, 1, "true", "yes", b"1", 1.0, []], ids=repr)
def test_a_flag_is_a_bool_and_nothing_like_it(value: object) -> None:
    assert [kept(ListUploads, "has_expiration", flag) for flag in (True, False, None)] == [
        True,
        False,
        None,
    ]
    assert "boolean" in refusal(ListUploads, "has_expiration", value).message


@pytest.mark.parametrize(
    "value", ["", "user", "@example.com", "user@", "a b@example.com", " user@example.com", 5, None]
)
def test_what_is_no_address_is_refused(value: object) -> None:
    assert kept(Login, "email", "first.last+x@example.com") == "first.last+x@example.com"
    refusal(Login, "email", value)


# File names and paths in a directory

NAME_TROUBLE = [
    pytest.param("", "empty", id="empty"),
    pytest.param(".", "'.'", id="dot"),
    pytest.param("..", "'..'", id="dots"),
    pytest.param("a\\b", "backslash", id="backslash"),
    pytest.param("..\\b", "backslash", id="backslash-up"),
    pytest.param("C:", "path", id="drive"),
    pytest.param("C:a.txt", "path", id="drive-relative"),
    pytest.param("a\0b", "control", id="nul"),
    pytest.param("a\r\nb", "control", id="line-break"),
    pytest.param("a\x7f", "control", id="delete"),
    pytest.param("a\x9f", "control", id="c1-control"),
    pytest.param("a\ud800", "surrogate", id="surrogate"),
    pytest.param("x" * 256, "255 bytes", id="too-long"),
    pytest.param("\u00e9" * 128, "255 bytes", id="too-many-bytes"),
    pytest.param("e\u0301" * 127, "255 bytes", id="too-many-bytes-in-nfd"),
    pytest.param(b"a.txt", "str", id="bytes"),
    pytest.param(5, "str", id="number"),
]
GOOD_NAMES = [
    pytest.param("a.txt", id="plain"),
    pytest.param("a..b", id="dots-within"),
    pytest.param("...", id="three-dots"),
    pytest.param(".env", id="hidden"),
    pytest.param("a b", id="space"),
    pytest.param('"%22%2e', id="quote-and-percent"),
    pytest.param("ab:c", id="colon"),
    pytest.param("e\u0301", id="nfd"),
    pytest.param("\u00e9", id="nfc"),
    pytest.param("\ufb01 \u212b", id="compatible"),
    pytest.param("x" * 255, id="longest"),
]


@pytest.mark.parametrize(
    ("model", "field"), [(UploadFile, "filename"), (UploadDirectoryDag, "dir_name")]
)
class TestFileName:
    @pytest.mark.parametrize("name", GOOD_NAMES)
    def test_is_kept_as_it_is(self, model: type[Request[Any]], field: str, name: str) -> None:
        assert kept(model, field, name) == name

    @pytest.mark.parametrize(
        ("value", "hint"),
        [
            *NAME_TROUBLE,
            pytest.param("a/b", "one segment", id="slash"),
            pytest.param("/a", "one segment", id="absolute"),
            pytest.param("a/", "one segment", id="folder"),
        ],
    )
    def test_is_one_plain_segment(
        self, model: type[Request[Any]], field: str, value: object, hint: str
    ) -> None:
        assert hint in refusal(model, field, value).message


@pytest.mark.parametrize(
    "path",
    [
        *GOOD_NAMES,
        pytest.param("a/b/c.txt", id="nested"),
        pytest.param("a/C:/b", id="colon-below"),
        pytest.param("/".join(["x" * 255] * 4), id="long-segments"),
        pytest.param("e\u0301/e\u0301", id="nfd-nested"),
    ],
)
def test_a_dag_path_is_kept_as_it_is(path: str) -> None:
    assert kept(UploadDirectoryDag, "source", {path: b""}) == {path: b""}


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        *(case for case in NAME_TROUBLE if not str(case.id).startswith("drive")),
        pytest.param("/a", "relative", id="absolute"),
        pytest.param("//a", "relative", id="network"),
        pytest.param("C:/a", "relative", id="drive-slash"),
        pytest.param("c:a", "relative", id="drive-relative"),
        pytest.param("C:\\a", "relative", id="drive-backslash"),
        pytest.param("a/../b", "'..'", id="up"),
        pytest.param("../a", "'..'", id="out"),
        pytest.param("a/..", "'..'", id="up-last"),
        pytest.param("./a", "'.'", id="here"),
        pytest.param("a/./b", "'.'", id="here-within"),
        pytest.param("a//b", "empty", id="double-slash"),
        pytest.param("a/", "empty", id="trailing-slash"),
        pytest.param("a/" + "x" * 256, "255 bytes", id="long-segment"),
        pytest.param("a/b\tc", "control", id="control-below"),
    ],
)
def test_what_is_no_plain_path_in_a_directory_is_refused(path: object, hint: str) -> None:
    assert hint in refusal(UploadDirectoryDag, "source", {path: b""}).message


def is_plain(path: str) -> bool:
    return all(
        segment not in {"", ".", ".."}
        and "\\" not in segment
        and len(segment.encode()) <= 255
        and not any(unicodedata.category(char) == "Cc" for char in segment)
        for segment in path.split("/")
    )


@given(st.text(st.sampled_from("ab./\\:\0\u0301e\u00e9 \ud800\U0001f642"), max_size=12))
@example("a:b")
def test_a_dag_path_that_is_kept_is_safe_on_every_server(path: str) -> None:
    try:
        request = UploadDirectoryDag(source={path: b""})
    except InvalidInputError:
        return
    assert isinstance(request.source, dict)
    (found,) = request.source
    assert is_plain(found)
    assert found == path
    assert re.match("[A-Za-z]:", found) is None


# Whatever comes in, one class of error comes out


class Unprintable:
    """Has no text, and compares with nothing."""

    def __repr__(self) -> str:
        raise RuntimeError("no text")

    def __eq__(self, other: object) -> bool:
        raise RuntimeError("no comparison")

    def __hash__(self) -> int:
        return 1


class NumberAsPath:
    def __fspath__(self) -> int:
        return 5


def trouble(values: Iterable[object]) -> list[str]:
    found: list[str] = []
    for value in values:
        for model, field in FIELDS:
            try:
                make(model, field, value)
            except InvalidInputError as error:
                if error.field != field:
                    found.append(f"{model.__name__}.{field}: .field is {error.field!r}")
            except Exception as error:  # the point of the test
                found.append(f"{model.__name__}.{field}: {type(error).__name__}")
    return found


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(Unprintable(), id="unprintable"),
        pytest.param({Unprintable()}, id="unprintable-in-set"),
        pytest.param(10**5_000, id="long-number"),
        pytest.param(-(10**5_000), id="long-negative-number"),
        pytest.param(FUTURE.replace(tzinfo=Nowhere()), id="datetime-without-offset"),
        pytest.param(NumberAsPath(), id="number-as-path"),
        pytest.param({"a": NumberAsPath()}, id="number-as-path-in-mapping"),
        pytest.param("\ud800", id="surrogate"),
        pytest.param(object, id="class"),
        pytest.param(len, id="function"),
        pytest.param(date.max, id="date"),
        pytest.param(float("nan"), id="nan"),
    ],
)
def test_nothing_but_invalid_input_error_whatever_the_value(value: object) -> None:
    assert trouble([value]) == []


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.binary(max_size=20)
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(UTC))
    | st.timedeltas()
    | st.decimals()
    | st.complex_numbers()
    | st.sampled_from([int, len, NotImplemented, ..., Path("x"), Scope.FILES_READ]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner)
        | st.dictionaries(st.text(max_size=4) | st.integers() | st.none(), inner, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=150)
@given(ANYTHING)
def test_nothing_but_invalid_input_error_for_arbitrary_objects(value: object) -> None:
    assert trouble([value]) == []


# Secrets stay out of every refusal

SECRET = "hunter2-hunter2"


@pytest.mark.parametrize(
    ("model", "values", "field"),
    [
        pytest.param(
            Login,
            {"email": "user@example.com", "password": [SECRET]},
            "password",
            id="password-of-another-type",
        ),
        pytest.param(
            Login,
            {"email": "user@example.com", "password": SECRET.encode()},
            "password",
            id="password-as-bytes",
        ),
        pytest.param(
            Login,
            {"email": "user@example.com", "password": SECRET + "\ud800"},
            "password",
            id="password-that-has-no-utf-8-form",
        ),
        pytest.param(Login, {"email": "user", "password": SECRET}, "email", id="next-to-it"),
        pytest.param(Login, {"email": 5, "passwort": SECRET}, "email", id="misspelt"),
        pytest.param(
            VerifyTwoFactor,
            {"temporary_token": [SECRET], "code": "012345"},
            "temporary_token",
            id="temporary-token",
        ),
        pytest.param(
            VerifyTwoFactor,
            {"temporary_token": SECRET, "code": SECRET},
            "code",
            id="totp-code",
        ),
        pytest.param(
            GenerateToken, {"name": "ci", "totp_code": SECRET}, "totp_code", id="token-totp-code"
        ),
        pytest.param(RevokeToken, {"name": "", "totp_code": SECRET}, "name", id="beside-a-code"),
        pytest.param(VerifyEmail, {"token": f" {SECRET}"}, "token", id="mailed-token"),
        pytest.param(
            VerifyEmail, {"token": f"https://x/?token={SECRET}"}, "token", id="mailed-link"
        ),
        pytest.param(
            ResetPassword,
            {"token": SECRET, "new_password": SECRET.encode()},
            "new_password",
            id="new-password",
        ),
        pytest.param(SignUp, {"name": "", "password": SECRET}, "name", id="beside-a-password"),
        pytest.param(
            DisableTwoFactor, {"password": SECRET, "code": SECRET}, "code", id="code-to-disable"
        ),
    ],
)
def test_no_refusal_shows_a_secret(
    model: type[Request[Any]], values: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        model.model_validate(values)
    error = caught.value
    assert error.field == field
    assert SECRET not in f"{error!s} {error!r} {error.args} {vars(error)}"
    assert error.__cause__ is None
    assert error.__context__ is None


def test_an_empty_password_is_refused_in_plain_words() -> None:
    assert "empty" in refusal(Login, "password", "").message


@pytest.mark.parametrize("model", [VerifyEmail, ResetPassword])
@pytest.mark.parametrize(
    ("value", "hint"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param("abc ", "space", id="space-after"),
        pytest.param("\nabc", "line break", id="line-break"),
        pytest.param("https://pinarkive.com/verify?token=abc", "not the whole link", id="link"),
        pytest.param(b"abc", "text", id="bytes"),
    ],
)
def test_what_is_no_token_of_a_mail_is_refused(
    model: type[Request[Any]], value: object, hint: str
) -> None:
    assert hint in refusal(model, "token", value).message


@pytest.mark.parametrize("value", [date(1815, 12, 10), "1815-12-10"])
def test_a_date_of_birth_is_a_date_or_its_text(value: object) -> None:
    assert kept(SignUp, "birth_date", value) == date(1815, 12, 10)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        pytest.param(datetime(1815, 12, 10, tzinfo=UTC), "such as '1990-12-31'", id="instant"),
        pytest.param("10.12.1815", "such as '1990-12-31'", id="other-order"),
        pytest.param("18151210", "such as '1990-12-31'", id="no-hyphens"),
        pytest.param(1815, "such as '1990-12-31'", id="number"),
        pytest.param("1815-13-10", "month", id="month"),
        pytest.param(date.today() + timedelta(days=2), "future", id="future"),
    ],
)
def test_what_is_no_date_of_birth_is_refused(value: object, hint: str) -> None:
    assert hint in refusal(SignUp, "birth_date", value).message
