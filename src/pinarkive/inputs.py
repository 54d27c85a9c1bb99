"""The validated scalars that requests are made of.

Each is an annotated type. It converts what a caller may write into the value that is sent, or
raises a `ValueError` that says what is wrong and what to do. The types work in any Pydantic model
or `TypeAdapter`, so that a pipeline can check its rows before it builds requests from them:

    TypeAdapter(Cid).validate_python(row["cid"])
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import BeforeValidator, Field, PlainSerializer, Strict, WithJsonSchema

from .cid import CID

__all__ = [
    "Cid",
    "ClusterId",
    "ClusterName",
    "DagPath",
    "EmailAddress",
    "FileName",
    "Flag",
    "Label",
    "LogPageSize",
    "LogSource",
    "LogType",
    "PageNumber",
    "PageSize",
    "PaymentGateway",
    "PaymentGatewayName",
    "PositiveDays",
    "RecordId",
    "Scope",
    "ScopeName",
    "Scopes",
    "Timelock",
    "TokenName",
    "TotpCode",
    "UploadId",
    "Word",
    "check_cluster_id",
    "check_dag_path",
    "check_file_name",
]

MAX_TOKEN_NAME = 100
MAX_PAGE_SIZE = 1_000
MAX_LOG_PAGE_SIZE = 100
MAX_SEGMENT_BYTES = 255
# The largest integer that JavaScript, and so the service, represents exactly.
MAX_INTEGER = 2**53 - 1


class Scope(StrEnum):
    """What an API token may do. A session from a login may do everything and has no scopes.

    `pinarkive.scopes` has the usual sets: `READ_ONLY`, `UPLOADER` and `FILES`.

        client.tokens.generate("ci", scopes=[Scope.FILES_READ, "files:write"])
    """

    FILES_READ = "files:read"
    FILES_WRITE = "files:write"
    FILES_DELETE = "files:delete"
    FILES_RENAME = "files:rename"
    USER_READ = "user:read"
    USER_WRITE = "user:write"
    TOKENS_READ = "tokens:read"
    TOKENS_WRITE = "tokens:write"
    TOKENS_DELETE = "tokens:delete"
    PLANS_READ = "plans:read"
    PLANS_WRITE = "plans:write"
    REFERRALS_READ = "referrals:read"
    LOGS_READ = "logs:read"
    CLUSTER_READ = "cluster:read"


ScopeName = Literal[
    "files:read",
    "files:write",
    "files:delete",
    "files:rename",
    "user:read",
    "user:write",
    "tokens:read",
    "tokens:write",
    "tokens:delete",
    "plans:read",
    "plans:write",
    "referrals:read",
    "logs:read",
    "cluster:read",
]
"""The text of a `Scope`, so that an editor offers all of them."""


def brief(value: object) -> str:
    """Return a short text for a value in an error, even if its own repr fails."""
    try:
        text = repr(value)
    except Exception:  # a caller's class may raise anything
        return f"a {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:77]}..."


def require_text(value: object, what: str) -> str:
    """Return the value if it is non-empty text that can be encoded, or raise `ValueError`."""
    if not isinstance(value, str):
        raise ValueError(f"{what} must be text (a str), not {type(value).__name__}")
    if not value:
        raise ValueError(f"{what} is empty; pass some text or leave the argument out")
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError(
            f"{what} contains a lone surrogate, which UTF-8 cannot encode; decode the text properly"
        )
    return value


# Default_Ignorable code points outside category Cf: letters and marks that show nothing.
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)


def hidden_character(text: str) -> str | None:
    """Return the first control, bidi or invisible character of the text, as U+XXXX."""
    if text.isascii() and text.isprintable():
        return None
    for char in text:
        if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"} or INVISIBLE.match(char):
            return f"U+{ord(char):04X}"
    return None


def visible_text(value: object, what: str) -> str:
    """Return the value if it is text without hidden characters, or raise `ValueError`."""
    text = require_text(value, what)
    if hidden := hidden_character(text):
        raise ValueError(
            f"{what} contains {hidden}, a control, bidi or invisible character; remove it"
        )
    if text != text.strip():
        raise ValueError(f"{what} {text!r} starts or ends with a space; remove it")
    return text


def checked(check: Callable[[object], object]) -> BeforeValidator:
    """Return the validator that runs a check before Pydantic's own."""
    return BeforeValidator(check)


