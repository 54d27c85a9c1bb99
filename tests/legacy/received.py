"""Calls that differ in what they are answered: results, errors, redirects, broken connections."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from .case import CID, KEY, METHODS, REQUIRED, Call, Differences, MadeError, Why, done
from .recorder import Answer

__all__ = ["MADE_ERRORS", "RECEIVED"]

JSON = "application/json"


def to_json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


RESULTS: Mapping[str, Answer] = {
    **{f"status {status}": Answer(status=status) for status in (201, 202, 203, 206, 226, 299)},
    "null": Answer(body=b"null"),
    "a list": Answer(body=b'[{"a": 1}, []]'),
    "text": Answer(body=b'"text"'),
    "a number": Answer(body=b"5"),
    "false": Answer(body=b"false"),
    "an empty object": Answer(body=b"{}"),
    "an empty list": Answer(body=b"[]"),
    "numbers": Answer(body=b"[1, 1.0, -0.0, 1e400, 123456789012345678901234567890, 1E2]"),
    "what is no number": Answer(body=b"[NaN, Infinity, -Infinity]"),
    "a name twice": Answer(body=b'{"a": 1, "b": 2, "a": 3}'),
    "names in an order": Answer(body=b'{"z": 1, "a": {"y": 2, "b": 3}}'),
    "Unicode": Answer(body=to_json({"\u00fc": "\u2713 \U0001f389"})),
    "escapes": Answer(body=b'["\\u00fc\\ud83c\\udf89\\/\\n"]'),
    "half of a pair": Answer(body=b'["\\ud800"]'),
    "a NUL": Answer(body=b'["\\u0000"]'),
    "spaces around": Answer(body=b' \r\n\t{"a": 1}\n '),
    "nested lists": Answer(body=b"[" * 100 + b"]" * 100),
    "deeply nested lists": Answer(body=b"[" * 300 + b"]" * 300),
    "what looks like a pin": Answer(body=b'{"expiresAt": "2026-12-31T23:59:59.000Z", "cid": "x"}'),
    "another shape": Answer(status=201, body=b'["nothing", {"like": "the contract"}]'),
    "no charset": Answer(body=to_json({"a": "\u00fc"}), content_type=JSON),
    "JSON as text": Answer(content_type="text/plain"),
    "JSON as HTML": Answer(content_type="text/html; charset=utf-8"),
    "JSON of no type": Answer(content_type=None),
    "JSON of another type": Answer(content_type="application/vnd.api+json"),
    "a compressed body": Answer(compressed=True),
    "a cookie": Answer(headers={"Set-Cookie": "a=b"}),
    "a large body": Answer(body=to_json(["x" * 1000] * 2000)),
}

UNREADABLE: Mapping[str, Answer] = {
    "text": Answer(body=b"OK", content_type="text/plain"),
    "HTML": Answer(body=b"<html></html>", content_type="text/html"),
    "cut JSON": Answer(body=b'{"ok": tr'),
    "two values": Answer(body=b"{} {}"),
    "a wrong byte": Answer(body=b'{"a": "\xff"', content_type=JSON),
}
"""What is not JSON."""

NOTHING: Mapping[str, Answer] = {
    "status 204": Answer(status=204, body=b"", content_type=None),
    "an empty body": Answer(body=b""),
    "an empty body of no type": Answer(body=b"", content_type=None),
    "a body of spaces": Answer(body=b" \n"),
}

FOREIGN: Mapping[str, str] = {
    "a byte order mark": "utf-8-sig",
    "UTF-16": "utf-16",
    "UTF-16 without a mark": "utf-16-le",
    "UTF-32": "utf-32",
}
"""JSON in encodings that 3.1.1 did not look for."""


def results() -> Iterator[Call]:
    for name, answer in RESULTS.items():
        for method in ("pin_cid", "remove_file"):
            yield answered(method, name, answer)
    for method in METHODS:
        yield answered(method, "in another shape", RESULTS["another shape"])
    for name, answer in {**UNREADABLE, **NOTHING}.items():
        for method in ("remove_file", "revoke_token"):
            yield answered(method, f"no JSON, {name}", answer)
    yield answered(
        "get_me",
        "Latin-1",
        Answer(
            body='{"a": "\u00fc"}'.encode("latin-1"), content_type=f"{JSON}; charset=iso-8859-1"
        ),
        why=Why.NOT_JSON,
        differs={"outcome": ("returned {'a': '\u00fc'}", "raised APIResponseError")},
    )
    for name, answer in UNREADABLE.items():
        yield no_json(name, answer, "raised APIResponseError")
    for name, answer in NOTHING.items():
        yield no_json(name, answer, "returned None")
    for name, encoding in FOREIGN.items():
        answer = Answer(body='{"a": "\u00fc"}'.encode(encoding), content_type=JSON)
        yield no_json(name, answer, "returned {'a': '\u00fc'}")


def answered(method: str, name: str, answer: Answer, **more: Any) -> Call:
    return Call(
        name=f"{method} answered {name}",
        method=method,
        kwargs=REQUIRED.get(method, {}),
        answers=(answer,),
        **more,
    )


def no_json(name: str, answer: Answer, outcome: str) -> Call:
    return answered(
        "get_me",
        f"no JSON, {name}",
        answer,
        why=Why.NOT_JSON,
        differs={"outcome": ("raised JSONDecodeError", outcome)},
    )


STATUSES = (
    *(400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 411, 413, 415, 418, 422, 423, 425),
    *(426, 428, 429, 431, 451, 499, 500, 501, 502, 503, 504, 507, 511, 520, 599),
)

ERRORS: Mapping[str, object] = {
    "everything": {
        "error": "Forbidden",
        "message": "Missing scope: files:write",
        "code": "missing_scope",
        "required": "files:write",
        "limit": 5,
        "more": [1, {"a": None}],
    },
    "a message": {"message": "only a message"},
    "an error": {"error": "Only An Error"},
    "nothing in it": {},
    "an empty message": {"message": "", "error": "Bad"},
    "empty texts": {"message": "", "error": "", "code": "", "required": ""},
    "a message that is null": {"message": None, "error": "Bad"},
    "Unicode": {"message": "\u00fcn\u00ef\u2713"},
    "a long message": {"message": "long " * 500 + "end"},
    "a code in capitals": {"message": "m", "code": "RATE_LIMIT"},
    "a resend": {"message": "m", "canResendVerification": True},
    "a second factor": {"message": "m", "code": "2fa_required"},
    "a message of two lines": {"message": "a\nb"},
}
"""Bodies of errors that are read as 3.1.1 read them."""


@dataclass(frozen=True, kw_only=True)
class OddError:
    """The body of an error that is read in another way."""

    body: object
    message: tuple[object, str] | None = None
    """The message before and now, where it differs; `""` is the status in words."""
    attributes: Differences = field(default_factory=dict[str, tuple[object, object]])
    why: Why = Why.TOLD

    def differs(self, status: int) -> dict[str, tuple[object, object]]:
        found = {name: (repr(old), repr(new)) for name, (old, new) in self.attributes.items()}
        if self.message is None:
            return {**found}
        old, new = self.message[0], self.message[1] or HTTPStatus(status).phrase
        text = (f"[{status}] {old}", f"[{status}] {new}")
        return {**found, "message": (repr(old), repr(new)), "str": text}


SECRET_BODY = {"message": "no such key: the-key", "error": "the-key", "code": "the-key"}
HIDDEN_BODY = {"message": "no such key: ****", "error": "****", "code": "****"}

ODD_ERRORS: Mapping[str, OddError] = {
    "an error that is a word": OddError(
        body={"error": "api_version_deprecated"},
        attributes={"code": ("", "api_version_deprecated")},
    ),
    "a code that is a number": OddError(
        body={"message": "m", "code": 404}, attributes={"code": (404, "404")}
    ),
    "a code that is false": OddError(
        body={"message": "m", "code": False}, attributes={"code": (False, "")}
    ),
    "a list of scopes": OddError(
        body={"message": "m", "required": ["a", "b"]},
        attributes={"required": (["a", "b"], "a b")},
    ),
    "nulls": OddError(
        body={"message": "m", "error": None, "code": None, "required": None},
        attributes={"error": (None, ""), "code": (None, ""), "required": (None, "")},
    ),
    "a message of spaces": OddError(body={"message": "  "}, message=("  ", "")),
    "a message with spaces around": OddError(
        body={"message": " padded \n"}, message=(" padded \n", "padded")
    ),
    "a message that is an object": OddError(body={"message": {"a": 1}}, message=({"a": 1}, "")),
    "a message that is a list": OddError(body={"message": ["a"]}, message=(["a"], "")),
    "a message that is a number": OddError(body={"message": 5}, message=(5, "")),
    "a message that is true": OddError(body={"message": True}, message=(True, "")),
    "an error that is an object": OddError(
        body={"error": {"a": 1}}, message=({"a": 1}, ""), attributes={"error": ({"a": 1}, "")}
    ),
    "the credential": OddError(
        body=SECRET_BODY,
        message=("no such key: the-key", "no such key: ****"),
        attributes={
            "body": (SECRET_BODY, HIDDEN_BODY),
            "error": ("the-key", "****"),
            "code": ("the-key", "****"),
        },
        why=Why.HIDDEN,
    ),
}

PASSWORD_BODY = {"message": "p\u00e4ss w\u00f6rd is wrong"}
PASSWORD_ERROR = OddError(
    body=PASSWORD_BODY,
    message=("p\u00e4ss w\u00f6rd is wrong", "**** is wrong"),
    attributes={"body": (PASSWORD_BODY, {"message": "**** is wrong"})},
    why=Why.HIDDEN,
)

UNREAD_ERRORS: Mapping[str, Answer] = {
    "no JSON": Answer(body=b"{broken"),
    "an empty body": Answer(body=b""),
    "an empty body of no type": Answer(body=b"", content_type=None),
    "HTML": Answer(body=b"<h1>Bad gateway</h1>", content_type="text/html"),
    "text": Answer(body=b"plain", content_type="text/plain"),
    "JSON text as text": Answer(body=b'"text"', content_type="text/plain"),
}
"""Bodies that neither reads."""

NEWLY_READ_ERRORS: Mapping[str, Answer] = {
    "as text": Answer(body=b'{"message": "m"}', content_type="text/plain"),
    "of no type": Answer(body=b'{"message": "m"}', content_type=None),
    "of another type": Answer(body=b'{"message": "m"}', content_type="application/problem+json"),
    "of a type in capitals": Answer(body=b'{"message": "m"}', content_type="Application/JSON"),
    "in UTF-16": Answer(body='{"message": "m"}'.encode("utf-16"), content_type=JSON),
}
"""JSON that 3.1.1 did not take for JSON in an error."""

NO_OBJECTS: Mapping[str, object] = {
    "an array": ["a"],
    "an array of objects": [{"message": "m"}],
    "a text": "text",
    "a number": 5,
    "true": True,
}


def errors() -> Iterator[Call]:
    usual = {"error": "E", "message": "M", "code": "c", "required": "r"}
    for status in STATUSES:
        for method in ("pin_cid", "get_me"):
            yield failed(method, status, "as usual", usual)
    for method in METHODS:
        yield failed(method, 404, "with little", {"error": "Not Found", "message": "gone"})
    for name, body in ERRORS.items():
        for status in (400, 403, 429, 500):
            yield failed("pin_cid", status, f"with {name}", body)
    for status in (400, 404, 429, 502):
        for name, answer in UNREAD_ERRORS.items():
            yield error("pin_cid", f"{status} with {name}", replace(answer, status=status))
        compressed = Answer(status=status, body=b'{"message": "m"}', compressed=True)
        yield error("pin_cid", f"{status} compressed", compressed)


def odd_errors() -> Iterator[Call]:
    for name, odd in ODD_ERRORS.items():
        for status in (400, 429, 500):
            yield odd_error("pin_cid", status, name, odd)
    yield odd_error("login", 401, "the password", PASSWORD_ERROR)
    for status in (400, 404, 429, 502):
        told = OddError(
            body=None,
            message=(f"Request failed ({status})", "m"),
            attributes={"body": ({}, {"message": "m"})},
        )
        for name, answer in NEWLY_READ_ERRORS.items():
            yield error(
                "pin_cid",
                f"{status} with JSON {name}",
                replace(answer, status=status),
                why=told.why,
                differs=told.differs(status),
            )
    crash = "raises AttributeError"
    for name, value in NO_OBJECTS.items():
        for status, differs in {
            400: {
                "body": (repr(value), "{}"),
                "error": (crash, "''"),
                "code": (crash, "''"),
                "required": (crash, "''"),
                "retry_after": (crash, "None"),
            },
            429: {"outcome": ("raised AttributeError", "raised RateLimitError")},
        }.items():
            yield failed(
                "pin_cid", status, f"with {name}", value, why=Why.NO_OBJECT, differs=differs
            )


def error(method: str, name: str, answer: Answer, **more: Any) -> Call:
    return Call(
        name=f"{method} failed, {name}",
        method=method,
        kwargs=REQUIRED.get(method, {}),
        client=KEY,
        answers=(answer,),
        once=True,
        **more,
    )


def failed(method: str, status: int, name: str, body: object, **more: Any) -> Call:
    return error(method, f"{status} {name}", Answer(status=status, body=to_json(body)), **more)


def odd_error(method: str, status: int, name: str, odd: OddError) -> Call:
    return failed(
        method, status, f"with {name}", odd.body, why=odd.why, differs=odd.differs(status)
    )


@dataclass(frozen=True)
class Wait:
    """What a body and a header say of waiting, and what `.retry_after` is.

    With 429, and with other statuses, whose header 3.1.1 did not read; and what it is now.
    """

    body: object
    header: str | None
    with_429: str
    with_others: str
    now: str


WAITS: Mapping[str, Wait] = {
    "nothing": Wait(None, None, "None", "None", "None"),
    "a number": Wait(30, None, "30", "30", "30"),
    "zero": Wait(0, None, "0", "0", "0"),
    "a text": Wait("30", None, "30", "30", "30"),
    "a whole float": Wait(2.0, None, "2", "2", "2"),
    "a float": Wait(1.5, None, "1", "1", "2"),
    "less than nothing": Wait(-1, None, "-1", "-1", "None"),
    "true": Wait(True, None, "1", "1", "None"),
    "a header": Wait(None, "17", "17", "None", "17"),
    "a header of zero": Wait(None, "0", "0", "None", "0"),
    "a header of spaces and a number": Wait(None, "  17 ", "17", "None", "17"),
    "a header of less than nothing": Wait(None, "-1", "-1", "None", "None"),
    "a header of a float": Wait(None, "1.5", "None", "None", "2"),
    "a header of a past date": Wait(None, "Thu, 01 Jan 1970 00:00:00 GMT", "None", "None", "0"),
    "a header of a word": Wait(None, "soon", "None", "None", "None"),
    "both": Wait(30, "17", "30", "30", "30"),
    "both, the header longer": Wait(17, "30", "17", "17", "30"),
    "a word": Wait("soon", None, "raises ValueError", "raises ValueError", "None"),
    "a word and a header": Wait("soon", "17", "raises ValueError", "raises ValueError", "17"),
    "a float as text": Wait("1.5", None, "raises ValueError", "raises ValueError", "2"),
    "an empty text": Wait("", None, "raises ValueError", "raises ValueError", "None"),
    "a list": Wait([30], None, "raises TypeError", "raises TypeError", "None"),
    "an object": Wait({"a": 1}, None, "raises TypeError", "raises TypeError", "None"),
}


def waits() -> Iterator[Call]:
    for name, wait in WAITS.items():
        for status in (400, 429, 503):
            body: dict[str, object] = {"message": "m"}
            if wait.body is not None:
                body["retryAfter"] = wait.body
            before = wait.with_429 if status == 429 else wait.with_others
            yield error(
                "generate_token",
                f"{status}, to wait {name}",
                Answer(
                    status=status,
                    body=to_json(body),
                    headers={} if wait.header is None else {"Retry-After": wait.header},
                ),
                why=None if before == wait.now else Why.TOLD,
                differs={} if before == wait.now else {"retry_after": (before, wait.now)},
            )


def redirects() -> Iterator[Call]:
    for status in (301, 302, 303, 307, 308):
        for method in ("get_me", "pin_cid", "remove_file", "upload_file"):
            yield Call(
                name=f"{method} redirected with {status}",
                method=method,
                kwargs=REQUIRED.get(method, {}),
                answers=(
                    Answer(status=status, body=b"", headers={"Location": "/elsewhere"}),
                    Answer(),
                ),
                why=Why.REDIRECT,
                differs={"outcome": (done(method), "raised RedirectError"), "requests": (2, 1)},
            )
    for status, raised in ((300, "APIResponseError"), (302, "RedirectError")):
        yield answered(
            "get_me",
            f"with {status} and JSON",
            Answer(status=status),
            why=Why.REDIRECT,
            differs={"outcome": ("returned {'ok': True}", f"raised {raised}")},
        )
    yield answered(
        "remove_file",
        "with 304",
        Answer(status=304, body=b"", content_type=None),
        why=Why.REDIRECT,
        differs={"outcome": ("returned None", "raised APIResponseError")},
    )


BROKEN: Mapping[str, tuple[bytes, str]] = {
    "nothing": (b"", "ConnectionError"),
    "what is no HTTP": (b"hello\r\n\r\n", "ConnectionError"),
    "a cut header": (b"HTTP/1.1 200 OK\r\nContent-Le", "JSONDecodeError"),
    "a cut body": (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "ChunkedEncodingError"),
}


def network() -> Iterator[Call]:
    for name, (raw, raised) in BROKEN.items():
        yield Call(
            name=f"pin_cid answered {name}",
            method="pin_cid",
            args=(CID,),
            answers=(Answer(raw=raw),),
            why=Why.NETWORK,
            differs={"outcome": (f"raised {raised}", "raised APIConnectionError")},
        )
    yield Call(
        name="no connection",
        method="pin_cid",
        args=(CID,),
        client={"api_key": "k", "base_url": "http://{nobody}/api/v3"},
        once=True,
        why=Why.NETWORK,
        differs={"outcome": ("raised ConnectionError", "raised APIConnectionError")},
    )


def repeated() -> Iterator[Call]:
    """What is sent again is sent as it was; what could happen twice is not sent again."""
    refused = Answer(status=503, headers={"Retry-After": "0"})
    for method in ("list_uploads", "upload_directory_dag", "pin_cid", "remove_file"):
        yield Call(
            name=f"{method} refused once",
            method=method,
            kwargs=REQUIRED.get(method, {}),
            answers=(refused, Answer()),
            why=Why.REPEATED,
            differs={"outcome": ("raised PinarkiveError", done(method)), "requests": (1, 2)},
        )
    for method in ("login", "verify_2fa_login"):
        yield Call(
            name=f"{method} refused once",
            method=method,
            kwargs=REQUIRED[method],
            answers=(refused, Answer()),
            why=Why.TOLD,
            differs={"retry_after": ("None", "0")},
        )
    for method in ("pin_cid", "upload_file", "generate_token"):
        yield Call(
            name=f"{method} failed once",
            method=method,
            kwargs=REQUIRED[method],
            answers=(Answer(status=500), Answer()),
        )


RECEIVED: tuple[Call, ...] = (
    *results(),
    *errors(),
    *odd_errors(),
    *waits(),
    *redirects(),
    *network(),
    *repeated(),
)

BODY = {"error": "e", "code": "c", "required": "r", "retryAfter": 7}
NO_MESSAGE = "The request failed and the server did not say why"

MADE_ERRORS: tuple[MadeError, ...] = (
    MadeError(name="the least", args=(404, "gone")),
    MadeError(name="positional", args=(403, "no", {"error": "E", "code": "c"}, 5)),
    MadeError(
        name="by keyword",
        kwargs={"status_code": 429, "message": "slow", "body": BODY, "retry_after": 5},
    ),
    MadeError(name="without a body", args=(400, "m", None, None)),
    MadeError(name="with an empty body", args=(400, "m", {})),
    MadeError(
        name="without an answer",
        args=(0, "m"),
        why=Why.TOLD,
        differs={"str": ("[0] m", "m"), "args": ("('[0] m',)", "('m',)")},
    ),
    MadeError(
        name="without a message",
        args=(400, ""),
        why=Why.TOLD,
        differs={
            "str": ("[400] ", f"[400] {NO_MESSAGE}"),
            "args": ("('[400] ',)", f"('[400] {NO_MESSAGE}',)"),
            "message": ("''", repr(NO_MESSAGE)),
        },
    ),
)
