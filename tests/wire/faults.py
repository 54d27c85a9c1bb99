"""The faults that calls survive, as data: what the server does, what is called, what comes of it.

`ROWS` has every fault once, in the words of the matrix in docs/reliability.md. `CASES` has what is
done on a plain server; a fault that needs more has tests of its own, which its row names.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any, Literal, TypeAlias

from pinarkive import (
    APIConnectionError,
    APIResponseError,
    APIStatusError,
    APITimeoutError,
    APIVersionGoneError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    GenerateToken,
    GetHealth,
    GetMe,
    IntegrityError,
    ListTokens,
    Login,
    MissingScopeError,
    NotFoundError,
    PayloadTooLargeError,
    PermissionDeniedError,
    PinCid,
    RateLimitError,
    RedirectError,
    RemoveFile,
    Request,
    Sent,
    ServerError,
    ServiceUnavailableError,
    TwoFactorInvalidError,
    TwoFactorRequiredError,
    UploadDirectoryDag,
    UploadFile,
    VerifyTwoFactor,
)

from .certificates import Certificate
from .server import (
    Close,
    Drain,
    Drip,
    Flood,
    HalfClose,
    Read,
    ReadHead,
    Reset,
    Send,
    Stall,
    Turn,
    Wait,
    answer,
    json_answer,
)

__all__ = [
    "CASES",
    "CID",
    "CLOSES",
    "KEY",
    "LARGE",
    "ME",
    "ROWS",
    "TOO_LARGE",
    "UPLOADED",
    "Case",
    "Kind",
    "Row",
]

Kind: TypeAlias = Literal["sync", "async"]

KEY = "an-api-key-of-some-length"
CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
MIB = 1024 * 1024
LARGE = bytes(64 * MIB)
LIMIT = 0.6


@dataclass(frozen=True)
class Row:
    """A fault of the matrix; `tests` are those beside its cases."""

    id: str
    area: str
    fault: str
    expected: str
    tests: tuple[str, ...] = ()


@dataclass(frozen=True)
class Case:
    """One call under a fault."""

    id: str
    name: str
    call: Callable[[], Request[Any]]
    server: tuple[Turn, ...]
    """What it does in turn; without a turn nothing listens."""
    error: type[BaseException] | None
    """What is raised; `None` where the call succeeds."""
    requests: int | None = 1
    """How many turns the server took; `None` where that is open."""
    sent: Sent | None = None
    text: str = ""
    """A pattern that the error's text has."""
    has: Mapping[str, object] = field(default_factory=dict[str, object])
    """Attributes of the error or of the answer."""
    limit: float | None = None
    """The call's own limit in seconds."""
    client_limit: float = 60.0
    retries: int = 2
    at_limit: bool = False
    """Whether it ends when its limit passes, neither sooner nor later."""
    within: float = 30.0
    """Seconds in which each call ends."""
    times: int = 1
    takes: int | None = None
    """The most bytes of a body that the server gets to see."""
    warm: Turn = ()
    """What the server does with a read that comes before, on a connection that is kept."""
    tls: Certificate | None = None
    scheme: str = ""
    """Another scheme in the base URL than the server speaks."""
    kinds: tuple[Kind, ...] = ("sync", "async")

    @property
    def reachable(self) -> bool:
        """Whether the same client could reach the server once it is well."""
        return bool(self.server) and not self.scheme and self.tls in (None, "good")


# What is called ----------------------------------------------------------------------------------


class Zeros(io.RawIOBase):
    """64 MiB that begin after a few other bytes, as a file that can seek."""

    def __init__(self) -> None:
        self._place = 5

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        self._place = len(LARGE) + offset if whence == io.SEEK_END else offset
        return self._place

    def read(self, size: int = -1, /) -> bytes:
        data = (b"skip!"[self._place :] + LARGE[:size])[: min(size, len(LARGE) - self._place)]
        self._place += len(data)
        return data


class Pipe:
    """A file that can only be read, and that may fail."""

    def __init__(self, left: int, error: BaseException | None = None) -> None:
        self._left = left
        self._error = error

    def read(self, size: int = -1, /) -> bytes:
        data = LARGE[: min(size, self._left)]
        self._left -= len(data)
        if not data and self._error is not None:
            raise self._error
        return data


def token() -> Request[Any]:
    return GenerateToken(name="ci")


def pin() -> Request[Any]:
    return PinCid(cid=CID)


def remove() -> Request[Any]:
    return RemoveFile(cid=CID)


def login() -> Request[Any]:
    return Login(email="me@example.com", password="a-password-of-some-length")


def verify() -> Request[Any]:
    return VerifyTwoFactor(temporary_token="a-temporary-token", code="012345")


def upload() -> Request[Any]:
    return UploadFile(file=b"small")


def large() -> Request[Any]:
    return UploadFile(file=LARGE)


def zeros() -> Request[Any]:
    return UploadFile(file=Zeros())


def stream() -> Request[Any]:
    return UploadFile(file=Pipe(len(LARGE)))


def dag() -> Request[Any]:
    return UploadDirectoryDag(source={"a/b.txt": b"1", "b.txt": b"2"})


# What the server does ----------------------------------------------------------------------------


def says(data: bytes) -> Turn:
    """Return the turn that reads a request and answers with these bytes."""
    return (Read(), Send(data))


def cut(data: bytes) -> Turn:
    """Return the turn that answers with these bytes and closes."""
    return (Read(), Send(data), Close())


def ok(body: bytes, *headers: str) -> Turn:
    """Return the turn that answers with JSON."""
    return says(json_answer(body, 200, *headers))


def fails(status: int, body: bytes = b"{}", *headers: str) -> Turn:
    """Return the turn that answers with another status."""
    return says(json_answer(body, status, *headers))