def check_cid(value: object) -> str:
    """Return the text if it is one bare CID, or raise `ValueError`."""
    if not isinstance(value, str):
        raise ValueError(
            f"a CID must be text (a str), not {type(value).__name__}"
            + ("; decode it first" if isinstance(value, bytes) else "")
        )
    CID.parse(value)
    return value


Cid = Annotated[
    str,
    checked(check_cid),
    WithJsonSchema({"type": "string", "title": "CID", "examples": ["bafkqaaa"], "minLength": 1}),
]
"""A bare CID: v0, or v1 in base32, base36, base58btc or base16. It is sent unchanged."""


RFC_3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}T(\d{2}):\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-](\d{2}):(\d{2}))", re.ASCII
)


def parse_rfc_3339(text: str) -> datetime:
    """Return the instant that a text in RFC 3339 names, or raise `ValueError`."""
    match = RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError(
            f"{text[:80]!r} is not RFC 3339 with date, 'T', seconds, and 'Z' or an offset such as "
            "'+02:00'; write it like '2031-12-31T23:59:59Z' or pass an aware datetime"
        )
    hour, hours, minutes = match.groups(default="0")
    # Newer versions of Python accept the hour 24.
    if int(hour) > 23 or int(hours) > 23 or int(minutes) > 59:
        raise ValueError(f"{text!r} has an hour or an offset that does not exist")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a date and time that exists: {error}") from None


def check_timelock(value: object) -> datetime:
    """Return a future instant in UTC from a `datetime`, a `timedelta` or RFC 3339 text."""
    if isinstance(value, timedelta):
        value = from_now(value)
    elif isinstance(value, str):
        value = parse_rfc_3339(value)
    elif not isinstance(value, datetime):
        raise ValueError(
            "a timelock must be an aware datetime, a timedelta from now or RFC 3339 text such as "
            f"'2031-12-31T23:59:59Z', not {type(value).__name__}"
        )
    try:
        offset = value.utcoffset()
        instant = value.astimezone(UTC)
    except (OverflowError, ValueError, NotImplementedError):
        raise ValueError(f"{brief(value)} does not exist in UTC; check its time zone") from None
    if offset is None:
        raise ValueError(
            f"{value.isoformat()} has no time zone, so it does not name an instant; "
            "use datetime(..., tzinfo=UTC), or .astimezone() for local time"
        )
    if instant <= datetime.now(UTC):
        raise ValueError(f"{value.isoformat()} is in the past; a timelock must be in the future")
    return instant if type(instant) is datetime else plain_datetime(instant)


def plain_datetime(instant: datetime) -> datetime:
    """Return an instant in UTC without what a subclass adds, such as the nanoseconds of pandas."""
    return datetime.combine(instant.date(), instant.time(), UTC)


def from_now(duration: timedelta) -> datetime:
    """Return the end of a duration that starts now."""
    if duration <= timedelta(0):
        raise ValueError(f"{duration!r} from now is in the past; a timelock must be in the future")
    try:
        return datetime.now(UTC) + duration
    except OverflowError:
        raise ValueError(f"{duration!r} from now is later than the year 9999") from None


def instant_text(value: datetime) -> str:
    """Return an instant in UTC in the form that is sent, with `Z`."""
    return value.isoformat().removesuffix("+00:00") + "Z"


