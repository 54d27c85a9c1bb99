"""The validated scalars: what a request may be made of.

Each is an annotated type. It turns what a caller may write into the one value that goes over the
wire, or raises a `ValueError` that says what is wrong and what to do. They work in any Pydantic
model or `TypeAdapter`, so that a pipeline can check its rows before it builds requests from them:

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
# The largest that JavaScript, and so the service, counts exactly.
MAX_INTEGER = 2**53 - 1


class Scope(StrEnum):
    """What an API token may do. A session from a login has every right and no scopes.

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
    """Return a value as an error shows it: short, and whatever its own repr may do."""
    try:
        text = repr(value)
    except Exception:  # a caller's class may raise anything
        return f"a {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:77]}..."


def require_text(value: object, what: str) -> str:
    """Return the value if it is non-empty text that can be encoded, else raise `ValueError`."""
    if not isinstance(value, str):
        raise ValueError(f"{what} must be text (a str), not {type(value).__name__}")
    if not value:
        raise ValueError(f"{what} is empty; give some text or leave the argument out")
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError(
            f"{what} holds a lone surrogate, which has no UTF-8 form; decode the text properly"
        )
    return value


# Default_Ignorable code points that are not of category Cf: letters and marks that show nothing.
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
    """Return the value if it is text that a reader can see whole, else raise `ValueError`."""
    text = require_text(value, what)
    if hidden := hidden_character(text):
        raise ValueError(
            f"{what} holds {hidden}, a control, bidi or invisible character; remove it"
        )
    if text != text.strip():
        raise ValueError(f"{what} {text!r} starts or ends with a space; remove it")
    return text


def checked(check: Callable[[object], object]) -> BeforeValidator:
    """Return the validator that runs a check ahead of Pydantic's own."""
    return BeforeValidator(check)


def check_cid(value: object) -> str:
    """Return the text if it is one bare CID, else raise `ValueError`."""
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
"""A bare CID: v0, or v1 in base32, base36, base58btc or base16. It is sent as it is written."""


RFC_3339 = re.compile(
    r"\d{4}-\d{2}-\d{2}T(\d{2}):\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-](\d{2}):(\d{2}))", re.ASCII
)


def parse_rfc_3339(text: str) -> datetime:
    """Return the instant that RFC 3339 text names, else raise `ValueError`."""
    match = RFC_3339.fullmatch(text)
    if match is None:
        raise ValueError(
            f"{text[:80]!r} is not RFC 3339 with date, 'T', seconds, and 'Z' or an offset such as "
            "'+02:00'; write it like '2031-12-31T23:59:59Z' or give an aware datetime"
        )
    hour, hours, minutes = match.groups(default="0")
    # Newer Pythons take the hour 24.
    if int(hour) > 23 or int(hours) > 23 or int(minutes) > 59:
        raise ValueError(f"{text!r} has an hour or an offset that does not exist")
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is no date and time that exists: {error}") from None


def check_timelock(value: object) -> datetime:
    """Return a future instant in UTC from a `datetime`, a `timedelta` or RFC 3339 text."""
    if isinstance(value, timedelta):
        value = from_now(value)
    elif isinstance(value, str):
        value = parse_rfc_3339(value)
    elif not isinstance(value, datetime):
        raise ValueError(
            "a timelock is an aware datetime, a timedelta from now or RFC 3339 text such as "
            f"'2031-12-31T23:59:59Z', not {type(value).__name__}"
        )
    try:
        offset = value.utcoffset()
        instant = value.astimezone(UTC)
    except (OverflowError, ValueError, NotImplementedError):
        raise ValueError(f"{brief(value)} does not exist in UTC; check its time zone") from None
    if offset is None:
        raise ValueError(
            f"{value.isoformat()} has no time zone, so it names no instant; "
            "use datetime(..., tzinfo=UTC), or .astimezone() for local time"
        )
    if instant <= datetime.now(UTC):
        raise ValueError(f"{value.isoformat()} is in the past; a timelock must be in the future")
    return instant if type(instant) is datetime else plain_datetime(instant)


def plain_datetime(instant: datetime) -> datetime:
    """Return an instant of UTC without what a subclass adds: nanoseconds, as pandas has them."""
    return datetime.combine(instant.date(), instant.time(), UTC)


def from_now(duration: timedelta) -> datetime:
    """Return when a duration that begins now ends."""
    if duration <= timedelta(0):
        raise ValueError(f"{duration!r} from now is in the past; a timelock must be in the future")
    try:
        return datetime.now(UTC) + duration
    except OverflowError:
        raise ValueError(f"{duration!r} from now is later than the year 9999") from None


def instant_text(value: datetime) -> str:
    """Return an instant of UTC in the form that goes over the wire, with `Z`."""
    return value.isoformat().removesuffix("+00:00") + "Z"