def error_body(code: str, *more: str) -> bytes:
    """Return the body of an error answer."""
    pairs = ('"error":"Words"', '"message":"Say why"', f'"code":"{code}"', *more)
    return b"{%b}" % ",".join(pairs).encode()


ME = ok(b'{"id":"u1"}')
TOKEN = says(json_answer(b'{"token":"pk_new"}', 201))
UPLOADED = says(json_answer(b'{"cid":"%b"}' % CID.encode(), 201))
SILENT: Turn = (Read(), Stall())
LOST: Turn = (Read(), Reset())
CLOSES: Turn = (Read(), Close())
TOO_LARGE = json_answer(error_body("file_too_large"), 413)
NO_END = b"HTTP/1.1 200 OK\r\n"
REFUSAL = {"code": "file_too_large", "message": "Say why", "status_code": 413}

SENT_TWICE = "list the uploads"
MAKES_TOKENS = "list the tokens"
LOGS_IN = "log in again"

# Many of one kind --------------------------------------------------------------------------------

STATUSES: list[tuple[int, type[BaseException], int]] = [
    (400, BadRequestError, 1),
    (401, AuthenticationError, 1),
    (403, PermissionDeniedError, 1),
    (404, NotFoundError, 1),
    (408, APIStatusError, 3),
    (409, ConflictError, 1),
    (410, APIVersionGoneError, 1),
    (413, PayloadTooLargeError, 1),
    (418, APIStatusError, 1),
    (425, APIStatusError, 3),
    (429, RateLimitError, 3),
    (451, APIStatusError, 1),
    (500, ServerError, 3),
    (502, ServerError, 3),
    (503, ServiceUnavailableError, 3),
    (504, ServerError, 3),
]
STATUS_CASES = tuple(
    Case(
        "F47",
        str(status),
        GetMe,
        (fails(status, error_body("a_code", '"required":"x:y"'), "X-Request-Id: r-1"),),
        error,
        requests=requests,
        has={
            "status_code": status,
            "code": "a_code",
            "error": "Words",
            "message": "Say why",
            "required": "x:y",
            "retry_after": None,
            "request_id": "r-1",
            "attempts": requests,
            "body": {"error": "Words", "message": "Say why", "code": "a_code", "required": "x:y"},
        },
    )
    for status, error, requests in STATUSES
)