Timelock = Annotated[
    datetime,
    checked(check_timelock),
    PlainSerializer(instant_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""When an upload or pin expires: an aware `datetime`, a `timedelta` from now, or RFC 3339 text. It
must be in the future, and is stored in UTC."""


def check_scopes(value: object) -> tuple[Scope, ...]:
    """Return the named scopes in order, without duplicates, or raise `ValueError`."""
    if isinstance(value, str):
        raise ValueError(f"scopes must be a list; write [{str(value)[:80]!r}]")
    if not isinstance(value, list | tuple | set | frozenset):
        raise ValueError(
            f"scopes must be a list, tuple or set of scopes, not {type(value).__name__}"
        )
    items: list[object] = [*value]
    if isinstance(value, set | frozenset):
        items.sort(key=brief)
    if not items:
        raise ValueError(
            "an empty list of scopes would give the default ones; leave scopes out to get those"
        )
    return tuple(dict.fromkeys(check_scope(item) for item in items))


def check_scope(value: object) -> Scope:
    """Return the scope of that name, or raise `ValueError` with the closest one."""
    names = [scope.value for scope in Scope]
    if isinstance(value, str):
        if value in names:
            return Scope(value)
        # It is needed only for a mistake, and is slow to import.
        from difflib import get_close_matches

        guess = value[:80].strip().lower().replace(".", ":").replace("_", ":")
        near = get_close_matches(guess, names, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"the scopes are {', '.join(names)}"
        raise ValueError(f"there is no scope {value[:80]!r}; {hint}")
    raise ValueError(f"a scope must be a Scope or its text, not {type(value).__name__}")


Scopes = Annotated[
    tuple[Scope, ...],
    checked(check_scopes),
    WithJsonSchema(
        {
            "type": "array",
            "items": {"type": "string", "enum": [scope.value for scope in Scope]},
            "minItems": 1,
        }
    ),
]
"""A list, tuple or set of `Scope` members or their texts, in order and without duplicates."""


def check_totp_code(value: object) -> str:
    """Return the text if it is six ASCII digits, or raise `ValueError`."""
    if isinstance(value, int):
        raise ValueError("a TOTP code must be text: a number would lose its leading zeros")
    if not isinstance(value, str) or not re.fullmatch("[0-9]{6}", value):
        raise ValueError("a TOTP code must be a str of exactly six digits 0-9, such as '012345'")
    return value


TotpCode = Annotated[
    str, checked(check_totp_code), WithJsonSchema({"type": "string", "pattern": "^[0-9]{6}$"})
]
"""The code that an authenticator shows: six digits, as text."""


def check_token_name(value: object) -> str:
    """Return the text if it can be a token's name, or raise `ValueError`."""
    name = visible_text(value, "a token name")
    if name in {".", ".."}:
        raise ValueError(f"a token cannot be named {name!r}, which is special in a URL's path")
    if len(name) > MAX_TOKEN_NAME:
        raise ValueError(
            f"a token name can have at most {MAX_TOKEN_NAME} characters, not {len(name)}"
        )
    return name


TokenName = Annotated[
    str,
    checked(check_token_name),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_TOKEN_NAME}),
]
"""A token's name: up to 100 visible characters, unique in the account."""


def check_cluster_id(value: object) -> str:
    """Return the text if it can be a cluster's id, or raise `ValueError`."""
    name = visible_text(value, "a cluster id")
    if not name.isascii() or " " in name:
        raise ValueError(f"{name!r} is not a cluster id, which looks like 'cl0-global'")
    return name


ClusterName: TypeAlias = (
    Literal["cl0-global", "cl1-eu", "cl1-na", "cl2-us", "cl2-de", "cl2-es"] | str
)
"""A cluster's id. Editors suggest the known ones; any other is sent unchanged."""

ClusterId = Annotated[
    str, checked(check_cluster_id), WithJsonSchema({"type": "string", "pattern": "^[!-~]+$"})
]
"""A cluster's id, such as `cl0-global`."""


def check_segment(segment: str, whole: str) -> None:
    """Raise `ValueError` if the text cannot be one segment of a path."""
    if segment in {"", ".", ".."}:
        raise ValueError(f"{whole!r} has an empty, '.' or '..' segment; write each folder's name")
    if "\\" in segment:
        raise ValueError(f"{whole!r} has a backslash; separate folders with '/'")
    if any(unicodedata.category(char) == "Cc" for char in segment):
        raise ValueError(f"{whole!r} has a control character; rename it")
    if len(segment.encode()) > MAX_SEGMENT_BYTES:
        raise ValueError(f"{whole[:80]!r}... has a segment of more than {MAX_SEGMENT_BYTES} bytes")


DRIVE = re.compile("[A-Za-z]:")
# Most paths match this, and need no check character by character.
PLAIN_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII)


def check_dag_path(value: object) -> str:
    """Return the path unchanged if it is relative, POSIX and plain, or raise `ValueError`."""
    if isinstance(value, str) and len(value) <= MAX_SEGMENT_BYTES and PLAIN_PATH.fullmatch(value):
        return value
    # Never normalised: another form of the same letters gives another name and another root CID.
    path = require_text(value, "a path in a directory")
    if path.startswith("/") or DRIVE.match(path):
        raise ValueError(f"{path!r} is absolute; write it relative to the directory's root")
    for segment in path.split("/"):
        check_segment(segment, path)
    return path