Timelock = Annotated[
    datetime,
    checked(check_timelock),
    PlainSerializer(instant_text, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""When an upload or pin ends: an aware `datetime`, a `timedelta` from now, or RFC 3339 text, in the
future; kept in UTC."""


def check_scopes(value: object) -> tuple[Scope, ...]:
    """Return the scopes named, in order and once each, else raise `ValueError`."""
    if isinstance(value, str):
        raise ValueError(f"scopes is a list; write [{str(value)[:80]!r}]")
    if not isinstance(value, list | tuple | set | frozenset):
        raise ValueError(f"scopes is a list, tuple or set of scopes, not {type(value).__name__}")
    items: list[object] = [*value]
    if isinstance(value, set | frozenset):
        items.sort(key=brief)
    if not items:
        raise ValueError(
            "an empty list of scopes would give the default ones; leave scopes out for those"
        )
    return tuple(dict.fromkeys(check_scope(item) for item in items))


def check_scope(value: object) -> Scope:
    """Return the scope of that name, else raise `ValueError` with the nearest one."""
    names = [scope.value for scope in Scope]
    if isinstance(value, str):
        if value in names:
            return Scope(value)
        # For a mistake alone, and it takes a while to import.
        from difflib import get_close_matches

        guess = value[:80].strip().lower().replace(".", ":").replace("_", ":")
        near = get_close_matches(guess, names, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(names)}"
        raise ValueError(f"there is no scope {value[:80]!r}; {hint}")
    raise ValueError(f"a scope is a Scope or its text, not {type(value).__name__}")


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
"""A list, tuple or set of `Scope` members or their texts; order kept, duplicates dropped."""


def check_totp_code(value: object) -> str:
    """Return the text if it is six ASCII digits, else raise `ValueError`."""
    if isinstance(value, int):
        raise ValueError("a TOTP code is text: as a number it would lose its leading zeros")
    if not isinstance(value, str) or not re.fullmatch("[0-9]{6}", value):
        raise ValueError("a TOTP code is a str of exactly six digits 0-9, such as '012345'")
    return value


TotpCode = Annotated[
    str, checked(check_totp_code), WithJsonSchema({"type": "string", "pattern": "^[0-9]{6}$"})
]
"""The code that an authenticator shows: six digits, as text."""


def check_token_name(value: object) -> str:
    """Return the text if a token can be named so, else raise `ValueError`."""
    name = visible_text(value, "a token name")
    if name in {".", ".."}:
        raise ValueError(f"a token cannot be named {name!r}: that is a step in a URL's path")
    if len(name) > MAX_TOKEN_NAME:
        raise ValueError(f"a token name has at most {MAX_TOKEN_NAME} characters, not {len(name)}")
    return name


TokenName = Annotated[
    str,
    checked(check_token_name),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MAX_TOKEN_NAME}),
]
"""A token's name: up to 100 visible characters, unique in the account."""


def check_cluster_id(value: object) -> str:
    """Return the text if it can name a cluster, else raise `ValueError`."""
    name = visible_text(value, "a cluster id")
    if not name.isascii() or " " in name:
        raise ValueError(f"{name!r} is no cluster id: those look like 'cl0-global'")
    return name


ClusterName: TypeAlias = (
    Literal["cl0-global", "cl1-eu", "cl1-na", "cl2-us", "cl2-de", "cl2-es"] | str
)
"""A cluster's id. An editor offers the known ones; any other is sent as it is."""

ClusterId = Annotated[
    str, checked(check_cluster_id), WithJsonSchema({"type": "string", "pattern": "^[!-~]+$"})
]
"""A cluster's id, such as `cl0-global`."""


def check_segment(segment: str, whole: str) -> None:
    """Raise `ValueError` if the text cannot be one segment of a path."""
    if segment in {"", ".", ".."}:
        raise ValueError(f"{whole!r} has an empty, '.' or '..' segment; name each folder plainly")
    if "\\" in segment:
        raise ValueError(f"{whole!r} has a backslash; separate folders with '/'")
    if any(unicodedata.category(char) == "Cc" for char in segment):
        raise ValueError(f"{whole!r} has a control character; rename it")
    if len(segment.encode()) > MAX_SEGMENT_BYTES:
        raise ValueError(f"{whole[:80]!r}... has a segment of over {MAX_SEGMENT_BYTES} bytes")


DRIVE = re.compile("[A-Za-z]:")
# Most paths are of this kind, and need not be looked at character by character.
PLAIN_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII)


def check_dag_path(value: object) -> str:
    """Return the path as it is if it is relative, POSIX and plain, else raise `ValueError`."""
    if isinstance(value, str) and len(value) <= MAX_SEGMENT_BYTES and PLAIN_PATH.fullmatch(value):
        return value
    # Never normalised: another form of the same letters is another name, and another root CID.
    path = require_text(value, "a path in a directory")
    if path.startswith("/") or DRIVE.match(path):
        raise ValueError(f"{path!r} is absolute; give it relative to the directory's root")
    for segment in path.split("/"):
        check_segment(segment, path)
    return path


DagPath = Annotated[
    str, checked(check_dag_path), WithJsonSchema({"type": "string", "minLength": 1})
]
"""A file's place in a directory: a relative POSIX path, kept as it is."""


def check_file_name(value: object) -> str:
    """Return the name as it is if it is one plain path segment, else raise `ValueError`."""
    name = require_text(value, "a file name")
    if "/" in name or DRIVE.match(name):
        raise ValueError(f"{name!r} is a path; a file name is one segment of it")
    check_segment(name, name)
    return name


FileName = Annotated[
    str, checked(check_file_name), WithJsonSchema({"type": "string", "pattern": "^[^/\\\\]+$"})
]
"""A file's or directory's name: one path segment, kept as it is."""


def check_label(value: object) -> str:
    """Return the text if it is visible, else raise `ValueError`."""
    return visible_text(value, "the text")


Label = Annotated[str, checked(check_label), WithJsonSchema({"type": "string", "minLength": 1})]
"""Text for people to read: a label or a display name."""


def check_email(value: object) -> str:
    """Return the text if it has the outline of an e-mail address, else raise `ValueError`."""
    email = visible_text(value, "an e-mail address")
    name, at, host = email.rpartition("@")
    if not (name and at and host) or " " in email:
        raise ValueError(f"{email[:80]!r} is no e-mail address: it needs a name, '@' and a host")
    return email


EmailAddress = Annotated[
    str, checked(check_email), WithJsonSchema({"type": "string", "format": "email"})
]
"""An e-mail address; whether it exists is the server's to say."""

PageNumber = Annotated[int, Strict(), Field(ge=1, le=MAX_INTEGER)]
"""A page's number, from 1."""

PageSize = Annotated[int, Strict(), Field(ge=1, le=MAX_PAGE_SIZE)]
"""How many records a page holds, from 1 to 1,000."""

LogPageSize = Annotated[int, Strict(), Field(ge=1, le=MAX_LOG_PAGE_SIZE)]
"""How many entries a page of the log holds, from 1 to 100."""

PositiveDays = Annotated[int, Strict(), Field(ge=1, le=MAX_INTEGER)]
"""A number of whole days, from 1."""

Flag = Annotated[bool, Strict()]
"""True or false, and nothing that merely looks like it."""


def check_word(value: object) -> str:
    """Return the text if it is one word of ASCII, else raise `ValueError`."""
    word = visible_text(value, "the value")
    if not word.isascii() or " " in word:
        raise ValueError(f"{brief(word)} is not one word of ASCII letters, digits and signs")
    return word


Word = Annotated[str, checked(check_word), WithJsonSchema({"type": "string", "minLength": 1})]
"""A word that the service knows: a type or a source."""

LogType: TypeAlias = Literal["INFO", "WARNING", "CRITICAL"]
"""The types of a log's entries. An editor offers them; any other word is sent as it is."""

LogSource: TypeAlias = Literal["WEB", "API", "JWT", "COLD_STORAGE", "EMAIL_WORKER"]
"""Where a log's entries come from. An editor offers them; any other word is sent as it is."""

PaymentGatewayName: TypeAlias = Literal["multisafepay", "coingate"]
"""The known payment gateways. An editor offers them; any other word is sent as it is."""

PaymentGateway = Word
"""A payment gateway's name, which is part of a path."""


def check_record_id(value: object) -> str:
    """Return the text if it can be the id of a record, else raise `ValueError`."""
    name = visible_text(value, "an id")
    if len(name) > MAX_SEGMENT_BYTES:
        raise ValueError(f"an id has at most {MAX_SEGMENT_BYTES} characters, not {len(name)}")
    return name


RecordId = Annotated[
    str, checked(check_record_id), WithJsonSchema({"type": "string", "minLength": 1})
]
"""The id of a plan, an order or another record, as the service gave it."""


def check_upload_id(value: object) -> str:
    """Return the text if it can be the id of an upload, else raise `ValueError`."""
    name = check_record_id(value)
    try:
        CID.parse(name)
    except ValueError:
        return name
    raise ValueError(
        f"{name!r} is a CID; give the record's upload_id, which the upload's answer and "
        "client.users.uploads() tell"
    )


UploadId = Annotated[
    str, checked(check_upload_id), WithJsonSchema({"type": "string", "minLength": 1})
]
"""The id of an upload's record, which is not a CID."""