GARBAGE: list[tuple[str, Turn]] = [
    ("garbage", cut(b"\x00\x01\x02 no HTTP at all \r\n\r\n")),
    ("HTTP/2", cut(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64" + bytes(12))),
    ("HTTP/2 preface", cut(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
    ("TLS alert", cut(b"\x15\x03\x03\x00\x02\x02\x28")),
    ("bad status line", cut(b"HTTP/1.1 2x0 OK\r\nContent-Length: 2\r\n\r\n{}")),
    ("two lengths", cut(NO_END + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}")),
    ("bad length", cut(NO_END + b"Content-Length: two\r\n\r\n{}")),
    ("bad header", cut(NO_END + b"no colon\r\nContent-Length: 2\r\n\r\n{}")),
    ("1 MB header", (Read(), Send(NO_END), Flood(b"X: " + b"x" * 1000 + b"\r\n", 1000), Close())),
    ("1 MB line", (Read(), Send(NO_END + b"X: "), Flood(b"x" * 1000, 1000), Close())),
]
CUT: list[tuple[str, Turn]] = [
    ("short body", cut(NO_END + b'Content-Length: 100\r\n\r\n{"id":"u')),
    ("short chunk", cut(NO_END + b'Transfer-Encoding: chunked\r\n\r\n20\r\n{"id":')),
    ("no last chunk", cut(NO_END + b'Transfer-Encoding: chunked\r\n\r\n9\r\n{"id":"u"\r\n')),
    ("bad chunk size", cut(NO_END + b'Transfer-Encoding: chunked\r\n\r\nzz\r\n{"id":"u1"}\r\n')),
    ("half a head", cut(NO_END + b"Content-Le")),
]
LOST_CASES = tuple(
    case
    for fault, turns in (("F40", CUT), ("F41", GARBAGE))
    for name, turn in turns
    for case in (
        Case(fault, name, GetMe, (turn,), APIConnectionError, requests=3, sent="maybe"),
        Case(fault, f"{name}, POST", token, (turn,), APIConnectionError, sent="maybe"),
    )
)

WAITS: list[tuple[str, float | None]] = [
    ("1.9", 2.0),
    ('"60"', 60.0),
    ('"soon"', None),
    ("[]", None),
    ("{}", None),
    ("true", None),
    ("-1", None),
    ("NaN", None),
    ("1e400", None),
    ('""', None),
    ('"2030-01-01T00:00:00Z"', None),
]
WAIT_CASES = tuple(
    case
    for value, seconds in WAITS
    for body in [error_body("slow_down", f'"retryAfter":{value}')]
    for case in (
        Case(
            "F56",
            value,
            GetMe,
            (fails(429, body),),
            RateLimitError,
            retries=0,
            has={"retry_after": seconds},
        ),
        Case(
            "F56",
            f"{value}, and the header",
            GetMe,
            (fails(429, body, "Retry-After: 2"),),
            RateLimitError,
            retries=0,
            has={"retry_after": seconds or 2.0},
        ),
    )
)

LOCATIONS: list[tuple[str, str]] = [
    ("loop", "/api/v3/users/me"),
    ("empty", ""),
    ("ftp", "ftp://elsewhere.example/x"),
    ("file", "file:///etc/passwd"),
    ("javascript", "javascript:alert(1)"),
    ("malformed", "http://[::1"),
    ("10 kB", "https://elsewhere.example/" + "x" * 10_000),
]
LOCATION_CASES = tuple(
    Case("F73", name, GetMe, (fails(302, b"", f"Location: {url}"),), RedirectError)
    for name, url in LOCATIONS
)

NOT_AN_OBJECT = tuple(
    Case("F34", f"{body}, {call.__name__}", call, (ok(body.encode()),), APIResponseError)
    for body in ("null", "[]", '"text"', "7", "true")
    for call in (GetMe, upload, token, pin)
)

FAILURES_AS_SUCCESS = tuple(
    Case("F53", f"{call.__name__}, {body}", call, (ok(body.encode()),), APIResponseError)
    for body in ('{"error":"x","code":"y"}', '{"success":false,"message":"no"}')
    for call in (GetMe, GetHealth, ListTokens, remove, pin, upload, dag, login)
)

PAST = format_datetime(datetime.now(UTC) - timedelta(days=9), usegmt=True)
AHEAD = format_datetime(datetime.now(UTC) + timedelta(days=9), usegmt=True)

# fmt: off
CASES: tuple[Case, ...] = (
    *(Case("F01", call.__name__, call, (), APIConnectionError, None, "no", r"127\.0\.0\.1",
         {"attempts": 3}) for call in (GetMe, token, login, upload, remove)),

    Case("F04", "self-signed", GetMe, (ME,), APIConnectionError, 0, "no", "self.signed|issuer",
         {"attempts": 1}, tls="self-signed"),
    Case("F04", "wrong host", GetMe, (ME,), APIConnectionError, 0, "no", "mismatch|not valid for",
         {"attempts": 1}, tls="wrong host"),
    Case("F04", "expired", token, (TOKEN,), APIConnectionError, 0, "no", "expired", {"attempts": 1},
         tls="expired"),

    Case("F05", "https to plain", GetMe, ((Wait(0.05), Send(answer(400)), Close()),),
         APIConnectionError, None, "no", "https", scheme="https", within=5),
    Case("F05", "https to what says nothing", GetMe, ((Stall(),),), APIConnectionError, None, "no",
         "https|in time", scheme="https", limit=LIMIT, at_limit=True),
    Case("F05", "http to TLS", GetMe, (ME,), APIConnectionError, None, tls="good", scheme="http",
         within=5),
    Case("F05", "http to TLS that says so", GetMe, (cut(b"\x15\x03\x01\x00\x02\x02\x46"),),
         APIConnectionError, None, None, "https", within=5),

    Case("F08", "silence", GetMe, (SILENT,), APITimeoutError, 1, "maybe", limit=LIMIT,
         at_limit=True),
    Case("F08", "silence, then lost", GetMe, (CLOSES, SILENT), APITimeoutError, 2, "maybe",
         limit=LIMIT, at_limit=True),

    Case("F10", "token", token, (SILENT,), APITimeoutError, 1, "maybe", MAKES_TOKENS, limit=LIMIT,
         at_limit=True),
    Case("F10", "login", login, (SILENT,), APITimeoutError, 1, "maybe", LOGS_IN, limit=LIMIT,
         at_limit=True),
    Case("F10", "2FA", verify, (SILENT,), APITimeoutError, 1, "maybe", LOGS_IN, limit=LIMIT,
         at_limit=True),
    Case("F10", "token, lost", token, (LOST,), APIConnectionError, 1, "maybe", MAKES_TOKENS),
    Case("F10", "login, lost", login, (LOST,), APIConnectionError, 1, "maybe", LOGS_IN),
    Case("F10", "2FA, lost", verify, (CLOSES,), APIConnectionError, 1, "maybe", LOGS_IN),

    Case("F11", "header", GetMe, ((Read(), Send(NO_END + b"X: "), Drip(b"x", 0.05)),),
         APITimeoutError, 1, "maybe", limit=LIMIT, at_limit=True),
    Case("F11", "body", GetMe, ((Read(), Send(NO_END + b"Content-Length: 9999\r\n\r\n"), Drip(b" ",
         0.05)),), APITimeoutError, 1, "maybe", limit=LIMIT, at_limit=True),
    Case("F11", "chunks", GetMe, ((Read(), Send(NO_END + b"Transfer-Encoding: chunked\r\n\r\n"),
         Drip(b"1\r\n \r\n", 0.05)),), APITimeoutError, 1, "maybe", limit=LIMIT, at_limit=True),
    Case("F11", "informational", GetMe, ((Read(), Drip(b"HTTP/1.1 102 Wait\r\n\r\n", 0.05)),),
         APITimeoutError, 1, "maybe", limit=LIMIT, at_limit=True),
    Case("F11", "TLS", GetMe, ((Read(), Send(NO_END + b"X: "), Drip(b"x", 0.05)),), APITimeoutError,
         1, "maybe", limit=LIMIT, at_limit=True, tls="good"),

    Case("F13", "64 MiB", large, ((Stall(),),), APITimeoutError, 1, "no", limit=LIMIT,
         at_limit=True),
    Case("F13", "a file", zeros, ((ReadHead(), Stall()),), APITimeoutError, 1, "no", limit=LIMIT,
         at_limit=True),
    Case("F13", "a pipe", stream, ((ReadHead(), Stall()),), APITimeoutError, 1, "no", limit=LIMIT,
         at_limit=True),
    Case("F13", "TLS", large, ((ReadHead(), Stall()),), APITimeoutError, 1, "no", limit=LIMIT,
         at_limit=True, tls="good"),

    Case("F14", "longer than the client's limit", upload, ((Read(), Wait(0.8), UPLOADED[-1]),),
         None, has={"cid": CID}, client_limit=0.3),
    Case("F14", "the same, a folder", dag, ((Read(), Wait(0.8), UPLOADED[-1]),), None, has={"cid":
         CID}, client_limit=0.3),

    Case("F17", "close", GetMe, (CLOSES,), APIConnectionError, 3, "maybe", has={"attempts": 3}),
    Case("F17", "reset", GetMe, (LOST,), APIConnectionError, 3, "maybe", has={"attempts": 3}),
    Case("F17", "unread", GetMe, ((Close(),),), APIConnectionError, 3, has={"attempts": 3}),
    Case("F17", "half-close", GetMe, ((Read(), HalfClose(), Stall()),), APIConnectionError, 3,
         "maybe", has={"attempts": 3}, within=5),
    Case("F17", "once", GetMe, (CLOSES, ME), None, 2, has={"id": "u1"}),
    Case("F17", "once, a removal that then is gone", remove, (CLOSES, fails(404)), None, 2,
         has={"removed": True}),

    Case("F19", "the request meets the close", token, (CLOSES, TOKEN), APIConnectionError, 1,
         "maybe", MAKES_TOKENS, warm=ME),
    Case("F19", "closed while it was idle", token, (TOKEN,), None, 1, has={"token": "pk_new"},
         warm=( * ME, Close())),
    Case("F19", "the same, a read", GetMe, (ME,), None, 1, warm=( * ME, Close())),

    Case("F20", "bytes", large, ((Read(MIB), Reset()),), APIConnectionError, 3, "no", "refused",
         {"attempts": 3}),
    Case("F20", "a file, from where it stood", zeros, ((Read(MIB), Reset()),), APIConnectionError,
         3, "no", "refused", {"attempts": 3}),
    Case("F20", "once", zeros, ((Read(MIB), Reset()), UPLOADED), None, 2, has={"cid": CID}),

    Case("F22", "413", large, ((ReadHead(), Send(TOO_LARGE), Close()),), PayloadTooLargeError, 20,
         "yes", has=REFUSAL, times=20, takes=0, kinds=("sync",)),

    Case("F23", "413", large, ((ReadHead(), Send(TOO_LARGE), Close()),), PayloadTooLargeError, 20,
         "yes", has=REFUSAL, times=20, takes=0, kinds=("async",)),
    Case("F23", "401 after the first bytes", zeros, ((Read(MIB), Send(json_answer(b"{}", 401)),
         Close()),), AuthenticationError, 20, times=20),
    Case("F23", "TLS", large, ((ReadHead(), Send(TOO_LARGE), Close()),), PayloadTooLargeError, 20,
         "yes", has=REFUSAL, times=20, tls="good"),
    Case("F23", "a pipe", stream, ((ReadHead(), Send(TOO_LARGE), Close()),), PayloadTooLargeError,
         1, "yes", has=REFUSAL),

    Case("F25", "http", large, ((ReadHead(), Send(TOO_LARGE), HalfClose(), Drain()),),
         PayloadTooLargeError, 20, "yes", has=REFUSAL, times=20, takes=len(LARGE) // 2),
    Case("F25", "https", large, ((ReadHead(), Send(TOO_LARGE), HalfClose(), Drain()),),
         PayloadTooLargeError, 20, "yes", has=REFUSAL, times=20, takes=len(LARGE) // 2, tls="good"),

    Case("F26", "http", large, ((ReadHead(), Send(TOO_LARGE), Stall()),), PayloadTooLargeError, 1,
         "yes", has=REFUSAL, limit=10, within=5),
    Case("F26", "https", large, ((ReadHead(), Send(TOO_LARGE), Stall()),), PayloadTooLargeError, 1,
         "yes", has=REFUSAL, limit=10, within=5, tls="good"),

    Case("F28", "a file", upload, (LOST,), APIConnectionError, 1, "maybe", SENT_TWICE),
    Case("F28", "a large file", large, (LOST,), APIConnectionError, 1, "maybe", SENT_TWICE),
    Case("F28", "a folder", dag, (LOST,), APIConnectionError, 1, "maybe", SENT_TWICE),
    Case("F28", "a pipe", stream, (LOST,), APIConnectionError, 1, "maybe", SENT_TWICE),

    Case("F29", "KeyError", lambda : UploadFile(file=Pipe(MIB, KeyError("mine"))), (UPLOADED,),
         KeyError, None, text="mine"),
    Case("F29", "OSError", lambda : UploadFile(file=Pipe(MIB, ConnectionResetError("mine"))),
         (UPLOADED,), ConnectionResetError, None, text="mine"),

    Case("F31", "cut, a read", GetMe, (ok(b'{"id":"u'),), APIResponseError, 1, None,
         r"(?s)\[200\].*application/json.*id"),
    Case("F31", "no JSON, an upload", upload, (ok(b'{"cid"=1}'),), APIResponseError, 1, "maybe",
         SENT_TWICE),
    Case("F31", "a secret in it", token, (ok(b'{"token":"pk_new", ' + KEY.encode()),),
         APIResponseError, 1, "maybe", MAKES_TOKENS),

    *(Case("F32", call.__name__, call, (says(answer(200, b"<html>Log in</html>",
         "Content-Type: text/html")),), APIResponseError, 1, None, "captive portal or proxy") for
         call in (GetMe, upload, login)),

    *NOT_AN_OBJECT,
    Case("F35", "more than is known", upload, (ok(b'{"cid":"%b","new":[1]}' % CID.encode()),), None,
         has={"cid": CID, "model_extra": {"new": [1]}}),
    Case("F35", "a field of another type", upload, (ok(b'{"cid":"%b","size":"many"}' %
         CID.encode()),), None, has={"cid": CID, "size": None, "model_extra": {"size": "many"}}),
    *(Case("F35", f"{body}", upload, (ok(body.encode()),), APIResponseError, 1, "maybe", "cid") for
         body in ("{}", '{"cid":null}', '{"cid":7}', '{"cid":""}', '{"cid":["x"]}')),
    Case("F35", "within a list", ListTokens, (ok(b'{"tokens":[{"name":"a"},{"label":"b"}]}'),),
         APIResponseError, 1, None, r"tokens.*1.*name"),

    Case("F37", "paths and sizes", dag, (ok(b'{"cid":"%b","files":[{"cid":"%b","path":"b.txt",'
         b'"size":9}],"total_files":1}' % (CID.encode(), CID.encode())),), IntegrityError, 1, None,
         r"a/b\.txt"),
    Case("F37", "total_size alone", dag, (ok(b'{"cid":"%b","total_size":999}' % CID.encode()),),
         None, has={"total_size": 999}),
    Case("F37", "nothing to compare", dag, (UPLOADED,), None, has={"cid": CID}),

    Case("F38", "byte order mark", GetMe, (ok(b'\xef\xbb\xbf{"id":"u1"}'),), None, has={"id":
         "u1"}),
    Case("F38", "UTF-16", GetMe, (ok('{"id":"ü1"}'.encode("utf-16")),), None, has={"id": "ü1"}),
    Case("F38", "UTF-32", GetMe, (ok('{"id":"ü1"}'.encode("utf-32")),), None, has={"id": "ü1"}),
    Case("F38", "latin-1", GetMe, (ok('{"id":"ü1"}'.encode("latin-1")),), APIResponseError),
    Case("F38", "no text", GetMe, (ok(b'{"id":"\xff\xfe\x80"}'),), APIResponseError),
    Case("F38", "half of UTF-16", GetMe, (ok(b'\xff\xfe{\x00"'),), APIResponseError),
    Case("F38", "lone surrogate", GetMe, (ok(b'{"id":"\\ud800"}'),), APIResponseError),

    *LOST_CASES,
    Case("F41", "early hints are none", GetMe,
         (says(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + json_answer(b'{"id":"u1"}')),),
         None, has={"id": "u1"}),
    Case("F41", "an answer too many", GetMe, (says(json_answer(b'{"id":"u1"}') * 2),), None,
         has={"id": "u1"}),
    Case("F41", "a body to the end", GetMe, (cut(b'HTTP/1.0 200 OK\r\n\r\n{"id":"u1"}'),), None,
         has={"id": "u1"}),

    *(Case("F43", str(status), GetMe, (fails(status),), APIResponseError, 1) for status in (300,
         305, 399, 600, 799, 999)),
    Case("F43", "304", GetMe, (says(b"HTTP/1.1 304 Not Modified\r\n\r\n"),), APIResponseError, 1),
    Case("F43", "101", GetMe, (cut(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n"),),
         APIConnectionError, None),
    Case("F43", "101 and no close", GetMe,
         (says(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),),
         APIConnectionError, None, limit=LIMIT),
    Case("F43", "100 and no more", token, (cut(b"HTTP/1.1 100 Continue\r\n\r\n"),),
         APIConnectionError, 1, "maybe"),

    Case("F44", "a body without end", GetMe, ((Read(), Send(NO_END + b"\r\n"), Flood(b" " * MIB,
         1000), Close()),), APIResponseError, 1, None, "16 MiB"),
    Case("F44", "a length beyond all", GetMe, ((Read(), Send(NO_END +
         b"Content-Length: 99999999999\r\n\r\n"), Flood(b" " * MIB, 1000), Close()),),
         APIResponseError, 1, None, "16 MiB"),

    *(Case("F46", coding, GetMe, (ok(b'{"id":"u1"}', f"Content-Encoding: {coding}"),),
         APIResponseError, 1, None, coding) for coding in ("gzip", "br", "deflate, gzip", "x")),
    Case("F46", "identity", GetMe, (ok(b'{"id":"u1"}', "Content-Encoding: identity"),), None),

    *STATUS_CASES,
    Case("F49", "a scope", GetMe, (fails(403, error_body("missing_scope", '"required":"a:b"')),),
         MissingScopeError, has={"required": "a:b"}),
    Case("F49", "several", GetMe, (fails(403, error_body("MISSING_SCOPE",
         '"required":["a:b","c:d"]')),), MissingScopeError, has={"required": "a:b c:d"}),
    Case("F49", "none", GetMe, (fails(403, error_body("missing_scope")),), MissingScopeError,
         has={"required": ""}),

    Case("F50", "required", token, (fails(400, error_body("2fa_required")),),
         TwoFactorRequiredError, has={"attempts": 1}),
    Case("F50", "invalid", lambda : GenerateToken(name="ci", totp_code="012345"), (fails(400,
         error_body("2fa_invalid")),), TwoFactorInvalidError, has={"attempts": 1}),
    Case("F50", "a code is not sent twice", lambda : GenerateToken(name="ci", totp_code="012345"),
         (fails(429, b"{}", "Retry-After: 0"),), RateLimitError, has={"attempts": 1}),

    Case("F52", "message", GetMe, (fails(401, b'{"message":"bad key %b"}' % KEY.encode()),),
         AuthenticationError, text=r"bad key \*\*\*\*"),
    Case("F52", "body", GetMe, (fails(400, b'{"message":"no","seen":["a %b"],"n":1}' %
         KEY.encode()),), BadRequestError, has={"body": {"message": "no", "seen": ["a ****"], "n":
         1}}),
    Case("F52", "headers", GetMe, (fails(400, b"{}", f"X-Request-Id: {KEY}",
         f"Location: https://x/{KEY}"),), BadRequestError, has={"request_id": "****"}),
    Case("F52", "location", GetMe, (fails(302, b"", f"Location: https://x/?key={KEY}"),),
         RedirectError, text=r"\*\*\*\*"),
    Case("F52", "no JSON", GetMe, (says(answer(500, b"Trace: X-API-Key=" + KEY.encode())),),
         ServerError, 3, text=r"Trace: X-API-Key=\*\*\*\*"),

    *FAILURES_AS_SUCCESS,
    Case("F55", "a date past", GetMe, (fails(429, b"{}", f"Retry-After: {PAST}"), ME), None, 2,
         within=1),
    Case("F55", "a clock that is wrong", GetMe, (fails(429, b"{}", f"Retry-After: {AHEAD}"), ME),
         RateLimitError, 1, within=1),
    Case("F55", "no date", GetMe, (fails(429, b"{}", "Retry-After: Fri, 99 Foo"), ME), None, 2,
         within=1),

    *WAIT_CASES,
    Case("F58", "the header is larger", GetMe, (fails(429, error_body("x", '"retryAfter":1'),
         "Retry-After: 2"),), RateLimitError, retries=0, has={"retry_after": 2.0}),
    Case("F58", "the body is larger", GetMe, (fails(429, error_body("x", '"retryAfter":2'),
         "Retry-After: 1"),), RateLimitError, retries=0, has={"retry_after": 2.0}),

    *(Case("F59", call.__name__, call, (fails(429, b"{}", "Retry-After: 0"),), RateLimitError, 3,
         "yes", has={"attempts": 3, "retry_after": 0.0}) for call in (GetMe, pin, upload, token)),

    *(Case("F61", str(status), call, (fails(status),), ServerError, 1, "maybe", SENT_TWICE) for
         status in (500, 502, 504) for call in (upload, dag)),

    Case("F62", "500", token, (fails(500),), ServerError, 1, "maybe", "list.*revoke"),

    Case("F64", "lost", pin, (LOST,), APIConnectionError, 1, "maybe", SENT_TWICE),
    Case("F64", "the caller's second try", pin, (fails(409, error_body("duplicate")),),
         ConflictError, 1, "yes", has={"code": "duplicate"}),

    Case("F67", "a pipe", stream, ((Read(MIB), Reset()), UPLOADED), APIConnectionError, 1, None,
         "rewound"),

    *(Case("F71", str(status), call, (fails(status, b"", "Location: /api/v3/users/me"),),
         RedirectError, 1) for status in (301, 302, 303, 307, 308) for call in (token, upload)),

    *LOCATION_CASES,
)
# fmt: on

# fmt: off
ROWS: tuple[Row, ...] = (
    Row("F01", "connect", "TCP connection refused (nothing listens)",
        "3 attempts for every method (no connection was made), full-jitter waits, then "
        'APIConnectionError(sent="no"); total time <= limit; the host is named, the key is ' "not"),
    Row("F02", "connect", "accept backlog full: SYN unanswered",
        "APITimeoutError after connect timeout (default 5 s) x attempts; never a hang",
        ("tests/wire/test_connect.py::test_a_full_backlog",)),
    Row("F04", "connect", "TLS: self-signed / wrong host / expired certificate",
        'APIConnectionError(sent="no"), 0 retries (not transient), nothing sent, message '
        "says which check failed"),
    Row("F05", "connect", "https:// URL to a plaintext port and http:// to a TLS port",
        "APIConnectionError within connect timeout, hint 'is this really https?'"),
    Row("F07", "connect", "pool exhausted (more tasks than connections)",
        'calls wait up to pool timeout, then APITimeoutError(sent="no") which names '
        "max_connections; retriable for every method",
        ("tests/wire/test_connect.py::test_more_calls_than_connections",
        "tests/wire/test_connect.py::test_a_call_waits_for_a_connection")),
    Row("F08", "time", "server reads the request, never answers (GET)",
        "APITimeoutError within the call's limit; repeated inside it (a read)"),
    Row("F10", "time", "same, on POST /tokens/generate, /auth/login, /auth/2fa/verify-login",
        'APIConnectionError(sent="maybe"), 0 retries ever; message tells to list tokens / '
        "log in again"),
    Row("F11", "time", "server drips one header byte per second for ever",
        "APITimeoutError at the overall deadline +-0.2 s, sync and async"),
    Row("F13", "time", "socket accepts nothing while 64 MiB is being sent",
        "APITimeoutError within the call's limit; sent again only if the body can be "
        "rewound (it was not received whole, so it was not stored)"),
    Row("F14", "time", "server answers an upload after 8 s / 90 s (pinning takes long)",
        "success: an upload has at least 300 s",
        ("tests/wire/test_long_wait.py::test_an_upload_that_is_answered_after_90_seconds",)),
    Row("F16", "time", "timeout=0, negative, NaN, inf, bool, '5'",
        "InvalidInputError at construction",
        ("tests/core/test_config.py::test_what_is_no_timeout_is_refused",)),
    Row("F17", "close", "server closes without answering (fresh connection), GET",
        'retried, then APIConnectionError(sent="maybe")'),
    Row("F19", "close", "stale keep-alive on POST /tokens/generate",
        'APIConnectionError(sent="maybe") (cannot be told from processed), 0 retries; keep-'
        "alive expiry < 5 s for non-idempotent calls lowers the chance"),
    Row("F20", "close", "RST in the middle of an upload (1 MiB of 64)",
        'APIConnectionError(sent="no"): a body that did not leave whole cannot have been '
        "stored; at most 2 re-sends, each rewound to where it started; then the error, with"
        " a hint that the server may have refused it (size, key, plan)"),
    Row("F22", "close", "server sends 413 at once and closes (RST), plain http, sync",
        "PayloadTooLargeError with the server's code/message, 20/20"),
    Row("F23", "close", "same, asyncio",
        "PayloadTooLargeError 20/20 (plain httpx on asyncio: 0/20; its sync transport in a "
        "worker thread: 20/20)"),
    Row("F25", "close", "413 then lingering close (nginx default), sync+async, http+https",
        "PayloadTooLargeError 20/20, remaining body not sent once the answer is readable"),
    Row("F26", "close", "413 sent but server neither reads nor closes",
        "PayloadTooLargeError within write timeout, not APITimeoutError"),
    Row("F28", "close", "RST after the whole body was received (answer lost)",
        'APIConnectionError(sent="maybe"), 0 re-sends; the message says how to find out; '
        "never duplicates silently"),
    Row("F29", "close", "exception inside the caller's file/iterator in mid-body",
        "that exception propagates unchanged; connection discarded; pool usable afterwards",
        ("tests/_async/test_files.py::test_what_a_file_object_raises_comes_through_unchanged",
        "tests/_sync/test_files.py::test_what_a_file_object_raises_comes_through_unchanged")),
    Row("F31", "response", "200 with invalid JSON / truncated JSON",
        "APIResponseError (status, content type, first 200 characters, redacted); for "
        'uploads .sent is "maybe"'),
    Row("F32", "response", "200 text/html (captive portal, proxy login page)",
        "APIResponseError with hint 'captive portal or proxy'"),
    Row("F34", "response", "200 null / array / string / number where an object is due",
        "APIResponseError; never AttributeError/TypeError/KeyError"),
    Row("F35", "response",
        "200 object with missing field, wrong type, extra fields, null cid, cid of another type",
        "extra fields kept; identity missing or of the wrong type -> APIResponseError "
        "naming the field path; another field of the wrong type is None, and what came "
        "stays in model_extra"),
    Row("F37", "response",
        "DAG answer with fewer files, other paths or another total_size than sent (multer "
        "drops directories)",
        "IntegrityError (with .upload) listing the first 10 differences in paths, count or "
        "file sizes; total_size alone proves nothing; without such fields in the answer, "
        "nothing"),
    Row("F38", "response", "UTF-8 BOM, UTF-16, latin-1 JSON, invalid UTF-8, lone surrogate",
        "BOM/UTF-16 parsed; others APIResponseError; never UnicodeDecodeError"),
    Row("F40", "response",
        "Content-Length larger than the body, truncated chunked body, bad chunk size",
        'APIConnectionError(sent="maybe"), retried for idempotent calls'),
    Row("F41", "response",
        "garbage instead of HTTP, HTTP/2 preface, TLS alert, bad status line, two Content-"
        "Length, 1 MB header",
        "APIConnectionError, repeated by rule; no class of h11 or httpcore comes through"),
    Row("F43", "response", "status 304, 399, 600, 999, 1xx as final",
        "301, 302, 303, 307, 308: RedirectError; other 3xx and >= 600: APIResponseError; a "
        "final 1xx: APIConnectionError; none is success"),
    Row("F44", "response", "gzip bomb 400 kB -> 400 MB",
        "any Content-Encoding but identity is an APIResponseError and nothing is inflated; "
        "growth < 16 MiB", ("tests/wire/test_responses.py::test_a_bomb_is_not_inflated",)),
    Row("F46", "response", "unknown or wrong Content-Encoding", "APIResponseError"),
    Row("F47", "api",
        "400/401/403/404/409/413/429/500/502/503/504/418/451/425/408/410 with {error,message,code}",
        "each maps to its class; .status_code .code .message .required .retry_after "
        ".request_id .body set; 0 retries except 408, 425, 429, 5xx by rule"),
    Row("F49", "api", "403 missing_scope with required=str / list / missing",
        'MissingScopeError.required is a str: the scope, several joined with spaces, or ""'),
    Row("F50", "api", "400 2fa_required / 2fa_invalid",
        "TwoFactorRequiredError / TwoFactorInvalidError, 0 retries (a code is single-use)"),
    Row("F52", "api", "server echoes the API key / Authorization in message, header or body",
        "redacted in str(e), repr and logs; .body keeps its data with the secret replaced"),
    Row("F53", "api", "200 with {'error':...,'code':...} and no cid",
        "APIResponseError, not success; the same for `success: false` on any modelled endpoint"),
    Row("F55", "retry", "429 with HTTP-date in header",
        "parsed; past date -> 0; wrong clock clamped"),
    Row("F56", "retry",
        "429 body retryAfter: 1.9 / '60' / 'soon' / [] / {} / true / -1 / NaN / 1e400 / '' / ISO",
        "float or None, never raises; floats round up; header used when the body is unusable"),
    Row("F58", "retry", "header and body disagree", "the larger one is used"),
    Row("F59", "retry", "429 on every attempt",
        "3 requests, RateLimitError with .attempts 3 and .retry_after set"),
    Row("F61", "retry", "500/502/504 on upload",
        '0 re-sends; ServerError with sent="maybe" and the hint how to find out'),
    Row("F62", "retry", "500 on generate_token", "0 retries, ServerError + hint to list/revoke"),
    Row("F64", "retry", "pin_cid: connection lost, retry answers 409/200",
        'pins are not repeated after an unknown outcome: APIConnectionError(sent="maybe"); '
        "when the caller repeats it and the server answers 409 or 200, that is the server's"
        " answer"),
    Row("F65", "retry", "1000 calls against a server that fails 100 %",
        "retry tokens run out: <= 1.2 requests per call on average afterwards (bucket 500, "
        "cost 14, throttling 5, +1 per success)",
        ("tests/wire/test_retries.py::test_an_outage_is_not_made_worse",)),
    Row("F67", "retry", "non-seekable stream fails in mid-body",
        "0 retries; the message says that the stream cannot be rewound (it is sent chunked;"
        " the closing chunk takes the place of the length)"),
    Row("F68", "retry", "retry sleeping while close()/cancel is called", "returns within 0.2 s",
        ("tests/wire/test_retries.py::test_a_wait_ends_with_the_client",
        "tests/wire/test_retries.py::test_a_wait_can_be_cancelled")),
    Row("F70", "redirect",
        "301/302/303/307/308 to another origin (host, port, scheme), any method, both auth kinds",
        "RedirectError naming both origins; the target receives 0 requests",
        ("tests/wire/test_redirects.py::test_nothing_is_sent_to_another_origin",)),
    Row("F71", "redirect", "301 '/files/' -> '/files' same origin on POST",
        "RedirectError; never turned into a GET"),
    Row("F73", "redirect", "loop; Location empty, ftp:, file:, javascript:, malformed, 10 kB",
        "RedirectError, 1 request"),
    Row("F74", "redirect", "login(): 307 to another origin", "password never leaves the origin",
        ("tests/wire/test_redirects.py::test_a_password_stays_at_its_origin",)),
    Row("F76", "secret",
        "repr/str/vars/pickle/copy/format of client, auth, requests, errors; DEBUG logs of "
        "sdk+httpx+httpcore",
        "the client's credential and passwords never appear; a client whose credential came"
        " as an argument refuses to pickle and says why; one that took it from the "
        "environment pickles without it and reads it again where it is loaded",
        ("tests/wire/test_secrets.py::test_nothing_shows_the_credential",
        "tests/wire/test_secrets.py::test_a_password_is_not_shown",
        "tests/wire/test_secrets.py::test_a_client_with_a_credential_is_not_pickled",
        "tests/wire/test_secrets.py::test_a_client_of_the_environment_is_pickled_without_its_credential")),
    Row("F77", "secret", "~/.netrc entry for the API host; NETRC set",
        "ignored: Authorization/X-API-Key stay ours",
        ("tests/wire/test_secrets.py::test_netrc_is_ignored",)),
    Row("F79", "secret", "Set-Cookie from login or any call", "no cookie is ever sent",
        ("tests/wire/test_secrets.py::test_no_cookie_is_sent",)),
    Row("F80", "secret", "http:// base URL to a non-loopback host",
        "InvalidInputError unless allow_insecure=True",
        ("tests/core/test_config.py::test_http_is_for_this_machine_unless_allowed",)),
    Row("F82", "env", "SSL_CERT_FILE=/nope, SSL_CERT_DIR=/nope, SSLKEYLOGFILE set",
        "InvalidInputError naming the variable; key log honoured only when documented",
        ("tests/wire/test_environment.py::test_certificates_that_are_not_there",
        "tests/wire/test_environment.py::test_a_key_log")),
    Row("F83", "file",
        "missing, directory, unreadable, FIFO, socket, device, /proc file, symlink loop",
        "Python's own FileNotFoundError, IsADirectoryError, PermissionError before any "
        "request; FIFO/devices refused, never a hang",
        ("tests/wire/test_files.py::test_what_is_no_file",
        "tests/wire/test_files.py::test_a_file_of_proc",
        "tests/wire/test_files.py::test_an_unreadable_file")),
    Row("F85", "file", "file grows, shrinks or is rewritten while being sent",
        "SourceChangedError; the connection is closed; nothing reported as uploaded",
        ("tests/wire/test_files.py::test_a_file_that_changes",)),
    Row("F86", "file",
        "read() raises EIO in mid-file; read() returns str; read() returns fewer bytes; "
        "read() returns None",
        "the OSError / TypeError / ok / ValueError; never a truncated success",
        ("tests/wire/test_files.py::test_what_read_does",)),
    Row("F88", "file",
        "folder with symlink to outside, symlink loop, hidden files, 50k files, NFC/NFD "
        "twins, unreadable entry, file removed during the walk",
        "symlinks not followed out of the root by default; error lists the entry; "
        "deterministic order", ("tests/wire/test_files.py::test_a_folder_with_oddities",
        "tests/wire/test_files.py::test_twins_in_nfc_and_nfd_are_two_files",
        "tests/wire/test_files.py::test_a_folder_with_an_unreadable_entry",
        "tests/wire/test_files.py::test_a_folder_whose_files_come_and_go",
        "tests/wire/test_files.py::test_fifty_thousand_files")),
    Row("F89", "dag", "Path / bytearray / memoryview / None / dict as content",
        "bytes-like and Path work, others InvalidInputError",
        ("tests/wire/test_files.py::test_what_can_be_a_content",)),
    Row("F91", "process", "fork with a warm pool, 4 children x 200 calls",
        "0 wrong answers, 0 hangs (pool is dropped in the child by pid check / register_at_fork)",
        ("tests/wire/test_process.py::test_forked_children_with_a_warm_pool",)),
    Row("F92", "process", "32 threads x 100 calls on one client",
        "0 mismatches, <= 32 connections, no 'pool is full' warnings",
        ("tests/wire/test_process.py::test_threads_share_a_client",)),
    Row("F94", "process",
        "every exception through pickle, copy, ProcessPoolExecutor, multiprocessing.Pool",
        "same class, message, attributes; pool stays alive",
        ("tests/core/test_errors.py::test_every_error_survives_every_trip",
        "tests/core/test_errors.py::test_every_error_comes_out_of_a_pool_of_processes")),
    Row("F95", "process", "use after close(); close() twice; close() while calls are in flight",
        "ClientClosedError; no-op; in-flight calls fail with ClientClosedError",
        ("tests/wire/test_process.py::test_a_closed_client",
        "tests/wire/test_process.py::test_closing_under_a_call")),
    Row("F97", "process", "interpreter shutdown with an open client and a pending async upload",
        "no traceback on stderr", ("tests/wire/test_process.py::test_the_end_of_the_interpreter",)),
    Row("F98", "process", "progress callback raises", "propagates, upload aborted, handles closed",
        ("tests/wire/test_files.py::test_what_a_progress_callback_raises",)),
)
# fmt: on