DagPath = Annotated[
    str, checked(check_dag_path), WithJsonSchema({"type": "string", "minLength": 1})
]
"""A file's path in a directory: relative, POSIX, and kept unchanged."""


def check_file_name(value: object) -> str:
    """Return the name unchanged if it is one plain path segment, or raise `ValueError`."""
    name = require_text(value, "a file name")
    if "/" in name or DRIVE.match(name):
        raise ValueError(f"{name!r} is a path; a file name is only one segment of it")
    check_segment(name, name)
    return name


FileName = Annotated[
    str, checked(check_file_name), WithJsonSchema({"type": "string", "pattern": "^[^/\\\\]+$"})
]
"""A file's or directory's name: one path segment, kept unchanged."""


def check_label(value: object) -> str:
    """Return the text if it has no hidden characters, or raise `ValueError`."""
    return visible_text(value, "the text")


Label = Annotated[str, checked(check_label), WithJsonSchema({"type": "string", "minLength": 1})]
"""Text for people to read: a label or a display name."""


def check_email(value: object) -> str:
    """Return the text if it looks like an e-mail address, or raise `ValueError`."""
    email = visible_text(value, "an e-mail address")
    name, at, host = email.rpartition("@")
    if not (name and at and host) or " " in email:
        raise ValueError(
            f"{email[:80]!r} is not an e-mail address: it needs a name, '@' and a host"
        )
    return email


EmailAddress = Annotated[
    str, checked(check_email), WithJsonSchema({"type": "string", "format": "email"})
]
"""An e-mail address; only the server can say whether it exists."""

PageNumber = Annotated[int, Strict(), Field(ge=1, le=MAX_INTEGER)]
"""A page's number, from 1."""

PageSize = Annotated[int, Strict(), Field(ge=1, le=MAX_PAGE_SIZE)]
"""How many records a page has, from 1 to 1,000."""

LogPageSize = Annotated[int, Strict(), Field(ge=1, le=MAX_LOG_PAGE_SIZE)]
"""How many entries a page of the log has, from 1 to 100."""

PositiveDays = Annotated[int, Strict(), Field(ge=1, le=MAX_INTEGER)]
"""A number of whole days, from 1."""

Flag = Annotated[bool, Strict()]
"""`True` or `False`; nothing is converted."""


def check_word(value: object) -> str:
    """Return the text if it is one word in ASCII, or raise `ValueError`."""
    word = visible_text(value, "the value")
    if not word.isascii() or " " in word:
        raise ValueError(f"{brief(word)} is not a single word of ASCII letters, digits and signs")
    return word


Word = Annotated[str, checked(check_word), WithJsonSchema({"type": "string", "minLength": 1})]
"""A word that the service defines: a type or a source."""

LogType: TypeAlias = Literal["INFO", "WARNING", "CRITICAL"]
"""The types of log entries. Editors suggest them; any other word is sent unchanged."""

LogSource: TypeAlias = Literal["WEB", "API", "JWT", "COLD_STORAGE", "EMAIL_WORKER"]
"""The sources of log entries. Editors suggest them; any other word is sent unchanged."""

PaymentGatewayName: TypeAlias = Literal["multisafepay", "coingate"]
"""The known payment gateways. Editors suggest them; any other word is sent unchanged."""

PaymentGateway = Word
"""A payment gateway's name, which is part of a path."""


def check_record_id(value: object) -> str:
    """Return the text if it can be the id of a record, or raise `ValueError`."""
    name = visible_text(value, "an id")
    if len(name) > MAX_SEGMENT_BYTES:
        raise ValueError(f"an id has at most {MAX_SEGMENT_BYTES} characters, not {len(name)}")
    return name


RecordId = Annotated[
    str, checked(check_record_id), WithJsonSchema({"type": "string", "minLength": 1})
]
"""The id of a plan, an order or another record, as the service gave it."""


def check_upload_id(value: object) -> str:
    """Return the text if it can be the id of an upload, or raise `ValueError`."""
    name = check_record_id(value)
    try:
        CID.parse(name)
    except ValueError:
        return name
    raise ValueError(
        f"{name!r} is a CID; pass the upload_id instead, which the upload's answer and "
        "client.users.uploads() contain"
    )


UploadId = Annotated[
    str, checked(check_upload_id), WithJsonSchema({"type": "string", "minLength": 1})
]
"""The id of an upload's record, which is not a CID."""
